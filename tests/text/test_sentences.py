from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_feedback.text.sentences import sentence_starts

CASES = [
    ["Third system in ten years. ", "Nobody asked the wards."],
    ["slow. ", "nobody asked. ", "never works"],
    ["no capitals no stops it just goes on"],
    ["What?? ", "Again!! ", "Really?! ", "yes"],
    ["Too slow.... ", "Nobody cares"],
    ["open.... every time"],
    ["it said... loading. ", "Still loading"],
    ["Still waiting… ", "Fourteen months"],
    ['He said "no." ', "Then he left."],
    ["(See above.) ", "Next."],
    ["one\n", "two\n\n", "three"],
    ["one\r\n", "two\r", "three"],
    ["- slow wifi\n", "- no training\n", "- good ward"],
    ["• slow\n", "• late"],
    ["slow ", "• late ", "• broken"],
    ["Bad: ", "•slow ", "•late"],
    ["1. slow\n", "2. late\n", "10. broken"],
    ["1) slow\n", "2) late"],
    ["1. Raised in May. ", "2. Raised in June. ", "3. Nothing."],
    ["a. slow\n", "b. late"],
    ["(iv) slow. ", "(v) late."],
    ["Good.", "Very helpful"],
    ["slow and late.", "I gave up"],
    ["Dr. Smith and Mrs. Jones e.g. the wards. ", "Yes."],
    ["Bring it back, i.e. the old one. ", "Please."],
    ["approx. 20 min. a day vs. paper etc. for all. ", "Yes."],
    ["Forms, letters, etc. ", "All by hand."],
    ["Up at 6 a.m. every day. ", "Tired."],
    ["Home at 6 p.m. ", "Tired."],
    ["No. 4 bed is out. ", "No. ", "Nobody came."],
    ["see no. 4 and nos. 5 to 7"],
    ["At 8.30 it took 3.5 hours, 1.2.3 crashed. ", "Done"],
    ["mail jo.Smith@ward.example or www.Ward.example now. ", "Thanks"],
    ["see https://ward.example/A.Bcd now"],
    ["A PhD.D thing, e.g.This"],
    ["Great. :)"],
    ["Great!! \U0001f600"],
    ["!!! What"],
    ["7. Yes"],
    ["Ward•three is fine"],
    ["x"],
    ["..."],
    ["- "],
    [
        "The line was wrapped by the mail program after seventy characters or so\nand went on. ",
        "Yes.",
    ],
    ["The line was ended by the writer at much the same length, with a stop.\n", "and went on."],
    ["short line\n", "and another"],
]

PIECES = [*'aA1.!?…•-\n\r )"', "e.g.", "No.", ". ", "1. "]


def pieces(text):
    return [text[start:end] for start, end in pairwise([*sentence_starts(text), len(text)])]


@pytest.mark.parametrize("sentences", CASES, ids="".join)
def test_begins_sentences(sentences):
    assert pieces("".join(sentences)) == sentences


@pytest.mark.parametrize("text", ["", " ", "\n", " \n\t "])
def test_blank_text_has_none(text):
    assert sentence_starts(text) == []


def test_leading_space_belongs_to_no_sentence():
    assert sentence_starts("  \nSlow. late") == [3, 9]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=500, deadline=None)
def test_starts_ascend_and_stand_on_no_space(text):
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert all(not text[start].isspace() for start in starts)
    assert bool(starts) == bool(text.strip())
    assert not starts or not text[: starts[0]].strip()
