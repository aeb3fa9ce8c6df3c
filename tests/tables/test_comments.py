from pathlib import Path

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.comments import (
    open_comments,
    open_unarranged,
    redacted_name,
    tagged_name,
)


def test_a_file_opens_with_its_columns_found(many_file: Path) -> None:
    found = open_comments(many_file)
    assert (found.table.n_rows, found.columns.text, found.columns.trust) == (
        120,
        "comment",
        "trust",
    )
    assert open_comments(many_file, text="id").columns.text == "id"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text\n", "{}: a header but no rows (choose the file that holds the comments)"),
        ("", "{}: the file is empty (choose the file that holds the comments)"),
        (
            "a,b\n1,2\n",
            "{}: no text column found; it has: a, b (name it with --text-column)",
        ),
    ],
)
def test_a_file_that_holds_no_comments(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(TableError) as caught:
        open_comments(path)
    assert str(caught.value) == message.format(path)


def test_a_missing_column_names_the_file(many_file: Path) -> None:
    with pytest.raises(TableError, match="no column 'words' or 'when'; it has: id, trust, "):
        open_comments(many_file, text="words", date="when")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("comments.csv", "comments.tagged.csv"),
        ("in/comments.xlsx", "in/comments.tagged.xlsx"),
        ("a.b.TSV", "a.b.tagged.TSV"),
        ("comments.csv.gz", "comments.tagged.csv"),
        ("comments.xls", "comments.tagged.csv"),
        ("comments.txt", "comments.tagged.csv"),
        ("comments", "comments.tagged.csv"),
        ("-", "-"),
    ],
)
def test_the_tagged_file_stands_beside_its_comments(path: str, expected: str) -> None:
    assert tagged_name(path) == str(Path(expected))
    assert redacted_name(path) == str(Path(expected.replace("tagged", "redacted")))


TWO_QUESTIONS = """id,What was good?,What could be better?,ward
1,Quick notes,Log in takes ages,9b
2,,nothing,3a
"""


@pytest.fixture
def two_questions(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    path.write_text(TWO_QUESTIONS)
    return path


def test_each_answer_gets_a_row_of_its_own(two_questions: Path) -> None:
    found = open_comments(two_questions, text=["What was good?", "what could be better"])
    assert found.columns.text == "answer"
    assert found.table.n_rows == 4
    table = next(found.table.chunks())
    assert table.to_dict("list") == {
        "id": ["1", "1", "2", "2"],
        "ward": ["9b", "9b", "3a", "3a"],
        "question": ["What was good?", "What could be better?"] * 2,
        "answer": ["Quick notes", "Log in takes ages", "", "nothing"],
    }


def test_answers_joined_leave_every_column_as_it_was(two_questions: Path) -> None:
    found = open_comments(
        two_questions, text=["What was good?", "What could be better?"], join=True
    )
    assert found.columns.text == "joined_answers"
    table = next(found.table.chunks())
    assert table["joined_answers"].tolist() == ["Quick notes\nLog in takes ages", "nothing"]
    assert list(table.columns)[:4] == ["id", "What was good?", "What could be better?", "ward"]


def test_a_column_with_a_name_of_ours_is_kept_beside_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("question,good,bad\nq1,yes it is,no it is not\n")
    found = open_comments(path, text=["good", "bad"])
    assert found.table.columns == ["question_original", "question", "answer"]


def test_marks_of_damaged_rows_go_with_each_answer(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,good,bad\n1,a b,c d\n2,e f\n3,g h,i j\n")
    found = open_comments(path, text=["good", "bad"])
    assert found.table.marks == {2: ("too few cells",), 3: ("too few cells",)}
    chunks = list(found.table.chunks(3))
    assert [chunk.attrs["marks"] for chunk in chunks] == [
        {2: ("too few cells",)},
        {3: ("too few cells",)},
    ]


def test_several_files_are_one_table_and_tagged_ones_of_a_folder_are_left_out(
    tmp_path: Path,
) -> None:
    for name in ("a.csv", "b.csv", "a.tagged.csv"):
        (tmp_path / name).write_text(f"id,comment\n{name},some words\n")
    found = open_comments(tmp_path)
    assert found.table.n_rows == 2
    assert next(found.table.chunks())["source_file"].tolist() == ["a.csv", "b.csv"]
    assert tagged_name(tmp_path) == str(tmp_path.with_name(f"{tmp_path.name}.tagged.csv"))


def test_redacted_files_are_left_out_of_a_folder_that_holds_their_originals(tmp_path: Path) -> None:
    names = ("a.xlsx.csv", "a.redacted.csv", "b.csv", "b.redacted.csv", "c.redacted.csv")
    for name in names:
        (tmp_path / name).write_text(f"id,comment\n{name},some words\n")
    (tmp_path / "a.xlsx.csv").rename(tmp_path / "a.txt")
    found = next(open_comments(tmp_path).table.chunks())["source_file"].tolist()
    assert found == ["a.txt", "b.csv", "c.redacted.csv"]


@pytest.mark.parametrize(
    ("options", "texts", "known"),
    [
        ({}, ["comment"], ["comment", "trust"]),
        ({"text": ["good", "bad"]}, ["answer"], ["answer", "trust"]),
        (
            {"text": ["good", "bad"], "join": True},
            ["good", "bad", "joined_answers"],
            ["good", "bad", "joined_answers", "trust"],
        ),
        (
            {"text": ["joined_answers", "bad"], "join": True},
            ["joined_answers_original", "bad", "joined_answers"],
            ["joined_answers_original", "bad", "joined_answers", "trust"],
        ),
    ],
)
def test_every_column_that_holds_what_people_wrote_is_known(
    options: dict, texts: list[str], known: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("trust,comment,good,bad,joined_answers\nRGT,a b,c d,e f,g h\n")
    found = open_comments(path, **options)
    assert (list(found.texts), list(found.known)) == (texts, known)
    assert set(found.known) <= set(found.table.columns)


def test_several_text_columns_may_stay_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("trust,good,bad\nRGT,c d,e f\n")
    found = open_unarranged(path, text=["bad", "good", "BAD"])
    assert found.texts == ("bad", "good")
    assert found.table.columns == ["trust", "good", "bad"]
    with pytest.raises(TableError, match="no column 'words'; it has: trust, good, bad"):
        open_unarranged(path, text="words")
