"""Many texts -> the same texts cleaned, with personal data masked: what a model may see."""

from collections.abc import Iterable
from functools import cache

from spacy.language import Language

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.pipeline import text_pipeline
from nhs_feedback.text.redaction import mask


def masked_texts(texts: Iterable[str]) -> list[str]:
    """Clean texts and put `[LABEL]` where personal data was found, in order, each on its own."""
    # Cleaned before spaCy sees them: it refuses the half characters that JSON may hold.
    return [mask(doc) for doc in _protecting_pipeline().pipe(map(clean, texts))]


@cache
def _protecting_pipeline() -> Language:
    nlp = text_pipeline()
    for name in ("nhs_feedback_clean", "nhs_feedback_sentences"):
        nlp.remove_pipe(name)
    return nlp
