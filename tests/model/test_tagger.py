import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_feedback.errors import TableError
from nhs_feedback.model.codebook import Theme
from nhs_feedback.model.tagger import Tagger, classify, tag_table
from nhs_feedback.model.tags import expected_errors
from nhs_feedback.model.training import train
from nhs_feedback.tables.schema import added_columns, find_columns, says_something
from nhs_feedback.text.checks import check_text

WIFI = "The wifi drops out every time we move the trolley."
ADDED = [
    "sentiment", "themes",
    "it_project_framing", "clinical_framing", "training_support", "infrastructure",
    "sentiment_score",
    "it_project_framing_p", "clinical_framing_p", "training_support_p", "infrastructure_p",
    "org_code", "org_name", "check", "model",
]  # fmt: skip


def test_rows_index_and_columns(
    comments: pd.DataFrame, tagged: pd.DataFrame, model: Tagger
) -> None:
    assert list(tagged.columns) == [*comments.columns, *ADDED]
    assert tagged.index.equals(comments.index)
    pd.testing.assert_frame_equal(tagged[list(comments.columns)], comments)


def test_the_input_is_left_alone(comments: pd.DataFrame, model: Tagger) -> None:
    before = comments.copy(deep=True)
    classify(comments, model=model)
    pd.testing.assert_frame_equal(comments, before)


def test_what_the_cells_hold(tagged: pd.DataFrame, model: Tagger) -> None:
    first = tagged.iloc[0]
    assert first["sentiment"] == "negative"
    assert first["themes"] == "Infrastructure and reliability"
    assert first["infrastructure"] == "negative"
    assert (first["training_support"], first["check"]) == ("", "")
    assert first["infrastructure_p"] > 0.9
    assert -1 <= first["sentiment_score"] < 0
    assert (first["org_code"], first["org_name"]) == (
        "RGT", "Cambridge University Hospitals NHS Foundation Trust"
    )  # fmt: skip
    assert first["model"] == f"small {model.fingerprint[:8]}"
    assert (tagged["model"] == first["model"]).all()


def test_rows_that_say_nothing_are_said_to(tagged: pd.DataFrame) -> None:
    assert tagged["check"].tolist()[2:9] == [
        "no comment", "no text", "", "no text", "no text", "no text", "no text"
    ]  # fmt: skip
    # Whether it is unsure of "12" is the model's affair.
    assert tagged["check"].iloc[9] in {"", "unsure"}
    assert tagged["check"].iloc[11] == "not English"
    silent = tagged.iloc[[2, 3, 5, 6, 7, 8, 11]]
    assert (silent[["sentiment", "themes", *ADDED[2:6]]] == "").all(axis=None)
    assert silent[ADDED[6:11]].isna().all(axis=None)


def test_repeats_get_the_same_tags(tagged: pd.DataFrame) -> None:
    assert tagged[ADDED[:11]].iloc[0].equals(tagged[ADDED[:11]].iloc[4])


def test_an_unknown_trust_has_no_code(tagged: pd.DataFrame) -> None:
    assert tagged["org_code"].tolist() == ["RGT", "RGT", "", "", "", "RGT"] * 2


def test_without_a_trust_column(model: Tagger) -> None:
    tagged = classify(pd.DataFrame({"comment": [WIFI]}), model=model)
    assert (tagged["org_code"].item(), tagged["org_name"].item()) == ("", "")


def test_a_comment_of_more_than_a_window_is_long(model: Tagger) -> None:
    short, long = " ".join([WIFI] * 20), " ".join([WIFI] * 40)
    check = model.tag([short, long, "Je ne sais pas pourquoi nous devons. " * 40]).check
    assert [reason for reasons in check for reason in reasons if reason != "unsure"] == [
        "long", "not English"
    ]  # fmt: skip
    assert "long" in check[1]
    document = model.tag([f"{WIFI} " * 300]).check[0]
    assert [reason for reason in document if reason != "unsure"] == ["long"]


def test_no_rows_give_all_columns(comments: pd.DataFrame, model: Tagger) -> None:
    tagged = classify(comments.iloc[:0], model=model)
    assert tagged.shape == (0, len(comments.columns) + len(ADDED))
    assert list(tagged.columns) == [*comments.columns, *ADDED]


@pytest.mark.parametrize("kind", ["object", "str", "category", "string"])
def test_any_kind_of_text_column(kind: str, model: Tagger) -> None:
    said = pd.Series([WIFI, None, WIFI, "n/a"], dtype=kind)
    tagged = classify(pd.DataFrame({"comment": said, "trust": said.astype(kind)}), model=model)
    assert tagged["infrastructure"].tolist() == ["negative", "", "negative", ""]
    assert tagged["check"].tolist() == ["", "no text", "", "no comment"]
    assert tagged["comment"].dtype == said.dtype


@pytest.mark.parametrize(
    "said", [pd.Series([1.0, np.nan]), pd.Series([1, 2]), pd.Series([True, False])]
)
def test_cells_that_are_not_text(said: pd.Series, model: Tagger) -> None:
    tagged = classify(pd.DataFrame({"comment": said}), model=model)
    assert tagged["comment"].equals(said)
    assert list(tagged.columns) == ["comment", *ADDED]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_tags_depend_on_the_row_alone(
    data: st.DataObject, many: pd.DataFrame, many_tagged: pd.DataFrame, model: Tagger
) -> None:
    rows = data.draw(st.lists(st.integers(0, len(many) - 1), min_size=1, max_size=12))
    pd.testing.assert_frame_equal(classify(many.iloc[rows], model=model), many_tagged.iloc[rows])


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_any_chunk_size_gives_the_same_tags(
    size: int, many: pd.DataFrame, many_tagged: pd.DataFrame, model: Tagger
) -> None:
    chunks = [classify(many[at : at + size], model=model) for at in range(0, len(many), size)]
    pd.testing.assert_frame_equal(pd.concat(chunks), many_tagged)


def test_shuffled_rows_permute_tags(
    many: pd.DataFrame, many_tagged: pd.DataFrame, model: Tagger
) -> None:
    shuffled = many.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(classify(shuffled, model=model), many_tagged.loc[shuffled.index])


def test_a_users_columns_of_our_names_are_kept(many: pd.DataFrame, model: Tagger) -> None:
    mine = many.head(3).assign(sentiment="fine", infrastructure=1, model="M4", model_original="x")
    tagged = classify(mine, model=model)
    assert list(tagged.columns) == [
        *many.columns,
        "sentiment_original", "infrastructure_original", "model_original_2", "model_original",
        *ADDED,
    ]  # fmt: skip
    assert tagged["sentiment_original"].tolist() == ["fine"] * 3
    assert tagged["infrastructure_original"].tolist() == [1] * 3
    assert tagged["model_original_2"].tolist() == ["M4"] * 3


def test_a_tagged_table_is_tagged_anew(
    many: pd.DataFrame, many_tagged: pd.DataFrame, model: Tagger
) -> None:
    corrected = many_tagged.assign(infrastructure="positive", notes="seen by me")
    again = classify(corrected, model=model)
    expected = pd.concat([many, corrected[["notes"]], many_tagged[ADDED]], axis=1)
    pd.testing.assert_frame_equal(again, expected)


def test_a_tagged_table_tagged_with_other_themes_keeps_the_users_columns(
    labelled: pd.DataFrame, many_tagged: pd.DataFrame
) -> None:
    renamed = labelled.rename(columns={"infrastructure": "kit"})
    other = train(renamed, from_scratch=True)
    again = classify(many_tagged.assign(kit="mine"), model=other)
    assert "infrastructure" not in again.columns
    assert again["kit_original"].tolist() == ["mine"] * len(many_tagged)
    assert list(again.columns) == [
        "id", "trust", "staff_group", "comment", "kit_original", *added_columns(other.codebook.ids)
    ]  # fmt: skip


def test_options_name_the_columns(many: pd.DataFrame, model: Tagger) -> None:
    odd = many.head(5).rename(columns={"comment": "Said", "trust": "Where"})
    tagged = classify(odd, model=model, text_column="Said", trust_column="where")
    pd.testing.assert_frame_equal(tagged[ADDED], classify(many.head(5), model=model)[ADDED])


def test_no_text_column_is_an_error(model: Tagger) -> None:
    with pytest.raises(TableError, match=r"^the table: no text column found; it has: a "):
        classify(pd.DataFrame({"a": ["1"]}), model=model)


def test_a_folder_does_as_well_as_a_model(
    many: pd.DataFrame, model_folder: str, model: Tagger
) -> None:
    pd.testing.assert_frame_equal(
        classify(many.head(4), model=model_folder), classify(many.head(4), model=model)
    )


def test_the_shipped_model_is_the_default() -> None:
    tagged = classify(pd.DataFrame({"comment": [WIFI]}))
    assert tagged["model"].item().startswith("default ")
    assert tagged["themes"].item() != ""


def test_tags_of_no_texts_and_of_one(model: Tagger) -> None:
    none = model.tag([])
    assert none.probability.shape == none.present.shape == none.polarity.shape == (0, 4)
    assert (none.sentiment.shape, none.check) == ((0,), [])
    one = model.tag([WIFI])
    assert one.present.tolist() == [[False, False, False, True]]
    assert one.take(np.array([0, 0])).check == [(), ()]


def test_a_tag_stands_where_the_probability_reaches_the_threshold(
    many: pd.DataFrame, model: Tagger
) -> None:
    tags = model.tag(many["comment"].tolist())
    np.testing.assert_array_equal(tags.present, tags.probability >= model.themes.thresholds_)
    np.testing.assert_array_equal(tags.polarity >= 0, tags.present)
    assert ((tags.probability >= 0) & (tags.probability <= 1)).all()
    assert ((tags.sentiment_score >= -1) & (tags.sentiment_score <= 1)).all()


def test_a_model_that_never_learnt_polarity_says_yes(labelled: pd.DataFrame) -> None:
    ticks = labelled.assign(
        infrastructure=labelled["infrastructure"].ne("").map({True: "x", False: ""})
    )
    made = train(ticks, from_scratch=True)
    tagged = classify(
        pd.DataFrame({"comment": [WIFI, "We had no training at all before it."]}), model=made
    )
    assert tagged["infrastructure"].tolist() == ["yes", ""]
    assert tagged["training_support"].tolist() == ["", "negative"]


def test_without_any_feelings_there_are_none(labelled: pd.DataFrame) -> None:
    ticks = labelled.drop(columns="sentiment")
    for theme in ADDED[2:6]:
        ticks[theme] = (ticks[theme] != "").astype(int)
    made = train(ticks, from_scratch=True)
    assert made.polarity is None
    assert made.sentiment is None
    tagged = classify(pd.DataFrame({"comment": [WIFI, ""]}), model=made)
    assert tagged["infrastructure"].tolist() == ["yes", ""]
    assert tagged["sentiment"].tolist() == ["", ""]
    assert tagged["sentiment_score"].isna().all()
    assert list(tagged.columns) == ["comment", *ADDED]


def test_expected_errors_by_hand() -> None:
    probability = np.array([[0.9, 0.2], [0.5, 0.4], [np.nan, np.nan]])
    found = expected_errors(probability, np.array([0.5, 0.5]))
    np.testing.assert_allclose(found, [0.1 + 0.2, 0.5 + 0.4, 0])


def test_unsure_is_the_most_doubtful_tenth(many: pd.DataFrame, model: Tagger) -> None:
    tags = model.tag(many["comment"].tolist())
    errors = expected_errors(tags.probability, model.themes.thresholds_)
    assert [("unsure" in check) for check in tags.check] == (errors > model.unsure_above).tolist()


@pytest.mark.parametrize(
    ("text", "expected"), [(WIFI, True), ("n/a", False), ("", False), ("[EMAIL]", True)]
)
def test_what_says_something(text: str, expected: bool) -> None:
    assert says_something(check_text(text)) is expected


def test_personal_data_changes_no_tag(model: Tagger) -> None:
    said = [f"{WIFI} Mail {name}@ward.example." for name in ("jo.bloggs", "ann.other")]
    tags = model.tag(said)
    np.testing.assert_array_equal(tags.probability[0], tags.probability[1])


def test_the_fingerprint_changes_with_what_decides_a_tag_and_not_with_the_name(
    model: Tagger, labelled: pd.DataFrame
) -> None:
    assert model.renamed("other").fingerprint == model.fingerprint
    assert model.renamed("other").signature == f"other {model.fingerprint[:8]}"
    other = train(labelled.head(100), from_scratch=True)
    assert other.fingerprint != model.fingerprint


def test_tag_table_takes_labels_from_the_codebook(many: pd.DataFrame, model: Tagger) -> None:
    tagged = tag_table(many, model, find_columns(many))
    labels = {theme.id: theme.label for theme in model.codebook.themes}
    expected = [
        "; ".join(labels[theme] for theme in ADDED[2:6] if row[theme])
        for _, row in tagged.iterrows()
    ]
    assert tagged["themes"].tolist() == expected
    assert any("; " in cell for cell in expected)
    assert all(isinstance(theme, Theme) for theme in model.codebook.themes)
