import errno
import io
import os
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.tables.reading import read_table
from nhs_feedback.tables.sheets import MAX_COLUMNS, MAX_ROWS
from nhs_feedback.tables.writing import ENDINGS, check_target, write_table, writing

FRAME = pd.DataFrame({"id": ["1", "2"], "comment": ["slow", "=1+1"], "p": [0.25, float("nan")]})


def failure(function, *arguments, **options):
    with pytest.raises(TableError) as error:
        function(*arguments, **options)
    return str(error.value)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def sheet_xml(path):
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,comment,p\n1,slow,0.25\n2,'=1+1,\n"),
        ("a.tsv", b"id\tcomment\tp\n1\tslow\t0.25\n2\t'=1+1\t\n"),
        (
            "a.jsonl",
            b'{"id": "1", "comment": "slow", "p": 0.25}\n'
            b'{"id": "2", "comment": "=1+1", "p": null}\n',
        ),
    ],
)
def test_text_formats_byte_by_byte(tmp_path, name, content):
    write_table(FRAME, tmp_path / name)
    assert (tmp_path / name).read_bytes() == content
    assert names(tmp_path) == [name]


def test_excel_gets_its_mark(tmp_path):
    write_table(FRAME, tmp_path / "a.csv", excel=True)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_cells_that_need_quotes(tmp_path):
    frame = pd.DataFrame({"a": ['say "no"', "a,b", "a\nb", "a\rb"], "b": [""] * 4})
    write_table(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == (b'a,b\n"say ""no""",\n"a,b",\n"a\nb",\n"a\rb",\n')


def test_a_column_alone_is_always_quoted(tmp_path):
    write_table(pd.DataFrame({"a;b": ["c;d", ""]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b'"a;b"\n"c;d"\n""\n'


def test_a_workbook_has_text_as_text_and_numbers_as_numbers(tmp_path):
    frame = FRAME.assign(n=[3, -4], link=["https://example.org", "007"], yes=[True, False])
    write_table(frame, tmp_path / "a.xlsx")
    xml = sheet_xml(tmp_path / "a.xlsx")
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    assert '<c r="C2"><v>0.25</v></c>' in xml
    assert '<c r="D3"><v>-4</v></c>' in xml
    assert '<c r="E3" t="inlineStr"><is><t>007</t></is></c>' in xml
    assert '<c r="F2" t="b"><v>1</v></c>' in xml
    assert "C3" not in xml


def test_the_header_of_a_workbook_is_bold_and_stays_in_view(tmp_path):
    write_table(FRAME, tmp_path / "a.xlsx")
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in (
        sheet_xml(tmp_path / "a.xlsx")
    )
    assert '<c r="A1" s="1"' in sheet_xml(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert b"<b/>" in parts.read("xl/styles.xml")


def test_mark_up_in_a_comment_is_text(tmp_path):
    text = "<r><t>x</t></r> & <r></r>"
    write_table(pd.DataFrame({"a": ["1", "2"], "b": [text, "<r>x</r>"]}), tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx")["b"].tolist() == [text, "<r>x</r>"]


def test_control_characters_are_left_out_of_workbooks(tmp_path):
    write_table(pd.DataFrame({"a": ["1"], "b": ["a\x00b\x1fc\x7f\ufffe\td"]}), tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").loc[0, "b"] == "abc\td"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("x" * 32_768, 32_767), ("\U0001f600" * 16_384, 16_383), ("x" * 32_767, 32_767)],
)
def test_cells_too_long_for_a_workbook_are_cut_and_counted(tmp_path, text, kept):
    frame = pd.DataFrame({"id": ["1"], "comment": [text]})
    if len(text) == kept:
        write_table(frame, tmp_path / "a.xlsx")
    else:
        message = r"a.xlsx: 1 cell was cut to the 32,767 characters a workbook's cell holds"
        with pytest.warns(FeedbackWarning, match=message):
            write_table(frame, tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").loc[0, "comment"] == text[:kept]
    write_table(frame, tmp_path / "a.csv")
    assert read_table(tmp_path / "a.csv").loc[0, "comment"] == text


def test_a_warning_taken_for_an_error_loses_nothing(tmp_path):
    with pytest.raises(FeedbackWarning, match="1 cell was cut"):
        write_table(pd.DataFrame({"a": ["x" * 40_000], "b": ["1"]}), tmp_path / "a.xlsx")
    assert names(tmp_path) == ["a.xlsx"]
    assert len(read_table(tmp_path / "a.xlsx")) == 1


def test_a_table_too_long_for_a_sheet_is_refused_before_the_work(tmp_path):
    message = (
        "1,048,576 rows do not fit a sheet, which holds 1,048,575 below its header (choose a name "
        "that ends in .csv)"
    )
    path = tmp_path / "a.xlsx"
    assert failure(check_target, path, force=False, rows=MAX_ROWS) == message
    assert check_target(path, force=False, rows=MAX_ROWS - 1) is None
    assert check_target(tmp_path / "a.csv", force=False, rows=MAX_ROWS) is None
    frame = pd.DataFrame({"a": range(MAX_ROWS)})
    assert failure(write_table, frame, path) == message
    assert names(tmp_path) == []


def test_a_table_that_grows_too_long_is_refused_as_soon_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("nhs_feedback.tables.sheets.MAX_ROWS", 5)

    def write():
        with writing(tmp_path / "a.xlsx") as table:
            for _ in range(3):
                table.write(FRAME)

    assert failure(write).startswith("6 rows do not fit a sheet, which holds 4 below its header")
    assert names(tmp_path) == []


def test_a_table_too_wide_for_a_sheet(tmp_path):
    frame = pd.DataFrame([[0] * (MAX_COLUMNS + 1)])
    assert failure(write_table, frame, tmp_path / "a.xlsx") == (
        "16,385 columns do not fit a sheet, which holds 16,384 (choose a name that ends in .csv)"
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_pieces_make_one_table(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"id": ["1", "2", "3"], "p": [0.5, 1.0, float("nan")]})
    write_table(frame, tmp_path / f"whole{ending}")
    with writing(tmp_path / f"pieces{ending}") as table:
        table.write(frame.iloc[:0])
        table.write(frame.iloc[:2])
        table.write(frame.iloc[2:])
    found = read_table(tmp_path / f"pieces{ending}")
    pd.testing.assert_frame_equal(found, read_table(tmp_path / f"whole{ending}"))
    assert found.to_dict("list") == {"id": ["1", "2", "3"], "p": ["0.5", "1", ""]}


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_a_table_without_rows_keeps_its_columns(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    write_table(FRAME.iloc[:0], tmp_path / f"a{ending}")
    found = read_table(tmp_path / f"a{ending}")
    assert (len(found), found.columns.tolist()) == (0, ["id", "comment", "p"])


def test_values_of_other_kinds(tmp_path):
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-04-02 00:00", "2024-04-02 09:30"]),
            "kind": pd.Categorical(["a", None]),
            "mixed": [None, 2],
            "far": [float("inf"), -float("inf")],
        }
    )
    expected = [["2024-04-02", "a", "", "inf"], ["2024-04-02 09:30:00", "", "2", "-inf"]]
    for ending in (".csv", ".xlsx", ".jsonl"):
        write_table(frame, tmp_path / f"a{ending}")
        assert read_table(tmp_path / f"a{ending}").to_numpy().tolist() == expected
    assert b"'-inf" in (tmp_path / "a.csv").read_bytes()


def test_half_characters_do_not_stop_the_writing(tmp_path):
    frame = pd.DataFrame({"a": ["1"], "b": pd.Series(["x\ud800y"], dtype="object")})
    for ending in (".csv", ".jsonl", ".xlsx"):
        write_table(frame, tmp_path / f"a{ending}")
        assert read_table(tmp_path / f"a{ending}").loc[0, "b"].replace("?", "") == "xy"


def test_pieces_of_other_columns_are_a_bug(tmp_path):
    with (  # noqa: PT012
        pytest.raises(ValueError, match="must have the same columns"),
        writing(tmp_path / "a.csv") as table,
    ):
        table.write(FRAME)
        table.write(FRAME[["id"]])
    assert names(tmp_path) == []


def test_columns_of_one_name_are_refused(tmp_path):
    frame = FRAME.set_axis(["id", "id", "p"], axis="columns")
    assert failure(write_table, frame, tmp_path / "a.csv") == (
        f"{tmp_path / 'a.csv'}: columns of the same name: id (rename one)"
    )


def test_nothing_written_makes_no_file(tmp_path):
    with writing(tmp_path / "a.csv"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_error_in_the_middle_leaves_what_was_there(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"old")
    with (  # noqa: PT012
        pytest.raises(RuntimeError, match="stop"),
        writing(path, force=True) as table,
    ):
        table.write(FRAME)
        raise RuntimeError("stop")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == [path.name]


def test_an_error_of_the_caller_is_not_taken_for_ours(tmp_path):
    with (  # noqa: PT012
        pytest.raises(FileNotFoundError),
        writing(tmp_path / "a.csv") as table,
    ):
        table.write(FRAME)
        raise FileNotFoundError("the caller's")


def test_targets_that_cannot_be(tmp_path):
    (tmp_path / "old.csv").write_text("old")
    path = tmp_path / "old.csv"
    assert failure(check_target, path, force=False) == (
        f"{path}: exists already (choose another name, or say --force)"
    )
    assert check_target(path, force=True) is None
    assert check_target("-", force=False) is None
    path = tmp_path / "none" / "a.csv"
    assert failure(check_target, path, force=False) == (
        f"{path}: there is no folder {tmp_path / 'none'} (make it first)"
    )
    path = tmp_path / "a.docx"
    assert failure(check_target, path, force=False) == (
        f"{path}: no format is known by the ending '.docx' "
        "(use .csv, .tsv, .xlsx, .parquet, .jsonl)"
    )
    (tmp_path / "folder.csv").mkdir()
    path = tmp_path / "folder.csv"
    assert failure(check_target, path, force=True) == (
        f"{path}: a folder, not a file (add a file name to it)"
    )


def test_the_input_is_never_written(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    (tmp_path / "link.csv").symlink_to(path)
    for target in (path, tmp_path / "link.csv", tmp_path / "." / "a.csv"):
        assert failure(check_target, target, force=True, inputs=[path]) == (
            f"{target}: this file is the input (choose another name with -o)"
        )
        assert "is the input" in failure(write_table, FRAME, target, force=True, inputs=[path])
    assert path.read_text() == "id\n1\n"
    assert check_target(tmp_path / "b.csv", force=True, inputs=[path, "-"]) is None


def test_parquet_without_pyarrow_is_said_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert failure(check_target, tmp_path / "a.parquet", force=False) == (
        f"{tmp_path / 'a.parquet'}: Parquet needs pyarrow "
        '(pip install "nhs_feedback[parquet]", or use .csv)'
    )


def test_a_file_held_open_is_said_before_the_work(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert failure(check_target, path, force=True) == (
        f"{path}: no permission to write it (close it in Excel, or choose another name or folder)"
    )


def test_a_folder_that_may_not_be_written_is_said_before_the_work(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    assert failure(check_target, tmp_path / "a.csv", force=False) == (
        f"{tmp_path / 'a.csv'}: no permission to write it (close it in Excel, or choose another "
        "name or folder)"
    )


def test_a_file_held_open_at_the_end_loses_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("old")
    (tmp_path / "a.2.csv").write_text("taken")
    replace = os.replace

    def refuse(source, target):
        if str(target) == str(path):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr("os.replace", refuse)
    assert failure(write_table, FRAME, path, force=True) == (
        f"{path}: held open by another program; nothing is lost, the result is "
        f"{tmp_path / 'a.3.csv'} (close the file in Excel, or choose another name with -o)"
    )
    assert path.read_text() == "old"
    assert read_table(tmp_path / "a.3.csv").shape == (2, 3)
    assert names(tmp_path) == ["a.2.csv", "a.3.csv", "a.csv"]


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "a.csv"

    def write():
        with writing(path) as table:
            table.write(FRAME)
            path.write_text("other")

    assert failure(write) == (
        f"{path}: another run has made this file meanwhile; nothing is lost, yours is "
        f"{tmp_path / 'a.2.csv'} (rename it, or say --force next time)"
    )
    assert path.read_text() == "other"
    assert read_table(tmp_path / "a.2.csv").shape == (2, 3)


FULL = "the disk is full; nothing was written (free some space, or choose another folder)"


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is POSIX's")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    script = (
        "import resource, signal, sys\n"
        "import pandas as pd\n"
        "from nhs_feedback.tables.writing import TableError, write_table\n"
        "frame = pd.DataFrame({'a': [str(i) * 50 for i in range(5_000)]})\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    write_table(frame, sys.argv[1], force=True)\n"
        "except TableError as error:\n"
        "    sys.stdout.write(str(error))\n"
    )
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{path}: {FULL}"
    assert done.stderr == ""
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == [path.name]


def test_standard_output_is_utf_8_whatever_the_console(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    write_table(pd.DataFrame({"id": ["1"], "comment": ["caf\u00e9 \U0001f600"]}), "-")
    assert raw.getvalue() == "id,comment\n1,caf\u00e9 \U0001f600\n".encode()
    assert not sys.stdout.closed


def test_a_reader_of_our_output_that_has_seen_enough(monkeypatch):
    class Closed(io.RawIOBase):
        def write(self, block):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("sys.stdout", type("Out", (), {"buffer": Closed()})())
    with pytest.raises(BrokenPipeError):
        write_table(FRAME, "-")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "a.csv")
    write_table(FRAME, tmp_path / "link.csv", force=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert read_table(tmp_path / "real" / "a.csv").shape == (2, 3)
