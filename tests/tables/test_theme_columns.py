import pandas as pd
import pytest

from nhs_feedback.tables.schema import added_columns
from nhs_feedback.tables.theme_columns import ThemeColumns, find_theme_columns

TICKS = {
    "ticks": ["x", ""],
    "numbers": [1.0, 0.0],
    "truths": pd.Series([True, pd.NA], dtype="boolean"),
    "Asked": ["Yes", "no"],
    "agreed": ["Y", "N"],
    "flag": [True, False],
    "scale": ["1", "3"],
    "notes": ["Sister Bloggs shouts", ""],
    "blank": ["", None],
    "zeros": ["0", ""],
    "sentiment": ["positive", ""],
    "check": ["x", ""],
    "model": ["1", "0"],
}
TAKEN = ("ticks", "numbers", "truths", "flag")
DOUBTFUL = ("Asked", "agreed")
BLANK = ("blank", "zeros")


def find(columns: dict, *known: str) -> ThemeColumns:
    return find_theme_columns(pd.DataFrame(columns), known=known, parts=["text"])


def test_ticks_are_themes_and_answers_are_not() -> None:
    assert find({"text": ["1", "0"], **TICKS}, "absent") == ThemeColumns(TAKEN, DOUBTFUL, BLANK)


def test_where_nothing_is_surely_a_theme_yes_may_be_an_answer() -> None:
    said = {"quote": ["yes", ""]}
    assert find(said) == ThemeColumns((), ("quote",))
    assert find({**said, "known": ["", ""]}, "known").taken == ("quote", "known")


@pytest.mark.parametrize("cells", [["anything", ""], ["", ""]])
def test_beside_a_theme_of_the_codebook_ticks_are_themes_and_answers_are_not(cells: list) -> None:
    found = find({"text": ["1", "0"], "known": cells, **TICKS}, "known")
    assert found == ThemeColumns(("known", *TAKEN), DOUBTFUL, BLANK)


def test_beside_polarity_words_too() -> None:
    own = {"words": ["positive", None], "mixed": ["negative", "no"]}
    assert find({**TICKS, **own}) == ThemeColumns((*TAKEN, *own), DOUBTFUL, BLANK)


def test_of_a_tagged_table_its_themes_alone() -> None:
    ours = added_columns(["a"])
    names = ["quote", "words", *ours[:3], "fees", *ours[3:], "done"]
    table = pd.DataFrame([["x"] * len(names)], columns=names).assign(words="positive", fees="")
    assert find_theme_columns(table, known=[]) == ThemeColumns(
        ("a", "fees"), ("quote", "words", "done")
    )
    assert find_theme_columns(table, known=["quote"]).taken == ("quote", "a", "fees")


def test_a_pair_of_the_users_own_in_no_tagged_table_is_no_theme() -> None:
    assert find({"pain": ["bad", ""], "pain_p": ["0.5", ""]}) == ThemeColumns(())


def test_no_rows_and_no_columns() -> None:
    assert find({}) == ThemeColumns(())
    assert find({"a": [], "b": []}, "a") == ThemeColumns(("a",), (), ("b",))
