#!/usr/bin/python3
"""What the micro-benchmarks measured, as micro.csv and micro.md, beside the bars.

    micro.py [--out bench/results] FILE...

Each FILE is what a bench wrote with --benchmark_out=FILE. Of repetitions the median counts. What micro.md says by hand, from
its first heading on, stays.
"""
import argparse
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from report import machine, table, write_csv  # noqa: E402

HEADER = ["what", "threads", "ns_per_nonzero", "reads", "passes", "read_gb_per_s", "bar", "verdict"]
BARS = {"gradient": 4, "saga": 8, "svrg": 8, "sdca": 8, "sgd": 8, "ftrl": 8}  # reads of the arrays
NOTE = """\
`reads`: the time of an epoch (batch solvers: an iteration) as a multiple of one read of the rows' arrays on as many threads,
measured in turn with it; `read_gb_per_s` is the bandwidth of that read. `passes` over the rows the epoch made, all counted.
"""


def results(paths):
    """(bench, threads, figures) in the order of the files, the description of the data, and what refused to run."""
    seen, refused, data = {}, {}, ""
    for path in paths:
        report = json.loads(path.read_text())
        data = report["context"].get("data", data)
        for run in report["benchmarks"]:
            if run["run_type"] != "iteration":
                continue
            name, *arguments = run["name"].split("/")
            threads = next((a.split(":")[1] for a in arguments if a.startswith("threads:")), "1")
            if run.get("error_occurred"):
                refused[name] = run["error_message"]
                continue
            if "threads" not in run["name"]:  # the parser's shapes
                name = "/".join([name, *arguments])
            seen.setdefault((name, threads), []).append(run)
    return seen, refused, data


def median(runs, figure):
    return statistics.median(run[figure] for run in runs)


def row_of(name, threads, runs):
    """A line of the table of all that is measured in reads."""
    reads, bar = median(runs, "reads"), BARS.get(name)
    return [name, threads, f"{median(runs, 'ns/nonzero'):.2f}", f"{reads:.1f}",
            f"{median(runs, 'passes'):.2f}" if "passes" in runs[0] else "", f"{median(runs, 'GB/s'):.1f}",
            bar or "", ("met" if reads <= bar else "MISSED") if bar else ""]


def parser_row(name, runs):
    """The parser has text to read, not arrays."""
    per_nonzero = f"{1e9 / median(runs, 'items_per_second'):.2f}" if "items_per_second" in runs[0] else ""
    return [name, per_nonzero, f"{median(runs, 'bytes_per_second') * 1e-9:.2f}"]


def remarks(path):
    """What was written by hand under the tables."""
    heading, text = "\n## ", path.read_text() if path.exists() else ""
    return text[text.index(heading):] if heading in text else ""


def write_page(path, data, rows, refused, parsed):
    by_hand = remarks(path)
    with open(path, "w") as file:
        file.write(f"{machine()}\n\n{data}\n\n{NOTE}\n{table(HEADER, rows)}")
        if refused:
            file.write("\nNot there: " + "; ".join(refused.values()) + ".\n")
        if parsed:
            file.write("\nThe parser, on one thread, beside a read of memory in the same run:\n\n")
            file.write(table(["what", "ns_per_nonzero", "gb_per_s"], parsed))
        file.write(by_hand)
    if by_hand:
        print(f"{path.name}: what is said by hand under the tables is of an earlier run: check it", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=pathlib.Path, nargs="+", metavar="FILE")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("bench/results"))
    options = parser.parse_args()
    seen, refused, data = results(options.files)
    rows = [row_of(name, threads, runs) for (name, threads), runs in seen.items() if "reads" in runs[0]]
    parsed = [parser_row(name, runs) for (name, _), runs in seen.items() if "reads" not in runs[0]]
    rows.sort(key=lambda row: not row[-1])  # those with a bar first, else in the order measured
    write_csv(options.out / "micro.csv", HEADER, rows)
    write_page(options.out / "micro.md", data, rows, refused, parsed)


if __name__ == "__main__":
    main()
