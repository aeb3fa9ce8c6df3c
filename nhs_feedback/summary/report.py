"""Tagged comments -> one self-contained page that a board can read."""

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.checking import check_against
from nhs_feedback.summary.comparisons import compare_counts
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.disclosure import MIN_GROUP, MIN_QUOTED, NEIGHBOUR, Rule
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import ALL, TRUST, Grouping, Period, group_keys
from nhs_feedback.summary.groups import Rules, summarise_counts
from nhs_feedback.summary.measure import known_error
from nhs_feedback.summary.page import Findings, render
from nhs_feedback.summary.quotes import Quote, choose_quotes
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
    checked: pd.DataFrame | None = None,
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
    checked : DataFrame, optional
        A random sample of each group's comments labelled by hand; as for `summarise`.
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
    grouping = Grouping((by,), None, trust_column, date_column)
    count = partial(count_tags, tagged, codebook=tagger.codebook, id_column=id_column, where=where)
    counts = count(grouping)
    error = known_error(counts, tagger, method)
    rules = Rules(
        disclosure=disclosure, min_group=min_group, index=tagger.codebook.perception_index
    )
    dated = find_tagged_column(tagged, "date", asked=date_column, where=where) is not None
    over_time = count(replace(grouping, by=(), period=period)) if dated else None
    trends = _if_shown(trend_counts(over_time, error, **rules)) if over_time else None
    sample = None
    if checked is not None:
        sample = check_against(tagged, checked, grouping, id_column=id_column)
        rules["checked"] = sample.shares
    summary = summarise_counts(counts, error, **rules)
    comparisons = _if_shown(compare_counts(counts, error, **rules)) if counts.by else None
    quotable = _quotable(counts, summary, rules, min_quoted)
    quotes = _quotes(tagged, counts, grouping, quotable, text_column, where)
    findings = Findings(
        title, by.replace("_", " "), tagger, counts, _checks(tagged), summary, comparisons, trends,
        quotes, rules, min_quoted, sample.scores if sample else None,
    )  # fmt: skip
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


def _quotes(
    tagged: pd.DataFrame,
    counts: Counts,
    grouping: Grouping,
    quotable: set[str] | None,
    text_column: str | None,
    where: str,
) -> list[Quote] | None:
    """Choose what to quote; None if nothing may be, or the table has lost its comments."""
    text = find_tagged_column(tagged, "text", asked=text_column, where=where)
    if quotable is None or text is None:
        return None
    groups = pd.Series(ALL, index=tagged.index, dtype=object)
    if counts.by:
        groups = group_keys(tagged, grouping, where=where)[counts.by[0]]
    return choose_quotes(tagged, text, groups, quotable)


def _if_shown(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return a table, or None if all of it is hidden."""
    return table if table["share"].notna().any() else None


def _checks(tagged: pd.DataFrame) -> Counter[str]:
    cells = column_as_text(tagged[CHECK])
    return Counter(reason for cell in cells for reason in filter(None, cell.split(JOIN)))
