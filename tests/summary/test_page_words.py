from collections import Counter

import pandas as pd
import pytest

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.page_tables import heat_table, verdict
from nhs_feedback.summary.page_words import (
    differences,
    headlines,
    joined,
    quality,
    rows_read,
    signed,
)

BOOK = default_codebook()
COLUMNS = (
    "group", "theme", "n_rows", "n_comments", "n_tagged", "share", "share_low", "share_high",
    "net", "net_low", "net_high", "hidden", "method",
)  # fmt: skip
SUMMARY = pd.DataFrame(
    [
        ("All", "it_anxiety", 120, 100, 20, 0.2, 0.13, 0.29, -0.5, -0.7, -0.2, "", "count"),
        ("All", "leadership", 120, 100, 30, 0.3, 0.22, 0.4, 0.4, 0.1, 0.6, "", "count"),
        ("All", "cost_savings", 120, 100, 0, 0.0, 0.0, 0.04, None, None, None, "", "count"),
        ("All", "sentiment", 120, 100, 100, None, None, None, -0.1, -0.3, 0.1, "", ""),
        ("All", "perception_index", 120, 100, 40, 0.6, 0.45, 0.74, None, None, None, "", "count"),
    ],
    columns=COLUMNS,
)


def test_headlines() -> None:
    assert headlines(SUMMARY, BOOK) == [
        "Perception index: of the comments that speak of “Clinical transformation” or “Just "
        "another IT project”, 60% (45% to 74%) see “Clinical transformation” and welcome it.",
        "Taken together, the comments are balanced: net feeling −0.10 (−0.30 to +0.10), where −1 "
        "is all negative and +1 all positive.",
        "Most spoken of: Leadership, 30% (22% to 40%); IT anxiety, 20% (13% to 29%).",
        "They feel worst about IT anxiety (−0.50).",
        "They feel best about Leadership (+0.40).",
    ]


def test_headlines_say_nothing_of_what_is_hidden() -> None:
    figures = [name for name in COLUMNS if name.startswith(("n_tagged", "share", "net"))]
    hidden = SUMMARY.assign(hidden="fewer than 10 comments", **dict.fromkeys(figures))
    assert headlines(hidden, BOOK) == []


@pytest.mark.parametrize(
    ("rule", "welfare", "shown"),
    [("none", 3, "3"), ("fft", 3, "[c]"), ("fft", 5, "5"), ("fft", 0, "0"), ("none", 0, "0")],
)
def test_rows_read(rule: str, welfare: int, shown: str) -> None:
    checks = Counter({"no text": 12, "no comment": 8, "unsure": 1234, "welfare": welfare})
    assert rows_read(SUMMARY, checks, rule) == [
        ("Rows in the file", "120"),
        ("Comments that say something", "100"),
        ("Rows that say nothing, or not in English", "20"),
        ("Comments whose tags are unsure", "1,234"),
        ("Comments that suggest somebody may be at risk", shown),
    ]


def test_quality_of_a_model_that_learnt_no_feelings() -> None:
    scores = pd.DataFrame(
        [("all (micro)", 0.7, 0.65, 0.75), ("sentiment", None, None, None)],
        columns=["theme", "score", "low", "high"],
    )
    assert quality(scores) == [
        "Themes: a score (F1) of 0.70 (95% interval 0.65 to 0.75), where 1.00 is perfect. It "
        "balances tags missed and tags wrongly given."
    ]


def test_only_differences_that_stand_are_told() -> None:
    table = pd.DataFrame(
        [
            ("North", "it_anxiety", 0.4, 0.2, 0.2, 0.001, True, ""),
            ("South", "it_anxiety", 0.1, 0.2, -0.1, 0.3, False, ""),
            ("East", "leadership", None, None, None, None, pd.NA, "fewer than 10 comments"),
        ],
        columns=["group", "theme", "share", "share_rest", "difference", "q", "stands", "hidden"],
    )
    assert differences(table, BOOK) == ["North: IT anxiety, 40% against 20% for the rest."]
    assert [verdict(row) for row in table.to_dict("records")] == [
        "higher than the rest", "no clear difference", "[c]",
    ]  # fmt: skip


def test_the_heat_map_is_tinted_by_share() -> None:
    table = heat_table(SUMMARY, BOOK, "trust")
    assert table.heads == (
        "Trust", "Comments", "IT anxiety", "Leadership", "Cost and savings",
        "Overall feeling (net)",
    )  # fmt: skip
    cells = [(cell.text, cell.tint) for cell in table.rows[0]]
    assert cells == [
        ("All", None), ("100", None), ("20%", 8), ("30%", 12), ("0%", 0), ("−0.10", None),
    ]  # fmt: skip


def test_words() -> None:
    assert [joined(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
    assert (signed(0.5), signed(-0.25)) == ("+0.50", "−0.25")
