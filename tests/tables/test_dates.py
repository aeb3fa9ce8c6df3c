"""Dates as they are written in surveys."""

import pandas as pd
import pytest

from nhs_feedback.tables.dates import is_month_first, month_first_votes, read_dates


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("02/04/2024", "2024-04-02"),
        ("2/4/24", "2024-04-02"),
        (" 2.4.2024 ", "2024-04-02"),
        ("02-04-2024 14:55", "2024-04-02"),
        ("31/12/1999", "1999-12-31"),
        ("1/1/70", "1970-01-01"),
        ("2024-04-02", "2024-04-02"),
        ("2024-04-02T09:30:00Z", "2024-04-02"),
        ("2024/4/2", "2024-04-02"),
        ("2 April 2024", "2024-04-02"),
        ("2nd Apr 24", "2024-04-02"),
        ("02-Sept-2024", "2024-09-02"),
        ("45384", "2024-04-02"),
        ("45384.604", "2024-04-02"),
    ],
)
def test_read(written, read):
    assert read_dates(pd.Series([written])).tolist() == [pd.Timestamp(read)]


@pytest.mark.parametrize(
    "written", ["", "n/a", "31/02/2024", "13/13/2024", "2024", "12345", "2 Foo 2024", "1/2/345"]
)
def test_no_date(written):
    assert read_dates(pd.Series([written])).isna().all()


def test_the_day_comes_first_even_where_the_month_could():
    assert read_dates(pd.Series(["03/04/2024"])).tolist() == [pd.Timestamp("2024-04-03")]


@pytest.mark.parametrize(
    ("column", "votes", "month_first"),
    [
        (["03/04/2024", "05/06/2024"], (0, 0, 2), False),
        (["03/04/2024", "25/06/2024"], (1, 0, 1), False),
        (["04/04/2024", "06/25/2024"], (0, 1, 0), True),
        (["25/04/2024", "06/25/2024"], (1, 1, 0), False),
        ([], (0, 0, 0), False),
    ],
)
def test_month_first_only_where_the_column_proves_it(column, votes, month_first):
    found = month_first_votes(pd.Series(column, dtype="str"))
    assert found == votes
    assert is_month_first(*found[:2]) is month_first


def test_month_first_reading():
    cells = pd.Series(["03/04/2024", "06/25/2024", "2024-04-02"])
    assert read_dates(cells, month_first=True).dt.strftime("%Y-%m-%d").tolist() == [
        "2024-03-04",
        "2024-06-25",
        "2024-04-02",
    ]


def test_index_is_kept_and_missing_is_not_a_date():
    cells = pd.Series(["02/04/2024", None], index=[7, 3], dtype="object")
    found = read_dates(cells)
    assert found.index.tolist() == [7, 3]
    assert found.isna().tolist() == [False, True]


def test_no_rows():
    assert read_dates(pd.Series([], dtype="str")).empty
