"""What was found -> one self-contained page: its charts, tables, words and comments in a template.

Charts are drawn here, as SVG, and not by the reader's browser: the page then needs no library of
scripts (800 kB), shows its charts where scripts are switched off, and prints what it shows.
"""

import base64
import hashlib
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import altair as alt
import jinja2
import pandas as pd

from nhs_feedback.summary import charts, page_data, page_tables, page_words
from nhs_feedback.summary.disclosure import HIDDEN, rule_in_words
from nhs_feedback.summary.estimation import CALIBRATED, CHECKED
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.summary.page_data import Findings
from nhs_feedback.summary.page_tables import Table
from nhs_feedback.tables.schema import PERCEPTION_INDEX

_ROLES = re.compile(r' (?:role|aria-[a-z]+|class)="[^"]*"')


@dataclass(frozen=True)
class Figure:
    """A chart as SVG, what it shows in words, and its table."""

    id: str
    label: str
    alt: str
    svg: str
    table: Table


def render(findings: Findings) -> str:
    """Write the page."""
    template, script = _environment().get_template("page.html"), _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return template.render(
        f=findings,
        style=_asset("page.css"),
        script=script,
        script_hash=f"sha256-{digest}",
        hidden=HIDDEN,
        all=ALL,
        **_words(findings),
        **_figures(findings),
        data=page_data.shown_on_demand(findings),
    )


def to_svg(chart: alt.LayerChart) -> str:
    """Draw a chart, as a picture whose parts are not read out: its words and its table are."""
    drawn = io.StringIO()
    chart.save(drawn, format="svg")
    return _ROLES.sub("", drawn.getvalue()).replace("<svg ", '<svg aria-hidden="true" ', 1)


def _words(findings: Findings) -> dict[str, Any]:
    summary, book = findings.summary, findings.codebook
    compared = findings.comparisons
    scores = findings.checked_scores
    return {
        "headlines": page_words.headlines(summary, book),
        "differences": None if compared is None else page_words.differences(compared, book),
        "rows_read": page_words.rows_read(summary, findings.checks, findings.rules["disclosure"]),
        "quality": page_words.quality(findings.tagger.scores),
        "quality_rows": page_words.quality_rows(findings.tagger.scores, book),
        "checked": None if scores is None else page_words.quality(scores),
        "other_models": sorted(findings.counts.models - {findings.tagger.signature}),
        "unsure": page_words.unlike(findings.unlike),
        "rule": rule_in_words(findings.rules["disclosure"], findings.rules["min_group"]),
        "reasons": sorted(set(summary["hidden"]) - {""}),
        "calibrated": CALIBRATED in set(summary["method"]),
        "from_checked": CHECKED in set(summary["method"]),
        "index": book.perception_index if PERCEPTION_INDEX in set(summary["theme"]) else None,
        "index_labels": book.index_labels,
    }


def _figures(findings: Findings) -> dict[str, Any]:
    compared, trends, book = findings.comparisons, findings.trends, findings.codebook
    everyone = trends is not None and trends.loc[trends["group"] == ALL, "share"].notna().any()
    return {
        "index_figure": _index_figure(findings),
        "theme_figures": _theme_figures(findings),
        "heat": page_tables.heat_table(findings.summary, book, findings.group_word),
        "funnels": []
        if compared is None
        else [_funnel(findings, compared, theme) for theme in findings.themes],
        "times": []
        if trends is None or not everyone
        else [_time(findings, trends, theme) for theme in findings.themes],
        "times_of_groups": page_data.has_group_times(findings),
    }


def _index_figure(findings: Findings) -> Figure | None:
    index, summary, word = findings.codebook.perception_index, findings.summary, findings.group_word
    rows = summary[summary["theme"] == PERCEPTION_INDEX]
    if index is None or rows["share"].notna().sum() == 0:
        return None
    return Figure(
        "index",
        index.label,
        f"Chart: {index.label} by {word} with 95% intervals. Its figures are in the table below.",
        to_svg(charts.index_by_group(summary, label=index.label)),
        page_tables.index_table(summary, index.label, word),
    )


def _theme_figures(findings: Findings) -> list[Figure]:
    """Draw what all comments say; nothing if they are too few to show."""
    summary, labels = findings.summary, findings.codebook.labels
    everyone = summary[summary["group"] == ALL]
    if everyone["share"].notna().sum() == 0:
        return []
    table = page_tables.themes_table(summary, findings.codebook)
    found = [("shares", "How often each theme comes up", charts.group_themes)]
    if everyone["net"].notna().any():
        found.append(("net", "How staff feel about each theme", charts.net_feelings))
    return [
        Figure(
            name,
            title,
            f"Chart: {title}, with 95% intervals. Its figures are in the table below.",
            to_svg(draw(summary, labels=labels)),
            table,
        )
        for name, title, draw in found
    ]


def _funnel(findings: Findings, comparisons: pd.DataFrame, theme: str) -> Figure:
    label, word = findings.codebook.labels[theme], findings.group_word
    return Figure(
        theme,
        label,
        f"Funnel chart: share of comments on {label} of each {word}, by its number of comments, "
        "with limits at 95% and 99.8%. Its figures are in the table below.",
        to_svg(charts.funnel(comparisons, theme, label=label)),
        page_tables.funnel_table(comparisons, theme, label, word),
    )


def _time(findings: Findings, trends: pd.DataFrame, theme: str) -> Figure:
    label = findings.codebook.labels[theme]
    return Figure(
        theme,
        label,
        f"Chart: share of all comments on {label} over time, with control limits. "
        "Its figures are in the table below.",
        to_svg(charts.over_time(trends, theme, label=label)),
        page_tables.time_table(trends, theme, label),
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("nhs_feedback.summary"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return resources.files("nhs_feedback.summary").joinpath("templates", name).read_text("utf-8")
