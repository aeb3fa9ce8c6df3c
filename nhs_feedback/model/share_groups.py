"""Groups of comments drawn from one writer's, with what is true of them: to measure errors on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIZES = (30, 100, 300)
"""Comments a group."""

MOST_COMMON = 0.6
"""A theme is made rare or common: from none of a group's comments to so many of them."""

MIN_LABELLED = 20
"""Of fewer labelled comments nothing is said of what is true."""

_EACH = 25  # groups of each size a writer, with its own mix and with one theme's share changed


class Drawn(NamedTuple):
    """Groups of one size, a row each: sums of probabilities and of squares, and true shares."""

    size: int
    total: Floats
    squares: Floats
    truth: Floats


def draw_groups(
    probability: Floats, present: Floats, random: np.random.Generator, *, each: int = _EACH
) -> list[Drawn]:
    """Draw groups of every size from one writer's comments.

    Parameters
    ----------
    probability, present : (n, n_themes)
        Probabilities and labels of the writer's comments, NaN unknown.

    Returns
    -------
    list of Drawn
        As the writer's comments come, and with one theme made rarer or commoner among comments
        otherwise alike. The truth is that of what is drawn from; NaN where a label is unknown.
    """
    return [
        _draw(probability, present, size, random, weights)
        for size in SIZES
        for weights in (_as_they_come(present, each), _one_theme_changed(present, each, random))
    ]


def _as_they_come(present: Floats, each: int) -> Floats:
    return np.full((each, len(present)), 1 / len(present))


def _one_theme_changed(present: Floats, each: int, random: np.random.Generator) -> Floats:
    weights = _as_they_come(present, each)
    for row in weights:
        theme = present[:, random.integers(present.shape[1])]
        known, wanted = ~np.isnan(theme), random.uniform(0, MOST_COMMON)
        share = float((theme == 1).sum() / max(known.sum(), 1))
        if 0 < share < 1:
            odds = np.where(theme == 1, wanted / share, (1 - wanted) / (1 - share))
            row[:] = row * np.where(known, odds, 1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _draw(
    probability: Floats,
    present: Floats,
    size: int,
    random: np.random.Generator,
    weights: Floats,
) -> Drawn:
    picked = np.array([random.choice(len(row), size=size, p=row) for row in weights])
    p = probability[picked]
    known = ~np.isnan(present)
    known &= known.sum(axis=0) >= MIN_LABELLED
    weighed = weights @ known
    of_all = weights @ np.where(known, present, 0)
    truth = np.divide(of_all, weighed, out=np.full(of_all.shape, np.nan), where=weighed > 0)
    return Drawn(size, p.sum(axis=1), (p**2).sum(axis=1), truth)
