"""Numbers of cards and bank accounts."""

import re
from collections.abc import Iterator

from nhs_feedback.text.identifiers.cues import NUMBER_WORD, SIGNS, Extent, cued, folded, found

_CARD = re.compile(r"[2-6](?<![\d.]\d)(?<!\d[ -]\d)\d{3}(?:[ -]?\d){9,15}(?![ -]?\d)", re.ASCII)
_CARD_LENGTHS = {"2": {16}, "3": {14, 15}, "4": {13, 16, 19}, "5": {16}, "6": {16, 17, 18, 19}}
_SAID_CARD = cued(
    rf"(?:credit|debit|bank|visa|master|amex)[ -]?cards?(?: {NUMBER_WORD})?|visa|mastercard|amex"
    rf"|card {NUMBER_WORD}",
    r"\d{4}(?:[ -]?\d){9,15}(?!\d)",
)
_IBAN = re.compile(
    r"\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b", re.IGNORECASE | re.ASCII
)
_SORT_CODE = r"\d\d[ -]?\d\d[ -]?\d\d(?!\d)"
_ACCOUNT = re.compile(
    rf"\bsort ?code{SIGNS}(?:is |no |number )?{SIGNS}(?P<sort>{_SORT_CODE})"
    rf"|\b(?:s/c|sc){SIGNS}(?P<short>\d\d-\d\d-\d\d)(?!\d)"
    rf"|\b(?:bank )?(?:account|acct|acc|a/c|ac{{1,3}}[a-z]{{2,4}}t)(?: ?{NUMBER_WORD}){SIGNS}"
    r"(?:is |was |= )?"
    r"(?P<account>\d{8}|\d{4} \d{4}|\d{6,10})(?![\d@-])"
    rf"|\b(?:bank (?:account|acct)|a/c|account|acc){SIGNS}(?:is |was )?(?P<lone>\d{{8}})(?!\d)",
    re.ASCII,
)
_PAIR = re.compile(r"(?<![\d/.-])(?P<found>\d\d-\d\d-\d\d[ ,/;|]{1,3}\d{8})(?!\d)", re.ASCII)
_DIGIT = re.compile(r"\d")


def cards(text: str) -> Iterator[Extent]:
    """Find payment card numbers by their length and check digit, or named so."""
    spans = [match.span() for match in _CARD.finditer(text) if _is_card(match[0])]
    yield from spans or found(_SAID_CARD, folded(text))


def ibans(text: str) -> Iterator[Extent]:
    """Find international account numbers by their check digits."""
    yield from (match.span() for match in _IBAN.finditer(text) if _is_iban(match[0]))


def accounts(text: str) -> Iterator[Extent]:
    """Find account numbers and sort codes that are named so, or stand together."""
    spans = list(found(_PAIR, text))
    yield from spans or found(_ACCOUNT, folded(text))


def _is_card(written: str) -> bool:
    digits = [int(digit) for digit in _DIGIT.findall(written)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    lengths = _CARD_LENGTHS[str(digits[0])]
    return len(digits) in lengths and (sum(doubled) + sum(digits[::-2])) % 10 == 0


def _is_iban(written: str) -> bool:
    code = written.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1
