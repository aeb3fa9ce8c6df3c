"""The numbers by which the state and an employer know a person, birth dates, vehicles."""

import re
from collections.abc import Iterator

from nhs_feedback.text.identifiers.cues import (
    LINK,
    NOT_A_YEAR,
    NOT_COUNTED,
    NUMBER_WORD,
    Extent,
    cued,
    folded,
    found,
    says,
)

_NATIONAL_INSURANCE = re.compile(
    r"\b[A-Z]{2}(?:[ .-]?\d){6}[ .-]?[A-D]\b"
    r"|\b(?i:[a-z]{2}(?:\d{6}|(?P<sep>[ .-])(?:\d\d(?P=sep)){3}|[ ]?\d{6} ?)[a-d])\b",
    re.ASCII,
)
_SAID_INSURANCE = cued(
    r"ni|nino|n\.i\.|nat(?:ional)? ins(?:urance)?", r"[a-z]{2}(?:[ .-]?\d){6}(?:[ .-]?[a-d])?\b"
)

_BODY = (
    r"gmc|nmc|hcpc|hpc|gphc|gdc|goc|psni|swe|social work england|n\.m\.c\.|g\.m\.c\."
    rf"|(?:professional|nursing|midwifery) (?:registration|pin|reg) ?(?:{NUMBER_WORD})?"
    rf"|registration {NUMBER_WORD}|reg(?:istrant)? {NUMBER_WORD}"
)
_PROFESSIONAL = cued(
    _BODY,
    r"(?:\d\d[a-l]\d{4}[a-z]|[a-z]{1,3}[ -]?\d{4,6}|\d{2}[ -]\d{4,5}|\d{3}[ -]?\d{4}"
    rf"|{NOT_A_YEAR}\d{{5,8}}|\d{{6}}[a-z])\b(?![,.]\d){NOT_COUNTED}",
    link=rf"(?:'s)?{LINK}",
)
_NURSING_PIN = re.compile(r"\b\d\d[A-L]\d{4}[A-Z]\b", re.IGNORECASE | re.ASCII)
_COUNCIL = re.compile(
    r"\b(?:physios?|physiotherapist|paramedic|radiographer|podiatrist|chiropodist|ot|odp|dietitian"
    r"|dietician|psychologist|sonographer|orthoptist|biomedical|bms|slt|salt|prosthetist"
    r"|occupational therapist|registered|registration|reg|registrant)\b[^\n]{0,30}?\b"
    r"(?P<found>(?:as|bs|ch|cs|cw|dt|had|or|odp|ot|pa|ph|po|pyl|ra|sl)[ -]?\d{5,6})\b",
    re.ASCII,
)

_STAFF_NUMBER = cued(
    rf"(?:staff|payroll|employee|employment|emp|assignment|assign|personnel|pay|esr"
    rf"|smart ?card|card"
    rf"|warrant|clock|badge|locker|uuid|bank staff|works?) ?{NUMBER_WORD}|payroll|esr"
    rf"|smart ?card|uuid",
    rf"{NOT_A_YEAR}(?:[a-z]{{1,3}}[-/ ]?)?\d{{3,6}}(?:[ -]?\d{{1,6}}){{0,3}}(?:-\d)?[a-z]?\b"
    rf"(?![,.]\d){NOT_COUNTED}",
)

_PASSPORT = cued(r"passports?", r"(?:[a-z]{1,2}\d{6,7}|\d{9}|\d{3} \d{3} \d{3})\b")
_DRIVER = re.compile(
    r"\b[A-Z9]{5}[ -]?\d{6}[ -]?[A-Z9]{2}[A-Z\d] ?[A-Z]{2}\b", re.IGNORECASE | re.ASCII
)
_SAID_DRIVER = cued(
    r"driv(?:ing|er'?s?|ers) (?:licen[cs]e)|licen[cs]e (?:no|number) \(driving\)|dvla",
    r"[a-z9]{5}[ -]?\d{6}[ -]?[a-z\d]{2,5}\b|\d{8}\b",
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_DAY_AND_MONTH = rf"(?:{_DAY}[ /.-]?(?:of )?{_MONTH}|{_MONTH} {_DAY})"
_FULL_DATE = (
    rf"(?:\d{{1,2}} ?[/.,\\–-] ?\d{{1,2}} ?[/.,\\–-] ?{_YEAR}|\d{{1,2}} \d{{1,2}} {_YEAR}"
    rf"|(?:19|20)\d\d[/.-]\d{{1,2}}[/.-]\d{{1,2}}|{_DAY_AND_MONTH}(?:[ ,/.-]{{0,2}}{_YEAR})?"
    rf"|{_MONTH}[ ,]{{1,2}}(?:19|20)\d\d)"
)
_BIRTH = r"d\.? ?o\.? ?b\b\.?|date ?of ?birth|birth ?date|birth ?day|bday|b'day|born"
_BORN = re.compile(
    rf"\b(?:d\.? ?o\.? ?b\.?(?![a-z])|date ?of ?birth|birth ?date|birth ?day|bday|b'day)"
    rf"{LINK}(?:on )?(?P<said>{_FULL_DATE}|\d{{8}}|\d{{6}}|(?:19|20)\d\d)(?![\w£%])"
    rf"|\b(?:born|b\.)(?: on| in)?(?: the)?[ :]{{0,2}}(?P<born>{_FULL_DATE})(?!\w)"
    rf"|(?<![\d/.-])(?P<after>{_FULL_DATE})[ (,-]{{0,3}}(?:is )?(?:(?:my|her|his|their"
    rf"|the) )?(?:{_BIRTH})",
    re.IGNORECASE | re.ASCII,
)

_PLATE_NOW = r"[A-HJ-PR-Z][A-HJ-PR-Z](?:0[2-9]|[1-2]\d|5[1-9]|[67]\d)"
_PLATE = re.compile(
    rf"\b(?:{_PLATE_NOW}[A-HJ-PR-Z]{{3}}|(?i:{_PLATE_NOW}[a-z]{{3}})"
    rf"|{_PLATE_NOW} [A-HJ-PR-Z]{{3}})\b",
    re.ASCII,
)
_AGED_PLATE = rf"{_PLATE_NOW} ?[A-Z]{{3}}|[A-Z]\d{{1,3}} ?[A-Z]{{3}}|[A-Z]{{3}} ?\d{{1,3}}[A-Z]"
_ANY_PLATE = rf"{_AGED_PLATE}|[A-Z]{{3}} ?\d{{1,4}}|\d{{1,4}} ?[A-Z]{{3}}"
_SAID_PLATE = re.compile(
    rf"\b(?i:(?:car|vehicle|van|bike|motorbike)? ?(?:reg(?:istration)?|(?:number ?)?plates?"
    rf"|vrn|vrm)"
    rf"{LINK})(?P<found>(?i:{_AGED_PLATE})|{_ANY_PLATE})\b",
    re.ASCII,
)
_NEAR_CAR = re.compile(
    rf"\b(?i:cars?|van|vehicle|parked|parking|permit|motorbike|corsa|fiesta|golf|polo|astra|focus"
    rf"|micra|clio|yaris|bmw|audi|vauxhall|ford|toyota|honda|nissan|skoda|mini|tesla|kia)\b"
    rf"[^\n]{{0,25}}?\b(?P<found>{_ANY_PLATE})\b",
    re.ASCII,
)
# In capitals "PC10 THE" is no plate.
_WORD_AFTER = re.compile(
    r" (?:THE|AND|NOT|FOR|BUT|WAS|HAS|HAD|ARE|CAN|ALL|NEW|OLD|OUR|YOU|OUT|OFF|NOW|WHO|WHY"
    r"|DUE|BED|TOO"
    r"|DAY|ONE|TWO|PER|GOT|SET|RUN|ETC)$|(?:THE|AND)$",
    re.IGNORECASE,
)

_OF_REGISTERS = (
    *("gmc", "nmc", "hpc", "hcpc", "gphc", "gdc", "goc", "psni", "swe", "social work", "g.m.c"),
    *("n.m.c", "regis", "reg ", "reg.", "professional", "nursing", "midwife"),
)
_FIVE_DIGITS = re.compile(r"\d{5}")
_OF_BIRTH = ("birth", "born", "dob", "d.o", "d o b", "do b", "bday", "b'day", "b.")
_MAY_HOLD_PLATE = re.compile(r"\d\d ?[A-Za-z]{3}")
_MAY_HOLD_OLD_PLATE = re.compile(r"[A-Z] ?\d|\d ?[A-Z]")


def insurance_numbers(text: str) -> Iterator[Extent]:
    """Find National Insurance numbers; their last letter may be missing where they are named."""
    spans = [match.span() for match in _NATIONAL_INSURANCE.finditer(text)]
    yield from spans or found(_SAID_INSURANCE, folded(text))


def professional_numbers(text: str) -> Iterator[Extent]:
    """Find numbers on a professional register: GMC, NMC, HCPC, GPhC and the like."""
    spans = [match.span() for match in _NURSING_PIN.finditer(text)]
    if not spans and says(text, _OF_REGISTERS):
        spans = list(found(_PROFESSIONAL, folded(text)))
    if not spans and _FIVE_DIGITS.search(text):
        spans = list(found(_COUNCIL, folded(text)))
    yield from spans


def staff_numbers(text: str) -> Iterator[Extent]:
    """Find the numbers by which an employer knows its staff."""
    yield from found(_STAFF_NUMBER, folded(text))


def passports(text: str) -> Iterator[Extent]:
    """Find passport numbers that are named so."""
    if says(text, ("passport",)):
        yield from found(_PASSPORT, folded(text))


def driving_licences(text: str) -> Iterator[Extent]:
    """Find driving licence numbers by their shape, or named so."""
    spans = [match.span() for match in _DRIVER.finditer(text)]
    yield from spans or found(_SAID_DRIVER, folded(text))


def birth_dates(text: str) -> Iterator[Extent]:
    """Find dates that are given as birth dates."""
    if says(text, _OF_BIRTH):
        yield from found(_BORN, folded(text))


def vehicles(text: str) -> Iterator[Extent]:
    """Find registrations: of today's form anywhere, of the older ones near a car."""
    if _MAY_HOLD_PLATE.search(text):
        spans = (match.span() for match in _PLATE.finditer(text))
        yield from (span for span in spans if not _WORD_AFTER.search(text[slice(*span)]))


def said_vehicles(text: str) -> Iterator[Extent]:
    """Find registrations of any form that are named so, or in capitals behind a car."""
    spans: list[Extent] = []
    if says(text, ("reg", "plate", "vrn", "vrm")):
        spans = list(found(_SAID_PLATE, text))
    if not spans and _MAY_HOLD_OLD_PLATE.search(text):
        spans = list(found(_NEAR_CAR, text))
    yield from (span for span in spans if not _WORD_AFTER.search(text[slice(*span)]))
