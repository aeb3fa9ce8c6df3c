"""How far a mean calibrated probability errs from the true share of a group, as measured."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from nhs_feedback.model.share_groups import MIN_LABELLED, Drawn, draw_groups
from nhs_feedback.model.share_spread import error_parts, mean_variance, mix_distance

Floats = NDArray[np.float64]
MIN_CLUSTERS = 10
"""From fewer groups of comments the error between groups is not measured."""

MIN_IN_CLUSTER = MIN_LABELLED
"""Smaller groups of comments say too little about an error."""

HOLD = 0.95
"""Of the groups drawn, the intervals of so many are to hold the truth."""

LEAST_HELD = 0.93
"""A theme whose intervals hold in fewer is given wider ones of its own."""

_LEAST_SEPARATION = 0.05
_MOST_CLUSTERS = 60  # to draw groups from; more tell little and take long
_SHIFTS = (0.05, 0.1, 0.2, 0.4, 0.8)  # tried: variance of shift beside that between writers
_WIDEST = 50.0
_HALVINGS = 30
_REACH = float(norm.ppf((1 + HOLD) / 2))
_MOST_SHIFT = 1 / _REACH**2  # of more, the low end would fall where the mean rises
COLUMNS = ("theme", "usual", "spread", "mix_sd", "bias", "shift", "widened", "held", "clusters")


class _Moments(NamedTuple):
    """Of each cluster (a row) and theme: comments, sums, and means with their variances."""

    n: Floats
    total: Floats
    squares: Floats
    mean: Floats
    mean_noise: Floats
    error: Floats
    error_noise: Floats


class _Misses(NamedTuple):
    """Of each group drawn and theme: variances by cause, and how far the mean missed."""

    sampling: Floats
    between: Floats
    shifted: Floats
    missed: Floats


def measure_share_error(
    probability: Floats,
    present: Floats,
    clusters: Sequence[str],
    themes: Sequence[str],
    *,
    seed: int = 0,
) -> pd.DataFrame | None:
    """Measure, on comments held out, what an interval for a share needs to know of the model.

    Groups of 30, 100 and 300 comments are drawn from one cluster after another, as they come and
    with one theme made rare or common; the intervals that the other clusters would give them are
    widened by what it takes for 95% to hold the truth.

    Parameters
    ----------
    probability, present : (n, n_themes)
        Calibrated probabilities of comments the model did not see, and their labels (NaN unknown).
    clusters : sequence of str, length n
        Who wrote each. A writer stands for a group with ways of its own, as a trust has.
    seed : int
        Which groups are drawn.

    Returns
    -------
    DataFrame or None
        A row a theme: `usual`, the mean probability, and `spread`, the standard deviation of the
        probabilities; `mix_sd` and `bias`, standard deviations between clusters of the mean
        probability and of its error, sampling taken out, the latter as widened; `shift`, standard
        deviation of the error as a part of how far a mean lies from `usual`; `widened`, how many
        times wider the theme's own error is made than the other themes needed (1: not); `held`,
        the share of the groups drawn whose intervals hold the truth then; `clusters`, how many.
        A theme has no row if it has too few clusters of 20 comments, probabilities that hardly
        tell it, or errors that no widening covers; None if none has.
    """
    _, codes = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    kept, counted = _measurable(probability, present, codes)
    if not kept.any():
        return None
    p, y = probability[:, kept], present[:, kept]
    large = np.flatnonzero(np.bincount(codes) >= MIN_IN_CLUSTER)
    moments = _moments(p, y, codes, large)
    whole = np.array([np.full(p.shape[1], len(p)), p.sum(axis=0), (p**2).sum(axis=0)])
    misses = _left_out(p, y, codes, large, moments, whole, random=np.random.default_rng(seed))
    scale, shift = _narrowest(misses)
    widened, held = _widened(misses, scale, shift)
    table = _as_known(moments, whole)
    size = np.sqrt(scale) * widened
    table = table.assign(
        theme=[theme for theme, k in zip(themes, kept, strict=True) if k],
        bias=table["bias"] * size,
        shift=np.sqrt(np.minimum(shift * size**2, _MOST_SHIFT)),
        widened=widened,
        held=held,
        clusters=counted[kept],
    )
    table = table.loc[table["held"] >= LEAST_HELD, list(COLUMNS)].reset_index(drop=True)
    return table if len(table) else None


def as_measured_now(earlier: pd.DataFrame) -> pd.DataFrame:
    """Put what an earlier version measured in the columns of `measure_share_error`.

    It did not measure how mixes vary, which are taken to vary as errors do; nor the shift, which
    is taken from how well probabilities tell the theme.
    """
    told = earlier["when_present"] - earlier["when_absent"]
    return pd.DataFrame(
        {
            "theme": earlier["theme"],
            "usual": earlier["prior"],
            "spread": earlier["spread"],
            "mix_sd": earlier["bias"],
            "bias": earlier["bias"],
            "shift": (1 / told - 1) / 2,
            "widened": 1.0,
            "held": np.nan,
            "clusters": earlier["clusters"],
        }
    )


def _measurable(
    p: Floats, y: Floats, codes: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Say which themes are told by the probabilities and known in enough clusters; and how many."""
    clusters = np.array(
        [(np.bincount(codes, ~np.isnan(column)) >= MIN_IN_CLUSTER).sum() for column in y.T]
    )
    told = [
        bool((t == 1).any() and (t == 0).any())
        and x[t == 1].mean() - x[t == 0].mean() >= _LEAST_SEPARATION
        for x, t in zip(p.T, y.T, strict=True)
    ]
    return np.array(told, dtype=bool) & (clusters >= MIN_CLUSTERS), clusters


def _moments(p: Floats, y: Floats, codes: NDArray[np.intp], large: NDArray[np.intp]) -> _Moments:
    rows = [np.flatnonzero(codes == code) for code in large]
    n = np.array([[float(len(r))] for r in rows])
    total, squares = (np.array([x[r].sum(axis=0) for r in rows]) for x in (p, p**2))
    mean = total / n
    mean_noise = (squares / n - mean**2) / (n - 1)
    labelled = np.array([(~np.isnan(y[r])).sum(axis=0) for r in rows])
    known = np.where(labelled >= MIN_IN_CLUSTER, labelled, np.nan)
    wrong, wrong_squares = (
        np.array([np.nansum((y[r] - p[r]) ** power, axis=0) for r in rows]) for power in (1, 2)
    )
    error = wrong / known
    error_noise = (wrong_squares / known - error**2) / (known - 1)
    return _Moments(n, total, squares, mean, mean_noise, error, error_noise)


def _as_known(moments: _Moments, whole: Floats, without: int | None = None) -> pd.DataFrame:
    """What is known of the model, from all clusters or without one; nothing widened yet."""
    n, total, squares = whole
    others = np.ones(len(moments.n), dtype=bool)
    if without is not None:
        others[without] = False
        n, total, squares = (
            x - of[without]
            for x, of in zip(whole, (moments.n, moments.total, moments.squares), strict=True)
        )
    usual = total / n
    varied = (moments.mean - usual) ** 2 - moments.mean_noise
    erred = moments.error**2 - moments.error_noise
    return pd.DataFrame(
        {
            "usual": usual,
            "spread": np.sqrt(np.maximum(squares / n - usual**2, 0)),
            "mix_sd": np.sqrt(np.maximum(varied[others].mean(axis=0), 0)),
            "bias": np.sqrt(np.maximum(np.nanmean(erred[others], axis=0), 0)),
        }
    )


def _left_out(
    p: Floats,
    y: Floats,
    codes: NDArray[np.intp],
    large: NDArray[np.intp],
    moments: _Moments,
    whole: Floats,
    *,
    random: np.random.Generator,
) -> _Misses:
    """Draw groups from each cluster, and judge them by what is known without it."""
    places = np.arange(len(large))
    if len(places) > _MOST_CLUSTERS:
        places = np.sort(random.choice(places, size=_MOST_CLUSTERS, replace=False))
    found = []
    for place in places:
        rows = codes == large[place]
        error = _as_known(moments, whole, without=int(place))
        found += [_misses(drawn, error) for drawn in draw_groups(p[rows], y[rows], random)]
    return _Misses(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _misses(drawn: Drawn, error: pd.DataFrame) -> _Misses:
    groups, themes = drawn.total.shape
    group = np.repeat(np.arange(groups), themes)
    known = pd.concat([error] * groups, ignore_index=True)
    total, squares = drawn.total.ravel(), drawn.squares.ravel()
    mean = total / drawn.size
    size = np.full(len(total), drawn.size)
    sampling = mean_variance(total, squares, size, known["spread"])
    distance = mix_distance(mean, sampling, known, group)
    between, shifted = error_parts(mean, sampling, known, distance)
    missed = np.abs(drawn.truth.ravel() - mean)
    found = _Misses(sampling, between, shifted, missed)
    return _Misses(*(column.reshape(groups, themes) for column in found))


def _narrowest(misses: _Misses) -> tuple[float, float]:
    """Choose the weight of a shift, and the scale of both errors, of the narrowest intervals."""
    tried = [(_scale(misses, shift), shift) for shift in _SHIFTS]
    return min(tried, key=lambda found: float(_spread(misses, *found).mean()))


def _scale(misses: _Misses, shift: float) -> float:
    """Find what the error must be multiplied by for enough intervals to hold the truth."""
    low, high = 0.0, _WIDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _holding(misses, middle, shift).mean() >= HOLD
        low, high = (low, middle) if enough else (middle, high)
    return high


def _spread(misses: _Misses, scale: float, shift: float) -> Floats:
    of_shift = min(scale * shift, _MOST_SHIFT)
    return np.sqrt(misses.sampling + scale * misses.between + of_shift * misses.shifted)


def _holding(misses: _Misses, scale: float, shift: float) -> Floats:
    """Say (1 or 0) which intervals hold the truth, where that is known."""
    known = ~np.isnan(misses.missed)
    held = misses.missed <= _REACH * _spread(misses, scale, shift)
    return held[known].astype(float)


def _widened(misses: _Misses, scale: float, shift: float) -> tuple[Floats, Floats]:
    """Widen the intervals of each theme that hold too seldom; and say how often they hold then."""
    themes = [
        _Misses(*(column[:, [theme]] for column in misses))
        for theme in range(misses.missed.shape[1])
    ]
    scales = [
        scale if _holding(one, scale, shift).mean() >= LEAST_HELD else _scale(one, shift)
        for one in themes
    ]
    held = [
        float(_holding(one, own, shift).mean()) for one, own in zip(themes, scales, strict=True)
    ]
    return np.sqrt(np.array(scales) / max(scale, 1e-12)), np.array(held)
