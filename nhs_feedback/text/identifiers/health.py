"""The numbers by which the health services know a patient, and those of their files."""

import re
from collections.abc import Iterator

from nhs_number.constants import REGION_NORTHERN_IRELAND, REGION_SCOTLAND
from nhs_number.validate import is_valid

from nhs_feedback.text.identifiers.cues import (
    NOT_A_YEAR,
    NOT_COUNTED,
    NUMBER_WORD,
    Extent,
    cued,
    folded,
    found,
)

_TEN = r"\d\d[ ./\n-]{0,2}\d{3}[ ./\n-]{0,2}\d{4}(?!\d)"
# What stands before is asked behind the first digit: a search skips to a digit and asks nothing on
# its way.
_TEN_DIGITS = re.compile(rf"\d(?<!\d\d)(?<!\d[.-]\d)(?:{_TEN}|\d{{5}}[ /-]\d{{4}}(?!\d))", re.ASCII)
_GROUPED = re.compile(
    r"[1-9](?<!\d\d)(?<!\d[ .,-]\d)\d\d([ -])\d{3}\1\d{4}(?!\d|[ .,-]\d)", re.ASCII
)
_DIGIT = re.compile(r"\d")
# Said to be one, a mistyped one points to someone too: a digit short, or one over.
_ABOUT_TEN = r"(?<!\d)\d(?:[ ./-]{0,2}\d){8,10}(?!\d)"
_SAID_NHS = cued(r"nhs|nhsno|nhs ?no|nhs ?(?:number|num)", _ABOUT_TEN)
_SAID_CHI = cued("chi", _ABOUT_TEN)
_SAID_HEALTH_CARE = cued(
    r"hcn|h ?(?:&|\+|and|n) ?c|health (?:&|\+|and) (?:social )?care", _ABOUT_TEN
)

_FILE = (  # letters, then digits, perhaps in groups
    rf"{NOT_A_YEAR}(?=[a-z]{{0,4}}[-/ ]?\d)(?:[a-z]{{1,4}}[-/ ]?)?"
    r"(?=(?:[ /-]?[a-z\d]){0,2}?[a-z]?\d(?:[ /-]?\d){2})"
    r"(?:\d\d[a-z]\d{4,8}|\d{1,12}(?:[/ -]?\d{1,8}){0,4}[a-z]?)\b(?![,.]\d)"
)
_PATIENT = (
    rf"(?:hosp(?:ital)?|case|unit|pas|pt|patient|pat|rio|systm ?one|emis|lorenzo|epic|cerner"
    rf"|district"
    rf"|record|records|notes?|casenotes?|visit|spell|episode|referral|ubrn|accession"
    rf"|specimen|sample"
    rf"|request|lab|client|service user|theatre|admission|account holder) ?{NUMBER_WORD}"
    r"|mrn|m\.r\.n\.?|crn|case ?notes?|k[ -]number|hosp|ubrn|hospno|unitno|patientid|casenumber"
)
_PATIENT_NUMBER = cued(_PATIENT, _FILE + NOT_COUNTED)
# "Mrs Crake (X449102)"
_NAMED_PATIENT = re.compile(
    r"\b(?:mr|mrs|ms|miss|master|baby)\b[^\n.!?;]{0,40}?[ ,(](?P<found>[a-z]\d{6,7})\b", re.ASCII
)
_LONE_PATIENT = re.compile(
    r"\b(?:patient|pt|pat|client|resident|hospital)(?: id| no)?[ :#(]{1,3}"
    rf"(?P<found>[a-z]{{0,3}}\d{{6,10}})\b(?![,.]\d){NOT_COUNTED}",
    re.ASCII,
)

_INCIDENT = (
    rf"(?:incident|si|serious incident|complaint|pals|safeguarding|ulysses|in ?phase|stei?s|lfpse"
    rf"|riddor|web|duty of candour|inquest|coroner'?s?) ?{NUMBER_WORD}"
    r"|incident(?=[ :#]{1,3}w\d)"
    r"|date?ix(?:ed|es|'d)?(?: it| this| that)?(?: report| incident| form| web)?|dif1|datx"
    r"|ulysses|lfpse"
    # A service desk's ticket names who raised it.
    rf"|(?:(?:it|help ?desk|service ?desk|service ?now|support) )?(?:ticket|call|job|change|fault)"
    rf" ?{NUMBER_WORD}|tickets?"
)
_INCIDENT_NUMBER = cued(
    _INCIDENT,
    rf"{NOT_A_YEAR}(?!(?:\d{{1,2}}[/.-]){{2}})(?:[a-z]{{1,4}}[-/ ]?)?\d{{4,10}}(?:[/-]\d{{1,8}})?\b"
    rf"(?![,.]\d){NOT_COUNTED}",
)


_TICKET = re.compile(
    r"\b(?P<found>(?:inc|req|ritm|chg|prb|sctask|cas)-?\d{4,10})\b(?![,.]\d)", re.ASCII
)


def nhs_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits with the check digit of an NHS number, in one group or several."""
    for start, end, number in _valid(text):
        if not is_valid(number, for_region=REGION_SCOTLAND) and not is_valid(
            number, for_region=REGION_NORTHERN_IRELAND
        ):
            yield start, end


def chi_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits that begin with a date and end with the check digit: Scotland's numbers."""
    return (
        (start, end) for start, end, n in _valid(text) if is_valid(n, for_region=REGION_SCOTLAND)
    )


def health_care_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits in Northern Ireland's range, with the check digit."""
    return (
        (start, end)
        for start, end, number in _valid(text)
        if is_valid(number, for_region=REGION_NORTHERN_IRELAND)
    )


def said_nhs_numbers(text: str) -> Iterator[Extent]:
    """Find what the text calls an NHS number, mistyped ones too."""
    yield from found(_SAID_NHS, folded(text))


def said_chi_numbers(text: str) -> Iterator[Extent]:
    """Find what the text calls a CHI number."""
    yield from found(_SAID_CHI, folded(text))


def said_health_care_numbers(text: str) -> Iterator[Extent]:
    """Find what the text calls a Health and Care number."""
    yield from found(_SAID_HEALTH_CARE, folded(text))


def grouped_numbers(text: str) -> Iterator[Extent]:
    """Find ten digits grouped as NHS numbers are, whatever their check digit."""
    yield from (match.span() for match in _GROUPED.finditer(text))


def patient_numbers(text: str) -> Iterator[Extent]:
    """Find the numbers of patients, their cases, notes and samples."""
    text = folded(text)
    patterns = (_PATIENT_NUMBER, _LONE_PATIENT, _NAMED_PATIENT)
    spans = {span for pattern in patterns for span in found(pattern, text)}
    yield from _apart(sorted(spans))


def incident_numbers(text: str) -> Iterator[Extent]:
    """Find the numbers of incidents, complaints and tickets: each names who was there."""
    text = folded(text)
    spans = {span for pattern in (_INCIDENT_NUMBER, _TICKET) for span in found(pattern, text)}
    yield from _apart(sorted(spans))


def _valid(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TEN_DIGITS.finditer(text):
        number = "".join(_DIGIT.findall(match[0]))
        if is_valid(number):
            yield *match.span(), number


def _apart(spans: list[Extent]) -> Iterator[Extent]:
    done = 0
    for start, end in spans:
        if start >= done:
            yield start, end
            done = end
