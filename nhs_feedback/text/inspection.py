"""A file of comments looked over before a long run: what is in it and what is wrong, in counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from nhs_feedback.tables.comments import OpenComments
from nhs_feedback.tables.dates import is_month_first, month_first_votes, read_dates
from nhs_feedback.tables.opened import MARKS
from nhs_feedback.tables.organisations import Organisations
from nhs_feedback.tables.problems import DISPLACED, Problems
from nhs_feedback.text.checks import check_text
from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.columns import count_elsewhere
from nhs_feedback.text.redaction import find_personal_data

REPEATED_ID = "id used before"
REPEATED_TEXT = "comment given before"
NOT_A_DATE = "date not understood"
Place = tuple[str, int]  # the file, where there are several, and the row


@dataclass
class Inspection:
    """What was found in a file.

    Attributes
    ----------
    rows : int
    problems : Problems
        By kind, how many rows and which (as a spreadsheet numbers them): damage, comments that
        say nothing or are no English, repeats.
    personal_data : Counter
        Pieces of personal data in the comments, by kind; what they are is not kept.
    elsewhere : Counter
        Rows that seem to hold personal data in another column, by column.
    resolved : Counter
        Rows by organisation.
    unresolved : Counter
        Rows by trust as written.
    suggestions : dict
        Organisations that a trust as written may be.
    earliest, latest : Timestamp or None
    month_first : bool
        The dates prove that the month comes first.
    unsettled : int
        Dates that may be either way round, where some prove the one and some the other.
    """

    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    personal_data: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    resolved: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[str] = field(default_factory=Counter)
    suggestions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    earliest: pd.Timestamp | None = None
    latest: pd.Timestamp | None = None
    month_first: bool = False
    unsettled: int = 0


def inspect_comments(comments: OpenComments, organisations: Organisations) -> Inspection:
    """Read a file once from end to end and count what a user should know before tagging it."""
    table, columns = comments.table, comments.columns
    found = Inspection(rows=table.n_rows, problems=Problems(table.problems))
    if columns.date:
        _settle_order(found, (chunk[columns.date] for chunk in table.chunks()))
    ids: dict[str, Place] = {}
    texts: set[int] = set()
    for chunk in table.chunks():
        rows = [table.place(number) for number in chunk.index]
        _look_at_texts(found, chunk[columns.text], rows, texts)
        found.elsewhere.update(count_elsewhere(chunk, comments.known))
        if columns.id:
            _look_at_ids(found, chunk[columns.id], rows, ids)
        if columns.trust:
            marks = chunk.attrs[MARKS]
            sound = [DISPLACED.isdisjoint(marks.get(row, ())) for row in chunk.index]
            _look_at_trusts(found, chunk[columns.trust], sound, organisations)
        if columns.date:
            _look_at_dates(found, chunk[columns.date], rows)
    return found


def _add(found: Inspection, kind: str, place: Place) -> None:
    file, row = place
    found.problems.add(f"{kind} ({file})" if file else kind, row)


def _settle_order(found: Inspection, columns: Iterable[pd.Series]) -> None:
    votes = (month_first_votes(cells) for cells in columns)
    day, month, either = map(sum, zip(*votes, strict=True))
    found.month_first = is_month_first(day, month)
    found.unsettled = either if day and month else 0


def _look_at_texts(found: Inspection, cells: pd.Series, rows: list[Place], seen: set[int]) -> None:
    for row, cell in zip(rows, cells, strict=True):
        text = clean(cell)
        reasons = check_text(text)
        for reason in reasons:
            _add(found, reason, row)
        if not reasons and (key := hash(text)) in seen:  # a number, so that a million fit
            _add(found, REPEATED_TEXT, row)
        elif not reasons:
            seen.add(key)
        found.personal_data.update(piece.label for piece in find_personal_data(text))


def _look_at_ids(
    found: Inspection, cells: pd.Series, rows: list[Place], seen: dict[str, Place]
) -> None:
    for row, name in zip(rows, cells.str.strip(), strict=True):
        if name and seen.setdefault(name, row) != row:  # answers of one row share its id
            _add(found, REPEATED_ID, row)


def _look_at_trusts(
    found: Inspection, cells: pd.Series, sound: list[bool], organisations: Organisations
) -> None:
    """Count trusts; in a damaged row a cell that is none may be part of a comment."""
    for (written, is_sound), count in Counter(zip(cells.str.strip(), sound, strict=True)).items():
        match = organisations.match(written)
        if match.organisation:
            found.resolved[match.organisation.name] += count
        elif written and is_sound:
            found.unresolved[written] += count
            found.suggestions[written] = tuple(near.name for near in match.suggestions)


def _look_at_dates(found: Inspection, cells: pd.Series, rows: list[Place]) -> None:
    dates = read_dates(cells, month_first=found.month_first)
    for row, cell, date in zip(rows, cells, dates, strict=True):
        if cell.strip() and pd.isna(date):
            _add(found, NOT_A_DATE, row)
    known = dates.dropna()
    if not known.empty:
        earliest, latest = known.min(), known.max()
        found.earliest = min(found.earliest or earliest, earliest)
        found.latest = max(found.latest or latest, latest)
