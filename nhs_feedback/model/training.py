"""Labelled comments -> a fitted Tagger and its scores on comments it had not seen."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import FeedbackWarning, LabelError
from nhs_feedback.model.codebook import Codebook, default_codebook
from nhs_feedback.model.evaluation import Predictions, score_table
from nhs_feedback.model.examples import (
    Examples,
    join_examples,
    read_examples,
    shipped_examples,
    that_say_something,
)
from nhs_feedback.model.fitting import HeldOut, cross_fit, fit_parts, hold_out, read_texts
from nhs_feedback.model.folds import unseen_folds
from nhs_feedback.model.share_error import measure_share_error
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.tags import expected_errors
from nhs_feedback.model.usual_text import measure_usual_mix, measure_usual_text
from nhs_feedback.tables.labels import UNKNOWN, Labels, SentimentOrder

Floats = NDArray[np.float64]
MIN_EXAMPLES = 10
"""A theme is learnt from at least so many comments with it, and without it."""

_FOLDS = 5
_OWN_WEIGHT = 10.0  # see "Whose labels count for how much" in training/README.md
_UNSURE_SHARE = 0.1
_OWN_BOOK = "own themes"  # the name of a codebook that nobody wrote


@dataclass(frozen=True)
class Training:
    """What a model was made from, and how it did on comments it had not seen.

    Attributes
    ----------
    scores : DataFrame
        Cross-validated, folds grouped by writer; the columns of `evaluate` and each theme's
        `threshold`. Where the user's rows know a theme, only they are scored.
    seed, own_rows, shipped_rows, writers : int
    fingerprint : str
        Digest of the user's own texts.
    left_out : tuple of str
        Themes with too few examples.
    given : dict of str to int
        The themes that the user labelled: how many of the user's comments have each.
    share_error : DataFrame or None
        How far shares made of its probabilities err; see `measure_share_error`.
    usual_text : dict of str to float
        What one writer's text is like at most, to tell a text unlike it; see `usual_text`.
    """

    scores: pd.DataFrame
    seed: int
    own_rows: int
    shipped_rows: int
    writers: int
    fingerprint: str
    left_out: tuple[str, ...] = ()
    given: dict[str, int] = field(default_factory=dict)
    share_error: pd.DataFrame | None = None
    usual_text: dict[str, float] = field(default_factory=dict)


def train(
    labelled: pd.DataFrame | Sequence[pd.DataFrame],
    *,
    codebook: Codebook | None = None,
    text_column: str | None = None,
    theme_columns: Sequence[str] | None = None,
    sentiment_column: str | None = None,
    sentiment_order: SentimentOrder | None = None,
    seed: int = 0,
    from_scratch: bool = False,
    jobs: int = 1,
    where: Sequence[str] = (),
) -> Tagger:
    """Learn themes and feelings from labelled comments, the user's and the shipped ones.

    Parameters
    ----------
    labelled : DataFrame or several
        The labelled form: a text column, `sentiment`, one column a theme.
    codebook : Codebook, optional
        The themes. Default: the shipped ones, and columns that hold only labels, where these
        cannot be answers to a survey; if the table has none of the shipped themes, its own alone.
    theme_columns : sequence of str, optional
        The theme columns, where finding them fails; then no other column is a theme.
    sentiment_order : {"positive-first", "negative-first"}, optional
        Which end of a 1 to 5 scale in `sentiment_column` is 1.
    seed : int
        Which comments are held out together; the same seed gives the same tags.
    from_scratch : bool
        Learn from the user's labels alone.
    jobs : int
        Processes.
    where : sequence of str
        A name for each table, for messages.

    Returns
    -------
    Tagger
        With `scores` and `save(folder)`.

    Warns
    -----
    FeedbackWarning
        Names each theme left out for having fewer than ten examples, and each column that may
        be a theme and was not taken.

    Raises
    ------
    LabelError
        If there is nothing to learn from, or a cell is not a label.
    """
    tables = [labelled] if isinstance(labelled, pd.DataFrame) else list(labelled)
    if not tables:
        raise LabelError("no table of labelled comments was given; give at least one")
    known = codebook or default_codebook()
    read = partial(
        read_examples,
        known_themes=known.ids,
        only_known=codebook is not None,
        theme_columns=theme_columns,
        text_column=text_column,
        sentiment_column=sentiment_column,
        sentiment_order=sentiment_order,
    )
    names = where or ["the table"] * len(tables)
    own = join_examples([read(t, where=name) for t, name in zip(tables, names, strict=True)])
    examples, book = _with_shipped(own, known, from_scratch=from_scratch)
    return fit_tagger(examples, book, seed=seed, jobs=jobs)


def fit_tagger(examples: Examples, book: Codebook, *, seed: int, jobs: int = 1) -> Tagger:
    """Fit a Tagger to examples: weights on all, calibration and thresholds on those held out."""
    fingerprint = examples.fingerprint()
    examples, masked = that_say_something(examples)
    given = _count_own_labels(examples)
    kept, left_out = _enough(examples.labels.align(book.ids))
    examples, book = examples.align(kept), book.keep(kept)
    labels, weight = examples.labels, _weights(examples.own)
    folds = unseen_folds(examples.writers, examples.seen, folds=_FOLDS, random_state=seed)
    if not folds:
        raise LabelError("the labelled comments are all one writer's or one text; add others")
    read = read_texts(masked, jobs=jobs)
    held_out = hold_out(read, labels, weight, folds, jobs=jobs)
    parts = fit_parts(read, labels, weight)
    parts.themes.calibrate(held_out.log_odds, labels.present, sample_weight=weight)
    probability, present = cross_fit(held_out.log_odds, labels.present, weight, folds)
    asked = np.flatnonzero(~examples.seen)
    writers = [examples.writers[row] for row in asked]
    error = measure_share_error(
        probability[asked], labels.present[asked], writers, labels.themes, seed=seed
    )
    scores = _scores(examples, held_out, present, seed)
    scores["threshold"] = scores["theme"].map(
        dict(zip(book.ids, parts.themes.thresholds_, strict=True))
    )
    return Tagger(
        codebook=book,
        **parts._asdict(),
        knows_polarity=(labels.polarity != UNKNOWN).sum(axis=0) >= MIN_EXAMPLES,
        unsure_above=_unsure_above(probability[asked], parts.themes.thresholds_),
        training=Training(
            scores,
            seed,
            *_sizes(examples),
            fingerprint,
            left_out,
            given,
            error,
            measure_usual_text(masked, examples.writers, min_comments=parts.features.min_comments)
            | measure_usual_mix(probability[asked], writers, labels.themes, error),
        ),
    )


def _unsure_above(probability: Floats, thresholds: Floats) -> float:
    return float(np.quantile(expected_errors(probability, thresholds), 1 - _UNSURE_SHARE))


def _count_own_labels(examples: Examples) -> dict[str, int]:
    """Count the user's comments with each theme that the user labelled, in column order."""
    present = examples.labels.present[examples.own]
    known = np.any(~np.isnan(present), axis=0)
    counts = (present == 1).sum(axis=0)
    return {
        theme: int(count)
        for theme, count, labelled in zip(examples.labels.themes, counts, known, strict=True)
        if labelled
    }


def _sizes(examples: Examples) -> tuple[int, int, int]:
    """Count the user's rows, the shipped ones, and the writers of both."""
    own = int(examples.own.sum())
    return own, len(examples.own) - own, len(set(examples.writers))


def _with_shipped(
    own: Examples, known: Codebook, *, from_scratch: bool
) -> tuple[Examples, Codebook]:
    """Add the shipped examples where they can teach something, and settle the themes."""
    themes, shipped_themes = own.labels.themes, set(default_codebook().ids)
    shares = bool(set(themes) & shipped_themes)
    book = known.extend(themes)
    if from_scratch or not shares:
        book = book.keep(themes)
    if not set(themes) & set(known.ids):
        book = replace(book, name=_OWN_BOOK, version="")
    # Of a foreign coding frame the shipped labels can still teach sentiment, if nobody else does.
    teaches = shares or not np.any(own.labels.sentiment != UNKNOWN)
    if from_scratch or not teaches:
        return own, book
    return join_examples([own, shipped_examples()]), book


def _weights(own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weigh the user's rows against the shipped ones; rows of one kind only count once each."""
    return np.where(own & ~own.all(), _OWN_WEIGHT, 1.0)


def _enough(labels: Labels) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the themes that can be learnt from those that cannot, and warn of the latter."""
    with_theme = (labels.present == 1).sum(axis=0)
    without = (labels.present == 0).sum(axis=0)
    enough = np.minimum(with_theme, without) >= MIN_EXAMPLES
    kept = tuple(np.array(labels.themes, dtype=object)[enough])
    left_out = tuple(np.array(labels.themes, dtype=object)[~enough])
    for theme, present in zip(left_out, with_theme[~enough], strict=True):
        warnings.warn(
            f"theme '{theme}' is left out: {present} comments with it, "
            f"at least {MIN_EXAMPLES} with and {MIN_EXAMPLES} without are needed",
            FeedbackWarning,
            stacklevel=4,
        )
    if not kept:
        raise LabelError(
            f"no theme has {MIN_EXAMPLES} comments with it and {MIN_EXAMPLES} without; "
            "label more comments"
        )
    return kept, left_out


def _scores(
    examples: Examples, held_out: HeldOut, present: NDArray[np.bool_], seed: int
) -> pd.DataFrame:
    said = Predictions(present, held_out.polarity, held_out.sentiment)
    labels = _scored_labels(examples)
    return score_table(labels, [said], writers=examples.writers, seed=seed)


def _scored_labels(examples: Examples) -> Labels:
    """Forget the labels of comments that were not asked.

    So too the shipped ones of what the user's own rows know: theirs are what matters.
    """
    labels, own, seen = examples.labels, examples.own, examples.seen
    own_knows = np.any(~np.isnan(labels.present[own]), axis=0)
    forget = seen[:, None] | (~own[:, None] & own_knows[None, :])
    knows_sentiment = bool(np.any(labels.sentiment[own] != UNKNOWN))
    unsaid = seen | (~own & knows_sentiment)
    sentiment = np.where(unsaid, UNKNOWN, labels.sentiment).astype(np.int8)
    return Labels(
        labels.themes,
        np.where(forget, np.nan, labels.present),
        np.where(forget, UNKNOWN, labels.polarity).astype(np.int8),
        sentiment,
    )
