"""Lines of text -> rows of cells: the delimiter found, bad quoting survived.

Well-formed rows are split by the csv module in strict mode. Where it objects, the row is split
again by looser rules and marked, so that one lost quote never swallows the rows after it.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import dropwhile

from nhs_feedback.errors import TableError
from nhs_feedback.tables import encodings, quoting
from nhs_feedback.tables import problems as kinds
from nhs_feedback.tables.encodings import Decoding, OpenBytes
from nhs_feedback.tables.guarding import unguarded
from nhs_feedback.tables.opened import Grid, Understood
from nhs_feedback.tables.problems import OPEN_QUOTE
from nhs_feedback.tables.shape import Row

ONE_COLUMN = "\ufdd0"  # a noncharacter: the "delimiter" of a file that has none

_SAMPLE_CHARS = 1 << 18  # read to find the delimiter
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml|table)", re.IGNORECASE)
_DELIMITERS = ",\t;|"
_SEP_LINE = re.compile(r"sep=([^\w\s\"']|\t)\r?\n?\Z", re.IGNORECASE)  # Excel's own way to say it
_MAX_LINES = 5_000  # of one record; no real cell holds more
_MAX_CHARS = 5_000_000
_FIELD_LIMIT = 2**31 - 1  # the most that fits a C long on Windows


def find_delimiter(sample: list[str], *, likely: str = ",", cut: bool = False) -> tuple[str, int]:
    """Find the delimiter of a file's first lines, and how many cells most of its rows have.

    Parameters
    ----------
    likely
        Taken where several fit equally well.
    cut
        Whether the file goes on after the sample, which may then end inside a row.
    """
    told = _SEP_LINE.match(sample[0]) if sample else None
    candidates = [told[1]] if told else [likely, *_DELIMITERS.replace(likely, "")]
    best, best_share, best_width = ONE_COLUMN, 0.0, 1
    for delimiter in candidates:
        rows = [cells for cells, _ in split(sample, delimiter, 0)]
        share, width = _consistency(rows[:-1] if cut and len(rows) > 1 else rows, delimiter)
        if share > best_share:
            best, best_share, best_width = delimiter, share, width
    return best, best_width


def split(lines: Iterable[str], delimiter: str, width: int) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row and what was wrong with their quoting ("" for nothing).

    `width` is how many cells most rows have, 0 if that is not known.
    """
    source = _Source(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.taken = []
        limit = csv.field_size_limit(_FIELD_LIMIT)  # global to the process, so set and put back
        try:
            cells, used, fault = next(reader), len(source.taken), ""
        except StopIteration:
            return
        except (csv.Error, _OverlongError):
            cells, used, fault = quoting.split_loosely(
                source.taken, source.read_on, delimiter, width
            )
        finally:
            csv.field_size_limit(limit)
        if used > 2 and quoting.look_like_rows(source.taken[1:used], delimiter, width):
            cells, used, fault = quoting.split_literally(source.taken[0], delimiter), 1, OPEN_QUOTE
        if fault:
            source.give_back(source.taken[used:])
            reader = csv.reader(source, delimiter=delimiter, strict=True)
        yield ([ONE_COLUMN.join(cells)] if delimiter == ONE_COLUMN and cells else cells), fault


def open_delimited(open_bytes: OpenBytes, name: str, *, likely: str) -> Grid:
    """Open delimited text; `likely` is the delimiter that its ending promises."""
    decoding = encodings.find_decoding(open_bytes, name)
    sample, cut = _sample(encodings.lines(open_bytes, decoding, name))
    if _PAGE.match("".join(sample[:20])):
        raise TableError(
            f"{name}: this is a web page, not a table (open it in Excel, and save it as .xlsx)"
        )
    delimiter, width = find_delimiter(sample, likely=likely, cut=cut)
    understood = Understood(
        "delimited text", decoding.name, None if delimiter == ONE_COLUMN else delimiter
    )

    def cleaned() -> Iterator[Row]:
        lines = encodings.lines(open_bytes, decoding, name)
        return rows(lines, delimiter, width, decoding)

    return Grid(cleaned, understood)


def _sample(lines: Iterable[str]) -> tuple[list[str], bool]:
    """Read the first lines, and say whether there are more."""
    sample: list[str] = []
    room = _SAMPLE_CHARS
    for line in lines:
        if room <= 0:
            return sample, True
        sample.append(line)
        room -= len(line)
    return sample, False


def rows(lines: Iterable[str], delimiter: str, width: int, decoding: Decoding) -> Iterator[Row]:
    """Yield rows as they were before they were written: decoded and without our guards.

    An explicitly quoted empty cell in a file of one column is a row; ",,," is a blank one.
    """
    for cells, fault in split(lines, delimiter, width):
        faults = (fault,) if fault else ()
        if decoding.repair and any(map(encodings.has_bad_bytes, cells)):
            cells = [encodings.repaired(cell) for cell in cells]  # noqa: PLW2901
            faults = (*faults, kinds.NOT_UTF8) if decoding.mixed else faults
        if any(cells) or len(cells) == 1:
            yield [unguarded(c) if c[:1] == "'" else c for c in cells], faults
        else:
            yield [], faults


class _OverlongError(Exception):
    """A quoted cell has run on for longer than any real one."""


class _Source:
    """Lines that know which of them the present row took, and can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.returned: deque[str] = deque()
        self.taken: list[str] = []
        self.chars = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.taken:
            self.chars = 0
        elif len(self.taken) >= _MAX_LINES or self.chars > _MAX_CHARS:
            raise _OverlongError
        line = self.returned.popleft() if self.returned else next(self.lines)
        self.taken.append(line)
        self.chars += len(line)
        return line

    def read_on(self, count: int) -> None:
        """Take up to `count` lines more, if the file has them."""
        for _ in range(count):
            line = self.returned.popleft() if self.returned else next(self.lines, None)
            if line is None or self.chars > _MAX_CHARS:
                self.returned.extendleft([line] if line else [])
                return
            self.taken.append(line)
            self.chars += len(line)

    def give_back(self, lines: list[str]) -> None:
        self.returned.extendleft(reversed(lines))


def _consistency(rows: list[list[str]], delimiter: str) -> tuple[float, int]:
    """Measure the share of rows with the usual number of cells; 0 where it is no delimiter."""
    filled = [cells for cells in rows if any(cells)] or rows
    below = list(dropwhile(lambda cells: len(cells) == 1, filled))  # without titles
    if not below:
        return 0.0, 1
    widths = Counter(len(cells) for cells in below)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if len(filled[0]) > 1 and width == 1:  # a header with it, most rows cut short
        width, count = len(filled[0]), widths[len(filled[0])]
    share = count / len(below)
    doubtful = len(filled[0]) == 1 or share < 0.5
    if width == 1 or (doubtful and _is_punctuation(filled, delimiter)):
        return 0.0, 1
    return share * (0.7 if doubtful else 1.0), width


def _is_punctuation(rows: list[list[str]], delimiter: str) -> bool:
    """Whether a space follows it nearly always, as it does in prose and hardly ever in a table."""
    following = [cell for cells in rows for cell in cells[1:]]
    return delimiter != "\t" and sum(c.startswith(" ") for c in following) > 0.8 * len(following)
