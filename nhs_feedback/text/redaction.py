"""Personal data in a comment: where it stands, and the comment with it masked.

What looks for each structured kind is a row of ``FINDERS``. A row sees only text that is still
free, and what is left around a find is searched again on its own. Names of people are looked for
last, in the text with the rest masked, until none is found: so masking twice is masking once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.identifiers import finance, health, online, people, phones, places
from nhs_feedback.text.identifiers.cues import Extent, says

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from nhs_feedback.text.names import Names

SPANS_KEY = "personal_data"
NAME = "NAME"
_ROUNDS = 6  # of looking for names in what is left; comments need two or three

Finder = Callable[[str], Iterable[Extent]]


class Found(NamedTuple):
    """A piece of personal data: character offsets (end excluded) and its kind."""

    start: int
    end: int
    label: str


_SIX_DIGITS = re.compile(r"\d(?:[^\w]{0,4}_?\d){5}")
_THREE_DIGITS = re.compile(r"\d(?:[^\w]{0,3}[A-Za-z_]?\d){2}")
_DIGIT = re.compile(r"\d")
_ANYTHING = re.compile("")

# A row yields extents in order that do not overlap; the first row to find anything goes first.
# The rows of a group are asked only where its pattern is found: most comments hold no number.
GROUPS: tuple[tuple[re.Pattern[str], tuple[tuple[str, Finder], ...]], ...] = (
    (
        _ANYTHING,
        (
            ("EMAIL", online.emails),
            ("URL", online.urls),
            ("SOCIAL_HANDLE", online.at_names),
            ("SOCIAL_HANDLE", online.handles),
            ("IP_ADDRESS", online.ip_addresses),
            ("DATE_OF_BIRTH", people.birth_dates),
        ),
    ),
    (
        _SIX_DIGITS,
        (
            ("ACCOUNT_NUMBER", finance.ibans),
            ("CARD_NUMBER", finance.cards),
            ("ACCOUNT_NUMBER", finance.accounts),
            ("DRIVING_LICENCE", people.driving_licences),
            ("PASSPORT", people.passports),
            ("CHI_NUMBER", health.said_chi_numbers),
            ("HEALTH_CARE_NUMBER", health.said_health_care_numbers),
            ("NHS_NUMBER", health.said_nhs_numbers),
            ("CHI_NUMBER", health.chi_numbers),
            ("HEALTH_CARE_NUMBER", health.health_care_numbers),
            ("NHS_NUMBER", health.nhs_numbers),
            ("NI_NUMBER", people.insurance_numbers),
            ("PHONE", phones.uk_phones),
            ("PHONE", phones.other_phones),
            ("NHS_NUMBER", health.grouped_numbers),
        ),
    ),
    (
        _THREE_DIGITS,
        (
            ("PROFESSIONAL_NUMBER", people.professional_numbers),
            ("STAFF_NUMBER", people.staff_numbers),
            ("PATIENT_NUMBER", health.patient_numbers),
            ("INCIDENT_NUMBER", health.incident_numbers),
            ("PHONE", phones.extensions),
            ("PHONE", phones.on_numbers),
        ),
    ),
    (
        _DIGIT,
        (
            ("VEHICLE", people.vehicles),
            ("VEHICLE", people.said_vehicles),
            ("POSTCODE", places.postcodes),
            ("POSTCODE", places.outcodes),
            ("ADDRESS", places.addresses),
            ("ADDRESS", places.flats),
        ),
    ),
    (_ANYTHING, (("ADDRESS", places.homes),)),
)
FINDERS = tuple(row for _, rows in GROUPS for row in rows)

# What every find needs one of.
_CLUE = re.compile(r"[\d@/]|\.[A-Za-z]")
_CLUE_WORDS = (" dot ", "live", "living", "moved", "addr", "(at)", "[at]", *online.NETWORKS)
PLACEHOLDER = re.compile(r"\[([A-Z][A-Z_]*)\]")
"""What stands where something was masked; its group is the kind."""


def find_personal_data(text: str, *, names: "Names" = None) -> list[Found]:
    """Return the personal data in a text, in order and not overlapping.

    Placeholders such as ``[NAME]`` are walls: nothing is found in them or across them.

    Parameters
    ----------
    names : Language, optional
        A trained spaCy pipeline of your own that finds people, in place of the shipped finder.
    """
    return find_in_texts([text], names=names)[0]


def find_in_texts(texts: Sequence[str], *, names: "Names" = None) -> list[list[Found]]:
    """Return the personal data in each text; the others change nothing in it."""
    from nhs_feedback.text.names import as_finder  # noqa: PLC0415 (spaCy takes a second to import)

    finder = as_finder(names)
    found = [_structured(text, []) for text in texts]
    waiting = list(range(len(texts)))
    for _ in range(_ROUNDS):
        if not waiting:
            break
        masked = [_masked(texts[row], found[row]) for row in waiting]
        people = dict(zip(waiting, finder.find(masked), strict=True))
        waiting = [row for row in waiting if people[row]]
        for row in waiting:
            new = [Found(*extent, NAME) for extent in _unmasked(people[row], found[row])]
            found[row] = _structured(texts[row], [*found[row], *new])
    for row in waiting:  # names without end: no comment, and masked whole it stays so
        found[row] = [Found(0, len(texts[row]), NAME)]
    return found


def mask(doc: "Doc") -> str:
    """Return a document's text with each span of ``doc.spans["personal_data"]`` as ``[LABEL]``."""
    spans = doc.spans.get(SPANS_KEY, ())
    return _masked(doc.text, [Found(span.start_char, span.end_char, span.label_) for span in spans])


def redact(text: str, *, names: "Names" = None) -> str:
    """Return a text with its personal data as ``[LABEL]``, its other words as they were written.

    Where damage hides a piece (a number in HTML entities, say), the whole text is repaired first,
    as for tagging. A role, a place and a date may still point to a person.

    Examples
    --------
    >>> redact("Ask Priya, mail jo@ward.example or  bleep 2231.")
    'Ask [NAME], mail [EMAIL] or  bleep [PHONE].'
    >>> redact("Ring 07700&nbsp;900123 or  bleep 2231.")
    'Ring [PHONE] or bleep [PHONE].'
    """
    return redact_texts([text], names=names)[0]


def redact_texts(texts: Sequence[str], *, names: "Names" = None) -> list[str]:
    """Redact each text as `redact` does; the others change nothing in it."""
    masked = _mask_all(texts, names)
    repaired = {row: fixed for row, text in enumerate(texts) if (fixed := clean(text)) != text}
    protected = zip(repaired, _mask_all(list(repaired.values()), names), strict=True)
    hidden = {row: text for row, text in protected if clean(masked[row]) != text}
    again = redact_texts(list(hidden.values()), names=names) if hidden else []
    new = dict(zip(hidden, again, strict=True))
    return [new.get(row, text) for row, text in enumerate(masked)]


def _mask_all(texts: Sequence[str], names: "Names") -> list[str]:
    found = find_in_texts(texts, names=names)
    return [_masked(*one) for one in zip(texts, found, strict=True)]


def _structured(text: str, known: list[Found]) -> list[Found]:
    """Add to what is known the finds of ``FINDERS`` around it."""
    found = list(known)
    if _CLUE.search(text) or says(text, _CLUE_WORDS):
        walls = sorted(
            [match.span() for match in PLACEHOLDER.finditer(text)]
            + [(one.start, one.end) for one in known]
        )
        waiting = _gaps(walls, 0, len(text))
        while waiting:
            start, end = waiting.pop()
            new = _first_found(text[start:end], start)
            if new:
                found += new
                waiting += _gaps(((one.start, one.end) for one in new), start, end)
    return sorted(found)


def _unmasked(extents: Iterable[Extent], found: list[Found]) -> list[Extent]:
    """Return where extents of a masked text stand in the text as written."""
    pieces: list[Extent] = []
    waiting = iter(found)
    one = next(waiting, None)
    shift = 0  # of the text as written against the masked one
    for start, end in extents:
        while one is not None and one.start <= start + shift:
            shift += one.end - one.start - len(one.label) - 2
            one = next(waiting, None)
        pieces.append((start + shift, end + shift))
    return pieces


def _first_found(piece: str, offset: int) -> list[Found]:
    for question, rows in GROUPS:
        if question.search(piece):
            for label, finder in rows:
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
