from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import spacy

from nhs_feedback.errors import ModelError
from nhs_feedback.model.components import Tag, load_pipeline
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.tables.schema import POLARITIES

WIFI = "The wifi drops out every time we move the trolley."


def test_the_component_is_added_by_name(model_folder: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("nhs_feedback_tagger", config={"model": str(model_folder)})
    doc = nlp(WIFI)
    assert list(doc._.themes) == ["infrastructure"]
    tag = doc._.themes["infrastructure"]
    assert isinstance(tag, Tag)
    assert tag.polarity == "negative"
    assert 0.9 < tag.probability <= 1
    assert tag.evidence == WIFI
    assert doc._.sentiment == "negative"


def test_the_whole_pipeline(model_folder: Path) -> None:
    nlp = load_pipeline(model_folder)
    doc = nlp("Mail jo@ward.example. The wifi drops out every time we move.")
    assert [span.text for span in doc.spans["personal_data"]] == ["jo@ward.example"]
    assert len(list(doc.sents)) == 2
    assert list(doc._.themes) == ["infrastructure"]


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_many_are_as_one_by_one(batch_size: int, model_folder: Path, many: pd.DataFrame) -> None:
    nlp = load_pipeline(model_folder)
    texts = [*many["comment"].head(10), "", "n/a"]
    piped = list(nlp.pipe(texts, batch_size=batch_size))
    for text, doc in zip(texts, piped, strict=True):
        alone = nlp(text)
        assert (doc._.themes, doc._.sentiment) == (alone._.themes, alone._.sentiment)
    assert list(nlp.pipe([])) == []


def test_a_doc_is_tagged_as_a_row_of_a_table(
    model_folder: Path, many: pd.DataFrame, model: Tagger
) -> None:
    texts = many["comment"].head(20).tolist()
    tags = model.tag(texts)
    for row, doc in enumerate(load_pipeline(model_folder).pipe(texts)):
        present = [
            t for t, there in zip(model.codebook.ids, tags.present[row], strict=True) if there
        ]
        assert list(doc._.themes) == present
        assert doc._.sentiment == POLARITIES[tags.sentiment[row]]


def test_the_sentence_behind_a_theme_masked(model: Tagger) -> None:
    text = f"I work on nights. Jo@ward.example says:\n{WIFI[:-1]} of jo@ward.example."
    tag = load_pipeline(model)(text)._.themes["infrastructure"]
    assert tag.evidence == f"{WIFI[:-1]} of [EMAIL]."
    plain = load_pipeline(model, evidence=False)(text)._.themes["infrastructure"]
    assert plain == tag._replace(evidence="")


def test_a_model_in_memory(model: Tagger, model_folder: Path, tmp_path: Path) -> None:
    nlp = load_pipeline(model)
    assert nlp(WIFI)._.themes == load_pipeline(model_folder)(WIFI)._.themes
    nlp.to_disk(tmp_path / "saved")
    back = spacy.load(tmp_path / "saved")
    with pytest.raises(ModelError) as caught:
        back(WIFI)
    assert str(caught.value) == (
        "the pipeline's model was in memory and is not saved with it; "
        "make the pipeline again with load_pipeline(MODEL)"
    )


def test_what_says_nothing_has_no_themes(model_folder: Path) -> None:
    nlp = load_pipeline(model_folder)
    for text in ("", "n/a", "   "):
        doc = nlp(text)
        assert (doc._.themes, doc._.sentiment) == ({}, "")


def test_no_model_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model there"):
        load_pipeline(tmp_path / "none")


def test_nothing_is_registered_on_import(run_alone: Callable[[str], tuple[int, str]]) -> None:
    asked = (
        "import spacy, nhs_feedback, nhs_feedback.model.components\n"
        "from spacy.tokens import Doc, Span, Token\n"
        "own = {'themes', 'sentiment'}\n"
        "for kind in (Doc, Span, Token):\n"
        "    assert not [name for name in own if kind.has_extension(name)], kind\n"
    )
    assert run_alone(asked) == (0, "")


def test_ones_own_pipeline_finds_the_names(model_folder: Path) -> None:
    own = spacy.blank("en")
    own.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "The Chief"}])
    nlp = load_pipeline(model_folder, names=own)
    doc = nlp(f"Ask The Chief, not Priya. {WIFI}")
    assert [span.text for span in doc.spans["personal_data"]] == ["The Chief"]
    assert list(doc._.themes) == ["infrastructure"]
