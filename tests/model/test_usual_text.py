import numpy as np
import pytest

from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.share_error import measure_share_error
from nhs_feedback.model.usual_text import (
    distance_of_mix,
    measure_usual_mix,
    measure_usual_text,
    unknown_words,
)


def test_words_unknown_to_the_model() -> None:
    features = TextFeatures(mask=False, encoder=None, min_comments=1).fit(
        ["the wifi drops out", "wifi drops out the", "out the wifi drops"]
    )
    texts = ["The WIFI drops, the wifi stops", "out"]
    assert unknown_words(texts, features) == pytest.approx(1 / 5)  # each once a text: stops
    assert unknown_words([], features) == 0


def test_words_that_only_one_writer_has() -> None:
    shared = ["wifi drops out"] * 20
    texts = [*shared, *shared, *["wifi drops zzz"] * 20, "wifi qqq"]
    writers = ["a"] * 20 + ["b"] * 20 + ["c"] * 20 + ["d"]
    found = measure_usual_text(texts, writers, min_comments=3)
    assert found == {
        "unknown_words": pytest.approx(1 / 9),
        "most_unknown_words": pytest.approx(1 / 3),
    }
    assert measure_usual_text(texts[:20], writers[:20], min_comments=3) == {}
    assert measure_usual_text([], [], min_comments=3) == {}


def test_the_oddest_mix_of_one_writer() -> None:
    chance = np.random.default_rng(0)
    codes = np.repeat(np.arange(20), 100)
    rate = np.clip(chance.normal(0.3, 0.05, (20, 3)), 0.1, 0.9)
    rate[7] = 0.8
    y = (chance.random((2000, 3)) < rate[codes]).astype(float)
    p, writers = 0.1 + 0.7 * y, [f"w{code}" for code in codes]
    error = measure_share_error(p, y, writers, "abc")
    assert error is not None
    found = measure_usual_mix(p, writers, "abc", error)
    odd = p[codes == 7]
    own = distance_of_mix(odd.sum(axis=0), (odd**2).sum(axis=0), 100, error)
    assert found == {"most_distant_mix": pytest.approx(own)}
    assert own > 3
    assert measure_usual_mix(p, writers, "abc", None) == {}
