"""The generated set: moulds filled with invented values, then roughened as people type.

What is roughened is never the value of personal data, but for its case: lower-casing and capitals
take everything, typos and lost punctuation take the words around.
"""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from personal_data.marked import Marked, Piece, assemble, pieces_of, read_lines
from personal_data.values import Values

TEMPLATES = Path(__file__).with_name("templates.txt")
SHARES = {"names": 0.4, "structured": 0.35, "mixed": 0.05, "traps": 0.2}
ASIDES = """It is what it is.|not good enough|Overall it has helped.|We need more training
third system in ten years|the screens are fine|please listen to staff!|slow slow slow
Paper was quicker.|I do like the app|no time to learn it|Patients notice.|sorry for the rant
Apart from that, good.|why were we not asked?|This needs fixing today.""".replace("\n", "|").split(
    "|"
)
_SLOT = re.compile(r"(?<!\{)\{([a-z]+)\}(?!\})")
_WORD = re.compile(r"\b[a-z]{6,}\b")
Pieces = list[Piece]


def read_templates() -> dict[str, list[str]]:
    """Return the moulds of each share."""
    shares: dict[str, list[str]] = {}
    for line in read_lines(TEMPLATES):
        if line.startswith("["):
            shares[line.strip("[]")] = group = []
        else:
            group.append(line)
    return shares


def generate(count: int, *, seed: int) -> list[Marked]:
    """Return so many comments, the same for the same seed; every mould comes round in turn."""
    values = Values(seed)
    made: list[Marked] = []
    for share, templates in read_templates().items():
        for number in range(round(count * SHARES[share])):
            pieces = _fill(templates[number % len(templates)], values)
            made.append(assemble(_roughen(pieces, values.random)))
    values.random.shuffle(made)
    return made


def _fill(template: str, values: Values) -> Pieces:
    filled = _SLOT.sub(lambda match: values.draw(match[1]), template)
    return pieces_of(filled.replace("\\n", "\n"))


def _roughen(pieces: Pieces, random: Random) -> Pieces:
    for chance, change in CHANGES:
        if random.random() < chance:
            pieces = change(pieces, random)
    return pieces


def _add_aside(pieces: Pieces, random: Random) -> Pieces:
    aside, gap = random.choice(ASIDES), random.choice((" ", ". ", " - ", "\n", "... "))
    if random.random() < 0.5:
        return [Piece(aside + gap), *pieces]
    return [*pieces, Piece(gap + aside)]


def _drop_punctuation(pieces: Pieces, random: Random) -> Pieces:  # noqa: ARG001
    return [p if p.kind else p._replace(text=re.sub(r"[.,;!?()]", "", p.text)) for p in pieces]


def _misspell(pieces: Pieces, random: Random) -> Pieces:
    """Swap two letters of one word that is not right beside personal data, if there is one."""
    places = [
        (number, match.start())
        for number, piece in enumerate(pieces)
        if not piece.kind
        for match in list(_WORD.finditer(piece.text))[1:-1]
    ]
    if not places:
        return pieces
    number, start = random.choice(places)
    text, at = pieces[number].text, start + random.randint(1, 4)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return [*pieces[:number], Piece(swapped), *pieces[number + 1 :]]


def _lower(pieces: Pieces, random: Random) -> Pieces:  # noqa: ARG001
    return [Piece(p.text.lower(), p.kind, p.lead.lower()) for p in pieces]


def _shout(pieces: Pieces, random: Random) -> Pieces:  # noqa: ARG001
    return [Piece(p.text.upper(), p.kind, p.lead.upper()) for p in pieces]


CHANGES: tuple[tuple[float, Callable[[Pieces, Random], Pieces]], ...] = (
    (0.35, _add_aside),
    (0.15, _drop_punctuation),
    (0.2, _misspell),
    (0.25, _lower),
    (0.06, _shout),
)
