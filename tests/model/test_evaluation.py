import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning, LabelError, ModelError
from nhs_feedback.model.evaluation import Predictions, evaluate, score_table
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.training import train
from nhs_feedback.tables.labels import Labels

NAN = np.nan
NEG, MIX, NEU, POS, NONE = 0, 1, 2, 3, -1
THEMES = ["it_project_framing", "clinical_framing", "training_support", "infrastructure"]
COLUMNS = [
    "theme", "measure", "n", "n_present", "n_tagged", "precision", "recall", "score", "low", "high",
]  # fmt: skip


@pytest.fixture
def labels() -> Labels:
    """Six comments, two themes; the last comment's second theme is not known."""
    return Labels(
        themes=("a", "b"),
        present=np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 0], [0, NAN]]),
        polarity=np.array(
            [[NEG, NONE], [POS, NONE], [POS, MIX], [NONE, POS], [NONE, NONE], [NONE, NONE]],
            dtype=np.int8,
        ),
        sentiment=np.array([NEG, POS, NEU, NONE, NEU, POS], dtype=np.int8),
    )


@pytest.fixture
def said() -> Predictions:
    """Theme a: two hits, one missed, one false. Theme b: two hits, one false, one not judged.

    The feeling towards the missed one is right, and still not counted.
    """
    return Predictions(
        present=np.array([[1, 0], [1, 0], [0, 1], [1, 1], [0, 1], [0, 1]], dtype=bool),
        polarity=np.array(
            [[NEG, NONE], [NEG, NONE], [POS, MIX], [NEG, NONE], [NONE, NEG], [NONE, NEG]],
            dtype=np.int8,
        ),
        sentiment=np.array([NEG, NEG, NEU, NEG, NONE, POS], dtype=np.int8),
    )


WRITERS = list("uvwxyz")


def test_scores_by_hand(labels: Labels, said: Predictions) -> None:
    scores = score_table(labels, [said], writers=WRITERS, seed=0)
    assert list(scores.columns) == COLUMNS
    found = scores.set_index("theme")
    expected = pd.DataFrame(
        [
            ["a", "f1", 6, 3, 3, 2 / 3, 2 / 3, 2 / 3],
            ["b", "f1", 5, 2, 3, 2 / 3, 2 / 2, 4 / 5],
            ["all (micro)", "f1", 6, 5, 6, 4 / 6, 4 / 5, 8 / 11],
            ["all (macro)", "f1", 6, 5, 6, NAN, NAN, (2 / 3 + 4 / 5) / 2],
            # Hits whose feeling both know: rows 1 and 2 of a, row 3 of b.
            ["polarity", "accuracy", 3, NAN, NAN, NAN, NAN, 2 / 3],
            # Labelled rows: 1, 2, 3, 5 and 6; the model refused the fifth, which is wrong.
            ["sentiment", "accuracy", 5, NAN, NAN, NAN, NAN, 3 / 5],
        ],
        columns=COLUMNS[:-2],
    ).set_index("theme")
    pd.testing.assert_frame_equal(
        found[COLUMNS[1:-2]].astype({"n_present": float, "n_tagged": float}), expected
    )


def test_intervals_hold_the_score_and_stay_within_bounds(labels: Labels, said: Predictions) -> None:
    scores = score_table(labels, [said], writers=WRITERS, seed=0)
    assert (scores["low"] <= scores["score"]).all()
    assert (scores["score"] <= scores["high"]).all()
    assert scores[["low", "high"]].stack().between(0, 1).all()
    assert (scores["low"] < scores["high"]).all()
    again = score_table(labels, [said], writers=WRITERS, seed=0)
    pd.testing.assert_frame_equal(again, scores)


def test_one_writer_is_one_draw(labels: Labels, said: Predictions) -> None:
    scores = score_table(labels, [said], writers=["u"] * 6, seed=0)
    np.testing.assert_array_equal(scores["low"], scores["score"])
    np.testing.assert_array_equal(scores["high"], scores["score"])


def test_many_writers_say_more_surely(labels: Labels, said: Predictions) -> None:
    rows = np.tile(np.arange(6), 30)
    many = Predictions(said.present[rows], said.polarity[rows], said.sentiment[rows])
    few_writers = score_table(labels.take(rows), [many], writers=WRITERS * 30, seed=0)
    each_own = score_table(labels.take(rows), [many], writers=list(map(str, range(180))), seed=0)
    np.testing.assert_allclose(each_own["score"], few_writers["score"])
    wide, narrow = (table["high"] - table["low"] for table in (few_writers, each_own))
    assert (narrow < wide).all()


def test_the_order_of_rows_changes_nothing(labels: Labels, said: Predictions) -> None:
    rows = np.array([3, 1, 5, 0, 4, 2])
    shuffled = Predictions(said.present[rows], said.polarity[rows], said.sentiment[rows])
    pd.testing.assert_frame_equal(
        score_table(labels.take(rows), [shuffled], writers=[WRITERS[row] for row in rows], seed=0),
        score_table(labels, [said], writers=WRITERS, seed=0),
    )


def test_a_theme_never_there_and_never_tagged_has_no_score() -> None:
    labels = Labels(("a",), np.zeros((2, 1)), np.full((2, 1), NONE), np.full(2, NONE))
    nothing = Predictions(np.zeros((2, 1), bool), labels.polarity, labels.sentiment)
    scores = score_table(labels, [nothing], writers=["u", "v"], seed=0)
    assert scores["theme"].tolist() == ["a", "all (micro)", "all (macro)"]
    assert scores[["precision", "recall", "score", "low", "high"]].isna().all(axis=None)


def test_a_model_against_itself_differs_by_nothing(labels: Labels, said: Predictions) -> None:
    scores = score_table(labels, [said, said], writers=WRITERS, seed=0)
    assert list(scores.columns) == [
        *COLUMNS, "score_against", "difference", "difference_low", "difference_high"
    ]  # fmt: skip
    np.testing.assert_array_equal(scores["score"], scores["score_against"])
    assert (scores[["difference", "difference_low", "difference_high"]] == 0).all(axis=None)


def test_a_comparison_the_other_way_round_has_the_other_sign(
    labels: Labels, said: Predictions
) -> None:
    right = Predictions(labels.present == 1, labels.polarity, labels.sentiment)
    there = score_table(labels, [said, right], writers=WRITERS, seed=0).set_index("theme")
    back = score_table(labels, [right, said], writers=WRITERS, seed=0).set_index("theme")
    shared = there.index.intersection(back.index)
    np.testing.assert_allclose(there.loc[shared, "difference"], -back.loc[shared, "difference"])
    np.testing.assert_allclose(
        there.loc[shared, "difference_low"], -back.loc[shared, "difference_high"]
    )
    assert there.loc["all (micro)", "difference"] == pytest.approx(8 / 11 - 1)
    assert there.loc["a", "difference_high"] <= 0


def test_evaluate_scores_a_model_on_labels(labelled: pd.DataFrame, model: Tagger) -> None:
    fresh = labelled.head(40)
    scores = evaluate(fresh, model=model)
    assert scores["theme"].tolist() == [
        *THEMES,
        "all (micro)",
        "all (macro)",
        "polarity",
        "sentiment",
    ]
    tags = model.tag(fresh["comment"].tolist())
    real = (fresh[THEMES] != "").to_numpy()
    hits = (real & tags.present).sum()
    assert scores.set_index("theme").loc["all (micro)", "score"] == pytest.approx(
        2 * hits / (real.sum() + tags.present.sum())
    )


def test_labels_of_the_right_answer_score_one(many_tagged: pd.DataFrame, model: Tagger) -> None:
    """A tagged file is taken as it is, and a model agrees with itself."""
    scores = evaluate(many_tagged.head(100), model=model)
    np.testing.assert_array_equal(scores["score"], 1)


def test_themes_without_a_column_are_not_scored(labelled: pd.DataFrame, model: Tagger) -> None:
    some = labelled.head(30)[["comment", "infrastructure", "training_support"]]
    scores = evaluate(some.assign(other="x"), model=model)
    assert scores["theme"].tolist() == [
        "infrastructure", "training_support", "all (micro)", "all (macro)", "polarity"
    ]  # fmt: skip


def test_two_models_are_compared_on_the_themes_they_share(
    labelled: pd.DataFrame, model: Tagger, model_folder: Path
) -> None:
    less = train(labelled.drop(columns="infrastructure").head(90), from_scratch=True)
    scores = evaluate(labelled.head(60), model=model_folder, against=less)
    assert scores["theme"].tolist()[:3] == THEMES[:3]
    assert "infrastructure" not in scores["theme"].tolist()
    back = evaluate(labelled.head(60), model=less, against=model)
    np.testing.assert_allclose(back["difference"], -scores["difference"])
    assert (evaluate(labelled.head(60), model=model, against=model)["difference"] == 0).all()


def test_no_theme_in_common(labelled: pd.DataFrame, model: Tagger) -> None:
    other = train(
        labelled[["comment", "infrastructure"]].rename(columns={"infrastructure": "kit"}),
        from_scratch=True,
    )
    with pytest.raises(
        LabelError,
        match=r"^the two models have no theme in common; compare models of one codebook$",
    ):
        evaluate(labelled, model=model, against=other)


def test_a_model_scored_on_its_own_training_says_so(labelled: pd.DataFrame, model: Tagger) -> None:
    with pytest.warns(
        FeedbackWarning,
        match=re.escape(
            "model small was trained on these very comments: its score here flatters; "
            "see its cross-validated scores (feedback model)"
        ),
    ):
        evaluate(labelled.sample(frac=1, random_state=0), model=model)


def test_rows_that_say_nothing_are_no_misses(labelled: pd.DataFrame, model: Tagger) -> None:
    said = labelled.head(60)
    silent = said.head(3).assign(comment=["", None, "n/a"], infrastructure="negative")
    with pytest.warns(FeedbackWarning) as caught:
        found = evaluate(pd.concat([said, silent]), model=model)
    assert [str(warning.message) for warning in caught] == [
        "3 labelled rows say nothing ('n/a', no text, not English) and are neither learnt from "
        "nor scored"
    ]
    pd.testing.assert_frame_equal(found, evaluate(said, model=model))
    with (
        pytest.warns(FeedbackWarning),
        pytest.raises(LabelError, match=r"^x.csv: no labelled row says anything; give comments "),
    ):
        evaluate(silent, model=model, where="x.csv")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.iloc[:0], "x.csv: no rows; give a table with at least one labelled comment"),
        (
            lambda t: t[["comment"]].assign(other="x"),
            "x.csv: no column is a theme that model small (--model) knows (it_project_framing, "
            "clinical_framing, training_support, infrastructure); rename the columns, or give one "
            "that knows their themes",
        ),
        (
            lambda t: t.assign(sentiment="2"),
            "x.csv: column 'sentiment' holds numbers; say which end is 1 with "
            "--sentiment-order positive-first or negative-first",
        ),
    ],
)
def test_what_cannot_be_scored(
    change: object, message: str, labelled: pd.DataFrame, model: Tagger
) -> None:
    with pytest.raises(LabelError, match=f"^{re.escape(message)}$"):
        evaluate(change(labelled), model=model, where="x.csv")


def test_sentiment_in_numbers(labelled: pd.DataFrame, model: Tagger) -> None:
    scale = {"positive": 1, "neutral": 3, "negative": 5}
    felt = labelled.head(50).assign(sentiment=labelled["sentiment"].map(scale))
    right = evaluate(felt, model=model, sentiment_order="positive-first").set_index("theme")
    wrong = evaluate(felt, model=model, sentiment_order="negative-first").set_index("theme")
    assert right.loc["sentiment", "score"] > wrong.loc["sentiment", "score"]
    assert right.loc["sentiment", "n"] == (labelled["sentiment"].head(50) != "mixed").sum()


def test_no_model_there(labelled: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model there"):
        evaluate(labelled, model=tmp_path)


def test_one_comment(labelled: pd.DataFrame, model: Tagger) -> None:
    scores = evaluate(labelled.head(1), model=model)
    assert (scores["n"] == 1).all()
