"""What is hidden for publication: counts of a few, and the counts that would give them away."""

import numpy as np
import pandas as pd

from nhs_feedback.model.codebook import PerceptionIndex
from nhs_feedback.summary.counts import Counts
from nhs_feedback.summary.suppression import Bools, Hidden, Ints, Judge, Lattice, suppress
from nhs_feedback.tables.schema import PERCEPTION_INDEX, POLARITIES, SENTIMENT

SMALL = 5
"""Counts from 1 up to below this are hidden for publication."""


def small_counts(
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
        rows = of_theme(flat, by, theme)
        tagged, shares = rows["n_tagged"].to_numpy(dtype=np.int64), sizes
        if theme != SENTIMENT:  # of which every comment is tagged
            left = np.column_stack([tagged, n - tagged])
            shares = hide(lattice, left, tagged, n, sizes, _share_is_safe)
        found[theme] = (shares, hide(lattice, _feelings(rows), tagged, n, shares, none_small))
    if index is not None and PERCEPTION_INDEX in counts.themes:
        both = {t: of_theme(flat, by, t) for t in (index.towards, index.away, PERCEPTION_INDEX)}
        values = _index_counts(*both.values())
        towards, away = found[index.towards], found[index.away]
        before = {level: towards[1][level] | away[0][level] for level in lattice.levels}
        hidden = hide(lattice, values, values[:, :4].sum(axis=1), n, before, none_small)
        found[index.towards] = (towards[0], hidden)
        found[PERCEPTION_INDEX] = (hidden, hidden)
    return found


def hide(
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


def none_small(sums: Ints) -> Bools:
    """Say of each row of sums whether none is from 1 to 4."""
    return np.asarray(((sums == 0) | (sums >= SMALL)).all(axis=1))


def _share_is_safe(sums: Ints) -> Bools:
    """Say whether none is tagged, or neither few are nor few are not (if all are, each is)."""
    return np.asarray((sums >= SMALL).all(axis=1) | (sums[:, 0] == 0))


def of_theme(flat: pd.DataFrame, by: list[str], theme: str) -> pd.DataFrame:
    """Return one theme's counts, a row a group, in the order that all themes share."""
    rows = flat[flat["theme"] == theme]
    return (rows.sort_values(by) if by else rows).reset_index(drop=True)
