"""Sentences of the labelled corpus as carriers: where a word for someone stands, a name may."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.sentences import sentence_starts

HERE = Path(__file__).parent
FILES = (HERE.parent / "comments.csv", HERE.parent / "fragments.csv")
Extent = tuple[int, int]

_ROLE = (
    r"(?:(?:staff|senior|junior|ward|line|practice|project|programme|clinical|lead|deputy|bed|site)"
    r" )?"
    r"(?:manager|matron|clerk|consultant|registrar|sister|trainer|super-?user|nurse|secretary|porter"
    r"|receptionist|pharmacist|physio|midwife|doctor|colleague|boss|director|chief executive|mentor"
    r"|daughter|son|wife|husband|mum|dad|floorwalker|lead|junior|HCA|paramedic|dietitian|engineer"
    r"|radiographer|leader|GP|patient|mother|father|coordinator|technician|CNIO|CCIO|CIO|chair|lad"
    r"|lady|chap|girl|man|woman|person)"
)
_ANYBODY = "|".join(
    f"{word}|{word.capitalize()}"
    for word in (
        *("nobody", "no one", "somebody", "someone", "anyone", "everyone", "everybody"),
        *("management", "the trust", "the board", "she", "he", "they", "we"),
    )
)
# What a name may stand for, and as what part of the sentence.
_SOMEONE = re.compile(
    r"(?P<role>\b(?:[Mm]y|[Oo]ur|[Tt]he|[Aa]n?|[Oo]ne|[Yy]our|[Hh]er|[Hh]is|[Tt]heir|[Tt]his|[Tt]hat)"
    rf" {_ROLE}\b)(?!['’-]|s)"
    rf"|(?P<subject>\b(?:{_ANYBODY}|IT|I)\b)"
    r"(?= (?:said|says|had|has|was|did|didn|got|went|came|asked|told|knew|made|took|left|found"
    r"|wrote|rang|sat|showed|wanted|thought|would|could|will|can|used|never|always|just|still|only|also|put"
    r"|gave|spent|worked|saw|looked|kept|lost|needed))"
    r"|(?P<object>\b(?:him|them|everyone|somebody|someone|anyone|nobody|management|IT)\b)"
    r"(?! else|['’])"
    r"|(?<=\b[Aa]sk )(?P<asked>me|us|staff|nurses)\b"
)
_THING = re.compile(
    r"\b(?:[Tt]he|[Oo]ur) (?:new )?"
    r"(?:system|EPR|app|software|portal|record|programme|platform)\b"
)
_WARD = re.compile(
    r"\b[Oo]n (?P<ward>the ward|our ward|wards|my ward|the unit)\b"
    r"|\b(?:[Aa]t|[Ff]rom) (?P<site>the hospital|our hospital|another trust|the trust)\b"
)


@dataclass(frozen=True)
class Carrier:
    """A piece of a comment, with the names that stand in it."""

    id: str
    text: str
    names: tuple[Extent, ...]

    def someone(self) -> Iterator[tuple[str, Extent]]:
        """Yield where somebody is spoken of without a name, and as what."""
        for match in _SOMEONE.finditer(self.text):
            yield str(match.lastgroup), match.span()

    def things(self) -> Iterator[tuple[str, Extent]]:
        """Yield where a system, a ward or a hospital is spoken of."""
        for match in _THING.finditer(self.text):
            yield "product", match.span()
        for match in _WARD.finditer(self.text):
            kind = "ward" if match["ward"] else "site"
            yield kind, match.span(kind)


def read_carriers() -> list[Carrier]:
    """Cut the corpus into pieces of a few sentences, each with its names."""
    marked: dict[str, list[Extent]] = {}
    with (HERE / "annotations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            marked.setdefault(row["id"], []).append((int(row["start"]), int(row["end"])))
    left_out = set((HERE / "left_out.txt").read_text("utf-8").split())
    carriers = []
    for path in FILES:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["id"] not in left_out:
                    carriers += _pieces(row["id"], row["text"], marked.get(row["id"], []))
    return carriers


def _pieces(key: str, text: str, names: list[Extent]) -> Iterator[Carrier]:
    starts = [*sentence_starts(text), len(text)]
    begin = 0
    for end in starts[1:]:
        if end - starts[begin] > 90 or end == len(text):
            start = starts[begin]
            piece = text[start:end].rstrip()
            kept = tuple((a - start, b - start) for a, b in names if start <= a and b <= end)
            if clean(piece) == piece:
                yield Carrier(key, piece, kept)
            begin = starts.index(end)
