#!/usr/bin/env bash
# print_coverage.sh BUILD ROOT [GCOV]: which part of the lines of src/ and include/ ran, by folder and in all, and the files with
# the most lines that did not, as the tests of a build with --coverage have counted. A line that several translation units have
# ran when it ran in one of them.
set -euo pipefail
build=$1 root=$(cd "$2" && pwd) gcov=${3:-gcov}
find "$build/CMakeFiles" -name '*.gcda' -print0 |
  (cd "$build" && xargs -0 -r -n 20 "$gcov" --stdout 2>/dev/null) |
  awk -v root="$root/" '
    { count = $0; sub(/:.*/, "", count); gsub(/[ *]/, "", count)
      rest = substr($0, index($0, ":") + 1); line = rest; sub(/:.*/, "", line); line += 0 }
    line == 0 {
      if (match(rest, /:Source:/)) {
        file = substr(rest, RSTART + 8)
        mine = index(file, root) == 1
        file = substr(file, length(root) + 1)
        mine = mine && file ~ /^(src|include)\//
      }
      next
    }
    !mine || count == "-" || count == "" { next }
    { seen[file ":" line] = file; if (count !~ /^[#=]/) ran[file ":" line] = 1 }
    function print_share(name, command) {
      printf "%5.1f%%  %6d lines, %4d not run  %s\n", 100 * hit[name] / lines[name], lines[name], lines[name] - hit[name],
             name | command
    }
    END {
      for (place in seen) {
        file = folder = seen[place]; sub(/\/[^\/]*$/, "", folder)
        top = file; sub(/\/.*/, "", top)
        files[file]; folders[folder]
        lines[file]++; lines[folder]++; lines[top "/ in all"]++; lines["in all"]++
        if (place in ran) { hit[file]++; hit[folder]++; hit[top "/ in all"]++; hit["in all"]++ }
      }
      if (lines["in all"] == 0) { print "no counts: build with the preset coverage and run its tests"; exit 1 }
      by_name = "sort -k7"; for (folder in folders) print_share(folder, by_name); close(by_name)
      worst = "sort -k4,4nr -k7 | head -n 10"; for (file in files) print_share(file, worst); close(worst)
      print_share("include/ in all", "cat"); print_share("src/ in all", "cat"); print_share("in all", "cat"); close("cat")
    }'
