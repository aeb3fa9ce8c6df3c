"""What was found -> what the page holds: its findings, and what its script shows on demand."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary import page_tables
from nhs_feedback.summary.counts import Counts
from nhs_feedback.summary.disclosure import HIDDEN
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.summary.groups import Rules
from nhs_feedback.summary.quotes import Quote
from nhs_feedback.tables.schema import POLARITIES, POLARITY_UNKNOWN, SENTIMENT

LEAST_POINTS = 6
"""A group's theme is drawn over time from so many periods that are shown."""

_FIGURES = ("share", "share_low", "share_high", "net", "net_low", "net_high")


@dataclass(frozen=True)
class Findings:
    """What the page shows; every table with its small numbers hidden already.

    Attributes
    ----------
    title, group_word : str
        The heading, and what a group is called in prose: trust, region, ...
    tagger : Tagger
        For its codebook and its scores.
    counts : Counts
        What the summary is made of.
    checks : Counter
        Rows by reason to look at them.
    summary, comparisons, trends : DataFrame
        The last two if there is something to compare, or to follow.
    quotes : list of Quote, optional
        None if comments are left out.
    words : DataFrame, optional
        As `words_apart` returns; None likewise.
    checked_scores : DataFrame, optional
        How good the tags are on a hand-checked sample of this file.
    unlike : list of str
        In what the file is unlike the training text.
    """

    title: str
    group_word: str
    tagger: Tagger
    counts: Counts
    checks: Counter[str]
    summary: pd.DataFrame
    comparisons: pd.DataFrame | None
    trends: pd.DataFrame | None
    quotes: list[Quote] | None
    words: pd.DataFrame | None
    rules: Rules
    min_quoted: int | None
    checked_scores: pd.DataFrame | None = None
    unlike: list[str] = field(default_factory=list)

    @property
    def codebook(self) -> Codebook:
        """The themes and their names."""
        return self.tagger.codebook

    @cached_property
    def themes(self) -> list[str]:
        """Ids of the themes that the summary has, in codebook order."""
        there = set(self.summary["theme"])
        return [theme for theme in self.codebook.ids if theme in there]

    @cached_property
    def periods(self) -> list[str]:
        """The periods that trends has, in order."""
        return [] if self.trends is None else sorted(self.trends.iloc[:, 1].unique())


def shown_on_demand(findings: Findings) -> dict[str, Any]:
    """Collect one group's figures at a time, and the comments; JSON that hides what is hidden."""
    groups = list(dict.fromkeys(findings.summary["group"]))
    return {
        "groupWord": findings.group_word,
        "themes": [findings.codebook.labels[theme] for theme in findings.themes],
        "feelings": [*POLARITIES, "feeling not known"],
        "periods": findings.periods,
        "groups": [
            {"name": name, **figures, **times, **words}
            for name, figures, times, words in zip(
                groups,
                _figures(findings, groups),
                _times(findings, groups),
                _words(findings, groups),
                strict=True,
            )
        ],
        "quotes": _quotes(findings, groups),
    }


def has_group_times(findings: Findings) -> bool:
    """Whether some group has enough periods to be followed."""
    groups = list(dict.fromkeys(findings.summary["group"]))
    return any(times for times in _times(findings, groups))


def _quotes(findings: Findings, groups: list[str]) -> list[list[Any]]:
    themes, feelings = findings.themes, [*POLARITIES, POLARITY_UNKNOWN]
    return [
        [
            quote.text,
            groups.index(quote.group),
            quote.sentiment,
            [[themes.index(theme), feelings.index(word)] for theme, word in quote.tags],
        ]
        for quote in findings.quotes or ()
    ]


def _figures(findings: Findings, groups: list[str]) -> list[dict[str, Any]]:
    """Each group's figures; `[c]` for what is hidden, null for what there is none of."""
    parts = _by_group(findings.summary)
    said = _by_group(findings.comparisons)
    return [_of_group(findings, parts[name], said.get(name)) for name in groups]


def _of_group(
    findings: Findings, part: pd.DataFrame, compared: pd.DataFrame | None
) -> dict[str, Any]:
    rows = part.set_index("theme").to_dict("index")
    differs = [] if compared is None else compared.to_dict("records")
    said = {row["theme"]: page_tables.verdict(row) for row in differs}
    overall = rows[SENTIMENT]
    return {
        "n": None if pd.isna(overall["n_comments"]) else int(overall["n_comments"]),
        "hidden": overall["hidden"] if pd.isna(overall["net"]) else "",
        "net": _plain(overall, _FIGURES[3:]),
        "themes": [[*_plain(rows[t], _FIGURES), said.get(t, "")] for t in findings.themes],
    }


def _by_group(table: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    if table is None:
        return {}
    grouped = table.groupby("group", sort=False, dropna=False, observed=True)
    return {str(name): part for name, part in grouped}


def _plain(row: Mapping[Hashable, Any], names: Sequence[str]) -> list[float | str | None]:
    missing = HIDDEN if row["hidden"] else None
    return [missing if pd.isna(row[name]) else round(float(row[name]), 4) for name in names]


def _times(findings: Findings, groups: list[str]) -> list[dict[str, Any]]:
    """Each group's themes over time, of those that have enough points; nothing of the others."""
    series = _by_group(findings.trends)
    followed: list[dict[str, Any]] = []
    for name in groups:
        part = series.get(name)
        found = {} if part is None or name == ALL else _series(findings, part)
        followed.append({"time": found} if found else {})
    return followed


def _series(findings: Findings, part: pd.DataFrame) -> dict[int, dict[str, Any]]:
    places = {period: place for place, period in enumerate(findings.periods)}
    period = part.columns[1]
    found = {}
    for theme, rows in part.groupby("theme", sort=False, observed=True):
        shown = rows[rows["share"].notna()]
        if theme in findings.themes and len(shown) >= LEAST_POINTS:
            found[findings.themes.index(str(theme))] = {
                "limits": [
                    float(shown[end].iloc[0]) for end in ("centre", "limit_low", "limit_high")
                ],
                "trial": bool(shown["trial"].iloc[0]),
                "points": [
                    [places[r[period]], *_plain(r, _FIGURES[:3]), r["signal"]]
                    for r in shown.to_dict("records")
                ],
            }
    return found


def _words(findings: Findings, groups: list[str]) -> list[dict[str, Any]]:
    """Each group's own words by theme, with the comments that hold each."""
    parts = _by_group(findings.words)
    return [{"words": _of_themes(findings, parts[n])} if n in parts else {} for n in groups]


def _of_themes(findings: Findings, part: pd.DataFrame) -> dict[int, str]:
    found = part.groupby("theme", sort=False, observed=True)
    return {
        findings.themes.index(str(theme)): ", ".join(
            f"{row['word']} ({row['n_comments']:,})" for row in rows.to_dict("records")
        )
        for theme, rows in found
        if theme in findings.themes
    }
