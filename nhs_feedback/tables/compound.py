"""Old Excel's container, the OLE compound file, looked through before calamine opens it.

It is a small file system: its tables say for each sector which one follows. In a damaged file a
chain can leave the file, or come back on itself, and calamine follows it until memory ends, and
with it the process.

Reference: Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
"""

import struct
from collections.abc import Iterator, Sequence

_REGULAR = 0xFFFFFFFA  # sector numbers below this are sectors, the others signs
_HEADER = 512
_SHIFT_AT, _DIRECTORY_AT, _MINI_TABLE_AT, _INDEX_AT, _FIRST_INDEX_AT = 30, 48, 60, 68, 76
_IN_HEADER = 109
_ENTRY = struct.Struct("<66xB49xII4x")  # of the directory: kind, first sector, length
_STREAM, _ROOT = 2, 5
_SMALL = 4096  # bytes; shorter streams lie in the root's, in smaller sectors


def is_sound(content: bytes) -> bool:
    """Whether all chains of sectors stay in the file and end."""
    if len(content) < _HEADER:
        return False
    (shift,) = struct.unpack_from("<H", content, _SHIFT_AT)
    if shift not in (9, 12):
        return False
    size = 1 << shift
    last = len(content) // size - 1  # sector 0 follows the header; the last may be cut short
    table = _joined(content, size, _index(content, size))
    starts = (struct.unpack_from("<I", content, at)[0] for at in (_DIRECTORY_AT, _MINI_TABLE_AT))
    directory, mini_table = (_chain(table, start, last) for start in starts)
    if not directory or mini_table is None:
        return False
    small = _joined(content, size, mini_table)
    return all(
        _chain(small, start, len(small)) is not None
        if kind == _STREAM and length < _SMALL
        else _chain(table, start, last) is not None
        for sector in directory
        for kind, start, length in _directory(content, size, sector)
        if kind in (_STREAM, _ROOT)
    )


def _directory(content: bytes, size: int, sector: int) -> Iterator[tuple[int, int, int]]:
    entries = content[(sector + 1) * size : (sector + 2) * size]
    return _ENTRY.iter_unpack(entries[: len(entries) // _ENTRY.size * _ENTRY.size])


def _index(content: bytes, size: int) -> list[int]:
    """Which sectors hold the table, from the header and the chain that begins there; [] if bad."""
    index = list(struct.unpack_from(f"<{_IN_HEADER}I", content, _FIRST_INDEX_AT))
    (following,) = struct.unpack_from("<I", content, _INDEX_AT)
    seen = set[int]()
    while following < _REGULAR:
        entries = _joined(content, size, [following])
        if following in seen or not entries:
            return []
        seen.add(following)
        *more, following = entries
        index += more
    index = [sector for sector in index if sector < _REGULAR]
    return index if all((sector + 1) * size < len(content) for sector in index) else []


def _joined(content: bytes, size: int, sectors: Sequence[int]) -> list[int]:
    """The numbers in these sectors, as many of them as the file has."""
    entries: list[int] = []
    for sector in sectors:
        start = (sector + 1) * size
        count = max(0, min(size, len(content) - start)) // 4
        entries += struct.unpack_from(f"<{count}I", content, start) if count else ()
    return entries


def _chain(table: Sequence[int], sector: int, last: int) -> list[int] | None:
    """The sectors from this one on; None if they leave the file or never end."""
    chain: dict[int, None] = {}
    while sector < _REGULAR:
        if sector in chain or sector >= len(table) or sector > last:
            return None
        chain[sector] = None
        sector = table[sector]
    return list(chain)
