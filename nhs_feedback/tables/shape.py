"""Where a table begins and what its columns are called."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from statistics import median_high

from nhs_feedback.tables import problems as kinds
from nhs_feedback.tables.cells import CONTROL, without_controls
from nhs_feedback.tables.headers import NUMBER_OR_DATE
from nhs_feedback.tables.problems import Problems

Row = tuple[list[str], tuple[str, ...]]  # the cells ([] for a blank row), kinds of problem

# A cell of the third header row of a Qualtrics export.
_IMPORT_ID = re.compile(r'\{"ImportId":"[^"]+".*\}')
_SUBHEADINGS = {"response", "open-ended response"}  # second header row of a SurveyMonkey export
_SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd#]")
EXCEL_ERRORS = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!|#{2,})")


@dataclass(frozen=True)
class Header:
    """The header of a table.

    `row` is its row, counted from 1 (0: there is none); `end` is the last row that is not data;
    `names` are the names as written, "" where there is none; `labels` are the questions behind
    short names.
    """

    row: int
    end: int
    names: list[str]
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass
class Survey:
    """What one pass over all rows found.

    `filled` are the unnamed columns that hold something; `marks` are the kinds of problem that a
    person should look at, by data row counted from 0.
    """

    width: int
    n_rows: int = 0
    filled: set[int] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)


def find_header(
    preview: Sequence[list[str]], *, row: int | None = None, merged: Collection[int] = ()
) -> Header:
    """Find the header among the first rows of a table.

    Parameters
    ----------
    row
        The header's row where the user told it, 0 for a table without one.
    merged
        Rows (from 1) with cells merged side by side: a heading over several columns.
    """
    if row == 0:
        return Header(0, 0, [""] * max(map(len, preview), default=0))
    if row is None:
        row = _header_row(preview, merged)
    names = list(preview[row - 1]) if 0 < row <= len(preview) else []
    if row > 1 and row - 1 in merged:  # a name may stand beside the heading, a row higher
        names = [name or above for name, above in zip(names, preview[row - 2], strict=False)]
    end, labels, notes = _headings_below(preview, row, names)
    if row > 1:
        notes = (f"row {row} is the header", *notes)
    if any(name and NUMBER_OR_DATE.fullmatch(name) for name in names):
        notes = (*notes, f"row {row} is taken for column names though it holds numbers or dates")
    return Header(row, end, names, labels, notes)


def survey(rows: Iterable[Row], header: Header) -> Survey:
    """Count the rows, their widest, and what is wrong with them."""
    found = Survey(len(header.names))
    unnamed = [i for i, name in enumerate(header.names) if not name.strip()]
    blanks = 0
    for number, (cells, faults) in enumerate(rows, start=1):
        if number <= header.end:
            continue
        if not cells:
            blanks += 1
            continue
        for blank in range(number - blanks, number):
            found.problems.add(kinds.BLANK, blank)
        found.n_rows += blanks + 1
        blanks = 0
        if unnamed:
            found.filled.update(i for i in unnamed if i < len(cells) and cells[i])
        every = (*faults, *_misfits(cells, len(header.names)), *text_faults(cells))
        for kind in every:
            found.problems.add(kind, number)
        if marks := tuple(kind for kind in every if kind in kinds.MARKED):
            found.marks[found.n_rows - 1] = marks
        if len(cells) > found.width:
            found.width = max(found.width, _length(cells))
    return found


def name_columns(header: Header, found: Survey) -> dict[int, str]:
    """Position -> unique name; unnamed columns that hold nothing are left out."""
    names: dict[int, str] = {}
    reserved, used = set(map(without_controls, header.names)), set[str]()
    for i in range(found.width):
        written = without_controls(header.names[i]) if i < len(header.names) else ""
        if written.strip():
            name = unique(written, used, reserved)
        elif i >= len(header.names):
            name = unique(f"extra_{i - len(header.names) + 1}", reserved, used)
        elif i in found.filled:
            name = unique(f"column_{i + 1}", reserved, used)
        else:
            continue
        names[i] = name
        used.add(name)
    return names


def unique_names(names: Sequence[str]) -> list[str]:
    """Number the names that repeat an earlier one."""
    everything = Survey(len(names), filled=set(range(len(names))))
    return list(name_columns(Header(1, 1, list(names)), everything).values())


def unique(name: str, used: set[str], reserved: set[str]) -> str:
    """Add the first of `_2`, `_3`... that makes the name one that no column has or will have."""
    if name not in used:
        return name
    numbered = (f"{name}_{number}" for number in count(2))
    return next(name for name in numbered if name not in used and name not in reserved)


def data_rows(
    rows: Iterable[Row], header: Header, n_rows: int, positions: Sequence[int]
) -> Iterator[list[str]]:
    """Yield the cells at these positions of each row below the header, "" where it is short."""
    width = max(positions, default=-1) + 1
    straight = list(positions) == list(range(width))
    for cells, _ in islice(rows, header.end, header.end + n_rows):
        padded = cells[:width] + [""] * (width - len(cells))
        yield padded if straight else [padded[i] for i in positions]


def _length(cells: Sequence[str]) -> int:
    """Cells up to the last that holds something."""
    length = len(cells)
    while length and not cells[length - 1]:
        length -= 1
    return length


def filled_cells(cells: Sequence[str]) -> int:
    """Count the cells that hold more than blanks."""
    return sum(cell.strip() != "" for cell in cells)


def _misfits(cells: Sequence[str], width: int) -> tuple[str, ...]:
    if len(cells) == width:
        return ()
    if len(cells) < width:
        return (kinds.TOO_FEW,)
    return (kinds.TOO_MANY,) if _length(cells) > width else ()


def text_faults(cells: Sequence[str]) -> tuple[str, ...]:
    """Name the kinds of problem that the text of these cells has."""
    text = "\n".join(cells)
    if not _SUSPECT.search(text):  # nearly every row
        return ()
    signs = (
        (kinds.CONTROL, CONTROL.search(text) is not None),
        (kinds.LOST, "\ufffd" in text),
        (kinds.SPOILED, any(EXCEL_ERRORS.fullmatch(cell.strip()) for cell in cells)),
    )
    return tuple(kind for kind, seen in signs if seen)


def _header_row(preview: Sequence[list[str]], merged: Collection[int]) -> int:
    """Find the first row that is neither blank nor a title; 0 if there is none."""
    rows = [(i, cells) for i, cells in enumerate(preview, start=1) if filled_cells(cells)]
    if not rows:
        return 0
    filled = [filled_cells(cells) for _, cells in rows]
    # Titles may be most of the first rows, notes most of the last ones: look at several stretches.
    stretches = (filled, filled[len(filled) // 2 :], filled[-len(filled) // 4 :])
    width = max(median_high(stretch) for stretch in stretches)
    place = next((k for k, (_, cells) in enumerate(rows) if not _is_title(cells, width)), 0)
    number, cells = rows[place]
    if number in merged and place + 1 < len(rows):
        below_number, below = rows[place + 1]
        number = below_number if filled_cells(below) > filled_cells(cells) else number
    return number


def _is_title(cells: Sequence[str], width: int) -> bool:
    """Whether a row above the header has too little in it to be one.

    `width` is how many cells most rows fill. A row that begins with an empty cell may be the
    header of a file whose first column, an index, has no name.
    """
    filled = filled_cells(cells)
    little = bool(cells[0]) and (filled == 1 < width or (filled * 2 == width and "" in cells))
    return little or filled * 2 < width


def _headings_below(
    preview: Sequence[list[str]], row: int, names: list[str]
) -> tuple[int, dict[str, str], tuple[str, ...]]:
    """Find the last heading row, questions by name, notes; fill in missing names."""
    below = preview[row : row + 2]
    import_ids = [k for k, cells in enumerate(below) if _mostly_import_ids(cells)]
    if import_ids:
        labels = dict(zip(names, below[0], strict=False)) if import_ids[0] == 1 else {}
        end = row + import_ids[0] + 1
        return end, labels, (f"rows {row + 1} to {end} are headings of a Qualtrics export",)
    if below and _is_subheading(names, below[0]):
        names[:] = [name or under for name, under in zip(names, below[0], strict=False)]
        return row + 1, {}, (f"row {row + 1} is a second header",)
    return row, {}, ()


def _is_subheading(names: Sequence[str], below: Sequence[str]) -> bool:
    """Whether this row says which part of a question each column is, as SurveyMonkey's does."""
    kinds_said = {cell.strip().casefold() for cell in below}
    whose = names[0].strip().casefold() if names else ""
    return whose.startswith("respondent") and not any(below[:1]) and bool(_SUBHEADINGS & kinds_said)


def _mostly_import_ids(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    found = sum(_IMPORT_ID.fullmatch(cell) is not None for cell in filled)
    return found > 1 and found * 2 > len(filled)
