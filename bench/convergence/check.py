#!/usr/bin/env python3
"""Holds the program to the bars of convergence.

    check.py --program build/release/sparselearn --data DIR --reference DIR [--solvers saga,svrg] [--sets a9a,w8a]

For every bar it trains with `--tol 0` and the bar's number of epochs, re-evaluates F of the written text model by
objective.py, holds it against F* of reference.py (cached in the reference folder) and against the trace, and prints a line.
A line is `met`, `epochs` (met at the end of the epochs, but the trace counts more passes than the bar allows), `MISSED`, or
`report` where no bar applies (first-order bars hold where the condition number max|x_i|^2/(4 l2 N) is under 100). Exit code 1
if anything is missed, diverges, or a trace does not tell the truth. Data sets that are not in the folder are left out.
"""
import argparse
import csv
import math
import os
import subprocess
import sys
import tempfile

import numpy as np

import bars
import plain_saga
from data import map_labels, read_model
from objective import Objective
from reference import DataSets, file_of, reference

TRACE_AGREES = 1e-7
COLUMNS = "{:<17}{:<20}{:<14}{:>6} {:<4}{:>7} {:>9}{:>9}{:>10}{:>10}{:>9}{:>8}  {}"


class Run:
    """One training run: its trace and its model."""

    def __init__(self, program, bar, path, loss, answer, extra, timeout):
        with tempfile.TemporaryDirectory() as folder:
            model, trace = os.path.join(folder, "model"), os.path.join(folder, "trace.csv")
            command = [program, "train", "--solver", bar.solver, "--loss", loss, "--l2", repr(answer["l2"]),
                       "--l1", repr(answer["l1"]), "--epochs", str(bar.passes), "--tol", "0", "--model", model,
                       "--trace", trace, "--quiet", *bar.options, *extra, path]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
                self.code, self.message = done.returncode, done.stderr.strip().splitlines()[-1:] or [""]
            except subprocess.TimeoutExpired:
                self.code, self.message = -1, [f"over {timeout} s"]
            if self.code == 0:
                self.keys, self.weights = read_model(model, answer["features"])
                with open(trace, newline="", encoding="ascii") as file:
                    self.trace = list(csv.DictReader(file))

    def by_passes(self, limit):
        """The trace's objective at the last evaluation within `limit` passes of any kind."""
        return float([row for row in self.trace if float(row["passes"]) <= limit][-1]["objective"])


def support_fault(weights, answer, mode, occurring):
    """What is wrong with the support, or ''."""
    kept = set((np.flatnonzero(weights) + 1).tolist())
    if mode == "sparse":
        return "" if 0 < len(kept) < occurring / 2 else f"keeps {len(kept)} of {occurring}"
    needed, free = set(answer["needed"]), set(answer["free"])
    missing, surplus = len(needed - kept), len(kept - needed - free)
    return f"support: {missing} missing, {surplus} too many" if missing or surplus else ""


def judge(bar, run, answer, objective, name, loss, scale, plain):
    """(verdict, notes, numbers) of one run."""
    zero, best = answer["f_zero"], answer["f_star"]
    target, notes, bad = bar.target_for(name, loss, scale), [], False
    value = objective.value(run.weights)
    reached = (value - best) / zero
    in_passes = reached if bar.outer else (run.by_passes(bar.passes) - best) / zero
    last = run.trace[-1]
    if not abs(float(last["objective"]) - value) <= TRACE_AGREES * value:
        notes.append(f"the trace says {last['objective']}, the model gives {value!r}")
        bad = True
    if not math.isfinite(reached) or reached < -answer["bound"] / zero - 1e-12:
        notes.append("F under F* or not finite")
        bad = True
    measured = reached
    if bar.gap and last["duality_gap"]:
        measured = max(reached, float(last["duality_gap"]) / zero)
        notes.append(f"gap {float(last['duality_gap']) / zero:.1e}")
    if bar.l1:
        fault = support_fault(run.weights, answer, bar.l1, np.count_nonzero(np.bincount(objective.x.indices)))
        notes.append(fault or f"keeps {np.count_nonzero(run.weights)}, reference {answer['nonzeros']}")
        measured = math.inf if fault else measured
    applies = loss in bar.judged_losses and (not bar.first_order or answer["condition"] < bars.CONDITION_LIMIT)
    if applies:
        verdict = "MISSED" if measured > target else "met" if in_passes <= target else "epochs"
    else:
        verdict = "report"
        if plain is not None:
            worse = reached > max(plain, 1e-10)
            verdict = "MISSED" if worse else "met"
            target = plain
            notes.append("bar: plain SAGA")
    return verdict, notes, (reached, in_passes, target, float(last["epoch"]), float(last["passes"]),
                            float(last["seconds"])), bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--reference", required=True, help="folder of the cached references")
    parser.add_argument("--solvers", default="", help="only these, comma-separated")
    parser.add_argument("--sets", default="", help="only these data sets, comma-separated")
    parser.add_argument("--losses", default="", help="only these losses, comma-separated")
    parser.add_argument("--scales", default="", help="only these l2 * N, comma-separated")
    parser.add_argument("--judged", action="store_true", help="only rows that a bar applies to")
    parser.add_argument("--extra", default="", help="further options of every run, e.g. '--mode hogwild --threads 2'")
    parser.add_argument("--timeout", type=float, default=900, help="seconds a run may take")
    arguments = parser.parse_args()

    def chosen(text, value):
        return not text or str(value) in text.split(",")

    sets = DataSets(arguments.data)
    there = subprocess.run([arguments.program, "solvers"], capture_output=True, text=True, check=True).stdout.split()
    print(COLUMNS.format("solver", "data", "loss", "l2*N", "l1", "cond", "epochs", "passes", "reached", "in passes", "bar",
                         "seconds", "verdict"))
    failures = 0
    rows = [(name, loss, scale, bar) for bar in bars.table() for loss in bar.losses for scale in bar.scales
            for name in bar.sets]
    order = {name: position for position, name in enumerate(bars.BINARY + bars.REGRESSION + bars.CLASSES)}
    for name, loss, scale, bar in sorted(rows, key=lambda row: order[row[0]]):
        wanted = (chosen(arguments.solvers, bar.solver) and chosen(arguments.sets, name)
                  and chosen(arguments.losses, loss) and chosen(arguments.scales, f"{scale:g}"))
        if not wanted or bar.solver not in there or file_of(arguments.data, name) is None:
            continue
        answer = reference(arguments.reference, sets, name, loss, scale, bool(bar.l1))
        applies = loss in bar.judged_losses and (not bar.first_order or answer["condition"] < bars.CONDITION_LIMIT)
        if arguments.judged and not applies and not bar.beats_plain_saga:
            continue
        x, labels = sets.get(name)
        if bar.largest_width and np.count_nonzero(np.bincount(x.indices)) > bar.largest_width:
            continue
        objective = Objective(x, map_labels(labels, loss), loss, answer["l1"], answer["l2"])
        plain = None
        if bar.beats_plain_saga and not applies:
            plain = plain_saga.suboptimality(arguments.reference, sets, name, loss, scale, bar.passes, answer)
        run = Run(arguments.program, bar, file_of(arguments.data, name), loss, answer, arguments.extra.split(),
                  arguments.timeout)
        head = (bar.solver, name, loss, f"{scale:g}", "l1" if bar.l1 else "", f"{answer['condition']:.3g}")
        if run.code != 0:
            failures += 1
            print(COLUMNS.format(*head, "", "", "", "", "", "", f"FAILED {run.code}: {run.message[0][:150]}"), flush=True)
            continue
        verdict, notes, numbers, bad = judge(bar, run, answer, objective, name, loss, scale, plain)
        failures += bad or verdict == "MISSED"
        reached, in_passes, target, epochs, passes, seconds = numbers
        print(COLUMNS.format(*head, f"{epochs:.5g}", f"{passes:.5g}", f"{reached:.1e}", f"{in_passes:.1e}",
                             f"{target:.0e}", f"{seconds:.2f}",
                             " ".join([verdict, *bar.options, *(["UNTRUE"] if bad else []), *[f"({note})" for note in notes]])),
              flush=True)
    print(f"{failures} missed or failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
