"""Measure how fast comments are tagged, file to file, on one core, beside the encoder alone.

    python benchmarks/speed.py [--rows 4000]

Distinct real comments of patients from `../shared/data` (not in the repository), or the shipped
labelled comments without it. The whole command starts Python, reads, masks, tags, matches trusts,
writes and summarises; the encoder alone reads the same texts in this process. Timings are noisy:
the ratio, of runs one after the other, is what counts.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import pandas as pd

from nhs_feedback.model.encoder import shipped_encoder
from nhs_feedback.model.examples import shipped_examples

PATIENTS = Path(__file__).parents[2] / "shared" / "data" / "nhs_patient_feedback.csv"
ROUNDS = 3
LEAST_WORDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4000)
    texts = read_texts(parser.parse_args().rows)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})  # the command inherits it
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts):,} comments of {words:.0f} words on average, one core\n")
    print("| round | encoder alone, a second | file to file, a second | ratio |")
    print("|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, ROUNDS + 1):
            alone, whole = encoder_alone(texts), file_to_file(texts, Path(folder))
            print(f"| {number} | {alone:.0f} | {whole:.0f} | {whole / alone:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nMost memory of the command: {peak:.0f} MB")


def read_texts(rows: int) -> list[str]:
    if PATIENTS.is_file():
        texts = pd.read_csv(PATIENTS, dtype=str, keep_default_na=False)["FFT answer"]
    else:
        texts = pd.Series(shipped_examples().texts)
    texts = texts.drop_duplicates()
    return texts[texts.str.split().str.len() >= LEAST_WORDS].head(rows).tolist()


def encoder_alone(texts: list[str]) -> float:
    encoder = shipped_encoder()
    encoder.encode(texts[:10])
    start = time.perf_counter()
    encoder.encode(texts)
    return len(texts) / (time.perf_counter() - start)


def file_to_file(texts: list[str], folder: Path) -> float:
    source, target = folder / "comments.csv", folder / "tagged.csv"
    trusts = ["RJ1", "Leeds Teaching Hospitals", "Mersey Care", "R0A"]
    named = [trusts[row % len(trusts)] for row in range(len(texts))]
    pd.DataFrame({"comment": texts, "trust": named}).to_csv(source, index=False)
    command = [sys.executable, "-m", "nhs_feedback", "classify", str(source), "-o", str(target)]
    start = time.perf_counter()
    subprocess.run([*command, "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return len(texts) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
