#!/usr/bin/env bash
# check_memory.sh PROGRAM ROWS: every subcommand that reads data, on the first 40 of these rows, under valgrind: no read of what
# was never written, no access beyond what was allocated, nothing lost. Exit status 77: no valgrind.
set -euo pipefail
program=$(realpath "$1")
command -v valgrind >/dev/null || { echo "valgrind is not installed" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -n 40 "$2" >"$work/rows"
cd "$work"
failed=0

# watched WORD...: runs the program with these words.
watched() {
  local status=0
  valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "$program" "$@" >out 2>&1 || status=$?
  [[ $status -eq 0 ]] && return
  echo "sparselearn $*: exit status $status"
  head -n 40 out
  failed=1
}

watched convert rows rows.gz
watched convert rows rows.slc
watched inspect rows.gz
watched train -q -e 3 --checkpoint run --trace trace.csv -m model rows.gz
watched train -q -e 3 --loss squared-hinge --l1 0.01 --intercept --stream -m model.json rows.slc
watched train -q -e 2 --mode hogwild -s saga --threads 2 rows
watched predict -q --output all model rows
watched evaluate -q model.json rows.slc
watched convert model model.vw
watched cv -q --folds 2 --grid l2=0.1,0.01 -e 2 rows
watched compare -q --solvers sgd,lbfgs,sdca,cd -e 2 --out results rows
exit $failed
