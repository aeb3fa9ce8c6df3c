import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from nhs_feedback.errors import ModelError
from nhs_feedback.model.explanation import check_themes, explain
from nhs_feedback.model.tagger import Tagger

WIFI = "The wifi drops out every time we move the trolley."


@settings(max_examples=15)
@given(rows=st.lists(st.integers(0, 119), min_size=1, max_size=4))
def test_a_themes_parts_add_up_to_its_score(
    rows: list[int], labelled: pd.DataFrame, model: Tagger
) -> None:
    text = "\n".join(labelled["comment"].iloc[rows])
    parts = explain(text, model=model)
    added = parts.groupby("theme", observed=True)["log_odds"].sum()[list(model.codebook.ids)]
    X, themes = model.features.transform([text]).astype(np.float64), model.themes
    score = (X @ themes.coef_.T.astype(np.float64))[0] + themes.intercept_
    np.testing.assert_allclose(added, themes.slope_ * score + themes.offset_, atol=1e-9)
    # The tagger sums in single precision.
    np.testing.assert_allclose(expit(added), model.tag([text]).probability[0], atol=1e-5)


def test_what_an_explanation_holds(model: Tagger) -> None:
    text = f"{WIFI} The WIFI, again! Ask jo.bloggs@ward.example."
    parts = explain(text, model=model)
    assert list(parts.columns) == ["theme", "part", "what", "log_odds"]
    assert set(parts["theme"]) == set(model.codebook.ids)
    one = parts[parts["theme"] == "infrastructure"]
    assert one.loc[one["part"] == "base", "what"].tolist() == [""]
    words = one[one["part"] == "word"]
    assert words["what"].tolist()[:3] == ["the", "wifi", "drops"]
    assert words["what"].is_unique
    assert one.loc[one["part"] == "sentence", "what"].tolist() == [
        WIFI, "The WIFI, again!", "Ask [EMAIL]."
    ]  # fmt: skip
    assert words.set_index("what")["log_odds"]["wifi"] > 0
    assert not parts["what"].str.contains("bloggs").any()


@pytest.mark.parametrize("text", ["", "  \n", "n/a", "Je ne sais pas pourquoi nous devons."])
def test_what_says_nothing_has_no_parts(text: str, model: Tagger) -> None:
    parts = explain(text, model=model)
    assert (len(parts), list(parts.columns)) == (0, ["theme", "part", "what", "log_odds"])


def test_the_shipped_model_unless_another_is_given() -> None:
    parts = explain(WIFI)
    assert {"base", "word", "sentence"} == set(parts["part"])
    assert "infrastructure" in set(parts["theme"])


def test_a_theme_that_the_model_does_not_know(model: Tagger) -> None:
    check_themes(["infrastructure"], model)
    message = (
        "the model small has no theme parking, fees; it has: it_project_framing, "
        "clinical_framing, training_support, infrastructure"
    )
    with pytest.raises(ModelError, match=f"^{re.escape(message)}$"):
        check_themes(["parking", "infrastructure", "fees"], model)


def test_a_table_of_it_can_be_made(model: Tagger) -> None:
    table = explain(WIFI, model=model).pivot_table(index="what", columns="theme", values="log_odds")
    assert isinstance(table, pd.DataFrame)
