"""Rows that were kept although something is wrong with them: how many, and where."""

from dataclasses import dataclass, field

import pandas as pd

from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.schema import CHECK, JOIN

SHOWN_ROWS = 100  # row numbers kept per kind: enough to find the cause, bounded for any file

TOO_FEW = "too few cells"
TOO_MANY = "too many cells"
STRAY_QUOTE = "stray quote"
OPEN_QUOTE = "quote never closed"
NOT_UTF8 = "not UTF-8, read as Windows-1252"
LOST = "characters lost before this file was made"
CONTROL = "control characters, which writing leaves out"
SPOILED = "spoiled by Excel"
BLANK = "blank row"
NOT_JSON = "not a JSON object"

MARKED = frozenset({TOO_FEW, TOO_MANY, STRAY_QUOTE, OPEN_QUOTE, LOST, SPOILED, NOT_JSON})
"""Kinds that a person should look at, row by row; the others are mended or hold nothing."""

DISPLACED = frozenset({TOO_FEW, TOO_MANY, STRAY_QUOTE, OPEN_QUOTE})
"""Kinds after which a cell may stand under the wrong name: a comment under that of the trust."""


@dataclass
class Problem:
    """One kind of problem: `count` rows have it, `rows` are the numbers of the first of them.

    Row numbers are those a spreadsheet shows: 1 is the first row of the file, titles and header
    included.
    """

    count: int = 0
    rows: list[int] = field(default_factory=list)


class Problems(dict[str, Problem]):
    """Problems by kind, in the order they were met."""

    def add(self, kind: str, row: int) -> None:
        """Count one more row with this kind of problem."""
        problem = self.setdefault(kind, Problem())
        problem.count += 1
        if len(problem.rows) < SHOWN_ROWS:
            problem.rows.append(row)


def displaced(tagged: pd.DataFrame) -> pd.Series:
    """Say of which rows the trust as written may be part of a comment: those that were damaged."""
    if CHECK not in tagged:
        return pd.Series(data=False, index=tagged.index)
    reasons = pd.Series(column_as_text(tagged[CHECK]), index=tagged.index, dtype=object)
    return reasons.map(lambda cell: not DISPLACED.isdisjoint(cell.split(JOIN))).astype(bool)
