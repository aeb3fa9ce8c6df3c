"""Which organisation's name a spelling with typing errors is nearest to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nhs_feedback.tables.organisation_names import (
    KIND_WORDS,
    STOP_WORDS,
    name_words,
    telling_words,
    written_words,
)

# Chosen with benchmarks/organisations.py --choice, on a third of the table's names. As they stand,
# names with one typing error are 97.8% right and 0.00% wrong, names with two 66% and 0.00%; and
# of 1,006 names with a place swapped for another town 32 are taken for the trust.
MAX_EDITS = 2  # letters; with 1, two errors are 16% right and no fewer towns are taken
# In one word. With 2, two errors are 93% right, but 191 towns are taken: Chichester for Colchester.
WORD_EDITS = 1
MARGIN = 2  # letters to the next organisation; with 1 nothing is gained, with 3 1.7% is lost
# A name whose places have fewer letters than this admits no other letter in one, for it may be
# another place: Buxton is not Burton. Without it one error is 99.0% right, and 38 towns are taken.
PLACE_LETTERS = 8
ONE_WORD_LETTERS = 10  # Moorfields may be mistyped; Christie may not, for Christine is nobody's

_TAILS = (
    (),
    ("nhs",),
    ("trust",),
    ("nhs", "trust"),
    ("foundation", "trust"),
    ("nhs", "foundation", "trust"),
)


class Spelling(NamedTuple):
    """One right way to write an organisation's name."""

    words: tuple[str, ...]
    places: frozenset[str]  # its words that do not say a kind of organisation
    code: str


class Spellings(NamedTuple):
    """All right ways to write all names."""

    each: tuple[Spelling, ...]
    joined: tuple[str, ...]  # without spaces, so that a lost or added space costs nothing
    words: frozenset[str]


class Near(NamedTuple):
    """An organisation with a near name: letters off, and whether typing does not explain them."""

    edits: int
    unexplained: bool
    code: str


def right_spellings(names: Iterable[tuple[str, str]]) -> Spellings:
    """Return the right ways to write names (name, code): with and without NHS, Trust, "and"."""
    each = tuple(spelling for name, code in names for spelling in _ways(name, code))
    words = frozenset(word for spelling in each for word in spelling.words)
    return Spellings(each, tuple("".join(spelling.words) for spelling in each), words)


def nearest(words: tuple[str, ...], right: Spellings) -> list[Near]:
    """Return the organisations with a name at most four letters off, best first."""
    from rapidfuzz import process  # noqa: PLC0415 (loaded only for a spelling not in the table)
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    cutoff = MAX_EDITS + MARGIN
    found = process.extract(
        "".join(words), right.joined, scorer=OSA.distance, score_cutoff=cutoff, limit=None
    )
    best: dict[str, Near] = {}
    for _, edits, position in found:
        spelling = right.each[position]
        near = Near(
            int(edits), not _is_mistyped(words, spelling, int(edits), right.words), spelling.code
        )
        best[near.code] = min(near, best.get(near.code, near))
    return sorted(best.values())


def meant(near: Sequence[Near]) -> list[Near]:
    """Return the organisation that a mistyped name means, or several that it may mean."""
    if not near or near[0].unexplained:
        return []
    return [rival for rival in near if rival.edits < near[0].edits + MARGIN]


def _ways(name: str, code: str) -> Iterator[Spelling]:
    words = name_words(name)
    telling = telling_words(words)
    places = frozenset(telling) - KIND_WORDS
    short = tuple(word for word in words if word not in STOP_WORDS)
    tailed = {way + tail for way in (short, telling) for tail in _TAILS}
    for way in sorted({written_words(name), words} | tailed):
        if len(way) > 1 or sum(map(len, places)) >= ONE_WORD_LETTERS:
            yield Spelling(way, places, code)


def _is_mistyped(
    words: tuple[str, ...], spelling: Spelling, edits: int, known: frozenset[str]
) -> bool:
    """Return whether typing errors explain the difference, and not another place's name."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if edits == 0:
        return True
    if edits > MAX_EDITS or not known.isdisjoint(frozenset(words) - frozenset(spelling.words)):
        return False
    if len(words) != len(spelling.words):  # a space lost or added: words cannot be paired
        spread = edits <= WORD_EDITS
    else:
        spread = all(
            OSA.distance(*pair) <= WORD_EDITS for pair in zip(words, spelling.words, strict=True)
        )
    letters = sum(map(len, spelling.places))
    if not spread or (len(words) == 1 and letters < ONE_WORD_LETTERS):
        return False
    if spelling.places <= set(words) or letters >= PLACE_LETTERS:
        return True
    return edits == 1 and not _is_substitution("".join(words), "".join(spelling.words))


def _is_substitution(written: str, right: str) -> bool:
    return len(written) == len(right) and sorted(written) != sorted(right)
