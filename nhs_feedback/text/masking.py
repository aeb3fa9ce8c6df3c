"""Many texts -> the same texts cleaned, with personal data masked: what a model may see."""

from collections.abc import Iterable
from functools import cache

from spacy.language import Language

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.names import Names
from nhs_feedback.text.pipeline import mark, text_pipeline
from nhs_feedback.text.redaction import Found, find_in_texts, mask


def masked_texts(texts: Iterable[str], *, names: Names = None) -> list[str]:
    """Clean texts and put `[LABEL]` where personal data was found, in order, each on its own.

    Parameters
    ----------
    names : Language, optional
        A trained spaCy pipeline of your own that finds people, in place of the shipped finder.
    """
    # Cleaned before spaCy sees them: it refuses the half characters that JSON may hold.
    cleaned = [clean(text) for text in texts]
    found = find_in_texts(cleaned, names=names)
    return [_masked(*one) if one[1] else one[0] for one in zip(cleaned, found, strict=True)]


def _masked(text: str, found: list[Found]) -> str:
    return mask(mark(_tokenizing_pipeline().make_doc(text), found))


@cache
def _tokenizing_pipeline() -> Language:
    return text_pipeline()
