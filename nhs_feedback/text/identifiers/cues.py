"""Numbers that the words before them give away: the parts that their patterns share."""

import re
from collections.abc import Iterator

Extent = tuple[int, int]

SIGNS = r"[\s.,:;#=*(\[\"'/–—>-]{0,4}+"
"""What may stand between two words, or a word and its number."""

LINK = (
    rf"(?:{SIGNS}(?:no|nos|nr|num|numb|number|numbr|nunber|nmber|ref|reference|id|code|is"
    rf"|was|are|now"
    rf"|of|the|reg|registration|pin|with|under|as)(?![a-z])){{0,4}}+{SIGNS}"
)
"""What may stand between a cue and its number: "MRN number is: 12"."""

NUMBER_WORD = r"(?:no|nr|num|numb|number|numbr|nunber|nmber|ref|reference|id|code|\#)(?![a-z])"
"""The word without which "patient" or "staff" announces no number."""

NOT_A_YEAR = r"(?!(?:19|20)\d\d\b(?![/-]\d))"
NOT_ROUND = r"(?!\d{1,3}000?\b)"
NOT_COUNTED = (
    r"(?! ?(?:times|people|patients?|pts|staff|users|clicks|calls|times|hours?|hrs?|minutes|mins"
    r"|days|weeks|months|years|beds|nurses|doctors|records|letters|emails|e-mails|cases|of|per"
    r"|a (?:day|week|month|year)|%|am|pm)\b)"
)
"""What follows a count and no identifier."""


def cued(cue: str, number: str, *, link: str = LINK) -> re.Pattern[str]:
    """Compile a pattern, for folded text, that finds `number`, as "found", behind a cue."""
    return re.compile(rf"\b(?:{cue}){link}(?P<found>{number})", re.ASCII)


def folded(text: str) -> str:
    """Return a text in lower case, letter for letter.

    A pattern in lower case tells by one look at each letter that none of its words begins there;
    one that ignores case has to try them all.
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)


def says(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text holds any of some words or pieces of words, in lower case."""
    lower = text.lower()
    return any(word in lower for word in words)


def found(pattern: re.Pattern[str], text: str) -> Iterator[Extent]:
    """Yield the extents of what a pattern found: of the group that matched last."""
    return (match.span(match.lastgroup or 0) for match in pattern.finditer(text))
