"""Measure what a hundred labels of one's own add, and how much each should count.

    python benchmarks/own_labels.py

Reads `../shared/dev` (not in the repository). In turn three quarters of a set play the user's own
labels and join the shipped ones; the last quarter is scored. Nothing made here is kept.
"""

import sys

import numpy as np
from joblib import Parallel, delayed
from quality import DEV, read_sets
from sklearn.metrics import f1_score

from nhs_feedback.model.examples import Examples, shipped_examples
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.store import load_model
from nhs_feedback.model.themes import ThemeClassifier
from nhs_feedback.text.masking import masked_texts

PARTS = 4
WEIGHTS = (0, 1, 3, 10, 30)  # 0: the shipped labels alone
CUT = -0.8  # log-odds, near the best for every weight


def score(examples: Examples, weight: float) -> float:
    shipped = shipped_examples()
    part = np.random.default_rng(0).integers(0, PARTS, len(examples.texts))
    masked, shipped_masked = masked_texts(examples.texts), masked_texts(shipped.texts)
    said = np.zeros(examples.labels.present.shape, dtype=bool)
    for number in range(PARTS):
        own, asked = np.flatnonzero(part != number), np.flatnonzero(part == number)
        if not weight:
            own = own[:0]
        features = TextFeatures(mask=False)
        X = features.fit_transform([masked[row] for row in own] + shipped_masked)
        labels = np.vstack([examples.labels.present[own], shipped.labels.present])
        weights = np.concatenate([np.full(len(own), float(weight)), np.ones(len(shipped_masked))])
        themes = ThemeClassifier().fit_weights(X, labels, sample_weight=weights)
        Z = features.transform([masked[row] for row in asked])
        said[asked] = themes.decision_function(Z) > CUT
    return float(f1_score(examples.labels.present, said, average="micro"))


def main() -> None:
    if not DEV.is_dir():
        sys.exit(f"nothing to measure on: {DEV} is not there")
    sets = read_sets(load_model().codebook.ids)
    print("| set | own labels | weight of each | micro F1 |\n|---|---:|---:|---:|")
    for name, examples in sets.items():
        found = Parallel(n_jobs=2)(delayed(score)(examples, weight) for weight in WEIGHTS)
        own = len(examples.texts) * (PARTS - 1) // PARTS
        for weight, f1 in zip(WEIGHTS, found, strict=True):
            print(f"| {name} | {own if weight else 0} | {weight} | {f1:.3f} |")


if __name__ == "__main__":
    main()
