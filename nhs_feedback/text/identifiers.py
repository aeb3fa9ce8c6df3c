"""The plain identifiers: for each a finder, from a text to the extents of what it found.

Repeats are bounded or possessive, so that no pattern takes more than linear time.
"""

import re
from collections.abc import Iterator

from nhs_number.validate import is_valid
from phonenumbers import Leniency, PhoneNumberMatcher

Extent = tuple[int, int]

_LOCAL_PART = r"\w[\w.+%'-]{0,63}+"
_EMAIL = re.compile(
    rf"{_LOCAL_PART}@(?:[\w-]{{1,63}}+\.){{1,6}}[A-Za-z]{{2,24}}\b"
    # Spaced or spelt out, the ending must be a known one.
    rf"|{_LOCAL_PART}(?: ?@ ?| ?[\[(]at[\])] ?)"
    r"(?:[\w-]{1,63}(?:\.| ?[\[(]dot[\])] ?| dot )){1,6}?(?:net|uk|com|org)\b"
    r"|\w{1,32}+(?:(?:\.| dot )\w{1,32}+){1,3} at "
    r"(?:\w{1,63}(?:\.| dot )){1,4}?(?:net|uk|com|org)\b",
    re.IGNORECASE,
)

_REST_OF_URL = r"[^\s<>\"\[\]]*[^\s<>\"\[\]'.,;:!?()]"
_URL = re.compile(
    rf"(?:\bhttps?://|\bwww\.){_REST_OF_URL}"
    # The bare names nhs.uk, nhs.net and gov.uk are services; they point to no one.
    r"|(?<![\w.@-])(?!(?:nhs|gov)\.)(?:[\w-]{1,63}\.){1,5}?"
    r"(?:nhs\.uk|nhs\.net|(?:co|org|ac|gov|ltd|sch)\.uk|com|org|net|wales|scot)\b"
    rf"(?:[/?#]{_REST_OF_URL})?",
    re.IGNORECASE,
)

_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{4}(?!\d)")
_SAID_NHS_NUMBER = re.compile(
    r"\bnhs(?: (?:number|num|no))?\b[ .:#-]{0,3}(?:is |was )?"
    r"(?P<number>\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)",
    re.IGNORECASE,
)

_UK_PHONE = re.compile(
    r"(?<!\d)(?<!\d[.,/-])(?:(?:\+|00)? ?44 ?(?:\(0\))? ?|\(?0\)? ?)"
    r"(?P<national>(?:\d[ ()./–-]{0,3}){8,9}\d)(?!\d)"
    r"|(?<!\d)(?<!\d[.,/-])(?P<bare>7\d{3}[ -]?\d{3}[ -]?\d{3})(?!\d)"  # Excel ate the 0
)
_DATE = re.compile(
    r"\d{1,2}([./–-])\d{1,2}\1(?:19|20)?\d\d\b|\d{1,2} \d{1,2} (?:19|20)\d\d\b", re.ASCII
)
_DIGITS = re.compile(r"\d+")
_FOREIGN_PHONE = re.compile(r"(?:\+|\b00) ?\(?\d(?:[^\w\n]{0,4}\d){6}")
_CUE = (  # what may stand between such a word and its number
    r"[ .,:#(]{0,3}(?:(?:me|us|no|number|num|is|was|on|is now|(?:has )?changed to)\b"
    r"[ .,:#(]{0,3}){0,2}"
)
_EXTENSION = re.compile(
    rf"\b(?:ext(?:ension|n)?|bleeps?|pagers?)\b{_CUE}"
    r"(?P<short>\d{3,6}(?:(?:/| or | and )\d{3,6})?)\b(?! (?:times|people|patients|staff)\b)"
    rf"|\b(?:tel|telephone|phone|mob|mobile|fax|ring|call|dial)\b{_CUE}"
    r"(?P<local>(?!(?:19|20)\d\d\b|\d0?000\b)(?:\d{4,8}|\d{3,4} \d{4}))\b"
    r"(?! (?:times|people|patients|staff)\b)"
    r"|(?<![\w£])(?<!\d )(?P<x>x(?!\d0?000\b)\d{4,5})\b",
    re.IGNORECASE,
)

# The postcode areas of the United Kingdom and its islands; ZZ is the NHS's own, for no address.
_AREA = (
    r"A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    r"|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?"
    r"|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|Z[EZ]"
)
_POSTCODE = re.compile(
    rf"\b(?:{_AREA})\d[A-Z\d]? {{0,2}}\d(?P<unit>[A-Z]{{2}})\b", re.IGNORECASE | re.ASCII
)
# What may follow a digit in "bay B1 1st bed", "W10 4hr wait", "B12 5mg".
_MEASURE = re.compile(r"[ap]m|st|nd|rd|th|hr|wk|yr|ft|[cmk]m|[mk]g|ml|ug|[gmt]b|pt", re.IGNORECASE)

# The cheap questions that most texts answer with no.
_MAY_HOLD_EMAIL = re.compile(r"@|[(\[]at[)\]]|[. ](?:net|uk|com|org)\b", re.IGNORECASE)
_MAY_HOLD_URL = re.compile(r"\w\.[A-Za-z]|//")
_MAY_HOLD_PHONE = re.compile(r"\d(?:[^\w\n]{0,3}\d){8}")
_MAY_HOLD_EXTENSION = re.compile(r"\d{3}")
_MAY_HOLD_POSTCODE = re.compile(r"\d[A-Za-z]{2}\b")


def emails(text: str) -> Iterator[Extent]:
    """Find e-mail addresses, spaced and spelt out ones too."""
    if _MAY_HOLD_EMAIL.search(text):
        yield from (match.span() for match in _EMAIL.finditer(text))


def urls(text: str) -> Iterator[Extent]:
    """Find web addresses, with a scheme or without."""
    if _MAY_HOLD_URL.search(text):
        yield from (match.span() for match in _URL.finditer(text))


def nhs_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits with the check digit of an NHS number, in one group or three."""
    for match in _TEN_DIGITS.finditer(text):
        if is_valid("".join(_DIGITS.findall(match[0]))):
            yield match.span()


def said_nhs_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits that the text calls an NHS number: a mistyped one points to someone too."""
    yield from (match.span("number") for match in _SAID_NHS_NUMBER.finditer(text))


def uk_phones(text: str) -> Iterator[Extent]:
    """Find numbers shaped like British ones, those kept for fiction included."""
    if _MAY_HOLD_PHONE.search(text):
        for match in _UK_PHONE.finditer(text):
            if match["bare"] or _is_uk_phone(match[0], match["national"]):
                yield match.span()


def other_phones(text: str) -> Iterator[Extent]:
    """Find the foreign numbers that phonenumbers holds valid."""
    if _FOREIGN_PHONE.search(text):
        for match in PhoneNumberMatcher(text, "GB", leniency=Leniency.VALID):
            yield match.start, match.end


def extensions(text: str) -> Iterator[Extent]:
    """Find short numbers that a word before them gives away: bleeps, extensions, local numbers."""
    if _MAY_HOLD_EXTENSION.search(text):
        for match in _EXTENSION.finditer(text):
            yield match.span(str(match.lastgroup))


def postcodes(text: str) -> Iterator[Extent]:
    """Find full postcodes in either case."""
    if _MAY_HOLD_POSTCODE.search(text):
        yield from (match.span() for match in _POSTCODE.finditer(text) if _is_postcode(match))


def _is_uk_phone(number: str, national: str) -> bool:
    if national[0] == "7":
        return not _DATE.match(number)
    # Area codes have three digits or more with their 0; many groups are a list or a scale.
    groups = _DIGITS.findall(number)
    return national[0] in "12389" and len(groups[0]) != 2 and len(groups) <= 6


def _is_postcode(match: re.Match[str]) -> bool:
    unit = match["unit"]
    possible = set(unit.upper()).isdisjoint("CIKMOV")
    if _MEASURE.fullmatch(unit):
        return possible and unit.isupper()
    # No real postcode ends in those letters, but invented and misheard ones do.
    return possible or match[0].isupper()
