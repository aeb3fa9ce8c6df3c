from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import FeedbackWarning
from nhs_feedback.model.share_error import COLUMNS, measure_share_error
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.estimation import (
    calibrated_difference,
    calibrated_interval,
    share_difference,
)
from nhs_feedback.summary.groups import summarise

ERROR = {
    "prior": 0.2, "when_present": 0.7, "when_absent": 0.1, "spread": 0.3,
    "bias": 0.03, "shifted_bias": 0.05, "separation_sd": 0.1, "clusters": 20,
}  # fmt: skip


def interval(p: list[float], **changed: float) -> tuple[float, float, float]:
    error = pd.DataFrame([{"theme": "t", **ERROR, **changed}])
    squares = sum(x**2 for x in p)
    found = calibrated_interval([sum(p)], [squares], [len(p)], error)
    return tuple(float(x[0]) for x in found)  # type: ignore[return-value]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_any_group_has_an_interval_within_0_and_1(p: list[float]) -> None:
    share, low, high = interval(p)
    assert share == pytest.approx(np.mean(p))
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert high - low > 0.05


def test_none_one_none_and_all_tagged() -> None:
    assert all(np.isnan(interval([])))
    for p in ([0.0], [1.0], [0.0] * 40, [1.0] * 40):
        share, low, high = interval(p)
        assert low <= share <= high


def test_more_comments_narrow_it_down_to_the_models_error() -> None:
    p = [0.1, 0.3] * 15
    widths = [np.subtract(*interval(p * times)[:0:-1]) for times in (1, 4, 100, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 2 * 1.96 * 0.03
    assert np.subtract(*interval(p, bias=0.2)[:0:-1]) > widths[0]


def test_it_reaches_to_where_the_share_is_if_the_theme_is_commoner_here() -> None:
    """A mean of 0.4 is what a share of 0.5 gives, where with it is 0.7 and without it 0.1."""
    share, low, high = interval([0.4] * 1000)
    assert low < share - 0.04
    assert high > 0.5 + 0.05
    assert interval([0.22] * 1000)[2] < 0.4  # near the training share both readings agree


def test_differences() -> None:
    error = pd.DataFrame([{"theme": "t", **ERROR}])
    sums = (np.array([40.0]), np.array([20.0]), np.array([100.0]))
    rest = (np.array([20.0]), np.array([10.0]), np.array([100.0]))
    one = np.ones(1)
    difference, low, high, p = (float(x[0]) for x in calibrated_difference(sums, rest, error, one))
    assert difference == pytest.approx(0.2)
    assert low < difference < high
    assert 0 < p < 0.05
    turned = [float(x[0]) for x in calibrated_difference(rest, sums, error, one)]
    assert turned == pytest.approx([-difference, -high, -low, p])
    none = (np.zeros(1), np.zeros(1), np.zeros(1))
    assert all(np.isnan(x[0]) for x in calibrated_difference(none, sums, error, one))


def test_difference_of_counts_as_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    for (a, m, b, n), expected in {
        (56, 70, 48, 80): (0.2, 0.0524, 0.3339),
        (9, 10, 3, 10): (0.6, 0.1705, 0.8090),
        (5, 56, 0, 29): (0.0893, -0.0381, 0.1926),
        (10, 10, 0, 10): (1.0, 0.6075, 1.0),
    }.items():
        found = share_difference([a], [m], [b], [n])
        np.testing.assert_allclose([x[0] for x in found[:3]], expected, atol=6e-5)
    assert all(np.isnan(x[0]) for x in share_difference([0], [0], [1], [2]))


def clustered(bias: float, n: int = 400, clusters: int = 30) -> tuple[np.ndarray, ...]:
    chance = np.random.default_rng(3)
    codes = np.repeat(np.arange(clusters), n)
    y = (chance.random(len(codes)) < 0.3).astype(float)
    p = np.clip(0.15 + 0.5 * y + chance.normal(0, bias, clusters)[codes], 0, 1)
    return p[:, None], y[:, None], codes


def test_the_error_between_clusters_is_what_was_put_in() -> None:
    p, y, codes = clustered(0.05)
    found = measure_share_error(p, y, list(map(str, codes)), ["t"])
    assert found is not None
    assert list(found.columns) == list(COLUMNS)
    row = found.iloc[0]
    assert row["prior"] == pytest.approx(0.3, abs=0.01)
    assert row["when_present"] - row["when_absent"] == pytest.approx(0.5, abs=0.01)
    assert row["bias"] == pytest.approx(0.05, abs=0.015)
    assert row["separation_sd"] < 0.01
    assert row["clusters"] == 30


def test_what_cannot_be_measured_is_not() -> None:
    p, y, codes = clustered(0.0, clusters=9)
    names = list(map(str, codes))
    assert measure_share_error(p, y, names, ["t"]) is None  # too few clusters
    p, y, codes = clustered(0.0)
    names = list(map(str, codes))
    assert measure_share_error(np.full_like(p, 0.3), y, names, ["t"]) is None  # tells nothing
    assert measure_share_error(p, np.zeros_like(y), names, ["t"]) is None
    assert measure_share_error(p, np.full_like(y, np.nan), names, ["t"]) is None
    two = measure_share_error(np.hstack([p, p]), np.hstack([y, y * 0]), names, ["a", "b"])
    assert two is not None
    assert two["theme"].tolist() == ["a"]


def test_a_summary_is_calibrated_by_the_model_that_tagged(
    many_tagged: pd.DataFrame, model: Tagger, saved: Tagger
) -> None:
    found = summarise(many_tagged, model=model)
    rows = found[found["group"] == "All"].set_index("theme")
    assert rows.loc["infrastructure", "method"] == "calibrated"
    assert rows.loc["perception_index", "method"] == "count"
    mean = many_tagged["infrastructure_p"].mean()
    assert rows.loc["infrastructure", "share"] == pytest.approx(mean, abs=1e-4)
    again = summarise(many_tagged.assign(model=saved.signature), model=saved)
    pd.testing.assert_frame_equal(again, found)


def test_tags_are_counted_where_the_error_is_not_known(
    many_tagged: pd.DataFrame, model: Tagger
) -> None:
    bare = replace(model, training=replace(model.training, share_error=None))
    with pytest.warns(FeedbackWarning, match=r"^tags are counted, not calibrated: the error of"):
        found = summarise(many_tagged, model=bare)
    assert set(found["method"]) == {"count", ""}
    with pytest.warns(FeedbackWarning, match="was not tagged by model"):
        summarise(many_tagged.assign(model="other 00000000"), model=model)
