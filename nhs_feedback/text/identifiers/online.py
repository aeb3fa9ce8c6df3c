"""E-mail addresses, web addresses, social handles, addresses of machines."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address

from nhs_feedback.text.identifiers.cues import Extent, folded, found, says

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

# "@home" is a place or a time and not a person.
_NO_ONE = (
    r"(?!(?:the|all|home|work|ward|night|nights|lunch|noon|midnight|weekends?|my|our|your|this|that"
    r"|any|least|present|here|once|first|last|bedside|handover|site|base|school|uni"
    r"|everyone|channel"
    r"|an?|me|us)\b(?![_.]\w))"
)
_AT_NAME = re.compile(
    rf"(?<![\w@.+%'-])(?P<found>@{_NO_ONE}[A-Za-z_](?:\w|\.(?=\w)){{2,30}}+)(?!@)", re.ASCII
)
_NETWORK = (
    r"\b(?:twitter|insta|instagram|ig|tik ?tok|snap|snapchat|facebook|fb|linkedin|linked in|bluesky"
    r"|bsky|mastodon|threads|youtube|telegram|reddit|discord|whats ?app|messenger|skype)"
)
_NAME = r"(?!(?:is|was|the|and|or|for|to|on|name|handle|account|page|group|user|username)\b)"
_TOKEN = r"[a-z_](?:\w|[.-](?=\w)){2,30}+"
_HANDLE = re.compile(
    rf"{_NETWORK}(?:'s)? ?(?:user ?name|handle|name|id|acct)\b[ :=-]{{0,3}}(?:is |= )?"
    rf"(?P<told>{_NAME}{_TOKEN})"
    # After a colon a word is a handle if nothing goes on after it.
    rf"|{_NETWORK} ?[:=-] ?(?P<alone>{_NAME}{_TOKEN})(?=\s*(?:$|[,;)\n]|\.(?:\s|$)|and\b|or\b|/))"
    # Anywhere else, if it has what no word has.
    rf"|{_NETWORK}(?: (?:is|as|at|on|me|account|under)\b|[ :=-]){{0,3}} ?"
    rf"(?P<odd>(?=[a-z.-]{{0,30}}(?:[_\d]|\.[a-z])){_TOKEN})"
    rf"|\b(?:my|his|her|their) (?:handle|user ?name) (?:is|was|=) ?(?P<mine>{_NAME}{_TOKEN})",
    re.ASCII,
)

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"(?<![\w.])(?P<found>{_OCTET}(?:\.{_OCTET}){{3}})(?![\w-]|\.\d)", re.ASCII)
_IPV6 = re.compile(r"(?<![\w:.])(?=[\da-f:]{0,39}?\d)(?P<found>[\da-f:]{6,39})(?![\w:])", re.I)
_OF_A_MACHINE = re.compile(
    r"\b(?:ip|ips|ipv4|addr(?:ess)?|server|host|ping(?:ed|ing)?|vpn|printer|gateway|dns|subnet"
    r"|router|pc|laptop|machine|proxy|rdp|ssh|connect\w*)\b",
    re.IGNORECASE,
)
_OF_A_VERSION = re.compile(
    r"\b(?:v|ver|vers|version|release|build|update|patch|firmware|section|para(?:graph)?|clause"
    r"|chrome|firefox|edge|ie|java|ios|android|windows|office|adobe|driver|upgraded?|chapter|item)"
    r"(?:\W+(?:to|from|is|no|number|in|the)){0,2}\W{0,3}$",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|127\.0\.0)\.")
_NEAR = 40  # characters within which a word is about the number

_SPELT = re.compile(r"[. ](?:net|uk|com|org)\b", re.IGNORECASE)
_MAY_HOLD_URL = re.compile(r"\.[A-Za-z]|//")
_MAY_HOLD_IP = re.compile(r"\d\.\d{1,3}\.\d|:[\da-fA-F]{0,4}:")
NETWORKS = (
    *(
        "twit",
        "insta",
        " ig ",
        " ig:",
        "tiktok",
        "tik tok",
        "snap",
        "facebook",
        "fb",
        "linked",
        "bluesky",
        "bsky",
    ),
    *("mastodon", "threads", "youtube", "telegram", "reddit", "discord", "whats", "messenger"),
    *("skype", "handle", "user name", "username"),
)


def emails(text: str) -> Iterator[Extent]:
    """Find e-mail addresses, spaced and spelt out ones too."""
    if says(text, ("@", "(at)", "[at]")) or (says(text, (" at ",)) and _SPELT.search(text)):
        yield from (match.span() for match in _EMAIL.finditer(text))


def urls(text: str) -> Iterator[Extent]:
    """Find web addresses, with a scheme or without."""
    if _MAY_HOLD_URL.search(text):
        yield from (match.span() for match in _URL.finditer(text))


def at_names(text: str) -> Iterator[Extent]:
    """Find names with an @ in front."""
    if "@" in text:
        yield from found(_AT_NAME, text)


def handles(text: str) -> Iterator[Extent]:
    """Find names that the text says someone has on a social network."""
    if says(text, NETWORKS):
        yield from found(_HANDLE, folded(text))


def ip_addresses(text: str) -> Iterator[Extent]:
    """Find addresses of machines; four numbers with dots may be a version, and are left then."""
    if _MAY_HOLD_IP.search(text):
        v4 = (span for span in found(_IPV4, text) if _is_ipv4(text, *span))
        v6 = (span for span in found(_IPV6, text) if _is_ipv6(text[slice(*span)]))
        yield from sorted([*v4, *v6])


def _is_ipv4(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEAR) : start]
    if _OF_A_VERSION.search(before):
        return False
    address = text[start:end]
    if _OF_A_MACHINE.search(before) or _OF_A_MACHINE.search(text[end : end + _NEAR]):
        return True
    return _PRIVATE.match(address) is not None or len(address) > len("10.10.10.10")


def _is_ipv6(address: str) -> bool:
    try:
        return bool(IPv6Address(address))
    except ValueError:
        return False
