"""Texts -> a sparse matrix of weighted words and characters."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from nhs_feedback.errors import LabelError
from nhs_feedback.text.masking import masked_texts


class TextFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weigh the words, word pairs and character runs of texts (TF-IDF).

    Personal data is masked first, so that no name or number becomes a feature. Each text's row
    depends on that text alone.

    Parameters
    ----------
    mask : bool
        Clean and mask the texts first. False for texts that have been through it.
    words, characters : (int, int)
        Shortest and longest run of words, and of characters within words.
    min_comments : int
        Words in fewer distinct texts than this are not kept: rare words are mostly names and slips.

    Attributes
    ----------
    words_, characters_ : TfidfVectorizer
        The fitted halves; their columns stand in this order.
    """

    def __init__(
        self,
        *,
        mask: bool = True,
        words: tuple[int, int] = (1, 2),
        characters: tuple[int, int] = (2, 4),
        min_comments: int = 3,
    ) -> None:
        self.mask = mask
        self.words = words
        self.characters = characters
        self.min_comments = min_comments

    def fit(self, texts: Iterable[str], y: object = None) -> Self:
        """Learn the vocabulary and its weights from `(n,)` texts."""
        self.fit_transform(texts, y)
        return self

    def fit_transform(self, texts: Iterable[str], y: object = None) -> sparse.csr_matrix:  # noqa: ARG002
        """Learn the vocabulary from `(n,)` texts; return their `(n, n_features)` matrix."""
        prepared = self._prepare(texts)
        self.words_ = self._vectorizer("word", self.words, prepared, self.min_comments)
        # A character run is shared by many words, so it must be more common to be worth keeping.
        self.characters_ = self._vectorizer(
            "char_wb", self.characters, prepared, 3 * self.min_comments
        )
        return self._matrix(prepared)

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return the `(n, n_features)` float32 matrix of `(n,)` texts."""
        check_is_fitted(self)
        return self._matrix(self._prepare(texts))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Name each column: `word: ...` or `characters: ...`."""
        check_is_fitted(self)
        words = [f"word: {name}" for name in self.words_.get_feature_names_out()]
        runs = [f"characters: {name}" for name in self.characters_.get_feature_names_out()]
        return np.asarray(words + runs, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        """Declare one-dimensional text input."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _prepare(self, texts: Iterable[str]) -> list[str]:
        if isinstance(texts, str):
            raise ValueError("TextFeatures takes a sequence of texts, got one str; give [text]")
        given = list(texts)
        if wrong := next((type(text) for text in given if not isinstance(text, str)), None):
            raise ValueError(f"TextFeatures takes texts of type str, got {wrong.__name__}")
        given = list(map(str, given))  # spaCy refuses numpy's kind of str
        return masked_texts(given) if self.mask else given

    def _vectorizer(
        self, analyzer: str, span: tuple[int, int], texts: Sequence[str], least: int
    ) -> TfidfVectorizer:
        made = vectorizer(analyzer, span).set_params(min_df=least)
        try:
            # Each distinct text once: the same comment pasted three times is still one person's.
            return made.fit(list(dict.fromkeys(texts)))
        except ValueError as error:
            raise LabelError(
                f"{len(texts)} texts are too few to learn from: no word or letter run occurs in "
                f"{least} of them; add comments"
            ) from error

    def _matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        if not texts:  # scikit-learn weighs no empty matrix
            return sparse.csr_matrix(np.empty((0, len(self.get_feature_names_out())), np.float32))
        halves = [half.transform(texts) for half in (self.words_, self.characters_)]
        return sparse.csr_matrix(sparse.hstack(halves, format="csr"))


def vectorizer(analyzer: str, span: tuple[int, int]) -> TfidfVectorizer:
    """Make one unfitted half, as it is both trained and loaded."""
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=span,
        sublinear_tf=True,
        strip_accents="unicode",
        token_pattern=r"(?u)\b\w+\b" if analyzer == "word" else None,
        dtype=np.float32,
    )
