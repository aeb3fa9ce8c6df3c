import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.tables.guarding import guarded, is_formula, unguarded

FORMULAS = [
    "=1+1",
    "+44 20 7946 0000 is the old line",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    " =1+1",
    "\x00=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "- slow and dull",
    "-5%",
    "--5",
    "=",
    "-",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_guarded(text):
    assert is_formula(text)
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-5", "+3.2", "1e5", "-.5", "+1.", "-1E-9", "0", ""])
def test_numbers_are_left_alone(text):
    assert not is_formula(text)
    assert guarded(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("'tis slow", "'tis slow"),
        ("''", "''"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'-5", "''-5"),
        ("a=1", "a=1"),
        ("£5", "£5"),
        ("\u2212 slow", "\u2212 slow"),
    ],
)
def test_apostrophes_of_the_text_survive(text, written):
    assert guarded(text) == written
    assert unguarded(written) == text


@given(st.text(max_size=20) | st.text("'=+-@\t\r 5a", max_size=8))
def test_any_text_comes_back_and_starts_no_formula(text):
    written = guarded(text)
    assert unguarded(written) == text
    assert not is_formula(written)


def test_many_blanks_are_quick_to_look_through():
    assert not is_formula(" " * 100_000 + "x")
    assert guarded("'" * 100_000) == "'" * 100_000
