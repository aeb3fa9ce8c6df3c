"""Measure how far shares err, and how often their 95% intervals hold the truth.

    python benchmarks/shares.py [HELD_OUT.npz]

Groups of 30, 100 and 300 comments are drawn from the shipped labelled comments, tagged by models
that never saw their writers: as they come, of all writers; of one writer; of one writer with one
theme made rare or common (0 to 60%); of one writer with every theme made rarer or commoner (odds
of each comment times e to the power of a standard normal a theme). The truth is the share in what
a group is drawn from. What an interval knows of the model's error is measured without the group's
writer. `checked` draws half a group, at most 100 comments, to check by hand.

Then real patients' comments of `../shared/data` (not in the repository; skipped without it), by
service, tagged by models that never saw the service.

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
from nhs_feedback.model.fitting import cross_fit, hold_out
from nhs_feedback.model.folds import grouped_folds
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
MOST_CHECKED = 100
LEAST_TOPIC = 150  # patients' comments on a topic
LEAST_SERVICE = 100
METHODS = ("count", "calibrated", "checked", "labels alone")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tagged:
    """Comments with what is true of them and what models that did not see them say."""

    present: Floats
    probability: Floats
    tags: NDArray[np.bool_]
    clusters: NDArray[np.str_]
    left_out: NDArray[np.str_]  # the larger parts whose error is not measured on themselves
    themes: tuple[str, ...]

    def error_without(self, part: str | None) -> pd.DataFrame:
        """Measure the models' error on all parts but one."""
        rows = self.left_out != part
        measured = measure_share_error(
            self.probability[rows], self.present[rows], list(self.clusters[rows]), self.themes
        )
        if measured is None:
            sys.exit("too few clusters to measure on")
        return pd.DataFrame({"theme": self.themes}).merge(measured, on="theme", how="left")


@dataclass(frozen=True)
class Group:
    """What a group is drawn from: a weight a comment, and whose comments they are."""

    weight: Floats
    part: str | None


Design = Callable[[Tagged, np.random.Generator], Group]


def as_they_come(found: Tagged, _: np.random.Generator) -> Group:
    return Group(np.ones(len(found.present)), None)


def by_cluster(found: Tagged, random: np.random.Generator) -> Group:
    chosen = random.choice(np.unique(found.clusters))
    rows = found.clusters == chosen
    return Group(rows.astype(float), found.left_out[rows][0])


def by_theme(found: Tagged, random: np.random.Generator) -> Group:
    group = by_cluster(found, random)
    theme = found.present[:, random.integers(len(found.themes))]
    share = np.average(theme, weights=group.weight)
    wanted = random.uniform(0, 0.6) if 0 < share < 1 else share
    odds = np.where(theme == 1, wanted / (share or 1), (1 - wanted) / (1 - share or 1))
    return Group(group.weight * odds, group.part)


def by_all_themes(found: Tagged, random: np.random.Generator) -> Group:
    group = by_cluster(found, random)
    tilt = np.exp(found.present @ random.normal(0, 1, len(found.themes)))
    return Group(group.weight * tilt, group.part)


DESIGNS: dict[str, Design] = {
    "as they come": as_they_come,
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
        "calibrated": calibrated_interval(p.sum(axis=0), (p**2).sum(axis=0), n, error),
        "checked": (share, low, high),
        "labels alone": share_interval(y[checked].sum(axis=0), np.full_like(n, checked.sum())),
    }


def simulate(found: Tagged, design: Design, size: int, seed: int) -> dict[str, Floats]:
    """Errors, hits and widths `(groups, 3, themes)` of each method over many groups."""
    random = np.random.default_rng(seed)
    errors = {part: found.error_without(part) for part in [None, *np.unique(found.left_out)]}
    results: dict[str, list[Floats]] = {name: [] for name in METHODS}
    for _ in range(GROUPS):
        group = design(found, random)
        weight = group.weight / group.weight.sum()
        truth = weight @ found.present
        rows = random.choice(len(weight), size=size, p=weight)
        for name, (share, low, high) in estimates(found, rows, errors[group.part], random).items():
            holds = (low - 1e-9 <= truth) & (truth <= high + 1e-9)
            results[name].append(np.array([np.abs(share - truth), holds, high - low]))
    return {name: np.array(kept) for name, kept in results.items()}


def report(found: Tagged, designs: dict[str, Design]) -> None:
    print("| drawn | size | method | mean error (points) | intervals that hold | mean width | "
          "worst theme |\n|---|---:|---|---:|---:|---:|---|")  # fmt: skip
    for name, design in designs.items():
        for size in SIZES:
            for method, kept in simulate(found, design, size, seed=size).items():
                known = ~np.isnan(kept).any(axis=(0, 1))
                error, holds, width = kept[:, :, known].mean(axis=(0, 2))
                each = np.where(known, kept[:, 1].mean(axis=0), np.inf)
                worst = f"{found.themes[int(each.argmin())]} {each.min():.1%}"
                print(
                    f"| {name} | {size} | {method} | {100 * error:.2f} | {holds:.1%} | "
                    f"{100 * width:.1f} | {worst} |",
                    flush=True,
                )


def shipped(cache: Path | None) -> Tagged:
    examples = shipped_examples().align(default_codebook().ids)
    masked = masked_texts(examples.texts)
    examples = examples.take(np.flatnonzero([says_something(check_text(text)) for text in masked]))
    present, writers = examples.labels.present, np.array(examples.writers)
    if cache is not None and cache.exists():
        kept = np.load(cache)
        probability, tags = kept["probability"], kept["tags"]
    else:
        probability, tags = held_out(examples.texts, examples.labels, examples.writers)
        if cache is not None:
            np.savez_compressed(cache, probability=probability, tags=tags)
    return Tagged(present, probability, tags, writers, writers, examples.labels.themes)


def held_out(
    texts: list[str], labels: Labels, groups: list[str]
) -> tuple[Floats, NDArray[np.bool_]]:
    weight = np.ones(len(texts))
    folds = grouped_folds(groups, folds=5, random_state=0)
    found = hold_out(masked_texts(texts), labels, weight, folds, jobs=1)
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


def one_service(found: Tagged, random: np.random.Generator) -> Group:
    chosen = random.choice(np.unique(found.left_out))
    return Group((found.left_out == chosen).astype(float), chosen)


def main() -> None:
    cache = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print("Shipped comments\n")
    report(shipped(cache), DESIGNS)
    if not PATIENTS.is_file():
        print("\nNo patients' comments to measure on: ../shared/data is not there")
        return
    print("\nPatients' comments, by service\n")
    found = patients()
    print("\n".join(by_service(found)), "\n")
    report(found, {"by service": one_service})


if __name__ == "__main__":
    main()
