"""Which columns of a labelled table are themes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from nhs_feedback.tables.labels import ABSENT, PRESENT, label_cells
from nhs_feedback.tables.schema import (
    POLARITIES,
    SENTIMENT,
    added_columns,
    is_reserved,
    is_tagged,
    tagged_themes,
)

_NO = {"no", "n"}  # a coder leaves a cell empty; a survey's question is answered
_ANSWERS = _NO | {"yes", "y"}


@dataclass(frozen=True)
class ThemeColumns:
    """Which columns of a labelled table are themes, and which may be but were not taken.

    Attributes
    ----------
    taken : tuple of str
        In table order.
    doubtful : tuple of str
        They hold only labels, but may be answers to a survey's question.
    blank : tuple of str
        They hold nothing, or only the labels for absence.
    """

    taken: tuple[str, ...]
    doubtful: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


def find_theme_columns(
    labelled: pd.DataFrame, *, known: Sequence[str], parts: Sequence[str] = ()
) -> ThemeColumns:
    """Find the theme columns: those a codebook names, and those that cannot be anything else.

    Of a tagged table these are the columns that tagging, or a person after it, put among the
    themes. Of another, a column of polarity words is a theme, and so is one of ticks, unless it
    answers a question: with no, or, where nothing in the file is surely a theme, with yes.

    Parameters
    ----------
    known : sequence of str
        Theme ids of the codebook; a column of such a name is a theme whatever it holds.
    parts : sequence of str
        Columns already spoken for (text, trust, id, date, sentiment).
    """
    names, tagged = list(labelled.columns), is_tagged(labelled.columns)
    themes = {*known, *(tagged_themes(names) if tagged else ())} & set(names)
    spoken_for = {*themes, *parts, SENTIMENT, *(added_columns(sorted(themes)) if tagged else ())}
    cells = {
        name: set(label_cells(labelled[name]).unique())
        for name in names
        if name not in spoken_for and not is_reserved(name)
    }
    labels = {name: found for name, found in cells.items() if found <= PRESENT | ABSENT}
    ticked = {name: found for name, found in labels.items() if found & PRESENT}
    own = set() if tagged else _own_themes(ticked, beside_known=bool(themes))
    return ThemeColumns(
        taken=tuple(name for name in names if name in themes | own),
        doubtful=tuple(name for name in ticked if name not in own),
        blank=tuple(name for name in labels if name not in ticked and not tagged),
    )


def _own_themes(ticked: Mapping[str, set[str]], *, beside_known: bool) -> set[str]:
    felt = {name for name, cells in ticked.items() if cells & set(POLARITIES)}
    answers = _NO if felt or beside_known else _ANSWERS
    return felt | {name for name, cells in ticked.items() if not cells & answers}
