"""Postcodes and street addresses."""

import re
from collections.abc import Iterator

from nhs_feedback.text.identifiers.cues import LINK, Extent, found, says

# The postcode areas of the United Kingdom and its islands; ZZ is the NHS's own, for no address.
_AREA = (
    r"A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    r"|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?"
    r"|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|Z[EZ]"
)
_POSTCODE = re.compile(
    rf"\b(?:{_AREA})\d[A-Z\d]?[ -]{{0,2}}\d(?P<unit>[A-Z]{{2}})\b", re.IGNORECASE | re.ASCII
)
# What may follow a digit in "bay B1 1st bed", "W10 4hr wait", "B12 5mg".
_MEASURE = re.compile(r"[ap]m|st|nd|rd|th|hr|wk|yr|ft|[cmk]m|[mk]g|ml|ug|[gmt]b|pt", re.IGNORECASE)
_OUTCODE = re.compile(
    rf"\b(?:post ?code|post code area|zip){LINK}(?:area |district |in |around )?"
    rf"(?P<found>(?:{_AREA})\d[A-Z\d]?(?: ?\d[A-Z]{{2}})?)\b"
    rf"|\b(?:live|lives|lived|living|based|resident|home|house|address)(?: (?:is|in|at|near|out))"
    rf"{{1,2}}(?: the)? (?P<home>(?i:{_AREA})\d[A-Z\d]?)\b(?! (?:area )?(?:ward|bay|bed))",
    re.IGNORECASE | re.ASCII,
)

# Words that are nothing but ways, and words that may mean something else.
_PLAIN = (
    r"street|str|road|rd|avenue|ave|av|lane|crescent|cres|gardens|gdns|grove|terrace|terr|mews"
    r"|close"
)
_OTHER = (
    r"st|drive|dr|ln|cl|way|court|ct|place|pl|square|sq|walk|row|hill|park|rise|view|green|parade"
    r"|meadows?|croft|vale|yard|mount|fold|bank|end|gate|wharf|quay|circus|chase|broadway|brae|wynd"
    r"|esplanade|hollow|dene|garth|heights|villas|cottages|buildings|mansions|house|loan|boulevard"
    r"|embankment|fields?|common|ridge|ter|promenade|path|passage|alley|side|bridge"
)
_NOT_A_NAME = (
    r"(?!(?i:of|the|down|up|in|from|to|on|at|and|or|a|an|my|our|this|that|minutes?|mins?"
    r"|hours?|hrs?"
    r"|days?|weeks?|months?|years?|miles?|metres?|times|people|staff|patients?|nurses?"
    r"|doctors?|more"
    r"|is|was|for|with|by|steps?|wards?|different|new|way|lane|separate|clicks|systems?|or"
    r"|per|as|if"
    r"|we|you|they|it|who|so|long|dead|busy|bumpy|beds?|bedded|rooms?|floors?|sites?|clinics?"
    r"|consultants?|junior|senior|into|across|off|over|year|day|hour|minute|month|week|quid|pounds"
    r"|screens?|logins?|passwords?|forms?|ambulances?|cars|only|not|but|then|about|around)\b)"
)
_FLAT = r"(?:(?i:flat|apartment|apt|unit|room|studio) ?(?:\d{1,4}[A-Za-z]?|[A-Za-z]),? ?)"
_HOUSE = r"\d{1,4}(?: ?[A-Da-d])?(?: ?[-/–] ?\d{1,4}[A-Da-d]?)?,? "
_TITLE = rf"{_NOT_A_NAME}(?:St\.? )?[A-Z][A-Za-z'’-]{{1,20}}"
_LOWER = rf"{_NOT_A_NAME}[A-Za-z][A-Za-z'’-]{{1,20}}"
_BREAK = r"(?! ?(?:map|maps|show|works?|block|tax|trip|sense|wise)\b)"
_AT_HOME = (
    r"(?i:\b(?:lives?|lived|living|resid(?:es|ing)|moved|address(?: is)?|home is"
    r"|house)(?: at| on| to|:)?"
    r" ?|\b(?:go|goes|going|went|sent|sends?|deliver(?:ed|y)?|post(?:ed)?|letters?|parcels?|visits?"
    r"|visited|booked|called)(?: [\w'-]{1,15}){0,3}? (?:to|for|at) )"
)
_STREET = rf"(?:(?:{_TITLE} ){{1,3}}?(?i:{_PLAIN}|{_OTHER})|(?:{_LOWER} ){{1,2}}?(?i:{_PLAIN}))\b"
_COMMON_STREET = (
    r"(?i:(?:the )?(?:high|main|church|station|mill) (?:street|st|road|rd|lane)"
    r"|the (?:green|avenue|crescent|close|drive|mews|terrace|grove|lane|street))\b"
)
_NUMBERED = re.compile(
    rf"(?<![\w£.,/-])(?P<found>{_HOUSE}(?:{_STREET}|{_COMMON_STREET}))(?!-)"
    rf"(?! (?:[a-z]+ )?(?:[Ww]ard|[Uu]nit|[Cc]linic)\b){_BREAK}",
    re.ASCII,
)
_BEFORE_NUMBER = re.compile(
    rf"(?<!\w)(?:{_FLAT}|(?i:flat|apartment|apt|no\.?|number) ?)$", re.ASCII
)
_IN_FLATS = re.compile(
    rf"(?<!\w)(?P<found>{_FLAT}(?:{_TITLE} ){{1,3}}?(?i:{_PLAIN}|{_OTHER})\b)", re.ASCII
)
_HOME = re.compile(
    rf"{_AT_HOME}(?P<found>(?:{_FLAT}|{_HOUSE})(?:{_LOWER} ){{1,3}}?(?i:{_PLAIN}|{_OTHER})\b"
    rf"|(?:{_TITLE} ){{1,3}}?(?i:{_PLAIN}|Drive|Way|Court|Place)\b){_BREAK}",
    re.ASCII,
)
# "Ward 2 Park View" is a ward.
_OF_A_SITE = re.compile(
    r"\b(?:ward|bay|bed|level|floor|unit|phase|building|block|site|clinic|version|v|band"
    r"|theatre|gate"
    r"|stage|tier|step|zone|area|team|module|part|page|group|cohort|day|week|release|windows|office"
    r"|suite|outpatients?|opd|mau|amu|clinic)s?[ .,:]{0,2}$",
    re.IGNORECASE,
)
_TITLE_DR = re.compile(r"(?i:dr|st)$")
_NAME_NEXT = re.compile(r"\.? [A-Z]")
_BEFORE = 20

_MAY_HOLD_POSTCODE = re.compile(r"\d[A-Za-z]{2}\b")
_OF_POSTCODES = ("post", "zip", "live", "living", "based", "resident", "home", "house", "addr")
_OF_HOMES = (
    *("live", "living", "resid", "moved", "address", "home is", "house"),
    *("go to", "goes to", "going to", "went to"),
    *("sen", "post", "letter", "parcel", "visit", "book"),
)
_OF_FLATS = ("flat", "apartment", "apt", "room", "studio", "unit")
_DIGIT = re.compile(r"\d")


def postcodes(text: str) -> Iterator[Extent]:
    """Find full postcodes in either case."""
    if _MAY_HOLD_POSTCODE.search(text):
        yield from (match.span() for match in _POSTCODE.finditer(text) if _is_postcode(match))


def outcodes(text: str) -> Iterator[Extent]:
    """Find the first half of a postcode where it is said to be one, or where someone lives."""
    if says(text, _OF_POSTCODES):
        yield from found(_OUTCODE, text)


def addresses(text: str) -> Iterator[Extent]:
    """Find a house number and its street, with the flat."""
    for start, end in found(_NUMBERED, text):
        before = text[max(0, start - _BEFORE) : start]
        if not _OF_A_SITE.search(before) and not _is_title(text, start, end):
            flat = _BEFORE_NUMBER.search(before)
            yield start - (len(before) - flat.start() if flat else 0), end


def homes(text: str) -> Iterator[Extent]:
    """Find a street, numbered or not, where someone lives."""
    if says(text, _OF_HOMES):
        yield from found(_HOME, text)


def flats(text: str) -> Iterator[Extent]:
    """Find a flat in a named block."""
    if says(text, _OF_FLATS):
        yield from found(_IN_FLATS, text)


def _is_title(text: str, start: int, end: int) -> bool:
    # "2 Dr Smith clinics" and "1 St Marys ward"
    return bool(_TITLE_DR.search(text[start:end]) and _NAME_NEXT.match(text, end))


def _is_postcode(match: re.Match[str]) -> bool:
    unit = match["unit"]
    possible = set(unit.upper()).isdisjoint("CIKMOV")
    if _MEASURE.fullmatch(unit):
        return possible and unit.isupper()
    # No real postcode ends in those letters, but invented and misheard ones do.
    return possible or match[0].isupper()
