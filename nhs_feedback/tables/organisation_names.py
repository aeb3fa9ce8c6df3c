"""How an organisation's name is written: its words, the parts of a cell, the codes in it."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

STOP_WORDS = frozenset({"nhs", "foundation", "trust"})
_FILLERS = frozenset({"the", "and", "of", "for", "at", "on", "upon", "local"})
# Words for a kind of organisation; the others are places and people.
KIND_WORDS = frozenset(
    {"ambulance", "board", "care", "community", "health", "healthcare", "hospital", "hospitals"}
    | {"partnership", "service", "services", "teaching", "university"}
)
# Beside other text only these make a name a trust's: "Bristol - Ward 4" may be any trust there,
# and "Queen Victoria Hospital, Herne Bay" is not the trust of that name.
_SAYS_TRUST = (STOP_WORDS | KIND_WORDS | {"ft", "hosps", "hsc", "hsct", "lhb", "nhsft", "uhb"}) - {
    "hospital"
}
_SINGULAR = {"hospitals": "hospital", "services": "service", "valleys": "valley"}
_SHORT_FORMS = {
    "amb": "ambulance",
    "beds": "bedfordshire",
    "berks": "berkshire",
    "bucks": "buckinghamshire",
    "cambs": "cambridgeshire",
    "comm": "community",
    "e": "east",
    "fdn": "foundation",
    "ft": "foundation trust",
    "gen": "general",
    "glos": "gloucestershire",
    "hants": "hampshire",
    "herts": "hertfordshire",
    "hosp": "hospital",
    "hosps": "hospitals",
    "hsc": "health and social care",
    "hsct": "health and social care trust",
    "lancs": "lancashire",
    "leics": "leicestershire",
    "lhb": "local health board",
    "lincs": "lincolnshire",
    "n": "north",
    "ne": "north east",
    "nhsft": "nhs foundation trust",
    "nhst": "nhs trust",
    "northants": "northamptonshire",
    "notts": "nottinghamshire",
    "nw": "north west",
    "oxon": "oxfordshire",
    "s": "south",
    "saint": "st",
    "se": "south east",
    "staffs": "staffordshire",
    "sw": "south west",
    "uh": "university hospital",
    "uhb": "university health board",
    "uni": "university",
    "univ": "university",
    "utd": "united",
    "w": "west",
    "worcs": "worcestershire",
    "yorks": "yorkshire",
}
_APOSTROPHE = re.compile(
    r"['`\u00b4\u02bc\u2018\u2019\u2032]|(?<=[^\W_])[^\w\s&](?=s\b)", re.IGNORECASE
)
_ENTITY = re.compile(r"&#?\w{1,8};")
_DOT_IN_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(
    r"\s[-\u2013\u2014]+\s|[()\[\]{}:;|/,\n\u2013\u2014]|(?<=trust)\s"
    r"|\b(?:formerly|previously)\b(?:\s+known\s+as\b)?",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![^\W_])[A-Z0-9]{3,9}(?![^\W_])")
_LABEL = re.compile(r"(?:\b(?:ods|org|organisation|provider|trust|code)\b[\s:]*)+$", re.IGNORECASE)
_OPENS, _CLOSES = "([{:;|/,-\u2013\u2014", ")]}:;|/,-\u2013\u2014"


def written_words(spelling: str) -> tuple[str, ...]:
    """Return the words of a spelling, without case, accents, apostrophes and punctuation."""
    return tuple(_WORD.findall(_plain(spelling).replace("&", " and ").casefold()))


def name_words(spelling: str) -> tuple[str, ...]:
    """Return the words of a spelling without a leading "the", short forms written out."""
    words = written_words(spelling)
    words = words[1:] if words[:1] == ("the",) else words
    if sum(word not in STOP_WORDS for word in words) > 1:  # a lone "UHB" is a trust's short name
        words = tuple(" ".join(_SHORT_FORMS.get(word, word) for word in words).split())
    return tuple(f" {' '.join(words)} ".replace(" health care ", " healthcare ").split())


def telling_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that tell one organisation from another."""
    return tuple(word for word in words if word not in STOP_WORDS | _FILLERS)


def key_words(spelling: str) -> tuple[str, ...]:
    """Return the telling words of a spelling, singular: equal for spellings of one name."""
    return tuple(_SINGULAR.get(word, word) for word in telling_words(name_words(spelling)))


def parts(spelling: str) -> list[str]:
    """Return the pieces of a cell that may each be a name: "A Trust (formerly B) - Ward 4"."""
    return [part for part in _BREAK.split(_plain(spelling)) if _WORD.search(part)]


def says_trust(part: str) -> bool:
    """Return whether a word of the part says that it names a trust and not a site or a town."""
    words = written_words(part)
    return len(words) > 1 and not _SAYS_TRUST.isdisjoint(words)


def codes_in(spelling: str) -> Iterator[str]:
    """Yield what stands as a code beside other text: "Leeds (RR8)", "RR8 - Leeds", "RR8 Leeds".

    Only capitals between brackets, dashes or the ends of the cell, for "RAN" is a code and a
    word. In front of a name with nothing between, only a code with a digit.
    """
    text = _plain(spelling).strip()
    several = all(len(word) == 3 and _CODE.fullmatch(word) for word in text.split())
    for found in _CODE.finditer(text):
        before = _LABEL.sub("", text[: found.start()]).rstrip()
        after = text[found.end() :].lstrip()
        opened = several or not before or before[-1] in _OPENS
        closed = several or not after or after[0] in _CLOSES
        leads = not before and any(letter.isdigit() for letter in found.group())
        if opened and (closed or leads):
            yield found.group()


def initials(words: Iterable[str]) -> set[str]:
    """Return the abbreviations people make of a name: "bh", "bht" and "bhft" for Barts Health."""
    letters = "".join(word[0] for word in words)
    return {letters, letters + "t", letters + "ft"}


def _plain(spelling: str) -> str:
    """Return a spelling without HTML entities, apostrophes, accents and invisible characters."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), spelling)
    text = _APOSTROPHE.sub("", _DOT_IN_INITIALS.sub("", text))
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"})
