import gzip
import io
import os
import threading
import tracemalloc

import pandas as pd
import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.reading import check_has_rows, open_table, open_tables, read_table
from nhs_feedback.tables.writing import write_table

LISTED = ".csv, .tsv, .xlsx, .xlsm, .xls, .ods, .parquet, .jsonl"


def csv_file(path, text="id,comment\n1,slow\n2,fine\n"):
    path.write_text(text, encoding="utf-8", newline="")
    return path


def failure(function, *arguments, **options):
    with pytest.raises(TableError) as error:
        function(*arguments, **options)
    return str(error.value)


def test_a_table_is_described_before_it_is_read(tmp_path):
    table = open_table(csv_file(tmp_path / "a.csv"))
    assert table.path == str(tmp_path / "a.csv")
    assert table.columns == ["id", "comment"]
    assert table.n_rows == 2
    understood = table.understood
    assert (understood.format, understood.encoding, understood.delimiter, understood.sheet) == (
        "delimited text", "UTF-8", ",", None,
    )  # fmt: skip
    assert (understood.header_row, understood.notes) == (1, ())
    assert not table.problems


def test_cells_are_text_and_rows_numbered_over_all_chunks(tmp_path):
    csv_file(tmp_path / "a.csv", "id,n,empty\n1,007,\n2,1.0,\n3,NA,\n")
    chunks = list(open_table(tmp_path / "a.csv").chunks(2))
    assert [chunk.index.tolist() for chunk in chunks] == [[0, 1], [2]]
    frame = pd.concat(chunks)
    assert frame["n"].tolist() == ["007", "1.0", "NA"]
    assert frame["empty"].tolist() == ["", "", ""]
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}


def test_chunks_can_be_read_again(tmp_path):
    table = open_table(csv_file(tmp_path / "a.csv"))
    first, second = list(table.chunks(1)), list(table.chunks(1))
    assert [len(first), len(second)] == [2, 2]
    pd.testing.assert_frame_equal(first[1], second[1])


def test_a_header_without_rows_is_a_table_of_no_rows(tmp_path):
    table = open_table(csv_file(tmp_path / "a.csv", "id,comment\n"))
    assert table.n_rows == 0
    chunks = list(table.chunks())
    assert [(len(chunk), chunk.columns.tolist()) for chunk in chunks] == [(0, ["id", "comment"])]
    assert {str(dtype) for dtype in chunks[0].dtypes} == {"str"}
    assert failure(check_has_rows, table) == (
        f"{tmp_path / 'a.csv'}: a header but no rows (choose the file that holds the comments)"
    )


def test_a_table_with_rows_passes(tmp_path):
    assert check_has_rows(open_table(csv_file(tmp_path / "a.csv"))) is None


@pytest.mark.parametrize("name", ["a.csv.gz", "a.tsv.gz", "a.csv"])
def test_gzipped_files_are_known_by_their_bytes(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(b"id,comment\n1,slow\n"))
    assert read_table(tmp_path / name).to_numpy().tolist() == [["1", "slow"]]


def test_a_gzipped_file_cut_short(tmp_path):
    whole = gzip.compress(os.urandom(20_000).hex().encode())
    (tmp_path / "a.csv.gz").write_bytes(whole[:-1_000])
    assert failure(read_table, tmp_path / "a.csv.gz") == (
        f"{tmp_path / 'a.csv.gz'}: the gzip file is damaged or cut short (fetch it again, or "
        "unpack it first)"
    )


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(monkeypatch, packed):
    content = b"id,comment\n1,caf\xc3\xa9\n"
    content = gzip.compress(content) if packed else content
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    table = open_table("-")
    assert table.path == "standard input"
    assert pd.concat(table.chunks()).to_numpy().tolist() == [["1", "caf\u00e9"]]
    assert pd.concat(table.chunks()).to_numpy().tolist() == [["1", "caf\u00e9"]]


def test_json_lines_on_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"comment": "slow"}\n')))
    assert open_table("-").understood.format == "JSON Lines"


def test_empty_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert failure(open_table, "-") == (
        "standard input: the file is empty (choose the file that holds the comments)"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once_and_kept(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    write = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"id,comment\n1,a\n"))
    write.start()
    assert read_table(tmp_path / "pipe").to_numpy().tolist() == [["1", "a"]]
    write.join()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", None, "no such file (check the name and the folder)"),
        ("a.csv", b"", "the file is empty (choose the file that holds the comments)"),
        ("a.csv", b"\n,,\n,,\n", "the file is empty (choose the file that holds the comments)"),
        ("a.csv", b"\xef\xbb\xbf", "the file is empty (choose the file that holds the comments)"),
        ("a.docx", b"x", f"no format is known by the ending '.docx' (use {LISTED})"),
        (
            "a.xls",
            b"<html><table><tr><td>id</td></tr></table></html>",
            "this is a web page, not a table (open it in Excel, and save it as .xlsx)",
        ),
        (
            "a.csv",
            bytes(range(256)) * 20,
            "this is not text but binary data (save the table as .csv or .xlsx, and give that "
            "file)",
        ),
    ],
)
def test_what_is_no_table_gets_one_sentence(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert failure(open_table, tmp_path / name) == f"{tmp_path / name}: {message}"


def test_a_folder_is_no_file(tmp_path):
    assert failure(open_table, tmp_path) == f"{tmp_path}: a folder, not a file (name a file in it)"


def test_no_permission(tmp_path, monkeypatch):
    path = csv_file(tmp_path / "a.csv")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert failure(open_table, path) == (
        f"{path}: no permission to read it (close it in other programs, or make a copy of it)"
    )


def test_a_failing_disk(tmp_path, monkeypatch):
    path = csv_file(tmp_path / "a.csv")
    table = open_table(path)

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.open", fail)
    assert failure(list, table.chunks()) == f"{path}: cannot be read: Input/output error"


def test_only_workbooks_have_sheets(tmp_path):
    path = csv_file(tmp_path / "a.csv")
    assert failure(open_table, path, sheet="April") == (
        f"{path}: only a workbook has sheets (leave out --sheet)"
    )


def test_a_header_row_that_is_not_there(tmp_path):
    path = csv_file(tmp_path / "a.csv")
    assert failure(open_table, path, header_row=9) == (
        f"{path}: no row 9 for a header (the file has 3)"
    )


def test_a_name_without_an_ending_is_tried(tmp_path):
    csv_file(tmp_path / "comments")
    assert read_table(tmp_path / "comments").shape == (2, 2)


def test_several_files_are_one_table(tmp_path):
    first = csv_file(tmp_path / "a.csv", "id,comment\n1,slow\n")
    second = csv_file(tmp_path / "b.csv", "comment,ward,source_file\nfine,A,x\nok\n")
    table = open_tables([first, second])
    assert table.columns == ["source_file", "id", "comment", "ward", "source_file_original"]
    assert table.n_rows == 3
    frame = pd.concat(table.chunks(2))
    assert frame.index.tolist() == [0, 1, 2]
    assert frame.to_numpy().tolist() == [
        ["a.csv", "1", "slow", "", ""],
        ["b.csv", "", "fine", "A", "x"],
        ["b.csv", "", "ok", "", ""],
    ]
    assert table.understood.format == "2 files"
    assert table.problems["too few cells (b.csv)"].rows == [3]


def test_a_folder_of_tables_is_one_table(tmp_path):
    for name in ("b.csv", "a.tsv", ".hidden.csv", "~$a.xlsx", "notes.docx"):
        csv_file(tmp_path / name)
    write_table(pd.DataFrame({"id": ["3"], "comment": ["x"]}), tmp_path / "c.xlsx")
    frame = pd.concat(open_tables([tmp_path]).chunks())
    assert frame["source_file"].tolist() == ["a.tsv", "a.tsv", "b.csv", "b.csv", "c.xlsx"]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for folder in ("april", "may"):
        (tmp_path / folder).mkdir()
        csv_file(tmp_path / folder / "a.csv")
    frame = pd.concat(open_tables([tmp_path / "april", tmp_path / "may"]).chunks())
    assert frame["source_file"].unique().tolist() == [
        str(tmp_path / "april" / "a.csv"),
        str(tmp_path / "may" / "a.csv"),
    ]


def test_one_file_alone_has_no_source_column(tmp_path):
    csv_file(tmp_path / "a.csv")
    assert open_tables([tmp_path]).columns == ["id", "comment"]


def test_a_folder_without_tables(tmp_path):
    assert failure(open_tables, [tmp_path]) == (
        f"{tmp_path}: no table in this folder (it takes {LISTED})"
    )
    assert failure(open_tables, []) == "no table to read (name a file, or a folder that holds some)"


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(rows):
        with (tmp_path / "a.csv").open("w") as file:
            file.write("id,comment\n")
            file.writelines(
                f"{i},the ward was slow again today and so was I\n" for i in range(rows)
            )
        tracemalloc.start()
        assert sum(map(len, open_table(tmp_path / "a.csv").chunks(500))) == rows
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(100)  # what is loaded once
    assert peak(60_000) < peak(30_000) + 500_000
