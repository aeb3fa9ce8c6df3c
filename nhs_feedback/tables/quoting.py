"""Rows whose quotes do not match, split by looser rules than the csv module's.

A quote ends a cell only where a delimiter or the end of the line follows, so that ``"he said
"no" twice",5`` is two cells. A quote that nothing closes is read as a character like any other.
"""

import re
from collections.abc import Callable
from itertools import accumulate

from nhs_feedback.tables.problems import OPEN_QUOTE, STRAY_QUOTE

_LOOSE_LINES = 50  # how far a badly quoted cell may run on
_PATIENCE = 20  # quotes looked at in search of a better end of a cell


def look_like_rows(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether lines held inside one quoted cell are rows that it swallowed.

    Every one must have the right number of cells, a first one that says something, and no space
    behind a delimiter, as prose has. Two cells a line are too common to be told from prose unless
    the first is a number.
    """
    rows = [line.rstrip("\r\n").split(delimiter) for line in lines]
    return width > 1 and all(
        len(cells) == width
        and cells[0].strip() != ""
        and any(cells[1:])
        and not any(cell.startswith(" ") for cell in cells[1:])
        and (width > 2 or cells[0].strip().isdigit())
        for cells in rows
    )


def split_loosely(
    lines: list[str], read_on: Callable[[int], None], delimiter: str, width: int
) -> tuple[list[str], int, str]:
    """Return the cells of the row that begins `lines`, how many lines it takes, its problem.

    `read_on` adds that many lines of the file to `lines`.
    """
    boundary = _boundary(lines[0], delimiter)
    single = _record(lines[0], boundary)
    if single is not None:
        return single[0], 1, STRAY_QUOTE
    literal = split_literally(lines[0], delimiter)
    even = lines[0].count('"') % 2 == 0
    if even and len(literal) == width:  # "Great" she said
        return literal, 1, STRAY_QUOTE
    read_on(_LOOSE_LINES)
    longer = _record("".join(lines[:_LOOSE_LINES]), boundary, generous=False)
    if longer is not None:
        cells, end = longer
        used = sum(start < end for start in accumulate(map(len, lines), initial=0))
        opens = re.compile(f'(?:^|{re.escape(delimiter)})"[^"\r\n{re.escape(delimiter)}]')
        reopened = any(opens.search(line) for line in lines[1:used])
        if not reopened and len(cells) == (width or len(cells)):
            return cells, used, STRAY_QUOTE
    return literal, 1, STRAY_QUOTE if even else OPEN_QUOTE


def split_literally(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line, from the first quote that nothing closes on without quoting."""
    record = _record(line, _boundary(line, delimiter), literal=True)
    return record[0] if record else [line]


def _boundary(line: str, delimiter: str) -> re.Pattern[str]:
    end_of_line = "\r" if line.endswith("\r") else "\n"
    return re.compile(f"({re.escape(delimiter)})|\r{{0,2}}{end_of_line}|\r{{0,2}}\\Z")


def _record(
    text: str, boundary: re.Pattern[str], *, literal: bool = False, generous: bool = True
) -> tuple[list[str], int] | None:
    """Cells up to the first line end outside quotes, and where that is.

    A quoted cell that nothing closes makes it None, or with `literal` is read to the next
    delimiter, quote and all, as are those after it. `generous` takes a doubled quote for the end
    of a cell where there is no better.
    """
    cells: list[str] = []
    at, trust = 0, True
    while True:
        quoted = trust and text.startswith('"', at)
        end = _closing(text, at + 1, boundary, generous=generous) if quoted else -1
        if quoted and end < 0:
            if not literal:
                return None
            trust = False
        found = boundary.match(text, end + 1) if end >= 0 else boundary.search(text, at)
        if found is None:  # cannot be: every text ends in a boundary
            return None
        cell = text[at + 1 : end].replace('""', '"') if end >= 0 else text[at : found.start()]
        cells.append(cell)
        at = found.end()
        if found[1] is None:
            return cells, at


def _closing(text: str, start: int, boundary: re.Pattern[str], *, generous: bool) -> int:
    """Where the quote is that ends the cell begun before `start`, -1 if there is none.

    A doubled quote before a delimiter ("he said ""no"",5) does if nothing better does.
    """
    second_best, patience = -1, _PATIENCE
    at = text.find('"', start)
    while at >= 0 and patience:
        doubled = text.startswith('"', at + 1)
        if not doubled and boundary.match(text, at + 1):
            return at
        if generous and doubled and second_best < 0 and boundary.match(text, at + 2):
            second_best = at + 1
        patience -= second_best >= 0
        at = text.find('"', at + 1 + doubled)
    return second_best
