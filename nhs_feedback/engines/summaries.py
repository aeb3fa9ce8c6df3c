"""An open tagged table -> its summary, chunk by chunk, and what stands beside it in a workbook."""

from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import add
from pathlib import Path

import pandas as pd

from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.checking import Checked, check_against
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.disclosure import MIN_GROUP, MIN_QUOTED, Rule, large_groups
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import TRUST, Grouping, date_votes, names_trusts
from nhs_feedback.summary.groups import Rules, summarise_counts
from nhs_feedback.summary.likeness import MOST_LOOKED_AT, comments_to_read, how_unlike
from nhs_feedback.summary.measure import known_error
from nhs_feedback.summary.sheets import further_sheets
from nhs_feedback.summary.words import words_apart
from nhs_feedback.tables.dates import is_month_first
from nhs_feedback.tables.reading import OpenTable, read_table
from nhs_feedback.tables.schema import find_tagged_column

_COUNTED_AT_ONCE = 20_000  # rows: counting a chunk takes as long for a few as for many


@dataclass(frozen=True)
class Summarised:
    """A summary, and what it was made from.

    Attributes
    ----------
    counts, error, rules, grouping : as `summarise_counts` takes them
    summary : DataFrame
        Long or `wide`.
    sample : Checked, optional
        What a hand-checked sample says.
    """

    table: OpenTable
    grouping: Grouping
    counts: Counts
    error: pd.DataFrame | None
    rules: Rules
    summary: pd.DataFrame
    sample: Checked | None

    @cached_property
    def words(self) -> pd.DataFrame | None:
        """List the words that set groups apart; None for publication, or without comments."""
        text = find_tagged_column(next(self.table.chunks()), "text", where=self.table.path)
        if self.rules["disclosure"] != "none" or text is None or not self.counts.by:
            return None
        shown = large_groups(self.counts, max(MIN_QUOTED, self.rules["min_group"]))
        tagged = pd.concat(self.table.chunks(), ignore_index=True)
        return words_apart(tagged, text, self.grouping, shown)

    def unlike(self, tagger: Tagger) -> list[str]:
        """Say in what the comments are unlike those the model learnt from."""
        some = next(self.table.chunks(MOST_LOOKED_AT))
        return how_unlike(self.counts, tagger, comments_to_read(some, tagger))

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Make the sheets that stand beside the summary in a workbook."""
        wide = "theme" not in self.summary
        sheets = further_sheets(self.counts, self.error, wide=wide, **self.rules)
        return sheets if self.words is None else sheets | {"Words": self.words}


def summarise_table(
    table: OpenTable,
    grouping: Grouping,
    tagger: Tagger,
    *,
    method: Method = CALIBRATED,
    checked: str | Path | None = None,
    id_column: str | None = None,
    wide: bool = False,
    disclosure: Rule = "none",
    min_group: int = MIN_GROUP,
) -> Summarised:
    """Summarise an open tagged table; options as `summarise`."""
    grouping = settled(table, grouping)
    counts = count_table(table, grouping, codebook=tagger.codebook, id_column=id_column)
    grouping = replace(grouping, by=tuple(n for n in grouping.by if n in counts.by))
    error = known_error(counts, tagger, method)
    sample = check_file(table, checked, grouping, id_column) if checked else None
    rules = Rules(
        disclosure=disclosure,
        min_group=min_group,
        index=tagger.codebook.perception_index,
        checked=sample.shares if sample else None,
    )
    summary = summarise_counts(counts, error, wide=wide, **rules)
    return Summarised(table, grouping, counts, error, rules, summary, sample)


def count_table(
    table: OpenTable, grouping: Grouping, *, codebook: Codebook, id_column: str | None = None
) -> Counts:
    """Count the tags of an open tagged table, chunk by chunk."""
    grouping = settled(table, grouping)
    parts = (
        count_tags(chunk, grouping, codebook=codebook, id_column=id_column, where=table.path)
        for chunk in table.chunks(_COUNTED_AT_ONCE)
    )
    return reduce(add, parts)


def settled(table: OpenTable, grouping: Grouping) -> Grouping:
    """Settle what every chunk must agree on: how dates are meant, whether trusts are named."""
    if grouping.period and grouping.month_first is None:
        votes = [
            date_votes(chunk, grouping, where=table.path)
            for chunk in table.chunks(_COUNTED_AT_ONCE)
        ]
        days, months = map(sum, zip(*votes, strict=True))
        grouping = replace(grouping, month_first=is_month_first(days, months))
    if TRUST in grouping.by and grouping.names_trusts is None:
        named = (
            names_trusts(chunk, grouping, where=table.path)
            for chunk in table.chunks(_COUNTED_AT_ONCE)
        )
        grouping = replace(grouping, names_trusts=any(named))
    return grouping


def check_file(
    table: OpenTable, checked: str | Path, grouping: Grouping, id_column: str | None
) -> Checked:
    """Hold an open tagged table, read whole, against a labelled sample of its comments."""
    tagged = pd.concat(table.chunks(), ignore_index=True)
    sample = read_table(checked)
    return check_against(tagged, sample, grouping, id_column=id_column, where=str(checked))
