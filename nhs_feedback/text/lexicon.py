"""What is known of words when names are looked for: who bears them, and which are plain English.

The finder sees a word through these lists, and a text in which they leave no doubt is not shown to
it at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’][sS]?\Z")
_INITIALS = re.compile(
    r"\b[A-Z]\. ?[A-Z][.a-z]|\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Sr|Prof|Sister)\.? [A-Z]\b"
)
# Before a word in small letters that is both a name and plain English: "ask mark", "sister hope".
_CUED = re.compile(
    r"\b(?:m(?:r|rs|s|x|iss)|dr|prof|sr|sister|matron|nurse|ask(?:ed|ing)?|tell|told|call(?:ed)?"
    r"|named|name(?: i|')s|thanks?|thankyou|thx|ta|cheers|kudos|to|with|from|by|ring|rang|hi|dear"
    r"|regards|wishes|love|miss|our|and|is|lady|chap|lad)\.?,? ([a-z]{2,12})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lexicon:
    """Lists of words in lower case.

    Attributes
    ----------
    given, surnames : frozenset
        Names of people.
    words : frozenset
        Plain English.
    others : frozenset
        Names of no person: places, products, medicines, months.
    context : frozenset
        Words that the finder tells apart; of others it sees only the kind and the affixes.
    """

    given: frozenset[str]
    surnames: frozenset[str]
    words: frozenset[str]
    others: frozenset[str]
    context: frozenset[str]
    _plain: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """List every form of the words that need no second look."""
        lower = (self.words | self.others) - self.given - self.surnames
        plain = {form for word in lower for form in (word, word.capitalize(), word.upper())}
        object.__setattr__(self, "_plain", frozenset(plain))

    @classmethod
    def from_lists(cls, lists: Mapping[str, str]) -> "Lexicon":
        """Read lists as `as_lists` writes them."""
        return cls(**{name: frozenset(lists[name].split("\n")) for name in LISTS})

    def as_lists(self) -> dict[str, str]:
        """Write each list as lines, sorted."""
        return {name: "\n".join(sorted(getattr(self, name))) for name in LISTS}

    def norm(self, word: str) -> str:
        """Return what the finder knows a word by."""
        lower = word.lower()
        return lower if lower in self.context else _kind(word)

    def shape(self, word: str) -> str:
        """Return how a word is written and which lists hold it."""
        lower = word.lower()
        lists = (self.given, self.surnames, self.words, self.others)
        return _case(word) + "".join(
            letter for letter, held in zip("gswo", lists, strict=True) if lower in held
        )

    def may_hold_name(self, text: str) -> bool:
        """Say whether any word of a text could belong to a name."""
        doubtful = set(_WORD.findall(text)) - self._plain
        if any(map(self._is_likely, doubtful)) or _INITIALS.search(text):
            return True
        return bool(doubtful) and any(word.lower() in self.given for word in _CUED.findall(text))

    def _is_likely(self, written: str) -> bool:
        word = POSSESSIVE.sub("", written)
        if word.islower() and word in self.words:
            return False  # a name too, but hardly here
        return len(word) > 1 and word not in self._plain


LISTS = tuple(one.name for one in fields(Lexicon) if one.init)


def read_lines(lines: Iterable[str]) -> frozenset[str]:
    """Return the words of lines, in lower case."""
    return frozenset(line.strip().lower() for line in lines if line.strip())


def _kind(word: str) -> str:
    return "<word>" if word.isalpha() else "<number>" if word.isdigit() else "<sign>"


def _case(word: str) -> str:
    if word.islower():
        return "x"
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    return "Xx" if word.istitle() else "xX" if word[:1].isalpha() else "-"
