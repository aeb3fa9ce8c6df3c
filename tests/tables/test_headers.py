import pytest

from nhs_feedback.tables.headers import asks_for_trust, shown_names

KNOWN = frozenset({"id"})
LONG = "Thinking about the last year, what could we do better for you?"
SAID = "They asked us what we wanted and then did the other thing."


@pytest.mark.parametrize(
    "header",
    [
        "Which trust/organisation do you work for?",
        "Which NHS Trust or Health Board do you currently work in?",
        "Please select your trust",
        "Please select the organisation you work for",
        "What organisation are you employed by?",
        "By which organisation are you employed?",
        "What is the name of your organisation?",
        "Which of the following trusts do you work for?",
        "Q3. Which Trust do you work for? (please select one)",
        "3) At which Trust are you based?",
        "Your organization",
        "Name of your trust:",
        "Trust you work for",
    ],
)
def test_a_header_that_asks_for_the_trust(header: str) -> None:
    assert asks_for_trust(header)


@pytest.mark.parametrize(
    "header",
    [
        "Do you trust the system?",
        "How much do you trust your organisation?",
        "Which organisation do you trust most?",
        "What trust do you have in the system?",
        "What could your organisation do better?",
        "What does your trust do well?",
        "Which provider of software do you prefer?",
        "Which part of the organisation do you work in?",
        "Would you recommend your organisation as a place to work?",
        "How long have you worked for your trust?",
        "Your trust in the new system",
        "I have lost trust",
        "trust issues",
        "",
    ],
)
def test_a_header_that_asks_for_something_else(header: str) -> None:
    assert not asks_for_trust(header)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (["ID", LONG], ["ID", "Thinking about the last year, what ..."]),
        (["ID", f"4. {LONG}"], ["ID", "4. Thinking about the last year, what ..."]),
        (["ID", SAID], ["ID", "(column 2, a long name)"]),  # may be a comment
        (["ID", "It is too slow to use"], ["ID", "It is too slow to use"]),
        (["1", LONG], ["1", "(column 2, a long name)"]),  # no header, as far as we know
        (["1", "It is too slow to use"], ["1", "(column 2)"]),
        (["id", "4", "It is too slow to use"], ["id", "4", "(column 3)"]),  # run into row 2
        (["id", "What was\r\ngood?"], ["id", "What was good?"]),  # a message is one line
        (["ward", "Free text here"], ["ward", "Free text here"]),
        ([], []),
    ],
)
def test_names_that_may_be_comments_are_not_shown(columns: list[str], shown: list[str]) -> None:
    assert list(shown_names(columns, known=KNOWN).values()) == shown
