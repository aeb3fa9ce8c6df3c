"""Tagged comments -> a summary a group, from counts that add up."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nhs_feedback.errors import FeedbackWarning, LabelError, TableError
from nhs_feedback.model.codebook import Codebook, default_codebook
from nhs_feedback.summary.disclosure import MIN_GROUP, hide_small_groups, mark_hidden
from nhs_feedback.summary.estimation import COUNT, net_interval, share_interval
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import check_labels, label_words, labels_elsewhere
from nhs_feedback.tables.problems import displaced
from nhs_feedback.tables.schema import (
    CHECK,
    JOIN,
    MODEL,
    ORG_NAME,
    PERCEPTION_INDEX,
    POLARITIES,
    SAYS_NOTHING,
    SENTIMENT,
    SENTIMENT_SCORE,
    find_trust_column,
    is_tagged,
    listed_columns,
    probability_column,
    tagged_themes,
)

ALL = "All"
TRUST = "trust"
NOT_GIVEN = "(not given)"
_JOIN_GROUPS = " / "
_SHARE = ["share", "share_low", "share_high"]
_NET = ["net", "net_low", "net_high"]
_COUNTS = ["n_rows", "n_comments", "n_tagged", *POLARITIES]
_FIGURES = ["n_tagged", *_SHARE, *POLARITIES, *_NET]
_ORDER = ["group", "theme", *_COUNTS[:3], *_SHARE, "method", *POLARITIES, *_NET, "hidden"]
_DECIMALS = 4


@dataclass(frozen=True)
class Counts:
    """Counts that add up: those of two parts of a table sum to those of the whole.

    Attributes
    ----------
    by : tuple of str
        The grouping columns.
    themes : tuple of str
        The rows of each group: theme ids, then `sentiment` and, where the codebook defines it,
        `perception_index`.
    models : frozenset of str
        The models that the tags say they are from.
    table : DataFrame
        Indexed by the grouping columns and `theme`; columns `n_rows`, `n_comments`, `n_tagged` and
        one a polarity word.
    """

    by: tuple[str, ...]
    themes: tuple[str, ...]
    models: frozenset[str]
    table: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        """Add the counts of another part of the same table."""
        stacked = pd.concat([self.table, other.table])
        levels = list(range(stacked.index.nlevels))
        table = stacked.groupby(level=levels, sort=False, dropna=False, observed=True).sum()
        return Counts(self.by, self.themes, self.models | other.models, table)


def summarise(
    tagged: pd.DataFrame,
    by: str | Sequence[str] | None = TRUST,
    *,
    wide: bool = False,
    min_group: int = MIN_GROUP,
    trust_column: str | None = None,
    codebook: Codebook | None = None,
) -> pd.DataFrame:
    """Summarise tagged comments by group and theme.

    Parameters
    ----------
    tagged : DataFrame
        What `classify` returned.
    by : str or several, optional
        Grouping columns. `trust` is the resolved organisation where there is one, else the name
        as written.
    wide : bool
        One row a group and one column a theme (its share), as boards read it.
    min_group : int
        Figures of groups with fewer comments are hidden (null).
    codebook : Codebook, optional
        For the perception index. Default: the shipped one.

    Returns
    -------
    DataFrame
        `group` (`All` first), each grouping column where there are several, `theme`, `n_rows`,
        `n_comments` (those that say something: the denominator), `n_tagged`, `share` (0 to 1),
        `share_low`, `share_high` (95%), `method`, `negative`, `mixed`, `neutral`, `positive`
        (counts), `net` (-1 to 1), `net_low`, `net_high`, `hidden`.

    Raises
    ------
    TableError
        If the table is not a tagged one, or lacks a grouping column.
    """
    counts = count_tags(tagged, by, trust_column=trust_column, codebook=codebook)
    return summarise_counts(counts, wide=wide, min_group=min_group)


def count_tags(
    tagged: pd.DataFrame,
    by: str | Sequence[str] | None = TRUST,
    *,
    trust_column: str | None = None,
    codebook: Codebook | None = None,
    where: str = "the table",
) -> Counts:
    """Count tags by group and theme."""
    themes = tagged_themes(list(tagged.columns))
    if not is_tagged(tagged.columns) or not themes:
        raise TableError(f"{where}: not a tagged table; run `feedback classify` on it first")
    _check_added_by_hand(tagged, themes, where)
    names = _grouping(tagged, by, trust_column, where)
    keys = pd.DataFrame(
        {name: _group_values(tagged, name, trust_column) for name in names}, index=tagged.index
    )
    parts = [_count_theme(tagged, theme) for theme in [*themes, SENTIMENT]]
    index = _count_index(tagged, codebook or default_codebook(), themes)
    table = pd.concat([_sum_by(keys, part) for part in [*parts, *index]])
    rows = (*themes, SENTIMENT, *([PERCEPTION_INDEX] if index else []))
    models = frozenset(_cells(tagged, MODEL).unique()) - {""}
    return Counts(tuple(names), rows, models, table)


def summarise_counts(
    counts: Counts, *, wide: bool = False, min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Turn counts into shares with intervals, small groups hidden; columns as `summarise`."""
    table = _with_all(counts).astype({"group": "str", "theme": "str"})
    index = table["theme"] == PERCEPTION_INDEX
    hits = table["positive"].where(index, table["n_tagged"])
    outcome = table["n_tagged"].where(index, table["n_comments"])
    no_share = table["theme"] == SENTIMENT
    for name, values in zip(_SHARE, share_interval(hits, outcome), strict=True):
        table[name] = pd.Series(values, index=table.index).round(_DECIMALS).mask(no_share)
    felt = table[list(POLARITIES)].sum(axis=1)
    net = net_interval(table["positive"], table["negative"], felt)
    for name, values in zip(_NET, net, strict=True):
        table[name] = pd.Series(values, index=table.index).round(_DECIMALS).mask(index)
    table[_COUNTS] = table[_COUNTS].astype("Int64")
    table.loc[index, list(POLARITIES)] = pd.NA
    table["method"] = np.where(no_share, "", COUNT)
    summary = hide_small_groups(table, _FIGURES, min_group=min_group)
    keys = list(counts.by) if len(counts.by) > 1 else []
    return _widen(summary, keys) if wide else summary[["group", *keys, *_ORDER[1:]]]


def for_writing(summary: pd.DataFrame) -> pd.DataFrame:
    """Return a summary as cells for a file: `[c]` where hidden, empty where there is no figure."""
    return mark_hidden(summary, summary["hidden"], figure_columns(summary))


def figure_columns(summary: pd.DataFrame) -> list[str]:
    """List the columns of a summary, long or wide, that are hidden in small groups."""
    after = list(summary.columns).index("n_comments") + 1
    return [name for name in summary.columns[after:] if name not in ("method", "hidden")]


def _check_added_by_hand(tagged: pd.DataFrame, themes: Sequence[str], where: str) -> None:
    """Refuse a column among the themes that is none; name one elsewhere that may be one."""
    try:
        check_labels(
            tagged, [t for t in themes if probability_column(t) not in tagged], where=where
        )
    except LabelError as error:
        raise TableError(f"{error}; move a column that is no theme behind '{MODEL}'") from error
    for name in labels_elsewhere(tagged):
        warnings.warn(
            f"column '{name}' holds labels but is not counted: it does not stand among the "
            f"themes (move it in front of '{SENTIMENT_SCORE}' if it is one)",
            FeedbackWarning,
            stacklevel=4,
        )


def _grouping(
    tagged: pd.DataFrame, by: str | Sequence[str] | None, trust_column: str | None, where: str
) -> list[str]:
    names = [] if by is None else [by] if isinstance(by, str) else list(dict.fromkeys(by))
    missing = [n for n in names if n not in tagged.columns and n != TRUST]
    if missing:
        raise TableError(
            f"{where}: no column {' or '.join(map(repr, missing))} to group by; it has: "
            f"{listed_columns(tagged.columns)} (--by)"
        )
    if taken := [name for name in names if name in _ORDER]:
        raise TableError(
            f"{where}: cannot group by {' or '.join(map(repr, taken))}, a column of the summary "
            "itself; rename the column"
        )
    if TRUST in names and find_trust_column(tagged, asked=trust_column, where=where) is None:
        if by != TRUST:
            raise TableError(f"{where}: no trust column found (name it with --trust-column)")
        warnings.warn("no trust column found: one summary of all rows", FeedbackWarning, 3)
        names.remove(TRUST)
    return names


def _group_values(tagged: pd.DataFrame, name: str, trust_column: str | None) -> pd.Series:
    if name != TRUST:
        return _named(tagged[name])
    written = _named(tagged[find_trust_column(tagged, asked=trust_column)])
    written = written.mask(displaced(tagged), NOT_GIVEN)
    resolved = _named(tagged[ORG_NAME]) if ORG_NAME in tagged else written
    return resolved.where(resolved != NOT_GIVEN, written)


def _named(cells: pd.Series) -> pd.Series:
    names = pd.Series(column_as_text(cells), index=cells.index, dtype=object)
    names = names.str.split().str.join(" ").astype(object)
    return names.replace({"": NOT_GIVEN, ALL: f"{ALL} (as written)"})


def _count_theme(tagged: pd.DataFrame, theme: str) -> pd.DataFrame:
    cells = label_words(tagged[theme])
    says_something = _says_something(tagged)
    present = says_something & ((cells != "") if theme != SENTIMENT else True)
    counted = {"n_rows": True, "n_comments": says_something, "n_tagged": present}
    counted |= {word: says_something & (cells == word) for word in POLARITIES}
    return pd.DataFrame({"theme": theme, **counted}, index=tagged.index)


def _count_index(
    tagged: pd.DataFrame, codebook: Codebook, themes: Sequence[str]
) -> list[pd.DataFrame]:
    """Count comments with either framing (`n_tagged`), and how many count for it (`positive`)."""
    index = codebook.perception_index
    if index is None or not {index.towards, index.away} <= set(themes):
        return []
    towards, away = _count_theme(tagged, index.towards), _count_theme(tagged, index.away)
    # A framing whose feeling was never learnt says nothing of the index either way.
    felt = towards[list(POLARITIES)].any(axis=1)
    either = felt | away["n_tagged"]
    counted = towards.assign(theme=PERCEPTION_INDEX, n_tagged=either)
    counted[["negative", "mixed", "neutral"]] = False
    return [counted]


def _says_something(tagged: pd.DataFrame) -> pd.Series:
    reasons = _cells(tagged, CHECK)
    distinct = {cell: not set(cell.split(JOIN)) & set(SAYS_NOTHING) for cell in reasons.unique()}
    return reasons.map(distinct).astype(bool)


def _cells(tagged: pd.DataFrame, name: str) -> pd.Series:
    cells = pd.Series(column_as_text(tagged[name]), index=tagged.index, dtype=object)
    return cells.str.strip().astype(object)


def _sum_by(keys: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    columns = [keys[name] for name in keys] + [counted["theme"]]
    numbers = counted[_COUNTS].astype(np.int64)
    return numbers.groupby(columns, sort=False, dropna=False, observed=True).sum()


def _with_all(counts: Counts) -> pd.DataFrame:
    """Put the group `All` on top, the others by name, themes in codebook order, none missing."""
    by = list(counts.by)
    flat = counts.table.reset_index()
    order = list(counts.themes)
    everything = flat.groupby("theme", observed=True, dropna=False)[_COUNTS].sum()
    top = everything.reindex(order, fill_value=0).reset_index().assign(group=ALL)
    if not by or flat.empty:
        return top.assign(**dict.fromkeys(by, ALL))
    flat["group"] = flat[by].agg(_JOIN_GROUPS.join, axis=1)
    flat["theme"] = pd.Categorical(flat["theme"], categories=order, ordered=True)
    flat = flat.sort_values([*by, "theme"], key=_folded, kind="stable")
    return pd.concat([top, flat.astype({"theme": object})], ignore_index=True).fillna(
        dict.fromkeys(by, ALL)
    )


def _folded(column: pd.Series) -> pd.Series:
    return column.str.casefold() if column.name != "theme" else column


def _widen(summary: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a group: its comments, the share of each theme, net sentiment, the index."""
    order = summary["theme"].unique()
    value = summary["share"].where(summary["theme"] != SENTIMENT, summary["net"])
    place = ["group", *keys]
    cells = summary.assign(value=value).set_index([*place, "theme"])["value"].unstack("theme")
    groups = summary.drop_duplicates(place).set_index(place)
    sheet = groups[["n_rows", "n_comments"]].join(cells[order])
    return sheet.assign(hidden=groups["hidden"]).reset_index()
