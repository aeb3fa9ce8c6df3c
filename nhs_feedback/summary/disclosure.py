"""Small numbers hidden: one function, after all arithmetic."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import PerceptionIndex
from nhs_feedback.summary.counts import MOST_PEOPLE, Counts
from nhs_feedback.summary.suppression import (
    Hidden,
    Ints,
    Judge,
    Lattice,
    make_lattice,
    suppress,
)
from nhs_feedback.tables.schema import PERCEPTION_INDEX, POLARITIES, SENTIMENT

Rule = Literal["none", "fft"]
RULES: tuple[Rule, ...] = ("none", "fft")
HIDDEN = "[c]"
"""The government symbol for a confidential figure, in files and on the terminal."""

MIN_GROUP = 10
"""Groups with fewer comments are hidden, unless the user says otherwise."""

MIN_QUOTED = 30
"""Comments are quoted only from groups with at least so many."""

SMALL = 5
"""Counts from 1 up to below this are hidden for publication."""

SHARES = ("n_tagged", "share", "share_low", "share_high")
FEELINGS = (*POLARITIES, "net", "net_low", "net_high")
FIGURES = (*SHARES, *FEELINGS)
NEIGHBOUR = "so that a smaller group cannot be worked out"
SMALL_COUNT = "a count under 5, or one that would give it away"
SMALL_FEELING = "feelings: a count under 5, or one that would give it away"


def protect(
    table: pd.DataFrame,
    counts: Counts,
    *,
    rule: Rule = "none",
    min_group: int = MIN_GROUP,
    index: PerceptionIndex | None = None,
) -> pd.DataFrame:
    """Blank the figures that would say too much about few people.

    Parameters
    ----------
    table : DataFrame
        A summary in rows: the groupings, `theme`, `n_comments` and the figures.
    counts : Counts
        What it was made from.
    rule : {"none", "fft"}
        `none`, for use inside the organisation: groups with fewer comments, or respondents,
        than `min_group`, and another group where one could be worked out from the totals. `fft`,
        for publication, as for the Friends and Family Test: also counts of 1 to 4, shares that
        leave fewer than 5 comments over, all that follows from them, and the next smallest count
        where one could be worked out.
    index : PerceptionIndex, optional
        The themes of the perception index, which gives away some of their counts.

    Returns
    -------
    DataFrame
        With a column `hidden`: the rule that hid a row, else empty. The size of a group
        (`n_rows`, `n_comments`) stays, so that a reader sees why.
    """
    by = list(counts.by)
    flat = counts.table.reset_index()
    groups = _groups(flat, by)
    lattice = make_lattice(groups[by])
    rules = _small_groups(lattice, groups, counts, min_group)
    sizes = rules[0][0]
    found = _small_counts(lattice, flat, groups, counts, sizes, index) if rule == "fft" else {}
    place = _place_rows(table, lattice, groups, by)
    shown = table.assign(hidden=_reasons(table["theme"], place, lattice, found, rules))
    for names, reasons in ((SHARES, ("", SMALL_FEELING)), (FEELINGS, ("",))):
        gone = ~shown["hidden"].isin(reasons)
        for name in names:
            missing = None if shown[name].dtype == object else pd.NA
            shown[name] = shown[name].mask(gone, missing)
    return shown


def mark_hidden(table: pd.DataFrame, hidden: pd.Series, figures: list[str]) -> pd.DataFrame:
    """Return the table as text cells, `[c]` for what is hidden and nothing where there is none."""
    cells = table.astype(object).where(table.notna(), "")
    for name in figures:
        if name in cells:
            cells[name] = cells[name].mask((hidden != "") & table[name].isna(), HIDDEN)
    return cells


def rule_in_words(rule: Rule, min_group: int) -> str:
    """Say which figures a summary hides."""
    groups = f"groups of fewer than {min_group} comments or respondents"
    if rule == "none":
        return f"Hidden: {groups}, and what would give them away. For use inside the organisation."
    return f"Hidden: {groups}, counts of 1 to {SMALL - 1}, and what would give them away."


def _groups(flat: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row a group, in the order that `_of_theme` gives, too."""
    theme = flat["theme"].iloc[0] if len(flat) else ""
    return _of_theme(flat, by, theme)[[*by, "n_comments", "n_unnamed"]]


def _of_theme(flat: pd.DataFrame, by: list[str], theme: str) -> pd.DataFrame:
    rows = flat[flat["theme"] == theme]
    return (rows.sort_values(by) if by else rows).reset_index(drop=True)


def _small_groups(
    lattice: Lattice, groups: pd.DataFrame, counts: Counts, min_group: int
) -> list[tuple[Hidden, str]]:
    """Find the groups to hide, and why: all of them, those of few people, those of few comments."""
    comments = groups[["n_comments"]].to_numpy(dtype=np.int64)
    people = _people(lattice, groups, counts)
    small = {level: lattice.total(level, comments)[:, 0] < min_group for level in lattice.levels}
    few = {level: small[level] | (people[level] < min_group) for level in lattice.levels}
    hidden = suppress(
        lattice,
        np.column_stack([comments, people[lattice.finest][lattice.cells[lattice.finest]]]),
        comments[:, 0],
        primary=few,
        safe=lambda sums: np.asarray((sums >= min_group).all(axis=1)),
        present=comments[:, 0],
    )
    return [
        (hidden, NEIGHBOUR),
        (few, f"fewer than {min_group} respondents"),
        (small, f"fewer than {min_group} comments"),
    ]


def _people(lattice: Lattice, groups: pd.DataFrame, counts: Counts) -> dict[tuple[str, ...], Ints]:
    """Count the respondents of every cell; of many, its comments."""
    by = list(counts.by)
    numbered = groups[by].assign(_number=np.arange(len(groups)))
    people = counts.people.merge(numbered, on=by) if by else counts.people.assign(_number=0)
    found = {}
    for level in lattice.levels:
        sums = lattice.total(level, groups[["n_comments", "n_unnamed"]].to_numpy(dtype=np.int64))
        cell = lattice.cells[level][people["_number"].to_numpy(dtype=np.intp)]
        distinct = pd.DataFrame({"cell": cell, "person": people["person"]}).drop_duplicates()
        named = np.bincount(distinct["cell"], minlength=len(sums))
        found[level] = np.where(named >= MOST_PEOPLE, sums[:, 0], named + sums[:, 1])
    return found


def _small_counts(
    lattice: Lattice,
    flat: pd.DataFrame,
    groups: pd.DataFrame,
    counts: Counts,
    sizes: Hidden,
    index: PerceptionIndex | None,
) -> dict[str, tuple[Hidden, Hidden]]:
    """Say for each theme where its shares and where its feelings are hidden."""
    by, n = list(counts.by), groups["n_comments"].to_numpy(dtype=np.int64)
    found: dict[str, tuple[Hidden, Hidden]] = {}
    for theme in counts.themes:
        if theme == PERCEPTION_INDEX:
            continue
        rows = _of_theme(flat, by, theme)
        tagged, shares = rows["n_tagged"].to_numpy(dtype=np.int64), sizes
        if theme != SENTIMENT:  # of which every comment is tagged
            left = np.column_stack([tagged, n - tagged])
            shares = _hide(lattice, left, tagged, n, sizes, _share_is_safe)
        found[theme] = (shares, _hide(lattice, _feelings(rows), tagged, n, shares, _none_small))
    if index is not None and PERCEPTION_INDEX in counts.themes:
        both = {t: _of_theme(flat, by, t) for t in (index.towards, index.away, PERCEPTION_INDEX)}
        values = _index_counts(*both.values())
        towards, away = found[index.towards], found[index.away]
        before = {level: towards[1][level] | away[0][level] for level in lattice.levels}
        hidden = _hide(lattice, values, values[:, :4].sum(axis=1), n, before, _none_small)
        found[index.towards] = (towards[0], hidden)
        found[PERCEPTION_INDEX] = (hidden, hidden)
    return found


def _hide(
    lattice: Lattice, values: Ints, order: Ints, present: Ints, before: Hidden, safe: Judge
) -> Hidden:
    """Hide what is not safe to know, beside what is hidden `before`, and what gives it away."""
    primary = {
        level: before[level] | ~safe(lattice.total(level, values)) for level in lattice.levels
    }
    return suppress(lattice, values, order, primary=primary, safe=safe, present=present)


def _feelings(rows: pd.DataFrame) -> Ints:
    """Counts of each polarity, and of comments whose feeling is not known."""
    felt = rows[list(POLARITIES)].to_numpy(dtype=np.int64)
    rest = rows["n_tagged"].to_numpy(dtype=np.int64) - felt.sum(axis=1)
    return np.column_stack([felt, rest])


def _index_counts(towards: pd.DataFrame, away: pd.DataFrame, either: pd.DataFrame) -> Ints:
    """Counts that the index shows beside the rows of its two themes: what each has alone, both."""
    feelings = _feelings(towards)
    with_index = either["n_tagged"].to_numpy(dtype=np.int64)
    felt, other = feelings[:, :4].sum(axis=1), away["n_tagged"].to_numpy(dtype=np.int64)
    gladly = either["positive"].to_numpy(dtype=np.int64)
    return np.column_stack(
        [
            feelings,
            with_index - gladly,
            with_index - other,
            with_index - felt,
            felt + other - with_index,
        ]
    )


def _none_small(sums: Ints) -> NDArray[np.bool_]:
    return np.asarray(((sums == 0) | (sums >= SMALL)).all(axis=1))


def _share_is_safe(sums: Ints) -> NDArray[np.bool_]:
    """Say whether none is tagged, or neither few are nor few are not (if all are, each is)."""
    return np.asarray((sums >= SMALL).all(axis=1) | (sums[:, 0] == 0))


def _place_rows(
    table: pd.DataFrame, lattice: Lattice, groups: pd.DataFrame, by: list[str]
) -> NDArray[np.intp]:
    """Number the cell of the finest level that each row is of; the rows of All are the rest, -1."""
    if not by:
        return np.full(len(table), -1, dtype=np.intp)
    numbered = groups[by].assign(_place=lattice.cells[lattice.finest])
    places = table[by].merge(numbered, on=by, how="left")["_place"]
    return places.fillna(-1).to_numpy(dtype=np.intp)


def _at(hidden: Hidden, lattice: Lattice, place: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Look up what is hidden at each place, -1 being All."""
    return np.where(place < 0, hidden[()][0], hidden[lattice.finest][place])


def _reasons(
    theme: pd.Series,
    place: NDArray[np.intp],
    lattice: Lattice,
    found: dict[str, tuple[Hidden, Hidden]],
    groups: list[tuple[Hidden, str]],
) -> pd.Series:
    """Name the rule that hides each row, the strongest that does."""
    reason = pd.Series("", index=theme.index, dtype=object)
    for name, (shares, feelings) in found.items():
        of_theme = (theme == name).to_numpy()
        for hidden, text in ((feelings, SMALL_FEELING), (shares, SMALL_COUNT)):
            reason[of_theme & _at(hidden, lattice, place)] = text
    for hidden, text in groups:
        reason[_at(hidden, lattice, place)] = text
    return reason
