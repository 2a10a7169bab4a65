#!/bin/sh
# Runs check_floors.awk over every source and public header of the tree given, and first over a tree with one fault of each
# kind, so that a check that finds nothing is known to be able to find something.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/../..}

crooked=$(mktemp -d)
trap 'rm -rf "$crooked"' EXIT
mkdir -p "$crooked/src/loss" "$crooked/src/attic"
cat > "$crooked/src/loss/crooked.cpp" <<'CODE'
#include "sparselearn/engine/problem.hpp"
#include "penalty/penalty.hpp"
#include "../base/error.hpp"
#include <tbb/parallel_for.h>
void speak() { std::cout << 1; }
void leave() { std::exit(1); }
void fine() { snprintf(buffer, 1, ""); }  // std::cerr is only spoken of
CODE
echo 'int forgotten;' > "$crooked/src/attic/old.cpp"
found=$(cd "$crooked" && awk -f "$here/check_floors.awk" src/loss/crooked.cpp src/attic/old.cpp) && status=0 || status=$?
if [ "$status" -ne 1 ] || ! echo "$found" | grep -q '^2 files checked, 7 faults$'; then
  echo "the check itself is broken; it should find 7 faults here:"
  echo "$found"
  exit 1
fi

cd "$root"
find src include -type f | LC_ALL=C sort | xargs awk -f "$here/check_floors.awk"
