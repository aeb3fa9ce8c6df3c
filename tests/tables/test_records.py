import datetime as dt
import json
from decimal import Decimal

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.reading import open_table, read_table


def json_lines(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return path


def failure(path):
    with pytest.raises(TableError) as error:
        read_table(path)
    return str(error.value)


def test_values_of_json_become_text(tmp_path):
    path = json_lines(
        tmp_path / "a.jsonl",
        '{"id": 1, "p": 0.5, "whole": 2.0, "yes": true, "none": null, "list": [1, "a"]}',
        "",
        '{"id": 12345678901234567890, "comment": "two\\nlines \\ud83d\\ude00 \\ud800"}',
    )
    table = open_table(path)
    assert table.columns == ["id", "p", "whole", "yes", "none", "list", "comment"]
    assert table.n_rows == 2
    assert read_table(path).to_numpy().tolist() == [
        ["1", "0.5", "2", "true", "", '[1, "a"]', ""],
        ["12345678901234567890", "", "", "", "", "", "two\nlines \U0001f600 \ufffd"],
    ]
    assert table.problems["characters lost before this file was made"].rows == [3]
    assert [table.place(row) for row in range(2)] == [("", 1), ("", 3)]


def test_rows_are_numbered_by_the_lines_of_the_file(tmp_path):
    path = json_lines(tmp_path / "a.jsonl", "", "", *['{"a": 1}'] * 3, "", '{"a": 2}', "", "{}", "")
    table = open_table(path)
    assert [table.place(row)[1] for row in range(table.n_rows)] == [3, 4, 5, 7, 9]


def test_a_line_that_is_no_object_is_kept_and_counted(tmp_path):
    path = json_lines(
        tmp_path / "a.ndjson",
        '{"comment": "slow"}',
        "{broken",
        '{"extra_1": "x"}',
        "[" * 99_999,
        "{}",
    )
    table = open_table(path)
    assert table.columns == ["comment", "extra_1", "extra_1_2"]
    assert (table.problems["not a JSON object"].count, table.n_rows) == (2, 5)
    assert table.problems["not a JSON object"].rows == [2, 4]
    assert read_table(path).iloc[1].tolist() == ["", "", "{broken"]
    assert read_table(path).iloc[4].tolist() == ["", "", ""]


def test_a_stray_byte_in_json(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"a": "caf\xc3\xa9"}\n{"a": "it\x92s"}\n')
    table = open_table(tmp_path / "a.jsonl")
    assert read_table(tmp_path / "a.jsonl")["a"].tolist() == ["caf\u00e9", "it\u2019s"]
    assert table.problems["not UTF-8, read as Windows-1252"].rows == [2]


def test_one_json_document_is_not_json_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps([{"comment": "slow"}, {"comment": "fine"}], indent=1))
    assert failure(path) == (
        f"{path}: 8 of 8 lines are not JSON objects, so this is not JSON Lines (write one {{...}} "
        "a line, or save the table as .csv)"
    )


def test_blank_lines_are_an_empty_file(tmp_path):
    path = json_lines(tmp_path / "a.jsonl", "", " ")
    assert failure(path) == f"{path}: the file is empty (choose the file that holds the comments)"


def test_columns_of_parquet_become_text(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    moment = dt.datetime(2024, 4, 2, 9, 30)
    table = arrow.table(
        {
            "id": arrow.array([1, None], arrow.int32()),
            "p": arrow.array([0.5, 2.0], arrow.float64()),
            "day": arrow.array([dt.date(2024, 4, 2), None]),
            "at": arrow.array([moment, dt.datetime(2024, 4, 3)], arrow.timestamp("us")),
            "yes": arrow.array([True, False]),
            "cost": arrow.array([Decimal("1.10"), None]),
            "kind": arrow.array(["a", "b"]).dictionary_encode(),
            "tags": arrow.array([["x", "y"], []]),
            "raw": arrow.array([b"caf\xc3\xa9", b""]),
            "comment": arrow.array(["two\nlines", None]),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    opened = open_table(tmp_path / "a.parquet")
    assert (opened.n_rows, opened.understood.format) == (2, "Parquet")
    assert read_table(tmp_path / "a.parquet").to_numpy().tolist() == [
        ["1", "0.5", "2024-04-02", "2024-04-02 09:30:00", "true", "1.10", "a", '["x", "y"]',
         "caf\u00e9", "two\nlines"],
        ["", "2", "", "2024-04-03", "false", "", "b", "[]", "", ""],
    ]  # fmt: skip


def test_damaged_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing PAR1")
    message = failure(tmp_path / "a.parquet")
    assert message.startswith(f"{tmp_path / 'a.parquet'}: the Parquet file is damaged or of a kind")
    assert message.endswith("write it again, or save it as .csv)")


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    assert failure(tmp_path / "a.parquet") == (
        f"{tmp_path / 'a.parquet'}: Parquet needs pyarrow "
        '(pip install "nhs_feedback[parquet]", or use .csv)'
    )
