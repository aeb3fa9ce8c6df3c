"""Shares over time, with the limits of an XmR chart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.counts import Counts
from nhs_feedback.summary.disclosure import MIN_GROUP, Rule
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import (
    ALL,
    JOIN_GROUPS,
    NOT_GIVEN,
    PERIODS,
    Grouping,
    Period,
    as_names,
)
from nhs_feedback.summary.groups import Rules, summarise_counts
from nhs_feedback.summary.measure import counts_and_error
from nhs_feedback.tables.schema import SENTIMENT

FULL = 12
"""From fewer points the limits are on trial."""

RUN = 8
"""So many points running on one side of the centre are a signal."""

_PER_RANGE = 2.66  # three standard deviations, by the mean moving range of pairs: 3 / 1.128
_DECIMALS = 4
_FIGURES = ["share", "share_low", "share_high"]
_LIMITS = ["centre", "limit_low", "limit_high", "points", "trial", "signal"]


def trends(
    tagged: pd.DataFrame,
    period: Period = "month",
    *,
    by: str | Sequence[str] | None = None,
    method: Method = CALIBRATED,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
    model: Tagger | str | Path | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
) -> pd.DataFrame:
    """Follow each theme's share over calendar periods, of all comments and of each group.

    Parameters
    ----------
    tagged, by, method, disclosure, min_group, model : as for `summarise`

    Returns
    -------
    DataFrame
        `group` (`All` first; the columns of `by` joined), the period under its own name, `theme`,
        `n_comments`, `share` with `share_low` and `share_high` (95%), `centre`, `limit_low` and
        `limit_high` (XmR: mean plus and minus 2.66 times the mean moving range), `points` shown,
        `trial` (fewer than 12), `signal` (`beyond limits`, `run of 8` or empty), `method`,
        `hidden`. Comments without a date are left out.

    References
    ----------
    D. J. Wheeler (2000), Understanding variation: the key to managing chaos.
    """
    grouping = Grouping(as_names(by), period, trust_column, date_column)
    counts, error, book = counts_and_error(tagged, grouping, method, model, id_column)
    return trend_counts(
        counts, error,
        disclosure=disclosure, min_group=min_group, index=book.perception_index,
    )  # fmt: skip


def trend_counts(
    counts: Counts, error: pd.DataFrame | None = None, **rules: Unpack[Rules]
) -> pd.DataFrame:
    """Follow shares by counts whose last grouping is a period; `rules` as `summarise_counts`."""
    *by, period = counts.by or ("",)
    if period not in PERIODS:
        raise TableError("no periods to follow: group by month, quarter or year (--period)")
    # A hand-checked sample speaks of the groups that it was drawn in, not of periods alone.
    alone = Rules({**rules, "checked": None})
    tables = [_series(counts.only((period,)), error, [], alone if by else rules)]
    if by:
        tables.append(_series(counts, error, by, rules))
    table = pd.concat(tables, ignore_index=True)
    series = table.groupby(["group", "theme"], sort=False, observed=True)["share"]
    limits = [_limits(shares) for _, shares in series]
    if limits:
        table = table.join(pd.concat(limits))
    else:
        table = table.reindex(columns=[*table.columns, *_LIMITS])
    return table[["group", period, "theme", "n_comments", *_FIGURES, *_LIMITS, "method", "hidden"]]


def _series(
    counts: Counts, error: pd.DataFrame | None, by: list[str], rules: Rules
) -> pd.DataFrame:
    summary = summarise_counts(counts, error, **rules)
    period = counts.by[-1]
    summary = summary[(summary["group"] != ALL) & (summary["theme"] != SENTIMENT)].copy()
    if by:
        summary["group"] = summary[by].agg(JOIN_GROUPS.join, axis=1)
    else:
        summary[period], summary["group"] = summary["group"], ALL
    summary["hidden"] = summary["hidden"].where(summary["share"].isna(), "")
    return summary[summary[period] != NOT_GIVEN].sort_values(["group", period], kind="stable")


def _limits(shares: pd.Series) -> pd.DataFrame:
    """Centre and limits of one series, by the points that are shown."""
    known = shares.dropna().to_numpy(dtype=float)
    centre = float(known.mean()) if len(known) else np.nan
    reach = _PER_RANGE * float(np.abs(np.diff(known)).mean()) if len(known) > 1 else np.nan
    low, high = max(0.0, centre - reach), min(1.0, centre + reach)
    return pd.DataFrame(
        {
            "centre": round(centre, _DECIMALS),
            "limit_low": round(low, _DECIMALS) if len(known) > 1 else np.nan,
            "limit_high": round(high, _DECIMALS) if len(known) > 1 else np.nan,
            "points": len(known),
            "trial": len(known) < FULL,
            "signal": _signals(shares, centre, low, high),
        },
        index=shares.index,
    )


def _signals(shares: pd.Series, centre: float, low: float, high: float) -> pd.Series:
    signal = pd.Series("", index=shares.index, dtype=object)
    known = shares.dropna()
    side = np.sign(known - centre)
    length = side.groupby((side != side.shift()).cumsum()).transform("size")
    signal[known.index[(length >= RUN) & (side != 0)]] = f"run of {RUN}"
    signal[known.index[(known < low) | (known > high)]] = "beyond limits"
    return signal
