"""Which comments are held out together, so that scores come from writers not seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


def grouped_folds(groups: Sequence[object], *, folds: int, random_state: int) -> list[Fold]:
    """Split rows into `(train, test)` folds that never part a group; fewer groups, fewer folds.

    With fewer than two groups there is nothing to hold out, and the list is empty.
    """
    _, codes = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    folds = min(folds, int(codes.max(initial=-1)) + 1)
    if folds < 2:
        return []
    splitter = GroupKFold(n_splits=folds, shuffle=True, random_state=random_state)
    return list(splitter.split(codes, groups=codes))


def unseen_folds(
    groups: Sequence[object], seen: NDArray[np.bool_], *, folds: int, random_state: int
) -> list[Fold]:
    """Hold out only the rows that are not `seen`: `(learn, ask)`, a group never in both.

    Rows `seen` by what made their features help to learn in every fold, and are never asked.
    """
    names = np.asarray(groups, dtype=str)
    to_ask = np.flatnonzero(~seen)
    parted = grouped_folds(list(names[to_ask]), folds=folds, random_state=random_state)
    asked = [to_ask[test] for _, test in parted]
    return [(np.flatnonzero(~np.isin(names, names[ask])), ask) for ask in asked]
