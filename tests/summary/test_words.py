import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning
from nhs_feedback.summary.words import COLUMNS, distinctive_words


@pytest.fixture
def spoken(many_tagged: pd.DataFrame) -> pd.DataFrame:
    """Sixty comments on infrastructure a group; North has trolleys, South has a lone ferret."""
    north = [f"The trolley number {n} has no signal on the wards." for n in "abcdefghij" * 6]
    north = [f"{text} Bay {chr(97 + n % 26) * 4}." for n, text in enumerate(north)]
    south = [f"The screen is slow today in clinic {chr(97 + n % 26) * 5}." for n in range(60)]
    south[0] = "A ferret ferret ferret ate the cable."
    south[1:30] = ["The same gerbil sits upon the router."] * 29
    return many_tagged.assign(
        comment=north + south, trust=["North"] * 60 + ["South"] * 60, org_name="",
        infrastructure="negative", training_support="",
    )  # fmt: skip


def test_words_that_set_a_group_apart(spoken: pd.DataFrame) -> None:
    found = distinctive_words(spoken)
    assert list(found.columns) == list(COLUMNS)
    words = found[found["theme"] == "infrastructure"].groupby("group")["word"].agg(list).to_dict()
    assert {"trolley", "signal", "wards"} <= set(words["North"])
    assert {"screen", "slow", "clinic"} <= set(words["South"])
    assert not {"ferret", "gerbil"} & set(words["South"])  # one comment's, and one repeated
    assert "training_support" not in set(found["theme"])
    assert (found["apart"] > 1.96).all()


def test_small_groups_and_nothing_have_no_words(spoken: pd.DataFrame) -> None:
    assert distinctive_words(spoken, min_group=61).empty
    assert list(distinctive_words(spoken.head(0)).columns) == list(COLUMNS)
    few = spoken.assign(respondent_id=[f"r{n % 12}" for n in range(120)])
    assert distinctive_words(few).empty
    private = spoken.assign(comment=[f"Ring {n:02}@nhs.example now" for n in range(120)])
    assert "nhs" not in set(distinctive_words(private)["word"])


def test_a_word_that_is_often_masked_as_a_name_is_none(spoken: pd.DataFrame) -> None:
    def words(text: str) -> set[str]:
        said = [f"{one} {text}" if n < 60 else one for n, one in enumerate(spoken["comment"])]
        return set(distinctive_words(spoken.assign(comment=said))["word"])

    assert "thompson" not in words("Ask Karen Thompson. The thompson is broken.")
    assert "lantern" in words("The lantern is broken.")


def test_without_a_trust_there_is_nobody_to_differ_from(spoken: pd.DataFrame) -> None:
    with pytest.warns(FeedbackWarning, match="no trust column found: one summary"):
        assert distinctive_words(spoken.drop(columns="trust")).empty
