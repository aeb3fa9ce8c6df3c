"""Tagged comments -> counts a group and theme, which add up."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import FeedbackWarning, LabelError, TableError
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.summary.grouping import Grouping, group_keys
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import check_labels, label_words, labels_elsewhere
from nhs_feedback.tables.schema import (
    CHECK,
    JOIN,
    MODEL,
    PERCEPTION_INDEX,
    POLARITIES,
    POLARITY_UNKNOWN,
    SAYS_NOTHING,
    SENTIMENT,
    SENTIMENT_SCORE,
    find_column,
    find_tagged_column,
    is_tagged,
    probability_column,
    tagged_themes,
)

Ints = NDArray[np.int64]
P_UNIT = 10_000
"""Probabilities are summed as whole numbers of their last decimal, so that sums are exact."""

MOST_PEOPLE = 100
"""Respondents told apart a group; of more it is enough to know that they are many."""

UNSURE = "unsure"
MOST_UNSURE = 0.25
"""From more unsure comments than this, the text is said to be unlike the training text."""

_LEAST_TO_JUDGE = 50
_WORDS = {word: code for code, word in enumerate((*POLARITIES, POLARITY_UNKNOWN, ""))}
_YES, _NONE = _WORDS[POLARITY_UNKNOWN], _WORDS[""]
_PERSON = "person"
_PERSONAL = (
    "respondent id", "respondentid", "respondent", "participant id", "staff id", "person id",
)  # fmt: skip
COUNTED = (
    "n_rows", "n_comments", "n_tagged", *POLARITIES,
    "n_scored", "p_sum", "p_squares", "n_unsure", "n_unnamed",
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Counts that add up: those of two parts of a table sum to those of the whole.

    Attributes
    ----------
    by : tuple of str
        The groupings, a period last.
    themes : tuple of str
        The rows of each group: theme ids, then `sentiment` and, where the codebook defines it,
        `perception_index`.
    models : frozenset of str
        The models that the tags say they are from.
    table : DataFrame
        Indexed by the groupings and `theme`; columns `n_rows`, `n_comments`, `n_tagged`, one a
        polarity word, `n_scored` (comments with a probability), `p_sum`, `p_squares` (sums of
        probabilities in units of 0.0001, and of their squares), `n_unsure`, and `n_unnamed`
        (comments of respondents not told apart).
    people : DataFrame
        Groupings and `person`, a hash: up to 100 respondents a group.
    """

    by: tuple[str, ...]
    themes: tuple[str, ...]
    models: frozenset[str]
    table: pd.DataFrame
    people: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        """Add the counts of another part of the same table."""
        stacked = pd.concat([self.table, other.table])
        levels = list(range(stacked.index.nlevels))
        table = stacked.groupby(level=levels, sort=False, dropna=False, observed=True).sum()
        people = _fewest(pd.concat([self.people, other.people]), list(self.by))
        return Counts(self.by, self.themes, self.models | other.models, table, people)

    def only(self, by: tuple[str, ...]) -> "Counts":
        """Return the counts by some of the groupings."""
        grouped = self.table.groupby(level=[*by, "theme"], sort=False, dropna=False, observed=True)
        people = _fewest(self.people[[*by, _PERSON]], list(by))
        return Counts(by, self.themes, self.models, grouped.sum(), people)


def count_tags(
    tagged: pd.DataFrame,
    grouping: Grouping,
    *,
    codebook: Codebook,
    id_column: str | None = None,
    where: str = "the table",
) -> Counts:
    """Count tags by group and theme.

    Raises
    ------
    TableError
        If the table is not a tagged one, or lacks a column to group by.
    """
    themes = tagged_themes(list(tagged.columns))
    if not is_tagged(tagged.columns) or not themes:
        raise TableError(f"{where}: not a tagged table; run `feedback classify` on it first")
    _check_added_by_hand(tagged, themes, where)
    keys = group_keys(tagged, grouping, where=where)
    person = _persons(tagged, id_column, where)
    rows = _Rows(tagged, keys, person)
    parts = {theme: rows.count_theme(theme) for theme in [*themes, SENTIMENT]}
    index = codebook.perception_index
    if index is not None and {index.towards, index.away} <= set(themes):
        parts[PERCEPTION_INDEX] = rows.count_index(index.towards, index.away)
    table = pd.concat([rows.as_table(theme, part) for theme, part in parts.items()])
    models = frozenset(_distinct(tagged[MODEL])) - {""}
    named = keys.assign(**{_PERSON: person})[rows.says & (person != 0)]
    by = [str(name) for name in keys]
    return Counts(tuple(by), tuple(parts), models, table, _fewest(named, by))


class _Rows:
    """The rows of a table as codes: which group, whether they say something."""

    def __init__(
        self, tagged: pd.DataFrame, keys: pd.DataFrame, person: NDArray[np.uint64]
    ) -> None:
        self.tagged = tagged
        self.says, self.unsure = _checks(tagged[CHECK])
        self.groups, self.code = _group_codes(keys)
        self.base = {
            "n_rows": self._sum(np.ones(len(tagged))),
            "n_comments": self._sum(self.says),
            "n_unsure": self._sum(self.says & self.unsure),
            "n_unnamed": self._sum(self.says & (person == 0)),
        }
        self.words: dict[str, Ints] = {}

    def count_theme(self, theme: str) -> dict[str, Ints]:
        words = self._codes(theme)
        table = {word: self._sum(self.says & (words == _WORDS[word])) for word in POLARITIES}
        if theme == SENTIMENT:
            return table | {"n_tagged": self.base["n_comments"]}
        table["n_tagged"] = self._sum(self.says & (words != _NONE))
        if probability_column(theme) not in self.tagged:  # a theme added by hand
            return table
        cells = pd.to_numeric(self.tagged[probability_column(theme)], errors="coerce")
        p = cells.to_numpy(dtype=float, na_value=np.nan) * P_UNIT
        scored = self.says & ~np.isnan(p)
        p = np.where(scored, np.round(p), 0.0)
        return table | {
            "n_scored": self._sum(scored), "p_sum": self._sum(p), "p_squares": self._sum(p**2),
        }  # fmt: skip

    def count_index(self, towards: str, away: str) -> dict[str, Ints]:
        """Count comments with either framing (`n_tagged`), and how many are for it (`positive`)."""
        toward = self._codes(towards)
        # A framing whose feeling was never learnt says nothing of the index either way.
        either = (toward < _YES) | (self._codes(away) != _NONE)
        gladly = toward == _WORDS["positive"]
        return {
            "n_tagged": self._sum(self.says & either), "positive": self._sum(self.says & gladly)
        }  # fmt: skip

    def as_table(self, theme: str, counted: dict[str, Ints]) -> pd.DataFrame:
        """Put one theme's counts in a table, a row a group."""
        nothing = np.zeros(len(self.groups), dtype=np.int64)
        known = self.base | counted
        table = pd.DataFrame({name: known.get(name, nothing) for name in COUNTED})
        columns = [self.groups[name] for name in self.groups]
        return table.set_index([*columns, pd.Index([theme] * len(table), name="theme")])

    def _codes(self, theme: str) -> Ints:
        if theme not in self.words:
            codes, cells = pd.factorize(self.tagged[theme], use_na_sentinel=False)
            words = label_words(pd.Series(cells)).map(_WORDS).to_numpy(dtype=np.int64)
            self.words[theme] = np.asarray(words[codes], dtype=np.int64)
        return self.words[theme]

    def _sum(self, values: NDArray[np.generic]) -> Ints:
        # Exact: whole numbers far below 2 ** 53.
        weights = np.asarray(values, dtype=np.float64)
        return np.bincount(self.code, weights, minlength=len(self.groups)).astype(np.int64)


def _check_added_by_hand(tagged: pd.DataFrame, themes: Sequence[str], where: str) -> None:
    """Refuse a column among the themes that is none; name one elsewhere that may be one."""
    try:
        check_labels(
            tagged, [t for t in themes if probability_column(t) not in tagged], where=where
        )
    except LabelError as error:
        raise TableError(f"{error}; move a column that is no theme behind '{MODEL}'") from error
    for name in labels_elsewhere(tagged):
        warnings.warn(
            f"column '{name}' holds labels but is not counted: it does not stand among the "
            f"themes (move it in front of '{SENTIMENT_SCORE}' if it is one)",
            FeedbackWarning,
            stacklevel=4,
        )


def _group_codes(keys: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Number the distinct groups in the order they are met."""
    if not keys.shape[1]:
        return pd.DataFrame(index=range(min(len(keys), 1))), np.zeros(len(keys), dtype=np.intp)
    grouped = keys.groupby(list(keys), sort=False, dropna=False, observed=True)
    numbers = np.asarray(grouped.ngroup(), dtype=np.intp)
    return keys.drop_duplicates().reset_index(drop=True), numbers


def unsure_share(counts: Counts) -> float | None:
    """Share of comments whose tags the model itself doubts; a tenth of its training text's are.

    It rises where scores shift: texts of other subjects, words or length.
    """
    rows = counts.table[counts.table.index.get_level_values("theme") == counts.themes[0]]
    n = int(rows["n_comments"].sum())
    return int(rows["n_unsure"].sum()) / n if n >= _LEAST_TO_JUDGE else None


def rows_that_say_something(check: pd.Series) -> NDArray[np.bool_]:
    """Say of each row, by its `check`, whether it is in the denominator of shares."""
    return _checks(check)[0]


def _checks(cells: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each row whether it says something, and whether its tags are unsure."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    reasons = [set(cell.split(JOIN)) for cell in _distinct(pd.Series(distinct), keep=True)]
    says = np.array([not found & set(SAYS_NOTHING) for found in reasons], dtype=bool)
    unsure = np.array([UNSURE in found for found in reasons], dtype=bool)
    return says[codes], unsure[codes]


def _distinct(cells: pd.Series, *, keep: bool = False) -> list[str]:
    values = cells if keep else pd.Series(cells.unique())
    return [text.strip() for text in column_as_text(values)]


def _persons(tagged: pd.DataFrame, id_column: str | None, where: str) -> NDArray[np.uint64]:
    """Hash who wrote each row; 0 where nothing tells respondents apart."""
    name = find_tagged_column(tagged, "id", asked=id_column, where=where)
    if id_column is None:
        name = next(filter(None, (find_column(n, map(str, tagged)) for n in _PERSONAL)), name)
    if name is None:
        return np.zeros(len(tagged), dtype=np.uint64)
    ids = np.array([cell.strip() for cell in column_as_text(tagged[name])], dtype=object)
    hashed: NDArray[np.uint64] = pd.util.hash_array(ids)
    return np.where(ids == "", np.uint64(0), np.maximum(hashed, np.uint64(1)))


def _fewest(people: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Keep the respondents with the smallest hashes in each group: the same for any split."""
    distinct = people.drop_duplicates().sort_values(_PERSON, kind="stable", ignore_index=True)
    if not by:
        return distinct.head(MOST_PEOPLE)
    kept = distinct.groupby(by, sort=False, dropna=False, observed=True).head(MOST_PEOPLE)
    return kept.reset_index(drop=True)
