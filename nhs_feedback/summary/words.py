"""The words that set a group's comments on a theme apart from other groups' on it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.counts import count_tags, rows_that_say_something
from nhs_feedback.summary.disclosure import MIN_QUOTED, large_groups
from nhs_feedback.summary.estimation import Floats
from nhs_feedback.summary.grouping import TRUST, Grouping, as_names, joined_keys
from nhs_feedback.summary.small_counts import SMALL
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import label_words
from nhs_feedback.tables.schema import CHECK, find_columns, tagged_themes
from nhs_feedback.text.masking import masked_with_names

MIN_WITH_WORD = SMALL
"""A word is shown if so many different comments of the group hold it."""

_APART = 1.96
_PRIOR = 1.0  # comments' worth of the theme's own words, for each word it has
_OFTEN_NAME = 0.2
_WORD = r"(?u)\b[^\W\d_]{3,}\b"
COLUMNS = ("group", "theme", "word", "n_comments", "apart")


def distinctive_words(
    tagged: pd.DataFrame,
    by: str | Sequence[str] = TRUST,
    *,
    most: int = 10,
    min_group: int = MIN_QUOTED,
    text_column: str | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
) -> pd.DataFrame:
    """List for each group and theme the words commoner there than in other groups' comments on it.

    Words come from the masked text, and only those in five or more different comments of the
    group; of groups with fewer than `min_group` comments or respondents none are listed, nor a word
    that is often somebody's name in this table. A name may be among them all the same: look before
    you pass them on.

    Returns
    -------
    DataFrame
        `group`, `theme`, `word`, `n_comments` (of the group, on the theme, with the word) and
        `apart` (standard errors by which its log-odds exceed those elsewhere), the most apart
        first.

    References
    ----------
    B. L. Monroe, M. P. Colaresi and K. M. Quinn (2008), Fightin' words, Political Analysis 16,
    372-403.
    """
    grouping = Grouping(as_names(by), trust_column=trust_column)
    counts = count_tags(tagged, grouping, codebook=default_codebook(), id_column=id_column)
    text = find_columns(tagged, text=text_column).text
    grouping = replace(grouping, by=counts.by)  # without `trust`, if there is no such column
    return words_apart(tagged, text, grouping, large_groups(counts, min_group), most=most)


def words_apart(
    tagged: pd.DataFrame,
    text_column: str,
    grouping: Grouping,
    shown: Collection[str],
    *,
    most: int = 10,
) -> pd.DataFrame:
    """List the words of the groups that may be `shown`; columns as `distinctive_words`."""
    if not shown or not grouping.by:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = tagged[rows_that_say_something(tagged[CHECK])].reset_index(drop=True)
    groups = np.asarray(joined_keys(rows, grouping, where="the table"), dtype=object)
    words, matrix = _words_of(column_as_text(rows[text_column]))
    found = []
    for theme in tagged_themes(list(tagged.columns)) if len(words) else ():
        on_theme = (label_words(rows[theme]) != "").to_numpy()
        every = _with_each(matrix, on_theme)
        for group in sorted(shown):
            here = _with_each(matrix, on_theme & (groups == group))
            for place, apart in _apart(here, every - here, most):
                found.append((group, theme, words[place], int(here[place]), apart))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _words_of(texts: list[str]) -> tuple[NDArray[np.object_], sparse.csr_matrix]:
    """Which words each different comment holds; a repeated comment counts once, a name never."""
    masked, names = zip(*masked_with_names(texts), strict=True) if texts else ((), ())
    once = pd.Series(masked, dtype=object)
    once = once.mask(once.duplicated(), "")
    counter = CountVectorizer(
        binary=True, stop_words="english", token_pattern=_WORD, min_df=MIN_WITH_WORD
    )
    try:
        matrix = counter.fit_transform(once)
    except ValueError:  # no word is in so many
        return np.zeros(0, dtype=object), sparse.csr_matrix((len(texts), 0))
    words = counter.get_feature_names_out()
    kept = np.flatnonzero(~_often_names(words, _with_each(matrix), names))
    return words[kept], matrix[:, kept]


def _often_names(
    words: NDArray[np.object_], unmasked: Floats, names: Iterable[list[str]]
) -> NDArray[np.bool_]:
    """Say of each word whether a fifth of its uses was masked as a name: the rest may be missed."""
    split = re.compile(_WORD)
    uses = Counter(w for people in names for w in set(split.findall(" ".join(people).casefold())))
    masked = np.array([uses[str(word)] for word in words], dtype=float)
    return np.asarray(masked >= _OFTEN_NAME * (masked + unmasked))


def _with_each(matrix: sparse.csr_matrix, rows: NDArray[np.bool_] | None = None) -> Floats:
    """How many comments hold each word."""
    chosen = matrix if rows is None else matrix[np.flatnonzero(rows)]
    return np.asarray(chosen.sum(axis=0), dtype=np.float64).ravel()


def _apart(here: Floats, there: Floats, most: int) -> list[tuple[int, float]]:
    z = _log_odds(here, there)
    keep = np.flatnonzero((here >= MIN_WITH_WORD) & (z > _APART))
    order = keep[np.argsort(-z[keep], kind="stable")][:most]
    return [(int(i), round(float(z[i]), 2)) for i in order]


def _log_odds(here: Floats, there: Floats) -> Floats:
    """Difference of log-odds of each word in standard errors, by an informative prior."""
    together = here + there
    prior = _PRIOR * len(together) * together / max(together.sum(), 1) + 1e-9
    a, b = here + prior, there + prior
    n, m = a.sum(), b.sum()
    difference = np.log(a / (n - a)) - np.log(b / (m - b))
    return np.asarray(difference / np.sqrt(1 / a + 1 / b))
