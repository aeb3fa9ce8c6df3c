"""How far the mean probability of a group may lie from the share that is true of it."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_PRIOR_COMMENTS = 5  # comments' worth of the training text's spread, for a group of few
_PRIOR_THEMES = 0.2  # themes' worth of a writer's distance, so that few themes do not say "none"


def mean_variance(
    total: ArrayLike, squares: ArrayLike, comments: ArrayLike, spread: ArrayLike
) -> Floats:
    """Return the sampling variance of mean probabilities; `spread` steadies that of a few."""
    n = np.asarray(comments, dtype=float)
    n = np.where(n > 0, n, np.nan)
    total, squares, spread = (np.asarray(x, dtype=float) for x in (total, squares, spread))
    around = np.maximum(squares - total**2 / n, 0)
    return np.asarray(
        (around + _PRIOR_COMMENTS * spread**2) / (n - 1 + _PRIOR_COMMENTS) / n, dtype=np.float64
    )


def mix_distance(
    mean: Floats, sampling: Floats, error: pd.DataFrame, group: NDArray[np.intp]
) -> Floats:
    """Say how unlike the training text's each group's mix of themes is, by its other themes.

    0 is the mix that a random sample of the training text has, 1 one as unlike it as that of one
    of its writers is on average. A model's errors grow in step: of many writers together they even
    out, as the mix does. So the mix tells how much error to expect of a group whose writers are
    not known. (What a theme's own mean tells of it is in the second of `error_parts`.)

    Parameters
    ----------
    mean, sampling : (n,)
        Mean probabilities, a row a group and theme, and their sampling variances.
    error : DataFrame
        A row for each, with the columns of `measure_share_error`.
    group : (n,)
        The number of each row's group.

    Returns
    -------
    (n,)
        Above 0; 1 where nothing tells it.
    """
    varied = error["mix_sd"].to_numpy(dtype=float) ** 2
    beyond = (mean - error["usual"].to_numpy(dtype=float)) ** 2 - sampling
    # Each theme tells of it by how much more it varies between writers than by sampling.
    weight = varied / np.maximum(varied + sampling, 1e-12) ** 2
    weight = np.where(np.isnan(beyond), np.nan, weight)
    found, full = (_of_others(weight * part, group) for part in (beyond, varied))
    return np.asarray((np.maximum(found, 0) + _PRIOR_THEMES) / (full + _PRIOR_THEMES))


def _of_others(values: Floats, group: NDArray[np.intp]) -> Floats:
    """Sum over the other rows of each row's group, where known."""
    known = np.nan_to_num(values)
    sums: Floats = np.bincount(group, known, minlength=1)[group] - known
    return sums


def error_parts(
    mean: Floats, sampling: Floats, error: pd.DataFrame, distance: Floats
) -> tuple[Floats, Floats]:
    """Return the two parts of the model's error on each mean, as variances before scaling.

    The first is between groups with ways of their own, `distance` times as large as between
    writers; the second grows with how far the mean lies from that of the training text (less what
    sampling makes of it), as the mean stays too near that where the theme is commoner or rarer.
    """
    usual, varied = (error[name].to_numpy(dtype=float) for name in ("usual", "mix_sd"))
    own = distance * varied**2
    kept = own / np.maximum(own + sampling, 1e-12)
    return distance * error["bias"].to_numpy(dtype=float) ** 2, (kept * (mean - usual)) ** 2


def share_variance(
    mean: Floats, sampling: Floats, error: pd.DataFrame, group: NDArray[np.intp]
) -> Floats:
    """Return the variance of mean probabilities as estimates of shares: sampling and error."""
    distance = mix_distance(mean, sampling, error, group)
    between, shifted = error_parts(mean, sampling, error, distance)
    return sampling + between + error["shift"].to_numpy(dtype=float) ** 2 * shifted
