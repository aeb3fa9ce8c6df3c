"""Telephone numbers: whole ones, and the short ones that a word before them gives away."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from nhs_feedback.text.identifiers.cues import (
    NOT_A_YEAR,
    NOT_COUNTED,
    NOT_ROUND,
    SIGNS,
    Extent,
    folded,
    found,
)

_SPLIT = r"(?:[ ()./–—_\n-]{0,3}|,)"  # between digits
_UK_PHONE = re.compile(
    r"(?<!\d)(?<!\d[.,/-])"
    r"(?:[(\[]?(?:\+|00)? ?44[)\]]?[ -]?(?:[(\[]? ?0 ?[)\]]?[ -]?)?|\(?0\)? ?|(?<!\w)[oO](?=7))"
    rf"(?P<national>(?:\d{_SPLIT}){{8,9}}\d)(?!\d)"
    r"|(?<!\d)(?<!\d[.,/-])(?P<bare>7\d{3}[ -]?\d{3}[ -]?\d{3})(?!\d)"  # Excel ate the 0
)
_DATE = re.compile(
    r"\d{1,2}([./–-])\d{1,2}\1(?:19|20)?\d\d\b|\d{1,2} \d{1,2} (?:19|20)\d\d\b", re.ASCII
)
_DIGITS = re.compile(r"\d+")
_FOREIGN_PHONE = re.compile(r"(?:\+|\b00) ?\(?\d(?:[^\w\n]{0,4}\d){6}")

_TO = (  # what may stand between such a word and its number
    rf"(?:{SIGNS}(?:me|us|him|her|them|no|nos|nr|num|number|numbr|nunber|is|was|on|via|at"
    rf"|holder|phone|line"
    r"|is now|now|direct|the|it|s|(?:has )?changed to)(?![a-z])){0,4}+"
    rf"{SIGNS}"
)
_SHORT_LINE = (
    r"ext(?:ension|ention|entsion|enstion|nsion|e?ns?|s)?|xtn|bleeps?|bleap|blee+p|blp|bleeper"
    r"|pagers?|beeper|dect(?: ?phone)?|vocera|voip|speed ?dial|internal(?: line)?|mitel"
    r"|baton ?phone"
)
_CALL = (
    r"tel|tele|telephone|phone|fone|ph|mob|mobile|mobil|moblie|cell|fax|ring|call|dial|contact"
    r"|direct (?:line|dial)|ddi|landline|hotline|help ?line|help ?desk|switch ?board|switch"
    r"|text|txt"
    r"|whats ?app"
)
_NOT_A_TIME = r"(?! ?(?:hrs?|hours?|h|o'?clock)\b)"
_SERVICE = r"(?!(?:2222|3333|85258)\b)"  # the crash call, and a crisis line by text
_LIST = r"(?:(?: ?/ ?| or | and | & |, ?)\d{3,6}\b(?![,.]?\d))"
_EXTENSION = re.compile(
    rf"\b(?:{_SHORT_LINE}){_TO}(?P<short>\d{{3,6}}\b{_LIST}{{0,3}})(?![,.]\d){NOT_COUNTED}"
    # "bleep the med reg on 2231"
    r"|\b(?:bleep|bleeping|page|paging|fast ?bleep)(?: [\w'/.-]{1,20}){1,5}? "
    rf"(?:on |\(|@ ?|: ?"
    rf"|# ?){NOT_A_YEAR}(?P<paged>\d{{3,6}})\b(?![,.:]\d){NOT_COUNTED}{_NOT_A_TIME}"
    rf"|\b(?:{_CALL}){_TO}{_SERVICE}{NOT_A_YEAR}{NOT_ROUND}"
    r"(?P<local>\d{3,4}[ -]\d{3,4}|\d{4,8})\b(?![,.:/]\d| ?[%°])"
    rf"{NOT_COUNTED}{_NOT_A_TIME}"
    r"|(?<![\w£])(?<!\d )(?P<x>x(?!\d0?000\b)\d{4,5})\b"  # not "x1000", times
    rf"|(?<![\w£])(?<!\d )x[ .:-]{{1,2}}{NOT_A_YEAR}{NOT_ROUND}(?P<spaced>\d{{4,5}})\b(?![,.:]\d)"
    rf"{NOT_COUNTED}",
)

# "Sam is on 4410": a bare number behind "on" where no noun follows it.
_END = (
    r"(?=[ ]?(?:$|[.!?;,)\n\]](?!\d)|/ ?\d{3}|(?:-|–) |or\b|and\b|if\b|for\b|to\b|please\b|pls\b"
    r"|plz\b|thanks\b|thx\b|ta\b|any ?time\b|before\b|after\b|between\b|when\b|with\b|about\b|re\b"
    r"|but\b|ask\b|most\b|during\b|until\b|till\b|from\b|all day\b|x\b|who\b|she\b|he\b))"
)
_ON = re.compile(
    rf"\bon:? {NOT_ROUND}{_SERVICE}(?P<found>\d{{4,6}}(?:(?: ?/ ?| or | and )\d{{4,6}})?)\b{_END}",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\b(?:call|ring|rang|phone|tel|dial|contact|reach|catch|get|got|find|text|speak|spoke|bleep"
    r"|page|fax|me|us|him|her|them|i'?m|i am|we'?re|we are|he'?s|she'?s|available|number|desk"
    r"|office|ward|reception|secretary|helpdesk|team|answer|leave|offers|shout|grab|buzz|try"
    r"|mobile|landline|called|named)\b",
    re.IGNORECASE,
)
_NOT_REACHED = re.compile(
    r"\b(?:based|depend\w*|rel(?:y|ies|ied)|spen[dt]\w*|built|build|runs?|running|ran|focus\w*"
    r"|works?|working|signed|sat|started|went|goes|live|version|windows|page|room|budget)$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[a-z:(,] ?|^)[A-Z][a-z]{1,20}(?: is|'s| was)?$")
_CLOCK_OR_YEAR = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d$|(?:19|20)\d\d$")
_NEAR = 40


def uk_phones(text: str) -> Iterator[Extent]:
    """Find numbers shaped like British ones, those kept for fiction included."""
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
    yield from found(_EXTENSION, folded(text))


def on_numbers(text: str) -> Iterator[Extent]:
    """Find the number that someone is said to be on ("Sam is on 4410")."""
    for match in _ON.finditer(text):
        before = text[max(0, match.start() - _NEAR) : match.start()].rstrip()
        if _is_reached(before, match["found"]):
            yield match.span("found")


def _is_reached(before: str, number: str) -> bool:
    if _NOT_REACHED.search(before):
        return False
    if _CLOCK_OR_YEAR.match(number):
        return number[:2] not in ("19", "20") and _REACHED.search(before[-12:]) is not None
    return _REACHED.search(before) is not None or _NAMED.search(before) is not None


def _is_uk_phone(number: str, national: str) -> bool:
    if national[0] == "7":
        return not _DATE.match(number)
    # Area codes have three digits or more with their 0; many groups are a list or a scale.
    groups = _DIGITS.findall(number)
    if groups[0] == "44":
        return national[0] in "1238" and (number[0] in "+(0" or len(groups) <= 4)
    return national[0] in "12389" and len(groups[0]) != 2 and len(groups) <= 6
