"""How far a mean calibrated probability errs from the true share of a group, as measured."""

import math
from collections.abc import Sequence
from statistics import fmean, variance

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MIN_CLUSTERS = 10
"""From fewer groups of comments the error between groups is not measured."""

MIN_IN_CLUSTER = 20
"""Smaller groups of comments say too little about an error."""

_LEAST_SEPARATION = 0.05
_LEAST_PRESENT = 5  # comments with the theme, from which a cluster's separation is measured
COLUMNS = (
    "theme", "prior", "when_present", "when_absent", "spread", "bias", "shifted_bias",
    "separation_sd", "clusters",
)  # fmt: skip


def measure_share_error(
    probability: Floats, present: Floats, clusters: Sequence[str], themes: Sequence[str]
) -> pd.DataFrame | None:
    """Measure, on comments held out, what an interval for a share needs to know of the model.

    Parameters
    ----------
    probability, present : (n, n_themes)
        Calibrated probabilities of comments the model did not see, and their labels (NaN unknown).
    clusters : sequence of str, length n
        Who wrote each. A writer stands for a group with ways of its own, as a trust has.

    Returns
    -------
    DataFrame or None
        A row a theme: `prior`, its share; `when_present` and `when_absent`, mean probabilities
        of comments with and without it; `spread`, standard deviation of the probabilities;
        `bias`, standard deviation between clusters of mean probability minus share, sampling
        taken out; `shifted_bias`, the same once the mean is corrected for a theme's being more
        or less common there than in training; `separation_sd`, standard deviation between
        clusters of `when_present` minus `when_absent`, sampling taken out; `clusters`, how many.
        A theme has no row if it has too few clusters of 20 comments, or probabilities that hardly
        tell it; None if none has.
    """
    _, codes = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    found = [
        _measure_theme(p, y, codes, theme)
        for p, y, theme in zip(probability.T, present.T, themes, strict=True)
    ]
    measured = pd.DataFrame([row for row in found if row], columns=list(COLUMNS))
    return measured if len(measured) else None


def _measure_theme(
    p: Floats, y: Floats, codes: NDArray[np.intp], theme: str
) -> dict[str, float | str] | None:
    known = ~np.isnan(y)
    p, y, codes = p[known], y[known], codes[known]
    if len(np.unique(y)) < 2:
        return None
    high, low = float(p[y == 1].mean()), float(p[y == 0].mean())
    n_clusters = int((np.bincount(codes) >= MIN_IN_CLUSTER).sum())
    if n_clusters < MIN_CLUSTERS or high - low < _LEAST_SEPARATION:
        return None
    return {
        "theme": theme,
        "prior": float(y.mean()),
        "when_present": high,
        "when_absent": low,
        "spread": float(p.std()),
        "bias": _between(p - y, codes),
        "shifted_bias": _between((p - low) / (high - low) - y, codes),
        "separation_sd": _separation_sd(p, y, codes),
        "clusters": n_clusters,
    }


def _between(error: Floats, codes: NDArray[np.intp]) -> float:
    """Root mean square of the clusters' mean errors, less what sampling alone would give."""
    n = np.bincount(codes)
    large = n >= MIN_IN_CLUSTER
    total, squares = np.bincount(codes, error)[large], np.bincount(codes, error**2)[large]
    n = n[large]
    mean = total / n
    sampling = (squares / n - mean**2) / (n - 1)
    return math.sqrt(max(0.0, float(np.mean(mean**2 - sampling))))


def _separation_sd(p: Floats, y: Floats, codes: NDArray[np.intp]) -> float:
    """Spread between clusters of how far apart they tell comments with a theme from others."""
    gaps: list[float] = []
    noise: list[float] = []
    for code in range(int(codes.max()) + 1):
        with_it, without = p[(codes == code) & (y == 1)], p[(codes == code) & (y == 0)]
        if min(len(with_it), len(without)) >= _LEAST_PRESENT:
            gaps.append(float(with_it.mean() - without.mean()))
            variances = (part.var(ddof=1) / len(part) for part in (with_it, without))
            noise.append(float(sum(variances)))
    if len(gaps) < 2:
        return 0.0
    return math.sqrt(max(0.0, variance(gaps) - fmean(noise)))
