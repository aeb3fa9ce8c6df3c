"""The sentence behind each tag."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nhs_feedback.model.attribution import sentences_of, with_and_without_each
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.themes import ThemeClassifier

Floats = NDArray[np.float64]
Evidence = Mapping[int, str]
"""Theme, as its column, to the sentence that carries it."""


def find_evidence(
    features: TextFeatures,
    themes: ThemeClassifier,
    texts: Sequence[str],
    present: NDArray[np.bool_],
) -> list[Evidence]:
    """Find for each tag the sentence that carries it.

    Each sentence is scored by the model on its own, and so is the comment with and without it: the
    evidence is the sentence that says most of the theme and whose loss costs most.

    Parameters
    ----------
    texts : (n,) sequence of str
        Cleaned and masked.
    present : (n, n_themes) bool
    """
    split = [
        sentences_of(text) if tags.any() else [] for text, tags in zip(texts, present, strict=True)
    ]
    said = iter(_said(features, themes, [one for one in split if len(one) > 1]))
    alone = np.zeros((1, present.shape[1]))  # the only sentence carries every theme
    return [
        _strongest(sentences, next(said) if len(sentences) > 1 else alone, np.flatnonzero(tags))
        for sentences, tags in zip(split, present, strict=True)
    ]


def _said(
    features: TextFeatures, themes: ThemeClassifier, split: Sequence[list[str]]
) -> list[Floats]:
    """Return for each comment how much each sentence says of each theme, in log-odds."""
    if not split:
        return []
    alone = [sentence for sentences in split for sentence in sentences]
    near, left = (
        [text for texts in side for text in texts]
        for side in zip(*map(with_and_without_each, split), strict=True)
    )
    # Uncalibrated will do: calibration changes no theme's order.
    said, before, after = (_log_odds(features, themes, texts) for texts in (alone, near, left))
    ends = np.cumsum([len(sentences) for sentences in split])
    return np.split(said + before - after, ends[:-1])


def _log_odds(features: TextFeatures, themes: ThemeClassifier, texts: Sequence[str]) -> Floats:
    distinct = list(dict.fromkeys(texts))
    places = {text: row for row, text in enumerate(distinct)}
    scores = themes.decision_function(features.transform(distinct))
    return scores[[places[text] for text in texts]]


def _strongest(sentences: Sequence[str], said: Floats, columns: NDArray[np.intp]) -> Evidence:
    best = said.argmax(axis=0)
    # On one line, as the cell of a table holds it.
    return {int(column): " ".join(sentences[best[column]].split()) for column in columns}
