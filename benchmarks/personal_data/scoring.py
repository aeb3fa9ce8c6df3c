"""Is the personal datum masked? Masks against what is known to stand in a comment.

- Found: 90 in 100 of a datum's characters, spaces aside, are masked, by whatever kind.
- Right: half of a mask's characters or more belong to personal data or its lead. A mask of which
  half is marked `?` counts neither way; one that lies inside another mask of its system is dropped.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scipy.stats import binomtest

from personal_data.marked import EITHER, Gold, Marked

ENOUGH_FOUND = 0.9
ENOUGH_RIGHT = 0.5
NAME = "NAME"
NAMES, STRUCTURED = "names", "structured"


class Mask(NamedTuple):
    """Characters that a system hides (end excluded), and the kind it says they are."""

    start: int
    end: int
    kind: str


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself, 0 to 1; not a number where there is nothing to share."""
        return self.hits / self.of if self.of else float("nan")

    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval; it takes comments made from one template as independent."""
        low, high = binomtest(self.hits, self.of).proportion_ci(method="wilson")
        return float(low), float(high)


@dataclass
class Tally:
    """What one system did on one set: (kind, yes or no) for each datum and each mask."""

    comments: int = 0
    found: list[tuple[str, bool]] = field(default_factory=list)
    right: list[tuple[str, bool]] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def recall(self, wanted: Callable[[str], bool]) -> Share:
        """How many of the data of the wanted kinds are found."""
        return _share(self.found, wanted)

    def precision(self, wanted: Callable[[str], bool]) -> Share:
        """How many of the masks said to be of the wanted kinds are right."""
        return _share(self.right, wanted)

    def false_masks(self) -> Share:
        """Masks that are wrong, over the number of comments."""
        return Share(sum(not hit for _, hit in self.right), self.comments)


def in_group(group: str) -> Callable[[str], bool]:
    """Return the test of a kind that selects all names or all that is not a name."""
    return lambda kind: (kind == NAME) == (group == NAMES)


def outermost(masks: Iterable[Mask]) -> list[Mask]:
    kept: list[Mask] = []
    for mask in sorted(masks, key=lambda one: (one.start, -one.end)):
        if not kept or mask.end > kept[-1].end:
            kept.append(mask)
    return kept


def tally(texts: Sequence[Marked], masks: Sequence[Sequence[Mask]]) -> Tally:
    result = Tally(comments=len(texts))
    for marked, raw in zip(texts, masks, strict=True):
        kept = outermost(raw)
        hidden = {at for mask in kept for at in range(mask.start, mask.end)}
        for gold in marked.golds:
            if gold.kind != EITHER:
                hit = _overlap(marked.text, gold.start, gold.end, hidden) >= ENOUGH_FOUND
                result.found.append((gold.kind, hit))
                _note(result, "missed" if not hit else "", gold.kind, marked, gold)
        for mask in kept:
            verdict = _verdict(marked, mask)
            if verdict is not None:
                result.right.append((mask.kind, verdict))
                _note(result, "false" if not verdict else "", mask.kind, marked, mask)
    return result


def _note(result: Tally, what: str, kind: str, marked: Marked, where: Gold | Mask) -> None:
    if what:
        shown = marked.text[where.start : where.end]
        result.examples.append(f"{what}\t{kind}\t{shown!r}\t{marked.text!r}")


def _verdict(marked: Marked, mask: Mask) -> bool | None:
    """Return whether a mask is right, or None where either would do."""
    either = _reached(gold for gold in marked.golds if gold.kind == EITHER)
    personal = _reached(gold for gold in marked.golds if gold.kind != EITHER)
    if _overlap(marked.text, mask.start, mask.end, personal) >= ENOUGH_RIGHT:
        return True
    both = either | personal
    return None if _overlap(marked.text, mask.start, mask.end, both) >= ENOUGH_RIGHT else False


def _reached(golds: Iterable[Gold]) -> set[int]:
    return {at for gold in golds for at in range(gold.reach, gold.end)}


def _overlap(text: str, start: int, end: int, places: set[int]) -> float:
    """Return the share of a stretch's characters, spaces aside, that lie in ``places``."""
    solid = [at for at in range(start, end) if not text[at].isspace()]
    return sum(at in places for at in solid) / len(solid) if solid else 0.0


def _share(pairs: list[tuple[str, bool]], wanted: Callable[[str], bool]) -> Share:
    hits = [hit for kind, hit in pairs if wanted(kind)]
    return Share(sum(hits), len(hits))
