"""The text room as spaCy components, and the pipeline made of them.

``spacy.blank("en").add_pipe("nhs_feedback_redact")`` works without an import of this package, by
entry point. Nothing is registered on ``Doc`` or ``Token``.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.redaction import SPANS_KEY, find_personal_data
from nhs_feedback.text.sentences import sentence_starts

if TYPE_CHECKING:
    from thinc.types import Ints2d

Component = Callable[[Doc], Doc]

# Tokens that stay whole without a look at their affixes. Plain letters have none, which makes
# tokenising half as fast again with the same tokens. And spaCy peels affixes off one at a time, in
# time that grows with the square of the token: 20,000 brackets without a space take it a minute.
_WHOLE = re.compile(r"[A-Za-z]+\Z|\S{100}")
_NO_START = np.uint64(2**64 - 1)  # -1, as spaCy takes it in from an array


def text_pipeline() -> Language:
    """Return a blank English pipeline that cleans, finds sentences and marks personal data."""
    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer  # spaCy types it as any callable
    tokenizer.token_match = _WHOLE.match
    nlp.max_length = 10**9  # spaCy's limit is for parsers, which need memory by the character
    for factory in ("nhs_feedback_clean", "nhs_feedback_sentences", "nhs_feedback_redact"):
        nlp.add_pipe(factory)
    return nlp


@Language.factory("nhs_feedback_clean")
def make_cleaner(nlp: Language, name: str) -> Component:  # noqa: ARG001 (spaCy passes a name)
    """Make the component that replaces a document by one of its cleaned text."""
    return partial(_clean_doc, nlp=nlp)


@Language.factory("nhs_feedback_sentences", assigns=["token.is_sent_start", "doc.sents"])
def make_sentence_splitter(nlp: Language, name: str) -> Component:  # noqa: ARG001
    """Make the component that sets sentence starts by ``sentences.sentence_starts``."""
    return _split_doc


@Language.factory("nhs_feedback_redact")
def make_redactor(nlp: Language, name: str) -> Component:  # noqa: ARG001
    """Make the component that sets ``doc.spans["personal_data"]``, in order, never overlapping."""
    return _mark_doc


def _clean_doc(doc: Doc, *, nlp: Language) -> Doc:
    text = doc.text
    cleaned_text = clean(text)
    if cleaned_text == text:
        return doc
    cleaned = nlp.make_doc(cleaned_text)
    cleaned.user_data = doc.user_data
    cleaned._context = doc._context  # what nlp.pipe(..., as_tuples=True) gives back
    return cleaned


def _split_doc(doc: Doc) -> Doc:
    # Not by token.is_sent_start: whenever it is set it reads the whole document for a parse.
    begins = np.full(len(doc), _NO_START)
    begins[:1] = 1
    later = sentence_starts(doc.text)[1:]
    if later:
        offsets = doc.to_array("IDX").tolist()
        for start in later:
            begins[bisect_right(offsets, start) - 1] = 1
    return doc.from_array("SENT_START", cast("Ints2d", begins))


def _mark_doc(doc: Doc) -> Doc:
    spans: list[Span] = []
    for start, end, label in find_personal_data(doc.text):
        span = cast("Span", doc.char_span(start, end, label=label, alignment_mode="expand"))
        if spans and span.start < spans[-1].end:  # two finds in one token
            first = spans.pop()
            span = Span(doc, first.start, span.end, label=first.label_)
        spans.append(span)
    doc.spans[SPANS_KEY] = spans
    return doc
