"""The formats tables are written in, one class each: `write` frames, then `close`.

`stop` lets go of the file without finishing it.
"""

import csv
import importlib
import json
import math
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.tables.cells import as_text, column_as_text, is_missing
from nhs_feedback.tables.guarding import guarded


class Format(Protocol):
    """A table being written; every frame has the columns of the first."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Say what had to be changed to fit the format."""

    def write(self, frame: pd.DataFrame) -> None:
        """Write the rows, below the header if they are the first."""

    def close(self) -> None:
        """Finish the file."""

    def stop(self) -> None:
        """Let go of the file without finishing it."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, block: bytes, /) -> int:
        """Take all of the block."""

    def close(self) -> None:
        """Take no more."""


class DelimitedText:
    """CSV and TSV: UTF-8, guarded against formulas, rows ended by a line feed.

    A line feed and not Windows' pair of characters: Excel, pandas and R read both, and this way a
    file has the same bytes wherever it is made.
    """

    remarks: tuple[str, ...] = ()

    def __init__(self, stream: Sink, *, delimiter: str, mark: bool = False) -> None:
        self.stream = stream
        self.delimiter = delimiter
        self.mark = mark
        self.started = False

    def write(self, frame: pd.DataFrame) -> None:
        """Write the rows, each as one line unless a cell holds line breaks."""
        lines = _Lines()
        lone = len(frame.columns) == 1  # quoted, so that reading finds no delimiter inside
        rows = csv.writer(
            lines,
            delimiter=self.delimiter,
            lineterminator="\r\n",  # else csv leaves a lone carriage return unquoted
            quoting=csv.QUOTE_ALL if lone else csv.QUOTE_MINIMAL,
        )
        if not self.started:
            names = [guarded(str(name)) for name in frame.columns]
            if self.mark or "".join(names).startswith("\ufeff"):  # which reading would take off
                lines.rows.append("\ufeff")
            rows.writerow(names)
        rows.writerows(
            zip(*(_guarded_column(frame, i) for i in range(frame.shape[1])), strict=True)
        )
        self.stream.write("".join(lines.rows).encode("utf-8", "replace"))
        self.started = True

    def close(self) -> None:
        """Finish the file."""
        self.stream.close()

    def stop(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self.stream.close()


class _Lines:
    """What csv.writer writes to: one call a row, whose ending becomes a line feed."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def write(self, row: str) -> None:
        self.rows.append(row[:-2] + "\n")


class JsonLines:
    """One JSON object a row; numbers stay numbers, what is missing is null."""

    remarks: tuple[str, ...] = ()

    def __init__(self, stream: Sink) -> None:
        self.stream = stream

    def write(self, frame: pd.DataFrame) -> None:
        """Write one object a row."""
        names = [str(name) for name in frame.columns]
        columns = [map(_json_value, frame.iloc[:, i].tolist()) for i in range(len(names))]
        lines = [
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n"
            for row in zip(*columns, strict=True)
        ]
        self.stream.write("".join(lines).encode("utf-8", "replace"))

    def close(self) -> None:
        """Finish the file."""
        self.stream.close()

    def stop(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self.stream.close()


class Parquet:
    """Parquet: numbers and dates keep their kind, all else is text, what is missing is null."""

    remarks: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.arrow = import_arrow(path.name)
        self.path = path
        self.writer: Any = None  # pyarrow has no types

    def write(self, frame: pd.DataFrame) -> None:
        """Write the rows as one group."""
        arrays = [self._array(frame.iloc[:, i]) for i in range(frame.shape[1])]
        table = self.arrow.Table.from_arrays(arrays, names=list(map(str, frame.columns)))
        if self.writer is None:
            parquet = importlib.import_module("pyarrow.parquet")
            self.writer = parquet.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table)

    def _array(self, column: pd.Series) -> Any:  # noqa: ANN401
        if pd.api.types.is_numeric_dtype(column.dtype) or column.dtype.kind in "Mm":
            return self.arrow.Array.from_pandas(column)
        texts = [None if is_missing(value) else as_text(value) for value in column.tolist()]
        return self.arrow.array(texts, self.arrow.string())

    def close(self) -> None:
        """Write what tells readers the columns."""
        if self.writer is not None:
            self.writer.close()

    def stop(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self.close()


def import_arrow(name: str) -> ModuleType:
    """Import pyarrow, which not everybody has; `name` is the file's, for the error."""
    try:
        return importlib.import_module("pyarrow")
    except ImportError:
        message = 'Parquet needs pyarrow (pip install "nhs_feedback[parquet]", or use .csv)'
        raise TableError(f"{name}: {message}") from None


def _guarded_column(frame: pd.DataFrame, position: int) -> list[str]:
    return [guarded(text) for text in column_as_text(frame.iloc[:, position])]


def _json_value(value: object) -> object:
    """Turn a value into one that JSON can hold."""
    if is_missing(value):
        return None
    if isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return as_text(value)
