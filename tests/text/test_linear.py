"""No comment, however odd, takes long: each pattern and each public function in linear time."""

import importlib
import pkgutil
import re
import time

import pytest

from nhs_feedback import text
from nhs_feedback.text import checks, cleaning, language, redaction, sentences

SIZE = 100_000
UNITS = [
    *("a", "A", " ", "\n", "\t", ".", " .", "a.", "a. ", "1", "1 ", "1. ", "01 ", "0-", "1/", "-"),
    *("_", "[", "[]", "(", "[A", "<", "<b", "<b>", "<i <", '<b a="', "<b a=1 ", "&", "&#"),
    *("&amp;", "&l", "_x", "_x0041_", "@", "a@", "a@a.", "a-", "www.", "http://", ".co.uk"),
    *("a.co.uk ", " at ", " dot ", "+44 ", "ext ", "tel me on ", "nhs no ", "943 476 5919 "),
    *("07700 900123", "sw1", "x4410", "é", "\u0301", "\u0301\u0327", "\u200d", "a\u200d", "\x92"),
    *("Ã", "â€™", "\U0001f600", "!?", '"', "'", "a'", "•", "…", "no ", "thank you ", "same as "),
    *("dob ", "mrn ", "no ", "14 Ab ", "Flat 2 ", "1 a b ", "reg ", "AB12 ", "1.1.1.1", "1:", "::"),
    *("insta ", "@a", "4111 ", "GB82", "12-34-56 ", "lives at ", "bleep a ", "on 4410 ", "1/1/60 "),
    *(
        "hit me ",
        "kill ",
        "i will ",
        "abuse ",
        "patient ",
        "mr a ",
        "physio ",
        "gmc ",
        "A1",
        "car ",
    ),
    *("[NAME]", "ਨ", "\r", "aa.Aa"),
]
TEXTS = {unit: (unit * SIZE)[: SIZE - 1] + "!" for unit in UNITS}
MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(text.__path__, f"{text.__name__}.")
]
PATTERNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
}


def seconds(function, text):
    start = time.process_time()
    function(text)
    return time.process_time() - start


def slow(function, limit):
    taken = {unit: seconds(function, text) for unit, text in TEXTS.items()}
    return {unit: round(spent, 2) for unit, spent in taken.items() if spent > limit}


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern_is_linear(name):
    pattern = PATTERNS[name]
    assert slow(lambda text: (pattern.fullmatch(text), pattern.sub("", text)), limit=1) == {}


@pytest.mark.parametrize(
    "function",
    [
        *cleaning.STEPS,
        *(finder for _, finder in redaction.FINDERS),
        sentences.sentence_starts,
        checks.check_text,
    ],
    ids=lambda function: function.__name__,
)
def test_function_is_linear(function):
    language.is_foreign("warm the model up")
    assert slow(lambda text: list(function(text)), limit=2) == {}


@pytest.mark.parametrize("unit", UNITS)
def test_pipeline_does_not_hang(nlp, unit):
    assert seconds(nlp, TEXTS[unit]) < 10
