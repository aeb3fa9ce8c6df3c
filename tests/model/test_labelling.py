from collections import Counter

import numpy as np
import pandas as pd

from nhs_feedback.model.labelling import draw_to_check, most_useful, to_label
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.tags import expected_errors
from nhs_feedback.tables.schema import SENTIMENT


def test_a_random_sample_of_each_group(many: pd.DataFrame) -> None:
    texts = ["n/a", "", *many["comment"].tolist()[2:]]
    groups = many["trust"].tolist()
    places = draw_to_check(groups, texts, 20, seed=0)
    assert Counter(np.array(groups)[places]) == {"Moorland and Vale": 20, "RGT": 20, "Saltmere": 8}
    assert list(places) == sorted(set(places))
    assert not {0, 1} & set(places)
    assert list(draw_to_check(groups, texts, 20, seed=0)) == list(places)
    assert list(draw_to_check(groups, texts, 20, seed=1)) != list(places)
    assert len(draw_to_check([], [], 5, seed=0)) == 0


def test_every_comment_is_as_likely_as_any_other() -> None:
    texts = [f"The ward has asked for it {n} times." for n in range(10)]
    drawn = Counter(p for s in range(300) for p in draw_to_check(["a"] * 10, texts, 3, seed=s))
    assert min(drawn.values()) > 60
    assert max(drawn.values()) < 125


def test_the_likeliest_to_be_wrong_come_first_each_text_once(
    many: pd.DataFrame, model: Tagger
) -> None:
    texts = many["comment"].tolist()
    places = most_useful(texts, 10, model)
    wrong = expected_errors(model.tag(texts).probability, model.themes.thresholds_)
    assert list(wrong[places]) == sorted(wrong[places], reverse=True)
    assert wrong[places[0]] == wrong.max()
    assert len({texts[p] for p in places}) == len(places) == 10
    assert len(most_useful(["n/a"], 5, model)) == 0


def test_the_form_to_fill_in(many_tagged: pd.DataFrame, model: Tagger) -> None:
    form = to_label(many_tagged, np.array([3, 1]), model.codebook.ids)
    assert list(form.columns) == [
        "id", "trust", "staff_group", "comment", SENTIMENT, *model.codebook.ids
    ]  # fmt: skip
    assert form["id"].tolist() == ["n003", "n001"]
    assert set(form[list(model.codebook.ids)].to_numpy().ravel()) == {""}
