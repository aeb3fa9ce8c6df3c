"""Which cells of a table of groups to hide, so that none can be worked out from the others.

A summary by several columns is published beside those by fewer, down to `All`. So every margin is
looked at: within each, what is hidden adds up to something that may be known (the margin less what
is shown), and there must be at least two cells in it. Margins are settled from the top down, and
a margin never depends on what it is split by, so that summaries made apart agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Level = tuple[str, ...]
Hidden = dict[Level, Bools]
"""What is hidden at each level of grouping, from `()`, which is All."""

Judge = Callable[[Ints], Bools]


@dataclass(frozen=True)
class Lattice:
    """All margins of a table of groups.

    Attributes
    ----------
    levels : tuple of tuples of str
        Subsets of the groupings, the fewest first.
    cells : dict
        Level to the cell, `(n_groups,)`, that each group of the table belongs to.
    families : dict
        Level to its margins: the level and cell of each, and the cells within it.
    """

    levels: tuple[Level, ...]
    cells: dict[Level, NDArray[np.intp]]
    families: dict[Level, list[tuple[Level, int, NDArray[np.intp]]]]

    @property
    def finest(self) -> Level:
        """The level of the table's own groups."""
        return self.levels[-1]

    def total(self, level: Level, values: Ints) -> Ints:
        """Sum the groups' values, `(n_groups, n_values)`, to the cells of a level."""
        cells = self.cells[level]
        summed = np.zeros((int(cells.max(initial=0)) + 1, values.shape[1]), dtype=np.int64)
        np.add.at(summed, cells, values)
        return summed


def make_lattice(groups: pd.DataFrame) -> Lattice:
    """Lay out the margins of groups, one row a group and one column a grouping."""
    names = list(groups.columns)
    levels = [level for size in range(len(names) + 1) for level in combinations(names, size)]
    cells = {level: _number(groups, level) for level in levels}
    families = {level: _families(cells, level) for level in levels}
    return Lattice(tuple(levels), cells, families)


def suppress(
    lattice: Lattice, values: Ints, order: Ints, *, primary: Hidden, safe: Judge, present: Ints
) -> Hidden:
    """Hide more cells until what is hidden in each margin is safe to know the sum of.

    Parameters
    ----------
    values : (n_groups, n_values)
        What adds up.
    order : (n_groups,)
        The smallest is hidden next; nought comes last.
    primary : Hidden
        What is hidden to begin with, at every level.
    safe : callable
        Says of sums `(n, n_values)` whether they may be known.
    present : (n_groups,)
        Comments; a cell without any hides no other.
    """
    hidden: Hidden = {}
    for level in lattice.levels:
        state = primary[level].copy()
        hidden[level] = state
        totals = lattice.total(level, np.column_stack([values, order, present]))
        families = [
            (within, hidden[margin][number]) for margin, number, within in lattice.families[level]
        ]
        while any(_cover(state, totals, family, safe) for family in families):
            pass
    return hidden


def _cover(state: Bools, totals: Ints, family: tuple[NDArray[np.intp], bool], safe: Judge) -> bool:
    """Hide cells of one margin until it is safe, and say whether any had to be."""
    within, margin_hidden = family
    added = False
    while not _is_safe(state, totals, within, margin_hidden=bool(margin_hidden), safe=safe):
        shown = within[~state[within]]
        if not len(shown):
            break
        order = totals[shown, -2]
        state[shown[np.lexsort((order, order == 0))[0]]] = True
        added = True
    return added


def _is_safe(
    state: Bools, totals: Ints, within: NDArray[np.intp], *, margin_hidden: bool, safe: Judge
) -> bool:
    gone = within[state[within]]
    if margin_hidden:  # its value would be the sum of what is shown
        return bool(len(gone)) or not totals[within, -2].any()
    if not len(gone):
        return True
    alone = (totals[gone, -1] > 0).sum() < 2
    return not alone and bool(safe(totals[gone, :-2].sum(axis=0, keepdims=True))[0])


def _number(groups: pd.DataFrame, level: Level) -> NDArray[np.intp]:
    if not level:
        return np.zeros(len(groups), dtype=np.intp)
    grouped = groups.groupby(list(level), sort=False, dropna=False, observed=True)
    return np.asarray(grouped.ngroup(), dtype=np.intp)


def _families(
    cells: dict[Level, NDArray[np.intp]], level: Level
) -> list[tuple[Level, int, NDArray[np.intp]]]:
    """List the cells of `level` within each cell of each margin one grouping short of it."""
    found = []
    for margin in (tuple(n for n in level if n != name) for name in level):
        pairs = np.unique(np.column_stack([cells[margin], cells[level]]), axis=0)
        starts = np.flatnonzero(np.diff(pairs[:, 0]))
        parts = np.split(pairs[:, 1], starts + 1)
        found += [(margin, number, part) for number, part in enumerate(parts) if len(part)]
    return found
