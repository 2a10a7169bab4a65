#!/bin/sh
# Fetches public data sets of the LIBSVM collection and checks their text: download.sh [-d FOLDER] NAME...   (or: all)
# Needs curl or wget, bunzip2 for news20, and sha256sum. SPARSELEARN_MIRROR takes the place of the collection's address.
set -eu
mirror=${SPARSELEARN_MIRROR:-https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets}

# name, place in the collection, sha256 of the text
sets='a9a binary/a9a f5d5ffd8d865ff41328e7ee043e4b020816914ff6843ff15b98905ddbedce906
a9a.t binary/a9a.t 1f448a153f0320399a7e40836eb207655b0bde0f21fc941cc472193daa9f5de9
cpusmall regression/cpusmall 92356a43ceadfc74a02cd34299cdfd97e013a1c645de5a0bbafc9026a9f014d6
heart_scale binary/heart_scale 5defa0a4c4c5bdaf3f55ae3828310252e8565c13ee37ce279e0b86d82e7f4ce9
housing_scale regression/housing_scale bbacd2f526a038499717d5dc4b8895e6baf1e2351895b9360a84bcb31e104476
letter.scale multiclass/letter.scale 2224ef7faea27ea8e664b07b28167e70df53b9872b61b7aae0920feb8e9af030
mushrooms binary/mushrooms f39a4eb628dc61a7d43760815b061c9e497aa728ce1ad8bde57a09ef6043b538
news20 multiclass/news20.bz2 1d6eb77c42e1c78e86f36af834268de933da3607f38e3703aef15f7a9f11e506
news20.t multiclass/news20.t.bz2 657c08b093f826cb5271689b0c2dc6fca7f4b8c6e57b03efbb7cddf56287e2c9
w8a binary/w8a 6a9fa8fd5f524303240a5db07d4b3d4a51e8b7b4b20a914105d8e3e8c81640f2'

folder=.
if [ "${1:-}" = -d ]; then
  folder=${2:?"-d needs a folder"}
  shift 2
fi
if [ $# -eq 0 ]; then
  echo "usage: download.sh [-d FOLDER] NAME...   names: all $(echo "$sets" | cut -d' ' -f1 | tr '\n' ' ')" >&2
  exit 2
fi
# shellcheck disable=SC2046  # the names are words
[ "$1" != all ] || set -- $(echo "$sets" | cut -d' ' -f1)

fetch() {  # fetch ADDRESS FILE
  if command -v curl > /dev/null; then curl -fsSL -o "$2" "$1"; else wget -q -O "$2" "$1"; fi
}

mkdir -p "$folder"
for name in "$@"; do
  entry=$(echo "$sets" | awk -v name="$name" '$1 == name')
  if [ -z "$entry" ]; then
    echo "download.sh: no set is called $name" >&2
    exit 2
  fi
  place=$(echo "$entry" | cut -d' ' -f2)
  expected=$(echo "$entry" | cut -d' ' -f3)
  part=$folder/$name.part
  fetch "$mirror/$place" "$part"
  case $place in
    *.bz2)
      bunzip2 < "$part" > "$part.text"
      mv "$part.text" "$part"
      ;;
  esac
  found=$(sha256sum < "$part" | cut -d' ' -f1)
  if [ "$found" != "$expected" ]; then
    rm -f "$part"
    echo "download.sh: $name: expected sha256 $expected, found $found; not kept" >&2
    exit 1
  fi
  mv "$part" "$folder/$name"
  echo "$folder/$name"
done
