"""Fitting a model's parts, and asking models that did not see a comment what they say of it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from threadpoolctl import threadpool_limits

from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.folds import Fold
from nhs_feedback.model.sentiment import SentimentClassifier, towards_theme
from nhs_feedback.model.themes import ThemeClassifier, choose_thresholds, fit_calibration
from nhs_feedback.tables.labels import UNKNOWN, Labels
from nhs_feedback.tables.schema import POLARITIES

Floats = NDArray[np.float64]
_LEAST_FEELINGS = 10  # labelled feelings to learn from
_WORDS = np.array(POLARITIES)


class Parts(NamedTuple):
    """A model before calibration."""

    features: TextFeatures
    themes: ThemeClassifier
    polarity: SentimentClassifier | None
    sentiment: SentimentClassifier | None


class HeldOut(NamedTuple):
    """What models that did not see a comment say of it; NaN and -1 where there is nothing."""

    log_odds: Floats
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.int8]


def fit_parts(
    masked: Sequence[str], labels: Labels, weight: Floats
) -> tuple[Parts, sparse.csr_matrix]:
    """Fit every part to all the texts, masked already; also return their matrix."""
    features = TextFeatures(mask=False)
    X = features.fit_transform(masked)
    rows, columns = np.nonzero(labels.polarity != UNKNOWN)
    felt = labels.sentiment != UNKNOWN
    # Sums over several threads are rounded otherwise: the weights would depend on the machine.
    with threadpool_limits(limits=1):
        themes = ThemeClassifier().fit_weights(X, labels.present, sample_weight=weight)
        polarity = _fit_feeling(
            towards_theme(X[rows], columns, n_themes=len(labels.themes)),
            labels.polarity[rows, columns],
            weight[rows],
        )
        sentiment = _fit_feeling(X[felt], labels.sentiment[felt], weight[felt])
    return Parts(features, themes, polarity, sentiment), X


def _fit_feeling(
    X: sparse.csr_matrix, codes: NDArray[np.int8], weight: Floats
) -> SentimentClassifier | None:
    if len(codes) < _LEAST_FEELINGS:
        return None
    return SentimentClassifier().fit(X, _WORDS[codes], weight)


def hold_out(
    masked: list[str], labels: Labels, weight: Floats, folds: Sequence[Fold], *, jobs: int
) -> HeldOut:
    """Ask of every comment a model fitted to the other folds."""
    parts = Parallel(n_jobs=jobs)(
        delayed(_hold_out_fold)(masked, labels, weight, fold) for fold in folds
    )
    order = np.argsort(np.concatenate([test for _, test in folds]))
    return HeldOut(*(np.concatenate(column)[order] for column in zip(*parts, strict=True)))


def _hold_out_fold(masked: list[str], labels: Labels, weight: Floats, fold: Fold) -> HeldOut:
    learn, ask = fold
    parts, _ = fit_parts([masked[row] for row in learn], labels.take(learn), weight[learn])
    X = parts.features.transform([masked[row] for row in ask])
    polarity = np.full((len(ask), len(labels.themes)), UNKNOWN, dtype=np.int8)
    rows, columns = np.nonzero(labels.polarity[ask] != UNKNOWN)
    if parts.polarity is not None and len(rows):
        pairs = towards_theme(X[rows], columns, n_themes=len(labels.themes))
        polarity[rows, columns] = parts.polarity.predict_proba(pairs).argmax(axis=1)
    sentiment = np.full(len(ask), UNKNOWN, dtype=np.int8)
    if parts.sentiment is not None:
        sentiment[:] = parts.sentiment.predict_proba(X).argmax(axis=1)
    return HeldOut(parts.themes.decision_function(X), polarity, sentiment)


def cross_fit(
    log_odds: Floats, present: Floats, weight: Floats, folds: Sequence[Fold]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Calibrate and cut each fold by the log-odds held out of the others."""
    probability = np.empty(log_odds.shape)
    tagged = np.empty(log_odds.shape, dtype=bool)
    for others, fold in folds:
        slope, offset = fit_calibration(log_odds[others], present[others], weight[others])
        calibrated = expit(slope * log_odds + offset)
        cuts = choose_thresholds(calibrated[others], present[others], weight[others])
        probability[fold], tagged[fold] = calibrated[fold], calibrated[fold] >= cuts
    return probability, tagged
