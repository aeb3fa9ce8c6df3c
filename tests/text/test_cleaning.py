import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nhs_feedback.text.cleaning import STEPS, clean

REPAIRED = [
    ("Itâ€™s slow", "It's slow"),
    ("donâ€™t â€“ really", "don't – really"),
    ("The cafÃ© queue", "The café queue"),
    ("It\u0092s slow", "It's slow"),
    ("Wait\u0085 what", "Wait… what"),
    ("‘Change’ is “coming”", "'Change' is \"coming\""),
    ("ﬁrst oﬃce", "first office"),
    ("Ｗｉｆｉ", "Wifi"),
    ("e\u0301lite", "élite"),
    ("slow &amp; late", "slow & late"),
    ("slow &amp;amp;amp; late", "slow & late"),
    ("don&#39;t, can&#x2019;t", "don't, can't"),
    ("a&nbsp;b", "a b"),
    ("&lt;3 the team", "<3 the team"),
    ("one<br>two<BR/>three<br />four", "one\ntwo\nthree\nfour"),
    ("&lt;br&gt;slow", "slow"),
    ('<p class="x" style="a: b">one</p><p>two</p>', "one\n\ntwo"),
    ("un<b>believ</b>able", "unbelievable"),
    ("<<b>b>slow", "slow"),
    ("<i <b>class=x>slow", "slow"),
    ("one_x000D_\ntwo", "one\ntwo"),
    ("one_x000d__x000A_two", "one\ntwo"),
    ("tab_x0009_bed", "tab bed"),
    ("nul\x00l be\x07ll", "null bell"),
    ("zero\u200bwidth so\u00adft \ufeffmark\u2060", "zerowidth soft mark"),
    ("a\u200db", "ab"),
    ("a\u200d\u200d\u200dé", "aé"),
    ("\U0001f600\ud83d\ude00", "\U0001f600\U0001f600"),
    ("lone \ud83d half", "lone \ufffd half"),
    ("non\xa0breaking\u2003and\u3000wide\tand tab", "non breaking and wide and tab"),
    ("  many   spaces  ", "many spaces"),
    ("a\r\nb\rc\nd", "a\nb\nc\nd"),
    ("a\u2028b\u2029c\x0bd\x0ce", "a\nb\nc\nd\ne"),
    ("a \n \n \n\n b", "a\n\nb"),
    ("\n\na\n", "a"),
    (" \t\r\n", ""),
]

UNCHANGED = [
    "",
    "a",
    "<3",
    "a < b",
    "5 > 3",
    "3<5 and 7>6",
    "if a <b and c> d",
    "<- back",
    "O'Brien",
    "Ynys Môn: ŵ, ŷ, ï",
    "£5 at 37.5 °C, ½ a day",
    "R&D, A&E; Q&A",
    "this&not that",
    "snake_x_name, max_x0041",
    "good \U0001f44d\U0001f3fd \U0001f469\u200d⚕\ufe0f \u2764\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "ਨਵਾਂ ਸਿਸਟਮ",
    "می\u200cخواهم",
    "[NAME] said <name> left",
    "wait... what?! – no… £3k–£5k",
    "naïve façade, Zoë, Łódź, Škoda",
    "10³ μg",
    "one\ntwo\n\nthree",
]

PIECES = [
    *("&", "<", ">", "_", ";", "#", " ", "\n", "\t", "a", "\x92", "Ã", "\u200b", "\u200d"),
    *("\u0301", "\xa0", "é", "\ufb01", "“", "\r", "/", "=", '"', "'", "amp;", "lt;", "gt;"),
    *("#38;", "nbsp;", "b>", "<br", "br>", "<b ", "</p>", "_x00", "3C_", "_x", "_x000D_"),
    *("_x005F_", "â€™", "â€", "ÃƒÂ©", "\ud83d", "\ude00", "  ", "\n\n"),
]


@pytest.mark.parametrize(("text", "expected"), REPAIRED)
def test_repairs(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize("text", UNCHANGED)
def test_leaves_words_alone(text):
    assert clean(text) == text


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=1000, deadline=None)
@example("&" + "amp;" * 50 + "lt;")
@example("<" * 50 + "b>" * 50)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    assert clean(once) == once


def test_escapes_nested_without_end_are_flattened():
    text = "<b>"
    for _ in range(1000):
        text = f"&l{text}t;b>"  # a tag inside an entity that makes a tag
    once = clean(f"slow {text}")
    assert clean(once) == once
    assert once.startswith("slow")
    assert not set("&<") & set(once)


@given(st.text())
@settings(deadline=None)
def test_white_space_is_settled(text):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert not {"  ", " \n", "\n ", "\n\n\n", "\r", "\t", "\xa0"} & {
        cleaned[i : i + n] for n in (1, 2, 3) for i in range(len(cleaned))
    }


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="&<_", categories="LNPZ")))
@settings(deadline=None)
def test_plain_ascii_only_loses_space(text):
    assert clean(text) == " ".join(text.split())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_step_bears_nothing(step):
    assert step("") == ""


def test_long_text_is_repaired_through_and_through():
    assert clean("Itâ€™s slow. " * 10_000) == ("It's slow. " * 10_000).strip()
