from collections import Counter

import pandas as pd
import pytest

from nhs_feedback.text.columns import count_elsewhere, count_masked, redact_columns

TABLE = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "comment": ["ring 07700 900123 or x4410", "fine  [PHONE]", None],
        "other": ["jo@ward.example", "jo@ward.example", "none"],
        "Email": ["a", " ", "b"],
    },
    index=[5, 5, 6],
)


def test_only_the_columns_named_are_masked_and_the_input_is_kept() -> None:
    before = TABLE.copy(deep=True)
    masked = redact_columns(TABLE, ["comment", "comment"])
    assert masked["comment"].tolist()[:2] == ["ring [PHONE] or [PHONE]", "fine  [PHONE]"]
    assert pd.isna(masked["comment"].iloc[2])
    pd.testing.assert_frame_equal(masked.drop(columns="comment"), TABLE.drop(columns="comment"))
    pd.testing.assert_frame_equal(TABLE, before)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_columns_of_any_kind(dtype: str) -> None:
    table = pd.DataFrame({"said": pd.Series(["x4410", "fine", None], dtype=dtype)})
    masked = redact_columns(table, ["said"])["said"]
    assert masked.fillna("-").tolist() == ["[PHONE]", "fine", "-"]


def test_numbers_and_cells_without_personal_data_keep_their_kind() -> None:
    table = pd.DataFrame({"said": [12, 7700900123], "score": [1.5, 2.5]})
    masked = redact_columns(table, ["said", "score"])
    assert masked["said"].tolist() == [12, "[PHONE]"]
    assert masked["score"].dtype == "float64"


def test_no_rows_and_no_columns() -> None:
    pd.testing.assert_frame_equal(redact_columns(TABLE.head(0), ["comment"]), TABLE.head(0))
    pd.testing.assert_frame_equal(redact_columns(TABLE, []), TABLE)
    assert count_elsewhere(TABLE.head(0), ["comment"]) == Counter()


def test_pieces_are_counted_by_kind_without_those_masked_before() -> None:
    masked = redact_columns(TABLE, ["comment", "other"])
    assert count_masked(TABLE, masked, ["comment", "other"]) == Counter(PHONE=2, EMAIL=2)
    assert count_masked(masked, redact_columns(masked, ["comment"]), ["comment"]) == Counter()


def test_rows_are_counted_in_columns_that_hold_or_are_headed_as_personal_data() -> None:
    assert count_elsewhere(TABLE, ["comment"]) == Counter({"other": 2, "Email": 2})
    assert count_elsewhere(TABLE, ["comment", "other", "Email"]) == Counter()


@pytest.mark.parametrize(
    ("header", "counts"),
    [("Name", True), ("E-mail address:", True), ("NHS_number", True), ("LocationLatitude", True),
     ("Trust name", False), ("Site name", False), ("Role", False)],
)  # fmt: skip
def test_a_header_that_says_what_is_below_it(header: str, counts: bool) -> None:
    assert bool(count_elsewhere(pd.DataFrame({header: ["plain"]}), [])) is counts
