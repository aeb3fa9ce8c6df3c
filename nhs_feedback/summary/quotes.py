"""Tagged comments -> a few of each group, theme and polarity, masked, for people to read."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.summary.counts import UNSURE
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import label_words
from nhs_feedback.tables.schema import (
    CHECK,
    JOIN,
    POLARITIES,
    SAYS_NOTHING,
    SENTIMENT,
    probability_column,
    tagged_themes,
)
from nhs_feedback.text.checks import WELFARE
from nhs_feedback.text.masking import masked_texts

EACH = 3
"""So many comments of a group, theme and polarity at most."""

LONGEST = 600
"""Longer comments are not quoted: whole stories point to their writers."""

MOST_CHARACTERS = 1_000_000
"""Of all comments quoted together, so that a page of many trusts stays small enough to mail."""

_NOT_QUOTED = frozenset({*SAYS_NOTHING, UNSURE, WELFARE})
_SHORTEST = 20


@dataclass(frozen=True)
class Quote:
    """A comment, masked: its group, its overall sentiment, and its themes with their polarity."""

    text: str
    group: str
    sentiment: str
    tags: tuple[tuple[str, str], ...]


def choose_quotes(
    tagged: pd.DataFrame,
    text_column: str,
    groups: pd.Series,
    quotable: Collection[str],
    *,
    each: int = EACH,
    most_characters: int = MOST_CHARACTERS,
) -> list[Quote]:
    """Choose for each group, theme and polarity the comments that the model is surest of.

    Comments that say nothing, whose tags are unsure, that worry for somebody's welfare, or that are
    longer than 600 characters are never chosen; nor is one text twice.

    Parameters
    ----------
    groups : Series
        The group of each row.
    quotable : collection of str
        Groups large enough to be quoted from.
    """
    texts = pd.Series(column_as_text(tagged[text_column]), index=range(len(tagged))).str.strip()
    names = groups.set_axis(range(len(tagged)))
    fit = names.isin(list(quotable)) & texts.str.len().between(_SHORTEST, LONGEST)
    fit &= _may_be_quoted(tagged[CHECK])
    rows = np.flatnonzero(fit.to_numpy())
    words = _words(tagged.iloc[rows])
    found = _ranked(tagged.iloc[rows], words, texts.iloc[rows], names.iloc[rows], each)
    chosen = rows[found[_fits(texts.iloc[rows[found]], most_characters)]]
    return _quotes(tagged.iloc[chosen], texts.iloc[chosen], names.iloc[chosen])


def _may_be_quoted(checks: pd.Series) -> NDArray[np.bool_]:
    codes, cells = pd.factorize(pd.Series(column_as_text(checks)))
    fit = np.array([not _NOT_QUOTED & set(cell.split(JOIN)) for cell in cells], dtype=bool)
    return fit[codes] if len(codes) else np.zeros(0, dtype=bool)


def _words(tagged: pd.DataFrame) -> pd.DataFrame:
    """Return the polarity word of each theme, empty where it is absent."""
    themes = tagged_themes(list(tagged.columns))
    return pd.DataFrame({theme: label_words(tagged[theme]) for theme in themes})


def _ranked(
    tagged: pd.DataFrame, words: pd.DataFrame, texts: pd.Series, names: pd.Series, each: int
) -> NDArray[np.intp]:
    """Return the rows to quote, those first that are the surest of some theme."""
    parts = [
        pd.DataFrame(
            {
                "row": np.arange(len(words)),
                "group": names.to_numpy(),
                "theme": theme,
                "word": words[theme].to_numpy(),
                "text": texts.to_numpy(),
                "p": pd.to_numeric(tagged[probability_column(str(theme))], errors="coerce"),
            }
        )
        for theme in words
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["word"].isin(POLARITIES)]
    if table.empty:
        return np.zeros(0, dtype=np.intp)
    table = table.sort_values("p", ascending=False, kind="stable")
    place = ["group", "theme", "word"]
    table = table.drop_duplicates([*place, "text"])
    rank = table.groupby(place, sort=False, observed=True, dropna=False).cumcount()
    best = table.assign(rank=rank)[rank < each].groupby("row", sort=True)["rank"].min()
    return best.sort_values(kind="stable").index.to_numpy(dtype=np.intp)


def _fits(texts: pd.Series, most_characters: int) -> NDArray[np.bool_]:
    return np.asarray(texts.str.len().cumsum() <= most_characters)


def _quotes(tagged: pd.DataFrame, texts: pd.Series, names: pd.Series) -> list[Quote]:
    words = _words(tagged)
    feelings = column_as_text(tagged[SENTIMENT])
    masked = masked_texts(list(texts))
    seen: dict[tuple[str, str], Quote] = {}
    for row, (text, group, felt) in enumerate(zip(masked, names, feelings, strict=True)):
        tags = tuple((str(theme), word) for theme, word in words.iloc[row].items() if word)
        seen.setdefault((group, text), Quote(text, group, felt, tags))
    return list(seen.values())
