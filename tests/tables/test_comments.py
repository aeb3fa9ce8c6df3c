from pathlib import Path

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.comments import open_comments, tagged_name


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
        ("text\n", "{}: no rows under the header (choose a file with comments)"),
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
