"""Values of any kind -> the text of a cell, the same whichever format they came from."""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping

import pandas as pd

# C0 but for tab and line ends, and DEL. Not C1: an accent read in the wrong encoding holds one of
# these, and can be repaired only with it.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", re.ASCII)

NUMBER, DATE = "number", "date"
Kinds = Mapping[str, frozenset[str]]
"""Columns whose cells were numbers or dates where they came from, though they are text here."""

Value = object  # what a cell of a workbook, a Parquet file or a data frame may hold


def as_text(value: Value) -> str:
    """Text of one value: 12 not 12.0, ISO dates, true and false, "" for what is missing.

    Examples
    --------
    >>> [as_text(value) for value in (12.0, 0.25, True, None, float("nan"))]
    ['12', '0.25', 'true', '', '']
    >>> as_text(dt.datetime(2024, 4, 2)), as_text(dt.datetime(2024, 4, 2, 9, 30))
    ('2024-04-02', '2024-04-02 09:30:00')
    """
    if isinstance(value, str):
        return value
    if is_missing(value):
        return ""
    for kinds, text in _TEXTS:
        if isinstance(value, kinds):
            return text(value)
    item = getattr(value, "item", None)  # a numpy scalar
    return as_text(item()) if callable(item) else str(value)


def is_missing(value: Value) -> bool:
    """Whether this is None, not-a-number, or pandas' word for nothing; "" is a value."""
    return (
        value is None or value is pd.NA or value is pd.NaT
        or (isinstance(value, float) and math.isnan(value))
    )  # fmt: skip


def column_as_text(column: pd.Series) -> list[str]:
    """Text of each cell of a column, by the rules of `as_text`."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").tolist()
    return [as_text(value) for value in column.tolist()]


def without_controls(text: str) -> str:
    r"""Leave out characters that no reader sees and that files and terminals choke on.

    Examples
    --------
    >>> without_controls("slow\x00 \x1b[31mlog in\n")
    'slow [31mlog in\n'
    """
    return CONTROL.sub("", text) if not text.isprintable() else text


def number_as_text(value: float) -> str:
    """Write the shortest digits that mean this number."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def number_in(text: str) -> float | None:
    """Return the number that this is the text of, None where it is written otherwise (007, 1e3)."""
    if not text or text[-1] not in "0123456789":
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and number_as_text(value) == text else None


def date_in(text: str) -> dt.datetime | None:
    """Return the date, or date and time, that this is the text of."""
    if not _DATE.fullmatch(text):
        return None
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if as_text(value) == text else None


def _moment(value: dt.datetime) -> str:
    """Date, and the time of day unless it is midnight."""
    if value.tzinfo is None and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ")


def _duration(value: dt.timedelta) -> str:
    """Hours, minutes and seconds, however many hours."""
    seconds = round(value.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' * (seconds < 0)}{hours:02}:{rest // 60:02}:{rest % 60:02}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=as_text)


_TEXTS: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, number_as_text),
    (dt.datetime, _moment),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, _duration),
    (bytes, lambda value: value.decode("utf-8", "replace")),
    ((list, dict, tuple), _json),
)
