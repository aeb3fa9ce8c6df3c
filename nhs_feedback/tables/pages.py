"""A page -> file: whole or not at all."""

from collections.abc import Iterable
from pathlib import Path

from nhs_feedback.errors import TableError
from nhs_feedback.tables import aside
from nhs_feedback.tables.writing import STDOUT, check_target, writable

ENDINGS = (".html", ".htm")


def check_page(path: str | Path, *, force: bool, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse now what could not be written later, as `check_target` does."""
    if str(path) == STDOUT:
        raise TableError("a page is a file, not a stream (name one that ends in .html with -o)")
    if Path(path).suffix.lower() not in ENDINGS:
        raise TableError(f"{path}: a page is HTML (name a file that ends in .html with -o)")
    check_target(path, force=force, inputs=inputs, also=ENDINGS)


def write_page(page: str, path: str | Path, *, force: bool = False) -> None:
    """Write a page, whole or not at all.

    Raises
    ------
    TableError
        If the file exists (unless `force`), or cannot be written there.
    """
    check_page(path, force=force)
    with writable(str(path)):
        place = aside.claim(Path(path))
    try:
        with writable(str(path)):
            place.whole.write_text(page, "utf-8", newline="\n")
            aside.put(place, force=force)
    finally:
        aside.release(place)
