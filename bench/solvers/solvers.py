#!/usr/bin/python3
"""Wall time of --solver auto against each solver by name, to the same certificate.

    solvers.py --program build/release/sparselearn --data DIR [--sets a9a,w8a] [--losses logistic,hinge] [--tol 1e-4]
               [--repeat 5] [--out bench/results]

A solver takes part where it takes the problem and meets --tol within ten times the time of auto (at least a second).
The medians of all that take part, in turns, are compared.
"""
import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
from results import machine  # noqa: E402

HEADER = ["dataset", "loss", "tolerance", "auto", "seconds", "fastest", "seconds_fastest", "ratio"]


def seconds(command, limit=60.0):
    """Wall time, or None where the command failed or took longer than the limit."""
    begin = time.perf_counter()
    try:
        status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        return None
    return time.perf_counter() - begin if status == 0 else None


def solver_names(program):
    listing = subprocess.run([program, "solvers"], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listing.splitlines() if line.strip()]


def choice_of_auto(command):
    """The name that auto picks, from the line `solver NAME (auto: ...)`."""
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return next(line.split()[1] for line in told.splitlines() if line.startswith("solver"))


def compare(options, path, loss, model):
    def command(solver, *more):
        return [options.program, "train", "--loss", loss, "--solver", solver, "--tol", options.tol, "--epochs", "100000",
                "--require-convergence", "-m", model, *more, str(path)]

    auto = choice_of_auto(command("auto"))
    limit = max(1.0, 10 * seconds(command("auto", "-q")))
    able = [name for name in solver_names(options.program) if seconds(command(name, "-q"), limit) is not None]
    times = {name: [] for name in ["auto", *able]}
    for _ in range(options.repeat):
        for name, seen in times.items():
            seen.append(seconds(command(name, "-q"), limit) or limit)
    median = {name: statistics.median(seen) for name, seen in times.items()}
    fastest = min(able, key=median.get)
    return [path.name, loss, options.tol, auto, f"{median['auto']:.4f}", fastest, f"{median[fastest]:.4f}",
            f"{median['auto'] / median[fastest]:.2f}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sets", default="a9a,w8a,mushrooms,reuters,url_Day0.first1000,cpusmall,housing_scale")
    parser.add_argument("--losses", default="logistic,squared-hinge,hinge")
    parser.add_argument("--tol", default="1e-4")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("bench/results"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder, open(options.out / "solvers.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for name in options.sets.split(","):
            source = next(iter(sorted(options.data.glob(name + "*"))), None)
            regression = name in ("cpusmall", "housing_scale")
            for loss in () if not source else ("squared",) if regression else options.losses.split(","):
                rows.append(compare(options, source, loss, folder + "/model"))
                table.writerow(rows[-1])
                file.flush()
                print("{:24} {:14} {:6} {:8} {:>8} s  {:10} {:>8} s {:>6} x".format(*rows[-1]), flush=True)
    with open(options.out / "solvers.md", "w") as file:
        file.write(f"{machine()}\n\n| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER) + "\n")
        file.writelines("| " + " | ".join(row) + " |\n" for row in rows)


if __name__ == "__main__":
    main()
