"""Workbooks (.xlsx .xlsm .xls .ods): the sheet with the comments, cells as Excel shows them."""

import datetime as dt
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from nhs_feedback.errors import TableError
from nhs_feedback.tables import compound, oversize
from nhs_feedback.tables.cells import DATE, NUMBER, as_text, date_in, number_in
from nhs_feedback.tables.encodings import OpenBytes
from nhs_feedback.tables.opened import Grid, Understood, empty
from nhs_feedback.tables.shape import Row

Ranges = list[tuple[tuple[int, int], tuple[int, int]]]

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOOKED_AT = 500  # rows of each sheet, to find the one with comments
_COMMENT_NAME = re.compile(
    r"comment|feedback|free.?text|verbatim|response|narrative|suggest|improve|answer", re.IGNORECASE
)
_WORDS = 4  # in a cell that may be a comment
_LABEL_CHARS = 100  # a longer text merged over several rows is a comment, not a group's label


def open_workbook(open_bytes: OpenBytes, name: str, *, sheet: str | None = None) -> Grid:
    """Open the sheet of this name, or the one that holds the comments."""
    with open_bytes() as stream:
        content = stream.read()
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _protected(name)
    if content.startswith(_OLE) and not compound.is_sound(content):
        raise _damaged(name)
    with _sound(name), _silent():
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(oversize.fitted(content, name)))
        chosen, note = _choose(book, name, sheet)
        merged = chosen.merged_cell_ranges or []
    understood = Understood("workbook", sheet=chosen.name, notes=note)
    wide = frozenset(top + 1 for (top, left), (_, right) in merged if right > left)
    return Grid(
        lambda: _rows(chosen, merged, name), understood, wide, lambda end: _kinds(chosen, end)
    )


def _choose(
    book: calamine.CalamineWorkbook, name: str, wanted: str | None
) -> tuple[calamine.CalamineSheet, tuple[str, ...]]:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if wanted is not None:
        for given in names:
            if given.strip().casefold() == wanted.strip().casefold():
                return book.get_sheet_by_name(given), ()
        raise TableError(f"{name}: no sheet '{wanted}'; it has: {', '.join(names)} (use --sheet)")
    hidden = {
        sheet.name for sheet in book.sheets_metadata
        if sheet.visible != calamine.SheetVisibleEnum.Visible
    }  # fmt: skip
    sheets = [book.get_sheet_by_name(given) for given in names]
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        raise empty(name)
    best = max(filled, key=lambda sheet: (sheet.name not in hidden, *_likeness(sheet)))
    others = [sheet.name for sheet in filled if sheet is not best]
    note = f"sheet '{best.name}' is read, not {', '.join(others)} (use --sheet)"
    return best, (note,) if others else ()


def _likeness(sheet: calamine.CalamineSheet) -> tuple[bool, int]:
    """How much a sheet looks like one of comments: a telling column name, rows with prose."""
    rows = [[_text(value) for value in row] for row in sheet.to_python(nrows=_LOOKED_AT)]
    named = any(_COMMENT_NAME.search(cell) for row in rows[:20] for cell in row)
    prose = sum(any(len(cell.split()) >= _WORDS for cell in row) for row in rows)
    return named and prose > 0, prose


def _rows(sheet: calamine.CalamineSheet, merged: Ranges, name: str) -> Iterator[Row]:
    """Rows from the first of the sheet; a label merged over several is repeated in each."""
    tall = {start: bottom for start, (bottom, _) in merged if bottom > start[0]}
    open_labels: dict[int, tuple[str, int]] = {}  # column -> label, last row
    with _sound(name):
        for number, values in enumerate(sheet.iter_rows()):
            cells = [_text(value) for value in values]
            if not any(cells):
                yield [], ()
                continue
            for column, (label, last) in list(open_labels.items()):
                if number > last:
                    del open_labels[column]
                elif not cells[column]:
                    cells[column] = label
            for column, cell in enumerate(cells if tall else ()):
                last = tall.get((number, column), number)
                if last > number and len(cell) <= _LABEL_CHARS:
                    open_labels[column] = cell, last
            yield cells, ()


def _kinds(sheet: calamine.CalamineSheet, end: int) -> dict[int, frozenset[str]]:
    """Which columns hold numbers and dates below row `end`, and no text that looks like them."""
    seen: dict[int, set[str]] = defaultdict(set)
    looks: dict[int, set[str]] = defaultdict(set)
    for values in islice(sheet.iter_rows(), end, None):
        for column, value in enumerate(values):
            if isinstance(value, str):
                if value[:1].isdigit() or value[:1] == "-":
                    looks[column] |= _look(value)
            elif not isinstance(value, bool):
                seen[column].add(DATE if isinstance(value, dt.date) else NUMBER)
    return {column: frozenset(kinds - looks[column]) for column, kinds in seen.items()}


def _look(text: str) -> set[str]:
    looks = {NUMBER: number_in(text), DATE: date_in(text)}
    return {kind for kind, value in looks.items() if value is not None}


def _text(value: object) -> str:
    """The text of a value as Excel shows it, dates as ISO."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return as_text(float(f"{value:.15g}"))
    if isinstance(value, (dt.datetime, dt.time)) and value.microsecond:
        return as_text(_to_second(value))
    return as_text(value)


def _to_second(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    """Excel keeps times as fractions of a day, which miss the second by microseconds."""
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    rounded = dt.datetime.combine(dt.date(2000, 1, 1), value) + dt.timedelta(microseconds=500_000)
    return rounded.time().replace(microsecond=0)


@contextmanager
def _sound(name: str) -> Iterator[None]:
    """Turn what calamine makes of a damaged workbook into one sentence."""
    try:
        yield
    except TableError:
        raise
    except calamine.PasswordError:
        raise _protected(name) from None
    except Exception as error:
        raise _damaged(name) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # Rust's, outside Exception
            raise _damaged(name) from None
        raise


@contextmanager
def _silent() -> Iterator[None]:
    """Keep off the screen what Rust says of its own accord where calamine panics on damage."""
    try:
        kept = os.dup(2)
    except OSError:  # a process without a screen
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _protected(name: str) -> TableError:
    return TableError(
        f"{name}: the workbook is protected by a password (open it in Excel, and save it without "
        "one or as .csv)"
    )


def _damaged(name: str) -> TableError:
    return TableError(
        f"{name}: the workbook is damaged or not one (open it in Excel, and save it as .xlsx again)"
    )
