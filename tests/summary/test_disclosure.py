"""What is hidden cannot be worked out: an attacker has all that is published, and linear algebra.

The attacker knows every row, column and grand total, that counts are whole numbers, not negative
and no more than the comments of their group, and the summaries by fewer columns beside the one by
all. For each hidden count he looks for the least and the greatest value that all this allows.
"""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.counts import count_tags
from nhs_feedback.summary.disclosure import HIDDEN, mark_hidden, rule_in_words
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.groups import figure_columns, for_writing, summarise_counts
from nhs_feedback.tables.schema import POLARITIES, added_columns

BOOK = default_codebook()
THEMES = ["clinical_framing", "it_project_framing"]
FEELINGS = ("", "negative", "mixed", "neutral", "positive", "yes")


def tagged(rows: list[tuple[str, str, str, str]], ids: list[str] | None = None) -> pd.DataFrame:
    """Rows of trust, staff group, and the feeling towards either framing."""
    table = pd.DataFrame(rows, columns=["trust", "staff", *THEMES], dtype=object)
    for name in added_columns(THEMES):
        if name not in table:
            table[name] = 0.5 if name.endswith("_p") else ""
    table["sentiment"] = np.resize(np.array(POLARITIES), len(table))
    if ids is not None:
        table.insert(0, "respondent_id", ids)
    return table.assign(model="m 12345678")


def published(table: pd.DataFrame, by: tuple[str, ...], **options: object) -> pd.DataFrame:
    counts = count_tags(table, Grouping(by), codebook=BOOK)
    return summarise_counts(counts, index=BOOK.perception_index, **options)


def rows_of(sizes: dict[tuple[str, str], int], seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    odds = chance.dirichlet(np.ones(len(FEELINGS)) * 0.7, size=2)
    rows = [
        (trust, staff, *(str(chance.choice(FEELINGS, p=p)) for p in odds))
        for (trust, staff), n in sizes.items()
        for _ in range(n)
    ]
    return tagged(rows)


# -- the rules, one by one


def test_small_groups_go_with_the_next_smallest_and_their_sizes_stay() -> None:
    sizes = {("A", ""): 30, ("B", ""): 12, ("C", ""): 3, ("D", ""): 11}
    found = published(rows_of(sizes, 0), ("trust",))
    reasons = found.groupby("group")["hidden"].unique().str.join("|").to_dict()
    assert reasons == {
        "All": "", "A": "", "B": "",
        "C": "fewer than 10 comments",
        "D": "so that a smaller group cannot be worked out",
    }  # fmt: skip
    hidden = found[found["group"].isin(["C", "D"])]
    assert hidden[figure_columns(found)].isna().all(axis=None)
    assert set(hidden["n_comments"]) == {3, 11}


def test_small_groups_enough_together_hide_no_other() -> None:
    sizes = {("A", ""): 30, ("B", ""): 6, ("C", ""): 7}
    found = published(rows_of(sizes, 0), ("trust",))
    assert set(found.loc[found["group"] == "A", "hidden"]) == {""}


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


@pytest.mark.parametrize("rule", ["none", "fft"])
def test_an_empty_table(rule: str) -> None:
    empty = rows_of({("A", ""): 1}, 0).head(0)
    found = published(empty, ("trust",), disclosure=rule)
    assert found["group"].unique().tolist() == ["All"]
    assert set(found["hidden"]) == {"fewer than 10 comments"}


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
        "Hidden: groups of fewer than 10 comments or respondents, and what would give them away. "
        "For use inside the organisation."
    )
    assert rule_in_words("fft", 5) == (
        "Hidden: groups of fewer than 5 comments or respondents, counts of 1 to 4, and what would "
        "give them away."
    )


# -- the attack


class Attack:
    """Everything published of one table, by every subset of its groupings, as equations."""

    def __init__(self, table: pd.DataFrame, by: tuple[str, ...], **options: object) -> None:
        self.truth = dict.fromkeys(self._cells(table, by), 0)
        self.number = {key: n for n, key in enumerate(self.truth)}
        self.equations: list[tuple[np.ndarray, float]] = []
        self.hidden: list[tuple[str, np.ndarray, int]] = []
        counted = table.groupby([*by, *THEMES], dropna=False).size()
        for key, n in counted.items():
            self.truth[key] = int(n)
        groups = table.groupby(list(by), dropna=False).size()
        for key, n in groups.items():
            names = key if isinstance(key, tuple) else (key,)
            self.equations.append((self._sum(by, dict(zip(by, names, strict=True))), int(n)))
        for size in range(len(by) + 1):
            for level in combinations(by, size):
                self._read(published(table, level, **options), by, level)

    def _cells(self, table: pd.DataFrame, by: tuple[str, ...]) -> list[tuple[str, ...]]:
        groups = table[list(by)].drop_duplicates().itertuples(index=False, name=None)
        return [(*group, *feelings) for group in groups for feelings in product(FEELINGS, FEELINGS)]

    def _sum(self, by: tuple[str, ...], where: dict[str, str], *tests: object) -> np.ndarray:
        row = np.zeros(len(self.truth))
        for key, number in self.number.items():
            group = dict(zip(by, key, strict=False))
            if all(group[name] == value for name, value in where.items()):
                row[number] = all(test(*key[-2:]) for test in tests)
        return row

    def _read(self, found: pd.DataFrame, by: tuple[str, ...], level: tuple[str, ...]) -> None:
        for row in found.to_dict("records"):
            where = {} if row["group"] == "All" else self._where(row, level)
            if row["group"] == "All" and level:
                continue  # it is the table by nothing
            for what, test in _tests(row["theme"]).items():
                cells = self._sum(by, where, test)
                value = _known(row, what)
                truth = int(cells @ np.array(list(self.truth.values())))
                if value is None:
                    self.hidden.append((f"{where} {row['theme']} {what}", cells, truth))
                else:
                    assert value == truth
                    self.equations.append((cells, value))

    def _where(self, row: dict, level: tuple[str, ...]) -> dict[str, str]:
        return {name: row[name] if len(level) > 1 else row["group"] for name in level}

    def subtracts(self, cells: np.ndarray) -> bool:
        """Say whether adding and subtracting what is known gives a count exactly."""
        matrix = np.unique(np.array([row for row, _ in self.equations]), axis=0)
        found, *_ = np.linalg.lstsq(matrix.T, cells, rcond=None)
        return bool(np.abs(matrix.T @ found - cells).max() < 1e-6)

    def bounds(self, cells: np.ndarray) -> tuple[int, int]:
        matrix, values = (np.array(part) for part in zip(*self.equations, strict=True))
        known = LinearConstraint(matrix, values, values)
        ends = []
        for sign in (1, -1):
            done = milp(sign * cells, constraints=known)  # what bounds reals bounds whole numbers
            ends.append(round(sign * done.fun))
        return ends[0], ends[1]


def _tests(theme: str) -> dict:
    if theme in THEMES:
        place = THEMES.index(theme)
        tests = {"n_tagged": lambda *f: f[place] != ""}
        return tests | {word: (lambda *f, w=word: f[place] == w) for word in POLARITIES}
    if theme != "perception_index":
        return {}
    either = {"n_tagged": lambda *f: f[0] not in ("", "yes") or f[1] != ""}
    return either | {"positive": lambda *f: f[0] == "positive"}


def _known(row: dict, what: str) -> int | None:
    if row["theme"] == "perception_index" and what == "positive":
        hidden = pd.isna(row["share"]) and row["n_tagged"] != 0
        return None if hidden else round((row["share"] if row["n_tagged"] else 0) * row["n_tagged"])
    return None if pd.isna(row[what]) else int(row[what])


SIZES = st.lists(st.integers(0, 40), min_size=1, max_size=5)


@settings(max_examples=15)
@given(sizes=SIZES, seed=st.integers(0, 10_000))
def test_no_small_count_can_be_worked_out(sizes: list[int], seed: int) -> None:
    groups = {(chr(65 + i), ""): n for i, n in enumerate(sizes) if n}
    if groups:
        _attack(rows_of(groups, seed), ("trust",))


@settings(max_examples=8)
@given(sizes=st.lists(st.integers(1, 30), min_size=6, max_size=6), seed=st.integers(0, 10_000))
def test_nor_subtracted_from_summaries_of_nested_groups(sizes: list[int], seed: int) -> None:
    groups = dict(zip(product("AB", "xyz"), sizes, strict=True))
    attack = Attack(rows_of(groups, seed), ("trust", "staff"), disclosure="fft", min_group=5)
    for name, cells, truth in attack.hidden:
        assert not (1 <= truth <= 4 and attack.subtracts(cells)), f"{name} is found to be {truth}"


def _attack(table: pd.DataFrame, by: tuple[str, ...]) -> None:
    attack = Attack(table, by, disclosure="fft", min_group=5)
    for name, cells, truth in attack.hidden:
        if 1 <= truth <= 4:
            low, high = attack.bounds(cells)
            assert low < high, f"{name} is found to be {truth}"


def test_the_attack_does_find_what_is_left_open() -> None:
    """One hidden group alone, and what was published around it."""
    table = rows_of({("A", ""): 20, ("B", ""): 20, ("C", ""): 20}, 3)
    attack = Attack(table, ("trust",), min_group=0)
    assert not attack.hidden
    cells = attack._sum(("trust",), {"trust": "C"}, lambda *f: f[0] != "")
    attack.equations = [e for e in attack.equations if not np.array_equal(e[0], cells)]
    low, high = attack.bounds(cells)
    assert low == high
    assert attack.subtracts(cells)


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
