"""ThemeClassifier: a matrix of features -> the probability of each theme, and yes or no."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from nhs_feedback.model.folds import grouped_folds

Floats = NDArray[np.float64]
_EVEN_ODDS = 0.5
_NEVER = 1.0  # a threshold that no calibrated probability reaches
_MOST_TAGGED = 1.5  # times as many as have the theme: recall / precision is tagged / present


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One logistic regression a theme, calibrated and cut on comments it was not fitted to.

    Parameters
    ----------
    C : float
        Inverse strength of the ridge penalty.
    folds : int
        How many parts of the comments are held out in turn.
    random_state : int
        Which comments go in which part.
    blocks : sequence of int, optional
        Numbers of neighbouring columns that are fitted each on its own, their log-odds added:
        features of one kind that fit the training comments too well would silence the others.
        By default all columns are fitted together.

    Attributes
    ----------
    coef_, intercept_ : (n_themes, n_features), (n_themes,)
        Of the uncalibrated log-odds.
    slope_, offset_ : (n_themes,)
        Calibrated log-odds are `slope * log-odds + offset`.
    thresholds_ : (n_themes,)
        A theme is present from this probability up.
    """

    def __init__(
        self,
        *,
        C: float = 6.0,
        folds: int = 5,
        random_state: int = 0,
        blocks: Sequence[int] | None = None,
    ) -> None:
        self.C = C
        self.folds = folds
        self.random_state = random_state
        self.blocks = blocks

    def fit(
        self,
        X: sparse.csr_matrix | Floats,
        Y: Floats,
        *,
        groups: Sequence[object] | None = None,
        sample_weight: Floats | None = None,
    ) -> Self:
        """Fit to a matrix and labels.

        Parameters
        ----------
        X : (n, n_features)
        Y : (n, n_themes)
            1 present, 0 absent, NaN unknown (teaches nothing).
        groups : (n,), optional
            Who wrote each comment; a writer's comments are held out together.
        sample_weight : (n,), optional
        """
        X, Y, weight = self._checked(X, Y, sample_weight)
        held_out = self._hold_out(X, Y, groups, weight)
        self.fit_weights(X, Y, sample_weight=weight)
        return self.calibrate(held_out, Y, sample_weight=weight)

    def calibrate(
        self, held_out: Floats, Y: Floats, *, sample_weight: Floats | None = None
    ) -> Self:
        """Fit `slope_`, `offset_` and `thresholds_` to log-odds `(n, n_themes)` and labels.

        The log-odds of each comment must come from a classifier that did not see it.
        """
        weight = np.ones(len(Y)) if sample_weight is None else sample_weight
        self.slope_, self.offset_ = fit_calibration(held_out, Y, weight)
        probabilities = expit(self.slope_ * held_out + self.offset_)
        self.thresholds_ = settle_thresholds(probabilities, Y, weight)
        return self

    def fit_weights(
        self, X: sparse.csr_matrix | Floats, Y: Floats, *, sample_weight: Floats | None = None
    ) -> Self:
        """Fit `coef_` and `intercept_` alone: enough for `decision_function`."""
        X, Y, weight = self._checked(X, Y, sample_weight)
        parts = [X[:, columns] for columns in column_blocks(self.blocks, X.shape[1])]
        fitted = [_fit_theme(parts, column, weight, self.C) for column in Y.T]
        # Kept as they will be stored, so that a saved model tags as the fitted one did.
        self.coef_ = np.array([coef for coef, _ in fitted], dtype=np.float32)
        self.intercept_ = np.array([intercept for _, intercept in fitted], dtype=np.float32)
        self.classes_ = np.arange(Y.shape[1])
        return self

    def decision_function(self, X: sparse.csr_matrix | Floats) -> Floats:
        """Return the uncalibrated log-odds, `(n, n_themes)`."""
        check_is_fitted(self, "coef_")
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        return np.asarray(X @ self.coef_.T + self.intercept_, dtype=np.float64)

    def predict_proba(self, X: sparse.csr_matrix | Floats) -> Floats:
        """Return calibrated probabilities, 0 to 1, `(n, n_themes)`."""
        check_is_fitted(self, "slope_")
        return expit(self.slope_ * self.decision_function(X) + self.offset_)

    def predict(self, X: sparse.csr_matrix | Floats) -> NDArray[np.int64]:
        """Return 1 where a theme is present, else 0, `(n, n_themes)`."""
        return (self.predict_proba(X) >= self.thresholds_).astype(np.int64)

    def __sklearn_tags__(self) -> Tags:
        """Declare several labels a row, and sparse input."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.single_output = False
        tags.target_tags.multi_output = True
        tags.classifier_tags.multi_label = True
        tags.classifier_tags.multi_class = False
        return tags

    def _checked(
        self, X: sparse.csr_matrix | Floats, Y: Floats, weight: Floats | None
    ) -> tuple[sparse.csr_matrix, Floats, Floats]:
        X = sparse.csr_matrix(validate_data(self, X, accept_sparse="csr"))
        Y = np.asarray(Y, dtype=np.float64)
        if Y.ndim != 2 or len(Y) != X.shape[0]:
            raise ValueError(
                f"ThemeClassifier: Y must be ({X.shape[0]}, n_themes), one column a theme, "
                f"got {Y.shape}"
            )
        if not np.all(np.isnan(Y) | (Y == 0) | (Y == 1)):
            raise ValueError(
                "ThemeClassifier: Y must hold 1 (present), 0 (absent) or NaN (unknown)"
            )
        weight = np.ones(len(Y)) if weight is None else np.asarray(weight, dtype=np.float64)
        return X, Y, weight

    def _hold_out(
        self, X: sparse.csr_matrix, Y: Floats, groups: Sequence[object] | None, weight: Floats
    ) -> Floats:
        groups = list(range(len(Y))) if groups is None else groups
        held_out = np.full(Y.shape, np.nan)
        for train, test in grouped_folds(groups, folds=self.folds, random_state=self.random_state):
            part = ThemeClassifier(C=self.C, blocks=self.blocks).fit_weights(
                X[train], Y[train], sample_weight=weight[train]
            )
            held_out[test] = part.decision_function(X[test])
        return held_out


def fit_calibration(scores: Floats, Y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Fit a slope and an offset a theme so that `expit(slope * score + offset)` is a probability.

    Platt scaling on held-out scores `(n, n_themes)`. Where the scores say nothing (one class
    only, or a slope that is not positive) every comment gets the theme's base rate.
    """
    fitted = [_calibrate(column, y, weight) for column, y in zip(scores.T, Y.T, strict=True)]
    slopes, offsets = np.array(fitted, dtype=np.float64).T
    return slopes, offsets


def choose_thresholds(probabilities: Floats, Y: Floats, weight: Floats) -> Floats:
    """Choose for each theme the probability from which tagging it gives the highest F1."""
    columns = zip(probabilities.T, Y.T, strict=True)
    return np.array([_threshold(column, y, weight) for column, y in columns])


def settle_thresholds(probabilities: Floats, Y: Floats, weight: Floats) -> Floats:
    """Move each theme's own threshold halfway, in log-odds, to the one that suits all together.

    A theme's own is chosen by few comments; on comments of another kind halfway did better.
    """
    own = choose_thresholds(probabilities, Y, weight)
    every = np.repeat(weight[:, None], Y.shape[1], axis=1)
    common = _threshold(probabilities.ravel(), Y.ravel(), every.ravel())
    usable = (own < _NEVER) & (common < _NEVER)
    halfway = expit((logit(own[usable]) + logit(common)) / 2)
    settled = own.copy()
    settled[usable] = halfway
    return settled


def column_blocks(blocks: Sequence[int] | None, n_columns: int) -> list[slice]:
    """Return the columns of each block; a block of none is left out."""
    sizes = [n_columns] if blocks is None else list(blocks)
    if sum(sizes) != n_columns:
        raise ValueError(f"blocks of {sum(sizes)} columns, but the matrix has {n_columns}")
    ends = np.cumsum(sizes)
    return [slice(end - size, end) for size, end in zip(sizes, ends, strict=True) if size]


def _fit_theme(
    parts: Sequence[sparse.csr_matrix], y: Floats, weight: Floats, C: float
) -> tuple[Floats, float]:
    known = ~np.isnan(y)
    if len(np.unique(y[known])) < 2:
        n_columns = sum(part.shape[1] for part in parts)
        return np.zeros(n_columns), _base_log_odds(y[known], weight[known])
    fitted = [_fit_block(part[known], y[known], weight[known], C) for part in parts]
    return np.concatenate([coef for coef, _ in fitted]), sum(offset for _, offset in fitted)


def _fit_block(X: sparse.csr_matrix, y: Floats, weight: Floats, C: float) -> tuple[Floats, float]:
    # Each is three times as fast as the other on its own kind: many sparse columns, few dense ones.
    solver = "liblinear" if X.shape[1] > X.shape[0] else "lbfgs"
    fitted = LogisticRegression(C=C, solver=solver, max_iter=1000)
    fitted.fit(X, y, sample_weight=weight)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _base_log_odds(y: Floats, weight: Floats) -> float:
    """Return the log-odds of a theme, half a comment added to either side so they are finite."""
    return float(logit((np.sum(y * weight) + 0.5) / (np.sum(weight) + 1.0)))


def _calibrate(scores: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    known = ~np.isnan(y) & ~np.isnan(scores)
    scores, y, weight = scores[known], y[known], weight[known]
    if len(np.unique(y)) < 2:
        return 0.0, _base_log_odds(y, weight)
    fitted = LogisticRegression(C=1e4).fit(scores[:, None], y, sample_weight=weight)
    if fitted.coef_[0, 0] <= 0:
        return 0.0, _base_log_odds(y, weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _threshold(probabilities: Floats, y: Floats, weight: Floats) -> float:
    known = ~np.isnan(y) & ~np.isnan(probabilities)
    if not np.any(y[known] == 1):
        return _EVEN_ODDS
    precision, recall, cuts = precision_recall_curve(
        y[known], probabilities[known], sample_weight=weight[known]
    )
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    # What cannot be told apart has its best F1 where all are tagged: tag nothing rather than that.
    f1[recall > _MOST_TAGGED * precision] = 0
    best = int(np.argmax(f1[:-1]))
    if not f1[best]:
        return _NEVER
    # Halfway to the next lower probability, so that rounding cannot flip the comment it was set at.
    lower = cuts[best - 1] if best else 0.0
    return float((cuts[best] + lower) / 2)
