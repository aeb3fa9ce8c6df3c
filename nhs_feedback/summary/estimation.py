"""Counts of tags -> shares and net feelings with 95% intervals."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest, norm

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
COUNT = "count"
"""Name of the method: tags counted, Wilson interval. It covers the sampling of comments alone."""


def share_interval(tagged: ArrayLike, comments: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return share, low and high (0 to 1) of `tagged` among `comments`; NaN where there are none.

    Wilson's score interval, which stays within 0 and 1 and works for none and for all.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212.
    """
    pairs = zip(np.asarray(tagged, dtype=int), np.asarray(comments, dtype=int), strict=True)
    found = np.array([_wilson(int(k), int(n)) for k, n in pairs], dtype=float).reshape(-1, 3)
    share, low, high = found.T
    return share, low, high


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
    spread = np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    reach = norm.ppf((1 + CONFIDENCE) / 2) * spread
    low = np.where(some, np.minimum(np.clip(up - down - reach, -1, 1), net), np.nan)
    high = np.where(some, np.maximum(np.clip(up - down + reach, -1, 1), net), np.nan)
    return net, low, high


@lru_cache(maxsize=100_000)
def _wilson(k: int, n: int) -> tuple[float, float, float]:
    if n == 0:
        return np.nan, np.nan, np.nan
    interval = binomtest(k, n).proportion_ci(CONFIDENCE, method="wilson")
    return k / n, float(interval.low), float(interval.high)
