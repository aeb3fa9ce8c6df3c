"""Counts of tags, and sums of probabilities -> shares and net feelings with 95% intervals."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit
from scipy.stats import norm

from nhs_feedback.model.share_spread import mean_variance, share_variance

Floats = NDArray[np.float64]
Method = Literal["count", "calibrated", "checked"]
CONFIDENCE = 0.95
COUNT: Method = "count"
"""Tags counted, Wilson interval. It covers the sampling of comments alone."""
CALIBRATED: Method = "calibrated"
"""Mean calibrated probability; the interval covers the model's error as measured, too."""
CHECKED: Method = "checked"
"""Probabilities put right by a hand-checked random sample; see `checking`."""

WIDENED = "calibrated, wide"
"""As `calibrated`, of a theme on which the model errs so unevenly that it needed wider ones."""

TOO_FEW = "too few"
"""In place of a method: a perception index of too few comments to say anything."""

_Z = float(norm.ppf((1 + CONFIDENCE) / 2))


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
    total: ArrayLike,
    squares: ArrayLike,
    comments: ArrayLike,
    error: pd.DataFrame,
    group: NDArray[np.intp],
) -> tuple[Floats, Floats, Floats]:
    """Return the mean probability of groups of comments, and an interval for their true share.

    The interval covers the sampling of comments, and how far the model's means err as measured on
    writers held out of training; see `share_variance`.

    Parameters
    ----------
    total, squares : sums of probabilities, and of their squares
    comments : how many comments each sum is of
    error : DataFrame
        A row a sum, with the columns of `measure_share_error`.
    group : the number of each sum's group
        How unlike the training text's its mix of themes is, all its themes tell together.

    Returns
    -------
    share, low, high : 0 to 1
        NaN where there are no comments, or no row of `error` (all NaN) to tell by.
    """
    n = np.asarray(comments, dtype=float)
    mean = np.asarray(total, dtype=float) / np.where(n > 0, n, np.nan)
    sampling = mean_variance(total, squares, comments, error["spread"])
    reach = _Z * np.sqrt(share_variance(mean, sampling, error, group))
    return mean, np.clip(mean - reach, 0, 1), np.clip(mean + reach, 0, 1)


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
    even = sampling + (1 + evenness) * known["bias"] ** 2
    freedom = known["clusters"] - 1
    reach = stdtrit(freedom, (1 + CONFIDENCE) / 2)
    # What is the same on both sides cancels out; a difference itself is told too small.
    reach = reach * np.sqrt(even + (known["shift"] * difference) ** 2)
    p = 2 * stdtr(freedom, -np.abs(difference) / np.sqrt(even))
    return difference, np.clip(difference - reach, -1, 1), np.clip(difference + reach, -1, 1), p
