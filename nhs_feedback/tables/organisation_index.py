"""Names of organisations, found by their words or their letters."""

from collections import defaultdict
from collections.abc import Iterator, Set
from typing import NamedTuple

from nhs_feedback.tables.organisation_names import (
    KIND_WORDS,
    initials,
    key_words,
    name_words,
    telling_words,
)
from nhs_feedback.tables.organisation_table import Name, Organisation, Table

Key = tuple[str, ...]


class NameIndex(NamedTuple):
    """Names by their words, and organisations by the letters that people shorten them to."""

    named: dict[Key, list[Name]]
    unsure: dict[Key, list[Organisation]]
    lettered: dict[str, list[Organisation]]


def index_names(table: Table) -> NameIndex:
    """Return the table's names, each under its words in every order that they may have."""
    named: defaultdict[Key, list[Name]] = defaultdict(list)
    unsure: defaultdict[Key, list[Organisation]] = defaultdict(list)
    lettered: defaultdict[str, list[Organisation]] = defaultdict(list)
    for name in table.names:
        key = key_words(name.written)
        for order in {key, _in_any_order(key)}:
            named[order].append(name)
    for organisation in dict.fromkeys(table.codes.values()):
        for letters in initials(telling_words(name_words(organisation.name))):
            lettered[letters].append(organisation)
    for name in table.unsure:
        key = key_words(name.written)
        unsure[key] += [name.organisation, *lettered.get("".join(key), ())]
    return NameIndex(dict(named), dict(unsure), dict(lettered))


def names_of(key: Key, index: NameIndex) -> list[Name]:
    """Return the names that have just these words."""
    return index.named.get(key) or index.named.get(_in_any_order(key), [])


def names_less_university(key: Key, index: NameIndex) -> list[Name]:
    """Return the names that have just these words but for "University", if that is certain.

    "Oxford Hospitals" is; "Dorset Hospitals" is not, for another name holds these words too.
    """
    core = frozenset(key) - {"university"}
    holding = list(names_holding(core, index))
    if len(core) < 2 or len({name.organisation for _, name in holding}) != 1:
        return []
    return [name for words, name in holding if frozenset(words) - {"university"} == core]


def names_holding(words: Set[str], index: NameIndex) -> Iterator[tuple[Key, Name]]:
    """Yield the names that hold all the words, and perhaps others."""
    for key, names in index.named.items():
        if words <= frozenset(key):
            yield from ((key, name) for name in names)


def names_within(words: Set[str], index: NameIndex) -> Iterator[Name]:
    """Yield the names of two or more words that are all among the words."""
    for key, names in index.named.items():
        if len(key) > 1 and words >= frozenset(key):
            yield from names


def _in_any_order(key: Key) -> Key:
    """Return the words sorted, if one says a kind of organisation; else as they stand.

    "London - West" is a place, but "Partnership, Sussex" can only be the trust.
    """
    return key if KIND_WORDS.isdisjoint(key) else tuple(sorted(key))
