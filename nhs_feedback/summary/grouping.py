"""Which group a row of a tagged table belongs to: by its columns, its organisation, its date."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.dates import is_month_first, month_first_votes, read_dates
from nhs_feedback.tables.organisation_table import read_table
from nhs_feedback.tables.problems import displaced
from nhs_feedback.tables.schema import (
    ORG_CODE,
    ORG_NAME,
    POLARITIES,
    find_tagged_column,
    listed_columns,
)

Period = Literal["month", "quarter", "year"]
PERIODS: tuple[Period, ...] = ("month", "quarter", "year")
ALL = "All"
JOIN_GROUPS = " / "
SUMMARY_COLUMNS = (
    "group", "theme", "n_rows", "n_comments", "n_tagged", "share", "share_low", "share_high",
    "method", *POLARITIES, "net", "net_low", "net_high", "hidden",
)  # fmt: skip
TRUST, REGION, TYPE = "trust", "region", "type"
NOT_GIVEN = "(not given)"
_FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
_WRITTEN_PERIODS = {"month": "%Y-%m", "quarter": "%Y Q%q", "year": "%Y"}


@dataclass(frozen=True)
class Grouping:
    """What to group a tagged table by.

    Attributes
    ----------
    by : tuple of str
        Columns. `trust` is the resolved organisation where there is one, else the name as written;
        `region` and `type` are the resolved organisation's unless the table has such a column.
    period : {"month", "quarter", "year"}, optional
        Calendar periods, the last of the groupings.
    trust_column, date_column : str, optional
        Default: found by name.
    month_first : bool, optional
        How dates such as 03/04/2025 are meant. Default: as those of the table prove.
    names_trusts : bool, optional
        Whether the table says anything of trusts. Default: whether this part of it does.
    """

    by: tuple[str, ...] = ()
    period: Period | None = None
    trust_column: str | None = None
    date_column: str | None = None
    month_first: bool | None = None
    names_trusts: bool | None = None


def group_keys(tagged: pd.DataFrame, grouping: Grouping, *, where: str) -> pd.DataFrame:
    """Name each row's group: one text column a grouping, the period last.

    Raises
    ------
    TableError
        If a column to group by is missing, or is one of the summary itself.
    """
    names = _present(tagged, grouping, where)
    keys = {name: _values(tagged, name, grouping) for name in names}
    if grouping.period:
        keys[grouping.period] = _periods(tagged, grouping, grouping.period, where)
    return pd.DataFrame(keys, index=tagged.index)


def joined_keys(tagged: pd.DataFrame, grouping: Grouping, *, where: str) -> list[str]:
    """Name each row's group in one text."""
    keys = group_keys(tagged, grouping, where=where)
    return [JOIN_GROUPS.join(row) for row in keys.itertuples(index=False, name=None)]


def names_trusts(tagged: pd.DataFrame, grouping: Grouping, *, where: str) -> bool:
    """Say whether there is a trust column, or tagging found a trust by the question that asks it.

    Tagging saw the questions of a survey's export, which stand above short names such as Q1; a
    tagged table has lost them.
    """
    if _trust_column(tagged, grouping, where) is not None:
        return True
    return ORG_NAME in tagged and bool((_named(tagged[ORG_NAME]) != NOT_GIVEN).any())


def date_votes(tagged: pd.DataFrame, grouping: Grouping, *, where: str) -> tuple[int, int]:
    """Count the dates that only make sense day first, and month first."""
    days, months, _ = month_first_votes(tagged[_date_column(tagged, grouping, where)])
    return days, months


def _present(tagged: pd.DataFrame, grouping: Grouping, where: str) -> list[str]:
    names = list(dict.fromkeys(grouping.by))
    ready_made = {TRUST, *((REGION, TYPE) if ORG_CODE in tagged else ())}
    if missing := [n for n in names if n not in tagged.columns and n not in ready_made]:
        raise TableError(
            f"{where}: no column {' or '.join(map(repr, missing))} to group by; it has: "
            f"{listed_columns(tagged.columns)} (--by)"
        )
    if taken := [name for name in names if name in SUMMARY_COLUMNS or name == grouping.period]:
        raise TableError(
            f"{where}: cannot group by {' or '.join(map(repr, taken))}, a column of the summary "
            "itself; rename the column"
        )
    if TRUST not in names or _trust_column(tagged, grouping, where) is not None:
        return names
    known = grouping.names_trusts
    if names_trusts(tagged, grouping, where=where) if known is None else known:
        warnings.warn(
            "no trust column found by its name: trusts are those of org_name, and others count as "
            f"{NOT_GIVEN} (name the column with --trust-column)",
            FeedbackWarning,
            5,
        )
        return names
    if names != [TRUST]:
        raise TableError(f"{where}: no trust column found (name it with --trust-column)")
    warnings.warn("no trust column found: one summary of all rows", FeedbackWarning, 5)
    return []


def _trust_column(tagged: pd.DataFrame, grouping: Grouping, where: str) -> str | None:
    return find_tagged_column(tagged, TRUST, asked=grouping.trust_column, where=where)


def _date_column(tagged: pd.DataFrame, grouping: Grouping, where: str) -> str:
    name = find_tagged_column(tagged, "date", asked=grouping.date_column, where=where)
    if name is None:
        raise TableError(f"{where}: no date column found (name it with --date-column)")
    return name


def _values(tagged: pd.DataFrame, name: str, grouping: Grouping) -> pd.Series:
    if name == TRUST:
        column = _trust_column(tagged, grouping, "the table")
        written = pd.Series(NOT_GIVEN, index=tagged.index, dtype=object)
        if column is not None:
            written = _named(tagged[column]).mask(displaced(tagged), NOT_GIVEN)
        resolved = _named(tagged[ORG_NAME]) if ORG_NAME in tagged else written
        return resolved.where(resolved != NOT_GIVEN, written)
    if name in tagged.columns:
        return _named(tagged[name])
    codes, known = _named(tagged[ORG_CODE]), read_table().codes
    found = {code: getattr(known[code], name) for code in codes.unique() if code in known}
    return codes.map(found).fillna(NOT_GIVEN).replace("", NOT_GIVEN)


def _periods(tagged: pd.DataFrame, grouping: Grouping, period: Period, where: str) -> pd.Series:
    cells = tagged[_date_column(tagged, grouping, where)]
    month_first = grouping.month_first
    if month_first is None:
        month_first = is_month_first(*month_first_votes(cells)[:2])
    dates = read_dates(cells, month_first=month_first)
    periods = dates.dt.to_period(_FREQUENCIES[period])
    written: pd.Series = periods.dt.strftime(_WRITTEN_PERIODS[period])
    return written.astype(object).fillna(NOT_GIVEN)


def _named(cells: pd.Series) -> pd.Series:
    """Write names with single spaces, what is missing as `(not given)`; each distinct one once."""
    written = pd.Series(column_as_text(cells), index=cells.index, dtype=object)
    names = {cell: " ".join(cell.split()) for cell in written.unique()}
    spare = {"": NOT_GIVEN, ALL: f"{ALL} (as written)"}
    return written.map({cell: spare.get(name, name) for cell, name in names.items()}).astype(object)


def as_names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the grouping columns as a tuple, however they were given."""
    return () if by is None else (by,) if isinstance(by, str) else tuple(by)
