"""Measure how right tags are on comments nobody here wrote: the shipped model beside peers.

    pip install vaderSentiment
    python benchmarks/quality.py

Reads `../shared/dev`, which is not in the repository; without it there is nothing to run. Every
peer for themes learns from the same labelled comments, in this run, and is cut at the single
probability that is best for it on the two sets together, which flatters the peers: the shipped
model's thresholds come from its training comments alone.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from nhs_feedback.model.evaluation import MACRO, MICRO, Predictions, score_table
from nhs_feedback.model.examples import Examples, read_examples, shipped_examples
from nhs_feedback.model.store import load_model
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES

DEV = Path(__file__).parents[2] / "shared" / "dev"
SETS = ("real", "hard")
CUTS = np.arange(0.1, 0.7, 0.05)
VADER_NEUTRAL = 0.05  # its authors' own limits
Bools = NDArray[np.bool_]


def read_sets(themes: tuple[str, ...]) -> dict[str, Examples]:
    tables = {
        name: pd.read_csv(DEV / f"{name}.csv", dtype=str, keep_default_na=False) for name in SETS
    }
    return {
        name: read_examples(table, known_themes=themes, only_known=True)
        for name, table in tables.items()
    }


def shipped(sets: dict[str, Examples]) -> dict[str, Predictions]:
    model = load_model()
    tags = {name: model.tag(examples.texts) for name, examples in sets.items()}
    return {name: Predictions(t.present, t.polarity, t.sentiment) for name, t in tags.items()}


def words_regression(sets: dict[str, Examples]) -> dict[str, Predictions]:
    """What a first notebook does: TF-IDF of words, a balanced logistic regression a theme."""
    learn = shipped_examples()
    probability = {name: np.zeros(examples.labels.present.shape) for name, examples in sets.items()}
    for column, present in enumerate(learn.labels.present.T):
        peer = make_pipeline(
            TfidfVectorizer(min_df=2, sublinear_tf=True),
            LogisticRegression(class_weight="balanced", solver="liblinear"),
        ).fit(learn.texts, present)
        for name, examples in sets.items():
            probability[name][:, column] = peer.predict_proba(examples.texts)[:, 1]
    return cut_at_best(probability, sets)


def cut_at_best(
    probability: dict[str, NDArray[np.float64]], sets: dict[str, Examples]
) -> dict[str, Predictions]:
    def pooled(cut: float) -> float:
        said = np.vstack([probability[name] >= cut for name in sets])
        real = np.vstack([examples.labels.present for examples in sets.values()])
        return float(f1_score(real, said, average="micro"))

    best = max(CUTS, key=pooled)
    return {name: themes_only(probability[name] >= best) for name in sets}


def themes_only(present: Bools) -> Predictions:
    nothing = np.full(present.shape, UNKNOWN, dtype=np.int8)
    return Predictions(present, nothing, nothing[:, 0])


def sentiment_only(examples: Examples, codes: NDArray[np.int8]) -> Predictions:
    absent = np.zeros(examples.labels.present.shape, dtype=bool)
    return Predictions(absent, np.full(absent.shape, UNKNOWN, dtype=np.int8), codes)


def always_negative(sets: dict[str, Examples]) -> dict[str, Predictions]:
    return {
        name: sentiment_only(e, np.full(len(e.texts), POLARITIES.index("negative"), dtype=np.int8))
        for name, e in sets.items()
    }


def vader(sets: dict[str, Examples]) -> dict[str, Predictions]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    analyser = SentimentIntensityAnalyzer()

    def word(text: str) -> str:
        compound = analyser.polarity_scores(text)["compound"]
        if abs(compound) < VADER_NEUTRAL:
            return "neutral"
        return "positive" if compound > 0 else "negative"

    return {
        name: sentiment_only(e, np.array([POLARITIES.index(word(t)) for t in e.texts], np.int8))
        for name, e in sets.items()
    }


PEERS = {
    "nhs_feedback, the shipped model": (shipped, (MICRO, MACRO, "polarity", "sentiment")),
    "words, logistic regression": (words_regression, (MICRO, MACRO)),
    "VADER": (vader, ("sentiment",)),
    "always negative": (always_negative, ("sentiment",)),
}


def main() -> None:
    if not DEV.is_dir():
        sys.exit(f"nothing to measure on: {DEV} is not there")
    sets = read_sets(load_model().codebook.ids)
    print("| tagger | set | measure | score | 95% interval |\n|---|---|---|---:|---:|")
    for peer, (predict, measures) in PEERS.items():
        for name, said in predict(sets).items():
            examples = sets[name]
            scores = score_table(examples.labels, [said], writers=examples.writers, seed=0)
            for row in scores[scores["theme"].isin(measures)].to_dict("records"):
                what = f"{row['theme']} {row['measure']}"
                interval = f"{row['low']:.2f} to {row['high']:.2f}"
                print(f"| {peer} | {name} | {what} | {row['score']:.2f} | {interval} |")


if __name__ == "__main__":
    main()
