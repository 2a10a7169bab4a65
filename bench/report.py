"""What was measured, on paper: where, and the rows as CSV and as a table of Markdown."""
import csv
import os
import platform


def machine():
    """One line on where this ran."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} processors, {memory:.0f} GB, {platform.platform()}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def write_csv(path, header, rows):
    """Each row goes in as it comes, so that a run broken off leaves what it had. Returns them all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seen = []
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            file.flush()
            seen.append(row)
    return seen
