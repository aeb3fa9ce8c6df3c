import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from nhs_feedback.errors import LabelError
from nhs_feedback.model.encoder import Encoder, shipped_encoder
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.themes import ThemeClassifier

PRIVATE = "Mail jo.bloggs@ward.example, bleep 2231, NHS number 943 476 5919, or SW1A 1AA please."


@pytest.fixture(scope="module")
def texts(labelled: pd.DataFrame) -> list[str]:
    return labelled["comment"].tolist()


@pytest.fixture(scope="module")
def fitted(texts: list[str], tiny: Encoder) -> TextFeatures:
    return TextFeatures(encoder=tiny).fit(texts)


def test_clone_copies_the_settings_and_nothing_learnt(fitted: TextFeatures) -> None:
    made = TextFeatures(
        mask=False, words=(1, 1), characters=(3, 3), min_comments=2, encoder=fitted.encoder
    )
    assert clone(made).get_params() == made.get_params() == {
        "mask": False, "words": (1, 1), "characters": (3, 3), "min_comments": 2,
        "encoder": fitted.encoder,
    }  # fmt: skip
    assert not hasattr(clone(fitted), "words_")
    assert TextFeatures().encoder == "shipped"


def test_fit_returns_self_and_forgets(texts: list[str], fitted: TextFeatures) -> None:
    made = TextFeatures(encoder=fitted.encoder).fit(
        [f"Parking is a pain for all {number} of us." for number in range(20)]
    )
    assert made.fit(texts) is made
    np.testing.assert_array_equal(made.get_feature_names_out(), fitted.get_feature_names_out())
    assert (made.transform(texts) != fitted.transform(texts)).nnz == 0


def test_unfitted_is_an_error() -> None:
    for ask in (
        lambda f: f.transform(["a"]),
        lambda f: f.compose(["a"], np.zeros((1, 0))),
        lambda f: f.get_feature_names_out(),
        lambda f: f.blocks_,
    ):
        with pytest.raises(NotFittedError):
            ask(TextFeatures())


def test_input_is_left_alone(texts: list[str]) -> None:
    given_texts = pd.Series(texts, dtype="str")
    before = given_texts.copy()
    TextFeatures(encoder=None).fit(given_texts).transform(given_texts)
    pd.testing.assert_series_equal(given_texts, before)


def test_fit_transform_is_fit_then_transform(texts: list[str], fitted: TextFeatures) -> None:
    both = TextFeatures(encoder=fitted.encoder).fit_transform(texts)
    assert both.shape == (len(texts), len(fitted.get_feature_names_out()))
    assert both.dtype == np.float32
    assert (both != fitted.transform(texts)).nnz == 0


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, iter])
def test_any_sequence_of_texts(kind: type, texts: list[str], fitted: TextFeatures) -> None:
    assert (fitted.transform(kind(texts)) != fitted.transform(texts)).nnz == 0


@settings(max_examples=20)
@given(data=st.data())
def test_a_row_depends_on_its_text_alone(
    data: st.DataObject, texts: list[str], fitted: TextFeatures
) -> None:
    whole = fitted.transform(texts)
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=8))
    part = fitted.transform([texts[row] for row in rows])
    assert part.shape == (len(rows), whole.shape[1])
    assert (part != whole[rows]).nnz == 0 if rows else part.nnz == 0


def test_no_texts_and_one_without_a_known_word(fitted: TextFeatures) -> None:
    width = len(fitted.get_feature_names_out())
    assert fitted.transform([]).shape == (0, width)
    assert fitted.transform(["", "7777"])[:, : fitted.blocks_[0]].nnz == 0


def test_personal_data_is_never_a_feature(texts: list[str]) -> None:
    made = TextFeatures(min_comments=1, encoder=None)
    names = made.fit([*texts, *[PRIVATE] * 12]).get_feature_names_out()
    leaked = [name for name in names if re.search(r"blogg|bloggs|2231|943|476|5919|sw1a|1aa", name)]
    assert leaked == []
    assert "word: email" in names


def test_names_tell_words_from_characters(fitted: TextFeatures) -> None:
    names = fitted.get_feature_names_out().tolist()
    assert {"word: wifi", "word: the wifi", "characters:  wif"} <= set(names)
    assert names[-8:] == [f"meaning: {number}" for number in range(8)]
    words = [name.startswith("word: ") for name in names]
    assert words == sorted(words, reverse=True)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("a text", "TextFeatures takes a sequence of texts, got one str; give [text]"),
        (["a", None], "TextFeatures takes texts of type str, got NoneType"),
        ([1.5], "TextFeatures takes texts of type str, got float"),
    ],
)
def test_what_is_not_texts_is_refused(wrong: object, message: str, fitted: TextFeatures) -> None:
    for ask in (TextFeatures().fit, fitted.transform, fitted.vectors):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            ask(wrong)


@pytest.mark.parametrize("few", [[], ["One."], ["Alone here."] * 2])
def test_too_few_texts_to_learn_from(few: list[str]) -> None:
    message = f"{len(few)} texts are too few to learn from: no word or letter run occurs in "
    with pytest.raises(LabelError, match=f"^{message}"):
        TextFeatures(encoder=None).fit(few)


def test_a_notebook_pipeline(labelled: pd.DataFrame, texts: list[str]) -> None:
    Y = (labelled[["training_support", "infrastructure"]] != "").astype(float).to_numpy()
    pipe = make_pipeline(TextFeatures(), ThemeClassifier()).fit(texts, Y)
    asked = ["The wifi drops out all day.", "We had no training at all.", "I work on nights."]
    assert pipe.predict(asked).tolist() == [[0, 1], [1, 0], [0, 0]]
    again = clone(pipe).fit(texts, Y)
    np.testing.assert_array_equal(again.predict_proba(asked), pipe.predict_proba(asked))


def test_one_comment_pasted_many_times_puts_no_name_into_the_vocabulary(texts: list[str]) -> None:
    made = TextFeatures(encoder=None).fit([*texts, *["Zebediah Quirkwell froze again"] * 9])
    assert not [name for name in made.get_feature_names_out() if "zebediah" in name]


def test_vectors_stand_behind_words_and_characters_as_they_are(
    texts: list[str], fitted: TextFeatures, tiny: Encoder
) -> None:
    plain = TextFeatures(encoder=None).fit(texts)
    both, words = fitted.transform(texts), plain.transform(texts)
    assert (fitted.blocks_, plain.blocks_) == ((words.shape[1], 8), (words.shape[1], 0))
    assert (both[:, : words.shape[1]] != words).nnz == 0
    np.testing.assert_array_equal(both[:, words.shape[1] :].toarray(), tiny.encode(texts))
    assert (fitted.encoder_, plain.encoder_) == (tiny, None)


def test_vectors_made_beforehand_give_the_same_matrix(
    texts: list[str], fitted: TextFeatures
) -> None:
    vectors = TextFeatures(encoder=fitted.encoder).vectors(texts)  # no fit is needed
    assert (fitted.compose(texts, vectors) != fitted.transform(texts)).nnz == 0
    assert fitted.compose([], vectors[:0]).shape == (0, sum(fitted.blocks_))
    assert TextFeatures(encoder=None).vectors(texts).shape == (len(texts), 0)
    message = f"TextFeatures: vectors must be ({len(texts)}, size), one row a text, got (3, 8)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        fitted.compose(texts, vectors[:3])


def test_a_name_is_masked_before_it_has_a_meaning(tiny: Encoder) -> None:
    first, second = TextFeatures(encoder=tiny).vectors([PRIVATE, PRIVATE.replace("2231", "2271")])
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(*tiny.encode([PRIVATE, PRIVATE.replace("2231", "2271")]))


def test_the_shipped_encoder_unless_another_is_given(texts: list[str]) -> None:
    made = TextFeatures().fit(texts[:40])
    assert made.encoder_ is shipped_encoder()
    X = made.transform(texts[:2])
    np.testing.assert_array_equal(
        X[:, made.blocks_[0] :].toarray(), shipped_encoder().encode(texts[:2])
    )
