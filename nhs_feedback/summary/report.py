"""Tagged comments -> one self-contained page that a board can read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.checking import check_against
from nhs_feedback.summary.comparisons import compare_counts
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.disclosure import MIN_GROUP, MIN_QUOTED, Rule, large_groups
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import ALL, TRUST, Grouping, Period, as_names, joined_keys
from nhs_feedback.summary.groups import Rules, summarise_counts
from nhs_feedback.summary.likeness import comments_to_read, how_unlike
from nhs_feedback.summary.measure import known_error
from nhs_feedback.summary.page import render
from nhs_feedback.summary.page_data import Findings
from nhs_feedback.summary.quotes import Quote, choose_quotes
from nhs_feedback.summary.trends import trend_counts
from nhs_feedback.summary.words import words_apart
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.pages import write_page
from nhs_feedback.tables.schema import CHECK, JOIN, find_tagged_column

TITLE = "What staff say about digital change"
MOST_WORDS = 6
"""Listed of a group and theme."""


def report(  # noqa: PLR0913 (what `summarise` takes, and what is the page's own)
    tagged: pd.DataFrame,
    path: str | Path,
    *,
    by: str | Sequence[str] = TRUST,
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
    by : str or several
        What to group by: `trust`, `region`, `type` or columns.
    checked : DataFrame, optional
        A random sample of each group's comments labelled by hand; as for `summarise`.
    period : {"month", "quarter", "year"}
        Of the charts over time, if there is a date column: of all comments, and of each group
        with six periods or more to show, but for disclosure `fft`.
    method, disclosure, min_group, model : as for `summarise`
    min_quoted : int, optional
        Comments are quoted, masked, and words that set a group apart are listed, from groups of at
        least so many comments and respondents; None quotes and lists none. Nor does disclosure
        `fft`, for publication: masking is not anonymisation.
    where : str
        The file's name, for messages.

    Raises
    ------
    TableError
        If the table is not a tagged one, lacks a column that was asked for, or the page cannot be
        written.
    """
    tagger = find_model(model)
    asked = Grouping(as_names(by), None, trust_column, date_column)
    source = _Source(tagged, asked, tagger, text_column, id_column, where)
    counts = source.count(asked)
    error = known_error(counts, tagger, method)
    rules = Rules(
        disclosure=disclosure, min_group=min_group, index=tagger.codebook.perception_index
    )
    trends = _trends(source, counts, period, error, rules)
    sample = None
    if checked is not None:
        sample = check_against(tagged, checked, asked, id_column=id_column)
        rules["checked"] = sample.shares
    findings = Findings(
        title,
        " and ".join(name.replace("_", " ") for name in asked.by),
        tagger,
        counts,
        _checks(tagged),
        summarise_counts(counts, error, **rules),
        _if_shown(compare_counts(counts, error, **rules)) if counts.by else None,
        trends,
        *_said(source, counts, rules, min_quoted),
        rules,
        min_quoted,
        sample.scores if sample else None,
        how_unlike(counts, tagger, comments_to_read(tagged, tagger, text_column)),
    )
    write_page(render(findings), path, force=force)


@dataclass(frozen=True)
class _Source:
    """The tagged table and how it is read."""

    tagged: pd.DataFrame
    grouping: Grouping
    tagger: Tagger
    text_column: str | None
    id_column: str | None
    where: str

    def count(self, grouping: Grouping) -> Counts:
        return count_tags(
            self.tagged, grouping,
            codebook=self.tagger.codebook, id_column=self.id_column, where=self.where,
        )  # fmt: skip

    def find(self, role: str, asked: str | None) -> str | None:
        return find_tagged_column(self.tagged, role, asked=asked, where=self.where)


def _trends(
    source: _Source, counts: Counts, period: Period, error: pd.DataFrame | None, rules: Rules
) -> pd.DataFrame | None:
    """Follow all comments and, inside the organisation, each group, if there are dates."""
    if source.find("date", source.grouping.date_column) is None:
        return None
    # Groups crossed with periods are many small cells beside their totals: not for publication.
    by = counts.by if rules["disclosure"] == "none" else ()
    over_time = source.count(replace(source.grouping, by=by, period=period))
    return _if_shown(trend_counts(over_time, error, **rules))


def _said(
    source: _Source, counts: Counts, rules: Rules, min_quoted: int | None
) -> tuple[list[Quote] | None, pd.DataFrame | None]:
    """Choose comments to quote and find words; None if none may be, or the comments are gone."""
    text = source.find("text", source.text_column)
    if min_quoted is None or rules["disclosure"] != "none" or text is None:
        return None, None
    shown = large_groups(counts, max(min_quoted, rules["min_group"]))
    grouping = replace(source.grouping, by=counts.by)
    names = joined_keys(source.tagged, grouping, where=source.where) if counts.by else ALL
    groups = pd.Series(names, index=source.tagged.index, dtype=object)
    quotes = choose_quotes(source.tagged, text, groups, shown)
    return quotes, words_apart(source.tagged, text, grouping, shown, most=MOST_WORDS)


def _if_shown(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return a table, or None if all of it is hidden."""
    return table if table["share"].notna().any() else None


def _checks(tagged: pd.DataFrame) -> Counter[str]:
    cells = column_as_text(tagged[CHECK])
    return Counter(reason for cell in cells for reason in filter(None, cell.split(JOIN)))
