"""The text room as spaCy components, and the pipeline made of them.

``spacy.blank("en").add_pipe("nhs_feedback_redact")`` works without an import of this package, by
entry point. Nothing is registered on ``Doc`` or ``Token``.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.names import WHOLE, Names
from nhs_feedback.text.redaction import SPANS_KEY, Found, find_in_texts
from nhs_feedback.text.sentences import sentence_starts

if TYPE_CHECKING:
    from thinc.types import Ints2d

Component = Callable[[Doc], Doc]

_NO_START = np.uint64(2**64 - 1)  # -1, as spaCy takes it in from an array


class Redactor:
    """Set ``doc.spans["personal_data"]``, in order, never overlapping.

    Parameters
    ----------
    names : Language, optional
        A trained spaCy pipeline of your own that finds people, in place of the shipped finder. It
        is not saved with the pipeline that this component is part of.
    """

    def __init__(self, names: Names = None) -> None:
        self.names = names

    def __call__(self, doc: Doc) -> Doc:
        """Mark one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1000) -> Iterator[Doc]:
        """Mark documents in batches; the batch changes no mark."""
        waiting = iter(stream)
        while docs := list(islice(waiting, batch_size)):
            found = find_in_texts([doc.text for doc in docs], names=self.names)
            for doc, pieces in zip(docs, found, strict=True):
                yield mark(doc, pieces)


def text_pipeline(*, names: Names = None) -> Language:
    """Return a blank English pipeline that cleans, finds sentences and marks personal data.

    Parameters
    ----------
    names : Language, optional
        A trained spaCy pipeline of your own that finds people, in place of the shipped finder.
    """
    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer  # spaCy types it as any callable
    tokenizer.token_match = WHOLE.match
    nlp.max_length = 10**9  # spaCy's limit is for parsers, which need memory by the character
    for factory in ("nhs_feedback_clean", "nhs_feedback_sentences", "nhs_feedback_redact"):
        nlp.add_pipe(factory)
    cast("Redactor", nlp.get_pipe("nhs_feedback_redact")).names = names
    return nlp


def mark(doc: Doc, found: Iterable[Found]) -> Doc:
    """Set a document's spans to what was found in its text, widened to whole tokens."""
    spans: list[Span] = []
    for start, end, label in found:
        span = cast("Span", doc.char_span(start, end, label=label, alignment_mode="expand"))
        if spans and span.start < spans[-1].end:  # two finds in one token
            first = spans.pop()
            span = Span(doc, first.start, span.end, label=first.label_)
        spans.append(span)
    doc.spans[SPANS_KEY] = spans
    return doc


@Language.factory("nhs_feedback_clean")
def make_cleaner(nlp: Language, name: str) -> Component:  # noqa: ARG001 (spaCy passes a name)
    """Make the component that replaces a document by one of its cleaned text."""
    return partial(_clean_doc, nlp=nlp)


@Language.factory("nhs_feedback_sentences", assigns=["token.is_sent_start", "doc.sents"])
def make_sentence_splitter(nlp: Language, name: str) -> Component:  # noqa: ARG001
    """Make the component that sets sentence starts by ``sentences.sentence_starts``."""
    return _split_doc


@Language.factory("nhs_feedback_redact")
def make_redactor(nlp: Language, name: str) -> Redactor:  # noqa: ARG001
    """Make the component that marks personal data, with the shipped finder of names."""
    return Redactor()


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
