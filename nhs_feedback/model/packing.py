"""Tagger <-> the parts of its folder: what goes in `meta.json`, the arrays, the vocabulary."""

import io
import json
import platform
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.card import model_card
from nhs_feedback.model.codebook import Codebook, dump_codebook, parse_codebook
from nhs_feedback.model.encoder import ENCODER, TOKENIZER, Encoder
from nhs_feedback.model.features import TextFeatures, vectorizer
from nhs_feedback.model.sentiment import SentimentClassifier
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.themes import ThemeClassifier
from nhs_feedback.model.training import Training
from nhs_feedback.tables.schema import POLARITIES
from nhs_feedback.text.names import NAMES

CARD, CODEBOOK, WEIGHTS, VOCABULARY = "README.md", "codebook.toml", "weights.npz", "vocabulary.json"
FILES = (CARD, CODEBOOK, WEIGHTS, VOCABULARY, NAMES)
"""The files beside `meta.json`."""
ENCODER_FILES = (ENCODER, TOKENIZER)
"""Two more, of a model with an encoder."""

_PACKAGES = (
    "nhs_feedback", "numpy", "onnxruntime", "scikit-learn", "scipy", "spacy", "tokenizers"
)  # fmt: skip
_WHOLE_NUMBERS = ("n_present", "n_tagged")  # of scores, some of them missing
_HALVES = ("words", "characters")
_OF_TRAINING = (
    "seed", "own_rows", "shipped_rows", "writers", "fingerprint", "left_out", "given",
    "usual_text",
)  # fmt: skip


def pack_files(tagger: Tagger) -> dict[str, bytes]:
    """Lay a model out as the contents of `FILES`, and of `ENCODER_FILES` if it has an encoder."""
    encoder = tagger.features.encoder_
    meaning = {} if encoder is None else {ENCODER: encoder.model, TOKENIZER: encoder.tokenizer}
    return {
        CARD: model_card(tagger).encode(),
        CODEBOOK: dump_codebook(tagger.codebook).encode(),
        WEIGHTS: _pack(_arrays(tagger)),
        VOCABULARY: (json.dumps(_vocabulary(tagger), ensure_ascii=False) + "\n").encode(),
        NAMES: tagger.names,
        **meaning,
    }


def pack_meta(tagger: Tagger) -> dict[str, Any]:
    """Say in plain values what the arrays do not: themes, thresholds, calibration, scores."""
    training, themes = tagger.training, tagger.themes
    return {
        "name": tagger.name,
        "fingerprint": tagger.fingerprint,
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in _PACKAGES},
        "themes": list(tagger.codebook.ids),
        "thresholds": _rows(themes.thresholds_),
        "calibration": {"slope": _rows(themes.slope_), "offset": _rows(themes.offset_)},
        "knows_polarity": [bool(known) for known in tagger.knows_polarity],
        "unsure_above": tagger.unsure_above,
        "features": {
            "words": list(tagger.features.words),
            "characters": list(tagger.features.characters),
            "min_comments": tagger.features.min_comments,
        },
        "training": {key: getattr(training, key) for key in _OF_TRAINING},
        "scores": _records(training.scores, decimals=4),
        "share_error": _records(training.share_error, decimals=6),
    }


def _arrays(tagger: Tagger) -> dict[str, NDArray[Any]]:
    arrays = {
        f"{half}_idf": getattr(tagger.features, f"{half}_").idf_.astype(np.float32)
        for half in _HALVES
    }
    parts = {"themes": tagger.themes, "polarity": tagger.polarity, "sentiment": tagger.sentiment}
    for name, part in parts.items():
        if part is not None:
            arrays |= {f"{name}_coef": part.coef_, f"{name}_intercept": part.intercept_}
    return arrays


def _vocabulary(tagger: Tagger) -> dict[str, list[str]]:
    return {
        half: getattr(tagger.features, f"{half}_").get_feature_names_out().tolist()
        for half in _HALVES
    }


def _pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(meta: dict[str, Any], files: dict[str, bytes]) -> Tagger:
    """Put a Tagger together from checked parts.

    Raises
    ------
    ValueError, KeyError, TypeError
        If they do not fit together.
    """
    with np.load(io.BytesIO(files[WEIGHTS]), allow_pickle=False) as packed:
        arrays = {name: packed[name] for name in packed.files}
    book = parse_codebook(files[CODEBOOK].decode(), where=CODEBOOK)
    tagger = Tagger(
        codebook=book,
        features=_features(meta["features"], json.loads(files[VOCABULARY]), arrays, files),
        themes=_themes(meta, book, arrays),
        polarity=_feeling("polarity", arrays),
        sentiment=_feeling("sentiment", arrays),
        knows_polarity=np.array(meta["knows_polarity"], dtype=bool),
        unsure_above=float(meta["unsure_above"]),
        training=_training(meta),
        name=str(meta["name"]),
        names=files[NAMES],
    )
    if tagger.fingerprint != meta["fingerprint"]:
        raise ValueError("fingerprint")
    return tagger


def _features(
    options: dict[str, Any],
    vocabulary: dict[str, list[str]],
    arrays: dict[str, NDArray[Any]],
    files: dict[str, bytes],
) -> TextFeatures:
    has_encoder = not files.keys().isdisjoint(ENCODER_FILES)
    encoder = Encoder(files[ENCODER], files[TOKENIZER]) if has_encoder else None
    features = TextFeatures(
        mask=False,
        words=tuple(options["words"]),
        characters=tuple(options["characters"]),
        min_comments=int(options["min_comments"]),
        encoder=encoder,
    )
    features.encoder_ = encoder
    for half, analyzer in zip(_HALVES, ("word", "char_wb"), strict=True):
        made = vectorizer(analyzer, getattr(features, half))
        made.set_params(vocabulary=vocabulary[half])
        made.idf_ = arrays[f"{half}_idf"]
        setattr(features, f"{half}_", made)
    if sum(features.blocks_) != arrays["themes_coef"].shape[1]:
        raise ValueError("features")
    return features


def _themes(
    meta: dict[str, Any], book: Codebook, arrays: dict[str, NDArray[Any]]
) -> ThemeClassifier:
    if list(book.ids) != meta["themes"]:
        raise ValueError("themes")
    themes = ThemeClassifier()
    themes.coef_, themes.intercept_ = arrays["themes_coef"], arrays["themes_intercept"]
    themes.n_features_in_ = themes.coef_.shape[1]
    themes.classes_ = np.arange(len(book.ids))
    themes.slope_ = np.array(meta["calibration"]["slope"])
    themes.offset_ = np.array(meta["calibration"]["offset"])
    themes.thresholds_ = np.array(meta["thresholds"])
    return themes


def _feeling(name: str, arrays: dict[str, NDArray[Any]]) -> SentimentClassifier | None:
    if f"{name}_coef" not in arrays:
        return None
    feeling = SentimentClassifier()
    feeling.classes_ = np.array(POLARITIES)
    feeling.coef_, feeling.intercept_ = arrays[f"{name}_coef"], arrays[f"{name}_intercept"]
    feeling.n_features_in_ = feeling.coef_.shape[1]
    return feeling


def _training(meta: dict[str, Any]) -> Training:
    made = meta["training"]
    return Training(
        scores=pd.DataFrame(meta["scores"]).astype(dict.fromkeys(_WHOLE_NUMBERS, "Int64")),
        seed=int(made["seed"]),
        own_rows=int(made["own_rows"]),
        shipped_rows=int(made["shipped_rows"]),
        writers=int(made["writers"]),
        fingerprint=str(made["fingerprint"]),
        left_out=tuple(made["left_out"]),
        given={str(theme): int(count) for theme, count in made.get("given", {}).items()},
        usual_text={str(k): float(v) for k, v in made.get("usual_text", {}).items()},
        # A model made before these figures were kept has none.
        share_error=pd.DataFrame(meta["share_error"]) if meta.get("share_error") else None,
    )


def _records(table: pd.DataFrame | None, *, decimals: int) -> list[dict[str, Any]]:
    if table is None:
        return []
    return list(json.loads(table.to_json(orient="records", double_precision=decimals)))


def _rows(array: NDArray[np.float64]) -> list[float]:
    return [float(value) for value in array]
