import pandas as pd

from nhs_feedback.summary.disclosure import HIDDEN, hide_small_groups, mark_hidden


def summary() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["A", "B", "C"],
            "n_comments": pd.array([10, 9, 0], dtype="Int64"),
            "n_tagged": pd.array([4, 4, 0], dtype="Int64"),
            "share": [0.4, 0.44, float("nan")],
        }
    )


def test_figures_of_small_groups_go_and_their_size_stays() -> None:
    shown = hide_small_groups(summary(), ["n_tagged", "share"], min_group=10)
    assert shown["hidden"].tolist() == ["", "fewer than 10 comments", "fewer than 10 comments"]
    assert shown["n_tagged"].isna().tolist() == [False, True, True]
    assert shown["share"].isna().tolist() == [False, True, True]
    assert shown["n_comments"].tolist() == [10, 9, 0]
    assert shown.dtypes["n_tagged"] == "Int64"
    assert shown.dtypes["share"] == "float64"


def test_the_input_is_left_alone_and_none_may_be_hidden() -> None:
    given = summary()
    shown = hide_small_groups(given, ["n_tagged", "share"], min_group=0)
    assert shown["hidden"].tolist() == [""] * 3
    pd.testing.assert_frame_equal(given, summary())
    assert hide_small_groups(given.head(0), ["share"])["hidden"].tolist() == []


def test_cells_say_what_is_hidden_and_what_is_not_there() -> None:
    shown = hide_small_groups(summary(), ["n_tagged", "share"], min_group=5)
    cells = mark_hidden(shown, shown["hidden"], ["n_tagged", "share", "absent"])
    assert cells["share"].tolist() == [0.4, 0.44, HIDDEN]
    assert cells["n_tagged"].tolist() == [4, 4, HIDDEN]
    assert cells["n_comments"].tolist() == [10, 9, 0]
    everything = hide_small_groups(summary(), ["share"], min_group=0)
    assert mark_hidden(everything, everything["hidden"], ["share"])["share"].tolist()[2] == ""
