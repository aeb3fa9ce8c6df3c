r"""Comments in which personal data is marked, in a notation a person can write.

`{{NAME|Priya}}` is personal data, `{{NAME|Dr |Patel}}` has a lead ("Dr ") that may be masked too,
and `{{?|Leeds}}` may be masked or not. One comment a line; `\n` in it is a new line.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

EITHER = "?"
_MARK = re.compile(r"\{\{([A-Z_]+|\?)\|(?:([^|{}]*)\|)?([^|{}]+)\}\}")


class Piece(NamedTuple):
    """A stretch of a comment: plain where ``kind`` is empty."""

    text: str
    kind: str = ""
    lead: str = ""


class Gold(NamedTuple):
    """Personal data at ``start`` to ``end`` (end excluded); from ``reach`` on it may be masked."""

    start: int
    end: int
    kind: str
    reach: int


class Marked(NamedTuple):
    """A comment and the personal data in it."""

    text: str
    golds: tuple[Gold, ...]


def pieces_of(line: str) -> list[Piece]:
    """Split one comment in the notation; raise ValueError where a mark is not closed or named."""
    pieces: list[Piece] = []
    done = 0
    for match in _MARK.finditer(line):
        kind, lead, text = match.groups()
        pieces += Piece(line[done : match.start()]), Piece(text, kind, lead or "")
        done = match.end()
    pieces.append(Piece(line[done:]))
    if any("{{" in piece.text or "}}" in piece.text for piece in pieces):
        raise ValueError(f"a mark is not {{{{KIND|text}}}}: {line}")
    return [piece for piece in pieces if piece.text]


def assemble(pieces: Iterable[Piece]) -> Marked:
    text = ""
    golds: list[Gold] = []
    for piece in pieces:
        reach, start = len(text), len(text) + len(piece.lead)
        text += piece.lead + piece.text
        if piece.kind:
            golds.append(Gold(start, len(text), piece.kind, reach))
    return Marked(text, tuple(golds))


def parse(line: str) -> Marked:
    return assemble(pieces_of(line.replace("\\n", "\n")))


def read_lines(path: Path) -> list[str]:
    """Return a file's lines, without empty ones and those that begin with ``# ``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("# ")]


def read_marked(path: Path) -> list[Marked]:
    return [parse(line) for line in read_lines(path)]
