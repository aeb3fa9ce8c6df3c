"""A user's own list of spellings and organisations, which wins over the shipped table."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from nhs_feedback.errors import TableError
from nhs_feedback.tables.organisation_names import key_words, written_words
from nhs_feedback.tables.organisation_table import Name, Organisation, Table

_COLUMNS = ("written", "code")


class _Row(NamedTuple):
    """A row of the list, under the number that a spreadsheet shows."""

    where: str
    number: int
    written: str
    code: str
    name: str
    region: str
    type: str


def add_own(table: Table, path: Path) -> tuple[Table, dict[tuple[str, ...], Organisation]]:
    """Return the table with the list's own organisations, and what its spellings stand for.

    The list is a CSV file with the columns `written` and `code`, and, for organisations that the
    table lacks, `name`, `region` and `type`. A spelling is given by its words, without case and
    punctuation.

    Raises
    ------
    TableError
        The file cannot be read, lacks a column, or contradicts itself or the table.
    """
    rows = _read_rows(path)
    added = _own_organisations(rows, table)
    codes = table.codes | added
    names = tuple(Name(own.name, own, "name") for own in added.values())
    spellings = {
        written_words(word): own for own in added.values() for word in (own.code, own.name)
    }
    spellings |= _own_spellings(rows, codes)
    return Table(codes, (*table.names, *names), table.unsure), spellings


def _own_organisations(rows: Sequence[_Row], table: Table) -> dict[str, Organisation]:
    """Return the organisations that the table lacks, by code."""
    first: dict[str, _Row] = {}
    for row in rows:
        if row.code in table.codes:
            _check_name(row, table)
        elif row.name:
            named = first.setdefault(row.code, row)
            if named.name != row.name:
                raise TableError(
                    f"{row.where}: code {row.code!r} has another name than in row {named.number} "
                    "(give it one name)"
                )
    for row in rows:
        if row.code not in table.codes and row.code not in first:
            raise TableError(
                f"{row.where}: no organisation has the code {row.code!r} (correct it, or give the "
                "organisation a name in a column 'name')"
            )
    return {code: Organisation(code, row.name, row.region, row.type) for code, row in first.items()}


def _check_name(row: _Row, table: Table) -> None:
    known = table.codes[row.code]
    names = (name.written for name in table.names if name.organisation == known)
    if row.name and key_words(row.name) not in map(key_words, names):
        raise TableError(
            f"{row.where}: code {row.code!r} is {known.name} (leave the name empty, or choose a "
            "code that the table does not have)"
        )


def _own_spellings(
    rows: Sequence[_Row], codes: dict[str, Organisation]
) -> dict[tuple[str, ...], Organisation]:
    first: dict[tuple[str, ...], _Row] = {}
    for row in rows:
        earlier = first.setdefault(written_words(row.written), row)
        if codes[earlier.code] != codes[row.code]:
            raise TableError(
                f"{row.where}: the spelling of row {earlier.number} with another code "
                "(keep one of the two rows)"
            )
    return {words: codes[row.code] for words, row in first.items()}


def _read_rows(path: Path) -> list[_Row]:
    reader = csv.reader(io.StringIO(_read_text(path), newline=""))
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        cells = [dict(zip(header, map(str.strip, row), strict=False)) for row in reader]
    except csv.Error as error:
        raise TableError(f"{path}: not a CSV file: {error} (save it again as CSV)") from None
    missing = [column for column in _COLUMNS if column not in header]
    if missing:
        raise TableError(
            f"{path}: no column {', '.join(map(repr, missing))}; it has: "
            f"{', '.join(filter(None, header)) or 'none'} (name the columns 'written' and 'code')"
        )
    return [_row(path, number, row) for number, row in enumerate(cells, 2) if any(row.values())]


def _row(path: Path, number: int, cells: dict[str, str]) -> _Row:
    where = f"{path}, row {number}"
    for column in _COLUMNS:
        if not written_words(cells.get(column, "")):
            raise TableError(f"{where}: no {column!r} (fill it in, or remove the row)")
    code = cells["code"].upper()
    name, region, kind = (cells.get(column, "") for column in ("name", "region", "type"))
    return _Row(where, number, cells["written"], code, name, region, kind)


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise TableError(f"{path}: cannot be read: {reason} (check the name)") from None
    for encoding in ("utf-8-sig", "cp1252"):  # Excel saves the second unless told otherwise
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(f"{path}: not text (save it from Excel as 'CSV UTF-8')")
