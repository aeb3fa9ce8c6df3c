import pytest
from spacy.language import Language

from nhs_feedback.text.pipeline import text_pipeline


@pytest.fixture(scope="session")
def nlp() -> Language:
    return text_pipeline()
