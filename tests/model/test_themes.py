import re

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from nhs_feedback.model.themes import (
    ThemeClassifier,
    choose_thresholds,
    fit_calibration,
    settle_thresholds,
)

MULTI_OUTPUT = "gives one probability a theme, where the check wants one a class"
ONE_COLUMN = "the check gives labels as one list; ours are a matrix, one column a theme"
EXPECTED = {
    "check_estimator_sparse_array": MULTI_OUTPUT,
    "check_estimator_sparse_matrix": MULTI_OUTPUT,
    "check_classifiers_one_label": ONE_COLUMN,
    "check_classifiers_one_label_sample_weights": ONE_COLUMN,
    "check_classifiers_classes": "the check's labels are words; ours are 0, 1 and NaN",
    "check_classifier_multioutput": "a tag is cut at its own threshold, not at even odds",
    "check_classifiers_train": ONE_COLUMN,
    "check_classifiers_regression_target": ONE_COLUMN,
    "check_supervised_y_no_nan": "NaN is a label: not known",
    "check_decision_proba_consistency": ONE_COLUMN,
    "check_classifier_not_supporting_multiclass": ONE_COLUMN,
    "check_requires_y_none": "our message says what Y must be",
}


class OfTheirLabels(ThemeClassifier):
    """scikit-learn's checks make up whole numbers as labels: the largest is taken for a theme."""

    def fit(self, X, y, **given):  # type: ignore[no-untyped-def,override]
        y = np.asarray(y)
        if y.ndim == 2 and y.dtype.kind in "iu":
            y = (y == y.max(axis=0)).astype(float)
        return super().fit(X, y, **given)


@parametrize_with_checks([OfTheirLabels()], expected_failed_checks=lambda _: EXPECTED)
def test_the_contract_of_scikit_learn(estimator: OfTheirLabels, check: object) -> None:
    check(estimator)


@pytest.fixture
def data() -> tuple[sparse.csr_matrix, np.ndarray]:
    """60 rows, two features that each tell of a theme, and a third of noise."""
    random = np.random.default_rng(0)
    Y = random.integers(0, 2, size=(60, 2)).astype(float)
    X = np.column_stack([Y + random.normal(0, 0.3, Y.shape), random.normal(size=60)])
    return sparse.csr_matrix(X), Y


def test_clone_copies_the_settings_alone(data: tuple) -> None:
    fitted = ThemeClassifier(C=2.0, folds=3, random_state=4).fit(*data)
    made = clone(fitted)
    assert made.get_params() == {"C": 2.0, "folds": 3, "random_state": 4, "blocks": None}
    assert not [name for name in vars(made) if name.endswith("_")]


def test_refitting_forgets(data: tuple) -> None:
    X, Y = data
    fitted = ThemeClassifier().fit(X, Y)
    refitted = ThemeClassifier().fit(X[:, :2], Y[:, :1])
    assert refitted.fit(X, Y) is refitted
    for name in [name for name in vars(fitted) if name.endswith("_")]:
        np.testing.assert_array_equal(getattr(refitted, name), getattr(fitted, name))


def test_the_same_seed_gives_the_same_answer_and_the_input_stays(data: tuple) -> None:
    X, Y = data
    before = X.copy(), Y.copy()
    first, second = (ThemeClassifier(random_state=1).fit(X, Y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (before[0] != X).nnz == 0
    np.testing.assert_array_equal(Y, before[1])


def test_unfitted_is_an_error(data: tuple) -> None:
    for ask in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(ThemeClassifier(), ask)(data[0])
    half = ThemeClassifier().fit_weights(*data)
    assert half.decision_function(data[0]).shape == (60, 2)
    with pytest.raises(NotFittedError):
        half.predict_proba(data[0])


def test_it_learns(data: tuple) -> None:
    X, Y = data
    fitted = ThemeClassifier().fit(X, Y)
    assert (fitted.predict(X) == Y).mean() > 0.9
    probability = fitted.predict_proba(X)
    assert probability.shape == (60, 2)
    assert ((probability >= 0) & (probability <= 1)).all()
    np.testing.assert_array_equal(fitted.predict(X), probability >= fitted.thresholds_)
    np.testing.assert_allclose(
        probability, expit(fitted.slope_ * fitted.decision_function(X) + fitted.offset_)
    )


def test_unknown_labels_teach_nothing(data: tuple) -> None:
    X, Y = data
    unknown = np.random.default_rng(1).random(60) < 0.3
    holed = Y.copy()
    holed[unknown, 0] = np.nan
    whole = ThemeClassifier().fit_weights(X, holed)
    without = ThemeClassifier().fit_weights(X[~unknown], Y[~unknown, :1])
    np.testing.assert_allclose(whole.coef_[0], without.coef_[0], rtol=1e-5)
    other = ThemeClassifier().fit_weights(X, Y)
    np.testing.assert_array_equal(whole.coef_[1], other.coef_[1])


@pytest.mark.parametrize(("value", "share"), [(0.0, 0.5 / 61), (1.0, 60.5 / 61), (np.nan, 0.5)])
def test_a_theme_always_or_never_there_keeps_its_base_rate(
    value: float, share: float, data: tuple
) -> None:
    X, _ = data
    fitted = ThemeClassifier().fit(X, np.full((60, 1), value))
    np.testing.assert_allclose(fitted.predict_proba(X), share, rtol=1e-6)


def test_weights_count_rows(data: tuple) -> None:
    X, Y = data
    weight = np.where(np.arange(60) < 20, 3.0, 1.0)
    weighted = ThemeClassifier().fit_weights(X, Y, sample_weight=weight)
    rows = np.repeat(np.arange(60), weight.astype(int))
    repeated = ThemeClassifier().fit_weights(X[rows], Y[rows])
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-2)


def test_groups_are_held_out_together() -> None:
    """What can only be learnt by heart looks learnt if a writer's repeats are held apart."""
    random = np.random.default_rng(3)
    X = sparse.csr_matrix(np.vstack([random.normal(size=(10, 30))] * 6))
    Y = np.vstack([np.arange(10).reshape(10, 1) % 2] * 6).astype(float)
    apart = ThemeClassifier().fit(X, Y)
    together = ThemeClassifier().fit(X, Y, groups=list(range(10)) * 6)
    assert ((apart.predict_proba(X) > 0.5) == Y).all()
    assert np.abs(together.predict_proba(X) - 0.5).max() < 0.3


def test_calibration_is_fitted_to_the_log_odds_given(data: tuple) -> None:
    X, Y = data
    fitted = ThemeClassifier().fit_weights(X, Y).calibrate(np.zeros(Y.shape), Y)
    np.testing.assert_allclose(fitted.slope_, 0)
    np.testing.assert_allclose(fitted.predict_proba(X)[0], (Y.sum(axis=0) + 0.5) / 61)


@pytest.mark.parametrize(
    ("Y", "message"),
    [
        (np.zeros(60), "ThemeClassifier: Y must be (60, n_themes), one column a theme, got (60,)"),
        (
            np.zeros((59, 2)),
            "ThemeClassifier: Y must be (60, n_themes), one column a theme, got (59, 2)",
        ),
        (
            np.full((60, 2), 2.0),
            "ThemeClassifier: Y must hold 1 (present), 0 (absent) or NaN (unknown)",
        ),
        (
            np.full((60, 2), np.inf),
            "ThemeClassifier: Y must hold 1 (present), 0 (absent) or NaN (unknown)",
        ),
    ],
)
def test_labels_that_are_none(Y: np.ndarray, message: str, data: tuple) -> None:
    for fit in (ThemeClassifier().fit, ThemeClassifier().fit_weights):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            fit(data[0], Y)


def test_thresholds_by_hand() -> None:
    """From 0.6 up: two hits, one false alarm, none missed. From 0.8: one hit, one missed."""
    probability = np.array([[0.9], [0.8], [0.6], [0.2], [0.1]])
    Y = np.array([[1.0], [0.0], [1.0], [0.0], [np.nan]])
    np.testing.assert_allclose(choose_thresholds(probability, Y, np.ones(5)), [(0.6 + 0.2) / 2])
    # With the false alarm counting for many, one hit alone is better.
    weight = np.array([1.0, 20.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(choose_thresholds(probability, Y, weight), [(0.9 + 0.8) / 2])


@pytest.mark.parametrize("Y", [[[0.0], [0.0]], [[np.nan], [np.nan]]])
def test_a_theme_never_seen_is_cut_at_even_odds(Y: list) -> None:
    assert choose_thresholds(np.array([[0.3], [0.4]]), np.array(Y), np.ones(2)).tolist() == [0.5]


def test_calibration_finds_the_odds_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(0, 2, size=(20_000, 1))
    Y = (random.random((20_000, 1)) < expit(0.5 * scores - 1)).astype(float)
    slope, offset = fit_calibration(scores, Y, np.ones(20_000))
    np.testing.assert_allclose([slope[0], offset[0]], [0.5, -1.0], atol=0.05)


def test_scores_that_point_the_wrong_way_give_the_base_rate() -> None:
    scores, Y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    slope, offset = fit_calibration(scores, Y, np.ones(4))
    assert (slope[0], offset[0]) == (0.0, pytest.approx(logit(0.5)))


def test_what_cannot_be_told_apart_is_never_tagged() -> None:
    """The best F1 for noise is had by tagging every comment, which would be a share of 100%."""
    random = np.random.default_rng(0)
    X, Y = sparse.csr_matrix(random.normal(size=(300, 5))), np.zeros((300, 1))
    Y[random.permutation(300)[:36]] = 1
    fitted = ThemeClassifier().fit(X, Y)
    assert fitted.predict(X).mean() <= 1.5 * Y.mean()
    constant = ThemeClassifier().fit_weights(X, Y).calibrate(np.zeros(Y.shape), Y)
    assert constant.predict(X).sum() == 0


def test_blocks_are_fitted_each_on_its_own_and_added(data: tuple) -> None:
    X, Y = data
    n = X.shape[1]
    apart = ThemeClassifier(blocks=(n - 2, 2)).fit_weights(X, Y)
    first = ThemeClassifier().fit_weights(X[:, : n - 2], Y)
    second = ThemeClassifier().fit_weights(X[:, n - 2 :], Y)
    np.testing.assert_array_equal(apart.coef_, np.hstack([first.coef_, second.coef_]))
    np.testing.assert_allclose(
        apart.intercept_, first.intercept_ + second.intercept_, rtol=1e-5, atol=1e-6
    )
    none_there = ThemeClassifier(blocks=(n, 0)).fit_weights(X, Y)
    np.testing.assert_array_equal(none_there.coef_, ThemeClassifier().fit_weights(X, Y).coef_)
    with pytest.raises(ValueError, match=f"blocks of {n + 1} columns, but the matrix has {n}"):
        ThemeClassifier(blocks=(n, 1)).fit_weights(X, Y)


def test_thresholds_move_halfway_to_the_common_one() -> None:
    random = np.random.default_rng(0)
    probabilities = random.uniform(size=(400, 2))
    Y = (random.uniform(size=(400, 2)) < probabilities).astype(float)
    weight = np.ones(400)
    own = choose_thresholds(probabilities, Y, weight)
    common = choose_thresholds(probabilities.reshape(-1, 1), Y.reshape(-1, 1), np.ones(800))
    settled = settle_thresholds(probabilities, Y, weight)
    np.testing.assert_allclose(logit(settled), (logit(own) + logit(common)) / 2)


def test_a_theme_that_cannot_be_told_stays_untagged() -> None:
    probabilities = np.column_stack([np.linspace(0.01, 0.99, 100), np.full(100, 0.5)])
    Y = np.column_stack([np.arange(100) >= 50, np.arange(100) % 2]).astype(float)
    assert settle_thresholds(probabilities, Y, np.ones(100))[1] == 1.0
