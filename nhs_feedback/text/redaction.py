"""Personal data in a comment: where it stands, and the comment with it masked.

What looks for each kind is a row of ``FINDERS``. A row sees only text that is still free, and what
is left around a find is searched again on its own, so that masking twice is masking once.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from nhs_feedback.text import identifiers
from nhs_feedback.text.cleaning import clean

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPANS_KEY = "personal_data"

Extent = tuple[int, int]
Finder = Callable[[str], Iterable[Extent]]


class Found(NamedTuple):
    """A piece of personal data: character offsets (end excluded) and its kind."""

    start: int
    end: int
    label: str


# A row yields extents in order that do not overlap; the first row to find anything goes first.
FINDERS: tuple[tuple[str, Finder], ...] = (
    ("EMAIL", identifiers.emails),
    ("URL", identifiers.urls),
    ("NHS_NUMBER", identifiers.nhs_numbers),
    ("NHS_NUMBER", identifiers.said_nhs_numbers),
    ("PHONE", identifiers.uk_phones),
    ("PHONE", identifiers.other_phones),
    ("PHONE", identifiers.extensions),
    ("POSTCODE", identifiers.postcodes),
)

_CLUE = re.compile(r"[\d@/]|\.\w|\bdot\b")
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*\]")


def find_personal_data(text: str) -> list[Found]:
    """Return the personal data in a text, in order and not overlapping.

    Placeholders such as ``[NAME]`` are walls: nothing is found in them or across them.
    """
    if _CLUE.search(text) is None:
        return []
    found: list[Found] = []
    waiting = _gaps((match.span() for match in _PLACEHOLDER.finditer(text)), 0, len(text))
    while waiting:
        start, end = waiting.pop()
        new = _first_found(text[start:end], start)
        if new:
            found += new
            waiting += _gaps(((one.start, one.end) for one in new), start, end)
    return sorted(found)


def mask(doc: "Doc") -> str:
    """Return a document's text with each span of ``doc.spans["personal_data"]`` as ``[LABEL]``."""
    spans = doc.spans.get(SPANS_KEY, ())
    return _masked(doc.text, [Found(span.start_char, span.end_char, span.label_) for span in spans])


def redact(text: str) -> str:
    """Return a text with its personal data as ``[LABEL]``, its other words as they were written.

    Where damage hides a piece (a number in HTML entities, say), the whole text is repaired first,
    as for tagging. A role, a place and a date may still point to a person.

    Examples
    --------
    >>> redact("Mail jo@ward.example or  bleep 2231.")
    'Mail [EMAIL] or  bleep [PHONE].'
    >>> redact("Ring 07700&nbsp;900123 or  bleep 2231.")
    'Ring [PHONE] or bleep [PHONE].'
    """
    masked = _masked(text, find_personal_data(text))
    cleaned = clean(text)
    if cleaned == text:
        return masked
    protected = _masked(cleaned, find_personal_data(cleaned))
    return masked if clean(masked) == protected else redact(protected)


def _first_found(piece: str, offset: int) -> list[Found]:
    for label, finder in FINDERS:
        found = [Found(offset + start, offset + end, label) for start, end in finder(piece)]
        if found:
            return found
    return []


def _gaps(extents: Iterable[Extent], start: int, end: int) -> list[Extent]:
    edges = [start, *(edge for extent in extents for edge in extent), end]
    return [gap for gap in zip(edges[::2], edges[1::2], strict=True) if gap[0] < gap[1]]


def _masked(text: str, found: list[Found]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, label in sorted(found):
        pieces += text[done:start], f"[{label}]"
        done = end
    return "".join([*pieces, text[done:]])
