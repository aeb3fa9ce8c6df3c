"""Summary, comparisons and trends -> the tables of the report page, as cells to be shown."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nhs_feedback.model.codebook import Codebook
from nhs_feedback.summary.disclosure import HIDDEN
from nhs_feedback.summary.estimation import TOO_FEW
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.tables.schema import PERCEPTION_INDEX, POLARITIES, SENTIMENT

TINTS = 12
"""Steps of the heat map, from white to the darkest that leaves black figures readable."""

Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Cell:
    """What a reader sees, what a table is sorted by and a download holds, and a tint if any."""

    text: str
    value: float | str | None = None
    tint: int | None = None


@dataclass(frozen=True)
class Table:
    """A table with one row of heads, the first cell of each row naming it."""

    id: str
    caption: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def index_table(summary: pd.DataFrame, label: str, group_word: str) -> Table:
    """Show the perception index of each group."""
    rows = summary[summary["theme"] == PERCEPTION_INDEX].to_dict("records")
    heads = (group_word.capitalize(), "Comments", "On either view", label, "Low", "High")
    return Table(
        "index-table",
        f"{label} by {group_word}, with its 95% interval",
        heads,
        [[_name(r), _whole(r, "n_comments"), _whole(r, "n_tagged"), *_interval(r)] for r in rows],
    )


def themes_table(summary: pd.DataFrame, codebook: Codebook) -> Table:
    """Show what all comments say by theme, the most often first."""
    rows = summary[(summary["group"] == ALL) & summary["theme"].isin(codebook.ids)]
    rows = rows.sort_values("share", ascending=False, kind="stable")
    heads = ("Theme", "Comments tagged", "Share", "Low", "High", *map(str.capitalize, POLARITIES))
    heads = (*heads, "Net feeling", "Net low", "Net high")
    return Table(
        "themes-table",
        "Themes in all comments: share with 95% interval, comments by feeling, and net feeling",
        heads,
        [
            [
                Cell(codebook.labels[r["theme"]]),
                _whole(r, "n_tagged"),
                *_interval(r),
                *(_whole(r, word) for word in POLARITIES),
                *(_signed(r, name) for name in ("net", "net_low", "net_high")),
            ]
            for r in rows.to_dict("records")
        ],
    )


def heat_table(summary: pd.DataFrame, codebook: Codebook, group_word: str) -> Table:
    """Show the share of each theme in each group, tinted, and how each group feels overall."""
    themes = [theme for theme in codebook.ids if theme in set(summary["theme"])]
    most = summary.loc[summary["theme"].isin(themes), "share"].max()
    heads = [group_word.capitalize(), "Comments", *(codebook.labels[t] for t in themes)]
    rows = []
    for _, part in summary.groupby("group", sort=False, dropna=False, observed=True):
        by_theme: dict[Hashable, Row] = {row["theme"]: row for row in part.to_dict("records")}
        overall = by_theme[SENTIMENT]
        start = [_name(overall), _whole(overall, "n_comments")]
        cells = [_tinted(by_theme[theme], most) for theme in themes]
        rows.append([*start, *cells, _signed(overall, "net")])
    caption = f"Share of comments on each theme by {group_word}; a darker tint is a larger share"
    return Table("heat-table", caption, (*heads, "Overall feeling (net)"), rows)


def funnel_table(comparisons: pd.DataFrame, theme: str, label: str, group_word: str) -> Table:
    """Show each group against the rest, on one theme."""
    rows = comparisons[comparisons["theme"] == theme].to_dict("records")
    heads = (
        group_word.capitalize(), "Comments", "Share", "The rest", "Difference", "Low", "High",
        "What to make of it",
    )  # fmt: skip
    return Table(
        f"funnel-table-{theme}",
        f"{label}: each {group_word} against the rest",
        heads,
        [
            [
                _name(r),
                _whole(r, "n_comments"),
                _percent(r, "share"),
                _percent(r, "share_rest"),
                *(_points(r, name) for name in ("difference", "difference_low", "difference_high")),
                Cell(verdict(r)),
            ]
            for r in rows
        ],
    )


def time_table(trends: pd.DataFrame, theme: str, label: str) -> Table:
    """Show one theme over time, of all comments."""
    rows = trends[(trends["theme"] == theme) & (trends["group"] == ALL)]
    period = str(trends.columns[1])
    return Table(
        f"time-table-{theme}",
        f"{label} by {period}, all comments",
        (period.capitalize(), "Comments", "Share", "Low", "High", "Signal"),
        [
            [Cell(r[period]), _whole(r, "n_comments"), *_interval(r), Cell(r["signal"] or "none")]
            for r in rows.to_dict("records")
        ],
    )


def verdict(row: Row) -> str:
    """Say in words whether a group differs from the rest."""
    if pd.isna(row["difference"]):
        return HIDDEN if row["hidden"] else "not known"
    if not row["stands"]:
        return "no clear difference"
    return "higher than the rest" if row["difference"] > 0 else "lower than the rest"


def _name(row: Row) -> Cell:
    return Cell(str(row["group"]))


def _interval(row: Row) -> list[Cell]:
    return [_percent(row, name) for name in ("share", "share_low", "share_high")]


def _whole(row: Row, name: str) -> Cell:
    cell = _cell(row, name, "{:,.0f}")
    return Cell(cell.text, int(cell.value)) if isinstance(cell.value, float) else cell


def _percent(row: Row, name: str) -> Cell:
    return _cell(row, name, "{:.0%}")


def _signed(row: Row, name: str) -> Cell:
    return _cell(row, name, "{:+.2f}")


def _points(row: Row, name: str) -> Cell:
    cell = _cell(row, name, "{:+.0%}")
    return Cell(cell.text.replace("%", " points"), cell.value)


def _cell(row: Row, name: str, form: str) -> Cell:
    value = row[name]
    if pd.isna(value):
        if row.get("method") == TOO_FEW:
            return Cell(TOO_FEW, TOO_FEW)
        return Cell(HIDDEN, HIDDEN) if row["hidden"] else Cell("none", "")
    return Cell(form.format(value).replace("-", "−"), float(value))


def _tinted(row: Row, most: float) -> Cell:
    cell = _percent(row, "share")
    if not isinstance(cell.value, float) or not most > 0:
        return cell
    return Cell(cell.text, cell.value, round(TINTS * cell.value / most))
