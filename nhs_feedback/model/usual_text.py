"""What is usual of the text a model learnt from, to tell a text unlike it."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from nhs_feedback.model.features import TextFeatures, vectorizer
from nhs_feedback.model.share_error import MIN_IN_CLUSTER
from nhs_feedback.model.share_spread import mean_variance, mix_distance

Floats = NDArray[np.float64]
UNKNOWN_WORDS = "unknown_words"
MOST_UNKNOWN = "most_unknown_words"
MOST_DISTANT = "most_distant_mix"


def unknown_words(texts: Iterable[str], features: TextFeatures) -> float:
    """Return the share of words, each once a text, that masked texts have and the model has not."""
    words = _counter()
    split, known = words.build_analyzer(), features.words_.vocabulary_
    told = [word not in known for text in texts for word in set(split(text))]
    return float(np.mean(told)) if told else 0.0


def measure_usual_text(
    masked: Sequence[str], writers: Sequence[str], *, min_comments: int
) -> dict[str, float]:
    """Measure how many of a writer's words are unknown to who has read the others.

    Parameters
    ----------
    masked, writers : (n,)
        The training texts, and who wrote each.
    min_comments : int
        A word is known from so many comments of others up.

    Returns
    -------
    dict
        `unknown_words` and `most_unknown_words`: the mean over writers of twenty comments or more,
        and the highest. Empty if there are fewer than two.
    """
    _, codes = np.unique(np.asarray(writers, dtype=str), return_inverse=True)
    large = np.flatnonzero(np.bincount(codes) >= MIN_IN_CLUSTER)
    if len(large) < 2:
        return {}
    matrix = _counter().fit_transform(masked)
    total = np.asarray(matrix.sum(axis=0)).ravel()
    own = [np.asarray(matrix[codes == code].sum(axis=0)).ravel() for code in large]
    shares = [float(words[total - words < min_comments].sum() / words.sum()) for words in own]
    return {UNKNOWN_WORDS: float(np.mean(shares)), MOST_UNKNOWN: max(shares)}


def measure_usual_mix(
    probability: Floats, writers: Sequence[str], themes: Sequence[str], error: pd.DataFrame | None
) -> dict[str, float]:
    """Measure how unlike all text the mix of one writer is at most; empty if it is not known."""
    if error is None:
        return {}
    p = probability[:, [list(themes).index(theme) for theme in error["theme"]]]
    _, codes = np.unique(np.asarray(writers, dtype=str), return_inverse=True)
    n = np.bincount(codes)
    distances = [
        distance_of_mix(
            p[codes == code].sum(axis=0), (p[codes == code] ** 2).sum(axis=0), n[code], error
        )
        for code in np.flatnonzero(n >= MIN_IN_CLUSTER)
    ]
    return {MOST_DISTANT: max(distances)}


def distance_of_mix(total: Floats, squares: Floats, comments: float, error: pd.DataFrame) -> float:
    """Return the mean `mix_distance` of one group, from its sums by the rows of `error`."""
    sampling = mean_variance(total, squares, np.full(len(total), comments), error["spread"])
    group = np.zeros(len(total), dtype=np.intp)
    return float(mix_distance(total / comments, sampling, error, group).mean())


def _counter() -> CountVectorizer:
    """Split texts into words as the model does, each once."""
    words = vectorizer("word", (1, 1))
    return CountVectorizer(
        strip_accents=words.strip_accents, token_pattern=words.token_pattern, binary=True
    )
