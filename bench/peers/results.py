"""What was measured, as peers.csv, a table peers.md and a plot peers.svg (where gnuplot is installed)."""
import csv
import os
import platform
import shutil
import subprocess

HEADER = ["dataset", "loss", "target", "contender", "seconds", "times_ours", "megabytes"]


def machine():
    """One line on where this ran."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} processors, {memory:.0f} GB, {platform.platform()}"


def write_table(path, rows):
    with open(path, "w") as file:
        file.write(f"{machine()}\n\n| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER) + "\n")
        file.writelines("| " + " | ".join(row) + " |\n" for row in rows)


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
    """Each row goes into the CSV as it comes, so that a run broken off leaves what it had."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = []
    with open(folder / "peers.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for row in rows:
            table.writerow(row)
            file.flush()
            seen.append(row)
    write_table(folder / "peers.md", seen)
    if shutil.which("gnuplot") and seen:
        draw(folder / "peers.svg", seen)
