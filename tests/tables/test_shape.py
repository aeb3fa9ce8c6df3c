import pytest

from nhs_feedback.tables.reading import open_table, read_table
from nhs_feedback.tables.shape import find_header, unique_names

FORMS = (
    '\ufeffId,Start time,Email,"What works well, and\nwhy?",What could we do better?\n'
    '1,02/04/2024 09:30,anonymous,"The ward round,\nmostly",Ask us\n'
)
QUALTRICS = (
    "StartDate,ResponseId,Q1,Q2\n"
    'Start Date,Response ID,"How do you feel about it?",Your role\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}",'
    '"{""ImportId"":""QID1_TEXT""}","{""ImportId"":""QID2""}"\n'
    "2024-04-02,R_1,Slow,Nurse\n"
)
MONKEY = (
    "Respondent ID,What works?,Which systems do you use?,\n"
    ",Open-Ended Response,PAS,EPR\n"
    "7,Nothing,x,\n"
)


def opened(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    return open_table(tmp_path / "a.csv")


def rows(tmp_path):
    return read_table(tmp_path / "a.csv").to_numpy().tolist()


def test_microsoft_forms(tmp_path):
    table = opened(tmp_path, FORMS)
    assert table.columns == [
        "Id", "Start time", "Email", "What works well, and\nwhy?", "What could we do better?",
    ]  # fmt: skip
    assert rows(tmp_path) == [
        ["1", "02/04/2024 09:30", "anonymous", "The ward round,\nmostly", "Ask us"]
    ]


def test_three_headers_of_qualtrics(tmp_path):
    table = opened(tmp_path, QUALTRICS)
    assert table.columns == ["StartDate", "ResponseId", "Q1", "Q2"]
    assert table.labels["Q1"] == "How do you feel about it?"
    assert table.understood.notes == ("rows 2 to 3 are headings of a Qualtrics export",)
    assert rows(tmp_path) == [["2024-04-02", "R_1", "Slow", "Nurse"]]
    assert table.n_rows == 1
    assert not table.problems


def test_what_only_looks_like_further_headers_is_data(tmp_path):
    table = opened(tmp_path, 'id,comment\n,Response\n2,"{""ImportId"":""x""}"\n')
    assert table.understood.header_row == 1
    assert rows(tmp_path) == [["", "Response"], ["2", '{"ImportId":"x"}']]


def test_two_headers_of_surveymonkey(tmp_path):
    table = opened(tmp_path, MONKEY)
    assert table.columns == ["Respondent ID", "What works?", "Which systems do you use?", "EPR"]
    assert rows(tmp_path) == [["7", "Nothing", "x", ""]]


TITLES = [
    ("id,comment\n1,a\n", 1),
    ("Staff survey 2024\n\nid,comment\n1,a\n2,b\n", 3),
    ("Staff survey 2024,\n,\nid,comment\n1,a\n", 3),
    ("\n\nid,comment\n1,a\n", 3),
    ("Survey:,April,,\nBy:,Mr Example,,\nid,trust,ward,comment\n1,T,W,a\n2,T,W,b\n", 3),
    ("".join(f"note {i}\n" for i in range(15)) + "a,b,c\n1,2,x\n3,4,y\n", 16),
    ("id,comment,ward\n1,a,W\n2,b,W\n\nSource: NHS England\nContact: us\nDate: today\n", 1),
    (",comment\n0,a\n1,b\n", 1),  # as pandas writes an unnamed index
    ("id,comment,,\n1,a,,\n", 1),
    ("id,comment\n1,Great, fast, and good\n2,bad, slow, dull\n3,a, b, c\n", 1),
    ("comment\nslow\nfine\n", 1),
    ("About you,,Views,,\nid,trust,liked,disliked,why\n1,T,a,b,c\n", 2),
]


@pytest.mark.parametrize(("text", "row"), TITLES)
def test_the_header_row_is_found(tmp_path, text, row):
    assert opened(tmp_path, text).understood.header_row == row


def test_rows_below_titles_are_numbered_from_nought(tmp_path):
    opened(tmp_path, "Staff survey\n\nid,comment\n1,a\n2,b\n")
    frame = read_table(tmp_path / "a.csv")
    assert frame.index.tolist() == [0, 1]
    assert frame["comment"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["", "a", " "], ["column_1", "a", "column_3"]),
        ([], []),
    ],
)
def test_column_names_are_unique(names, unique):
    assert unique_names(names) == unique


def test_blank_columns_are_left_out_and_unnamed_ones_named(tmp_path):
    table = opened(tmp_path, ",id,,comment,,\n,1,,a,x,\n,2,,b,,\n")
    assert table.columns == ["id", "comment", "column_5"]
    assert rows(tmp_path) == [["1", "a", "x"], ["2", "b", ""]]


def test_names_are_kept_as_written(tmp_path):
    assert opened(tmp_path, " FFT answer,Info? ,two\r\nb\n1,2,3\n".replace("\r\n", "")).columns == [
        " FFT answer", "Info? ", "twob",
    ]  # fmt: skip


def test_blank_rows_between_are_kept_and_those_at_the_end_are_none(tmp_path):
    table = opened(tmp_path, "id,comment\n1,a\n,\n\n2,b\n,\n\n,\n")
    assert table.n_rows == 4
    assert table.problems["blank row"].rows == [3, 4]
    assert rows(tmp_path) == [["1", "a"], ["", ""], ["", ""], ["2", "b"]]


def test_empty_cells_beyond_the_header_are_no_problem(tmp_path):
    table = opened(tmp_path, "id,comment\n1,a,,,\n")
    assert table.columns == ["id", "comment"]
    assert not table.problems


@pytest.mark.parametrize(
    ("row", "columns", "first"),
    [(2, ["1", "a"], ["2", "b"]), (0, ["column_1", "column_2"], ["id", "comment"])],
)
def test_the_header_row_can_be_told(tmp_path, row, columns, first):
    (tmp_path / "a.csv").write_text("id,comment\n1,a\n2,b\n")
    table = open_table(tmp_path / "a.csv", header_row=row)
    assert table.columns == columns
    assert next(table.chunks()).iloc[0].tolist() == first


def test_a_header_that_looks_like_data_is_said(tmp_path):
    assert opened(tmp_path, "1,slow\n2,fine\n").understood.notes == (
        "row 1 is taken for column names though it holds numbers or dates",
    )


def test_headings_over_several_columns_are_not_the_header():
    preview = [["id", "Ward", "Views", ""], ["", "name", "liked", "why"], ["1", "W", "b", "c"]]
    preview[1][0] = "no"
    assert find_header(preview).row == 1
    assert find_header(preview, merged=[1]).names == ["no", "name", "liked", "why"]
    preview[0][1:] = ["Views", "", ""]
    preview[1][0] = ""
    assert find_header(preview, merged=[1]).names == ["id", "name", "liked", "why"]


def test_nothing_has_no_header():
    assert find_header([]).row == 0
    assert find_header([[], []]).row == 0
