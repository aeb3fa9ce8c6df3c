"""Writing workbooks: text stays text, numbers stay numbers, within what a sheet can hold."""

import datetime as dt
import math
import re
from contextlib import suppress
from pathlib import Path

import pandas as pd
import xlsxwriter

from nhs_feedback.errors import TableError
from nhs_feedback.tables.cells import DATE, NUMBER, Kinds, as_text, date_in, is_missing, number_in
from nhs_feedback.tables.guarding import is_formula

_FIRST_DATE = dt.datetime(1901, 1, 1)  # before which Excel's own calendar is wrong or ends

MAX_ROWS = 1_048_576  # of a sheet, the header included
MAX_COLUMNS = 16_384
MAX_UNITS = 32_767  # UTF-16 code units in a cell

# What XML cannot hold; XlsxWriter would turn the rest into visible codes such as _x0001_.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Workbook:
    """One sheet, its header bold and always in view.

    The cells of a column in `kinds` that say a number or a date are written as one.
    """

    def __init__(self, path: Path, kinds: Kinds | None = None) -> None:
        # Rows wait in a file beside the target until the end, so memory stays flat.
        options = {
            "constant_memory": True,
            "use_zip64": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.sheet = self.book.add_worksheet()
        self.plain = self.book.add_format()
        self.bold = self.book.add_format({"bold": True})
        # Shown as text even after somebody edits the cell.
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.date = self.book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = self.book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        self.kinds = dict(kinds or {})
        self.kinds_at: list[frozenset[str]] = []
        self.rows = 0
        self.cut = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """Say what was cut to fit a cell."""
        if not self.cut:
            return ()
        noun = "cell was" if self.cut == 1 else "cells were"
        return (f"{self.cut:,} {noun} cut to the {MAX_UNITS:,} characters a workbook's cell holds",)

    def write(self, frame: pd.DataFrame) -> None:
        """Write the rows below those before."""
        if not self.rows:
            self._start(frame)
        check_size(self.rows - 1 + len(frame), frame.shape[1])
        columns = [frame.iloc[:, i].tolist() for i in range(frame.shape[1])]
        for row in zip(*columns, strict=True):
            for position, value in enumerate(row):
                self._write_cell(position, value)
            self.rows += 1

    def _start(self, frame: pd.DataFrame) -> None:
        check_size(0, frame.shape[1])
        self.sheet.freeze_panes(1, 0)
        for position, name in enumerate(frame.columns):
            self._write_text(position, str(name), bold=True)
        self.kinds_at = [self.kinds.get(str(name), frozenset()) for name in frame.columns]
        self.rows = 1

    def _write_cell(self, position: int, value: object) -> None:
        if isinstance(value, str) and self.kinds_at[position]:
            value = _valued(value, self.kinds_at[position])
        if isinstance(value, dt.datetime) and DATE in self.kinds_at[position]:
            look = self.moment if value.time() != dt.time() else self.date
            self.sheet.write_datetime(self.rows, position, value, look)
        elif isinstance(value, bool):
            self.sheet.write_boolean(self.rows, position, value)
        elif isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < 1e15:
            self.sheet.write_number(self.rows, position, value)
        elif not is_missing(value):
            self._write_text(position, as_text(value))

    def _write_text(self, position: int, text: str, *, bold: bool = False) -> None:
        text = self._fitted(_UNWRITABLE.sub("", text))
        if not text:
            return
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes this for its own mark-up and would copy it unescaped.
            self.sheet.write_rich_string(self.rows, position, text[:1], self.plain, text[1:])
            return
        look = self.bold if bold else self.quoted if is_formula(text) else None
        self.sheet.write_string(self.rows, position, text, look)

    def _fitted(self, text: str) -> str:
        if len(text) * 2 <= MAX_UNITS:
            return text
        units = text.encode("utf-16-le")
        if len(units) <= MAX_UNITS * 2:
            return text
        self.cut += 1
        return units[: MAX_UNITS * 2].decode("utf-16-le", "ignore")

    def close(self) -> None:
        """Put the workbook together from its parts."""
        self.book.close()

    def stop(self) -> None:
        """Let go of the waiting rows."""
        with suppress(OSError):
            self.sheet.row_data_fh.close()


def _valued(text: str, kinds: frozenset[str]) -> object:
    """Return the number or date that the text says, else the text."""
    if NUMBER in kinds and (number := number_in(text)) is not None:
        return number
    if DATE in kinds and (date := date_in(text)) and date >= _FIRST_DATE:
        return date
    return text


def check_size(rows: int, columns: int) -> None:
    """Refuse a table of `rows`, header not counted, that no sheet can hold."""
    if rows >= MAX_ROWS:
        raise TableError(
            f"{rows:,} rows do not fit a sheet, which holds {MAX_ROWS - 1:,} below its header "
            "(choose a name that ends in .csv)"
        )
    if columns > MAX_COLUMNS:
        raise TableError(
            f"{columns:,} columns do not fit a sheet, which holds {MAX_COLUMNS:,} "
            "(choose a name that ends in .csv)"
        )
