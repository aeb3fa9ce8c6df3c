"""Labelled tables: cells of words, ticks and numbers -> arrays of labels, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import LabelError
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.opened import FIRST_ROW
from nhs_feedback.tables.schema import (
    POLARITIES,
    POLARITY_UNKNOWN,
    SENTIMENT,
    SENTIMENT_SCORE,
    added_columns,
    find_column,
    is_reserved,
    tagged_themes,
)

SentimentOrder = Literal["positive-first", "negative-first"]
UNKNOWN = -1
"""Code of a polarity or sentiment that was not labelled."""

PRESENT = {"1", "1.0", "true", "yes", "x", "y", *POLARITIES}
ABSENT = {"", "0", "0.0", "false", "no", "n", "nan", "none", "<na>"}
_CODES = {word: code for code, word in enumerate(POLARITIES)}
# One to five, from the good end: the middle of a scale says neither.
_FIVE_POINTS = ("positive", "positive", "neutral", "negative", "negative")
_MOST_ROWS_NAMED = 5
_THEME_LABELS = f"{', '.join(POLARITIES)}, x, yes, true, 1; or no, false, 0, nothing"
_FEELINGS = f"{', '.join(POLARITIES)} or nothing"
_SCALE = "whole numbers 1 to 5 or nothing"


@dataclass(frozen=True)
class Labels:
    """What people said of each comment, rows as in the table they came from.

    Attributes
    ----------
    themes : tuple of str
        Theme ids, the columns of the two matrices.
    present : (n, n_themes) float array
        1 present, 0 absent, NaN unknown.
    polarity : (n, n_themes) int array
        Index into `POLARITIES` towards a present theme, else -1.
    sentiment : (n,) int array
        Index into `POLARITIES` overall, -1 where unlabelled.
    """

    themes: tuple[str, ...]
    present: NDArray[np.float64]
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.int8]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Labels":
        """Return the labels of some rows."""
        return Labels(self.themes, self.present[rows], self.polarity[rows], self.sentiment[rows])

    def align(self, themes: Sequence[str]) -> "Labels":
        """Return the labels with these themes as columns; one that was not labelled is unknown."""
        present = np.full((len(self.sentiment), len(themes)), np.nan)
        polarity = np.full((len(self.sentiment), len(themes)), UNKNOWN, dtype=np.int8)
        for column, theme in enumerate(themes):
            if theme in self.themes:
                present[:, column] = self.present[:, self.themes.index(theme)]
                polarity[:, column] = self.polarity[:, self.themes.index(theme)]
        return Labels(tuple(themes), present, polarity, self.sentiment)


def join_labels(first: Labels, second: Labels) -> Labels:
    """Stack two sets of labels of the same themes, the rows of `first` on top."""
    return Labels(
        first.themes,
        np.vstack([first.present, second.present]),
        np.vstack([first.polarity, second.polarity]),
        np.concatenate([first.sentiment, second.sentiment]),
    )


def read_labels(
    labelled: pd.DataFrame,
    themes: Sequence[str],
    *,
    sentiment_column: str | None = None,
    sentiment_order: SentimentOrder | None = None,
    where: str = "the table",
) -> Labels:
    """Read the labels of a table.

    Parameters
    ----------
    themes : sequence of str
        Theme ids; one without a column is unknown in every row.
    sentiment_column : str, optional
        Default: the column `sentiment`, where there is one.
    sentiment_order : {"positive-first", "negative-first"}, optional
        Which end of a 1 to 5 scale is 1; required for numbers.

    Raises
    ------
    LabelError
        If a cell is not a label; the message names column and rows, never the cell.
    """
    columns = {theme: _read_theme(labelled, theme, where) for theme in themes}
    size = (len(labelled), len(themes))
    present, polarity = np.full(size, np.nan), np.full(size, UNKNOWN, dtype=np.int8)
    for number, found in enumerate(columns.values()):
        if found is not None:
            present[:, number], polarity[:, number] = found
    sentiment = _read_sentiment(labelled, sentiment_column, sentiment_order, where)
    return Labels(tuple(themes), present, polarity, sentiment)


def check_labels(labelled: pd.DataFrame, themes: Sequence[str], *, where: str) -> None:
    """Refuse theme columns with a cell that is not a label; see `read_labels`."""
    for theme in themes:
        _read_theme(labelled, theme, where)


def label_cells(column: pd.Series) -> pd.Series:
    """Return the cells of a column as labels are compared: text, trimmed, case folded."""
    cells = pd.Series(column_as_text(column), index=column.index, dtype=object)
    return cells.str.strip().str.casefold().astype(object)


def labels_elsewhere(tagged: pd.DataFrame) -> list[str]:
    """Name the columns put behind the themes of a tagged table that hold only labels."""
    names = list(tagged.columns)
    behind = names[names.index(SENTIMENT_SCORE) :] if SENTIMENT_SCORE in names else []
    ours = {*added_columns(tagged_themes(names))}
    return [name for name in behind if name not in ours and _is_theme(name, tagged[name])]


def label_words(column: pd.Series) -> pd.Series:
    """Read cells as tagging writes them: a polarity word, `yes` (present), or nothing."""
    cells = label_cells(column)
    words = cells.where(cells.isin(POLARITIES), POLARITY_UNKNOWN)
    return words.mask(cells.isin(ABSENT), "")


def _is_theme(name: str, column: pd.Series) -> bool:
    if is_reserved(name):
        return False
    values = set(label_cells(column).unique())
    return values <= (PRESENT | ABSENT) and bool(values & PRESENT)


def _read_theme(
    labelled: pd.DataFrame, theme: str, where: str
) -> tuple[NDArray[np.float64], NDArray[np.int8]] | None:
    if theme not in labelled.columns:
        return None
    cells = label_cells(labelled[theme])
    wrong = ~cells.isin(PRESENT | ABSENT)
    _refuse(wrong, _first_row(labelled), f"{where}: column '{theme}'", _THEME_LABELS)
    present = np.asarray(cells.isin(PRESENT), dtype=np.float64)
    return present, _codes(cells)


def _read_sentiment(
    labelled: pd.DataFrame, name: str | None, order: SentimentOrder | None, where: str
) -> NDArray[np.int8]:
    if name is None:
        if SENTIMENT not in labelled.columns:
            return np.full(len(labelled), UNKNOWN, dtype=np.int8)
        name = SENTIMENT
    column = find_column(name, labelled.columns)
    if column is None:
        raise LabelError(f"{where}: no column '{name}' (name it with --sentiment-column)")
    cells = label_cells(labelled[column])
    cells = cells.mask(cells.isin({"nan", "none", "<na>"}), "")
    numbers = pd.to_numeric(cells.where(cells != "", None), errors="coerce")
    where, wrong, allowed = f"{where}: column '{name}'", ~cells.isin({"", *POLARITIES}), _FEELINGS
    if numbers.notna().any():
        wrong, allowed = (cells != "") & ~numbers.isin(range(1, 6)), _SCALE
        cells = _words_for(numbers, order, where)
    _refuse(wrong, _first_row(labelled), where, allowed)
    return _codes(cells)


def _words_for(numbers: pd.Series, order: SentimentOrder | None, where: str) -> pd.Series:
    if order is None:
        raise LabelError(
            f"{where} holds numbers; say which end is 1 with --sentiment-order "
            "positive-first or negative-first"
        )
    scale = _FIVE_POINTS if order == "positive-first" else _FIVE_POINTS[::-1]
    return numbers.map(dict(enumerate(scale, start=1))).astype(object).where(numbers.notna(), "")


def _codes(cells: pd.Series) -> NDArray[np.int8]:
    return np.asarray(cells.map(_CODES).fillna(UNKNOWN), dtype=np.int8)


def _first_row(labelled: pd.DataFrame) -> int:
    """Return the number of the first row as its file counts them, header included; else 1."""
    return int(labelled.attrs.get(FIRST_ROW, 1))


def _refuse(wrong: pd.Series, first_row: int, where: str, allowed: str) -> None:
    """Raise for cells that are no labels, naming the first few rows."""
    rows = np.flatnonzero(wrong.to_numpy()) + first_row
    if len(rows):
        named = ", ".join(map(str, rows[:_MOST_ROWS_NAMED]))
        more = f" and {len(rows) - _MOST_ROWS_NAMED} more" if len(rows) > _MOST_ROWS_NAMED else ""
        raise LabelError(f"{where}: not a label in row {named}{more}; allowed: {allowed}")
