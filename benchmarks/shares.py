"""Measure how far shares err, and how often their 95% intervals hold the truth.

    python benchmarks/shares.py [HELD_OUT.npz]

Groups of 30, 100 and 300 comments are drawn from the shipped labelled comments, tagged by models
that never saw their writers: at random, of all writers; of one writer; of one writer with one
theme made rare or common (0 to 60%); of one writer with every theme made rarer or commoner (odds
of each comment times e to the power of a standard normal a theme). The truth is the share in what
a group is drawn from. What an interval knows of the model's error is measured on half the writers,
and judged on groups of the other half; over ten ways to halve them. `checked` draws half a group,
at most 100 comments, to check by hand.

Then real patients' comments of `../shared/data` (not in the repository; skipped without it), by
service, tagged by models that never saw the service; the error is measured on the other services.

HELD_OUT.npz keeps the held-out probabilities of the first part, which take minutes to make.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.examples import shipped_examples
from nhs_feedback.model.fitting import cross_fit, hold_out, read_texts
from nhs_feedback.model.folds import unseen_folds
from nhs_feedback.model.share_error import measure_share_error
from nhs_feedback.summary.checking import powered_interval, powered_mean
from nhs_feedback.summary.estimation import calibrated_interval, share_interval
from nhs_feedback.tables.labels import Labels, read_labels
from nhs_feedback.tables.schema import says_something
from nhs_feedback.text.checks import check_text
from nhs_feedback.text.masking import masked_texts

PATIENTS = Path(__file__).parents[2] / "shared" / "data" / "nhs_patient_feedback.csv"
SIZES = (30, 100, 300)
GROUPS = 600
HALVES = 10
MOST_CHECKED = 100
LEAST_TOPIC = 150  # patients' comments on a topic
LEAST_SERVICE = 100
METHODS = ("count", "calibrated", "checked", "labels alone")
TELLING = ("calibrated", "checked")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tagged:
    """Comments with what is true of them and what models that did not see them say."""

    present: Floats
    probability: Floats
    tags: NDArray[np.bool_]
    clusters: NDArray[np.str_]
    left_out: NDArray[np.str_]  # the larger parts that the models were not fitted to
    themes: tuple[str, ...]

    def error_on(self, parts: NDArray[np.str_]) -> pd.DataFrame:
        """Measure the models' error on some parts."""
        rows = np.isin(self.left_out, parts)
        measured = measure_share_error(
            self.probability[rows], self.present[rows], list(self.clusters[rows]), self.themes
        )
        if measured is None:
            sys.exit("too few clusters to measure on")
        return pd.DataFrame({"theme": self.themes}).merge(measured, on="theme", how="left")


@dataclass(frozen=True)
class Judged:
    """What the error was measured on, and the comments to judge it by."""

    error: pd.DataFrame
    rows: NDArray[np.bool_]


Weights = tuple[Floats, int | None]
"""A weight a comment, and the theme whose share was changed."""

Design = Callable[[Tagged, Judged, np.random.Generator], Weights]


def at_random(found: Tagged, _: Judged, __: np.random.Generator) -> Weights:
    return np.ones(len(found.present)), None


def by_cluster(found: Tagged, judged: Judged, random: np.random.Generator) -> Weights:
    chosen = random.choice(np.unique(found.clusters[judged.rows]))
    return (found.clusters == chosen).astype(float), None


def by_theme(found: Tagged, judged: Judged, random: np.random.Generator) -> Weights:
    weight, _ = by_cluster(found, judged, random)
    theme = int(random.integers(len(found.themes)))
    present = found.present[:, theme]
    share = np.average(present, weights=weight)
    wanted = random.uniform(0, 0.6) if 0 < share < 1 else share
    odds = np.where(present == 1, wanted / (share or 1), (1 - wanted) / (1 - share or 1))
    return weight * odds, theme


def by_all_themes(found: Tagged, judged: Judged, random: np.random.Generator) -> Weights:
    weight, _ = by_cluster(found, judged, random)
    return weight * np.exp(found.present @ random.normal(0, 1, len(found.themes))), None


DESIGNS: dict[str, Design] = {
    "at random": at_random,
    "by writer": by_cluster,
    "by theme": by_theme,
    "by all themes": by_all_themes,
}


def estimates(
    found: Tagged, rows: NDArray[np.intp], error: pd.DataFrame, random: np.random.Generator
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Share, low and high of every theme by each method."""
    p, y, n = found.probability[rows], found.present[rows], np.full(len(found.themes), len(rows))
    checked = np.zeros(len(rows), dtype=bool)
    checked[random.permutation(len(rows))[: min(len(rows) // 2, MOST_CHECKED)]] = True
    powered = [
        powered_interval(
            powered_mean(y[checked, j], p[checked, j], p[~checked, j]), int(checked.sum())
        )
        for j in range(len(found.themes))
    ]
    share, low, high = np.array(powered).T
    return {
        "count": share_interval(found.tags[rows].sum(axis=0), n),
        "calibrated": calibrated_interval(
            p.sum(axis=0), (p**2).sum(axis=0), n, error, np.zeros(len(n), dtype=np.intp)
        ),
        "checked": (share, low, high),
        "labels alone": share_interval(y[checked].sum(axis=0), np.full_like(n, checked.sum())),
    }


def in_halves(found: Tagged) -> list[Judged]:
    """Measure the error on half the writers, to judge it on the other half; in several ways."""
    parts, random = np.unique(found.left_out), np.random.default_rng(1)
    halves = [random.permutation(parts)[: len(parts) // 2] for _ in range(HALVES)]
    return [Judged(found.error_on(half), ~np.isin(found.left_out, half)) for half in halves]


def simulate(
    found: Tagged, judged: list[Judged], design: Design, size: int
) -> tuple[dict[str, Floats], list[int | None]]:
    """Errors, hits and widths `(groups, 3, themes)` of each method, and the themes changed."""
    random = np.random.default_rng(size)
    results: dict[str, list[Floats]] = {name: [] for name in METHODS}
    changed = []
    for number in range(GROUPS):
        by = judged[number % len(judged)]
        weight, theme = design(found, by, random)
        changed.append(theme)
        weight = weight / weight.sum()
        truth = weight @ found.present
        rows = random.choice(len(weight), size=size, p=weight)
        for name, (share, low, high) in estimates(found, rows, by.error, random).items():
            holds = (low - 1e-9 <= truth) & (truth <= high + 1e-9)
            unknown = np.where(np.isnan(low), np.nan, holds)
            results[name].append(np.array([np.abs(share - truth), unknown, high - low]))
    return {name: np.array(kept) for name, kept in results.items()}, changed


def report(found: Tagged, judged: list[Judged], designs: dict[str, Design]) -> None:
    print("| drawn | size | method | mean error (points) | intervals that hold | mean width | "
          "of the theme changed |\n|---|---:|---|---:|---:|---:|---:|")  # fmt: skip
    by_theme = {}
    for name, design in designs.items():
        for size in SIZES:
            results, changed = simulate(found, judged, design, size)
            by_theme |= {(name, size, m): np.nanmean(results[m][:, 1], axis=0) for m in TELLING}
            for method, kept in results.items():
                print(f"| {name} | {size} | {method} | {figures(kept, changed)} |", flush=True)
    print("\nIntervals that hold, by theme\n")
    print("\n".join(themes_table(found, by_theme)))


def figures(kept: Floats, changed: list[int | None]) -> str:
    error, holds, width = np.nanmean(kept, axis=(0, 2))
    of_changed = [kept[row, 1, theme] for row, theme in enumerate(changed) if theme is not None]
    told = f"{np.nanmean(of_changed):.0%}" if of_changed else ""
    return f"{100 * error:.2f} | {holds:.1%} | {100 * width:.1f} | {told}"


def themes_table(found: Tagged, by_theme: dict[tuple[str, int, str], Floats]) -> Iterator[str]:
    yield f"| drawn | size | method | {' | '.join(found.themes)} |"
    yield "|---|---:|---|" + "---:|" * len(found.themes)
    for (name, size, method), held in by_theme.items():
        cells = " | ".join(f"{100 * share:.0f}" for share in held)
        yield f"| {name} | {size} | {method} | {cells} |"


def shipped(cache: Path | None) -> Tagged:
    examples = shipped_examples().align(default_codebook().ids)
    masked = masked_texts(examples.texts)
    examples = examples.take(np.flatnonzero([says_something(check_text(text)) for text in masked]))
    present, writers = examples.labels.present, np.array(examples.writers)
    if cache is not None and cache.exists():
        kept = np.load(cache)
        probability, tags = kept["probability"], kept["tags"]
    else:
        probability, tags = held_out(
            examples.texts, examples.labels, examples.writers, examples.seen
        )
        if cache is not None:
            np.savez_compressed(cache, probability=probability, tags=tags)
    asked = ~examples.seen
    return Tagged(
        present[asked],
        probability[asked],
        tags[asked],
        writers[asked],
        writers[asked],
        examples.labels.themes,
    )


def held_out(
    texts: list[str], labels: Labels, groups: list[str], seen: NDArray[np.bool_] | None = None
) -> tuple[Floats, NDArray[np.bool_]]:
    """Ask of every comment that the encoder has not seen a model that has not either."""
    weight = np.ones(len(texts))
    seen = np.zeros(len(texts), dtype=bool) if seen is None else seen
    folds = unseen_folds(groups, seen, folds=5, random_state=0)
    read = read_texts(masked_texts(texts), jobs=1)
    found = hold_out(read, labels, weight, folds, jobs=1)
    return cross_fit(found.log_odds, labels.present, weight, folds)


def patients() -> Tagged:
    """Real comments of patients by service; a cluster is a service and a question."""
    table = pd.read_csv(PATIENTS, dtype=str, keep_default_na=False)
    said = table["FFT answer"].str.split().str.len() > 2
    service = table["Service type 1"].str.strip()
    said &= service.map(service.value_counts()) >= LEAST_SERVICE
    table, service = table[said].reset_index(drop=True), service[said].reset_index(drop=True)
    after = list(table.columns).index("Comment sentiment") + 1
    topics = [t for t in table.columns[after:] if (table[t] != "").sum() >= LEAST_TOPIC]
    labels = read_labels(table, topics, where="patients")
    probability, tags = held_out(list(table["FFT answer"]), labels, list(service))
    clusters = (service + " / " + table["FFT question"]).to_numpy(dtype=str)
    return Tagged(
        labels.present, probability, tags, clusters, service.to_numpy(dtype=str), tuple(topics)
    )


def by_service(found: Tagged) -> Iterator[str]:
    """Whole services: nothing is sampled, so all error is the models'."""
    yield "| service | comments | counting errs by | the calibrated mean by (points) |"
    yield "|---|---:|---:|---:|"
    errors = []
    for service in np.unique(found.left_out):
        rows = found.left_out == service
        truth = found.present[rows].mean(axis=0)
        counted = np.abs(found.tags[rows].mean(axis=0) - truth).mean()
        calibrated = np.abs(found.probability[rows].mean(axis=0) - truth).mean()
        errors.append((counted, calibrated))
        yield f"| {service} | {rows.sum()} | {100 * counted:.2f} | {100 * calibrated:.2f} |"
    counted, calibrated = np.mean(errors, axis=0)
    yield f"| all | {len(found.left_out)} | {100 * counted:.2f} | {100 * calibrated:.2f} |"


def without_each(found: Tagged) -> list[Judged]:
    """Judge each service by an error that was measured on the others."""
    parts = np.unique(found.left_out)
    return [Judged(found.error_on(parts[parts != p]), found.left_out == p) for p in parts]


def one_service(_found: Tagged, judged: Judged, _: np.random.Generator) -> Weights:
    return judged.rows.astype(float), None


def main() -> None:
    cache = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print("Shipped comments\n")
    found = shipped(cache)
    report(found, in_halves(found), DESIGNS)
    if not PATIENTS.is_file():
        print("\nNo patients' comments to measure on: ../shared/data is not there")
        return
    print("\nPatients' comments, by service\n")
    found = patients()
    print("\n".join(by_service(found)), "\n")
    report(found, without_each(found), {"by service": one_service})


if __name__ == "__main__":
    main()
