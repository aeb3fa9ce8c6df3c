"""A file of comments opened: the table, and which column plays which part."""

from dataclasses import dataclass
from pathlib import Path

from nhs_feedback.errors import TableError
from nhs_feedback.tables.reading import OpenTable, open_table
from nhs_feedback.tables.schema import Columns, find_columns
from nhs_feedback.tables.writing import ENDINGS, STDOUT

_SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class OpenComments:
    """An open table whose columns were found; its rows are still in the file."""

    table: OpenTable
    columns: Columns


def open_comments(
    path: str | Path,
    *,
    sheet: str | None = None,
    text: str | None = None,
    trust: str | None = None,
    id: str | None = None,  # noqa: A002 (the column is called id)
    date: str | None = None,
) -> OpenComments:
    """Open a file and find its columns by what was asked, by name, then by its first rows.

    Raises
    ------
    TableError
        If it cannot be read, has no rows, or no text column.
    """
    table = open_table(path, sheet=sheet)
    if not table.n_rows:
        raise TableError(f"{path}: no rows under the header (choose a file with comments)")
    sample = next(table.chunks(_SAMPLE_ROWS))
    columns = find_columns(sample, text=text, trust=trust, id=id, date=date, where=str(path))
    return OpenComments(table, columns)


def tagged_name(path: str | Path) -> str:
    """Name the tagged file beside a file of comments: `x.xlsx` gives `x.tagged.xlsx`.

    An ending that is not written becomes `.csv`; standard input goes to standard output.
    """
    if str(path) == STDOUT:
        return STDOUT
    path = Path(path)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    ending = plain.suffix if plain.suffix.lower() in ENDINGS else ".csv"
    return str(plain.with_name(f"{plain.stem}.tagged{ending}"))
