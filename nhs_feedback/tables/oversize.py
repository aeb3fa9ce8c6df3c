"""Workbooks made fit for calamine before it opens them.

calamine lays a sheet out as one block of cells up to the last that is filled, so a single cell in
the far corner makes it ask for 500 GB, which ends the process. It also gives an Excel error such
as #NAME? as an empty cell, and refuses a workbook with one of the newer errors, or with a reference
to a character that XML cannot hold. All are put right in the XML: the first refused, errors turned
into text, and such a reference into one to a control character that XML can hold.
"""

import functools
import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

import python_calamine as calamine

from nhs_feedback.errors import TableError

MAX_CELLS = 100_000_000  # about 3 GB in calamine
MAX_BYTES = 4 << 30  # of XML, unpacked

_MANIFEST = "META-INF/manifest.xml"
_BLOCK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"']([0-9]{1,9})")
_WIDE = re.compile(rb"\br=[\"']([A-Z]{2,3})[0-9]")  # columns from AA on: most sheets have none
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,9})[\"'][^>]*(?<!/)>")
_ERROR = re.compile(rb"(<(?:\w+:)?c\b[^>]*?\bt=)[\"']e[\"']")
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_STAND_IN = b"&#127;"  # counted, and left out when written, as other control characters
_ODS = re.compile(rb"<(/?)table:(table-row|(?:covered-)?table-cell|table)\b([^>]*)>")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=[\"']([0-9]{1,9})")


def fitted(content: bytes, name: str) -> bytes:
    """Return the workbook with its errors as text; what is no zip archive, as it is.

    Raises
    ------
    TableError
        It would not fit in memory.
    calamine.PasswordError
        It is an OpenDocument with a password, which calamine takes for damage.
    """
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if _MANIFEST in book.namelist() and b"encryption-data" in book.read(_MANIFEST):
            raise calamine.PasswordError
        parts = [part for part in book.infolist() if part.filename.lower().endswith(".xml")]
        if sum(part.file_size for part in parts) > MAX_BYTES:
            raise _too_large(name)
        spoiled = {part.filename for part in parts if _is_spoiled(book, part)}
        content = _mended(book, spoiled) if spoiled else content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [part for part in book.infolist() if part.filename.lower().endswith(".xml")]
        if any(_cells(book, part) > MAX_CELLS for part in parts):
            raise _too_large(name)
    return content


def _too_large(name: str) -> TableError:
    return TableError(
        f"{name}: the workbook is too large to open (save the sheet with the comments as .csv)"
    )


def _cells(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many cells calamine will make room for."""
    if part.filename == "content.xml":  # cut short, it makes calamine loop for ever
        with book.open(part) as stream:
            expat.ParserCreate().ParseFile(stream)
        return _ods_cells(_blocks(book, part))
    rows, columns = 1, 26
    for block in _blocks(book, part):
        rows = max(rows, *map(int, _ROW.findall(block)), 1)
        columns = max(columns, *map(_column, set(_WIDE.findall(block))), 1)
    if rows * columns <= MAX_CELLS:
        return rows * columns
    # Formats without content can reach far, and take no room: look at each cell.
    found = [cell for block in _blocks(book, part) for cell in _far_cells(block)]
    return max((row for _, row in found), default=0) * max((col for col, _ in found), default=0)


def _far_cells(block: bytes) -> list[tuple[int, int]]:
    """The rightmost column and the lowest row with content in a block."""
    cells = [(_column(letters), int(row)) for letters, row in _FILLED.findall(block)]
    return [max(cells), max(cells, key=lambda cell: cell[1])] if cells else []


def _ods_cells(blocks: Iterator[bytes]) -> int:
    """The same for OpenDocument, which says how often a row or a cell is repeated."""
    most = row_end = last = width = across = times = 0
    for block in blocks:
        for closing, kind, attributes in _ODS.findall(block):
            found = _REPEATED.search(attributes)
            count = int(found[1]) if found else 1
            if kind == b"table":
                most, row_end, last, width = max(most, last * width), 0, 0, 0
            elif kind == b"table-row" and not closing:
                times, across = count, 0
                row_end += times
            elif kind.endswith(b"cell") and not closing:
                across += count
                if not attributes.endswith(b"/"):
                    last, width = row_end, max(width, across)
    return max(most, last * width)


def _column(letters: bytes) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    return functools.reduce(lambda number, letter: number * 26 + letter - 64, letters, 0)


def _is_spoiled(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    return any(
        _ERROR.search(block) or any(map(_is_bad, _REFERENCE.finditer(block)))
        for block in _blocks(book, part)
    )


def _is_bad(reference: re.Match[bytes]) -> bool:
    """Whether XML cannot hold the character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return (
        (number < 32 and number not in (9, 10, 13))
        or 0xD800 <= number < 0xE000
        or number in (0xFFFE, 0xFFFF)
        or number > 0x10FFFF
    )


def _put_right(block: bytes) -> bytes:
    block = _ERROR.sub(rb'\1"str"', block)
    return _REFERENCE.sub(lambda found: _STAND_IN if _is_bad(found) else found[0], block)


def _mended(book: zipfile.ZipFile, spoiled: set[str]) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for part in book.infolist():
            with copy.open(part.filename, "w", force_zip64=True) as target:
                for block in _blocks(book, part):
                    target.write(_put_right(block) if part.filename in spoiled else block)
    return changed.getvalue()


def _blocks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces that never cut a tag in two."""
    rest = b""
    with book.open(part) as stream:
        while block := stream.read(_BLOCK):
            rest += block
            cut = rest.rfind(b"<")
            yield rest[:cut] if cut > 0 else rest
            rest = rest[cut:] if cut > 0 else b""
    yield rest
