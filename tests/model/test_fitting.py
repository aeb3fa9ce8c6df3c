import numpy as np
import pandas as pd
import pytest

from nhs_feedback.model.examples import read_examples
from nhs_feedback.model.fitting import cross_fit, fit_parts, hold_out, read_texts
from nhs_feedback.model.folds import grouped_folds, unseen_folds
from nhs_feedback.tables.labels import Labels


@pytest.fixture(scope="module")
def data(labelled: pd.DataFrame) -> tuple[list[str], Labels]:
    found = read_examples(labelled, known_themes=[])
    return found.texts, found.labels


def test_a_comment_is_asked_of_models_that_did_not_see_it(data: tuple) -> None:
    texts, labels = data
    folds = grouped_folds(range(len(texts)), folds=3, random_state=0)
    weight = np.ones(len(texts))
    read = read_texts(texts, jobs=1)
    found = hold_out(read, labels, weight, folds, jobs=1)
    learn, ask = folds[1]
    parts = fit_parts(read.take(learn), labels.take(learn), weight[learn])
    X = parts.features.transform([texts[row] for row in ask])
    np.testing.assert_array_equal(found.log_odds[ask], parts.themes.decision_function(X))
    assert parts.sentiment is not None
    np.testing.assert_array_equal(
        found.sentiment[ask], parts.sentiment.predict_proba(X).argmax(axis=1)
    )
    np.testing.assert_array_equal(found.polarity >= 0, labels.polarity >= 0)


def test_rows_that_the_encoder_has_seen_are_never_asked(data: tuple) -> None:
    texts, labels = data
    seen = np.arange(len(texts)) % 3 == 0
    folds = unseen_folds(range(len(texts)), seen, folds=3, random_state=0)
    weight = np.ones(len(texts))
    found = hold_out(read_texts(texts, jobs=1), labels, weight, folds, jobs=1)
    assert np.isnan(found.log_odds[seen]).all()
    assert not np.isnan(found.log_odds[~seen]).any()
    assert (found.sentiment[seen] == -1).all()
    probability, tagged = cross_fit(found.log_odds, labels.present, weight, folds)
    assert np.isnan(probability[seen]).all()
    assert not tagged[seen].any()


def test_few_feelings_are_not_learnt(data: tuple) -> None:
    texts, labels = data
    none = np.full_like(labels.polarity, -1)
    nine = np.where(np.arange(len(texts)) < 9, labels.sentiment, -1).astype(np.int8)
    few = Labels(labels.themes, labels.present, none, nine)
    parts = fit_parts(read_texts(texts, jobs=1), few, np.ones(len(texts)))
    assert (parts.polarity, parts.sentiment) == (None, None)


def test_no_comment_helps_to_judge_itself() -> None:
    """Turning one fold's labels round changes the other folds' probabilities, not its own."""
    random = np.random.default_rng(0)
    log_odds = random.normal(size=(60, 1))
    present = (log_odds + random.normal(size=(60, 1)) > 0).astype(float)
    folds = grouped_folds(range(60), folds=3, random_state=0)
    before, tagged = cross_fit(log_odds, present, np.ones(60), folds)
    fold = folds[0][1]
    turned = present.copy()
    turned[fold] = 1 - turned[fold]
    after, tagged_after = cross_fit(log_odds, turned, np.ones(60), folds)
    others = folds[0][0]
    np.testing.assert_array_equal(after[fold], before[fold])
    np.testing.assert_array_equal(tagged_after[fold], tagged[fold])
    assert not np.array_equal(after[others], before[others])
