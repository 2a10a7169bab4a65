#!/usr/bin/env python3
"""Holds the program to the bars of convergence.

    check.py --program build/release/sparselearn --data DIR --reference DIR [--solvers saga,svrg] [--sets a9a,w8a]

For every bar it trains with `--tol 0` and the bar's number of epochs, re-evaluates F of the written text model by
objective.py, holds it against F* of reference.py (cached in the reference folder) and against the trace, and prints a line.
A line is `met`, `epochs` (met at the end of the epochs, but the trace counts more passes than the bar allows, and a run of as
many epochs as come to the bar's passes does not meet it), `MISSED`, or `report` where no bar applies (first-order bars hold
where the condition number, bars.py, is under 100). Exit code 1 if anything is missed, diverges, or a trace does not tell the
truth. Data sets that are not in the folder are left out.
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

TRACE_AGREES = 1e-8  # of F(0), as the trace and an evaluation in double must: the program keeps the values of data as floats
ROUNDING = 1e-10     # plain SAGA under this is not beaten any more
COLUMNS = "{:<17}{:<20}{:<14}{:>6} {:<4}{:>7} {:>9}{:>9}{:>10}{:>10}{:>9}{:>8}  {}"


class Run:
    """One training run: its trace and its model."""

    def __init__(self, program, bar, path, loss, answer, extra, timeout, epochs):
        with tempfile.TemporaryDirectory() as folder:
            model, trace = os.path.join(folder, "model"), os.path.join(folder, "trace.csv")
            command = [program, "train", "--solver", bar.solver, "--loss", loss, "--l2", repr(answer["l2"]),
                       "--l1", repr(answer["l1"]), "--epochs", str(epochs), "--tol", "0", "--model", model,
                       "--trace", trace, "--quiet", *bar.options, *extra, path]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
                self.code, self.message = done.returncode, (done.stderr.strip().splitlines() or [""])[-1][:200]
            except subprocess.TimeoutExpired:
                self.code, self.message = -1, f"over {timeout} s"
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


class Problem:
    """One row of the table: a bar on one data set, loss and l2, with its reference."""

    def __init__(self, bar, name, loss, scale, answer, objective, plain_saga_reached=None):
        self.bar, self.name, self.loss, self.scale = bar, name, loss, scale
        self.answer, self.objective, self.plain = answer, objective, plain_saga_reached

    @property
    def judged(self):
        """Whether the bar itself applies, rather than the comparison with plain SAGA or a mere report."""
        return bars.judged(self.bar, self.loss, self.answer["condition"])

    @property
    def target(self):
        if self.judged:
            return self.bar.target_for(self.name, self.loss, self.scale)
        return self.bar.target if self.plain is None else max(self.plain, ROUNDING)

    def head(self):
        return (self.bar.solver, self.name, self.loss, f"{self.scale:g}", "l1" if self.bar.l1 else "",
                f"{self.answer['condition']:.3g}")

    def suboptimality(self, value):
        return (value - self.answer["f_star"]) / self.answer["f_zero"]


def faults_of(problem, run, value):
    """What is wrong with a run whatever the bar: a trace that does not tell the truth, an impossible F."""
    reached, last = problem.suboptimality(value), float(run.trace[-1]["objective"])
    if not abs(last - value) <= TRACE_AGREES * problem.answer["f_zero"]:
        yield f"UNTRUE: the trace says {last!r}, the model gives {value!r}"
    if not reached >= -problem.answer["bound"] / problem.answer["f_zero"] - 1e-12:
        yield "UNTRUE: F under F*, or not finite"


def judge(problem, run):
    """(verdict, notes, (reached, reached within the passes))."""
    bar, answer, notes = problem.bar, problem.answer, []
    value = problem.objective.value(run.weights)
    reached = measured = problem.suboptimality(value)
    in_passes = reached if bar.outer else problem.suboptimality(run.by_passes(bar.passes))
    if bar.gap:
        gap = float(run.trace[-1]["duality_gap"] or "inf") / answer["f_zero"]
        measured, in_passes = max(measured, gap), max(in_passes, gap)
        notes.append(f"gap {gap:.1e}")
    if bar.l1:
        occurring = np.count_nonzero(np.bincount(problem.objective.x.indices))
        fault = support_fault(run.weights, answer, bar.l1, occurring)
        notes.append(fault or f"keeps {np.count_nonzero(run.weights)}, reference {answer['nonzeros']}")
        measured = math.inf if fault else measured
    if problem.plain is not None:
        notes.append("bar: plain SAGA")
    if not problem.judged and problem.plain is None:
        verdict = "report"
    else:
        verdict = "MISSED" if not measured <= problem.target else "met" if in_passes <= problem.target else "epochs"
    faults = list(faults_of(problem, run, value))
    return ("MISSED" if faults else verdict), notes + faults, (reached, in_passes)


def problems(arguments, sets, solvers):
    """The rows of the table that were asked for, data set by data set."""

    def chosen(text, value):
        return not text or value in text.split(",")

    rows = [(name, loss, scale, bar) for bar in bars.table() for loss in bar.losses for scale in bar.scales
            for name in bar.sets if bar.solver in solvers]
    order = {name: position for position, name in enumerate(bars.BINARY + bars.REGRESSION + bars.CLASSES)}
    for name, loss, scale, bar in sorted(rows, key=lambda row: order[row[0]]):
        if not (chosen(arguments.solvers, bar.solver) and chosen(arguments.sets, name)
                and chosen(arguments.losses, loss) and chosen(arguments.scales, f"{scale:g}")
                and file_of(arguments.data, name)):
            continue
        answer = reference(arguments.reference, sets, name, loss, scale, bool(bar.l1))
        judged = bars.judged(bar, loss, answer["condition"])
        x, labels = sets.get(name)
        too_wide = bar.largest_width and np.count_nonzero(np.bincount(x.indices)) > bar.largest_width
        if too_wide or (arguments.judged and not judged and not bar.beats_plain_saga):
            continue
        plain = None
        if bar.beats_plain_saga and not judged:
            plain = plain_saga.suboptimality(arguments.reference, sets, name, loss, scale, bar.passes, answer)
        objective = Objective(x, map_labels(labels, loss), loss, answer["l1"], answer["l2"])
        yield Problem(bar, name, loss, scale, answer, objective, plain)


def line(problem, run):
    """(the printed line, whether something was missed)."""
    head, options = problem.head(), " ".join(problem.bar.options)
    if run.code != 0:
        return COLUMNS.format(*head, *[""] * 6, f"FAILED {options} {run.code}: {run.message}"), True
    verdict, notes, (reached, in_passes) = judge(problem, run)
    last = run.trace[-1]
    text = COLUMNS.format(*head, f"{float(last['epoch']):.5g}", f"{float(last['passes']):.5g}", f"{reached:.1e}",
                          f"{in_passes:.1e}", f"{problem.target:.0e}", f"{float(last['seconds']):.2f}",
                          " ".join([verdict, options, *[f"({note})" for note in notes]]).replace("  ", " "))
    return text, verdict == "MISSED"


def parse_arguments():
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
    return parser.parse_args()


def checked(problem, arguments):
    """The line of a problem. A schedule ends with the epochs: what takes passes besides is run for so many fewer, too."""

    def run(epochs):
        return Run(arguments.program, problem.bar, file_of(arguments.data, problem.name), problem.loss, problem.answer,
                   arguments.extra.split(), arguments.timeout, epochs)

    epochs = limit = problem.bar.passes
    first = fewer = run(epochs)
    while epochs > 1 and fewer.code == 0 and judge(problem, fewer)[0] == "epochs":
        epochs = min(epochs - 1, math.floor(epochs * limit / float(fewer.trace[-1]["passes"])))
        fewer = run(epochs)
    return line(problem, fewer if fewer.code == 0 and judge(problem, fewer)[0] == "met" else first)


def main():
    arguments = parse_arguments()
    listing = subprocess.run([arguments.program, "solvers"], capture_output=True, text=True, check=True).stdout
    print(COLUMNS.format("solver", "data", "loss", "l2*N", "l1", "cond", "epochs", "passes", "reached", "in passes", "bar",
                         "seconds", "verdict"))
    count = missed = 0
    for problem in problems(arguments, DataSets(arguments.data), set(listing.split())):
        text, failed = checked(problem, arguments)
        print(text, flush=True)
        count, missed = count + 1, missed + failed
    print(f"{count} rows, {missed} missed or failed")
    sys.exit(1 if missed or not count else 0)


if __name__ == "__main__":
    main()
