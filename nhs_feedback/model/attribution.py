"""Which words and sentences argued for and against a theme, adding up to its score.

A theme's score is linear in the features, so a word's part is exact. What the encoder added is
shared out among the sentences by what is lost without each.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from nhs_feedback.model.features import TextFeatures
from nhs_feedback.text.sentences import sentence_starts

Floats = NDArray[np.float64]
Occurrence = tuple[str, tuple[int, ...]]
"""A feature found, and the chunks it stands in."""

_NEAR = 8  # sentences to each side: with them about what the encoder reads at once
_CHUNK = re.compile(r"\S+")


def chunks_of(text: str) -> list[str]:
    """Split a text at white space, as the character runs are cut."""
    return _CHUNK.findall(text)


def sentences_of(text: str) -> list[str]:
    """Split a text into its sentences, without the space around them."""
    return [text[a:b].strip() for a, b in pairwise([*sentence_starts(text), len(text)])]


def with_and_without_each(sentences: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return for each sentence the text around it, with it and when it is taken out.

    Of a long text only what is near, so that the work grows with its length and not its square.
    """
    near = [(max(0, at - _NEAR), at, at + _NEAR + 1) for at in range(len(sentences))]
    return (
        [" ".join(sentences[first:end]) for first, _, end in near],
        [" ".join([*sentences[first:at], *sentences[at + 1 : end]]) for first, at, end in near],
    )


def attribute_words(features: TextFeatures, text: str, coef: Floats) -> Floats:
    """Share each word feature's part of the scores out among the chunks it was found in.

    Parameters
    ----------
    coef : (n_scores, n_features)

    Returns
    -------
    (n_chunks, n_scores)
        Its column sums are the scores' parts from words and characters.
    """
    chunks = chunks_of(text)
    shares = np.zeros((len(chunks), len(coef)))
    first = 0
    for half in (features.words_, features.characters_):
        last = first + len(half.idf_)
        parts = half.transform([text]).toarray()[0] * coef[:, first:last]
        shares += _shared_out(parts, half.vocabulary_, _occurrences(half, chunks), len(chunks))
        first = last
    return shares


def attribute_sentences(features: TextFeatures, text: str, coef: Floats) -> Floats:
    """Share the encoder's part of the scores out among the sentences.

    A sentence has what the score loses when it is taken out; what is left over is shared equally.

    Returns
    -------
    (n_sentences, n_scores)
        Its column sums are the scores' parts from the encoder; zeros without one.
    """
    sentences = sentences_of(text)
    weights = coef[:, features.blocks_[0] :].T
    whole = features.vectors([text]) @ weights
    if len(sentences) < 2:
        return np.asarray(whole[: len(sentences)], dtype=np.float64)
    near, left = with_and_without_each(sentences)
    lost = (features.vectors(near) - features.vectors(left)) @ weights
    return np.asarray(lost + (whole - lost.sum(axis=0)) / len(sentences), dtype=np.float64)


def _shared_out(
    parts: Floats, vocabulary: Mapping[str, int], found: Sequence[Occurrence], n_chunks: int
) -> Floats:
    """Give every occurrence of a feature the same share of its part, halved over two chunks."""
    known = [(vocabulary[name], places) for name, places in found if name in vocabulary]
    times = Counter(column for column, _ in known)
    shares = np.zeros((n_chunks, len(parts)))
    for column, places in known:
        for place in places:
            shares[place] += parts[:, column] / (times[column] * len(places))
    return shares


def _occurrences(half: TfidfVectorizer, chunks: Sequence[str]) -> list[Occurrence]:
    analyse = half.build_analyzer()
    if half.analyzer != "word":  # character runs do not reach over white space
        return [(run, (place,)) for place, chunk in enumerate(chunks) for run in analyse(chunk)]
    words = [(word, place) for place, chunk in enumerate(chunks) for word in _words(half, chunk)]
    shortest, longest = half.ngram_range
    return [
        (" ".join(word for word, _ in run), tuple(place for _, place in run))
        for length in range(shortest, longest + 1)
        for run in zip(*(words[start:] for start in range(length)), strict=False)
    ]


def _words(half: TfidfVectorizer, chunk: str) -> list[str]:
    found: list[str] = half.build_tokenizer()(half.build_preprocessor()(chunk))
    return found
