"""A table whose columns are known and whose rows are still in its file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.tables import shape
from nhs_feedback.tables.cells import Kinds
from nhs_feedback.tables.problems import Problems
from nhs_feedback.tables.shape import Row
from nhs_feedback.tables.sources import readable

DEFAULT_CHUNK = 2_000  # rows
MARKS = "marks"
FIRST_ROW = "first_row"
"""Attributes of a frame of rows: which are damaged, and the first one's number in its file."""

_PREVIEW_ROWS = 200  # that hold something
_PREVIEW_LIMIT = 10_000


@dataclass(frozen=True)
class Understood:
    """What was found in a file rather than told, for one-line notes; None where there is no such.

    `header_row` counts from 1; 0 means that the file has no header.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Rows of cells in which the header has yet to be found.

    `merged` are rows, from 1, with cells merged side by side: headings over several columns.
    """

    rows: Callable[[], Iterator[Row]]
    understood: Understood
    merged: frozenset[int] = frozenset()
    kinds: Callable[[int], dict[int, frozenset[str]]] = lambda _: {}
    """Kinds of values by column's position, below so many rows."""


@dataclass(frozen=True)
class OpenTable:
    """A table to be read in chunks.

    `problems` counts the rows that are kept although something is wrong with them, and `marks`
    says which of those a person should look at, by row counted from 0; `labels` are the questions
    behind short column names, where the file has them.
    """

    path: str
    columns: list[str]
    n_rows: int
    understood: Understood
    problems: Problems
    rows: Callable[[], Iterator[list[str]]]
    labels: dict[str, str] = field(default_factory=dict)
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)
    kinds: Callable[[], Kinds] = dict
    place: Callable[[int], tuple[str, int]] = lambda row: ("", row + 1)
    """Of a row counted from 0: its file, where there are several, and its row there from 1."""

    def chunks(self, size: int = DEFAULT_CHUNK) -> Iterator[pd.DataFrame]:
        """Read frames of at most `size` rows, or one empty frame if there are no rows.

        Every cell is text as it stands in the file, "" where there is none. The index numbers the
        rows from 0 over all chunks; `attrs["marks"]` holds the chunk's part of `marks`, and
        `attrs["first_row"]` the number that the file's own count gives its first row.
        """
        start = 0
        with readable(self.path):
            rows = self.rows()
            while (block := list(islice(rows, size))) or not start:
                frame = _frame(block, self.columns, start)
                frame.attrs[MARKS] = {i: self.marks[i] for i in frame.index if i in self.marks}
                if block:
                    frame.attrs[FIRST_ROW] = self.place(start)[1]
                yield frame
                start += max(len(block), 1)


def shaped(name: str, grid: Grid, *, header_row: int | None) -> OpenTable:
    """Find the header and the columns of a grid."""
    preview = _preview(grid.rows())
    if not any(map(shape.filled_cells, preview)):
        raise empty(name)
    if header_row is not None and header_row > len(preview):
        raise TableError(f"{name}: no row {header_row} for a header (the file has {len(preview)})")
    header = shape.find_header(preview, row=header_row, merged=grid.merged)
    found = shape.survey(grid.rows(), header)
    names = shape.name_columns(header, found)
    notes = (*grid.understood.notes, *header.notes)
    return OpenTable(
        path=name,
        columns=list(names.values()),
        n_rows=found.n_rows,
        understood=replace(grid.understood, header_row=header.row, notes=notes),
        problems=found.problems,
        rows=lambda: shape.data_rows(grid.rows(), header, found.n_rows, list(names)),
        labels=header.labels,
        marks=found.marks,
        kinds=lambda: {names[i]: k for i, k in grid.kinds(header.end).items() if i in names},
        place=lambda row: ("", header.end + 1 + row),
    )


def empty(name: str) -> TableError:
    """Make the error for a file in which there is nothing at all."""
    return TableError(f"{name}: the file is empty (choose the file that holds the comments)")


def check_has_rows(table: OpenTable) -> None:
    """Refuse a table that has a header and nothing below it."""
    if not table.n_rows:
        raise TableError(
            f"{table.path}: a header but no rows (choose the file that holds the comments)"
        )


def _preview(rows: Iterable[Row]) -> list[list[str]]:
    preview: list[list[str]] = []
    wanted = _PREVIEW_ROWS
    for cells, _ in islice(rows, _PREVIEW_LIMIT):
        preview.append(cells)
        wanted -= shape.filled_cells(cells) > 0
        if not wanted:
            break
    return preview


def _frame(rows: list[list[str]], columns: list[str], start: int) -> pd.DataFrame:
    index = pd.RangeIndex(start, start + len(rows))
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    data = {i: pd.Series(list(column), index=index, dtype="str") for i, column in enumerate(cells)}
    return pd.DataFrame(data, index=index).set_axis(columns, axis="columns")
