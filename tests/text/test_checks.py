import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_feedback.text.checks import (
    LONG,
    LONG_CHARACTERS,
    NO_COMMENT,
    NO_TEXT,
    NOT_ENGLISH,
    REASONS,
    WELFARE,
    check_text,
)

SAYS_NOTHING = [
    *("n/a", "N/A.", "n.a.", "NA", "N/A N/A", "nil", "None", "none.", "Nothing", "NOTHING!!"),
    *("nothing really", "Nothing at all.", "Nothing, thank you.", "absolutely nothing", "no"),
    *("No.", "nope", "yes", "Yes please", "no comment", "No comments."),
    *("no further comments at this time", "no comments thanks", "Nothing to add", "nil to add"),
    *("Nothing more to add", "nothing to say", "nothing to report", "No, nothing."),
    *("no - nothing to add", "nothing comes to mind", "nothing that I can think of"),
    *("Can't think of anything.", "cannot think of any", "can’t say", "Did not answer"),
    *("no answer", "No response", "not applicable", "Not applicable to me", "don't know"),
    *("dont know", "I don’t know", "I really don't know", "dunno", "not sure", "I'm not sure"),
    *("Unsure", "No idea", "no opinion", "no views", "not really", "Not really, no", "as above"),
    *("See above.", "same as above", "as per above", "see previous answer", "ditto", "same"),
    *("prefer not to say", "I would rather not say", "declined", "refused", "pass", "test"),
    *("Testing", "test test", "null", "NaN", "blank", "[unreadable]", "tbc", "xx", "-"),
    *("--", ".", "...", "?", "???", "!", "/", "x", "Y", "7", "(a)", "…", "–"),
]

SAYS_SOMETHING = [
    *("ok", "OK.", "good", "Good.", "fine", "all fine", "all good", "Everything."),
    *("nothing works", "no problems", "no complaints", "No issues", "no change", "No staff."),
    *("not much", "Not a lot.", "no training", "none of it works", "nothing but problems"),
    *("Nothing, all good.", "no wifi", "no excellent service", "n/a - I am in catering"),
    *("don't know who to ask", "test results late", "same old rubbish", "see above the bed"),
    *("thanks", "Thank you", "cheers", "sorry", "same day", "\U0001f44d", "\U0001f621\U0001f621"),
    *("❤\ufe0f", ":)", ":-(", "<3", "5*", "10/10", "wifi", "pay", "not sure it helps"),
    *("pass the parcel", "nothing to add but delays", "yes it works", "IT", "up"),
]


def test_reasons_are_a_closed_list():
    expected = ("no text", "no comment", "not English", "welfare", "long")
    assert REASONS == (NO_TEXT, NO_COMMENT, NOT_ENGLISH, WELFARE, LONG) == expected


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_text(text):
    assert check_text(text) == (NO_TEXT,)


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_no_comment(text):
    assert check_text(text) == (NO_COMMENT,)


@pytest.mark.parametrize("text", SAYS_SOMETHING)
def test_ordinary_comments_pass(text):
    assert check_text(text) == ()


def test_not_english():
    assert check_text("Mae'r system newydd yn araf iawn.") == (NOT_ENGLISH,)


@pytest.mark.parametrize("cell", ["#NAME?", "#REF!", " #VALUE! ", "####"])
def test_a_cell_that_excel_spoilt_says_nothing(cell):
    assert check_text(cell) == (NO_COMMENT,)


def test_a_pasted_document_is_long_and_still_says_something():
    sentence = "The new system is slow and we still print everything. "
    limit = LONG_CHARACTERS // len(sentence)
    assert check_text(sentence * limit) == ()
    assert check_text(sentence * (limit + 1)) == (LONG,)


def test_welfare_stands_beside_other_reasons():
    assert check_text("My manager hit me.") == (WELFARE,)
    assert check_text("My manager hit me. " * LONG_CHARACTERS) == (WELFARE, LONG)
    assert check_text("Mae'r system newydd yn araf iawn. Suicidal.") == (NOT_ENGLISH, WELFARE)


def test_a_welsh_nothing_is_no_comment():
    assert check_text("Dim byd") == (NO_COMMENT,)


@given(st.text())
@settings(deadline=None)
def test_reasons_come_from_the_list(text):
    assert set(check_text(text)) <= set(REASONS)


@given(st.sampled_from(SAYS_NOTHING), st.sampled_from(["", ".", "!", " ."]))
def test_case_and_stops_do_not_matter(text, stop):
    assert check_text(text.upper() + stop) == check_text(text.lower() + stop) == (NO_COMMENT,)
