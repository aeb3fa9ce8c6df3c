import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_feedback.model.examples import Examples
from nhs_feedback.tables.labels import UNKNOWN, Labels
from nhs_feedback.tables.schema import POLARITIES
from training.encoder.corpus import HELD_OUT, Texts, join_pairs, tuning_texts, with_joins

NEGATIVE, MIXED, NEUTRAL, POSITIVE = map(POLARITIES.index, POLARITIES)


def some_texts(feelings: list[int], *, fragments: int) -> Texts:
    """One theme, present where its feeling is known; the first texts are fragments."""
    codes = np.array(feelings, dtype=np.int64)
    return Texts(
        [f"text {number}" for number in range(len(feelings))],
        (codes != UNKNOWN).astype(np.float32)[:, None],
        codes[:, None],
        codes,
        np.arange(len(feelings)) < fragments,
    )


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (NEGATIVE, NEGATIVE, NEGATIVE),
        (NEGATIVE, POSITIVE, MIXED),
        (NEUTRAL, POSITIVE, MIXED),
        (UNKNOWN, POSITIVE, POSITIVE),
        (NEGATIVE, UNKNOWN, NEGATIVE),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_a_pair_has_the_themes_of_both_and_is_mixed_where_they_differ(one, other, joined):
    texts = some_texts([one, other], fragments=2)
    pair = join_pairs(texts, np.array([0]), np.array([1]))
    assert pair.texts == ["text 0 text 1"]
    assert pair.present.tolist() == [[float(joined != UNKNOWN)]]
    assert pair.polarity.tolist() == [[joined]]
    assert pair.sentiment.tolist() == [joined]
    assert not pair.fragment.any()


@given(
    n=st.integers(0, 30),
    fragments=st.integers(0, 30),
    share=st.floats(0, 1),
    seed=st.integers(0, 9),
)
@settings(max_examples=50)
def test_joining_says_every_text_once_and_leaves_whole_comments_alone(n, fragments, share, seed):
    texts = some_texts([NEGATIVE] * n, fragments=fragments)
    joined = with_joins(texts, np.random.default_rng(seed), share=share)
    said = " ".join(joined.texts).replace("text ", "").split()
    assert sorted(map(int, said)) == list(range(n))
    assert set(texts.texts[fragments:]) <= set(joined.texts)
    assert len(joined.texts) == len(joined.present) == len(joined.sentiment)


def test_held_out_writers_are_not_tuned_on():
    writers = ["w01", "w02", "f1", "f2"]
    labels = Labels(
        ("theme",),
        np.array([[1.0], [0.0], [1.0], [0.0]]),
        np.array([[0], [-1], [3], [-1]], dtype=np.int8),
        np.array([0, 1, 2, 3], dtype=np.int8),
    )
    texts = [f"The screen froze again on ward {n}." for n in "abcd"]
    tuned_on = tuning_texts(
        Examples(texts, labels, writers, np.ones(4, dtype=bool), np.zeros(4, dtype=bool))
    )
    assert tuned_on.texts == [texts[0], texts[2]]
    assert tuned_on.fragment.tolist() == [False, True]
    assert tuned_on.polarity.tolist() == [[0], [3]]


def test_about_a_quarter_of_the_comments_are_held_out():
    writers = [row.split(",")[0] for row in _writers()]
    share = np.mean([writer in HELD_OUT for writer in writers])
    assert set(writers) >= HELD_OUT
    assert 0.2 < share < 0.3


def _writers() -> list[str]:
    from training.build import read_labelled

    return read_labelled()["writer"].tolist()
