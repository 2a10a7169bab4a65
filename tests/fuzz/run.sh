#!/usr/bin/env bash
# run.sh SECONDS [NAME...]: runs each fuzzer (or those named) of the preset fuzz for so long, one after another, from the corpus in
# the tree and what earlier runs found. Ends at the first fault; its input is named.
set -euo pipefail
seconds=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
[[ $# -gt 0 ]] || set -- $(cd tests/fuzz/corpus && ls)
for name in "$@"; do
  found=build/fuzz/corpus/$name
  mkdir -p "$found"
  log=build/fuzz/$name.log
  if ! nice "build/fuzz/tests/fuzz_$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2500 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    tail -n 40 "$log"
    exit 1
  fi
  echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, none at fault"
done
