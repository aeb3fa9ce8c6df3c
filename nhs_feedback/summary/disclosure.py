"""Small numbers hidden: one function, after all arithmetic."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import PerceptionIndex
from nhs_feedback.summary.counts import MOST_PEOPLE, Counts
from nhs_feedback.summary.grouping import ALL, JOIN_GROUPS
from nhs_feedback.summary.small_counts import SMALL, hide, none_small, of_theme, small_counts
from nhs_feedback.summary.suppression import Bools, Hidden, Ints, Lattice, make_lattice, suppress
from nhs_feedback.tables.schema import POLARITIES

Places = NDArray[np.intp]
Rule = Literal["none", "fft"]
RULES: tuple[Rule, ...] = ("none", "fft")
HIDDEN = "[c]"
"""The government symbol for a confidential figure, in files and on the terminal."""

MIN_GROUP = 10
"""Groups with fewer comments are hidden, unless the user says otherwise."""

MIN_QUOTED = 30
"""Comments are quoted only from groups with at least so many."""

SHARES = ("n_tagged", "share", "share_low", "share_high")
FEELINGS = (*POLARITIES, "net", "net_low", "net_high")
SIZES = ("n_rows", "n_comments")
SMALL_GROUP = "a group of too few, or one that would give it away"
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
        than `min_group`, and no other, so one that is hidden alone is what the others leave of
        `All`. `fft`, for publication, as for the Friends and Family Test: also the size of these
        groups, counts of 1 to 4, shares that leave fewer than 5 comments over, all that follows
        from them, and the next smallest where one could be worked out.
    index : PerceptionIndex, optional
        The themes of the perception index, which gives away some of their counts.

    Returns
    -------
    DataFrame
        With a column `hidden`: the rule that hid a row, else empty. By `none` the size of a group
        (`n_rows`, `n_comments`) stays, so that a reader sees why.
    """
    by = list(counts.by)
    flat = counts.table.reset_index()
    groups = _groups(flat, by)
    lattice = make_lattice(groups[by])
    rules = _small_groups(lattice, groups, counts, min_group)
    place = _place_rows(table, lattice, groups, by)
    found = {}
    if rule == "fft":
        hidden = _with_neighbours(lattice, groups, counts, rules[0][0], min_group)
        rules = [(hidden, SMALL_GROUP)]  # which of the two it is would bound its size
        found = small_counts(lattice, flat, groups, counts, hidden, index)
        table = _without_sizes(table, place, lattice, groups, hidden)
    shown = table.assign(hidden=_reasons(table["theme"], place, lattice, found, rules))
    shown = _blank(shown, SHARES, ~shown["hidden"].isin(["", SMALL_FEELING]))
    return _blank(shown, FEELINGS, shown["hidden"] != "")


def _blank(table: pd.DataFrame, names: Sequence[str], gone: Bools | pd.Series) -> pd.DataFrame:
    blank = {}
    for name in names:
        missing = None if table[name].dtype == object else pd.NA
        blank[name] = table[name].mask(gone, missing)
    return table.assign(**blank)


def _without_sizes(
    table: pd.DataFrame, place: Places, lattice: Lattice, groups: pd.DataFrame, small: Hidden
) -> pd.DataFrame:
    """Blank the sizes of hidden groups, and rows where they would count a few that say nothing."""
    n = groups["n_rows"].to_numpy(dtype=np.int64)
    silent = n - groups["n_comments"].to_numpy(dtype=np.int64)
    rows = hide(lattice, silent[:, None], silent, n, small, none_small)
    table = _blank(table, ("n_comments",), _at(small, lattice, place))
    return _blank(table, ("n_rows",), _at(rows, lattice, place))


def large_groups(counts: Counts, min_group: int) -> set[str]:
    """Name the groups of so many comments and respondents, as summaries name them."""
    by = list(counts.by)
    groups = _groups(counts.table.reset_index(), by)
    lattice = make_lattice(groups[by])
    few, _ = _small_groups(lattice, groups, counts, min_group)[0]
    if not by:
        return set() if few[()][0] else {ALL}
    names = groups.loc[~few[lattice.finest][lattice.cells[lattice.finest]], by]
    return {JOIN_GROUPS.join(name) for name in names.itertuples(index=False, name=None)}


def mark_hidden(table: pd.DataFrame, hidden: pd.Series, figures: list[str]) -> pd.DataFrame:
    """Return the table as text cells, `[c]` for what is hidden and nothing where there is none."""
    cells = table.astype(object).where(table.notna(), "")
    for name in table.columns.intersection([*SIZES, *figures]):
        known = table[name].notna() | ((hidden == "") & (name not in SIZES))
        cells[name] = cells[name].where(known, HIDDEN)
    return cells


def rule_in_words(rule: Rule, min_group: int) -> str:
    """Say which figures a summary hides."""
    groups = f"groups of fewer than {min_group} comments or respondents"
    if rule == "none":
        return (
            f"Hidden: {groups}. For use inside the organisation: a single group that is hidden is "
            "what the others leave of all."
        )
    return (
        f"Hidden: {groups}, counts of 1 to {SMALL - 1}, and what would give them away. "
        "For publication."
    )


def _groups(flat: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row a group, in the order that `of_theme` gives, too."""
    theme = flat["theme"].iloc[0] if len(flat) else ""
    return of_theme(flat, by, theme)[[*by, "n_rows", "n_comments", "n_unnamed"]]


def _small_groups(
    lattice: Lattice, groups: pd.DataFrame, counts: Counts, min_group: int
) -> list[tuple[Hidden, str]]:
    """Find the groups of few people and those of few comments, and say why they are hidden."""
    comments = groups[["n_comments"]].to_numpy(dtype=np.int64)
    people = _people(lattice, groups, counts)
    small = {level: lattice.total(level, comments)[:, 0] < min_group for level in lattice.levels}
    few = {level: small[level] | (people[level] < min_group) for level in lattice.levels}
    return [
        (few, f"fewer than {min_group} respondents"),
        (small, f"fewer than {min_group} comments"),
    ]


def _with_neighbours(
    lattice: Lattice,
    groups: pd.DataFrame,
    counts: Counts,
    few: Hidden,
    min_group: int,
) -> Hidden:
    """Add to the small groups those that have to go so that none can be worked out."""
    comments = groups["n_comments"].to_numpy(dtype=np.int64)
    people = _people(lattice, groups, counts)[lattice.finest][lattice.cells[lattice.finest]]
    return suppress(
        lattice,
        np.column_stack([comments, people]),
        comments,
        primary=few,
        safe=lambda sums: np.asarray((sums >= min_group).all(axis=1)),
        present=comments,
    )


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


def _place_rows(
    table: pd.DataFrame, lattice: Lattice, groups: pd.DataFrame, by: list[str]
) -> Places:
    """Number the cell of the finest level that each row is of; the rows of All are the rest, -1."""
    if not by:
        return np.full(len(table), -1, dtype=np.intp)
    numbered = groups[by].assign(_place=lattice.cells[lattice.finest])
    places = table[by].merge(numbered, on=by, how="left")["_place"]
    return places.fillna(-1).to_numpy(dtype=np.intp)


def _at(hidden: Hidden, lattice: Lattice, place: Places) -> Bools:
    """Look up what is hidden at each place, -1 being All."""
    return np.where(place < 0, hidden[()][0], hidden[lattice.finest][place])


def _reasons(
    theme: pd.Series,
    place: Places,
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
