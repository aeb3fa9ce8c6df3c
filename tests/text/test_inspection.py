"""A file looked over without tagging."""

from pathlib import Path

import pandas as pd
import pytest

from nhs_feedback.tables.comments import open_comments
from nhs_feedback.tables.organisations import load_organisations
from nhs_feedback.text.inspection import Inspection, inspect_comments

ROWS = """id,date,trust,comment
1,02/04/2024,RAJ,The log in is quick now
2,2/4/24,Westmarch Teaching,n/a
2,yesterday,,
4,2024-05-01,raj,Ring me on 01632 960123 or mail a.b@example.org
5,,NHFT,The log in is quick now
6,05/04/2024,Westmarch Teaching,Mae'r system newydd yn araf iawn.
7,05/04/2024,RAJ
"""


def inspect(folder: Path, content: str) -> Inspection:
    path = folder / "comments.csv"
    path.write_text(content, encoding="utf-8")
    return inspect_comments(open_comments(path), load_organisations())


def test_what_is_counted(tmp_path):
    found = inspect(tmp_path, ROWS)
    assert found.rows == 7
    assert {kind: (problem.count, problem.rows) for kind, problem in found.problems.items()} == {
        "too few cells": (1, [8]),
        "no comment": (1, [3]),
        "no text": (2, [4, 8]),
        "id used before": (1, [4]),
        "date not understood": (1, [4]),
        "comment given before": (1, [6]),
        "not English": (1, [7]),
    }
    assert found.personal_data == {"PHONE": 1, "EMAIL": 1}
    assert found.resolved == {"Mid and South Essex NHS Foundation Trust": 3}
    assert found.unresolved == {"Westmarch Teaching": 2, "NHFT": 1}
    assert found.suggestions["Westmarch Teaching"] == ()
    assert "Nottinghamshire Healthcare NHS Foundation Trust" in found.suggestions["NHFT"]
    assert (found.earliest, found.latest) == (
        pd.Timestamp("2024-04-02"),
        pd.Timestamp("2024-05-01"),
    )
    assert found.month_first is False


def test_no_word_of_a_comment_is_kept(tmp_path):
    canary = "Zebedee Canary-Smith rang 01632 960123"
    found = inspect(tmp_path, f"id,comment\n1,{canary}\n2,{canary}\n")
    assert found.problems["comment given before"].count == 1
    assert "Zebedee" not in repr(found)
    assert "960123" not in repr(found)


@pytest.mark.parametrize(
    ("dates", "month_first", "unread"),
    [("04/02/2024 04/25/2024", True, 0), ("25/04/2024 04/25/2024", False, 1)],
)
def test_the_month_comes_first_only_where_every_date_allows_it(
    tmp_path, dates, month_first, unread
):
    rows = "".join(f"{date},some words here\n" for date in dates.split())
    found = inspect(tmp_path, f"date,comment\n{rows}")
    assert found.month_first is month_first
    problem = found.problems.get("date not understood")
    assert (problem.count if problem else 0) == unread


def test_columns_that_are_not_there_are_not_missed(tmp_path):
    found = inspect(tmp_path, "comment\nThe screens freeze\n")
    assert (found.rows, dict(found.problems), found.earliest) == (1, {}, None)


def test_rows_to_read_first_are_counted(tmp_path):
    found = inspect(tmp_path, "comment\nThe screens freeze\nA relative threatened me\n")
    assert {kind: problem.rows for kind, problem in found.problems.items()} == {"welfare": [3]}


def test_rows_are_numbered_as_in_their_file(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("Title\n\nid,comment\n1,some words here\n2,n/a\n")
    found = inspect_comments(open_comments(tmp_path), load_organisations())
    rows = {kind: problem.rows for kind, problem in found.problems.items()}
    assert rows["no comment (a.csv)"] == rows["no comment (b.csv)"] == [5]


def test_the_answers_of_one_row_share_its_number_and_its_id(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,good,bad\n1,some words,n/a\n2,n/a,other words\n2,more words,and more\n")
    found = inspect_comments(open_comments(path, text=["good", "bad"]), load_organisations())
    rows = {kind: problem.rows for kind, problem in found.problems.items()}
    assert rows == {"no comment": [2, 3], "id used before": [4, 4]}


def test_a_trust_that_is_none_in_a_damaged_row_is_not_repeated(tmp_path):
    found = inspect(tmp_path, "comment,trust,ward\na b,Moorland,9\nc,and she left,x,RGT,9\n")
    assert found.unresolved == {"Moorland": 1}
    assert found.elsewhere == {}
