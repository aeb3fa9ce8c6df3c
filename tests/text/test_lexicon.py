"""What is known of words when names are looked for."""

import pytest

from nhs_feedback.text.lexicon import Lexicon

LEXICON = Lexicon(
    given=frozenset({"priya", "mark", "grace"}),
    surnames=frozenset({"okafor", "price"}),
    words=frozenset({"ask", "mark", "grace", "price", "the", "in", "is", "slow", "ward", "it"}),
    others=frozenset({"epic", "leeds"}),
    context=frozenset({"ask", "mark"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "priya", "PRIYA", "Priya's", "ask Zebedee", "Mark is slow", "ask mark", "Grace", "okafor",
        "J.S. in it", "J. Price", "the ward is Dr P", "Price", "Zo", "zo is slow",
    ],
)  # fmt: skip
def test_may_hold_a_name(text):
    assert LEXICON.may_hold_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the price is slow",
        "mark it",
        "Ask it",
        "Epic is slow in Leeds",
        "EPIC",
        "mark the ward",
        "A 1!",
        "é",
    ],
)
def test_holds_none(text):
    assert not LEXICON.may_hold_name(text)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("Priya", "Xxg"), ("priya", "xg"), ("PRIYA", "XXg"), ("P", "X"), ("Mark", "Xxgw"),
        ("price", "xsw"), ("Leeds", "Xxo"), ("McLeod", "xX"), ("4", "-"), ("zog", "x"),
    ],
)  # fmt: skip
def test_shape(word, shape):
    assert LEXICON.shape(word) == shape


@pytest.mark.parametrize(
    ("word", "norm"),
    [("Ask", "ask"), ("MARK", "mark"), ("Priya", "<word>"), ("7", "<number>"), ("-", "<sign>")],
)
def test_norm(word, norm):
    assert LEXICON.norm(word) == norm


def test_lists_are_read_as_written():
    assert Lexicon.from_lists(LEXICON.as_lists()) == LEXICON
