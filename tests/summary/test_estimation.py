import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.summary.estimation import net_interval, share_interval

COUNTS = st.integers(0, 200)


@pytest.mark.parametrize(
    ("tagged", "comments", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(tagged: int, comments: int, low: float, high: float) -> None:
    found = share_interval([tagged], [comments])
    np.testing.assert_allclose([x[0] for x in found], [tagged / comments, low, high], atol=6e-5)


def test_no_comments_have_no_share() -> None:
    assert [np.isnan(x[0]) for x in share_interval([0], [0])] == [True] * 3
    assert [len(x) for x in share_interval([], [])] == [0] * 3
    assert [np.isnan(x[0]) for x in net_interval([0], [0], [0])] == [True] * 3
    assert [len(x) for x in net_interval([], [], [])] == [0] * 3


@given(COUNTS, COUNTS)
def test_a_share_lies_in_its_interval(tagged: int, others: int) -> None:
    if tagged + others:
        share, low, high = share_interval([tagged], [tagged + others])
        assert 0 <= low[0] <= share[0] + 1e-12
        assert share[0] - 1e-12 <= high[0] <= 1


@given(COUNTS, COUNTS, COUNTS)
def test_net_lies_in_its_interval_and_turns_round(positive: int, negative: int, rest: int) -> None:
    tagged = positive + negative + rest
    if not tagged:
        return
    net, low, high = (x[0] for x in net_interval([positive], [negative], [tagged]))
    assert -1 <= low <= net <= high <= 1
    assert net == pytest.approx((positive - negative) / tagged)
    turned, turned_low, turned_high = (x[0] for x in net_interval([negative], [positive], [tagged]))
    assert (turned, turned_low, turned_high) == pytest.approx((-net, -high, -low))


@given(COUNTS, COUNTS, COUNTS)
def test_more_comments_say_it_more_surely(positive: int, negative: int, rest: int) -> None:
    tagged = positive + negative + rest
    if tagged:
        _, low, high = net_interval(
            [positive, 4 * positive], [negative, 4 * negative], [tagged, 4 * tagged]
        )
        assert high[1] - low[1] <= high[0] - low[0] + 1e-12


def test_net_by_hand() -> None:
    """Bonett and Price: 8 and 3 of 20 are 9/22 and 4/22 with one added to each side."""
    net, low, high = net_interval([8], [3], [20])
    middle, spread = 5 / 22, np.sqrt((13 / 22 - (5 / 22) ** 2) / 22)
    np.testing.assert_allclose(
        [net[0], low[0], high[0]],
        [0.25, middle - 1.959964 * spread, middle + 1.959964 * spread],
        rtol=1e-6,
    )


def test_covers_what_it_claims() -> None:
    """Of 2,000 samples of 40 comments, about 95% of the intervals hold the truth."""
    drawn = np.random.default_rng(0).multinomial(40, [0.35, 0.2, 0.45], size=2000)
    _, low, high = net_interval(drawn[:, 0], drawn[:, 1], np.full(2000, 40))
    assert 0.93 < ((low <= 0.15) & (high >= 0.15)).mean() < 0.98
