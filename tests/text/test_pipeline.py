import pickle
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.redaction import find_personal_data, mask

COMPONENTS = ["nhs_feedback_clean", "nhs_feedback_sentences", "nhs_feedback_redact"]
TEXT = "Itâ€™s slow.  Ring Jo on 07700 900123<br>or jo@ward.example. thanks"


def summary(doc):
    return (
        doc.text,
        [sentence.text for sentence in doc.sents],
        [(span.text, span.label_) for span in doc.spans["personal_data"]],
    )


EXPECTED = (
    "It's slow. Ring Jo on 07700 900123\nor jo@ward.example. thanks",
    ["It's slow.", "Ring Jo on 07700 900123\n", "or jo@ward.example.", "thanks"],
    [("Jo", "NAME"), ("07700 900123", "PHONE"), ("jo@ward.example", "EMAIL")],
)


def test_has_the_three_components(nlp):
    assert nlp.pipe_names == COMPONENTS


def test_cleans_splits_and_marks(nlp):
    assert summary(nlp(TEXT)) == EXPECTED
    assert mask(nlp(TEXT)) == "It's slow. Ring [NAME] on [PHONE]\nor [EMAIL]. thanks"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b"])
def test_empty_text_has_no_sentences(nlp, text):
    assert summary(nlp(text)) == ("", [], [])


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_stands_alone(name):
    alone = spacy.blank("en")
    alone.add_pipe(name)
    assert alone("").text == ""
    assert alone(TEXT).text in {TEXT, clean(TEXT)}


def test_sentences_of_uncleaned_text_start_at_its_first_token():
    alone = spacy.blank("en")
    alone.add_pipe("nhs_feedback_sentences")
    sentences = alone("  Slow. late").sents
    assert [sentence.text for sentence in sentences] == ["  Slow.", "late"]


def test_pipe_is_the_same_as_one_by_one(nlp):
    texts = [TEXT, "", "Plain.", TEXT]
    assert [summary(doc) for doc in nlp.pipe(texts)] == [summary(nlp(text)) for text in texts]


def test_context_and_user_data_outlive_cleaning(nlp):
    rows = [("a  b", {"row": 1}), ("plain", {"row": 2})]
    assert [row for _, row in nlp.pipe(rows, as_tuples=True)] == [{"row": 1}, {"row": 2}]
    doc = nlp.make_doc("a  b")
    doc.user_data["id"] = 7
    cleaned = nlp.get_pipe("nhs_feedback_clean")(doc)
    assert (cleaned.text, cleaned.user_data, doc.text) == ("a b", {"id": 7}, "a  b")


def test_clean_text_keeps_its_document(nlp):
    doc = nlp.make_doc("already clean")
    assert nlp.get_pipe("nhs_feedback_clean")(doc) is doc


def test_two_finds_in_one_token_make_one_span(nlp):
    doc = nlp("jo@ward.example/jo@ward.example,x" * 4)
    assert len(doc) == 1
    assert [(span.start, span.end) for span in doc.spans["personal_data"]] == [(0, 1)]


@given(st.text(st.sampled_from("a1 079@.-/x\n[]")) | st.text(st.characters(codec="utf-8")))
@settings(max_examples=300, deadline=None)
def test_spans_cover_all_finds_and_never_overlap(nlp, text):
    doc = nlp(text)
    covered = [
        i for span in doc.spans["personal_data"] for i in range(span.start_char, span.end_char)
    ]
    assert covered == sorted(set(covered))
    for start, end, _ in find_personal_data(doc.text):
        assert set(range(start, end)) <= set(covered)


def test_saves_and_loads(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    assert loaded.pipe_names == COMPONENTS
    assert summary(loaded(TEXT)) == EXPECTED
    assert len(loaded.make_doc("(" * 1000)) == 1


def test_pickles(nlp):
    assert summary(pickle.loads(pickle.dumps(nlp))(TEXT)) == EXPECTED


def test_tokens_are_those_of_spacy(nlp):
    text = "I can't, won't & dont: Dr. O'Brien's well-known e-obs (v3.1) cost £5k! gonna... NHS.net"
    assert [t.text for t in nlp.make_doc(text)] == [t.text for t in spacy.blank("en")(text)]


def test_registers_no_extension_on_import():
    code = (
        "import nhs_feedback.text.pipeline as p; p.text_pipeline()('Slow.');"
        "from spacy.tokens.underscore import Underscore as U;"
        "print(U.doc_extensions, U.span_extensions, U.token_extensions)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "{} {} {}\n"


@pytest.mark.skipif(
    "nhs_feedback_redact" not in entry_points(group="spacy_factories").names,
    reason="entry points exist only where the package is installed",
)
def test_spacy_finds_components_by_entry_point(tmp_path):
    code = (
        "import spacy; nlp = spacy.blank('en');"
        f"[nlp.add_pipe(name) for name in {COMPONENTS!r}]; print(nlp('a  b'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "a b\n"
