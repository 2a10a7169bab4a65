#!/usr/bin/env bash
# print_coverage.sh BUILD ROOT [GCOV]: which part of the lines of src/ and include/ ran, by folder and in all, as the tests of a
# build with --coverage have counted. A line that several translation units have ran when it ran in one of them.
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
    END {
      for (place in seen) {
        folder = seen[place]; sub(/\/[^\/]*$/, "", folder)
        lines[folder]++; all++
        if (place in ran) { hit[folder]++; hits++ }
      }
      for (folder in lines) printf "%5.1f%%  %6d lines  %s\n", 100 * hit[folder] / lines[folder], lines[folder], folder | "sort -k4"
      close("sort -k4")
      if (all == 0) { print "no counts: build with the preset coverage and run its tests"; exit 1 }
      printf "%5.1f%%  %6d lines in all\n", 100 * hits / all, all
    }'
