"""Fitting a model's parts, and asking models that did not see a comment what they say of it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from threadpoolctl import threadpool_limits

from nhs_feedback.model.encoder import Vectors
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.folds import Fold
from nhs_feedback.model.sentiment import SentimentClassifier, towards_theme
from nhs_feedback.model.themes import ThemeClassifier, fit_calibration, settle_thresholds
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
    """What models that did not see a comment say of it; NaN and -1 where none was asked."""

    log_odds: Floats
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.int8]


class Read(NamedTuple):
    """Texts as features need them: masked, and each with the vector of its meaning."""

    texts: list[str]
    vectors: Vectors

    def take(self, rows: NDArray[np.intp]) -> "Read":
        """Return some of them."""
        return Read([self.texts[row] for row in rows], self.vectors[rows])


def read_texts(masked: Sequence[str], *, jobs: int) -> Read:
    """Encode masked texts, once for all fits."""
    parts = [list(part) for part in np.array_split(np.array(masked, dtype=object), jobs)]
    vectors = Parallel(n_jobs=jobs)(
        delayed(TextFeatures(mask=False).vectors)(part) for part in parts if part
    )
    return Read(list(masked), np.concatenate(vectors))


def fit_parts(read: Read, labels: Labels, weight: Floats) -> Parts:
    """Fit every part to all the texts."""
    features = TextFeatures(mask=False).fit(read.texts)
    X, blocks = features.compose(*read), features.blocks_
    rows, columns = np.nonzero(labels.polarity != UNKNOWN)
    felt = labels.sentiment != UNKNOWN
    n_themes = len(labels.themes)
    # Sums over several threads are rounded otherwise: the weights would depend on the machine.
    with threadpool_limits(limits=1):
        themes = ThemeClassifier(blocks=blocks)
        themes.fit_weights(X, labels.present, sample_weight=weight)
        polarity = _fit_feeling(
            towards_theme(X[rows], columns, n_themes=n_themes),
            labels.polarity[rows, columns],
            weight[rows],
            (blocks[0], blocks[1] + n_themes),
        )
        sentiment = _fit_feeling(X[felt], labels.sentiment[felt], weight[felt], blocks)
    return Parts(features, themes, polarity, sentiment)


def _fit_feeling(
    X: sparse.csr_matrix, codes: NDArray[np.int8], weight: Floats, blocks: tuple[int, int]
) -> SentimentClassifier | None:
    if len(codes) < _LEAST_FEELINGS:
        return None
    return SentimentClassifier(blocks=blocks).fit(X, _WORDS[codes], weight)


def hold_out(
    read: Read, labels: Labels, weight: Floats, folds: Sequence[Fold], *, jobs: int
) -> HeldOut:
    """Ask of every comment a model fitted to the other folds."""
    parts = Parallel(n_jobs=jobs)(
        delayed(_hold_out_fold)(read, labels, weight, fold) for fold in folds
    )
    n, n_themes = labels.present.shape
    log_odds = np.full((n, n_themes), np.nan)
    polarity = np.full((n, n_themes), UNKNOWN, dtype=np.int8)
    sentiment = np.full(n, UNKNOWN, dtype=np.int8)
    for (_, asked), part in zip(folds, parts, strict=True):
        log_odds[asked], polarity[asked], sentiment[asked] = part
    return HeldOut(log_odds, polarity, sentiment)


def _hold_out_fold(read: Read, labels: Labels, weight: Floats, fold: Fold) -> HeldOut:
    learn, ask = fold
    parts = fit_parts(read.take(learn), labels.take(learn), weight[learn])
    X = parts.features.compose(*read.take(ask))
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
    """Calibrate and cut each fold by the log-odds held out of the others; NaN for rows in none."""
    probability = np.full(log_odds.shape, np.nan)
    tagged = np.zeros(log_odds.shape, dtype=bool)
    for others, fold in folds:
        slope, offset = fit_calibration(log_odds[others], present[others], weight[others])
        calibrated = expit(slope * log_odds + offset)
        cuts = settle_thresholds(calibrated[others], present[others], weight[others])
        probability[fold], tagged[fold] = calibrated[fold], calibrated[fold] >= cuts
    return probability, tagged
