"""Tags: what a model says of comments, as arrays; and how many of them to expect to be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Tags:
    """What a model says of `n` comments.

    Attributes
    ----------
    probability : (n, n_themes) float
        0 to 1; NaN in the rows that say nothing.
    present : (n, n_themes) bool
    polarity : (n, n_themes) int
        Index into `POLARITIES` towards a present theme, else -1; -1 too where never learnt.
    sentiment : (n,) int
        Index into `POLARITIES` overall, -1 where there is none.
    sentiment_score : (n,) float
        -1 to 1, or NaN.
    check : (n,) tuples of str
        Why a person should look at the comment.
    evidence : (n,) mappings of int to str, or None
        For each present theme, by its column, the sentence that carries it, personal data masked;
        None where it was not asked for.
    """

    probability: NDArray[np.float64]
    present: NDArray[np.bool_]
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.int8]
    sentiment_score: NDArray[np.float64]
    check: list[tuple[str, ...]]
    evidence: list[Mapping[int, str]] | None = None

    def take(self, rows: NDArray[np.intp]) -> "Tags":
        """Return the tags of some rows, in that order."""
        return Tags(
            self.probability[rows],
            self.present[rows],
            self.polarity[rows],
            self.sentiment[rows],
            self.sentiment_score[rows],
            [self.check[row] for row in rows],
            None if self.evidence is None else [self.evidence[row] for row in rows],
        )


def expected_errors(
    probability: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how many of each row's yes-or-no tags to expect to be wrong; NaN rows give 0."""
    wrong = np.where(probability >= thresholds, 1 - probability, probability)
    return np.asarray(np.nan_to_num(wrong).sum(axis=1))
