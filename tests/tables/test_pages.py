import re
from pathlib import Path

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.pages import check_page, write_page


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_page("<p>Llŷn 病院\n</p>", path)
    assert path.read_bytes() == "<p>Llŷn 病院\n</p>".encode()
    assert list(tmp_path.iterdir()) == [path]
    write_page("again", path, force=True)
    assert path.read_text() == "again"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("-", "a page is a file, not a stream (name one that ends in .html with -o)"),
        ("page.pdf", "{path}: a page is HTML (name a file that ends in .html with -o)"),
        ("there.html", "{path}: exists already (choose another name, or say --force)"),
        ("none/page.html", "{path}: there is no folder {parent} (make it first)"),
    ],
)
def test_where_no_page_can_be_written(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("old")
    path = name if name == "-" else tmp_path / name
    said = message.format(path=path, parent=Path(path).parent)
    for write in (lambda: check_page(path, force=False), lambda: write_page("new", path)):
        with pytest.raises(TableError, match=f"^{re.escape(said)}$"):
            write()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_the_input_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tagged.html"
    path.write_text("a table by another name")
    with pytest.raises(TableError, match="this file is the input"):
        check_page(path, force=True, inputs=[path])
