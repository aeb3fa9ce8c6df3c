"""Tagged comments -> one self-contained page that a board can read."""

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.comparisons import compare_counts
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.disclosure import MIN_GROUP, MIN_QUOTED, NEIGHBOUR, Rule
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import ALL, TRUST, Grouping, Period, group_keys
from nhs_feedback.summary.groups import Rules, known_error, summarise_counts
from nhs_feedback.summary.page import Findings, render
from nhs_feedback.summary.quotes import choose_quotes
from nhs_feedback.summary.trends import trend_counts
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.pages import write_page
from nhs_feedback.tables.schema import CHECK, JOIN, SENTIMENT, find_tagged_column

TITLE = "What staff say about digital change"


def report(  # noqa: PLR0913 (what `summarise` takes, and what is the page's own)
    tagged: pd.DataFrame,
    path: str | Path,
    *,
    by: str = TRUST,
    period: Period = "month",
    method: Method = CALIBRATED,
    title: str = TITLE,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
    min_quoted: int | None = MIN_QUOTED,
    model: Tagger | str | Path | None = None,
    text_column: str | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
    force: bool = False,
    where: str = "the table",
) -> None:
    """Write a page of tagged comments: one HTML file that needs no network, to read or to print.

    Parameters
    ----------
    tagged : DataFrame
        What `classify` returned.
    path : path
        Ends in `.html`. Written whole or not at all; an existing file needs `force`.
    by : str
        What to group by: `trust`, `region`, `type` or a column.
    period : {"month", "quarter", "year"}
        Of the charts over time, if there is a date column.
    method, disclosure, min_group, model : as for `summarise`
    min_quoted : int, optional
        Comments are quoted, masked, from groups of at least so many comments and respondents; None
        quotes none. Nor does disclosure `fft`, for publication: masking is not anonymisation.
    where : str
        The file's name, for messages.

    Raises
    ------
    TableError
        If the table is not a tagged one, lacks a column that was asked for, or the page cannot be
        written.
    """
    tagger = find_model(model)
    count = partial(count_tags, codebook=tagger.codebook, id_column=id_column, where=where)
    grouping = Grouping((by,), None, trust_column, date_column)
    counts = count(tagged, grouping)
    error = known_error(counts, tagger) if method == CALIBRATED else None
    index = tagger.codebook.perception_index
    rules = Rules(disclosure=disclosure, min_group=min_group, index=index)
    dated = find_tagged_column(tagged, "date", asked=date_column, where=where) is not None
    over_time = count(tagged, replace(grouping, by=(), period=period)) if dated else None
    summary = summarise_counts(counts, error, **rules)
    quotable = _quotable(counts, summary, rules, min_quoted)
    text = find_tagged_column(tagged, "text", asked=text_column, where=where)
    findings = Findings(
        title=title,
        group_word=by.replace("_", " "),
        tagger=tagger,
        models=counts.models,
        checks=_checks(tagged),
        summary=summary,
        comparisons=compare_counts(counts, error, **rules) if counts.by else None,
        trends=_trends(over_time, error, rules),
        quotes=None
        if text is None or quotable is None
        else choose_quotes(tagged, text, _groups(tagged, counts, grouping, where), quotable),
        rules=rules,
        min_quoted=min_quoted,
    )
    write_page(render(findings), path, force=force)


def _quotable(
    counts: Counts, summary: pd.DataFrame, rules: Rules, min_quoted: int | None
) -> set[str] | None:
    """Name the groups that are shown, and have the comments and respondents to be quoted."""
    if min_quoted is None or rules["disclosure"] != "none":
        return None
    strict = Rules(**rules)
    strict["min_group"] = max(min_quoted, rules["min_group"])
    higher = summarise_counts(counts, **strict)
    # A large group that only covers for a smaller one is large all the same.
    enough = (summary["hidden"] == "") & higher["hidden"].isin(["", NEIGHBOUR])
    return set(summary.loc[enough & (summary["theme"] == SENTIMENT), "group"])


def _groups(tagged: pd.DataFrame, counts: Counts, grouping: Grouping, where: str) -> pd.Series:
    if not counts.by:
        return pd.Series(ALL, index=tagged.index, dtype=object)
    return group_keys(tagged, grouping, where=where)[counts.by[0]]


def _trends(counts: Counts | None, error: pd.DataFrame | None, rules: Rules) -> pd.DataFrame | None:
    """Follow all comments over time; None without dates, or with too few to show."""
    if counts is None:
        return None
    table = trend_counts(counts, error, **rules)
    return table if table["share"].notna().any() else None


def _checks(tagged: pd.DataFrame) -> Counter[str]:
    cells = column_as_text(tagged[CHECK])
    return Counter(reason for cell in cells for reason in filter(None, cell.split(JOIN)))
