"""JSON Lines and Parquet: tables whose columns are named in the file itself."""

import importlib
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nhs_feedback.errors import TableError
from nhs_feedback.tables import encodings, shape
from nhs_feedback.tables import problems as kinds
from nhs_feedback.tables.cells import as_text, without_controls
from nhs_feedback.tables.encodings import OpenBytes
from nhs_feedback.tables.formats import import_arrow
from nhs_feedback.tables.opened import OpenTable, Understood, empty
from nhs_feedback.tables.problems import Problems

Record = dict[str, str]

_BATCH = 2_000  # rows of a Parquet file in memory at a time
_SURROGATE = re.compile("[\ud800-\udfff]")


def open_json_lines(open_bytes: OpenBytes, name: str) -> OpenTable:
    """Open JSON Lines; a line that is no object is kept as text in a column of its own."""
    decoding = encodings.find_decoding(open_bytes, name)

    def lines() -> Iterator[tuple[int, str]]:
        numbered = enumerate(encodings.lines(open_bytes, decoding, name), start=1)
        return ((number, line) for number, line in numbered if line.strip())

    found = _survey(lines(), mixed=decoding.mixed)
    columns, n_rows, problems = list(found.columns), found.n_rows, found.problems
    bad = problems[kinds.NOT_JSON].count if kinds.NOT_JSON in problems else 0
    _check_json(name, bad, n_rows)
    spare = shape.unique("extra_1", set(columns), set())
    names = [*columns, spare] if bad else columns

    def rows() -> Iterator[list[str]]:
        for _, line in lines():
            record = _record(line)
            if record is None:
                record = {spare: encodings.repaired(line.strip())}
            yield [record.get(column, "") for column in names]

    understood = Understood("JSON Lines", encoding=decoding.name)
    return OpenTable(
        name, names, n_rows, understood, problems, rows, marks=found.marks, place=found.place
    )


def _check_json(name: str, bad: int, n_rows: int) -> None:
    if not n_rows:
        raise empty(name)
    if bad * 2 > n_rows:
        raise TableError(
            f"{name}: {bad:,} of {n_rows:,} lines are not JSON objects, so this is not JSON Lines "
            "(write one {...} a line, or save the table as .csv)"
        )


def open_parquet(open_bytes: OpenBytes, name: str) -> OpenTable:
    """Open a Parquet file; numbers and dates become text by the rules of `cells`."""
    import_arrow(name)
    parquet = importlib.import_module("pyarrow.parquet")
    with _sound_parquet(name), open_bytes() as stream:
        file = parquet.ParquetFile(stream)
        names, n_rows = shape.unique_names(file.schema_arrow.names), file.metadata.num_rows

    def rows() -> Iterator[list[str]]:
        with _sound_parquet(name), open_bytes() as stream:
            for batch in parquet.ParquetFile(stream).iter_batches(_BATCH):
                columns = [map(as_text, column.to_pylist()) for column in batch.columns]
                yield from map(list, zip(*columns, strict=True))

    return OpenTable(name, names, n_rows, Understood("Parquet"), Problems(), rows)


@dataclass
class _Survey:
    """What one pass over all lines found; `gaps` are the rows behind blank lines, one a line."""

    columns: dict[str, None] = field(default_factory=dict)  # in the order they first appear
    n_rows: int = 0
    problems: Problems = field(default_factory=Problems)
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)
    gaps: "array[int]" = field(default_factory=lambda: array("Q"))

    def place(self, row: int) -> tuple[str, int]:
        """Return the line of a row counted from 0."""
        return "", row + 1 + bisect_right(self.gaps, row)


def _survey(lines: Iterator[tuple[int, str]], *, mixed: bool) -> _Survey:
    found = _Survey()
    for number, line in lines:
        found.gaps.extend([found.n_rows] * (number - 1 - found.n_rows - len(found.gaps)))
        faults = _faults(found, line)
        if mixed and encodings.has_bad_bytes(line):
            found.problems.add(kinds.NOT_UTF8, number)
        for kind in faults:
            found.problems.add(kind, number)
        if marked := tuple(kind for kind in faults if kind in kinds.MARKED):
            found.marks[found.n_rows] = marked
        found.n_rows += 1
    return found


def _faults(found: _Survey, line: str) -> tuple[str, ...]:
    """Note the columns of a line, and say what is wrong with it."""
    record = _record(line)
    if record is None:
        return (kinds.NOT_JSON,)
    found.columns.update(dict.fromkeys(record))
    return shape.text_faults(list(record.values()))


def _record(line: str) -> Record | None:
    """The object in a line as texts; None if it holds none."""
    try:
        parsed = json.loads(encodings.repaired(line))
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict):
        return None
    return {without_controls(_whole(k)): _whole(as_text(value)) for k, value in parsed.items()}


def _whole(text: str) -> str:
    """The text without the halves of characters that JSON's escapes can leave."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


@contextmanager
def _sound_parquet(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Arrow raises nearly every kind there is
        raise TableError(
            f"{name}: the Parquet file is damaged or of a kind that cannot be read "
            f"({type(error).__name__}; write it again, or save it as .csv)"
        ) from error
