import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import TableError
from nhs_feedback.tables.schema import (
    Columns,
    added_columns,
    find_column,
    find_columns,
    find_tagged_column,
    is_reserved,
    is_tagged,
    normalise_header,
    own_names,
    tagged_themes,
)

SAID = "They asked us what we wanted and then did the other thing."
QUESTION = "Thinking about the last year, what could we\ndo to make the system work for you?"
# Headers of real files, and what each should be found to be: text, trust, id, date.
HEADERS = [
    (
        ["Comment ID", "Trust", "Respondent ID", "Date", "Service type 1", "FFT categorical answer",
         "FFT question", "FFT answer", "Person identifiable info?", "Comment sentiment"],
        ("FFT answer", "Trust", "Comment ID", "Date"),
    ),
    (
        ["code", "label", "subcategory", "feedback", "criticality", "organization", "question"],
        ("feedback", "organization", None, None),
    ),
    (["ID", "Comment"], ("Comment", None, "ID", None)),
    (["Comment"], ("Comment", None, None, None)),
    (["Comment", "NB1"], ("Comment", None, None, None)),
    (
        ["comment_id", "free_text_response", "year", "org_code", "prompt_type", "care_group"],
        ("free_text_response", "org_code", "comment_id", None),
    ),
    (
        ["Trust Code", "Trust Name", "Site Code", "Ward Name", "Comments"],
        ("Comments", "Trust Code", None, None),
    ),
    (["ODS code", "Organisation name", "Free Text"], ("Free Text", "ODS code", None, None)),
    (
        ["Period", "Provider Org Code", "Provider Org Name", "Verbatim"],
        ("Verbatim", "Provider Org Code", None, "Period"),
    ),
    ([" trust ", "TEXT:", "Ref", "Date submitted"], ("TEXT:", " trust ", "Ref", "Date submitted")),
    (["Org_code", "Feedback?", "response_id"], ("Feedback?", "Org_code", "response_id", None)),
]  # fmt: skip


def frame(headers: list[str], said: str = "x") -> pd.DataFrame:
    return pd.DataFrame([[said] * len(headers)], columns=headers)


@pytest.mark.parametrize(("headers", "expected"), HEADERS)
def test_columns_are_found_by_name(headers: list[str], expected: tuple) -> None:
    found = find_columns(frame(headers))
    assert (found.text, found.trust, found.id, found.date) == expected
    assert set(dict(found.why).values()) == {"by name"}


def test_a_forms_export_gives_its_longest_free_text() -> None:
    forms = pd.DataFrame(
        {
            "ID": [1, 2, 3],
            "Start time": ["2024-04-02 09:00"] * 3,
            "Completion time": ["2024-04-02 09:10", "2024-04-02 09:20", "2024-04-02 09:30"],
            "Email": ["anonymous"] * 3,
            "Which system do you use?": ["The one on the ward that we all use every day"] * 3,
            "What is good?": ["It is quick now.", "Nothing at all.", "I like the lists."],
            QUESTION: [SAID, f"{SAID} Twice.", None],
        }
    )
    found = find_columns(forms)
    assert (found.text, found.id, found.date) == (QUESTION, "ID", "Completion time")
    assert found.sentence(list(forms.columns)) == (
        "Columns: text 'Thinking about the last year, what ...' (the longest free text), "
        "no trust column (--trust-column names it), id 'ID' (by name), "
        "date 'Completion time' (by name)"
    )
    assert found.others == ("What is good?",)
    assert found.others_sentence(list(forms.columns)) == (
        "Not read, though free text too: 'What is good?' (--text-column may be repeated)."
    )
    assert find_columns(forms, text="What is good?").others_sentence(list(forms.columns)) == ""


def test_a_question_for_the_trust_is_found() -> None:
    table = frame(["ID", "Do you trust the system?", "Please select your trust", "Comment"])
    found = find_columns(table)
    assert (found.trust, dict(found.why)["trust"]) == (
        "Please select your trust",
        "by its question",
    )
    labels = {"Q1": "Do you trust the system?", "Q2": "Which trust do you work for?"}
    assert find_columns(frame(["Q1", "Q2", "Comment"]), labels=labels).trust == "Q2"
    assert find_columns(frame(["Q1", "Q2", "Comment"])).trust is None


def test_many_columns_of_free_text_are_not_all_named() -> None:
    said = ["It is quick now.", "Nothing at all.", "I like the lists."]
    table = pd.DataFrame({f"Part {number}": said for number in range(8)})
    found = find_columns(table)
    assert found.others_sentence(list(table.columns)) == (
        "Not read, though free text too: 'Part 1', 'Part 2', 'Part 3', 'Part 4', 'Part 5' and 2 "
        "more (--text-column may be repeated)."
    )


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_the_kind_of_column_does_not_matter(kind: str) -> None:
    table = pd.DataFrame({"a": ["1", "2"], "b": [SAID, "Nobody asked us."]}).astype(kind)
    assert find_columns(table).text == "b"


def test_what_the_user_names_wins_and_may_be_spelt_loosely() -> None:
    table = frame(["Comment", "Ward notes", "Trust", "Site", "Ref", "When"])
    found = find_columns(table, text="ward_notes", trust="Site", id="ref", date="WHEN")
    assert (found.text, found.trust, found.id, found.date) == ("Ward notes", "Site", "Ref", "When")
    assert set(dict(found.why).values()) == {"as asked"}


def test_one_column_does_not_play_two_parts_by_name() -> None:
    assert find_columns(frame(["text", "id"]), text="id").id is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"text": "Words"}, "x.csv: no column 'Words'; it has: id, text (use --text-column)"),
        (
            {"text": "Words", "trust": "Site", "date": "text"},
            "x.csv: no column 'Words' or 'Site'; it has: id, text "
            "(use --text-column, --trust-column)",
        ),
    ],
)
def test_missing_columns_are_named_at_once(asked: dict[str, str], message: str) -> None:
    with pytest.raises(TableError, match=f"^{re.escape(message)}$"):
        find_columns(frame(["id", "text"]), where="x.csv", **asked)


def test_no_text_column_says_what_there_is() -> None:
    table = pd.DataFrame({"id": ["1", "2"], "ward": ["A", "B"], "seen": ["yes", "no"]})
    with pytest.raises(TableError) as caught:
        find_columns(table, where="x.csv")
    assert str(caught.value) == (
        "x.csv: no text column found; it has: id, ward, seen (name it with --text-column)"
    )


def test_a_message_repeats_no_long_header_and_few_of_many() -> None:
    with pytest.raises(TableError) as caught:
        find_columns(pd.DataFrame(columns=[SAID, *(f"c{n}" for n in range(20))]), where="x.csv")
    assert SAID not in str(caught.value)
    assert "it has: (column 1, a long name), c0, c1" in str(caught.value)
    assert " and 9 more (name it" in str(caught.value)
    with pytest.raises(TableError, match="it has: no columns "):
        find_columns(pd.DataFrame())


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([0, 1], "the table: the name of column 1 is not text; rename the column"),
        (["text", None], "the table: the name of column 2 is not text; rename the column"),
        (
            ["text", "a", "text"],
            "the table: column 3 has the name of an earlier column; rename one of them",
        ),
    ],
)
def test_names_must_be_text_and_differ(names: list, message: str) -> None:
    with pytest.raises(TableError, match=f"^{re.escape(message)}$"):
        find_columns(pd.DataFrame([["x"] * len(names)], columns=names))


def test_added_columns_stand_as_the_design_says() -> None:
    assert added_columns(["a", "b"]) == [
        "sentiment", "themes", "a", "b", "sentiment_score", "a_p", "b_p",
        "org_code", "org_name", "check", "model",
    ]  # fmt: skip
    assert added_columns([])[:3] == ["sentiment", "themes", "sentiment_score"]
    told = added_columns(["a"], evidence=True)
    assert told[:4] == ["sentiment", "themes", "evidence", "a"]
    assert [name for name in told if name != "evidence"] == added_columns(["a"])


def test_a_tagged_table_of_ours_is_known_and_its_themes_read() -> None:
    columns = ["text", *added_columns(["a", "b"]), "notes"]
    assert is_tagged(columns)
    assert tagged_themes(columns) == ("a", "b")
    assert own_names(columns, ["b", "c"]) == dict.fromkeys(added_columns(["a", "b"]))
    assert not is_tagged(["text", "sentiment", "model"])
    assert tagged_themes(["text", "a"]) == ()


def test_evidence_is_ours_where_tagging_puts_it() -> None:
    ours = added_columns(["a"], evidence=True)
    columns = ["text", *ours, "notes"]
    assert is_tagged(columns)
    assert tagged_themes(columns) == ("a",)
    assert own_names(columns, ["a"]) == dict.fromkeys(ours)
    assert own_names(["text", "evidence"], ["a"]) == {"evidence": "evidence_original"}
    plain = added_columns(["a"])
    for theirs in (["evidence", *plain], [*plain, "evidence"]):
        assert own_names(theirs, ["a"]) == {"evidence": "evidence_original"} | dict.fromkeys(plain)


def test_a_theme_added_by_hand_stands_among_the_others_and_outlives_a_second_tagging() -> None:
    ours = added_columns(["a"])
    columns = ["text", "tick", *ours[:3], "fees", *ours[3:], "seen"]
    assert tagged_themes(columns) == ("a", "fees")
    assert own_names(columns, ["a", "b"]) == dict.fromkeys(ours)
    moved = ["text", "themes", "sentiment", "a", *ours[3:]]
    assert tagged_themes(moved) == ("a",)
    assert tagged_themes([name for name in columns if name != "sentiment_score"]) == ("a",)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["text"], {}),
        (["sentiment", "text"], {"sentiment": "sentiment_original"}),
        (["model", "a", "b"], {"model": "model_original", "a": "a_original"}),
        (["check", "check_original"], {"check": "check_original_2"}),
        (["a", "a_original", "a_original_2"], {"a": "a_original_3"}),
        (["a_p", "org_code"], {"a_p": "a_p_original", "org_code": "org_code_original"}),
    ],
)
def test_a_users_column_of_our_name_is_renamed(columns: list[str], expected: dict) -> None:
    assert own_names(columns, ["a"]) == expected


def test_in_a_tagged_table_too() -> None:
    columns = ["text", "b", *added_columns(["a"])]
    assert own_names(columns, ["a", "b"]) == {
        "b": "b_original", **dict.fromkeys(added_columns(["a"]))
    }  # fmt: skip


@given(
    st.lists(
        st.sampled_from([*added_columns(["a"], evidence=True), "a_original", "text", "x"]),
        unique=True,
    )
)
def test_no_column_is_lost_or_doubled(columns: list[str]) -> None:
    fates = own_names(columns, ["a"])
    kept = [fates.get(name, name) for name in columns]
    after = [name for name in kept if name] + added_columns(["a"])
    assert len(set(after)) == len(after)
    if not is_tagged(columns):
        assert None not in kept


@pytest.mark.parametrize(
    ("columns", "asked", "expected"),
    [
        (["Trust", "text"], None, "Trust"),
        (["text", "Trust"], None, "Trust"),
        (["Trust"], None, "Trust"),
        (["text", "site"], "Site", "site"),
        (["text", "org_code_original"], None, "org_code_original"),
        (["text", "org_code_original"], "org_code", "org_code_original"),
        (["text"], None, None),
        (["text"], "org_name", "org_name"),
    ],
)
def test_the_trust_column_of_a_tagged_table(
    columns: list[str], asked: str | None, expected: str | None
) -> None:
    tagged = frame([*columns, *added_columns(["a"])])
    assert find_tagged_column(tagged, "trust", asked=asked) == expected


def test_a_trust_column_asked_for_and_missing() -> None:
    with pytest.raises(
        TableError, match=r"^x.csv: no column 'site'; it has: a \(use --trust-column\)$"
    ):
        find_tagged_column(frame(["a"]), "trust", asked="site", where="x.csv")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Free_Text\n comment: ", "free text comment"),
        ("  FFT categorical answer", "fft categorical answer"),
        ("What was good?*", "what was good"),
        ("", ""),
    ],
)
def test_headers_are_compared_without_their_dress(name: str, expected: str) -> None:
    assert normalise_header(name) == expected
    assert normalise_header(normalise_header(name)) == expected


def test_find_column_takes_the_exact_name_first() -> None:
    assert find_column("a_b", ["A b", "a_b"]) == "a_b"
    assert find_column("A_B", ["A b", "a_b"]) == "A b"
    assert find_column("c", ["a"]) is None


@pytest.mark.parametrize(
    "name", [*added_columns([], evidence=True), "theme", "group", "perception_index"]
)
def test_reserved_names(name: str) -> None:
    assert is_reserved(name)
    assert not is_reserved(f"{name}s_")


def test_a_column_set_is_a_value() -> None:
    assert Columns("text") == Columns("text", None, None, None, ())
    assert Columns("text", why=(("text", "as asked"),)).sentence(["text"]) == (
        "Columns: text 'text' (as asked), no trust column (--trust-column names it), "
        "no id column, no date column"
    )


def test_a_pair_of_the_users_own_is_no_theme_of_a_tagged_file() -> None:
    columns = ["pain", "pain_p", *added_columns(["leadership"])]
    assert tagged_themes(columns) == ("leadership",)
    assert "pain" not in own_names(columns, ["leadership"])


@pytest.mark.parametrize("role", ["trust", "id", "date"])
def test_the_text_column_is_no_other(role: str) -> None:
    table = pd.DataFrame({"comment": ["a b c"], "x": ["y"]})
    with pytest.raises(TableError) as caught:
        find_columns(table, **{role: "Comment"}, where="x.csv")
    assert str(caught.value) == (
        f"x.csv: column 'comment' cannot be both the text and the {role} column "
        f"(use --text-column or --{role}-column)"
    )
