from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.model.attribution import sentences_of, with_and_without_each
from nhs_feedback.model.evidence import find_evidence
from nhs_feedback.model.store import load_model
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.tables.schema import says_something
from nhs_feedback.text.checks import check_text
from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.masking import masked_texts

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "comments.csv"
WIFI = "The wifi drops out every time we move the trolley."
TRAINING = "We had no training at all before the day it started."
NIGHTS = "I work on nights for most of the week."
PRIVATE = "Mail jo.bloggs@ward.example about it."


def test_each_tag_has_its_sentence(model: Tagger) -> None:
    texts = [f"{NIGHTS} {WIFI} {TRAINING}", f"{TRAINING}\n{WIFI}", WIFI, "n/a", ""]
    tags = model.tag(texts, evidence=True)
    infrastructure = model.codebook.ids.index("infrastructure")
    training = model.codebook.ids.index("training_support")
    both = {training: TRAINING, infrastructure: WIFI}
    assert tags.evidence == [both, both, {infrastructure: WIFI}, {}, {}]
    for row, found in enumerate(tags.evidence):
        assert list(found) == np.flatnonzero(tags.present[row]).tolist()


def test_evidence_changes_no_tag_and_is_found_only_when_asked_for(
    model: Tagger, many: pd.DataFrame
) -> None:
    texts = many["comment"].head(30).tolist()
    plain, told = model.tag(texts), model.tag(texts, evidence=True)
    assert plain.evidence is None
    np.testing.assert_array_equal(told.probability, plain.probability)
    assert told.check == plain.check


def test_evidence_depends_on_its_comment_alone(model: Tagger, many: pd.DataFrame) -> None:
    texts = [f"{text} {NIGHTS}" for text in many["comment"].head(8)]
    together = model.tag(texts, evidence=True).evidence
    assert together == [model.tag([text], evidence=True).evidence[0] for text in texts]


def test_no_comments_have_no_evidence(model: Tagger) -> None:
    themes = len(model.codebook.themes)
    found = find_evidence(model.features, model.themes, [], np.zeros((0, themes), dtype=bool))
    assert found == []
    tags = model.tag([], evidence=True)
    assert tags.evidence == []


def test_the_column_holds_a_masked_line_a_theme(model: Tagger) -> None:
    split = "The wifi drops out every time we move the trolley or that one\nbig cart of ours."
    comments = pd.DataFrame(
        {"comment": [f"{split} {TRAINING}", f"{WIFI[:-1]}, {PRIVATE}", "n/a", NIGHTS]}
    )
    tagged = classify(comments, model=model, evidence=True)
    columns = list(tagged.columns)
    assert columns[columns.index("themes") + 1] == "evidence"
    plain = classify(comments, model=model)
    pd.testing.assert_frame_equal(tagged.drop(columns="evidence"), plain)
    for themes, evidence in zip(tagged["themes"], tagged["evidence"], strict=True):
        lines = evidence.split("\n") if evidence else []
        assert [line.partition(": ")[0] for line in lines] == [
            theme for theme in themes.split("; ") if theme
        ]
    assert tagged["evidence"].iloc[0].split("\n") == [
        f"Training and support: {TRAINING}",
        f"Infrastructure and reliability: {' '.join(split.split())}",
    ]
    assert "[EMAIL]" in tagged["evidence"].iloc[1]
    assert not tagged["evidence"].str.contains("bloggs").any()
    assert classify(comments.iloc[:0], model=model, evidence=True).shape == (0, len(columns))


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return load_model()


def test_taking_the_evidence_out_costs_most(shipped: Tagger) -> None:
    """On the sample's comments of three sentences or more, all of them invented."""
    said = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)["comment"]
    masked = list(dict.fromkeys(masked_texts(said)))
    long = [text for text in masked if _is_long(text)][:120]
    tags = shipped.tag(long, evidence=True)
    lost, lost_by_others = [], []
    assert tags.evidence is not None
    for row, text in enumerate(long):
        drops = tags.probability[row] - _without_each(shipped, text)
        sentences = [" ".join(sentence.split()) for sentence in sentences_of(text)]
        for column, evidence in tags.evidence[row].items():
            place = sentences.index(evidence)
            lost.append(drops[place, column])
            lost_by_others.append(np.delete(drops[:, column], place).mean())
    assert len(lost) >= 50
    assert np.mean(np.array(lost) > 0) >= 0.9
    assert np.mean(lost) > 2 * np.mean(lost_by_others)


def _is_long(text: str) -> bool:
    return len(sentences_of(text)) >= 3 and says_something(check_text(clean(text)))


def _without_each(tagger: Tagger, text: str) -> np.ndarray:
    _, left = with_and_without_each(sentences_of(text))
    return tagger.themes.predict_proba(tagger.features.transform(left))
