import gzip
import io
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning, LabelError
from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.examples import Examples, join_examples, read_examples, shipped_examples

TRAINING = Path(__file__).parents[2] / "training"


def read(table: pd.DataFrame, **options: object) -> Examples:
    return read_examples(table, known_themes=["infrastructure"], **options)


def test_texts_writers_and_labels(labelled: pd.DataFrame) -> None:
    found = read(labelled)
    assert found.texts == labelled["comment"].tolist()
    assert found.writers == labelled["writer"].tolist()
    assert found.own.all()
    assert found.labels.themes == (
        "it_project_framing", "clinical_framing", "training_support", "infrastructure"
    )  # fmt: skip
    assert read(labelled, only_known=True).labels.themes == ("infrastructure",)


def test_without_a_writer_equal_texts_share_one() -> None:
    table = pd.DataFrame(
        {"comment": ["The  same", "the same ", "Other", None], "a": ["positive"] * 4}
    )
    assert read(table).writers == ["the same", "the same", "other", ""]
    named = read(table.assign(writer=["w1", None, " ", 3]))
    assert named.writers == ["w1", "the same", "other", "3"]


def test_missing_and_odd_texts_stay_in_their_rows() -> None:
    table = pd.DataFrame({"comment": pd.Series([None, 12.0, "said"], dtype=object), "a": "mixed"})
    assert read(table).texts == ["", "12", "said"]


def test_a_survey_with_questions_is_not_taken_for_labels() -> None:
    survey = pd.DataFrame(
        {"comment": ["one", "two"], "ok to quote?": ["Yes", "No"], "a": ["yes", ""]}
    )
    with pytest.raises(LabelError) as caught:
        read(survey, where="x.csv")
    assert str(caught.value) == (
        "x.csv: no theme of the codebook has a column, and yes or no may answer a survey's "
        "question: 'ok to quote?', 'a'; name those that are themes with --theme-column"
    )
    assert read(survey, theme_columns=["a"]).labels.themes == ("a",)


def test_columns_that_may_be_themes_and_are_not_taken_are_named(labelled: pd.DataFrame) -> None:
    beside = labelled.assign(fees="", quote=["Yes", "No"] * 60, nights="x")
    with pytest.warns(FeedbackWarning) as caught:
        found = read(beside, where="x.csv")
    assert found.labels.themes[-1] == "nights"
    assert "quote" not in found.labels.themes
    assert [str(warning.message) for warning in caught] == [
        "x.csv: not taken as themes, though they hold only labels: 'quote' "
        "(name every theme with --theme-column if one is)",
        "x.csv: not taken as themes, since they hold no label: fees",
    ]


def test_a_codebook_whose_themes_have_no_column(labelled: pd.DataFrame) -> None:
    with pytest.raises(LabelError) as caught:
        read_examples(labelled, known_themes=["a", "b"], only_known=True, where="x.csv")
    assert str(caught.value) == (
        "x.csv: no column is a theme that the codebook (--codebook) knows (a, b); "
        "rename the columns, or give one that knows their themes"
    )


def test_the_fingerprint_is_of_own_texts_in_any_order(labelled: pd.DataFrame) -> None:
    found = read(labelled)
    assert read(labelled[::-1]).fingerprint() == found.fingerprint()
    assert read(labelled.head(119)).fingerprint() != found.fingerprint()
    not_own = replace(found, own=np.zeros(120, dtype=bool))
    assert join_examples([found, not_own]).fingerprint() == found.fingerprint()
    # Texts are not run together.
    pair = [pd.DataFrame({"comment": texts, "a": "mixed"}) for texts in (["ab", "c"], ["a", "bc"])]
    assert read(pair[0]).fingerprint() != read(pair[1]).fingerprint()


def test_joined_examples_do_not_know_each_others_themes() -> None:
    first = read(pd.DataFrame({"comment": ["one"], "a": ["mixed"]}))
    second = read(pd.DataFrame({"comment": ["two"], "b": ["positive"], "sentiment": ["mixed"]}))
    joined = join_examples([first, second])
    assert joined.texts == ["one", "two"]
    assert joined.labels.themes == ("a", "b")
    np.testing.assert_array_equal(joined.labels.present, [[1, np.nan], [np.nan, 1]])
    assert joined.labels.sentiment.tolist() == [-1, 1]
    assert joined.take(np.array([1])).writers == ["two"]


def test_the_shipped_examples_are_those_of_the_training_folder() -> None:
    shipped = shipped_examples()
    assert not shipped.own.any()
    assert shipped.labels.themes == default_codebook().ids
    assert len(set(shipped.writers)) > 1
    packed = resources.files("nhs_feedback").joinpath("data/labelled.csv.gz").read_bytes()
    text = gzip.decompress(packed).decode("utf-8")
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert shipped.texts == table["text"].tolist()
    if not TRAINING.is_dir():
        pytest.skip("an installed package has no training folder")
    names = ["comments.csv", "fragments.csv"]
    parts = [pd.read_csv(TRAINING / name, dtype=str, keep_default_na=False) for name in names]
    assert sorted(table["text"]) == sorted(pd.concat(parts)["text"])
    themes = list(shipped.labels.themes)
    merged = pd.concat(parts).set_index("text")[themes].fillna("")
    np.testing.assert_array_equal(
        (table.set_index("text")[themes] != "").sum(), (merged != "").sum()
    )
