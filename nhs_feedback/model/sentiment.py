"""SentimentClassifier: how a writer feels, overall or towards one theme."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from nhs_feedback.model.themes import column_blocks
from nhs_feedback.tables.schema import POLARITIES

Floats = NDArray[np.float64]


class SentimentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Multinomial logistic regression over the four polarity words.

    Parameters
    ----------
    C : float
        Inverse strength of the ridge penalty.
    blocks : sequence of int, optional
        Numbers of neighbouring columns that are fitted each on its own, their log-odds averaged;
        see `ThemeClassifier`. By default all columns are fitted together.

    Attributes
    ----------
    classes_ : (4,) array of str
        Always `negative`, `mixed`, `neutral`, `positive`; one never seen has probability 0.
    coef_, intercept_ : (4, n_features), (4,)
    """

    def __init__(self, *, C: float = 1.0, blocks: Sequence[int] | None = None) -> None:
        self.C = C
        self.blocks = blocks

    def fit(
        self,
        X: sparse.csr_matrix | Floats,
        y: NDArray[np.str_],
        sample_weight: Floats | None = None,
    ) -> Self:
        """Fit to a matrix `(n, n_features)` and words `(n,)`."""
        X = sparse.csr_matrix(validate_data(self, X, accept_sparse="csr"))
        y = np.asarray(column_or_1d(y, warn=True), dtype=str)
        if wrong := sorted(set(y.tolist()) - set(POLARITIES)):
            raise ValueError(
                f"SentimentClassifier: {len(wrong)} values in y are none of {', '.join(POLARITIES)}"
            )
        self.classes_ = np.array(POLARITIES)
        self.coef_ = np.zeros((len(POLARITIES), X.shape[1]), dtype=np.float32)
        self.intercept_ = np.full(len(POLARITIES), -np.inf, dtype=np.float32)
        self._fit_seen(X, y, sample_weight)
        return self

    def predict_proba(self, X: sparse.csr_matrix | Floats) -> Floats:
        """Return the probability of each word, `(n, 4)`, in the order of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        scores = np.asarray(X @ self.coef_.T, dtype=np.float64) + self.intercept_
        return np.asarray(softmax(scores, axis=1))

    def predict(self, X: sparse.csr_matrix | Floats) -> NDArray[np.str_]:
        """Return the likeliest word, `(n,)`."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def __sklearn_tags__(self) -> Tags:
        """Declare sparse input."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _fit_seen(self, X: sparse.csr_matrix, y: NDArray[np.str_], weight: Floats | None) -> None:
        seen = [code for code, word in enumerate(POLARITIES) if word in y]
        if len(seen) == 1:
            self.intercept_[seen] = 0.0
            return
        codes = np.array([POLARITIES.index(word) for word in y])
        blocks = column_blocks(self.blocks, X.shape[1])
        # Of two classes scikit-learn keeps one row: the second's log-odds against the first.
        rows = seen[slice(1, None) if len(seen) == 2 else slice(None)]
        self.intercept_[seen] = 0.0
        for columns in blocks:
            # The default solver and tolerance take three times as long to the same answers.
            fitted = LogisticRegression(C=self.C, solver="newton-cg", tol=1e-3, max_iter=1000)
            fitted.fit(X[:, columns], codes, sample_weight=weight)
            self.coef_[rows, columns] = fitted.coef_ / len(blocks)
            self.intercept_[rows] += fitted.intercept_ / len(blocks)


def sentiment_score(probabilities: Floats) -> Floats:
    """Turn `(n, 4)` probabilities into one figure each: positive minus negative, -1 to 1."""
    negative, positive = POLARITIES.index("negative"), POLARITIES.index("positive")
    return probabilities[:, positive] - probabilities[:, negative]


def towards_theme(
    X: sparse.csr_matrix, themes: NDArray[np.intp], *, n_themes: int
) -> sparse.csr_matrix:
    """Append to each row which theme the feeling is towards: `(n, n_features + n_themes)`."""
    rows = np.arange(len(themes))
    which = sparse.csr_matrix(
        (np.ones(len(themes), dtype=X.dtype), (rows, themes)), shape=(len(themes), n_themes)
    )
    return sparse.csr_matrix(sparse.hstack([X, which], format="csr"))
