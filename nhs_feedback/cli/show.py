"""Summaries, scores and codebooks as tables on the terminal, 80 columns wide at most."""

from collections.abc import Hashable, Mapping
from functools import partial
from textwrap import wrap
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from nhs_feedback.cli.figures import NONE, decimal, make_table, signed, whole
from nhs_feedback.cli.say import (
    MANY_TRUSTS,
    are_comments,
    counted,
    listed,
    nameable,
    read_first,
    understood_lines,
)
from nhs_feedback.cli.terminal import PLAIN_WIDTH, put
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.summary.disclosure import HIDDEN, Rule, rule_in_words
from nhs_feedback.summary.estimation import CALIBRATED
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.summary.groups import figure_columns
from nhs_feedback.tables.comments import OpenComments
from nhs_feedback.tables.schema import PERCEPTION_INDEX, POLARITIES, SENTIMENT, shown_columns
from nhs_feedback.text.checks import WELFARE
from nhs_feedback.text.inspection import Inspection

ON_FILE = "How right the tags are on this file, by the checked comments"
UNSEEN = "Scores on comments it had not seen"
_MARK_WIDTH = 5
_FIGURES_AT_ONCE = 4
_MOST_TRUSTS = 20  # not resolved, shown
Row = Mapping[Hashable, Any]
"""A row of a table, by column."""


def summary(console: Console, rows: pd.DataFrame, codebook: Codebook) -> None:
    """Show what all comments say by theme, then a line a group."""
    put(console, _themes_table(rows[rows["group"] == ALL], codebook))
    if (rows["group"] != ALL).any():
        put(console, _groups_table(rows, codebook))
    put(console, _legend(rows, codebook))


def rule(console: Console, disclosure: Rule, min_group: int) -> None:
    """Say which figures a summary hides."""
    if min_group or disclosure != "none":
        for line in wrap(rule_in_words(disclosure, min_group), PLAIN_WIDTH):
            put(console, line)


def wide(console: Console, sheet: pd.DataFrame, codebook: Codebook) -> None:
    """Show a wide sheet, a few themes at a time so that it fits."""
    figures = ["n_comments", *figure_columns(sheet)]
    for start in range(0, len(figures), _FIGURES_AT_ONCE):
        names = figures[start : start + _FIGURES_AT_ONCE]
        table = make_table("", "Group", *(_head(name, codebook) for name in names))
        for row in sheet.to_dict("records"):
            table.add_row(row["group"], *(_cell(row, name) for name in names))
        put(console, table)


def scores(console: Console, scores: pd.DataFrame, title: str, codebook: Codebook) -> None:
    """Show scores by theme with their intervals."""
    compared = "difference" in scores
    heads = ["With it", "Precision", "Recall", "Score (95%)"]
    if compared:
        heads = ["With it", "Score", "Against", "Difference (95%)"]
    table = make_table(title, "", *heads)
    for row in scores.to_dict("records"):
        name = codebook.labels.get(row["theme"], row["theme"])
        table.add_row(name, *(_compared_row(row) if compared else _score_row(row)))
    put(console, table)


def codebook(console: Console, book: Codebook) -> None:
    """Show the themes: what each means, and what is within its edges and what is not."""
    console.print(f"Codebook {book.name} {book.version}".rstrip(), style="bold")
    for theme in book.themes:
        name = theme.label if theme.label == theme.id else f"{theme.label} ({theme.id})"
        console.print(f"\n{name}", style="bold")
        edges = Table.grid(padding=(0, 1, 0, 0))
        edges.add_column(min_width=_MARK_WIDTH, justify="right")
        edges.add_column(max_width=PLAIN_WIDTH - _MARK_WIDTH - 2, overflow="fold")
        lines = [("", theme.definition), *(("yes", case) for case in theme.include)]
        lines += [*(("no", case) for case in theme.exclude), ("note", theme.note)]
        for mark, text in lines:
            if text:
                edges.add_row(mark, text)
        put(console, edges)


def inspection(console: Console, comments: OpenComments, found: Inspection) -> None:
    """Show what was found in a file: how it was read, what is wrong, trusts, personal data."""
    for line in [*understood_lines(comments), *_date_lines(found)]:
        put(console, line)
    marked = (n.count for kind, n in found.problems.items() if kind.partition(" (")[0] == WELFARE)
    read_first(partial(put, console), sum(marked))
    problems = make_table("Rows to know of", "What", "Rows", "Which", names=(0, 2))
    for kind, problem in found.problems.items():
        problems.add_row(
            kind, f"{problem.count:,}", listed(map(str, problem.rows), most=10, of=problem.count)
        )
    for table in (problems, _trusts_table(found)):
        if table.row_count:
            put(console, table)
    if found.unresolved:
        put(console, "?: not surely one of the NHS table; its rows are grouped by the name as")
        put(console, "written, unless --organisations settles it.")
    if found.personal_data:
        personal_data(console, found.personal_data, "Personal data found, by kind")
    shown = shown_columns(comments.table.columns)
    for name, rows in found.elsewhere.items():
        put(
            console,
            f"Column '{shown[name]}' seems to hold personal data in {counted(rows, 'row')}.",
        )


def _date_lines(found: Inspection) -> list[str]:
    if found.earliest is None or found.latest is None:
        return []
    order = "month first, as they prove" if found.month_first else "day first"
    said = f"Dates: {found.earliest:%d/%m/%Y} to {found.latest:%d/%m/%Y}, read {order}."
    if not found.unsettled:
        return [said]
    dates = counted(found.unsettled, "date")
    doubt = "Some dates prove that the day comes first and some that the month does: "
    return [
        said,
        f"{doubt}{dates} that may be either cannot be settled (write them as 2024-04-02).",
    ]


def _trusts_table(found: Inspection) -> Table:
    trusts = make_table("Trusts", "As resolved, or as written", "Rows", "May be", names=(0, 2))
    for name, rows in found.resolved.most_common():
        trusts.add_row(name, f"{rows:,}", "")
    if are_comments(found.unresolved, found.rows):
        trusts.add_row("(not shown)", f"{found.unresolved.total():,}", MANY_TRUSTS)
        return trusts
    for name, rows in found.unresolved.most_common(_MOST_TRUSTS):
        trusts.add_row(f"? {nameable(name)}", f"{rows:,}", ", ".join(found.suggestions[name]))
    return trusts


def personal_data(console: Console, found: Mapping[str, int], title: str) -> None:
    """Show how many pieces of personal data there are of each kind, never what they are."""
    table = make_table(title, "Kind", "Pieces")
    for kind, pieces in sorted(found.items()):
        table.add_row(kind, f"{pieces:,}")
    if not found:
        table.add_row("none", "0")
    put(console, table)


def _themes_table(rows: pd.DataFrame, codebook: Codebook) -> Table:
    heads = ("Theme", "Tagged", "Share (95%)", "neg", "mix", "neu", "pos", "Net")
    n_rows, n_comments = rows["n_rows"].max(), rows["n_comments"].max()
    title = f"What {_sized(n_comments, 'comment')} say ({_sized(n_rows, 'row')})"
    table = make_table(title, *heads)
    for row in rows.sort_values("share", ascending=False, kind="stable").to_dict("records"):
        if row["theme"] not in (SENTIMENT, PERCEPTION_INDEX):
            name = codebook.labels.get(row["theme"], row["theme"])
            table.add_row(name, _count(row["n_tagged"], row), _share(row), *_feelings(row))
    table.add_section()
    for row in rows[rows["theme"] == SENTIMENT].to_dict("records"):
        table.add_row("Overall sentiment", _count(row["n_tagged"], row), "", *_feelings(row))
    for row in rows[rows["theme"] == PERCEPTION_INDEX].to_dict("records"):
        label = codebook.perception_index.label if codebook.perception_index else "Index"
        table.add_row(label, _count(row["n_tagged"], row), _share(row), *[""] * 5)
    return table


def _groups_table(summary: pd.DataFrame, codebook: Codebook) -> Table:
    has_index = PERCEPTION_INDEX in set(summary["theme"])
    heads = ["Group", "Comments", "Net", "Most often"]
    if has_index:
        heads.insert(3, "Index (95%)")
    table = make_table("By group", *heads, names=(0, len(heads) - 1))
    keys = list(summary.columns[: summary.columns.get_loc("theme")])  # one name may be two groups'
    for (group, *_), part in summary.groupby(keys, sort=False, dropna=False, observed=True):
        rows = part.set_index("theme")
        row = rows.loc[SENTIMENT].to_dict()
        cells = [str(group), _size(row["n_comments"]), _net(row)]
        if has_index:
            cells.append(_share(rows.loc[PERCEPTION_INDEX].to_dict()))
        table.add_row(*cells, _most_often(rows, codebook))
    return table


def _most_often(rows: pd.DataFrame, codebook: Codebook) -> str:
    themes = rows.drop(index=[SENTIMENT, PERCEPTION_INDEX], errors="ignore")
    if themes["n_tagged"].isna().all():
        return HIDDEN
    if not (themes["n_tagged"] > 0).any():
        return NONE
    top = themes.sort_values("n_tagged", ascending=False, kind="stable").reset_index().iloc[0]
    return f"{codebook.labels.get(top['theme'], top['theme'])} {top['share']:.0%}"


def _legend(summary: pd.DataFrame, codebook: Codebook) -> str:
    hidden = sorted(set(summary["hidden"]) - {""})
    covers = ["and the tagger's errors as measured", "not the tagger's errors"]
    calibrated = CALIBRATED in set(summary["method"])
    lines = [
        "Share: of the comments that say something, a probable one. Its interval covers"
        if calibrated
        else "Share: of the comments that say something. Its interval covers",
        f"the sampling of comments {covers[0 if calibrated else 1]}.",
        "Net: positive minus negative, -1 to 1.",
    ]
    if PERCEPTION_INDEX in set(summary["theme"]) and codebook.perception_index:
        towards, away = codebook.index_labels
        lines.append(f"{codebook.perception_index.label}: of comments on {towards} or")
        lines.append(f"{away}, the share positive on {towards}.")
    lines += [f"{HIDDEN}: hidden, {rule}." for rule in hidden]
    return "\n".join(lines)


def _score_row(row: Row) -> list[str]:
    scored: float = row["n"] if pd.isna(row["n_present"]) else row["n_present"]
    cells = [whole(scored), decimal(row["precision"]), decimal(row["recall"])]
    interval = f"{decimal(row['low'])} to {decimal(row['high'])}"
    return [*cells, f"{decimal(row['score'])} ({interval})"]


def _compared_row(row: Row) -> list[str]:
    cells = [whole(row["n_present"]), decimal(row["score"]), decimal(row["score_against"])]
    interval = f"{signed(row['difference_low'])} to {signed(row['difference_high'])}"
    return [*cells, f"{signed(row['difference'])} ({interval})"]


def _feelings(row: Row) -> list[str]:
    words = [_count(row[word], row) for word in POLARITIES]
    if not row["hidden"] and row["n_tagged"] and not sum(row[word] for word in POLARITIES):
        words = [NONE] * len(words)  # tagged, and how anybody feels about it was never learnt
    return [*words, _net(row)]


def _size(value: float | None) -> str:
    return HIDDEN if pd.isna(value) else whole(value)


def _sized(number: int, noun: str) -> str:
    return f"{HIDDEN} {noun}s" if pd.isna(number) else counted(number, noun)


def _count(value: float | None, row: Row) -> str:
    return HIDDEN if _is_hidden(value, row) else whole(value)


def _share(row: Row) -> str:
    if _is_hidden(row["share"], row):
        return HIDDEN
    if pd.isna(row["share"]):
        return NONE
    return f"{row['share']:.0%} ({100 * row['share_low']:.0f}-{100 * row['share_high']:.0f})"


def _net(row: Row) -> str:
    return HIDDEN if _is_hidden(row["net"], row) else signed(row["net"])


def _is_hidden(value: float | None, row: Row) -> bool:
    """Say whether a figure is missing because it is hidden; of a row only some may be."""
    return bool(row["hidden"]) and pd.isna(value)


def _cell(row: Row, name: str) -> str:
    if name == "n_comments":
        return _size(row[name])
    if _is_hidden(row[name], row):
        return HIDDEN
    if name == SENTIMENT:
        return signed(row[name])
    return NONE if pd.isna(row[name]) else f"{row[name]:.0%}"


def _head(name: str, codebook: Codebook) -> str:
    heads = {"n_comments": "Comments", SENTIMENT: "Net\nsentiment", PERCEPTION_INDEX: "Index"}
    return heads.get(name) or codebook.labels.get(name, name).replace(" ", "\n")
