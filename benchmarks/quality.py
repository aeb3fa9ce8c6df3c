"""Measure how right tags are on comments nobody here wrote: the shipped model beside peers.

    pip install vaderSentiment
    pip install -e ".[build-models]" setfit    # PyTorch: for frozen MiniLM and SetFit alone
    python benchmarks/quality.py [--without NAME ...]

Reads `../shared/dev`, which is not in the repository; without it there is nothing to run. Every
peer learns from the same labelled comments, in this run (SetFit from a sample of each theme, as it
is meant to), and is cut at the single probability that is best for it on the two sets together,
which flatters the peers: the shipped model's thresholds come from its training comments alone. A
peer that is not installed is left out. Half an hour, most of it the peers'.
"""

import argparse
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

sys.path.insert(0, str(Path(__file__).parents[1]))  # two peers use the encoder's recipe

from tagging.peers import SENTIMENT_PEERS, THEME_PEERS, missing
from tagging.sets import CUES, DEV, POOLED, read_sets, rows_with

from nhs_feedback.model.evaluation import MACRO, MICRO, Predictions, score_table
from nhs_feedback.model.examples import Examples
from nhs_feedback.model.store import load_model
from nhs_feedback.model.tags import Tags
from nhs_feedback.tables.labels import UNKNOWN

OURS = "nhs_feedback, the shipped model"
FEELINGS = ("polarity", "sentiment")
BINS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
LEAST_SURE = 0.1  # calibration is judged among probabilities above this
N_RESAMPLES = 1000
Floats = NDArray[np.float64]
Sets = dict[str, Examples]


def main() -> None:
    asked = _options()
    if not DEV.is_dir():
        sys.exit(f"nothing to measure on: {DEV} is not there")
    model = load_model()
    sets = read_sets(model.codebook.ids)
    tags = {name: model.tag(examples.texts) for name, examples in sets.items()}
    ours = {name: Predictions(t.present, t.polarity, t.sentiment) for name, t in tags.items()}
    print("| tagger | set | measure | score | 95% interval | ours is ahead by |")
    print("|---|---|---|---:|---:|---:|")
    for name, examples in sets.items():
        rows(OURS, name, examples, [ours[name]], (MICRO, MACRO, *FEELINGS))
        precision_row(OURS, name, examples, tags[name].probability)
    theme_peers(sets, ours, asked.without)
    sentiment_peers(sets, ours, asked.without)
    reliability(sets[POOLED], tags[POOLED])
    by_cue(sets[POOLED], ours[POOLED])
    unsure(sets[POOLED], tags[POOLED])


def theme_peers(sets: Sets, ours: dict[str, Predictions], without: Iterable[str]) -> None:
    for peer, (score, needed) in THEME_PEERS.items():
        if peer in without or left_out(peer, needed):
            continue
        pooled = sets[POOLED]
        scores = score(pooled.texts)
        present = scores >= best_cut(scores, pooled)
        first = 0
        for name, examples in sets.items():
            # The pooled set is the others one after another.
            part = slice(None) if name == POOLED else slice(first, first + len(examples.texts))
            first += 0 if name == POOLED else len(examples.texts)
            rows(peer, name, examples, [ours[name], themes_only(present[part])], (MICRO, MACRO))
            precision_row(peer, name, examples, scores[part])


def sentiment_peers(sets: Sets, ours: dict[str, Predictions], without: Iterable[str]) -> None:
    for peer, (say, needed) in SENTIMENT_PEERS.items():
        if peer in without or left_out(peer, needed):
            continue
        for name, examples in sets.items():
            said = sentiment_only(examples, say(examples))
            rows(peer, name, examples, [ours[name], said], ("sentiment",))


def left_out(peer: str, needed: Iterable[str]) -> bool:
    absent = missing(tuple(needed))
    if absent:
        print(f"{peer} is left out: {', '.join(absent)} not installed", file=sys.stderr)
    return bool(absent)


def best_cut(scores: Floats, examples: Examples) -> float:
    """Choose the one score that is best on these very comments, to the peer's advantage."""
    cuts = np.unique(np.quantile(scores, np.linspace(0.5, 0.999, 200)))
    present = examples.labels.present
    return float(max(cuts, key=lambda cut: f1_score(present, scores >= cut, average="micro")))


def rows(
    peer: str, name: str, examples: Examples, said: list[Predictions], measures: Iterable[str]
) -> None:
    """Print the last one's scores, and how far the first is ahead of it, paired."""
    alone = score_table(examples.labels, said[-1:], writers=examples.writers, seed=0)
    paired = score_table(examples.labels, said, writers=examples.writers, seed=0)
    for measure in measures:
        row = alone[alone["theme"] == measure].iloc[0]
        ahead = ""
        if len(said) > 1:
            gap = paired[paired["theme"] == measure].iloc[0]
            low, high = gap["difference_low"], gap["difference_high"]
            ahead = f"{gap['difference']:.2f} ({low:.2f} to {high:.2f})"
        what = f"{measure} {row['measure']}"
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        print(f"| {peer} | {name} | {what} | {row['score']:.3f} | {interval} | {ahead} |")


def precision_row(peer: str, name: str, examples: Examples, scores: Floats) -> None:
    random, real = np.random.default_rng(0), examples.labels.present
    scores = np.nan_to_num(scores)
    drawn = []
    for _ in range(N_RESAMPLES // 5):
        take = random.integers(len(real), size=len(real))
        drawn.append(average_precision_score(real[take].ravel(), scores[take].ravel()))
    low, high = np.quantile(drawn, (0.025, 0.975))
    score = average_precision_score(real.ravel(), scores.ravel())
    print(f"| {peer} | {name} | average precision | {score:.3f} | {low:.2f} to {high:.2f} | |")


def reliability(examples: Examples, tags: Tags) -> None:
    """Print how often themes given a probability are there, and the two figures of it."""
    said, real = np.nan_to_num(tags.probability).ravel(), examples.labels.present.ravel()
    base = np.tile(examples.labels.present.mean(axis=0), len(examples.texts))
    skill = 1 - np.mean((said - real) ** 2) / np.mean((base - real) ** 2)
    print("\n| probability | tags | said | there |\n|---|---:|---:|---:|")
    gaps, counts = [], []
    for low, high in pairwise(BINS):
        inside = (said >= low) & (said < high)
        if inside.any():
            mean, there = said[inside].mean(), real[inside].mean()
            print(f"| {low:.1f} to {high:.1f} | {inside.sum()} | {mean:.2f} | {there:.2f} |")
            if low >= LEAST_SURE:
                gaps.append(abs(mean - there))
                counts.append(inside.sum())
    error = np.average(gaps, weights=counts)
    print(f"\nBrier skill {skill:.3f}; expected calibration error above 0.1: {error:.3f}")


def by_cue(examples: Examples, said: Predictions) -> None:
    print("\n| comments with | comments | polarity | sentiment |\n|---|---:|---:|---:|")
    for cue in CUES:
        take = rows_with(cue, examples)
        part = Predictions(said.present[take], said.polarity[take], said.sentiment[take])
        writers = [examples.writers[row] for row in take]
        scores = score_table(examples.labels.take(take), [part], writers=writers, seed=0)
        right = dict(zip(scores["theme"], scores["score"], strict=True))
        print(f"| {cue} | {len(take)} | {right['polarity']:.2f} | {right['sentiment']:.2f} |")


def unsure(examples: Examples, tags: Tags) -> None:
    wrong = (tags.present != (examples.labels.present == 1)).sum(axis=1)
    marked = np.array(["unsure" in reasons for reasons in tags.check])
    print(
        f"\n`unsure` marks {marked.mean():.2f} of the comments, "
        f"with {wrong[marked].sum() / wrong.sum():.2f} of the wrong tags"
    )


def themes_only(present: NDArray[np.bool_]) -> Predictions:
    nothing = np.full(present.shape, UNKNOWN, dtype=np.int8)
    return Predictions(present, nothing, nothing[:, 0])


def sentiment_only(examples: Examples, codes: NDArray[np.int8]) -> Predictions:
    absent = np.zeros(examples.labels.present.shape, dtype=bool)
    return Predictions(absent, np.full(absent.shape, UNKNOWN, dtype=np.int8), codes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    peers = [*THEME_PEERS, *SENTIMENT_PEERS]
    parser.add_argument("--without", nargs="*", default=[], choices=peers, help="leave these out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
