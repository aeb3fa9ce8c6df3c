"""Labelled comments as arrays, parted by writer; and joins of them, to learn from more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nhs_feedback.model.examples import Examples
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES
from nhs_feedback.text.masking import masked_texts

MIXED = POLARITIES.index("mixed")

HELD_OUT = frozenset(
    {
        *("w02", "w05", "w08", "w11", "w15", "w18", "f2", "f5"),
        *("w23d", "w25a", "w25b", "w25c", "w25d", "w25e", "w26f", "w27d", "w28d", "w28e", "w28f"),
    }
)
"""Writers whose comments the encoder never sees: calibration and thresholds are theirs."""


@dataclass(frozen=True)
class Texts:
    """`n` masked texts, their labels as in `nhs_feedback.tables.labels.Labels`, what they are.

    Attributes
    ----------
    fragment : (n,) bool
        One thought alone, which may be joined with another.
    """

    texts: list[str]
    present: NDArray[np.float32]
    polarity: NDArray[np.int64]
    sentiment: NDArray[np.int64]
    fragment: NDArray[np.bool_]

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> "Texts":
        """Return some of the texts, in this order."""
        texts = [self.texts[row] for row in rows]
        labels = (self.present[rows], self.polarity[rows], self.sentiment[rows])
        return Texts(texts, *labels, self.fragment[rows])


def tuning_texts(examples: Examples) -> Texts:
    """Return the texts of the writers that are not held out, cleaned and masked."""
    rows = [row for row, writer in enumerate(examples.writers) if writer not in HELD_OUT]
    labels = examples.labels.take(np.array(rows))
    return Texts(
        masked_texts([examples.texts[row] for row in rows]),
        labels.present.astype(np.float32),
        labels.polarity.astype(np.int64),
        labels.sentiment.astype(np.int64),
        np.array([examples.writers[row].startswith("f") for row in rows]),
    )


def join_pairs(texts: Texts, first: NDArray[np.intp], second: NDArray[np.intp]) -> Texts:
    """Write texts one after the other: themes of both, `mixed` where the two feel differently."""
    one, other = texts.take(first), texts.take(second)
    return Texts(
        [f"{a} {b}" for a, b in zip(one.texts, other.texts, strict=True)],
        np.maximum(one.present, other.present),
        _join_feelings(one.polarity, other.polarity),
        _join_feelings(one.sentiment, other.sentiment),
        np.zeros(len(first), dtype=bool),
    )


def _join_feelings(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    known = np.where(one == UNKNOWN, other, one)
    differ = (one != UNKNOWN) & (other != UNKNOWN) & (one != other)
    return np.where(differ, MIXED, known)


def with_joins(texts: Texts, random: np.random.Generator, *, share: float) -> Texts:
    """Put pairs in the place of a share of the fragments; the other texts stay single."""
    fragments = random.permutation(np.flatnonzero(texts.fragment))
    drawn = fragments[: 2 * int(share * len(fragments) / 2)]
    single = np.setdiff1d(np.arange(len(texts.texts)), drawn)
    first, second = np.split(drawn, 2)
    return _stack(texts.take(single), join_pairs(texts, first, second))


def _stack(one: Texts, other: Texts) -> Texts:
    return Texts(
        one.texts + other.texts,
        np.concatenate([one.present, other.present]),
        np.concatenate([one.polarity, other.polarity]),
        np.concatenate([one.sentiment, other.sentiment]),
        np.concatenate([one.fragment, other.fragment]),
    )
