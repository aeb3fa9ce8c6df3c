"""Tagged comments -> a summary a group, from counts that add up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import PerceptionIndex
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.checking import check_against
from nhs_feedback.summary.counts import COUNTED, P_UNIT, Counts
from nhs_feedback.summary.disclosure import (
    MIN_GROUP,
    SMALL_FEELING,
    Rule,
    mark_hidden,
    protect,
)
from nhs_feedback.summary.estimation import (
    CALIBRATED,
    CHECKED,
    COUNT,
    TOO_FEW,
    WIDENED,
    Floats,
    calibrated_interval,
    net_interval,
    share_interval,
)
from nhs_feedback.summary.grouping import (
    ALL,
    JOIN_GROUPS,
    SUMMARY_COLUMNS,
    TRUST,
    Grouping,
    Period,
    as_names,
)
from nhs_feedback.summary.measure import counts_and_error
from nhs_feedback.tables.schema import (
    JOIN,
    PERCEPTION_INDEX,
    POLARITIES,
    SENTIMENT,
)

_SHARE = ["share", "share_low", "share_high"]
_NET = ["net", "net_low", "net_high"]
_COUNTS = ["n_rows", "n_comments", "n_tagged", *POLARITIES]
_DECIMALS = 4


def summarise(
    tagged: pd.DataFrame,
    by: str | Sequence[str] | None = TRUST,
    *,
    period: Period | None = None,
    method: Literal["calibrated", "count"] = "calibrated",
    checked: pd.DataFrame | None = None,
    wide: bool = False,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
    model: Tagger | str | Path | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
) -> pd.DataFrame:
    """Summarise tagged comments by group and theme.

    Parameters
    ----------
    tagged : DataFrame
        What `classify` returned.
    by : str or several, optional
        Grouping columns. `trust` is the resolved organisation where there is one, else the name
        as written; `region` and `type` are the resolved organisation's.
    period : {"month", "quarter", "year"}, optional
        Also by calendar period.
    method : {"calibrated", "count"}
        How shares are estimated; see docs/summaries.md.
    checked : DataFrame, optional
        A random sample of each group's comments labelled by hand (the labelled form), found by id
        or by text: where a group has ten or more, its shares are estimated from these and all
        probabilities (`checked`).
    wide : bool
        One row a group and one column a theme (its share), as boards read it.
    disclosure : {"none", "fft"}
        `fft`, for publication, hides counts of 1 to 4 too, and what would give them away.
    min_group : int
        Figures of groups with fewer comments, or respondents, are hidden (null).
    model : Tagger or path, optional
        The model that tagged, for its codebook and the error it was measured to make. Default:
        the shipped one.

    Returns
    -------
    DataFrame
        `group` (`All` first), each grouping column where there are several, `theme`, `n_rows`,
        `n_comments` (those that say something: the denominator), `n_tagged`, `share` (0 to 1),
        `share_low`, `share_high` (95%), `method`, `negative`, `mixed`, `neutral`, `positive`
        (counts), `net` (-1 to 1), `net_low`, `net_high`, `hidden`.

    Warns
    -----
    FeedbackWarning
        If tags have to be counted, as the model's error on shares is not known.

    Raises
    ------
    TableError
        If the table is not a tagged one, or lacks a grouping column.
    """
    grouping = Grouping(as_names(by), period, trust_column, date_column)
    counts, error, book = counts_and_error(tagged, grouping, method, model, id_column)
    sample = None
    if checked is not None:
        sample = check_against(tagged, checked, grouping, id_column=id_column).shares
    return summarise_counts(
        counts,
        error,
        wide=wide,
        disclosure=disclosure,
        min_group=min_group,
        index=book.perception_index,
        checked=sample,
    )


class Rules(TypedDict, total=False):
    """What `summarise_counts` hides by, for functions that pass it on."""

    disclosure: Rule
    min_group: int
    index: PerceptionIndex | None
    checked: pd.DataFrame | None


def summarise_counts(
    counts: Counts,
    error: pd.DataFrame | None = None,
    *,
    wide: bool = False,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
    index: PerceptionIndex | None = None,
    checked: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Turn counts into shares with intervals, small numbers hidden; columns as `summarise`.

    Parameters
    ----------
    error : DataFrame, optional
        As `measure_share_error` returns, for calibrated shares; without it tags are counted.
    index : PerceptionIndex, optional
        The themes of the perception index, for what its row gives away of theirs.
    checked : DataFrame, optional
        Shares from a hand-checked sample, as `checked_shares` returns; they replace others.
    """
    table = estimate(counts, error)
    if checked is not None:
        table = _with_checked(table, checked, list(counts.by))
    summary = protect(table, counts, rule=disclosure, min_group=min_group, index=index)
    summary = _enough_for_index(summary, min_group)
    keys = list(counts.by) if len(counts.by) > 1 else []
    if wide:
        return _widen(summary, keys)
    return summary[["group", *keys, *SUMMARY_COLUMNS[1:]]]


def estimate(counts: Counts, error: pd.DataFrame | None) -> pd.DataFrame:
    """Estimate every share and net feeling, nothing hidden; with the sums they are made from."""
    table = _with_all(counts).astype({"group": "str", "theme": "str"})
    index, sentiment = table["theme"] == PERCEPTION_INDEX, table["theme"] == SENTIMENT
    shares, method = _shares(table, index, error)
    for name, values in zip(_SHARE, shares, strict=True):
        table[name] = pd.Series(values, index=table.index).round(_DECIMALS).mask(sentiment)
    felt = table[list(POLARITIES)].sum(axis=1)
    net = net_interval(table["positive"], table["negative"], felt)
    for name, figures in zip(_NET, net, strict=True):
        table[name] = pd.Series(figures, index=table.index).round(_DECIMALS).mask(index)
    table[_COUNTS] = table[_COUNTS].astype("Int64")
    table.loc[index, list(POLARITIES)] = pd.NA
    table["method"] = np.where(sentiment, "", method)
    return table


def _with_checked(table: pd.DataFrame, checked: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Put the shares of a hand-checked sample in place of others."""
    found = table[[*by, "theme"]].merge(checked, on=[*by, "theme"], how="left")
    known = found["share"].notna().to_numpy()
    better = {
        name: np.where(known, found[name].round(_DECIMALS), table[name]).astype(float)
        for name in _SHARE
    }
    return table.assign(method=table["method"].mask(known, CHECKED), **better)


def for_writing(summary: pd.DataFrame) -> pd.DataFrame:
    """Return a summary as cells for a file: `[c]` where hidden, empty where there is no figure."""
    return mark_hidden(summary, summary["hidden"], figure_columns(summary))


def figure_columns(summary: pd.DataFrame) -> list[str]:
    """List the columns of a summary, long or wide, that are hidden in small groups."""
    after = list(summary.columns).index("n_comments") + 1
    return [name for name in summary.columns[after:] if name not in ("method", "hidden")]


def _shares(
    table: pd.DataFrame, index: pd.Series, error: pd.DataFrame | None
) -> tuple[tuple[Floats, ...], NDArray[np.str_]]:
    """Share, low and high of each row, and how it was estimated."""
    hits = table["positive"].where(index, table["n_tagged"])
    outcome = table["n_tagged"].where(index, table["n_comments"])
    counted = share_interval(hits, outcome)
    if error is None:
        return counted, np.full(len(table), COUNT)
    known = table[["theme"]].merge(error, on="theme", how="left")
    # The first row of every theme is of the first group, and so on.
    counted_up = table.groupby("theme", sort=False, observed=True).cumcount()
    group = np.asarray(counted_up, dtype=np.intp)
    found = calibrated_interval(
        table["p_sum"] / P_UNIT, table["p_squares"] / P_UNIT**2, table["n_scored"], known, group
    )
    usable = table["theme"].isin(error["theme"]).to_numpy()
    both = zip(found, counted, strict=True)
    method = np.select([known["widened"] > 1, usable], [WIDENED, CALIBRATED], COUNT)
    return tuple(np.where(usable, ours, theirs) for ours, theirs in both), method


def _enough_for_index(summary: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Leave out an index made of too few comments to say anything."""
    few = (summary["theme"] == PERCEPTION_INDEX) & (summary["hidden"] == "")
    few &= summary["n_tagged"].between(1, min_group - 1)
    shares = summary[_SHARE].mask(few)
    return summary.assign(method=summary["method"].mask(few, TOO_FEW), **shares)


def _with_all(counts: Counts) -> pd.DataFrame:
    """Put the group `All` on top, the others by name, themes in codebook order, none missing."""
    by = list(counts.by)
    flat = counts.table.reset_index()
    order = list(counts.themes)
    everything = flat.groupby("theme", observed=True, dropna=False)[list(COUNTED)].sum()
    top = everything.reindex(order, fill_value=0).reset_index().assign(group=ALL)
    if not by or flat.empty:
        return top.assign(**dict.fromkeys(by, ALL))
    flat["group"] = flat[by[0]] if len(by) == 1 else flat[by].agg(JOIN_GROUPS.join, axis=1)
    flat["theme"] = pd.Categorical(flat["theme"], categories=order, ordered=True)
    flat = flat.sort_values([*by, "theme"], key=_folded, kind="stable")
    return pd.concat([top, flat.astype({"theme": object})], ignore_index=True).fillna(
        dict.fromkeys(by, ALL)
    )


def _folded(column: pd.Series) -> pd.Series:
    return column.str.casefold() if column.name != "theme" else column


def _widen(summary: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a group: its comments, the share of each theme, net sentiment, the index."""
    order = summary["theme"].unique()
    value = summary["share"].where(summary["theme"] != SENTIMENT, summary["net"])
    place = ["group", *keys]
    cells = summary.assign(value=value).set_index([*place, "theme"])["value"].unstack("theme")
    groups = summary.drop_duplicates(place).set_index(place)
    sheet = groups[["n_rows", "n_comments"]].join(cells[order])
    return sheet.assign(hidden=_reasons(summary, place)).reset_index()


def _reasons(summary: pd.DataFrame, place: list[str]) -> pd.Series:
    """Join the rules that hid something of a group that a wide sheet shows."""
    told = summary["hidden"].where(
        ~summary["hidden"].eq(SMALL_FEELING) | (summary["theme"] == SENTIMENT), ""
    )
    distinct = told.groupby([summary[name] for name in place], sort=False, dropna=False)
    return distinct.agg(lambda reasons: JOIN.join(dict.fromkeys(filter(None, reasons))))
