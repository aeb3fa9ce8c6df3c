import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from nhs_feedback.errors import TableError
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.comparisons import compare
from nhs_feedback.summary.groups import summarise
from nhs_feedback.summary.trends import trends

COLUMNS = [
    "group", "theme", "n_comments", "share", "share_rest", "difference", "difference_low",
    "difference_high", "p", "q", "stands", "funnel_low_95", "funnel_high_95", "funnel_low_998",
    "funnel_high_998", "outside", "method", "hidden",
]  # fmt: skip


@pytest.fixture
def apart(many_tagged: pd.DataFrame) -> pd.DataFrame:
    """Two groups of 60: one has nothing but infrastructure, the other has none."""
    groups = ["North"] * 60 + ["South"] * 60
    cells = ["negative"] * 60 + [""] * 60
    p = [0.95] * 60 + [0.02] * 60
    return many_tagged.assign(trust=groups, org_name="", infrastructure=cells, infrastructure_p=p)


@pytest.mark.parametrize("method", ["count", "calibrated"])
def test_groups_against_the_rest(method: str, apart: pd.DataFrame, model: Tagger) -> None:
    found = compare(apart, method=method, model=model)
    assert list(found.columns) == COLUMNS
    assert found["group"].unique().tolist() == ["North", "South"]
    row = found.set_index(["group", "theme"]).loc[("North", "infrastructure")]
    low, high = (1.0, 0.0) if method == "count" else (0.95, 0.02)
    assert (row["share"], row["share_rest"]) == (low, high)
    assert row["difference"] == pytest.approx(low - high)
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    assert row["stands"]
    assert row["outside"] == "99.8%"
    assert row["method"] == method
    tested = found.dropna(subset="p")
    q = false_discovery_control(tested["p"])
    np.testing.assert_allclose(tested["q"], q, atol=1e-5)


def test_hidden_groups_are_not_compared(many_tagged: pd.DataFrame) -> None:
    found = compare(many_tagged, method="count")
    hidden = found[found["hidden"] != ""]
    assert set(hidden["group"]) == {"Saltmere"}
    assert set(hidden["n_comments"]) == {8}
    public = compare(many_tagged, method="count", disclosure="fft").set_index("group")
    assert public.loc["Saltmere", "n_comments"].isna().all()
    assert hidden[COLUMNS[3:10]].isna().all(axis=None)
    assert hidden["stands"].isna().all()
    assert set(hidden["outside"]) == {""}


def test_a_comparison_of_nothing_and_of_one_group(many_tagged: pd.DataFrame) -> None:
    empty = compare(many_tagged.head(0), method="count")
    assert list(empty.columns) == COLUMNS
    assert empty.empty
    one = compare(many_tagged.assign(a="North"), "a", method="count")
    assert one["difference"].isna().all()  # there is no rest


@pytest.fixture
def dated(many_tagged: pd.DataFrame) -> pd.DataFrame:
    dates = [f"{1 + n % 28:02}/{1 + n % 6:02}/2025" for n in range(120)]
    return many_tagged.assign(date=dates)


def test_trends_by_hand(dated: pd.DataFrame) -> None:
    found = trends(dated, "month", method="count")
    rows = found[(found["group"] == "All") & (found["theme"] == "infrastructure")]
    assert rows["month"].tolist() == [f"2025-{month:02}" for month in range(1, 7)]
    x = rows["share"].to_numpy()
    moving = np.abs(np.diff(x)).mean()
    assert rows["centre"].iloc[0] == pytest.approx(x.mean(), abs=1e-4)
    assert rows["limit_high"].iloc[0] == pytest.approx(min(1, x.mean() + 2.66 * moving), abs=1e-3)
    assert rows["trial"].all()
    assert set(rows["points"]) == {6}
    by_trust = trends(dated, "quarter", by="trust", method="count")
    assert by_trust["group"].unique().tolist()[0] == "All"
    assert set(by_trust["quarter"]) == {"2025 Q1", "2025 Q2"}


def test_a_leap_and_a_long_run_are_signals(many_tagged: pd.DataFrame) -> None:
    tall = pd.concat([many_tagged.assign(trust="x")] * 3, ignore_index=True).head(320)
    months = np.arange(320) // 20
    dates = [f"01/{1 + m % 12:02}/{2024 + m // 12}" for m in months]
    cells = np.where((months == 15) | (np.arange(320) % 10 == 0), "negative", "")
    found = trends(tall.assign(date=dates, infrastructure=cells), method="count")
    rows = found[found["theme"] == "infrastructure"].set_index("month")
    assert rows.loc["2025-04", "signal"] == "beyond limits"
    assert rows.loc["2024-06", "signal"] == "run of 8"
    assert not rows["trial"].any()


def test_periods_need_dates(many_tagged: pd.DataFrame) -> None:
    with pytest.raises(TableError, match=r"^the table: no date column found \(name it with --date"):
        trends(many_tagged, method="count")
    found = summarise(many_tagged.assign(date="2025-04-02"), None, period="year", method="count")
    assert found["group"].unique().tolist() == ["All", "2025"]


def test_regions_and_types_come_from_the_organisation(many_tagged: pd.DataFrame) -> None:
    found = summarise(many_tagged, "region", method="count")
    assert found["group"].unique().tolist() == ["All", "(not given)", "East of England"]
    own = summarise(many_tagged.assign(type="mine"), "type", method="count")
    assert own["group"].unique().tolist() == ["All", "mine"]
