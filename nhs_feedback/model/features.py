"""TextFeatures: texts -> a sparse matrix of weighted words, characters and vectors of meaning."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from nhs_feedback.errors import LabelError
from nhs_feedback.model.encoder import Encoder, Vectors, shipped_encoder
from nhs_feedback.text.masking import masked_texts


class TextFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weigh the words, word pairs and character runs of texts (TF-IDF), and add their meaning.

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
    encoder : Encoder, "shipped" or None
        Whose vectors stand for meaning: a given one's, those of the model that ships with the
        package, or none.

    Attributes
    ----------
    words_, characters_ : TfidfVectorizer
        The fitted halves; their columns stand in this order, a vector's after them.
    encoder_ : Encoder or None
    """

    def __init__(
        self,
        *,
        mask: bool = True,
        words: tuple[int, int] = (1, 2),
        characters: tuple[int, int] = (2, 4),
        min_comments: int = 3,
        encoder: Encoder | Literal["shipped"] | None = "shipped",
    ) -> None:
        self.mask = mask
        self.words = words
        self.characters = characters
        self.min_comments = min_comments
        self.encoder = encoder

    def fit(self, texts: Iterable[str], y: object = None) -> Self:  # noqa: ARG002
        """Learn the vocabulary and its weights from `(n,)` texts."""
        return self._learn(self._prepare(texts))

    def fit_transform(self, texts: Iterable[str], y: object = None) -> sparse.csr_matrix:  # noqa: ARG002
        """Learn the vocabulary from `(n,)` texts; return their `(n, n_features)` matrix."""
        prepared = self._prepare(texts)
        self._learn(prepared)
        return self._composed(prepared, _vectors(prepared, self.encoder_))

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return the `(n, n_features)` float32 matrix of `(n,)` texts."""
        check_is_fitted(self)
        prepared = self._prepare(texts)
        return self._composed(prepared, _vectors(prepared, self.encoder_))

    def vectors(self, texts: Iterable[str]) -> Vectors:
        """Return the vectors of `(n,)` texts, `(n, size)`; `(n, 0)` without an encoder.

        They need no fit, so texts that several fits share are encoded once; see `compose`.
        """
        return _vectors(self._prepare(texts), self._open_encoder())

    def compose(self, texts: Iterable[str], vectors: Vectors) -> sparse.csr_matrix:
        """Return what `transform` does, given the texts' `vectors`."""
        check_is_fitted(self)
        prepared = self._prepare(texts)
        if len(vectors) != len(prepared):
            raise ValueError(
                f"TextFeatures: vectors must be ({len(prepared)}, size), one row a text, "
                f"got {vectors.shape}"
            )
        return self._composed(prepared, vectors)

    @property
    def blocks_(self) -> tuple[int, int]:
        """How many columns are words and characters, and how many a vector's."""
        check_is_fitted(self)
        counted = len(self.words_.idf_) + len(self.characters_.idf_)
        return counted, 0 if self.encoder_ is None else self.encoder_.size

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Name each column: `word: ...`, `characters: ...` or `meaning: NUMBER`."""
        check_is_fitted(self)
        words = [f"word: {name}" for name in self.words_.get_feature_names_out()]
        runs = [f"characters: {name}" for name in self.characters_.get_feature_names_out()]
        meaning = [f"meaning: {number}" for number in range(self.blocks_[1])]
        return np.asarray(words + runs + meaning, dtype=object)

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

    def _learn(self, prepared: Sequence[str]) -> Self:
        self.encoder_ = self._open_encoder()
        self.words_ = self._vectorizer("word", self.words, prepared, self.min_comments)
        # A character run is shared by many words, so it must be more common to be worth keeping.
        self.characters_ = self._vectorizer(
            "char_wb", self.characters, prepared, 3 * self.min_comments
        )
        return self

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

    def _open_encoder(self) -> Encoder | None:
        return shipped_encoder() if self.encoder == "shipped" else self.encoder

    def _composed(self, prepared: Sequence[str], vectors: Vectors) -> sparse.csr_matrix:
        if not prepared:  # scikit-learn weighs no empty matrix
            return sparse.csr_matrix(np.empty((0, sum(self.blocks_)), np.float32))
        parts = [half.transform(prepared) for half in (self.words_, self.characters_)]
        parts.append(sparse.csr_matrix(vectors, dtype=np.float32))
        return sparse.csr_matrix(sparse.hstack(parts, format="csr"))


def _vectors(texts: Sequence[str], encoder: Encoder | None) -> Vectors:
    if encoder is None:
        return np.empty((len(texts), 0), np.float32)
    return encoder.encode(texts)


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
