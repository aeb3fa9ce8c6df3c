"""Which comments to label next: those to check by, and those to learn most from."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.tags import expected_errors
from nhs_feedback.tables.schema import SENTIMENT, is_tagged, own_names, says_something
from nhs_feedback.text.checks import check_text
from nhs_feedback.text.masking import masked_texts

Places = NDArray[np.intp]


def draw_to_check(groups: Sequence[object], texts: list[str], n: int, *, seed: int) -> Places:
    """Draw up to `n` comments of each group at random, of those that say something.

    Returns
    -------
    (m,) int
        Row numbers, in the order of the table.
    """
    random = np.random.default_rng(seed)
    says = np.array([says_something(check_text(text)) for text in masked_texts(texts)], dtype=bool)
    _, codes = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    drawn = [
        random.permutation(np.flatnonzero(says & (codes == code)))[:n]
        for code in range(int(codes.max(initial=-1)) + 1)
    ]
    return np.sort(np.concatenate([np.zeros(0, dtype=np.intp), *drawn]))


def most_useful(texts: list[str], n: int, tagger: Tagger) -> Places:
    """Choose the comments with the most wrong tags to be expected, each text once.

    Returns
    -------
    (m,) int
        Row numbers, the most useful first.
    """
    wrong = expected_errors(tagger.tag(texts).probability, tagger.themes.thresholds_)
    _, first = np.unique(np.asarray(texts, dtype=object), return_index=True)
    first = first[wrong[first] > 0]
    return np.asarray(first[np.argsort(-wrong[first], kind="stable")][:n], dtype=np.intp)


def to_label(comments: pd.DataFrame, places: Places, themes: Sequence[str]) -> pd.DataFrame:
    """Lay comments out in the labelled form, sentiment and themes empty; earlier tags are left off.

    Whoever labels should not see what the model said.
    """
    names = list(comments.columns)
    if is_tagged(names):
        fates = own_names(names, themes)
        names = [name for name in names if fates.get(name, name) is not None]
    names = [name for name in names if name not in {SENTIMENT, *themes}]
    chosen = comments[names].iloc[places].reset_index(drop=True)
    return chosen.assign(**dict.fromkeys([SENTIMENT, *themes], ""))
