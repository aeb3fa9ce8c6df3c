"""Measure the most memory that classifying takes, for 10,000 rows and for many more.

    python benchmarks/memory.py [--rows 1000000] [--jobs 1]

Each run is a process of its own on a CSV made from the sample's comments, every text different.
The bar: a million rows take at most 700 MB above what ten thousand take. Needs a POSIX system.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "comments.csv"
SMALL = 10_000
BAR_MB = 700


def write_rows(path: Path, rows: int) -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        comments = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(comments[0]))
        writer.writeheader()
        for number in range(rows):
            row = comments[number % len(comments)]
            writer.writerow(row | {"id": number, "comment": f"{row['comment']} ({number})"})


def peak_mb(path: Path, jobs: int) -> tuple[float, float]:
    """Classify a file in a process; its peak memory in MB and its seconds."""
    command = [sys.executable, "-m", "nhs_feedback", "classify", str(path), "--force", "-q"]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"classify ended with status {status}")
    return usage.ru_maxrss / 1024, time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--jobs", type=int, default=1)
    asked = options.parse_args()
    print("| rows | peak memory, MB | seconds |\n|---:|---:|---:|")
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in (SMALL, asked.rows):
            path = Path(folder) / "comments.csv"
            write_rows(path, rows)
            peak, seconds = peak_mb(path, asked.jobs)
            peaks.append(peak)
            print(f"| {rows:,} | {peak:,.0f} | {seconds:,.0f} |", flush=True)
    print(f"\nGrowth: {peaks[1] - peaks[0]:,.0f} MB (bar: {BAR_MB})")


if __name__ == "__main__":
    main()
