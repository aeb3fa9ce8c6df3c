"""Files of comments opened as one table, and which column plays which part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nhs_feedback.tables.reading import REDACTED, TAGGED, OpenTable, check_has_rows, open_tables
from nhs_feedback.tables.schema import Columns, find_columns
from nhs_feedback.tables.writing import ENDINGS, STDOUT

QUESTION, ANSWER, JOINED = "question", "answer", "joined_answers"
_SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class OpenComments:
    """An open table whose columns were found; its rows are still in the file.

    `texts` are all columns that hold what people wrote: the text column, and where it joins
    several, those too.
    """

    table: OpenTable
    columns: Columns
    paths: tuple[str | Path, ...]
    texts: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """The columns of which it is known what they hold: comments, trusts, dates."""
        return (*self.texts, *filter(None, (self.columns.trust, self.columns.date)))


def open_comments(
    *paths: str | Path,
    sheet: str | None = None,
    header_row: int | None = None,
    text: str | Sequence[str] | None = None,
    join: bool = False,
    trust: str | None = None,
    id: str | None = None,  # noqa: A002 (the column is called id)
    date: str | None = None,
) -> OpenComments:
    """Open files and find their columns by what was asked, by name, then by their first rows.

    Parameters
    ----------
    paths : str or Path
        Files or folders, read as one table with a column `source_file` where there are several.
    text : str or several, optional
        Of several text columns each answer gets a row of its own: `question` (the column's name)
        and `answer` stand in their place.
    join : bool
        Put several answers into one text instead, in a further column `joined_answers`.

    Raises
    ------
    TableError
        If a file cannot be read, there are no rows, or no text column.
    """
    table, found = _open(
        paths, text, sheet=sheet, header_row=header_row, trust=trust, id=id, date=date
    )
    columns, questions = found[0], [each.text for each in found]
    if len(found) == 1:
        return OpenComments(table, columns, paths, tuple(questions))
    arrange, name = (_joined, JOINED) if join else (_apart, ANSWER)
    texts = (*(_beside(question, (JOINED,)) for question in questions), JOINED)
    return OpenComments(
        arrange(table, questions),
        replace(columns, text=name),
        paths,
        texts if join else (ANSWER,),
    )


def open_unarranged(
    *paths: str | Path,
    text: str | Sequence[str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> OpenComments:
    """Open files as `open_comments` does, and leave several text columns where they stand."""
    table, found = _open(paths, text, sheet=sheet, header_row=header_row)
    return OpenComments(table, found[0], paths, tuple(dict.fromkeys(each.text for each in found)))


def tagged_name(path: str | Path) -> str:
    """Name the tagged file beside a file of comments: `x.xlsx` gives `x.tagged.xlsx`.

    An ending that is not written becomes `.csv`; standard input goes to standard output.
    """
    return _name_beside(path, TAGGED)


def redacted_name(path: str | Path) -> str:
    """Name the redacted file beside a file of comments, by the rules of `tagged_name`."""
    return _name_beside(path, REDACTED)


def _name_beside(path: str | Path, mark: str) -> str:
    if str(path) == STDOUT:
        return STDOUT
    path = Path(path).resolve() if Path(path).is_dir() else Path(path)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    ending = plain.suffix if plain.suffix.lower() in ENDINGS else ".csv"
    stem = plain.name if plain.is_dir() else plain.stem
    return str(plain.with_name(f"{stem}{mark}{ending.removeprefix('.')}"))


def _open(
    paths: Sequence[str | Path],
    text: str | Sequence[str] | None,
    *,
    sheet: str | None,
    header_row: int | None,
    **roles: str | None,
) -> tuple[OpenTable, list[Columns]]:
    """Open files as one table, and find its columns once for each text column asked for."""
    table = open_tables(paths, sheet=sheet, header_row=header_row)
    check_has_rows(table)
    sample = next(table.chunks(_SAMPLE_ROWS))
    asked = [text] if isinstance(text, str) else list(text or [])
    wanted: list[str | None] = [*asked] or [None]
    where, labels = table.path, table.labels
    return table, [
        find_columns(sample, text=name, labels=labels, where=where, **roles) for name in wanted
    ]


def _apart(table: OpenTable, questions: list[str]) -> OpenTable:
    """Give each answer a row of its own, the rows of one person together."""
    asked = [table.columns.index(name) for name in questions]
    kept = [number for number in range(len(table.columns)) if number not in asked]

    def rows() -> Iterator[list[str]]:
        for cells in table.rows():
            for number, question in zip(asked, questions, strict=True):
                yield [*(cells[other] for other in kept), question, cells[number]]

    carried = [_beside(table.columns[number], (QUESTION, ANSWER)) for number in kept]
    return replace(
        table,
        columns=[*carried, QUESTION, ANSWER],
        n_rows=table.n_rows * len(questions),
        rows=rows,
        place=lambda row: table.place(row // len(questions)),
        marks={
            row * len(questions) + number: kinds
            for row, kinds in table.marks.items()
            for number in range(len(questions))
        },
    )


def _joined(table: OpenTable, questions: list[str]) -> OpenTable:
    """Put a row's answers into one text, a line each."""
    asked = [table.columns.index(name) for name in questions]

    def rows() -> Iterator[list[str]]:
        for cells in table.rows():
            answers = (cells[number].strip() for number in asked)
            yield [*cells, "\n".join(filter(None, answers))]

    carried = [_beside(name, (JOINED,)) for name in table.columns]
    return replace(table, columns=[*carried, JOINED], rows=rows)


def _beside(column: str, ours: tuple[str, ...]) -> str:
    return f"{column}_original" if column in ours else column
