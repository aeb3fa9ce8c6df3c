import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.errors import CodebookError, FeedbackWarning, LabelError
from nhs_feedback.model import training
from nhs_feedback.model.codebook import default_codebook, parse_codebook
from nhs_feedback.model.examples import Examples, read_examples
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.model.training import train

THEMES = ("it_project_framing", "clinical_framing", "training_support", "infrastructure")


def as_shipped(labelled: pd.DataFrame) -> Examples:
    found = read_examples(labelled, known_themes=default_codebook().ids, only_known=True)
    writers = [f"shipped {writer}" for writer in found.writers]
    return replace(found, writers=writers, own=np.zeros(len(labelled), dtype=bool))


@pytest.fixture
def shipped(labelled: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Put the invented labels in the place of the thousands that come along."""
    monkeypatch.setattr(training, "shipped_examples", lambda: as_shipped(labelled))
    return labelled


@pytest.fixture
def mine(labelled: pd.DataFrame) -> pd.DataFrame:
    """A user's 60 comments: one shipped theme, and one of the user's own, `nights`."""
    own = labelled.head(60)[["comment", "infrastructure"]]
    return own.assign(nights=own["comment"].str.contains("nights").map({True: "x", False: ""}))


def test_what_a_model_says_of_its_training(model: Tagger, labelled: pd.DataFrame) -> None:
    made = model.training
    assert made.given == {theme: int((labelled[theme] != "").sum()) for theme in THEMES}
    assert (made.seed, made.own_rows, made.shipped_rows, made.writers) == (0, 120, 0, 24)
    assert made.left_out == ()
    assert re.fullmatch("[0-9a-f]{64}", made.fingerprint)
    assert model.codebook == default_codebook().keep(THEMES)
    assert model.knows_polarity.tolist() == [True] * 4


def test_scores_are_of_comments_not_seen(model: Tagger) -> None:
    scores = model.scores
    assert scores["theme"].tolist() == [
        *THEMES,
        "all (micro)",
        "all (macro)",
        "polarity",
        "sentiment",
    ]
    assert scores["measure"].tolist() == ["f1"] * 6 + ["accuracy"] * 2
    assert scores["n"].tolist()[:6] == [120] * 6
    assert (scores["low"] <= scores["score"]).all()
    assert (scores["score"] <= scores["high"]).all()
    np.testing.assert_array_equal(scores["threshold"].to_numpy()[:4], model.themes.thresholds_)
    assert scores["threshold"].isna().tolist()[4:] == [True] * 4


def test_scores_of_noise_are_low(labelled: pd.DataFrame) -> None:
    """Labels that the words do not tell are not scored as if they did."""
    random = np.random.default_rng(0)
    noise = labelled[["comment", "writer"]].assign(
        luck=random.integers(0, 2, len(labelled)), sentiment=""
    )
    made = train(noise, theme_columns=["luck"], from_scratch=True)
    row = made.scores.set_index("theme").loc["luck"]
    assert row["precision"] < 0.7


def test_the_same_seed_gives_the_same_model(labelled: pd.DataFrame, model: Tagger) -> None:
    again = train(labelled, from_scratch=True)
    assert again.fingerprint == model.fingerprint
    pd.testing.assert_frame_equal(again.scores, model.scores)


def test_processes_change_nothing(labelled: pd.DataFrame, model: Tagger) -> None:
    assert train(labelled, from_scratch=True, jobs=2).fingerprint == model.fingerprint


def test_another_seed_holds_out_others(labelled: pd.DataFrame, model: Tagger) -> None:
    other = train(labelled, from_scratch=True, seed=1)
    assert other.training.seed == 1
    np.testing.assert_array_equal(other.themes.coef_, model.themes.coef_)
    assert not np.array_equal(other.themes.slope_, model.themes.slope_)


def test_the_input_is_left_alone(labelled: pd.DataFrame) -> None:
    before = labelled.copy(deep=True)
    train(labelled, from_scratch=True)
    pd.testing.assert_frame_equal(labelled, before)


def test_a_theme_with_too_few_examples_is_left_out_by_name(labelled: pd.DataFrame) -> None:
    few = labelled.assign(parking=["x"] * 9 + [""] * 111, everywhere=["1"] * 115 + [""] * 5)
    with pytest.warns(FeedbackWarning) as caught:
        made = train(few, from_scratch=True)
    assert [str(warning.message) for warning in caught] == [
        "theme 'parking' is left out: 9 comments with it, "
        "at least 10 with and 10 without are needed",
        "theme 'everywhere' is left out: 115 comments with it, "
        "at least 10 with and 10 without are needed",
    ]
    assert made.training.left_out == ("parking", "everywhere")
    assert made.codebook.ids == THEMES


def test_ten_are_enough(labelled: pd.DataFrame) -> None:
    ten = labelled[["comment"]].assign(parking=["x"] * 10 + [""] * 110)
    made = train(ten, theme_columns=["parking"], from_scratch=True)
    assert made.codebook.ids == ("parking",)
    assert made.codebook.name == "own themes"
    assert made.training.given == {"parking": 10}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: t.iloc[:0],
            "the table: no rows; give a table with at least one labelled comment",
        ),
        (
            lambda t: t[["id", "comment"]],
            "the table: no theme columns; a theme's column holds its polarity word, 1 or x where "
            "the theme is present and nothing elsewhere (name them with --theme-column)",
        ),
        (
            lambda t: t.assign(infrastructure="Sister Bloggs"),
            "the table: column 'infrastructure': not a label in row 1, 2, 3, 4, 5 and 115 more; "
            "allowed: negative, mixed, neutral, positive, x, yes, true, 1; "
            "or no, false, 0, nothing",
        ),
        (
            lambda t: t.assign(comment="The same words of the same one."),
            "the labelled comments are all one writer's or one text; add others",
        ),
        (
            lambda t: t.assign(sentiment=4),
            "the table: column 'sentiment' holds numbers; say which end is 1 with "
            "--sentiment-order positive-first or negative-first",
        ),
    ],
)
def test_what_cannot_be_learnt_from(change: object, message: str, labelled: pd.DataFrame) -> None:
    with pytest.raises(LabelError, match=f"^{re.escape(message)}$"):
        train(change(labelled.drop(columns="writer")), from_scratch=True)


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_too_few_of_everything(labelled: pd.DataFrame) -> None:
    for rows in (1, 12):
        with pytest.raises(
            LabelError,
            match=r"^no theme has 10 comments with it and 10 without; label more comments$",
        ):
            train(labelled.head(rows), from_scratch=True)


def test_no_tables() -> None:
    with pytest.raises(
        LabelError, match=r"^no table of labelled comments was given; give at least one$"
    ):
        train([])


def test_rows_that_say_nothing_teach_nothing(labelled: pd.DataFrame, model: Tagger) -> None:
    silent = labelled.head(3).assign(comment=["", None, "n/a"], infrastructure="negative")
    with pytest.warns(
        FeedbackWarning,
        match=r"^3 labelled rows say nothing \('n/a', no text, not English\) and are neither",
    ):
        made = train(pd.concat([labelled, silent]), from_scratch=True)
    assert made.fingerprint == model.fingerprint
    assert made.training.own_rows == 120


def test_several_tables_are_one(labelled: pd.DataFrame, model: Tagger) -> None:
    parts = [labelled.iloc[:50], labelled.iloc[50:]]
    assert train(parts, from_scratch=True).fingerprint == model.fingerprint


def test_a_table_without_a_themes_column_does_not_know_of_it(labelled: pd.DataFrame) -> None:
    halves = [labelled.iloc[:60].drop(columns="infrastructure"), labelled.iloc[60:]]
    made = train(halves, from_scratch=True)
    row = made.scores.set_index("theme").loc["infrastructure"]
    assert row["n"] == 60


def test_errors_name_the_table(labelled: pd.DataFrame) -> None:
    with pytest.raises(LabelError, match=r"^two.csv: no rows; "):
        train([labelled, labelled.iloc[:0]], where=["one.csv", "two.csv"], from_scratch=True)


def test_ticks_know_no_polarity(labelled: pd.DataFrame) -> None:
    ticks = labelled.assign(infrastructure=(labelled["infrastructure"] != "").astype(int))
    made = train(ticks, from_scratch=True)
    assert made.knows_polarity.tolist() == [True, True, True, False]


@pytest.mark.parametrize("order", ["positive-first", "negative-first"])
def test_sentiment_in_numbers_is_read_as_told(
    order: str, labelled: pd.DataFrame, model: Tagger
) -> None:
    scale = {"positive": 1, "neutral": 3, "negative": 5, "mixed": None}
    if order == "negative-first":
        scale |= {"positive": 5, "negative": 1}
    felt = labelled.drop(columns="sentiment").assign(Felt=labelled["sentiment"].map(scale))
    made = train(felt, sentiment_column="Felt", sentiment_order=order, from_scratch=True)
    assert made.codebook.ids == THEMES
    tagged = classify(
        pd.DataFrame({"comment": ["The wifi drops out every time we move."]}), model=made
    )
    assert tagged["sentiment"].item() == "negative"


def test_a_sentiment_column_of_words_is_no_theme(labelled: pd.DataFrame, model: Tagger) -> None:
    felt = labelled.rename(columns={"sentiment": "How Felt"})
    made = train(felt, sentiment_column="how_felt", from_scratch=True)
    assert made.fingerprint == model.fingerprint


def test_theme_columns_may_be_named(labelled: pd.DataFrame) -> None:
    made = train(labelled, theme_columns=["infrastructure", "infrastructure"], from_scratch=True)
    assert made.codebook.ids == ("infrastructure",)
    for names, message in (
        (
            ["x", "y"],
            r"the table: no theme column 'x', 'y'; it has: id, writer, comment, .* "
            r"\(--theme-column\)",
        ),
        (
            ["sentiment"],
            "the table: theme columns with names of our own columns: sentiment; rename them",
        ),
    ):
        with pytest.raises(LabelError, match=f"^{message}$"):
            train(labelled, theme_columns=names)


def test_a_column_of_ticks_with_a_name_of_ours_is_no_theme(
    labelled: pd.DataFrame, tmp_path: Path
) -> None:
    done = labelled.assign(check="x", model="1", themes="yes")
    made = train(done, from_scratch=True)
    assert made.codebook.ids == THEMES
    made.save(tmp_path / "m")


def test_a_codebook_says_which_columns_are_themes(labelled: pd.DataFrame) -> None:
    book = parse_codebook(
        '[meta]\nname = "ours"\n[[theme]]\nid = "infrastructure"\nlabel = "Kit"\n', where="a test"
    )
    made = train(labelled, codebook=book, from_scratch=True)
    assert made.codebook == book


def test_a_tagged_file_is_taken_as_it_is(many_tagged: pd.DataFrame, tmp_path: Path) -> None:
    made = train(many_tagged, from_scratch=True)
    assert made.codebook.ids == THEMES
    path = tmp_path / "tagged.csv"
    many_tagged.to_csv(path, index=False)
    read = pd.read_csv(path)
    assert train(read, from_scratch=True).fingerprint == made.fingerprint


# -- the user's labels and the shipped ones together


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_a_theme_that_both_know_is_learnt_from_both(
    shipped: pd.DataFrame, mine: pd.DataFrame
) -> None:
    made = train(mine.drop(columns="nights"))
    assert (made.training.own_rows, made.training.shipped_rows) == (60, 120)
    assert made.training.left_out == tuple(
        theme for theme in default_codebook().ids if theme not in THEMES
    )
    assert made.codebook.ids == THEMES


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_a_theme_of_the_users_own_is_learnt_from_the_user_alone(
    shipped: pd.DataFrame, mine: pd.DataFrame
) -> None:
    made = train(mine)
    assert made.codebook.ids == (*THEMES, "nights")
    assert made.codebook.name == default_codebook().name
    assert list(made.training.given) == ["infrastructure", "nights"]
    scores = made.scores.set_index("theme")
    assert scores.loc["nights", "n"] == 60
    assert scores.loc["infrastructure", "n"] == 60  # the user's rows are what matters
    assert scores.loc["training_support", "n"] == 120  # the user's rows do not know it
    alone = train(mine, theme_columns=["nights"], from_scratch=True)
    assert (
        alone.scores.set_index("theme").loc["nights", "n_present"]
        == (scores.loc["nights", "n_present"])
    )


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_the_users_labels_weigh_more(shipped: pd.DataFrame, labelled: pd.DataFrame) -> None:
    """Where the user's labels say the contrary of the shipped ones, the user is right."""
    contrary = labelled[["comment"]].assign(
        infrastructure=(labelled["infrastructure"] == "").map({True: "negative", False: ""})
    )
    made = train(contrary)
    tags = made.tag(["The wifi drops out every time we move the trolley.", "I work on nights."])
    column = made.codebook.ids.index("infrastructure")
    assert tags.present[:, column].tolist() == [False, True]


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_a_foreign_coding_frame_borrows_only_sentiment(
    shipped: pd.DataFrame, mine: pd.DataFrame, labelled: pd.DataFrame
) -> None:
    foreign = mine[["comment", "nights"]]
    made = train(foreign, theme_columns=["nights"])
    assert made.codebook.ids == ("nights",)
    assert made.training.shipped_rows == 120
    assert made.sentiment is not None
    with_feelings = foreign.assign(sentiment=labelled["sentiment"].head(60))
    assert train(with_feelings, theme_columns=["nights"]).training.shipped_rows == 0


@pytest.mark.filterwarnings("ignore::nhs_feedback.errors.FeedbackWarning")
def test_the_users_sentiment_is_what_is_scored(
    shipped: pd.DataFrame, mine: pd.DataFrame, labelled: pd.DataFrame
) -> None:
    felt = mine.assign(sentiment=labelled["sentiment"].head(60))
    assert train(felt).scores.set_index("theme").loc["sentiment", "n"] == 60
    assert train(mine).scores.set_index("theme").loc["sentiment", "n"] == 120


def test_from_scratch_asks_for_no_shipped_label(
    mine: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "shipped_examples", lambda: pytest.fail("was read"))
    assert train(mine, from_scratch=True).training.shipped_rows == 0


def test_no_warning_repeats_a_comment(labelled: pd.DataFrame) -> None:
    odd = labelled.assign(parking=["x"] + [""] * 119)
    odd.loc[0, "comment"] = "n/a"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        train(odd, from_scratch=True)
    said = " ".join(str(warning.message) for warning in caught)
    assert len(caught) == 2
    assert not [comment for comment in labelled["comment"] if comment in said]


def test_a_bad_codebook_is_not_trained_on() -> None:
    with pytest.raises(CodebookError):
        parse_codebook("[[theme]]\nid = 'model'", where="a test")
