"""Labelled comments as a model learns from them: the user's own, and those that ship."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import LabelError
from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import (
    Labels,
    SentimentOrder,
    find_theme_columns,
    join_labels,
    read_labels,
)
from nhs_feedback.tables.schema import (
    SENTIMENT,
    Columns,
    find_column,
    find_columns,
    is_reserved,
    probability_column,
)

WRITER = "writer"


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
    """

    texts: list[str]
    labels: Labels
    writers: list[str]
    own: NDArray[np.bool_]

    def align(self, themes: Sequence[str]) -> "Examples":
        """Return the same examples with these themes as the columns of their labels."""
        return Examples(self.texts, self.labels.align(themes), self.writers, self.own)

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        """Return some of the examples."""
        return Examples(
            [self.texts[row] for row in rows],
            self.labels.take(rows),
            [self.writers[row] for row in rows],
            self.own[rows],
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
    where: str = "the table",
) -> Examples:
    """Read a labelled table.

    Parameters
    ----------
    known_themes : sequence of str
        Theme ids of the codebook; columns so named are themes.
    only_known : bool
        True: no other column is. False: nor is any other, unless its cells hold only labels.
    theme_columns : sequence of str, optional
        The theme columns, where the user says them.

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
    themes = _themes(labelled, columns, known_themes, only_known, theme_columns, sentiment_column)
    _check_themes(labelled, themes, where)
    labels = read_labels(
        labelled,
        themes,
        sentiment_column=sentiment_column,
        sentiment_order=sentiment_order,
        where=where,
    )
    texts = column_as_text(labelled[columns.text])
    return Examples(texts, labels, _writers(labelled, texts), np.ones(len(texts), dtype=bool))


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
    return Examples(found.texts, found.labels, writers, np.zeros(len(table), dtype=bool))


def _themes(
    labelled: pd.DataFrame,
    columns: Columns,
    known: Sequence[str],
    only_known: bool,
    theme_columns: Sequence[str] | None,
    sentiment_column: str | None,
) -> list[str]:
    if theme_columns:
        return list(dict.fromkeys(theme_columns))
    if only_known:
        return [str(name) for name in labelled.columns if name in set(known)]
    sentiment = find_column(sentiment_column or SENTIMENT, labelled.columns)
    parts = (columns.text, columns.trust, columns.id, columns.date, sentiment, WRITER)
    return find_theme_columns(labelled, known=known, parts=[name for name in parts if name])


def _check_themes(labelled: pd.DataFrame, themes: Sequence[str], where: str) -> None:
    if missing := [theme for theme in themes if theme not in labelled.columns]:
        raise LabelError(f"{where}: no theme column {', '.join(map(repr, missing))}")
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
