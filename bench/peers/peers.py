#!/usr/bin/python3
"""Wall time from process start to a model on disk, ours against the peers found on PATH, at the same quality.

    peers.py --program build/release/sparselearn --data DIR [--sets a9a,w8a] [--peers LIBLINEAR] [--repeat 5]

Quality is (F - F*) / F(0) <= 1e-3 and 1e-6, of the model each one wrote, evaluated by problems.py. A peer runs with the loosest
of its own tolerances that gets there (found first, off the clock); then all take turns `--repeat` times and the medians are
compared. F* is the smallest F of all models seen, ours with --tol 1e-12 among them. Nothing else must run meanwhile.
"""
import argparse
import csv
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import tempfile
import threading
import time

from contenders import Sparselearn, contenders
from problems import LOSSES, Problem

LONGEST = 60  # seconds of one run; beyond, the contender is left out


def run(command):
    """Seconds, or None where it failed or took too long."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watchdog = threading.Timer(LONGEST, process.kill)  # wait(timeout=...) would poll, every 50 ms
    watchdog.start()
    status = process.wait()
    seconds = time.perf_counter() - begin
    watchdog.cancel()
    return seconds if status == 0 else None


def good_enough(contender, problem, out, best, target):
    """The first of its commands that reaches the target, or None."""
    at_zero = problem.value([])
    for command in contender.commands(problem, out):
        if run(command) is None:
            return None
        value = problem.value(contender.weights(problem, out))
        best[0] = min(best[0], value)
        if (value - best[0]) / at_zero <= target:
            return command
    return None


def measure(commands, repeat):
    """Medians, all taking turns."""
    times = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            times[name].append(run(command))
    return {name: statistics.median(seen) for name, seen in times.items() if None not in seen}


def compare(problem, program, target, repeat, folder, peers):
    out = str(folder / "model")
    precise = Sparselearn(program, 1e-12)
    run(next(precise.commands(problem, out)))
    best = [problem.value(precise.weights(problem, out))]
    commands = {}
    for contender in contenders(program, problem.loss, target):
        if not isinstance(contender, Sparselearn) and not contender.name.startswith(tuple(peers)):
            continue
        command = good_enough(contender, problem, out, best, target)
        if command:
            commands[contender.name] = command
    return measure(commands, repeat)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sets", default="a9a,w8a,mushrooms,reuters,url_Day0.first1000")
    parser.add_argument("--peers", default="LIBLINEAR,scikit-learn", help="beginnings of names")
    parser.add_argument("--out", default="peers.csv")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {platform.platform()}")
    with open(options.out, "w", newline="") as file, tempfile.TemporaryDirectory() as temporary:
        table = csv.writer(file)
        table.writerow(["dataset", "loss", "target", "contender", "seconds", "times_ours"])
        for name in options.sets.split(","):
            source = next(iter(sorted(options.data.glob(name + "*"))), None)
            for loss in LOSSES if source else ():
                problem = Problem(source, pathlib.Path(temporary), loss)
                for target in (1e-3, 1e-6):
                    found = compare(problem, options.program, target, options.repeat, pathlib.Path(temporary),
                                    options.peers.split(","))
                    ours = found.get("sparselearn")
                    for contender, seconds in found.items():
                        ratio = seconds / ours if ours else float("nan")
                        table.writerow([problem.name, loss, target, contender, f"{seconds:.4f}", f"{ratio:.2f}"])
                        print(f"{problem.name:22} {loss:14} {target:g}  {contender:28} {seconds:8.3f} s {ratio:7.1f} x", flush=True)
    print(f"largest memory of any run: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
