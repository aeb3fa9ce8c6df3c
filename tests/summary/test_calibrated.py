from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import FeedbackWarning
from nhs_feedback.model.share_error import COLUMNS, HOLD, LEAST_HELD, measure_share_error
from nhs_feedback.model.share_groups import draw_groups
from nhs_feedback.model.share_spread import mix_distance
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.comparisons import compare
from nhs_feedback.summary.estimation import (
    calibrated_difference,
    calibrated_interval,
    share_difference,
)
from nhs_feedback.summary.groups import summarise
from tests.conftest import THEMES, share_error

ERROR = {
    "usual": 0.2, "spread": 0.3, "mix_sd": 0.05, "bias": 0.03, "shift": 0.4,
    "widened": 1.0, "held": 0.95, "clusters": 20,
}  # fmt: skip
Z = 1.959964


def interval(p: list[float], **changed: float) -> tuple[float, float, float]:
    """Share, low and high of a theme in a group of which nothing else is known."""
    error = pd.DataFrame([{"theme": "t", **ERROR, **changed}])
    squares = sum(x**2 for x in p)
    found = calibrated_interval([sum(p)], [squares], [len(p)], error, np.zeros(1, dtype=np.intp))
    return tuple(float(x[0]) for x in found)  # type: ignore[return-value]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_any_group_has_an_interval_within_0_and_1(p: list[float]) -> None:
    share, low, high = interval(p)
    assert share == pytest.approx(np.mean(p))
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert high > low


@given(st.floats(0, 1), st.integers(1, 300), st.floats(0, 0.2), st.floats(0, 1))
def test_a_model_that_errs_more_has_wider_intervals(
    p: float, n: int, bias: float, shift: float
) -> None:
    narrow = interval([p] * n, bias=bias, shift=shift)
    for more in ({"bias": bias + 0.1}, {"shift": shift + 0.5}):
        wide = interval([p] * n, **{"bias": bias, "shift": shift} | more)
        assert wide[1] <= narrow[1]
        assert wide[2] >= narrow[2]


def test_none_one_none_and_all_tagged() -> None:
    assert all(np.isnan(interval([])))
    for p in ([0.0], [1.0], [0.0] * 40, [1.0] * 40):
        share, low, high = interval(p)
        assert low <= share <= high
    error = pd.DataFrame([{"theme": "t", **ERROR}]).iloc[:0]
    nothing = calibrated_interval([], [], [], error, np.zeros(0, dtype=np.intp))
    assert [len(x) for x in nothing] == [0, 0, 0]


def test_by_hand() -> None:
    """So many comments that sampling is nothing; no other theme, so as unlike as a writer."""
    share, low, high = interval([0.3] * 500_000)
    reach = Z * np.sqrt(0.03**2 + (0.4 * (0.3 - 0.2)) ** 2)
    np.testing.assert_allclose([share, low, high], [0.3, 0.3 - reach, 0.3 + reach], atol=1e-5)


def test_more_comments_narrow_it_down_to_the_models_error() -> None:
    p = [0.1, 0.3] * 15
    widths = [np.subtract(*interval(p * times)[:0:-1]) for times in (1, 4, 100, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 2 * Z * 0.03


def test_a_higher_mean_has_higher_ends() -> None:
    """In a codebook's worth of themes, of which one rises."""
    error = pd.DataFrame([{"theme": str(j), **ERROR, "shift": 1 / Z} for j in range(13)])
    ends = []
    for mean in np.linspace(0.1, 0.9, 17):
        means = np.array([mean, *[0.22] * 12])
        group = np.zeros(13, dtype=np.intp)
        found = calibrated_interval(means * 500, means * 150, [500] * 13, error, group)
        ends.append([x[0] for x in found])
    assert (np.diff(ends, axis=0) > -1e-6).all()


def test_other_themes_tell_how_unlike_the_training_text_a_group_is() -> None:
    """Of two groups with the same mean for one theme, the one with an odd mix is less certain."""
    error = pd.concat([pd.DataFrame([{"theme": "t", **ERROR}])] * 6, ignore_index=True)
    means = np.array([0.25, 0.2, 0.2, 0.25, 0.5, 0.0])
    group = np.array([0, 0, 0, 1, 1, 1])
    _, low, high = calibrated_interval(means * 900, means * 300, [900] * 6, error, group)
    assert high[0] - low[0] < 0.7 * (high[3] - low[3])


def test_the_distance_of_a_mix() -> None:
    error = pd.DataFrame([{"theme": theme, **ERROR} for theme in "abc"])
    group, some = np.array([0, 0, 1]), np.full(3, 1e-9)
    found = mix_distance(np.array([0.25, 0.3, 0.9]), some, error, group)
    # Of the other theme, squared, in units of `mix_sd`; a fifth of a theme's worth of 1 is added.
    np.testing.assert_allclose(found, [4.2 / 1.2, 1.2 / 1.2, 1], rtol=1e-5)
    same = mix_distance(np.full(3, 0.2), some, error, group)
    np.testing.assert_allclose(same, [0.2 / 1.2, 0.2 / 1.2, 1], rtol=1e-5)
    few = mix_distance(np.full(3, 0.2), np.ones(3), error, group)
    np.testing.assert_allclose(few, 1, atol=0.02)
    unknown = mix_distance(np.full(3, np.nan), some, error, group)
    assert unknown.tolist() == [1, 1, 1]


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
    share = np.clip(chance.normal(0.3, 0.05, clusters), 0.05, 0.95)
    y = (chance.random(len(codes)) < share[codes]).astype(float)
    p = np.clip(0.15 + 0.5 * y + chance.normal(0, bias, clusters)[codes], 0, 1)
    return p[:, None], y[:, None], codes


def test_the_error_between_clusters_is_measured() -> None:
    p, y, codes = clustered(0.05)
    found = measure_share_error(p, y, list(map(str, codes)), ["t"])
    assert found is not None
    assert list(found.columns) == list(COLUMNS)
    row = found.iloc[0]
    assert row["usual"] == pytest.approx(p.mean())
    assert row["mix_sd"] == pytest.approx(np.hypot(0.05 * 0.5, 0.05), abs=0.015)
    assert 0.93 <= row["held"] <= 0.97
    assert row["clusters"] == 30
    again = measure_share_error(p, y, list(map(str, codes)), ["t"])
    pd.testing.assert_frame_equal(again, found)
    far, y, codes = clustered(0.15)
    worse = measure_share_error(far, y, list(map(str, codes)), ["t"])
    assert worse is not None
    assert worse["bias"].item() > 1.5 * row["bias"]


def test_a_theme_that_misses_more_than_the_others_is_given_wider_intervals() -> None:
    chance = np.random.default_rng(0)  # of these writers, two happen to be hard for one theme
    codes = np.repeat(np.arange(30), 400)
    y = (chance.random((len(codes), 5)) < 0.3).astype(float)
    p = 0.15 + 0.5 * y + chance.normal(0, 0.04, (30, 5))[codes]
    found = measure_share_error(p, y, list(map(str, codes)), "abcde")
    assert found is not None
    assert (found["held"] >= LEAST_HELD).all()
    wider = found["widened"] > 1
    assert wider.any()
    assert not wider.all()
    np.testing.assert_allclose(found.loc[wider, "held"], HOLD, atol=1e-3)


def test_labels_that_some_writers_never_gave_are_left_out() -> None:
    p, y, codes = clustered(0.05)
    both = np.hstack([y, np.where(codes[:, None] < 10, np.nan, y)])
    found = measure_share_error(np.hstack([p, p]), both, list(map(str, codes)), ["a", "b"])
    assert found is not None
    assert found["clusters"].tolist() == [30, 20]
    assert found.notna().all(axis=None)


def test_intervals_hold_for_writers_they_were_not_measured_on() -> None:
    """Measured on thirty writers, judged on groups of seventy others, drawn as real ones come."""
    p, y, codes = clustered(0.04, clusters=100)
    known = codes < 30
    error = measure_share_error(p[known], y[known], list(map(str, codes[known])), ["t"])
    assert error is not None
    held = []
    chance = np.random.default_rng(8)
    for writer in range(30, 100):
        rows = codes == writer
        for drawn in draw_groups(p[rows], y[rows], chance, each=3):
            many = pd.concat([error] * len(drawn.total), ignore_index=True)
            size, group = np.full(len(many), drawn.size), np.arange(len(many))
            _, low, high = calibrated_interval(
                drawn.total.ravel(), drawn.squares.ravel(), size, many, group
            )
            truth = drawn.truth.ravel()
            held.append((low <= truth) & (truth <= high))
    assert 0.92 <= np.concatenate(held).mean() <= 0.99


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


def test_a_theme_with_wider_intervals_says_so(many_tagged: pd.DataFrame, model: Tagger) -> None:
    error = share_error()
    error.loc[error["theme"] == "infrastructure", ["widened", "bias"]] = [1.5, 0.045]
    uneven = replace(model, training=replace(model.training, share_error=error))
    found = summarise(many_tagged, model=uneven).set_index(["group", "theme"])
    plain = summarise(many_tagged, model=model).set_index(["group", "theme"])
    one = ("All", "infrastructure")
    assert found.loc[one, "method"] == "calibrated, wide"
    assert found.loc[one, "share"] == plain.loc[one, "share"]
    assert found.loc[one, "share_high"] > plain.loc[one, "share_high"]
    others = found[found.index.get_level_values("theme") != "infrastructure"]
    assert set(others["method"]) == {"calibrated", "count", ""}
    differences = compare(many_tagged, model=uneven)
    assert "calibrated, wide" in set(differences["method"])
    shown = differences[differences["method"] == "calibrated, wide"]
    assert shown["difference_high"].notna().any()


def test_a_model_measured_by_an_earlier_version_still_says_its_error(
    many_tagged: pd.DataFrame, model: Tagger
) -> None:
    earlier = pd.DataFrame(
        {
            "theme": list(THEMES), "prior": 0.2, "when_present": 0.7, "when_absent": 0.1,
            "spread": 0.3, "bias": 0.03, "shifted_bias": 0.05, "separation_sd": 0.1, "clusters": 20,
        }
    )  # fmt: skip
    old = replace(model, training=replace(model.training, share_error=earlier))
    said = rf"^model {model.signature} was measured by an earlier version, which says less of its "
    with pytest.warns(FeedbackWarning, match=said + "error: intervals are rough; train it again$"):
        found = summarise(many_tagged, model=old)
    rows = found[found["theme"] == "infrastructure"]
    assert set(rows["method"]) == {"calibrated"}
    shown = rows[rows["hidden"] == ""]
    assert (shown["share_high"] > shown["share"]).all()


def test_tags_are_counted_where_the_error_is_not_known(
    many_tagged: pd.DataFrame, model: Tagger
) -> None:
    bare = replace(model, training=replace(model.training, share_error=None))
    with pytest.warns(FeedbackWarning, match=r"^tags are counted, not calibrated: the error of"):
        found = summarise(many_tagged, model=bare)
    assert set(found["method"]) == {"count", ""}
    with pytest.warns(FeedbackWarning, match="was not tagged by model"):
        summarise(many_tagged.assign(model="other 00000000"), model=model)
