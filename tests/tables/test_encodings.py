import io

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.encodings import BLOCK, find_decoding
from nhs_feedback.tables.reading import open_table, read_table

TEXT = (
    "id,comment\n1,na\u00efve caf\u00e9 \u2013 \u201cslow\u201d, \u00a35\n2,Zo\u00eb\u2019s ward\n"
)
ROWS = [["1", "na\u00efve caf\u00e9 \u2013 \u201cslow\u201d"], ["2", "Zo\u00eb\u2019s ward"]]


def decoding(content):
    return find_decoding(lambda: io.BufferedReader(io.BytesIO(content)), "a.csv")


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_each_encoding_is_found_and_read(tmp_path, codec, said):
    text = TEXT.replace(", \u00a35", "")
    (tmp_path / "a.csv").write_bytes(text.encode(codec))
    table = open_table(tmp_path / "a.csv")
    assert table.understood.encoding == said
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == ROWS
    assert not table.problems


def test_latin_1_is_read_as_the_windows_encoding_that_contains_it(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,comment\n1,caf\u00e9 \u00a35\n".encode("latin-1"))
    assert read_table(tmp_path / "a.csv").loc[0, "comment"] == "caf\u00e9 \u00a35"


def test_utf_16_without_mark_in_the_other_order(tmp_path):
    (tmp_path / "a.csv").write_bytes("\ufeffid,comment\n1,slow\n".encode("utf-16-be"))
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == [["1", "slow"]]


def test_one_stray_byte_far_in_changes_nothing_else(tmp_path):
    many = 30_000  # several blocks
    content = b"id,comment\n" + b"".join(
        b"%d,caf\xc3\xa9 and the ward round was slow again today\n" % i for i in range(many)
    )
    assert len(content) > BLOCK
    (tmp_path / "a.csv").write_bytes(content + b"last,that\x92s it\n")
    table = open_table(tmp_path / "a.csv")
    rows = read_table(tmp_path / "a.csv")
    assert rows["comment"].iloc[-1] == "that\u2019s it"
    assert (rows["comment"].iloc[:-1].str.startswith("caf\u00e9")).all()
    assert table.understood.encoding == "UTF-8 and Windows-1252 mixed"
    problem = table.problems["not UTF-8, read as Windows-1252"]
    assert (problem.count, problem.rows) == (1, [many + 2])


def test_a_stray_byte_in_a_file_with_a_mark(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfid,comment\n1,caf\xc3\xa9\n2,that\x92s it\n")
    table = open_table(tmp_path / "a.csv")
    assert read_table(tmp_path / "a.csv")["comment"].tolist() == ["caf\u00e9", "that\u2019s it"]
    assert table.columns == ["id", "comment"]
    assert table.problems["not UTF-8, read as Windows-1252"].rows == [3]


def test_two_files_of_different_encodings_joined(tmp_path):
    rows = "1,caf\u00e9 \u2019\n".encode() * 3 + "2,caf\u00e9 \u2019\n".encode("cp1252") * 300
    (tmp_path / "a.csv").write_bytes(b"id,comment\n" + rows)
    assert set(read_table(tmp_path / "a.csv")["comment"]) == {"caf\u00e9 \u2019"}


def test_characters_that_look_like_utf_8_by_chance(tmp_path):
    text = (
        "id,comment\n1,the CAF\u00c9\u2019s till for \u00a35\n2,clich\u00e9\u2019\u2026 caf\u00e9\n"
    )
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    assert open_table(tmp_path / "a.csv").understood.encoding == "Windows-1252"
    assert read_table(tmp_path / "a.csv")["comment"].tolist() == [
        "the CAF\u00c9\u2019s till for \u00a35",
        "clich\u00e9\u2019\u2026 caf\u00e9",
    ]


def test_mojibake_is_carried_through(tmp_path):
    (tmp_path / "a.csv").write_text("id,comment\n1,it\u00e2\u20ac\u2122s slow\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv").loc[0, "comment"] == "it\u00e2\u20ac\u2122s slow"


def test_bytes_that_windows_does_not_define_are_kept(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,comment\n1,a\x81b\x8d\xe9\n2,CAF\xc9\x92\n")
    assert open_table(tmp_path / "a.csv").understood.encoding == "Windows-1252"
    assert read_table(tmp_path / "a.csv")["comment"].tolist() == [
        "a\x81b\x8d\u00e9",
        "CAF\u00c9\u2019",
    ]


@pytest.mark.parametrize(
    ("content", "newline"),
    [
        (b"a,b\n1,2\n", "\n"),
        (b"a,b\r\n1,2\r\n", "\n"),
        (b"a,b\r1,2\r", "\r"),
        (b'a,"b\rc"\n1,2\n', "\n"),
        (b'a,"b\nc"\r1,2\r', "\r"),
        (b"a", "\n"),
    ],
)
def test_the_first_line_end_outside_quotes_decides(content, newline):
    assert decoding(content).newline == newline


@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"\x00\x01\x02" * 500])
def test_binary_data_is_refused(content):
    with pytest.raises(TableError) as error:
        decoding(content)
    assert str(error.value) == (
        "a.csv: this is not text but binary data (save the table as .csv or .xlsx, and give that "
        "file)"
    )


def test_a_few_control_characters_are_not_binary_data():
    assert decoding(b"1,the ward was slow\x00 and nobody came\x07\n" * 50).name == "UTF-8"


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("nhs_feedback.tables.encodings.MAX_LINE", 1_000)
    (tmp_path / "a.csv").write_text("id,comment\n1," + "x" * 2_000)
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.csv")
    assert str(error.value) == (
        f"{tmp_path / 'a.csv'}: a line is longer than 1,000 characters, so this is not a table of "
        "comments (save the table as .csv or .xlsx, and give that file)"
    )
