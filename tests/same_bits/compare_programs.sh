#!/usr/bin/env bash
# compare_programs.sh PROGRAM OTHER: whether two builds of the program, say by different compilers, write the same to the bit:
# data, models and traces with every solver, loss and schedule, and scores; the first build on one thread with scalar kernels,
# the other on two threads with those of AVX2 and AVX-512. (That one build comes to the same with all of them is a test of
# tests/cli/kernels.cpp.) Prints what differs and how much was compared; exit status 1 when something differed.
set -euo pipefail
program=$(realpath "$1") other=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/first" "$work/second"
cd "$work"
compared=0 refused=0 differing=0

# Of a trace, all but the seconds and the number of threads.
lasting() {
  awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "seconds" || $i == "threads") skip[i] }
                    { for (i in skip) $i = ""; print }' "$1"
}

# run FOLDER KERNELS THREADS PROGRAM WORD...: what the program writes is left in the folder.
run() {
  local folder=$1 kernels=$2 threads=$3 status=0
  shift 3
  rm -f "$folder"/*
  SPARSELEARN_KERNELS=$kernels "$@" -q --threads "$threads" >"$folder/out" 2>"$folder/error" || status=$?
  echo "$status" >"$folder/status"
  if [[ -f trace ]]; then lasting trace >"$folder/trace" && rm trace; fi
  if [[ -f result ]]; then mv result "$folder/result"; fi
}

# compare WORD...: the same words for both programs. Those that do not go together must be refused by both.
compare() {
  local kernels
  run first scalar 1 "$program" "$@"
  compared=$((compared + 1))
  if [[ $(<first/status) -eq 2 ]]; then refused=$((refused + 1)); fi
  for kernels in avx2 avx512; do
    run second $kernels 2 "$other" "$@"
    diff -rq first second >difference && continue
    echo "sparselearn $*: differs with kernels $kernels"
    cat difference first/error second/error
    differing=$((differing + 1))
  done
}

train() { compare train --tol 0 -e 3 --trace trace -m result "$@"; }
names() { "$program" "$1" | awk '{ print $1 }'; }

for labels in binary classes regression; do
  compare generate --rows 400 --columns 100 --labels $labels result
  mv first/result $labels.svm
done
for solver in $(names solvers); do
  train --solver "$solver" binary.svm
  train --solver "$solver" --l1 1e-3 --intercept binary.svm
  train --solver "$solver" --loss softmax classes.svm
  train --solver "$solver" --loss squared --normalize l2 regression.svm
done
for order in reshuffle once sequential random curriculum; do
  train --solver sdca --parts 3 --order $order binary.svm
done
for loss in $(names losses); do
  for data in binary.svm classes.svm regression.svm; do
    train --loss "$loss" $data
    [[ $(<first/status) -eq 0 ]] || continue
    cp first/result model
    compare predict --output all model $data
    train --loss "$loss" --solver sgd $data
    train --loss "$loss" --solver cd $data
  done
done
for schedule in $(names schedules); do train --solver sgd --schedule "$schedule" binary.svm; done
echo "$compared command lines, of which $refused refused alike: $differing differences"
[[ $differing -eq 0 && $refused -lt $((compared / 2)) ]]
