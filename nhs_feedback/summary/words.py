"""The words that set a group's comments on a theme apart from other groups' on it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from nhs_feedback.summary.counts import rows_that_say_something
from nhs_feedback.summary.disclosure import MIN_QUOTED, SMALL
from nhs_feedback.summary.estimation import Floats
from nhs_feedback.summary.grouping import TRUST, Grouping, as_names, joined_keys
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import label_words
from nhs_feedback.tables.schema import CHECK, find_columns, tagged_themes
from nhs_feedback.text.masking import masked_texts

MIN_WITH_WORD = SMALL
"""A word is shown if so many different comments of the group hold it."""

_APART = 1.96
_PRIOR = 1.0  # comments' worth of the theme's own words, for each word it has
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
) -> pd.DataFrame:
    """List for each group and theme the words commoner there than in other groups' comments on it.

    Words come from the masked text, and only those in five or more different comments of the
    group; of groups with fewer than `min_group` comments none are listed. A name that many wrote
    may be among them: look before you publish.

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
    says = rows_that_say_something(tagged[CHECK])
    rows = tagged[says].reset_index(drop=True)
    text = find_columns(rows, text=text_column).text
    grouping = Grouping(as_names(by), trust_column=trust_column)
    groups = np.asarray(joined_keys(rows, grouping, where="the table"), dtype=object)
    words, matrix = _words_of(column_as_text(rows[text]))
    found = []
    for theme in tagged_themes(list(tagged.columns)) if len(words) else ():
        on_theme = (label_words(rows[theme]) != "").to_numpy()
        for group, size in pd.Series(groups).value_counts().sort_index().items():
            if size >= min_group:
                inside = on_theme & (groups == group)
                for word, n, apart in _apart(matrix, words, inside, on_theme & ~inside, most):
                    found.append((group, theme, word, n, apart))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _words_of(texts: list[str]) -> tuple[NDArray[np.object_], sparse.csr_matrix]:
    """Which words each different comment holds; a repeated comment counts once."""
    masked = pd.Series(masked_texts(texts), dtype=object)
    once = masked.mask(masked.duplicated(), "")
    counter = CountVectorizer(
        binary=True, stop_words="english", token_pattern=_WORD, min_df=MIN_WITH_WORD
    )
    try:
        matrix = counter.fit_transform(once)
    except ValueError:  # no word is in so many
        return np.zeros(0, dtype=object), sparse.csr_matrix((len(texts), 0))
    return counter.get_feature_names_out(), matrix


def _apart(
    matrix: sparse.csr_matrix,
    words: NDArray[np.object_],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    most: int,
) -> list[tuple[str, int, float]]:
    here, there = (
        np.asarray(matrix[r].sum(axis=0), dtype=np.float64).ravel() for r in (inside, outside)
    )
    z = _log_odds(here, there)
    keep = np.flatnonzero((here >= MIN_WITH_WORD) & (z > _APART))
    order = keep[np.argsort(-z[keep], kind="stable")][:most]
    return [(str(words[i]), int(here[i]), round(float(z[i]), 2)) for i in order]


def _log_odds(here: Floats, there: Floats) -> Floats:
    """Difference of log-odds of each word in standard errors, by an informative prior."""
    together = here + there
    prior = _PRIOR * len(together) * together / max(together.sum(), 1) + 1e-9
    a, b = here + prior, there + prior
    n, m = a.sum(), b.sum()
    difference = np.log(a / (n - a)) - np.log(b / (m - b))
    return np.asarray(difference / np.sqrt(1 / a + 1 / b))
