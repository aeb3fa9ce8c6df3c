"""What is written and read again is the same table."""

import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_feedback.tables.reading import open_table, read_table
from nhs_feedback.tables.writing import write_table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
AWKWARD = st.text(st.sampled_from("'\"=+-@\t\r\n,;| a5<r>/_x0D{}#\ufeff\x00\uff1d"), max_size=8)
NAME = (TEXT | AWKWARD).filter(lambda name: name.strip() != "")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@st.composite
def frames(draw):
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    row = st.lists(TEXT | AWKWARD, min_size=len(names), max_size=len(names))
    return pd.DataFrame(draw(st.lists(row, max_size=4)), columns=names, dtype="str")


def without_blank_end(frame):
    """Rows below the last that holds anything are no rows, in grids of more than one column."""
    filled = [i for i, row in enumerate(frame.itertuples(index=False)) if any(row)]
    return frame.iloc[: filled[-1] + 1 if filled else 0]


def written_and_read(frame, path):
    write_table(frame, path, force=True)
    return read_table(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("round_trip")


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
@given(frame=frames())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_delimited_files(folder, ending, frame):
    expected = frame if frame.shape[1] == 1 else without_blank_end(frame)
    found = written_and_read(frame, folder / f"table{ending}")
    pd.testing.assert_frame_equal(found, expected)


@given(frame=frames())
@settings(max_examples=60, deadline=None)
def test_any_text_survives_json_lines(folder, frame):
    if frame.empty:
        return
    pd.testing.assert_frame_equal(written_and_read(frame, folder / "table.jsonl"), frame)


@given(frame=frames())
@settings(max_examples=60, deadline=None)
def test_any_text_that_xml_can_hold_survives_a_workbook(folder, frame):
    frame = frame.map(lambda text: UNWRITABLE.sub("", text))
    frame.columns = [UNWRITABLE.sub("", name) for name in frame.columns]
    if not frame.columns.is_unique or any(not name.strip() for name in frame.columns):
        return
    found = written_and_read(frame, folder / "table.xlsx")
    pd.testing.assert_frame_equal(found, without_blank_end(frame).astype("str"))


@given(frame=frames())
@settings(max_examples=40, deadline=None)
def test_any_text_survives_parquet(folder, frame):
    pytest.importorskip("pyarrow")
    pd.testing.assert_frame_equal(written_and_read(frame, folder / "table.parquet"), frame)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx"])
def test_a_second_round_changes_nothing(tmp_path, ending):
    texts = ["=1+1", "'=1+1", "-5", "- slow", 'say "no"', "two\nlines", "\ttab", "\uff1dx", "'tis"]
    frame = pd.DataFrame({"id": map(str, range(len(texts))), "comment": texts}, dtype="str")
    once = written_and_read(frame, tmp_path / f"once{ending}")
    twice = written_and_read(once, tmp_path / f"twice{ending}")
    pd.testing.assert_frame_equal(once, frame)
    pd.testing.assert_frame_equal(twice, frame)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 2_000])
def test_chunks_of_any_size_are_the_same_table(tmp_path, size):
    frame = pd.DataFrame({"id": map(str, range(7)), "comment": ["x"] * 7}, dtype="str")
    write_table(frame, tmp_path / "table.csv")
    chunks = list(open_table(tmp_path / "table.csv").chunks(size))
    assert max(map(len, chunks)) <= size
    pd.testing.assert_frame_equal(pd.concat(chunks), frame)


def test_numbers_come_back_as_the_text_that_says_them(tmp_path):
    frame = pd.DataFrame(
        {"n": [1, -2], "p": [0.1, float("nan")], "whole": [1.0, 2.5], "yes": [True, False]}
    )
    expected = {"n": ["1", "-2"], "p": ["0.1", ""], "whole": ["1", "2.5"]}
    for ending, words in ((".csv", ["true", "false"]), (".xlsx", ["TRUE", "FALSE"])):
        found = written_and_read(frame, tmp_path / f"table{ending}")
        assert found.to_dict("list") == expected | {"yes": words}
