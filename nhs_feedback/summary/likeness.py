"""Whether a tagged file is unlike what its model learnt from: in words, figures and no comments."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.usual_text import (
    MOST_DISTANT,
    MOST_UNKNOWN,
    UNKNOWN_WORDS,
    distance_of_mix,
    unknown_words,
)
from nhs_feedback.summary.counts import (
    MOST_UNSURE,
    P_UNIT,
    Counts,
    rows_that_say_something,
    unsure_share,
)
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.schema import CHECK, find_tagged_column
from nhs_feedback.text.masking import masked_texts
from nhs_feedback.text.names import open_finder

MOST_READ = 500
"""Comments whose words are looked up, spread evenly over the file."""

MOST_LOOKED_AT = 20_000
"""Rows of a long file, from its start, among which they are chosen."""

_LEAST_READ = 50


def how_unlike(counts: Counts, tagger: Tagger, masked: Sequence[str] = ()) -> list[str]:
    """Say in what a file is less like the training text than any one of its writers is.

    Parameters
    ----------
    counts : Counts
        Of the whole file.
    masked : sequence of str
        Some of its comments, as `comments_to_read` gives; fewer than fifty tell nothing.
    """
    found = [_unsure(counts), _unknown(masked, tagger), _mix(counts, tagger)]
    return [reason for reason in found if reason]


def comments_to_read(
    tagged: pd.DataFrame, tagger: Tagger, text_column: str | None = None
) -> list[str]:
    """Choose comments that say something, masked; none if the table has lost its comments."""
    name = find_tagged_column(tagged, "text", asked=text_column)
    if name is None:
        return []
    says = np.flatnonzero(rows_that_say_something(tagged[CHECK]))
    if len(says) > MOST_READ:
        says = says[np.linspace(0, len(says) - 1, MOST_READ).astype(int)]
    texts = column_as_text(tagged[name].iloc[says])
    return list(masked_texts(texts, names=open_finder(tagger.names)))


def _unsure(counts: Counts) -> str:
    unsure = unsure_share(counts)
    if unsure is None or unsure <= MOST_UNSURE:
        return ""
    return f"the tags of {unsure:.0%} of comments are unsure (10% in training)"


def _unknown(masked: Sequence[str], tagger: Tagger) -> str:
    usual = tagger.training.usual_text
    if len(masked) < _LEAST_READ or MOST_UNKNOWN not in usual:
        return ""
    unknown = unknown_words(masked, tagger.features)
    if unknown <= usual[MOST_UNKNOWN]:
        return ""
    return (
        f"{unknown:.1%} of words are new to the model (in training {usual[UNKNOWN_WORDS]:.1%} of "
        f"a writer's, at most {usual[MOST_UNKNOWN]:.1%})"
    )


def _mix(counts: Counts, tagger: Tagger) -> str:
    usual, error = tagger.training.usual_text, tagger.training.share_error
    if MOST_DISTANT not in usual or error is None:
        return ""
    sums = counts.table.groupby(level="theme", observed=True).sum().reindex(error["theme"])
    n = float(sums["n_scored"].max())
    if not n >= _LEAST_READ:
        return ""
    total, squares = sums["p_sum"] / P_UNIT, sums["p_squares"] / P_UNIT**2
    distance = distance_of_mix(total.to_numpy(float), squares.to_numpy(float), n, error)
    if distance <= usual[MOST_DISTANT]:
        return ""
    return (
        f"scores are shifted: the mix of themes is {distance:.0f} times as far from the training "
        f"text's as a writer's is (at most {usual[MOST_DISTANT]:.0f} times in training)"
    )
