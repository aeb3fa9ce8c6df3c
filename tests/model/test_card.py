import copy
from dataclasses import replace

import numpy as np
import pandas as pd

from nhs_feedback.model.card import model_card
from nhs_feedback.model.tagger import Tagger


def test_the_card_says_what_it_is_and_how_far_to_trust_it(model: Tagger) -> None:
    card = model_card(model)
    assert card.startswith("# Model: small\n")
    assert f"Fingerprint {model.fingerprint[:8]}; seed 0." in card
    assert "120 labelled comments given for it, by 24 writers" in card
    assert "ship with" not in card
    assert "Themes left out for too few examples: none." in card
    row = model.scores.iloc[0]
    assert (
        f"| it_project_framing | f1 | 120 | {row['n_present']} | {row['precision']:.2f} | "
        f"{row['recall']:.2f} | {row['score']:.2f} | {row['low']:.2f} to {row['high']:.2f} |"
    ) in card
    assert "| sentiment | accuracy | 120 |  |  |  | " in card


def test_a_model_claims_no_feeling_that_it_never_learnt(model: Tagger) -> None:
    some = replace(model, knows_polarity=np.array([True, False, False, False]))
    none = replace(model, knows_polarity=np.zeros(4, dtype=bool), polarity=None)
    neither = replace(none, sentiment=None)
    never = "Feelings that its labels did not say are not given."
    book = 'Tags free-text comments with 4 themes of the codebook\n"clinician-digital-change"'
    for tagger, says in (
        (model, ", how the writer feels about each and the overall sentiment.\nReads"),
        (
            some,
            ", how the writer feels about those whose labels said so and the overall sentiment.",
        ),
        (none, f" and the overall sentiment.\n{never}"),
        (neither, f".\n{never}"),
    ):
        assert f"{book}{says}" in model_card(tagger)


def test_what_the_model_reads_is_said(model: Tagger) -> None:
    encoder = model.features.encoder_
    assert encoder is not None
    meaning = (
        f"a vector of 384 numbers for the comment's\nmeaning (encoder {encoder.checksum[:8]})."
    )
    assert f"\nReads words, runs of letters, and {meaning}\nFingerprint" in model_card(model)
    features = copy.copy(model.features)
    features.encoder_ = None
    plain = model_card(replace(model, features=features))
    assert "\nReads words and runs of letters.\nFingerprint" in plain


def test_shipped_labels_and_themes_left_out_are_named(model: Tagger) -> None:
    made = replace(model.training, shipped_rows=13_000, left_out=("parking", "food"))
    card = model_card(replace(model, training=made))
    assert "given for it and 13,000 invented ones that ship with nhs_feedback, by" in card
    assert "too few examples: parking, food." in card


def test_no_comment_is_in_it(model: Tagger, labelled: pd.DataFrame) -> None:
    card = model_card(model)
    assert not [comment for comment in labelled["comment"] if comment in card]
