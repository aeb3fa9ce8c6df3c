import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nhs_feedback.model.attribution import (
    attribute_sentences,
    attribute_words,
    chunks_of,
    sentences_of,
    with_and_without_each,
)
from nhs_feedback.model.encoder import Encoder
from nhs_feedback.model.features import TextFeatures

WIFI, TRAINING = "The wifi drops out again.", "We had no training at all!"
SAID = st.lists(
    st.sampled_from([WIFI, TRAINING, "THE Wi-Fi...", "wifi-wifi wifi", "\n- caf\u00e9"])
)


@pytest.fixture(scope="module")
def features(labelled: pd.DataFrame, tiny: Encoder) -> TextFeatures:
    return TextFeatures(mask=False, encoder=tiny).fit(labelled["comment"])


@pytest.fixture(scope="module")
def coef(features: TextFeatures) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, sum(features.blocks_)))


@given(text=st.one_of(st.text(), SAID.map(" ".join)))
@example(text="")
@example(text="no space.Next \u00b4 x\u0301 \u0130I \ufb01x")
def test_words_and_sentences_add_up_to_the_score(
    text: str, features: TextFeatures, coef: np.ndarray
) -> None:
    first = features.blocks_[0]
    X = features.transform([text]).toarray()[0].astype(np.float64)
    words = attribute_words(features, text, coef)
    assert words.shape == (len(chunks_of(text)), 3)
    np.testing.assert_allclose(words.sum(axis=0), coef[:, :first] @ X[:first], atol=1e-5)
    sentences = attribute_sentences(features, text, coef)
    assert sentences.shape == (len(sentences_of(text)), 3)
    if len(sentences):
        meaning = coef[:, first:] @ X[first:]
        np.testing.assert_allclose(sentences.sum(axis=0), meaning, atol=1e-5)


def test_a_word_has_the_parts_of_its_features(features: TextFeatures) -> None:
    names = features.get_feature_names_out().tolist()
    coef = np.zeros((4, len(names)))
    for row, name in enumerate(("word: wifi", "word: the wifi", "characters:  wif")):
        coef[row, names.index(name)] = 1
    parts = attribute_words(features, "Bad: THE wifi, the wifi.", coef)
    weight = features.transform(["Bad: THE wifi, the wifi."]).toarray()[0] @ coef.T
    assert all(weight[:3] > 0)
    halves = [[0, 0, 0, 0], [0, 1, 0, 0], [2, 1, 2, 0], [0, 1, 0, 0], [2, 1, 2, 0]]
    np.testing.assert_allclose(parts, np.array(halves) / 4 * weight, atol=1e-6)


def test_a_sentence_has_what_is_lost_without_it(features: TextFeatures, coef: np.ndarray) -> None:
    text = f"{WIFI} {TRAINING} {WIFI}"
    parts = attribute_sentences(features, text, coef)
    whole, without = features.vectors([text, f"{WIFI} {WIFI}"]) @ coef[:, -8:].T
    np.testing.assert_allclose(parts[0] - parts[1], _lost(features, coef, text, 0, 1), atol=1e-5)
    np.testing.assert_allclose(parts.sum(axis=0), whole, atol=1e-5)
    assert not np.allclose(whole, without)


def _lost(
    features: TextFeatures, coef: np.ndarray, text: str, first: int, second: int
) -> np.ndarray:
    _, without = with_and_without_each(sentences_of(text))
    left = features.vectors(without) @ coef[:, -8:].T
    return left[second] - left[first]


def test_without_an_encoder_no_sentence_argues(labelled: pd.DataFrame) -> None:
    plain = TextFeatures(mask=False, encoder=None).fit(labelled["comment"])
    coef = np.ones((2, sum(plain.blocks_)))
    np.testing.assert_array_equal(
        attribute_sentences(plain, f"{WIFI} {TRAINING}", coef), np.zeros((2, 2))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One.", ["One."]),
        (" One.  Two!\nThree", ["One.", "Two!", "Three"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


def test_what_is_left_without_each() -> None:
    assert with_and_without_each(["a", "b", "c"]) == (["a b c"] * 3, ["b c", "a c", "a b"])
    assert with_and_without_each(["a"]) == (["a"], [""])


def test_the_work_on_a_long_text_grows_with_its_length() -> None:
    words = {}
    for count in (100, 200, 400):
        near, left = with_and_without_each([f"s{number}" for number in range(count)])
        assert "s50" in near[50].split()
        assert "s50" not in left[50].split()
        words[count] = max(len(text.split()) for text in near)
    assert words == {100: 17, 200: 17, 400: 17}
