"""Why a comment has its tags: the words and sentences for and against, adding up to the score."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import ModelError
from nhs_feedback.model.attribution import (
    attribute_sentences,
    attribute_words,
    chunks_of,
    sentences_of,
)
from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.text.masking import masked_texts
from nhs_feedback.text.names import open_finder

BASE, WORD, SENTENCE = "base", "word", "sentence"
"""What a row of an explanation is about; `base` is where the model starts from."""

_COLUMNS = ["theme", "part", "what", "log_odds"]
_AROUND = ".,;:!?()\"'“”‘’"
Floats = NDArray[np.float64]
Part = tuple[str, str, Floats]


def explain(text: str, *, model: Tagger | str | Path | None = None) -> pd.DataFrame:
    """Say what argued for and against each theme in a comment.

    Parameters
    ----------
    model : Tagger or path, optional
        Default: the model that ships with the package.

    Returns
    -------
    DataFrame
        A row a theme and part. `theme`; `part`, one of `base`, `word`, `sentence`; `what`, the word
        or sentence with personal data masked, empty for `base`; `log_odds`, what it adds. A
        theme's rows add up to the log-odds of its probability. A word's part is what it and its
        neighbours add as words, a sentence's what its meaning adds. No rows for a comment that
        says nothing.
    """
    tagger = find_model(model)
    tagged = np.isfinite(tagger.tag([text]).probability).any()
    (masked,) = masked_texts([text], names=open_finder(tagger.names))
    return pd.DataFrame(
        [
            (theme, part, what, float(added))
            for part, what, scores in (_parts(tagger, masked) if tagged else ())
            for theme, added in zip(tagger.codebook.ids, scores, strict=True)
        ],
        columns=_COLUMNS,
    )


def check_themes(themes: Sequence[str], tagger: Tagger) -> None:
    """Refuse themes that a model does not know."""
    if unknown := [theme for theme in themes if theme not in tagger.codebook.ids]:
        raise ModelError(
            f"the model {tagger.name} has no theme {', '.join(unknown)}; it has: "
            f"{', '.join(tagger.codebook.ids)}"
        )


def _parts(tagger: Tagger, masked: str) -> Iterator[Part]:
    themes, features = tagger.themes, tagger.features
    coef = themes.slope_[:, None] * themes.coef_
    yield BASE, "", themes.slope_ * themes.intercept_ + themes.offset_
    for word, added in _merged(masked, attribute_words(features, masked, coef)).items():
        yield WORD, word, added
    if features.encoder_ is not None:
        meanings = attribute_sentences(features, masked, coef)
        for sentence, added in zip(sentences_of(masked), meanings, strict=True):
            yield SENTENCE, sentence, added


def _merged(masked: str, scores: Floats) -> dict[str, Floats]:
    """Add up what a word added wherever it stands, whatever its case and the signs around it."""
    merged: dict[str, Floats] = {}
    for chunk, added in zip(chunks_of(masked), scores, strict=True):
        word = chunk.casefold().strip(_AROUND) or chunk
        merged[word] = merged.get(word, np.zeros_like(added)) + added
    return merged
