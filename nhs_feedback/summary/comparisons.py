"""Each group against the rest: differences, which of them stand, and funnel limits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control
from scipy.stats import t as student

from nhs_feedback.model.share_spread import mean_variance
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.counts import P_UNIT, Counts
from nhs_feedback.summary.disclosure import MIN_GROUP, Rule
from nhs_feedback.summary.estimation import (
    CALIBRATED,
    WIDENED,
    Floats,
    Method,
    calibrated_difference,
    share_difference,
)
from nhs_feedback.summary.grouping import ALL, TRUST, Grouping, as_names
from nhs_feedback.summary.groups import Rules, estimate, summarise_counts
from nhs_feedback.summary.measure import counts_and_error
from nhs_feedback.tables.schema import PERCEPTION_INDEX, SENTIMENT

FALSE_DISCOVERIES = 0.05
"""Of the differences said to stand, the share that chance may have made."""

LIMITS = {"95": 0.95, "998": 0.998}
_FUNNEL = [f"funnel_{end}_{name}" for name in LIMITS for end in ("low", "high")]
_FIGURES = ["share", "share_rest", "difference", "difference_low", "difference_high", "p", "q"]
_DECIMALS = 4


def compare(
    tagged: pd.DataFrame,
    by: str | Sequence[str] = TRUST,
    *,
    method: Method = CALIBRATED,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
    model: Tagger | str | Path | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
) -> pd.DataFrame:
    """Compare each group's shares with those of all other groups together.

    Parameters
    ----------
    tagged, by, method, disclosure, min_group, model : as for `summarise`

    Returns
    -------
    DataFrame
        `group`, each grouping column where there are several, `theme`, `n_comments`, `share` and
        `share_rest` (0 to 1), `difference` with `difference_low` and `difference_high` (95%),
        `p`, `q` (p after Benjamini and Hochberg over the table), `stands` (q at most 0.05),
        `funnel_low_95`, `funnel_high_95`, `funnel_low_998`, `funnel_high_998` (where a group of
        this size would lie if it did not differ from all), `outside` (the widest limit that the
        share is beyond: `95%`, `99.8%` or empty), `method`, `hidden`.
    """
    grouping = Grouping(as_names(by), trust_column=trust_column)
    counts, error, book = counts_and_error(tagged, grouping, method, model, id_column)
    return compare_counts(
        counts, error,
        disclosure=disclosure, min_group=min_group, index=book.perception_index,
    )  # fmt: skip


def compare_counts(
    counts: Counts, error: pd.DataFrame | None = None, **rules: Unpack[Rules]
) -> pd.DataFrame:
    """Compare groups by their counts; `rules` and columns as `summarise_counts` and `compare`."""
    whole = estimate(counts, error)
    summary = summarise_counts(counts, error, **rules)
    whole["hidden"] = summary["hidden"].where(summary["share"].isna(), "")
    whole["share"], whole["size"] = summary["share"], summary["n_comments"]
    whole = whole[whole["theme"] != SENTIMENT]
    table = _beside_all(whole)
    known = table[["theme"]].merge(error, on="theme", how="left") if error is not None else None
    table = _differences(table, known)
    table = _funnel(table, known)
    table.loc[table["share"].isna(), [*_FIGURES, *_FUNNEL]] = np.nan
    table = _judged(table).assign(n_comments=table["size"])
    keys = list(counts.by) if len(counts.by) > 1 else []
    order = ["stands", *_FUNNEL, "outside", "method", "hidden"]
    return table[["group", *keys, "theme", "n_comments", *_FIGURES, *order]]


def _beside_all(whole: pd.DataFrame) -> pd.DataFrame:
    """Put the sums of all and of the rest beside those of each group."""
    sums = ["hits", "outcome", "n_scored", "p_sum", "p_squares"]
    index = whole["theme"] == PERCEPTION_INDEX
    whole = whole.assign(
        # The index's positives are blank in a summary, being those of one of its themes.
        hits=(whole["share"] * whole["n_tagged"])
        .round()
        .where(index, whole["n_tagged"])
        .astype(float),
        outcome=whole["n_tagged"].where(index, whole["n_comments"]).astype(float),
    )
    top = whole[whole["group"] == ALL].set_index("theme")
    groups = whole[whole["group"] != ALL].reset_index(drop=True)
    for name in [*sums, "share"]:
        groups[f"{name}_all"] = groups["theme"].map(top[name]).astype(float)
    for name in sums:
        groups[f"{name}_rest"] = groups[f"{name}_all"] - groups[name]
    hidden = groups["theme"].map(top["hidden"]).fillna("")
    groups["hidden"] = groups["hidden"].where(groups["hidden"] != "", hidden)
    groups["share"] = groups["share"].mask(hidden != "")
    return groups.assign(evenness=_evenness(groups))


def _evenness(groups: pd.DataFrame) -> pd.Series:
    """How much of one group's own error is left in the mean of the rest: 1 if it is one group.

    Groups whose size is hidden count as one, so that their sizes cannot be had from it.
    """
    n, theme = groups["n_comments"].astype(float), groups["theme"]
    unknown = groups["size"].isna()
    lump = n.where(unknown, 0.0).groupby(theme, sort=False).transform("sum")
    squares = n.mask(unknown, 0.0) ** 2
    total = squares.groupby(theme, sort=False).transform("sum") + lump**2 - squares
    rest = (groups["n_scored_rest"].where(groups["n_scored_rest"] > 0)).astype(float)
    return (total / rest**2).clip(0, 1).fillna(1.0)


def _differences(table: pd.DataFrame, known: pd.DataFrame | None) -> pd.DataFrame:
    counted = share_difference(
        table["hits"], table["outcome"], table["hits_rest"], table["outcome_rest"]
    )
    share_rest = table["hits_rest"] / table["outcome_rest"].where(table["outcome_rest"] > 0)
    figures: list[Floats] = [share_rest.to_numpy(dtype=float), *counted]
    if known is not None:
        usable = table["method"].isin((CALIBRATED, WIDENED)).to_numpy()
        total, _, n = _sums(table, "_rest")
        found = calibrated_difference(
            _sums(table, ""), _sums(table, "_rest"), known, table["evenness"].to_numpy(dtype=float)
        )
        ours = [total / np.where(n > 0, n, np.nan), *found]
        figures = [np.where(usable, a, b) for a, b in zip(ours, figures, strict=True)]
    names = ["share_rest", "difference", "difference_low", "difference_high"]
    rounded = {name: np.round(f, _DECIMALS) for name, f in zip(names, figures, strict=False)}
    return table.assign(**rounded, p=figures[-1])


def _sums(table: pd.DataFrame, part: str) -> tuple[Floats, Floats, Floats]:
    total, squares, n = (
        table[f"{name}{part}"].to_numpy(dtype=float) for name in ("p_sum", "p_squares", "n_scored")
    )
    return total / P_UNIT, squares / P_UNIT**2, n


def _funnel(table: pd.DataFrame, known: pd.DataFrame | None) -> pd.DataFrame:
    """Where the share of a group of this size lies, if it differs from all by chance alone."""
    n, centre = table["outcome"].to_numpy(dtype=float), table["share_all"].to_numpy(dtype=float)
    size = np.where(n > 0, n, np.nan)
    limits = {}
    for name, level in LIMITS.items():
        for end, tail in (("low", (1 - level) / 2), ("high", (1 + level) / 2)):
            limits[f"funnel_{end}_{name}"] = binom.ppf(tail, size, centre) / size
    if known is not None:
        usable = table["method"].isin((CALIBRATED, WIDENED)).to_numpy()
        total, squares, everyone = _sums(table, "_all")
        one = mean_variance(total, squares, everyone, known["spread"]) * everyone
        spread = np.sqrt(one / size + known["bias"].to_numpy(dtype=float) ** 2)
        freedom = known["clusters"].to_numpy(dtype=float) - 1
        for name, level in LIMITS.items():
            reach = student.ppf((1 + level) / 2, freedom) * spread
            for end, sign in (("low", -1), ("high", 1)):
                column = f"funnel_{end}_{name}"
                limits[column] = np.where(usable, centre + sign * reach, limits[column])
    return table.assign(**{k: np.round(np.clip(v, 0, 1), _DECIMALS) for k, v in limits.items()})


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Say which differences stand, over all that are shown, and which shares are outside."""
    p = table["p"].to_numpy(dtype=float)
    q = np.full(len(p), np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        q[tested] = false_discovery_control(p[tested])
    outside = pd.Series("", index=table.index, dtype=object)
    for name, word in (("95", "95%"), ("998", "99.8%")):
        low, high = table[f"funnel_low_{name}"], table[f"funnel_high_{name}"]
        outside[(table["share"] < low) | (table["share"] > high)] = word
    stands = pd.array(q <= FALSE_DISCOVERIES, dtype="boolean")
    stands[~tested] = pd.NA
    return table.assign(p=np.round(p, 6), q=np.round(q, 6), stands=stands, outside=outside)
