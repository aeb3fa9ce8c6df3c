"""Labelled comments as a model learns from them: the user's own, and those that ship."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import FeedbackWarning, LabelError
from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import (
    Labels,
    SentimentOrder,
    join_labels,
    read_labels,
)
from nhs_feedback.tables.schema import (
    SENTIMENT,
    Columns,
    find_column,
    find_columns,
    is_reserved,
    listed_columns,
    probability_column,
    says_something,
)
from nhs_feedback.tables.theme_columns import find_theme_columns
from nhs_feedback.text.checks import check_text
from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.masking import masked_texts

WRITER = "writer"
SEEN = "seen"
"""The column of the shipped comments that marks those the encoder was tuned on."""
_MOST_NAMED = 12


@dataclass(frozen=True)
class Examples:
    """`n` texts with their labels.

    Attributes
    ----------
    texts : list of str
        As written.
    labels : Labels
    writers : list of str
        Comments with the same writer are held out together; without a writer column, equal
        texts share one.
    own : (n,) bool
        The user's rows, as against those that ship.
    seen : (n,) bool
        Those that the shipped encoder was tuned on: its vectors suit them too well for them to say
        how right a model is.
    """

    texts: list[str]
    labels: Labels
    writers: list[str]
    own: NDArray[np.bool_]
    seen: NDArray[np.bool_]

    def align(self, themes: Sequence[str]) -> "Examples":
        """Return the same examples with these themes as the columns of their labels."""
        return replace(self, labels=self.labels.align(themes))

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        """Return some of the examples."""
        return Examples(
            [self.texts[row] for row in rows],
            self.labels.take(rows),
            [self.writers[row] for row in rows],
            self.own[rows],
            self.seen[rows],
        )

    def fingerprint(self) -> str:
        """Return a digest of the user's own texts that does not depend on their order."""
        own = sorted(text for text, own in zip(self.texts, self.own, strict=True) if own)
        return hashlib.sha256(json.dumps(own).encode()).hexdigest()


def join_examples(parts: Sequence[Examples]) -> Examples:
    """Stack examples; a theme that one part does not have is unknown in its rows."""
    themes = tuple(dict.fromkeys(theme for part in parts for theme in part.labels.themes))
    joined = parts[0].align(themes)
    for part in parts[1:]:
        joined = Examples(
            joined.texts + part.texts,
            join_labels(joined.labels, part.labels.align(themes)),
            joined.writers + part.writers,
            np.concatenate([joined.own, part.own]),
            np.concatenate([joined.seen, part.seen]),
        )
    return joined


def read_examples(
    labelled: pd.DataFrame,
    *,
    known_themes: Sequence[str],
    only_known: bool = False,
    theme_columns: Sequence[str] | None = None,
    text_column: str | None = None,
    sentiment_column: str | None = None,
    sentiment_order: SentimentOrder | None = None,
    known_to: str = "the codebook (--codebook)",
    where: str = "the table",
) -> Examples:
    """Read a labelled table.

    Parameters
    ----------
    known_themes : sequence of str
        Theme ids of the codebook; columns so named are themes.
    only_known : bool
        True: no other column is. False: others may be, see `find_theme_columns`.
    theme_columns : sequence of str, optional
        The theme columns, where the user says them; then no other column is one.
    known_to : str
        What knows these themes, for messages.

    Warns
    -----
    FeedbackWarning
        Names columns that may be themes and were not taken.

    Raises
    ------
    LabelError
        If there is no row, no theme column, or a cell that is not a label.
    TableError
        If there is no text column.
    """
    if labelled.empty:
        raise LabelError(f"{where}: no rows; give a table with at least one labelled comment")
    columns = find_columns(labelled, text=text_column, where=where)
    if theme_columns:
        themes = tuple(dict.fromkeys(theme_columns))
    elif only_known:
        themes = _known_themes(labelled, known_themes, known_to, where)
    else:
        sentiment = sentiment_column or SENTIMENT
        themes = _own_themes(labelled, columns, known_themes, sentiment, where)
    _check_themes(labelled, themes, where)
    labels = read_labels(
        labelled,
        themes,
        sentiment_column=sentiment_column,
        sentiment_order=sentiment_order,
        where=where,
    )
    texts = column_as_text(labelled[columns.text])
    own, unseen = np.ones(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    return Examples(texts, labels, _writers(labelled, texts), own, unseen)


@cache
def shipped_examples() -> Examples:
    """Return the invented labelled comments that come with the package; see `training/`."""
    path = resources.files("nhs_feedback").joinpath("data/labelled.csv.gz")
    with resources.as_file(path) as local:
        table = pd.read_csv(local, dtype=str, keep_default_na=False, compression="gzip")
    found = read_examples(
        table, known_themes=default_codebook().ids, only_known=True, text_column="text"
    )
    # A user's writer of the same name is somebody else.
    writers = [f"shipped {writer}" for writer in found.writers]
    own = np.zeros(len(table), dtype=bool)
    return replace(found, writers=writers, own=own, seen=(table[SEEN] != "").to_numpy())


def that_say_something(examples: Examples) -> tuple[Examples, list[str]]:
    """Keep the comments that tagging would tag, and return their masked texts beside them."""
    masked = masked_texts(examples.texts)
    rows = np.flatnonzero([says_something(check_text(clean(text))) for text in examples.texts])
    if silent := int(examples.own.sum() - examples.own[rows].sum()):
        warnings.warn(
            f"{silent:,} labelled rows say nothing ('n/a', no text, not English) and are neither "
            "learnt from nor scored",
            FeedbackWarning,
            stacklevel=4,
        )
    return examples.take(rows), [masked[row] for row in rows]


def _known_themes(
    labelled: pd.DataFrame, known: Sequence[str], known_to: str, where: str
) -> tuple[str, ...]:
    themes = tuple(str(name) for name in labelled.columns if name in set(known))
    if not themes:
        raise LabelError(
            f"{where}: no column is a theme that {known_to} knows ({listed_columns(known)}); "
            "rename the columns, or give one that knows their themes"
        )
    return themes


def _own_themes(
    labelled: pd.DataFrame, columns: Columns, known: Sequence[str], sentiment: str, where: str
) -> tuple[str, ...]:
    """Find the themes of a codebook and the user's own, and say which columns were left."""
    said = find_column(sentiment, labelled.columns)
    parts = (columns.text, columns.trust, columns.id, columns.date, said, WRITER)
    found = find_theme_columns(labelled, known=known, parts=[name for name in parts if name])
    doubtful = ", ".join(map(repr, found.doubtful[:_MOST_NAMED]))
    if doubtful and not found.taken:
        raise LabelError(
            f"{where}: no theme of the codebook has a column, and yes or no may answer a survey's "
            f"question: {doubtful}; name those that are themes with --theme-column"
        )
    if doubtful:
        _warn(
            f"{where}: not taken as themes, though they hold only labels: {doubtful} "
            "(name every theme with --theme-column if one is)"
        )
    if found.blank:
        _warn(
            f"{where}: not taken as themes, since they hold no label: {listed_columns(found.blank)}"
        )
    return found.taken


def _warn(message: str) -> None:
    warnings.warn(message, FeedbackWarning, stacklevel=5)


def _check_themes(labelled: pd.DataFrame, themes: Sequence[str], where: str) -> None:
    if missing := [theme for theme in themes if theme not in labelled.columns]:
        raise LabelError(
            f"{where}: no theme column {', '.join(map(repr, missing))}; it has: "
            f"{listed_columns(labelled.columns)} (--theme-column)"
        )
    ours = {probability_column(theme) for theme in themes}
    if reserved := [theme for theme in themes if is_reserved(theme) or theme in ours]:
        raise LabelError(
            f"{where}: theme columns with names of our own columns: {', '.join(reserved)}; "
            "rename them"
        )
    if not themes:
        raise LabelError(
            f"{where}: no theme columns; a theme's column holds its polarity word, 1 or x where "
            "the theme is present and nothing elsewhere (name them with --theme-column)"
        )


def _writers(labelled: pd.DataFrame, texts: Sequence[str]) -> list[str]:
    same = [" ".join(text.casefold().split()) for text in texts]
    if WRITER not in labelled.columns:
        return same
    named = column_as_text(labelled[WRITER])
    return [name.strip() or text for name, text in zip(named, same, strict=True)]
