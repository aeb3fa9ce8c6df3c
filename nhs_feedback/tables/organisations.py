"""Any spelling of an NHS trust or board -> the one organisation it is now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

from nhs_feedback.tables.organisation_index import (
    index_names,
    names_holding,
    names_less_university,
    names_of,
    names_within,
)
from nhs_feedback.tables.organisation_names import (
    KIND_WORDS,
    codes_in,
    key_words,
    name_words,
    parts,
    says_trust,
    written_words,
)
from nhs_feedback.tables.organisation_own import add_own
from nhs_feedback.tables.organisation_spelling import Spellings, meant, nearest, right_spellings
from nhs_feedback.tables.organisation_table import (
    Name,
    Organisation,
    Table,
    read_table,
    trust_of_site,
)

__all__ = ["HOW", "How", "Match", "Organisation", "Organisations", "load_organisations"]

How = Literal[
    "own list",  # the user's own list says so
    "code",
    "old code",  # of an organisation that has gone into the one found
    "site code",
    "name",
    "former name",
    "alias",
    "spelling",  # a name but for typing errors
    "code in text",
    "name in text",
    "ambiguous",  # more than one organisation may be meant; none is chosen
    "not found",
    "blank",
]
HOW: tuple[How, ...] = get_args(How)

_LONGEST = 250  # characters; no name has half as many, so a longer cell is a comment
_MOST_SUGGESTIONS = 5
# Codes that are words or postcode districts (Romford, Redhill) too: not believed beside other
# text, unless the text names the same organisation.
_DOUBTFUL_CODE = re.compile(r"RAN|RAP|RAT|REF|REM|REN|REP|RET|TAD|R[HM]\d")


@dataclass(frozen=True)
class Match:
    """What a spelling stands for: one organisation and how it was found, or suggestions."""

    organisation: Organisation | None
    how: How
    suggestions: tuple[Organisation, ...] = ()


def load_organisations(own: Path | None = None) -> "Organisations":
    """Return the shipped table of organisations, with a user's own list if there is one.

    Parameters
    ----------
    own
        A CSV file with the columns `written` and `code`, which settles spellings, and `name`,
        `region` and `type` for organisations of one's own. It wins over the table.

    Raises
    ------
    TableError
        The user's list cannot be read, lacks a column, or contradicts itself or the table.
    """
    return _shipped() if own is None else Organisations(*add_own(read_table(), own))


@cache
def _shipped() -> "Organisations":
    return Organisations(read_table())


class Organisations:
    """Organisations, found by any spelling.

    It never guesses: what fits two organisations, or none well, stays unresolved.
    """

    def __init__(
        self, table: Table, own: Mapping[tuple[str, ...], Organisation] | None = None
    ) -> None:
        self._table = table
        self._own = dict(own or {})
        self._index = index_names(table)
        self._matched: dict[str, Match] = {}

    def match(self, spelling: str) -> Match:
        """Return what a spelling stands for; each distinct one is looked up once."""
        if len(spelling) > _LONGEST:
            return Match(None, "not found")
        if spelling not in self._matched:
            self._matched[spelling] = self._find(spelling)
        return self._matched[spelling]

    def _find(self, spelling: str) -> Match:
        words = written_words(spelling)
        if not words:
            return Match(None, "blank")
        if words in self._own:
            return Match(self._own[words], "own list")
        return (
            (self._by_code(words[0].upper()) if len(words) == 1 else None)
            or self._by_name(spelling)
            or _settled(names_less_university(key_words(spelling), self._index))
            or self._by_mistyped_name(spelling)
            or self._in_text(spelling)
            or Match(None, "not found", self._suggestions(spelling))
        )

    def _by_code(self, code: str) -> Match | None:
        organisation = self._table.codes.get(code)
        if organisation:
            return Match(organisation, "code" if organisation.code == code else "old code")
        trust, certain = trust_of_site(code)
        if trust not in self._table.codes:
            return None
        found = self._table.codes[trust]
        return Match(found, "site code") if certain else Match(None, "not found", (found,))

    def _by_name(self, spelling: str) -> Match | None:
        key = key_words(spelling)
        if key in self._index.unsure:
            return _ambiguous(self._index.unsure[key])
        names = names_of(key, self._index)
        if names and _names_an_area(written_words(spelling), names):
            return _ambiguous(name.organisation for name in names)
        return _settled(names)

    def _by_mistyped_name(self, spelling: str) -> Match | None:
        near = meant(nearest(name_words(spelling), self._spellings))
        organisations = [self._table.codes[name.code] for name in near]
        if len(organisations) > 1:
            return _ambiguous(organisations)
        return Match(organisations[0], "spelling") if organisations else None

    def _in_text(self, spelling: str) -> Match | None:
        """Find a trust's code or full name beside other text: "Leeds General (RR8)"."""
        coded = _found(self._by_code(code) for code in self._codes_in(spelling))
        named = _found(
            self._by_name(part) or self._by_mistyped_name(part)
            for part in parts(spelling)
            if says_trust(part)
        )
        if len({*coded, *named}) > 1:
            return _ambiguous([*coded, *named])
        if coded:
            return Match(coded[0], "code in text")
        return Match(named[0], "name in text") if named else None

    def _codes_in(self, spelling: str) -> list[str]:
        mentioned = self._mentioned(spelling)
        return [
            code
            for code in codes_in(spelling)
            if not _DOUBTFUL_CODE.fullmatch(code) or self._table.codes.get(code) in mentioned
        ]

    def _mentioned(self, spelling: str) -> list[Organisation]:
        return _found(self._by_name(part) for part in parts(spelling))

    def _suggestions(self, spelling: str) -> tuple[Organisation, ...]:
        words, key = name_words(spelling), frozenset(key_words(spelling))
        if key <= KIND_WORDS:  # "Community", "NHS Trust"
            return ()
        letters = "".join(words)
        near = (n for n in nearest(words, self._spellings) if n.edits * 6 <= len(letters))
        holding = dict.fromkeys(name.organisation for _, name in names_holding(key, self._index))
        suggested = [
            *(self._table.codes[n.code] for n in near),
            *self._mentioned(spelling),
            *(holding if len(holding) <= _MOST_SUGGESTIONS else ()),
            *(name.organisation for name in names_within(key, self._index)),
            *self._index.lettered.get(letters, ()),
        ]
        return tuple(dict.fromkeys(suggested))[:_MOST_SUGGESTIONS]

    @cached_property
    def _spellings(self) -> Spellings:
        return right_spellings((name.written, name.organisation.code) for name in self._table.names)


def _names_an_area(words: Sequence[str], names: Iterable[Name]) -> bool:
    """Return whether "NHS Somerset" is how commissioners are called, and not only the trust."""
    if words[0] != "nhs" or not (KIND_WORDS | {"foundation", "trust", "ft"}).isdisjoint(words):
        return False
    return not any(name.written.startswith("NHS ") for name in names)  # as Scottish boards are


def _settled(names: Sequence[Name]) -> Match | None:
    """Return the organisation that names stand for, unless they stand for two."""
    organisations = dict.fromkeys(name.organisation for name in names)
    if len(organisations) > 1:
        return _ambiguous(organisations)
    return Match(names[0].organisation, names[0].kind) if names else None


def _ambiguous(organisations: Iterable[Organisation]) -> Match:
    return Match(None, "ambiguous", tuple(dict.fromkeys(organisations))[:_MOST_SUGGESTIONS])


def _found(matches: Iterable[Match | None]) -> list[Organisation]:
    return [match.organisation for match in matches if match and match.organisation]
