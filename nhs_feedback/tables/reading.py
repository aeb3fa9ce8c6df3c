"""File -> chunks of comments: every format, every cell as text."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path, PurePath

import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.tables import sources
from nhs_feedback.tables.delimited import open_delimited
from nhs_feedback.tables.encodings import OpenBytes
from nhs_feedback.tables.opened import (
    DEFAULT_CHUNK,
    FIRST_ROW,
    OpenTable,
    Understood,
    check_has_rows,
    empty,
    shaped,
)
from nhs_feedback.tables.problems import Problems
from nhs_feedback.tables.records import open_json_lines, open_parquet
from nhs_feedback.tables.workbooks import open_workbook

__all__ = [
    "DEFAULT_CHUNK",
    "ENDINGS",
    "SOURCE_FILE",
    "OpenTable",
    "Understood",
    "check_has_rows",
    "open_table",
    "open_tables",
    "read_table",
]

_DELIMITED = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "\t", ".psv": "|"}
_JSON_LINES = (".jsonl", ".ndjson")
_WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")  # the last is also a name for exported text
ENDINGS = (*_DELIMITED, *_WORKBOOKS, ".parquet", *_JSON_LINES)  # each also with .gz
SOURCE_FILE = "source_file"
TAGGED, REDACTED = ".tagged.", ".redacted."
"""In the names of files that we made of others."""

_LISTED = ".csv, .tsv, .xlsx, .xlsm, .xls, .ods, .parquet, .jsonl"
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def open_table(
    path: str | Path, *, sheet: str | None = None, header_row: int | None = None
) -> OpenTable:
    """Open a file of any format that can be read, "-" for standard input.

    Parameters
    ----------
    sheet
        Name of a workbook's sheet; without it, the one that holds the comments.
    header_row
        Row of the column names, counted from 1, where finding it fails; 0 if there is none.

    Raises
    ------
    TableError
        The file is missing, empty, damaged or no table.
    """
    name = sources.shown(str(path))
    with sources.readable(name):
        ending = _ending(str(path))
        open_bytes = sources.open_source(str(path))
        return _open(open_bytes, name, ending, sheet=sheet, header_row=header_row)


def open_tables(
    paths: Iterable[str | Path], *, sheet: str | None = None, header_row: int | None = None
) -> OpenTable:
    """Open several files, or all tables of a folder, as one.

    Its first column, `source_file`, says which file a row is from. A column that a file lacks is
    empty in its rows. One file alone is read as `open_table` does.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise TableError("no table to read (name a file, or a folder that holds some)")
    tables = [open_table(file, sheet=sheet, header_row=header_row) for file in files]
    return tables[0] if len(tables) == 1 else _joined(files, tables)


def read_table(
    path: str | Path, *, sheet: str | None = None, header_row: int | None = None
) -> pd.DataFrame:
    """Read the whole of a table into memory."""
    table = open_table(path, sheet=sheet, header_row=header_row)
    whole = pd.concat(table.chunks())
    if len(whole):
        whole.attrs[FIRST_ROW] = table.place(0)[1]
    return whole


def _ending(path: str) -> str:
    """The ending that says the format; "" for standard input and names without one."""
    ending = PurePath(path.lower().removesuffix(".gz")).suffix
    if path == sources.STDIN or not ending or ending in ENDINGS:
        return ending
    raise TableError(f"{path}: no format is known by the ending '{ending}' (use {_LISTED})")


def _open(
    open_bytes: OpenBytes, name: str, ending: str, *, sheet: str | None, header_row: int | None
) -> OpenTable:
    """Open by what the first bytes say, then by what the ending says."""
    with open_bytes() as stream:
        start = stream.read(4)
    if not start:
        raise empty(name)
    if start in (_ZIP, _OLE) or ending in _WORKBOOKS[:-1]:
        return shaped(name, open_workbook(open_bytes, name, sheet=sheet), header_row=header_row)
    if sheet is not None:
        raise TableError(f"{name}: only a workbook has sheets (leave out --sheet)")
    if start == _PARQUET or ending == ".parquet":
        return open_parquet(open_bytes, name)
    if ending in _JSON_LINES or (not ending and start.startswith(b"{")):
        return open_json_lines(open_bytes, name)
    grid = open_delimited(open_bytes, name, likely=_DELIMITED.get(ending, ","))
    return shaped(name, grid, header_row=header_row)


def _files(path: str | Path) -> list[str]:
    """The file, or the tables in a folder by name; not hidden ones, nor Excel's locks."""
    if str(path) == sources.STDIN or not Path(path).is_dir():
        return [str(path)]
    endings = tuple(f"{ending}{packed}" for ending in ENDINGS for packed in ("", ".gz"))
    found = sorted(
        str(file)
        for file in Path(path).iterdir()
        if file.name.lower().endswith(endings)
        and not file.name.startswith((".", "~$"))
        and TAGGED not in file.name  # what an earlier run made of the others
    )
    if not found:
        raise TableError(f"{path}: no table in this folder (it takes {_LISTED})")
    return [file for file in found if not _is_of_another(Path(file).name, found)]


def _is_of_another(name: str, files: list[str]) -> bool:
    """Whether this is the redacted form of another of the files; it may be all there is, too."""
    original, mark, _ = name.rpartition(REDACTED)
    names = {Path(file).name for file in files}
    return bool(mark) and any(n.startswith(f"{original}.") for n in names if REDACTED not in n)


def _joined(files: list[str], tables: list[OpenTable]) -> OpenTable:
    """One table of several, with a column that says which each row is from."""
    short = [Path(file).name for file in files]
    names = short if len(set(short)) == len(short) else files
    named = list(zip(names, tables, strict=True))
    columns = list(dict.fromkeys(_own(column) for table in tables for column in table.columns))
    notes = [f"{name}: {note}" for name, table in named for note in table.understood.notes]
    problems = Problems()
    for name, table in named:
        problems |= {f"{kind} ({name})": found for kind, found in table.problems.items()}
    return OpenTable(
        path=", ".join(files),
        columns=[SOURCE_FILE, *columns],
        n_rows=sum(table.n_rows for table in tables),
        understood=Understood(f"{len(files)} files", notes=tuple(notes)),
        problems=problems,
        rows=lambda: _joined_rows(named, columns),
        labels={name: label for table in tables for name, label in table.labels.items()},
        marks=_joined_marks(tables),
        kinds=lambda: _joined_kinds(tables),
        place=lambda row: _joined_place(named, row),
    )


def _joined_rows(named: list[tuple[str, OpenTable]], columns: list[str]) -> Iterator[list[str]]:
    for name, table in named:
        own = list(map(_own, table.columns))
        for cells in table.rows():
            row = dict(zip(own, cells, strict=True))
            yield [name, *(row.get(column, "") for column in columns)]


def _joined_place(named: list[tuple[str, OpenTable]], row: int) -> tuple[str, int]:
    for name, table in named:
        if row < table.n_rows:
            return name, table.place(row)[1]
        row -= table.n_rows
    raise IndexError(row)


def _joined_kinds(tables: list[OpenTable]) -> dict[str, frozenset[str]]:
    """The kinds of each column that all tables which have it agree on."""
    each = [(table.columns, table.kinds()) for table in tables]
    names = {name for _, kinds in each for name in kinds}
    return {
        _own(name): frozenset.intersection(
            *(kinds.get(name, frozenset()) for columns, kinds in each if name in columns)
        )
        for name in names
    }


def _joined_marks(tables: list[OpenTable]) -> dict[int, tuple[str, ...]]:
    """Marks by row of the whole."""
    starts = accumulate((table.n_rows for table in tables), initial=0)
    return {
        start + row: kinds
        for start, table in zip(starts, tables, strict=False)
        for row, kinds in table.marks.items()
    }


def _own(column: str) -> str:
    """The name a file's column has beside ours."""
    return f"{column}_original" if column == SOURCE_FILE else column
