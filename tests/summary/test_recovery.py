"""What is hidden for publication cannot be worked out from what is published.

The attacker knows that counts are whole numbers and how tags make them up, and reads every figure
of the summaries, of the workbook and of the page: row, column and grand totals, shares times
denominators, net feelings, and summaries by fewer columns beside the one by all. He has found a
hidden count of 1 to 4 if no other value than the true one is possible.
"""

import json
import re
from collections.abc import Callable, Iterable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from scipy.optimize import LinearConstraint, milp

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.counts import count_tags
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.groups import Rules, summarise_counts
from nhs_feedback.summary.report import report
from nhs_feedback.summary.sheets import further_sheets, write_summary
from nhs_feedback.tables.schema import POLARITIES
from tests.summary.invented import FEELINGS, THEMES, published, rows_of

BOOK = default_codebook()
TOWARDS, AWAY = "clinical_framing", "it_project_framing"
RULES: dict[str, Any] = {"disclosure": "fft", "min_group": 5}
ROUNDED = 0.00005
"""Of net feelings."""

MOST = 1_000

Test = Callable[[str, str], bool]


class Attack:
    """The counts by group and by feelings towards two themes, and what is known of their sums."""

    def __init__(self, table: pd.DataFrame, by: tuple[str, ...]) -> None:
        self.by = by
        groups = table[list(by)].drop_duplicates().itertuples(index=False, name=None)
        self.keys = [(*g, *f) for g in groups for f in product(FEELINGS, FEELINGS)]
        counted = table.groupby([*by, *THEMES], dropna=False).size().to_dict()
        self.truth = np.array([counted.get(key, 0) for key in self.keys])
        # He knows at least about how long the file is.
        self.known: list[tuple[np.ndarray, float, float]] = [(np.ones(len(self.keys)), 0, MOST)]
        self.hidden: list[tuple[str, np.ndarray]] = []

    def sum(self, where: dict[str, str], test: Test = lambda *_: True) -> np.ndarray:
        """Which counts a figure is the sum of."""
        row = np.zeros(len(self.keys))
        for number, key in enumerate(self.keys):
            group = dict(zip(self.by, key, strict=False))
            if all(group[name] == value for name, value in where.items()):
                row[number] = test(*key[-2:])
        return row

    def read(self, where: dict[str, str], what: str, test: Test, value: float | None) -> None:
        """Learn a count, or that it is hidden."""
        cells = self.sum(where, test)
        if value is None:
            self.hidden.append((f"{what} of {where}", cells))
            return
        assert round(value) == cells @ self.truth, (what, where)
        assert abs(value - round(value)) < 0.01  # a share of so few comments gives its count
        self.known.append((cells, round(value), round(value)))

    def read_net(self, where: dict[str, str], place: int, net: float) -> None:
        """Learn that positive minus negative is so large a part of all whose feeling is known."""
        felt = {
            word: self.sum(where, lambda *f, w=word: f[place] == w)  # type: ignore[misc]
            for word in POLARITIES
        }
        every = np.sum(list(felt.values()), axis=0)
        for bound, low, high in ((net - ROUNDED, 0, np.inf), (net + ROUNDED, -np.inf, 0)):
            self.known.append((felt["positive"] - felt["negative"] - bound * every, low, high))

    def found(self) -> list[str]:
        """Name the counts of 1 to 4 that can only be what they are."""
        small = [(name, cells) for name, cells in self.hidden if 1 <= cells @ self.truth <= 4]
        chance = np.random.default_rng(0)
        for _ in range(4):  # two tables that differ in a count clear it
            if small:
                small = self._still(small, chance.normal(size=len(small)))
        for one in list(small):
            small = [other for other in small if other[0] != one[0] or self._still([one], [1.0])]
        return [f"{name} is found to be {cells @ self.truth:.0f}" for name, cells in small]

    def _still(
        self, small: list[tuple[str, np.ndarray]], weights: Iterable[float]
    ) -> list[tuple[str, np.ndarray]]:
        goal = np.sum([w * cells for w, (_, cells) in zip(weights, small, strict=True)], axis=0)
        rows, low, high = (np.array(part) for part in zip(*self.known, strict=True))
        limits = LinearConstraint(rows, low, high)
        for sign in (1, -1):
            done = milp(sign * goal, constraints=limits, integrality=np.ones(len(goal)))
            assert done.x is not None, done.message
            table = np.round(done.x)
            small = [(n, cells) for n, cells in small if cells @ table == cells @ self.truth]
        return small


def figures_of(theme: str) -> dict[str, Test]:
    """By which feelings towards the two themes each figure of a theme is counted."""
    if theme in THEMES:
        place = THEMES.index(theme)
        found: dict[str, Test] = {"n_tagged": lambda *f: f[place] != ""}
        return found | {word: (lambda *f, w=word: f[place] == w) for word in POLARITIES}
    if theme != "perception_index":
        return {}
    towards, away = THEMES.index(TOWARDS), THEMES.index(AWAY)
    return {
        "n_tagged": lambda *f: f[towards] not in ("", "yes") or f[away] != "",
        "positive": lambda *f: f[towards] == "positive",
    }


def read_summary(attack: Attack, rows: list[dict[str, Any]], level: tuple[str, ...]) -> None:
    for row in rows:
        where = {} if row["group"] == "All" else place_of(row, level)
        if row["theme"] == "sentiment":
            attack.read(where, "size", lambda *_: True, number(row["n_comments"]))
        for what, test in figures_of(row["theme"]).items():
            value = number(row[what])
            if row["theme"] == "perception_index" and what == "positive":
                share, n = number(row["share"]), number(row["n_tagged"])
                value = 0 if n == 0 else None if share is None or n is None else share * n
            attack.read(where, f"{row['theme']} {what}", test, value)


def read_comparisons(attack: Attack, rows: list[dict[str, Any]], level: tuple[str, ...]) -> None:
    whole = float(attack.truth.sum())
    for row in rows:
        n, share, rest = (number(row[name]) for name in ("n_comments", "share", "share_rest"))
        if row["theme"] not in THEMES or n is None or share is None:
            continue
        test = figures_of(row["theme"])["n_tagged"]
        attack.read(place_of(row, level), row["theme"], test, share * n)
        if rest is not None:
            both = attack.sum({}, test) - attack.sum(place_of(row, level), test)
            value = round(rest * (whole - n))
            assert value == both @ attack.truth
            attack.known.append((both, value, value))


def place_of(row: dict[str, Any], level: tuple[str, ...]) -> dict[str, str]:
    return {name: str(row[name] if len(level) > 1 else row["group"]) for name in level}


def number(cell: object) -> float | None:
    return None if pd.isna(cell) or cell in ("[c]", "") else float(cell)  # type: ignore[arg-type, call-overload]


def summarised(table: pd.DataFrame, by: tuple[str, ...], levels: list[tuple[str, ...]]) -> Attack:
    attack = Attack(table, by)
    for level in levels:
        read_summary(attack, published(table, level, **RULES).to_dict("records"), level)
    return attack


SEEDS = st.integers(0, 10_000)


@settings(max_examples=12)
@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=5), seed=SEEDS)
def test_no_small_count_is_found(sizes: list[int], seed: int) -> None:
    groups = {(chr(65 + i), ""): n for i, n in enumerate(sizes) if n}
    if groups:
        attack = summarised(rows_of(groups, seed), ("trust",), [(), ("trust",)])
        assert attack.found() == []


@settings(max_examples=6)
@given(sizes=st.lists(st.integers(1, 30), min_size=6, max_size=6), seed=SEEDS)
def test_nor_from_summaries_of_nested_groups(sizes: list[int], seed: int) -> None:
    groups = dict(zip(product("AB", "xyz"), sizes, strict=True))
    by = ("trust", "staff")
    levels = [level for size in range(3) for level in combinations(by, size)]
    assert summarised(rows_of(groups, seed), by, levels).found() == []


@pytest.mark.parametrize(
    "sizes",
    [
        {("A", ""): 4, ("B", ""): 4, ("C", ""): 30},  # together eight: if both are under 5, 4 each
        {("A", ""): 1, ("B", ""): 40, ("C", ""): 40},
        {("A", ""): 4, ("B", ""): 5, ("C", ""): 6},
    ],
)
def test_sizes_are_not_found_from_the_rule_that_hid_them(sizes: dict[tuple[str, str], int]) -> None:
    table = rows_of(sizes, 1)
    attack = summarised(table, ("trust",), [(), ("trust",)])
    assert len([name for name, _ in attack.hidden if name.startswith("size")]) >= 2
    assert attack.found() == []
    reasons = published(table, ("trust",), **RULES)["hidden"].unique()
    assert not [reason for reason in reasons if "fewer" in reason]


@pytest.mark.parametrize("seed", range(4))
def test_nor_from_the_workbook(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    sizes = {(t, ""): int(chance.integers(2, 40)) for t in "ABC"}
    table = rows_of(sizes, seed)
    table["date"] = [f"2024-0{1 + 3 * int(q)}-01" for q in chance.integers(0, 3, len(table))]
    table["quarter"] = [f"2024 Q{(int(day[6]) + 2) // 3}" for day in table["date"]]
    counts = count_tags(
        table.drop(columns="quarter"), Grouping(("trust",), "quarter"), codebook=BOOK
    )
    rules = Rules(index=BOOK.perception_index, **RULES)
    path, by = tmp_path / "public.xlsx", ("trust", "quarter")
    write_summary(
        summarise_counts(counts, **rules), path,
        others=lambda: further_sheets(counts, None, wide=False, **rules),
    )  # fmt: skip
    attack = Attack(table, by)
    read_summary(attack, sheet(path, "Summary"), by)
    read_comparisons(attack, sheet(path, "Comparisons"), by)
    for row in sheet(path, "Trends"):
        share, n = number(row["share"]), number(row["n_comments"])
        if row["theme"] in THEMES and share is not None and n is not None:
            where = {"quarter": row["quarter"]}
            where |= {} if row["group"] == "All" else {"trust": row["group"]}
            attack.read(where, row["theme"], figures_of(row["theme"])["n_tagged"], share * n)
    assert attack.hidden
    assert attack.found() == []


def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    start = next(n for n, row in enumerate(rows) if row[0] == "group")
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


@pytest.mark.parametrize("seed", range(4))
def test_nor_from_the_page(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    sizes = {(t, ""): int(chance.integers(2, 60)) for t in "ABCD"}
    table = rows_of(sizes, seed)
    report(table, tmp_path / "page.html", method="count", **RULES)
    text = (tmp_path / "page.html").read_text("utf-8")
    attack = Attack(table, ("trust",))
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert data
    read_page_data(attack, json.loads(data[1]))
    for line in table_of(text, "index-table"):
        where = {} if line[0] == "All" else {"trust": line[0]}
        tests, n = figures_of("perception_index"), number(line[2])
        attack.read(where, "index", tests["n_tagged"], n)
        if n is not None and number(line[3].replace("too few", "")) is not None:
            attack.read(where, "index positive", tests["positive"], n * float(line[3]))
    for line in table_of(text, "themes-table"):
        theme = next(t.id for t in BOOK.themes if t.label == line[0])
        names = ["n_tagged", *POLARITIES]
        for what, cell in zip(names, [line[1], *line[5:9]], strict=True):
            attack.read({}, f"{theme} {what}", figures_of(theme)[what], number(cell))
    assert attack.hidden
    assert attack.found() == []


def read_page_data(attack: Attack, data: dict[str, Any]) -> None:
    ids = {theme.label: theme.id for theme in BOOK.themes}
    for group in data["groups"]:
        where = {} if group["name"] == "All" else {"trust": group["name"]}
        attack.read(where, "size", lambda *_: True, group["n"])
        for label, figures in zip(data["themes"], group["themes"], strict=True):
            theme, share, net = ids[label], number(figures[0]), number(figures[3])
            tests = figures_of(theme)
            tagged = None if share is None or group["n"] is None else share * group["n"]
            attack.read(where, f"{theme} n_tagged", tests["n_tagged"], tagged)
            if net is not None:
                attack.read_net(where, THEMES.index(theme), net)
            for word in POLARITIES:  # which the page gives of all comments only
                attack.hidden.append((f"{theme} {word} of {where}", attack.sum(where, tests[word])))


def table_of(page: str, name: str) -> list[list[str]]:
    found = re.search(f'<table id="{name}".*?<tbody>(.*?)</tbody>', page, re.S)
    cell = r'<t[hd](?: scope="row")?(?: data-v="([^"]*)")?[^>]*>(.*?)</t[hd]>'
    rows = re.findall("<tr>(.*?)</tr>", found[1], re.S) if found else []
    return [[value or text for value, text in re.findall(cell, row)] for row in rows]


def test_the_attack_does_find_what_is_left_open() -> None:
    """One hidden group alone, and what was published around it."""
    table = rows_of({("A", ""): 20, ("B", ""): 20, ("C", ""): 3}, 3)
    attack = Attack(table, ("trust",))
    for level in [(), ("trust",)]:
        rows = published(table, level, disclosure="none", min_group=5).to_dict("records")
        read_summary(attack, rows, level)
    assert any("of {'trust': 'C'} is found to be" in line for line in attack.found())
