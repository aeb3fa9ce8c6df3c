"""Measure how long tagged rows take to summarise, against pandas reading them.

    python benchmarks/summarising.py [--rows 1000000]

The rows are the sample's comments, tagged by the default model and repeated. The bar: under ten
times the time of `pandas.read_csv`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import nhs_feedback as nf
from nhs_feedback.engines.summaries import count_table
from nhs_feedback.model.store import find_model
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.groups import summarise_counts
from nhs_feedback.summary.measure import known_error
from nhs_feedback.tables.reading import open_table

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "comments.csv"
BAR = 10
RUNS = 3


def write_tagged(path: Path, rows: int) -> None:
    tagged = nf.classify(pd.read_csv(SAMPLE, dtype=str, keep_default_na=False))
    many = pd.concat([tagged] * -(-rows // len(tagged)), ignore_index=True).head(rows)
    many.to_csv(path, index=False)


def seconds(what: Callable[[], object]) -> float:
    """The fastest of a few runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return min(times)


def summarise_file(path: Path) -> pd.DataFrame:
    """Read in chunks and summarise, as `feedback summarise` does."""
    tagger = find_model(None)
    counts = count_table(open_table(str(path)), Grouping(("trust",)), codebook=tagger.codebook)
    return summarise_counts(counts, known_error(counts, tagger))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tagged.csv"
        write_tagged(path, rows)
        read = seconds(lambda: pd.read_csv(path))
        tagged = pd.read_csv(path, keep_default_na=False, low_memory=False)
        taken = {"of a data frame": seconds(lambda: nf.summarise(tagged))}
        taken["of a file, reading it"] = seconds(lambda: summarise_file(path))
    print(f"{rows:,} tagged rows; pandas reads them in {read:.2f} s\n")
    print(f"| summary | seconds | times the reading (bar: under {BAR}) |\n|---|---:|---:|")
    for name, value in taken.items():
        print(f"| {name} | {value:.2f} | {value / read:.1f} |")


if __name__ == "__main__":
    main()
