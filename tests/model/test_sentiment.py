import re

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from nhs_feedback.model.sentiment import SentimentClassifier, sentiment_score, towards_theme
from nhs_feedback.tables.schema import POLARITIES

EXPECTED = {
    "check_classifiers_regression_target": "the check's labels are numbers, which ours never are",
    "check_supervised_y_no_nan": "the check's labels are numbers, which ours never are",
}


class OfTheirLabels(SentimentClassifier):
    """scikit-learn's checks make up labels of their own: here they get our four words."""

    def fit(self, X, y, sample_weight=None):  # type: ignore[no-untyped-def,override]
        words = y
        if y is not None:
            theirs, codes = np.unique(np.asarray(y), return_inverse=True)
            words = np.array(POLARITIES)[codes]
        super().fit(X, words, sample_weight)
        self.classes_ = theirs
        return self

    def predict_proba(self, X):  # type: ignore[no-untyped-def,override]
        found = super().predict_proba(X)
        return found[:, : len(self.classes_)]


@parametrize_with_checks([OfTheirLabels()], expected_failed_checks=lambda _: EXPECTED)
def test_the_contract_of_scikit_learn(estimator: OfTheirLabels, check: object) -> None:
    check(estimator)


@pytest.fixture
def data() -> tuple[sparse.csr_matrix, np.ndarray]:
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, size=80)
    return sparse.csr_matrix(np.eye(4)[codes] + random.normal(0, 0.1, (80, 4))), np.array(
        POLARITIES
    )[codes]


def test_it_learns_all_four(data: tuple) -> None:
    X, y = data
    fitted = SentimentClassifier().fit(X, y)
    assert fitted.predict(X).tolist() == y.tolist()
    assert fitted.classes_.tolist() == list(POLARITIES)
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize(
    "seen", [["negative"], ["mixed", "positive"], ["negative", "neutral", "positive"]]
)
def test_words_never_seen_have_no_probability(seen: list[str], data: tuple) -> None:
    X, y = data
    rows = np.flatnonzero(np.isin(y, seen))
    fitted = SentimentClassifier().fit(X[rows], y[rows])
    probability = fitted.predict_proba(X)
    assert probability.shape == (80, 4)
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    assert (probability[:, [word not in seen for word in POLARITIES]] == 0).all()
    assert fitted.predict(X[rows]).tolist() == y[rows].tolist()


def test_refitting_forgets(data: tuple) -> None:
    X, y = data
    once = SentimentClassifier().fit(X, y)
    twice = SentimentClassifier().fit(X[:, :2], np.full(80, "mixed")).fit(X, y)
    np.testing.assert_array_equal(twice.predict_proba(X), once.predict_proba(X))
    assert twice.n_features_in_ == 4


def test_clone_and_unfitted(data: tuple) -> None:
    made = clone(SentimentClassifier(C=3.0).fit(*data))
    assert made.get_params() == {"C": 3.0, "blocks": None}
    for ask in (made.predict, made.predict_proba):
        with pytest.raises(NotFittedError):
            ask(data[0])


def test_other_words_are_refused_and_not_repeated(data: tuple) -> None:
    message = "SentimentClassifier: 2 values in y are none of negative, mixed, neutral, positive"
    y = np.array(["Sister Bloggs", "", *["positive"] * 78])
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        SentimentClassifier().fit(data[0], y)


@pytest.mark.parametrize(
    ("probability", "score"),
    [([1, 0, 0, 0], -1), ([0, 0, 0, 1], 1), ([0, 0.5, 0.5, 0], 0), ([0.25, 0.1, 0.05, 0.6], 0.35)],
)
def test_the_score_is_positive_minus_negative(probability: list[float], score: float) -> None:
    np.testing.assert_allclose(sentiment_score(np.array([probability], dtype=float)), [score])


def test_the_score_of_nothing_is_nothing() -> None:
    assert np.isnan(sentiment_score(np.full((1, 4), np.nan))).all()
    assert sentiment_score(np.empty((0, 4))).shape == (0,)


def test_towards_theme_says_which() -> None:
    X = sparse.csr_matrix(np.array([[5.0, 0.0], [0.0, 7.0]], dtype=np.float32))
    found = towards_theme(X, np.array([2, 0]), n_themes=3)
    assert found.toarray().tolist() == [[5, 0, 0, 0, 1], [0, 7, 1, 0, 0]]
    assert found.dtype == np.float32
    assert towards_theme(X[:0], np.array([], dtype=int), n_themes=3).shape == (0, 5)
