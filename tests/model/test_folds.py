import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.model.folds import grouped_folds


@given(st.lists(st.sampled_from("abcdefgh"), min_size=2).filter(lambda g: len(set(g)) > 1))
def test_each_row_is_held_out_once_and_no_group_is_parted(groups: list[str]) -> None:
    folds = grouped_folds(groups, folds=5, random_state=0)
    assert len(folds) == min(5, len(set(groups)))
    held_out = np.concatenate([test for _, test in folds])
    assert sorted(held_out) == list(range(len(groups)))
    for train, test in folds:
        assert not {groups[row] for row in train} & {groups[row] for row in test}
        assert sorted([*train, *test]) == list(range(len(groups)))


@pytest.mark.parametrize("groups", [[], ["a"], ["a"] * 5])
def test_nothing_to_hold_out(groups: list[str]) -> None:
    assert grouped_folds(groups, folds=5, random_state=0) == []


def test_the_seed_decides() -> None:
    first, same, other = (
        [test.tolist() for _, test in grouped_folds(range(50), folds=5, random_state=seed)]
        for seed in (0, 0, 1)
    )
    assert first == same != other
