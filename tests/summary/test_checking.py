import math
import re

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.summary.checking import (
    Mean,
    check_against,
    checked_shares,
    powered_interval,
    powered_mean,
)
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.groups import summarise

Z = 1.959963984540054


def arithmetic(n: int, rest: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    i, j = np.arange(n), np.arange(rest)
    y = ((i * 7 + seed) % 5 < 2).astype(float)
    f = np.clip(0.15 + 0.6 * y + ((i * 3 + seed) % 7) / 20 - 0.1, 0, 1)
    return y, f, ((j * 11 + seed) % 101) / 101


@pytest.mark.parametrize(
    ("case", "value", "low", "high"),
    [
        # ppi-python 0.2.3, ppi_mean_pointestimate and ppi_mean_ci(alpha=0.05) on the same arrays.
        ((20, 200, 0), 0.45413366336633665, 0.3430331090916547, 0.5652342176410186),
        ((50, 500, 3), 0.45297029702970304, 0.38476554693934856, 0.5211750471200576),
        ((100, 150, 1), 0.4487686057927402, 0.3855376408023916, 0.5119995707830888),
        ((8, 40, 2), 0.4248143564356436, 0.2146192519522646, 0.6350094609190226),
    ],
)
def test_the_powered_mean_is_that_of_ppi_python(
    case: tuple[int, int, int], value: float, low: float, high: float
) -> None:
    mean = powered_mean(*arithmetic(*case))
    found = (mean.value, mean.value - Z * mean.error, mean.value + Z * mean.error)
    np.testing.assert_allclose(found, (value, low, high), rtol=1e-9)


def test_useless_predictions_leave_the_labels_alone() -> None:
    y = np.array([0.0, 1.0] * 10)
    for predicted in (np.full(20, 0.5), 1 - y):
        mean = powered_mean(y, predicted, np.linspace(0, 1, 50))
        assert (mean.value, mean.weight) == (0.5, 0.0)
    assert powered_mean(y, y, np.zeros(0)).value == 0.5


@pytest.mark.parametrize("value", [-0.2, 0.0, 0.3, 1.0, 1.2])
@pytest.mark.parametrize("error", [0.0, 1e-9, 0.05, 3.0])
def test_an_interval_stays_within_0_and_1(value: float, error: float) -> None:
    share, low, high = powered_interval(Mean(value, error, 1.0), 20)
    assert 0 <= low <= share <= high <= 1
    assert high - low > 0.03


def test_shares_by_group_and_over_them() -> None:
    chance = np.random.default_rng(0)
    rows = pd.DataFrame({"trust": ["A"] * 60 + ["B"] * 30 + ["C"] * 9, "t": chance.random(99)})
    labels = np.full((99, 1), np.nan)
    labels[:20, 0] = [1, 0, 0, 0] * 5
    labels[60:80, 0] = [1, 1, 0, 0] * 5
    found = checked_shares(rows, labels, ["t"]).set_index("trust")
    assert sorted(found.index) == ["A", "All", "B"]  # C was not checked
    whole = checked_shares(rows.iloc[:90], labels[:90], ["t"]).set_index("trust")["share"]
    assert whole["All"] == pytest.approx((60 * whole["A"] + 30 * whole["B"]) / 90)
    assert checked_shares(rows.head(5), labels[:5], ["t"]).empty
    assert checked_shares(rows[["t"]].head(0), labels[:0], ["t"]).empty


@pytest.fixture
def sample(labelled: pd.DataFrame) -> pd.DataFrame:
    return labelled.iloc[::3].drop(columns="writer")


def test_a_sample_is_found_by_id_or_by_text(
    many_tagged: pd.DataFrame, sample: pd.DataFrame
) -> None:
    by_id = check_against(many_tagged, sample, Grouping(()))
    assert (by_id.given, by_id.matched, by_id.by) == (40, 40, "id")
    by_text = check_against(many_tagged, sample.drop(columns="id"), Grouping(()))
    assert (by_text.matched, by_text.by) == (40, "text")
    scores = by_id.scores.set_index("theme")
    assert scores.loc["training_support", "n"] == 40
    assert (scores["low"].dropna() <= scores["score"].dropna()).all()


def test_what_is_not_found_is_said(many_tagged: pd.DataFrame, sample: pd.DataFrame) -> None:
    strange = sample.assign(id=["x", "y", *sample["id"].iloc[2:]])
    message = "2 of 40 checked rows are not in the tagged table (looked for by id) and are left out"
    with pytest.warns(FeedbackWarning, match=f"^{re.escape(message)}$"):
        check_against(many_tagged, strange, Grouping(()))
    nothing = sample.assign(id="x", comment="never said")
    with pytest.raises(TableError, match=r"^s.csv: none of its rows is in the tagged table by id"):
        check_against(many_tagged, nothing, Grouping(()), where="s.csv")


def test_a_summary_of_a_checked_sample(many_tagged: pd.DataFrame, sample: pd.DataFrame) -> None:
    found = summarise(many_tagged, method="count", checked=sample).set_index(["group", "theme"])
    assert found.loc[("All", "training_support"), "method"] == "checked"
    assert found.loc[("All", "sentiment"), "method"] == ""
    assert found.loc[("Saltmere", "infrastructure"), "method"] == "count"
    assert math.isnan(found.loc[("Saltmere", "infrastructure"), "share"])  # still hidden
    whole = summarise(many_tagged, method="count").set_index(["group", "theme"])
    assert (found["n_tagged"].fillna(-1) == whole["n_tagged"].fillna(-1)).all()


def test_covers_what_it_claims() -> None:
    """Of 1,500 groups of 200, half of them checked, about 95% of intervals hold the truth."""
    chance = np.random.default_rng(1)
    held = []
    for _ in range(1500):
        y = (chance.random(200) < 0.15).astype(float)
        p = np.clip(0.1 + 0.5 * y + chance.normal(0, 0.15, 200), 0, 1)
        _, low, high = powered_interval(powered_mean(y[:100], p[:100], p[100:]), 100)
        held.append(low <= 0.15 <= high)
    assert 0.93 < np.mean(held) < 0.98
