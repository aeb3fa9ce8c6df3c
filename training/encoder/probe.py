"""A linear probe: heads fitted to the vectors of the network as it is, to start tuning from.

From random heads the first steps bend the encoder towards nothing, and real comments got worse.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES
from training.encoder.corpus import Texts
from training.encoder.network import Heads, set_head

_C = 10.0
_NEVER = -5.0  # score of a feeling that no text has
Floats = NDArray[np.float64]


def probed_heads(vectors: NDArray[np.float32], texts: Texts) -> Heads:
    """Fit the three heads to `(n, width)` vectors by logistic regression."""
    width, n_themes = vectors.shape[1], texts.present.shape[1]
    heads = Heads(width, n_themes, len(POLARITIES))
    themes = [_two_ways(vectors, present) for present in texts.present.T]
    _set(heads.themes, [coef for coef, _ in themes], [bias for _, bias in themes])
    towards = [_several_ways(vectors, feelings) for feelings in texts.polarity.T]
    _set(heads.polarity, [coef for coef, _ in towards], [bias for _, bias in towards])
    _set(heads.sentiment, *_several_ways(vectors, texts.sentiment))
    return heads


def _set(head: torch.nn.Linear, coefs: object, biases: object) -> None:
    weight = np.vstack(coefs).astype(np.float32)  # type: ignore[call-overload]
    bias = np.hstack(biases).astype(np.float32)  # type: ignore[call-overload]
    set_head(head, torch.from_numpy(weight), torch.from_numpy(bias))


def _two_ways(vectors: NDArray[np.float32], present: NDArray[np.float32]) -> tuple[Floats, Floats]:
    fitted = LogisticRegression(C=_C, max_iter=1000).fit(vectors, present)
    return fitted.coef_, fitted.intercept_


def _several_ways(vectors: NDArray[np.float32], codes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    known = codes != UNKNOWN
    fitted = LogisticRegression(C=_C, max_iter=1000).fit(vectors[known], codes[known])
    coef, bias = np.zeros((len(POLARITIES), vectors.shape[1])), np.full(len(POLARITIES), _NEVER)
    bias[fitted.classes_] = 0.0
    # Of two classes scikit-learn keeps one row: the second's log-odds against the first.
    told = fitted.classes_[-len(fitted.coef_) :]
    coef[told], bias[told] = fitted.coef_, fitted.intercept_
    return coef, bias
