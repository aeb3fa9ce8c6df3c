"""Counts of tags, and sums of probabilities -> shares and net feelings with 95% intervals."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr
from scipy.stats import norm

Floats = NDArray[np.float64]
Method = Literal["count", "calibrated", "checked"]
CONFIDENCE = 0.95
COUNT: Method = "count"
"""Tags counted, Wilson interval. It covers the sampling of comments alone."""
CALIBRATED: Method = "calibrated"
"""Mean calibrated probability; the interval covers the model's error as measured, too."""
CHECKED: Method = "checked"
"""Probabilities put right by a hand-checked random sample; see `checking`."""

TOO_FEW = "too few"
"""In place of a method: a perception index of too few comments to say anything."""

_Z = float(norm.ppf((1 + CONFIDENCE) / 2))
_PRIOR_COMMENTS = 5  # comments' worth of the training text's spread, for a group of few
_HALVINGS = 50


def share_interval(tagged: ArrayLike, comments: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return share, low and high (0 to 1) of `tagged` among `comments`; NaN where there are none.

    Wilson's score interval, which stays within 0 and 1 and works for none, for all and for sums
    that are not whole.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212.
    """
    k, n = np.asarray(tagged, dtype=float), np.asarray(comments, dtype=float)
    n = np.where(n > 0, n, np.nan)
    share = k / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    low = np.where(k <= 0, share, np.clip(middle - reach, 0, share))
    high = np.where(k >= n, share, np.clip(middle + reach, share, 1))
    return share, low, high


def calibrated_interval(
    total: ArrayLike, squares: ArrayLike, comments: ArrayLike, error: pd.DataFrame
) -> tuple[Floats, Floats, Floats]:
    """Return the mean probability of groups of comments, and an interval for their true share.

    Two things may be true of a group whose mean is far from the training text's share. Its
    comments may be such as the model knows, and then the mean is right but for the group's own
    ways of writing; or the theme may be commoner (rarer) there among comments otherwise alike, and
    then the mean has stayed too near that share, and the mean corrected for this is right. The
    truth lies between, so the interval runs from the lower end of the one to the upper end of the
    other, by Imbens and Manski's rule for what is only known to lie between two estimates.

    Parameters
    ----------
    total, squares : sums of probabilities, and of their squares
    comments : how many comments each sum is of
    error : DataFrame
        A row a sum, with the columns of `measure_share_error`.

    Returns
    -------
    share, low, high : 0 to 1
        NaN where there are no comments, or no row of `error` (all NaN) to tell by.

    References
    ----------
    G. W. Imbens and C. F. Manski (2004), Confidence intervals for partially identified parameters,
    Econometrica 72, 1845-1857. G. Forman (2008), Quantifying counts and costs via classification,
    Data Mining and Knowledge Discovery 17, 164-206 (the corrected mean).
    """
    n = np.asarray(comments, dtype=float)
    n = np.where(n > 0, n, np.nan)
    mean = np.asarray(total, dtype=float) / n
    known = {name: error[name].to_numpy(dtype=float) for name in error if name != "theme"}
    sampling = mean_variance(total, squares, comments, known["spread"])
    separation = known["when_present"] - known["when_absent"]
    shifted = np.clip((mean - known["when_absent"]) / separation, 0, 1)
    tilt = known["separation_sd"] / separation * (shifted - known["prior"])
    spread = np.sqrt(sampling + known["bias"] ** 2)
    shifted_spread = np.sqrt(sampling / separation**2 + known["shifted_bias"] ** 2 + tilt**2)
    apart = np.abs(shifted - mean) / np.maximum(spread, shifted_spread)
    reach = _between_two(apart, known["clusters"] - 1)
    low = np.minimum(mean - reach * spread, shifted - reach * shifted_spread)
    high = np.maximum(mean + reach * spread, shifted + reach * shifted_spread)
    return mean, np.clip(low, 0, 1), np.clip(high, 0, 1)


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


def net_interval(
    positive: ArrayLike, negative: ArrayLike, tagged: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return net feeling, low and high (-1 to 1): positive minus negative over `tagged`.

    The two shares exclude each other, so this is a difference of paired proportions; Bonett and
    Price's interval adds one comment to each side, which keeps it honest for few comments.

    References
    ----------
    D. G. Bonett and R. M. Price (2012), Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data, Journal of Educational and Behavioral Statistics
    37, 479-488.
    """
    pos, neg, n = (np.asarray(x, dtype=float) for x in (positive, negative, tagged))
    some = n > 0
    net = np.divide(pos - neg, n, out=np.full(n.shape, np.nan), where=some)
    up, down = (pos + 1) / (n + 2), (neg + 1) / (n + 2)
    reach = _Z * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    low = np.where(some, np.minimum(np.clip(up - down - reach, -1, 1), net), np.nan)
    high = np.where(some, np.maximum(np.clip(up - down + reach, -1, 1), net), np.nan)
    return net, low, high


def _between_two(apart: Floats, freedom: Floats) -> Floats:
    """Return how many standard errors to reach beyond two ends `apart` from one another.

    Twice-sided where they meet, once-sided where they are far apart; Student's t, as the error
    was measured on no more clusters than that.
    """
    low, high = np.zeros(apart.shape), np.full(apart.shape, 20.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = stdtr(freedom, middle + apart) - stdtr(freedom, -middle) < CONFIDENCE
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)


def share_difference(
    tagged: ArrayLike, comments: ArrayLike, tagged_rest: ArrayLike, comments_rest: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the difference of two shares, low, high, and its p-value (pooled score test).

    References
    ----------
    R. G. Newcombe (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, 873-890 (method 10).
    """
    share, low, high = share_interval(tagged, comments)
    rest, rest_low, rest_high = share_interval(tagged_rest, comments_rest)
    difference = share - rest
    down = np.sqrt((share - low) ** 2 + (rest_high - rest) ** 2)
    up = np.sqrt((high - share) ** 2 + (rest - rest_low) ** 2)
    n, m = (np.asarray(x, dtype=float) for x in (comments, comments_rest))
    n, m = np.where(n > 0, n, np.nan), np.where(m > 0, m, np.nan)
    pooled = (share * n + rest * m) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    z = np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)
    p = np.where(np.isnan(difference), np.nan, 2 * norm.sf(np.abs(z)))
    return difference, difference - down, difference + up, p


def calibrated_difference(
    group: tuple[Floats, Floats, Floats],
    rest: tuple[Floats, Floats, Floats],
    error: pd.DataFrame,
    evenness: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the difference of mean probabilities, low, high, and its p-value.

    The interval runs, as that of `calibrated_interval`, over the difference as it is and as it
    would be with the probabilities' pull towards the training text's share undone.

    Parameters
    ----------
    group, rest : sums of probabilities, sums of their squares, comments
    error : DataFrame
        A row a group, with the columns of `measure_share_error`.
    evenness : how much of a single group's own error is left in the mean of the rest, 0 to 1
    """
    (total, _, n), (total_rest, _, m) = group, rest
    known = {name: error[name].to_numpy(dtype=float) for name in error if name != "theme"}
    difference = total / np.where(n > 0, n, np.nan) - total_rest / np.where(m > 0, m, np.nan)
    sampling = mean_variance(*group, known["spread"]) + mean_variance(*rest, known["spread"])
    separation = known["when_present"] - known["when_absent"]
    shifted = difference / separation
    own = 1 + evenness
    spread = np.sqrt(sampling + own * known["bias"] ** 2)
    shifted_spread = np.sqrt(sampling / separation**2 + own * known["shifted_bias"] ** 2)
    apart = np.abs(shifted - difference) / np.maximum(spread, shifted_spread)
    freedom = known["clusters"] - 1
    reach = _between_two(apart, freedom)
    low = np.minimum(difference - reach * spread, shifted - reach * shifted_spread)
    high = np.maximum(difference + reach * spread, shifted + reach * shifted_spread)
    p = 2 * stdtr(freedom, -np.abs(difference) / spread)
    return difference, np.clip(low, -1, 1), np.clip(high, -1, 1), p
