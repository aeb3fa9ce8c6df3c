"""The rules by which figures are hidden, one by one; `test_recovery.py` attacks what is left."""

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.summary.disclosure import HIDDEN, mark_hidden, rule_in_words
from nhs_feedback.summary.groups import figure_columns, for_writing
from tests.summary.invented import THEMES, published, rows_of, tagged


def test_inside_the_organisation_only_small_groups_go_and_their_sizes_stay() -> None:
    sizes = {("A", ""): 30, ("B", ""): 12, ("C", ""): 3, ("D", ""): 11}
    found = published(rows_of(sizes, 0), ("trust",))
    reasons = found.groupby("group")["hidden"].unique().str.join("|").to_dict()
    assert reasons == {"All": "", "A": "", "B": "", "C": "fewer than 10 comments", "D": ""}
    hidden = found[found["group"] == "C"]
    assert hidden[figure_columns(found)].isna().all(axis=None)
    assert set(hidden["n_comments"]) == {3}


def test_for_publication_the_next_smallest_goes_too_and_so_do_their_sizes() -> None:
    sizes = {("A", ""): 30, ("B", ""): 12, ("C", ""): 3, ("D", ""): 11}
    table = rows_of(sizes, 0)
    for name in THEMES:  # whose counts are not small
        table[name] = np.resize(np.array(["", "negative"]), len(table))
    found = published(table, ("trust",), disclosure="fft")
    found = found[found["theme"].isin(THEMES)]
    reasons = found.groupby("group")["hidden"].unique().str.join("|").to_dict()
    assert reasons == {
        "All": "", "A": "", "B": "",
        "C": "a group of too few, or one that would give it away",
        "D": "a group of too few, or one that would give it away",
    }  # fmt: skip
    hidden = found[found["group"].isin(["C", "D"])]
    assert hidden[["n_rows", "n_comments", *figure_columns(found)]].isna().all(axis=None)
    cells = for_writing(found)
    assert set(cells.loc[hidden.index, "n_comments"]) == {HIDDEN}
    assert published(table, ("trust",), disclosure="fft", wide=True)["n_rows"].isna().sum() == 2


def test_small_groups_enough_together_hide_no_other() -> None:
    sizes = {("A", ""): 30, ("B", ""): 6, ("C", ""): 7}
    found = published(rows_of(sizes, 0), ("trust",), disclosure="fft")
    assert found.loc[found["group"] == "A", "n_comments"].notna().all()
    assert found.loc[found["group"] == "B", "n_comments"].isna().all()


@pytest.mark.parametrize(("silent", "shown"), [(0, True), (3, False), (6, True)])
def test_rows_that_would_count_a_few_that_say_nothing(silent: int, shown: bool) -> None:
    table = rows_of({("A", ""): 30, ("B", ""): 30, ("C", ""): 40}, 0)
    table.loc[: silent - 1, "check"] = "not English"
    found = published(table, ("trust",), disclosure="fft").groupby("group")["n_rows"].first()
    assert found["A"] == 30 if shown else pd.isna(found["A"])
    assert found.notna().all() == shown  # else with All's, and the next smallest's
    assert published(table, ("trust",))["n_rows"].notna().all()


def test_respondents_count_where_an_id_tells_them_apart() -> None:
    rows = [("A", "", "", "")] * 30 + [("B", "", "", "")] * 30
    ids = [str(n) for n in range(30)] + [f"b{n % 9}" for n in range(30)]
    found = published(tagged(rows, ids), ("trust",))
    assert set(found.loc[found["group"] == "B", "hidden"]) == {"fewer than 10 respondents"}
    blank = published(tagged(rows, [*ids[:30], *[""] * 30]), ("trust",))
    assert set(blank["hidden"]) == {""}


def test_everything_goes_where_all_is_small() -> None:
    found = published(rows_of({("A", ""): 9}, 0), ("trust",))
    assert set(found["hidden"]) == {"fewer than 10 comments"}
    assert set(published(rows_of({("A", ""): 1}, 0), (), min_group=0)["hidden"]) == {""}


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("none", "fewer than 10 comments"),
        ("fft", "a group of too few, or one that would give it away"),
    ],
)
def test_an_empty_table(rule: str, reason: str) -> None:
    empty = rows_of({("A", ""): 1}, 0).head(0)
    found = published(empty, ("trust",), disclosure=rule)
    assert found["group"].unique().tolist() == ["All"]
    assert set(found["hidden"]) == {reason}


def test_fft_hides_shares_of_few_and_feelings_of_few() -> None:
    few = [("A", "", "negative", "")] * 3 + [("A", "", "", "negative")] * 9
    torn = [("A", "", "", "positive")] * 2 + [("A", "", "", "")] * 20
    found = published(tagged(few + torn), (), disclosure="fft").set_index("theme")
    share_gone, net_gone = found["n_tagged"].isna(), found["net"].isna()
    assert share_gone[THEMES].tolist() == [True, False]
    assert net_gone[THEMES].tolist() == [True, True]
    assert found.loc["it_project_framing", "hidden"].startswith("feelings: a count under 5")
    assert found.loc["perception_index", "hidden"] != ""  # it would give away the three


def test_cells_say_what_is_hidden_and_what_is_not_there() -> None:
    table = pd.DataFrame({"n": [4, None, None], "share": [0.4, 0.5, None], "x": [1, 2, 3]})
    cells = mark_hidden(table, pd.Series(["", "rule", ""]), ["n", "share", "absent"])
    assert cells["n"].tolist() == [4, HIDDEN, ""]
    assert cells["share"].tolist() == [0.4, 0.5, ""]


def test_the_rules_in_words() -> None:
    assert rule_in_words("none", 10) == (
        "Hidden: groups of fewer than 10 comments or respondents. For use inside the "
        "organisation: a single group that is hidden is what the others leave of all."
    )
    assert rule_in_words("fft", 5) == (
        "Hidden: groups of fewer than 5 comments or respondents, counts of 1 to 4, and what would "
        "give them away. For publication."
    )


def test_written_cells_and_shares_hide_together() -> None:
    table = rows_of({("A", ""): 40, ("B", ""): 40, ("C", ""): 12}, 5)
    found = published(table, ("trust",), disclosure="fft")
    share, count = found["share"].isna(), found["n_tagged"].isna()
    themes = found["theme"].isin(THEMES)
    assert (share[themes] == count[themes]).all()
    for name in ("share_low", "share_high"):
        assert (found[name].isna() == share).all()
    for name in ("net_low", "net_high", "negative", "positive"):
        gone = found[name].isna() & themes
        assert (gone >= (found["net"].isna() & (found["hidden"] != "") & themes)).all()
    cells = for_writing(found)
    assert (cells[found["n_tagged"].isna()]["n_tagged"] == HIDDEN).all()
