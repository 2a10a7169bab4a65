"""What was measured, as peers.csv, a table peers.md and a plot peers.svg (where gnuplot is installed)."""
import shutil
import subprocess

from report import machine, table, write_csv

HEADER = ["dataset", "loss", "target", "contender", "seconds", "times_ours", "megabytes"]


def draw(path, rows):
    """Seconds of each contender, problems side by side, on a log scale."""
    problems = list(dict.fromkeys(tuple(row[:3]) for row in rows))
    contenders = list(dict.fromkeys(row[3] for row in rows))
    seconds = {(tuple(row[:3]), row[3]): row[4] for row in rows}
    lines = ["set terminal svg size 1100,520 noenhanced", f"set output '{path}'", "set logscale y", "set ylabel 'seconds'",
             "set style data linespoints", "set key outside right", "set xtics rotate by 60 right", "set grid y",
             "set datafile missing '?'", "$data << EOD"]
    for problem in problems:
        lines.append(f'"{" ".join(problem)}" ' + " ".join(seconds.get((problem, c), "?") for c in contenders))
    lines.append("EOD")
    lines.append("plot " + ", ".join(f"$data using {k + 2}:xtic(1) title '{c}'" for k, c in enumerate(contenders)))
    subprocess.run(["gnuplot"], input="\n".join(lines), text=True, check=True)


def write_results(folder, rows):
    seen = write_csv(folder / "peers.csv", HEADER, rows)
    (folder / "peers.md").write_text(f"{machine()}\n\n{table(HEADER, seen)}")
    if shutil.which("gnuplot") and seen:
        draw(folder / "peers.svg", seen)
