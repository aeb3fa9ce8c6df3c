"""Many texts -> the same texts cleaned, with personal data masked: what a model may see."""

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.language import Language

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.names import Names
from nhs_feedback.text.pipeline import mark, text_pipeline
from nhs_feedback.text.redaction import NAME, Found, find_in_texts, mask


def masked_texts(texts: Iterable[str], *, names: Names = None) -> list[str]:
    """Clean texts and put `[LABEL]` where personal data was found, in order, each on its own.

    Parameters
    ----------
    names : Language, optional
        A trained spaCy pipeline of your own that finds people, in place of the shipped finder.
    """
    return [text for text, _ in masked_with_names(texts, names=names)]


def masked_with_names(
    texts: Iterable[str], *, names: Names = None
) -> Iterator[tuple[str, list[str]]]:
    """Mask texts as `masked_texts` does, and give the words that were taken for names in each."""
    # Cleaned before spaCy sees them: it refuses the half characters that JSON may hold.
    cleaned = [clean(text) for text in texts]
    for text, found in zip(cleaned, find_in_texts(cleaned, names=names), strict=True):
        people = [text[one.start : one.end] for one in found if one.label == NAME]
        yield _masked(text, found) if found else text, " ".join(people).split()


def _masked(text: str, found: list[Found]) -> str:
    return mask(mark(_tokenizing_pipeline().make_doc(text), found))


@cache
def _tokenizing_pipeline() -> Language:
    return text_pipeline()
