"""What is written and read again is the same table."""

import datetime as dt
import re

import pandas as pd
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_feedback.tables.reading import open_table, open_tables, read_table
from nhs_feedback.tables.writing import write_table, writing

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
AWKWARD = st.text(st.sampled_from("'\"=+-@\t\r\n,;| a5<r>/_x0D{}#\ufeff\x00\uff1d"), max_size=8)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # left out in every format
NAME = (TEXT | AWKWARD).map(lambda name: CONTROL.sub("", name)).filter(str.strip)
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


def without_controls(frame):
    return frame.map(lambda text: CONTROL.sub("", text)).astype("str")


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
    plain = without_controls(frame)
    expected = plain if plain.shape[1] == 1 else without_blank_end(plain)
    found = written_and_read(frame, folder / f"table{ending}")
    pd.testing.assert_frame_equal(found, expected)


@given(frame=frames())
@settings(max_examples=60, deadline=None)
def test_any_text_survives_json_lines(folder, frame):
    if frame.empty:
        return
    found = written_and_read(frame, folder / "table.jsonl")
    pd.testing.assert_frame_equal(found, without_controls(frame))


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
    found = written_and_read(frame, folder / "table.parquet")
    pd.testing.assert_frame_equal(found, without_controls(frame))


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


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet", ".xlsx"])
def test_control_characters_are_left_out_and_halves_of_accents_are_not(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    said = "slow\x00 \x1b[31mlog\x7f in\nit\u00e2\x80\x99s\tbad"
    found = written_and_read(
        pd.DataFrame({"com\x01ment": [said], "n": [1]}), tmp_path / f"a{ending}"
    )
    assert found.columns.tolist() == ["comment", "n"]
    assert found["comment"].tolist() == ["slow [31mlog in\nit\u00e2\x80\x99s\tbad"]


def test_numbers_and_dates_of_a_workbook_stay_so_in_a_workbook(tmp_path):
    frame = pd.DataFrame(
        {
            "n": ["1", "-0.5", "", "007"],
            "when": ["2024-04-02", "2024-04-02 09:30:00", "1066-10-14", "soon"],
            "text": ["1", "2", "3", "4"],
        },
        dtype="str",
    )
    kinds = {"n": frozenset({"number"}), "when": frozenset({"date"})}
    with writing(tmp_path / "a.xlsx", kinds=lambda: kinds) as table:
        table.write(frame)
    sheet = python_calamine.load_workbook(str(tmp_path / "a.xlsx")).get_sheet_by_index(0)
    columns = list(zip(*sheet.to_python()[1:], strict=True))
    assert columns[0] == (1.0, -0.5, "", "007")
    assert columns[1] == (
        dt.date(2024, 4, 2), dt.datetime(2024, 4, 2, 9, 30), "1066-10-14", "soon"
    )  # fmt: skip
    assert columns[2] == ("1", "2", "3", "4")
    assert dict(open_table(tmp_path / "a.xlsx").kinds()) == {
        "n": frozenset({"number"}),
        "when": frozenset(),  # text among them looks like a date
    }
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.xlsx"), frame)


def test_a_column_of_numbers_in_every_file_stays_one(tmp_path):
    for name, score in (("a", 1), ("b", 2.5)):
        frame = pd.DataFrame({"score": [score], "code": ["007"], "only_a": [1]})
        write_table(frame.drop(columns="only_a" if name == "b" else []), tmp_path / f"{name}.xlsx")
    assert open_tables([tmp_path]).kinds() == {
        "score": frozenset({"number"}),
        "only_a": frozenset({"number"}),
    }
    write_table(pd.DataFrame({"score": [3]}), tmp_path / "c.csv")
    assert open_tables([tmp_path]).kinds()["score"] == frozenset()
