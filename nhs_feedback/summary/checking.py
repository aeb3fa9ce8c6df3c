"""A hand-checked random sample and all predictions -> shares: prediction-powered inference."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.model.evaluation import Predictions, score_table
from nhs_feedback.summary.counts import rows_that_say_something
from nhs_feedback.summary.estimation import Floats, share_interval
from nhs_feedback.summary.grouping import ALL, Grouping, group_keys
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import UNKNOWN, Labels, label_words, read_labels
from nhs_feedback.tables.schema import (
    CHECK,
    find_columns,
    find_tagged_column,
    probability_column,
    tagged_themes,
)
from nhs_feedback.text.columns import redact_columns

LEAST_CHECKED = 10
"""From fewer checked comments of a group, nothing is said of it by this method."""

_MOST_WORTH = 4
Part = tuple["Mean", int]
"""A mean, and how many comments were checked for it."""


@dataclass(frozen=True)
class Mean:
    """A mean, its standard error, and how much weight the predictions had (0 to 1)."""

    value: float
    error: float
    weight: float


def powered_mean(labels: Floats, predicted: Floats, others: Floats) -> Mean:
    """Estimate a mean from a few labels and many predictions.

    The predictions' mean, put right by how far they err on the labelled; with the weight that
    makes the error least, so that useless predictions do no harm.

    Parameters
    ----------
    labels, predicted : (n,)
        Of the comments that were checked: what is true (0 or 1), and the model's probability.
    others : (N,)
        Probabilities of the comments that were not checked.

    References
    ----------
    A. N. Angelopoulos, J. C. Duchi and T. Zrnic (2023), PPI++: efficient prediction-powered
    inference, arXiv:2311.01453.
    """
    n, rest = len(labels), len(others)
    weight = _weight(labels, predicted, others)
    middle = weight * others.mean() if rest else 0.0
    rectified = labels - weight * predicted
    variance = rectified.var() / n + (weight**2 * others.var() / rest if rest else 0.0)
    return Mean(float(middle + rectified.mean()), float(np.sqrt(variance)), weight)


def _weight(labels: Floats, predicted: Floats, others: Floats) -> float:
    n, rest = len(labels), len(others)
    if not rest:
        return 0.0
    together = float(np.mean((labels - labels.mean()) * (predicted - predicted.mean())))
    spread = float(np.var(np.concatenate([predicted, others]), ddof=1))
    if not spread:
        return 0.0
    return float(np.clip(together / ((1 + n / rest) * spread), 0, 1))


def powered_interval(mean: Mean, checked: int) -> tuple[float, float, float]:
    """Return a share with its 95% interval, 0 to 1, by Wilson's score.

    The standard error is turned into the number of checked comments that labels alone would need
    for it: at least those there are, at most four times as many, as a small sample may flatter.
    """
    value = min(max(mean.value, 0.0), 1.0)
    needed = value * (1 - value) / mean.error**2 if mean.error else checked
    worth = min(max(needed, checked), _MOST_WORTH * checked)
    share, low, high = share_interval(np.array([value * worth]), np.array([worth]))
    return float(share[0]), float(low[0]), float(high[0])


def checked_shares(rows: pd.DataFrame, labels: Floats, themes: Sequence[str]) -> pd.DataFrame:
    """Estimate shares by group from checked rows and all predictions.

    Parameters
    ----------
    rows : DataFrame
        A row a comment that says something: its groupings, then a probability a theme.
    labels : (n, n_themes)
        1 and 0 where the comment was checked, NaN where not.

    Returns
    -------
    DataFrame
        The groupings, `theme`, `share`, `share_low`, `share_high`; a row where enough comments were
        checked. The group `All` weighs the groups by their comments if each was checked enough;
        else it takes the checked ones as drawn from all alike.
    """
    by = [name for name in rows.columns if name not in themes]
    if by:
        code = rows.groupby(by, sort=False, dropna=False, observed=True).ngroup().to_numpy()
        keys = rows[by].drop_duplicates().to_dict("records")
    else:
        code, keys = np.zeros(len(rows), dtype=int), []
    found: list[dict[str, object]] = []
    for column, theme in enumerate(themes):
        p, y = rows[theme].to_numpy(dtype=float), labels[:, column]
        parts = [_stratum(p[code == group], y[code == group]) for group in range(len(keys))]
        for key, part in zip(keys, parts, strict=True):
            if part is not None:
                found.append(_row({str(k): v for k, v in key.items()} | {"theme": theme}, *part))
        every = _over(parts, np.bincount(code, minlength=len(keys))) or _stratum(p, y)
        if every is not None:
            found.append(_row({**dict.fromkeys(by, ALL), "theme": theme}, *every))
    return pd.DataFrame(found, columns=[*by, "theme", "share", "share_low", "share_high"])


def _stratum(p: Floats, y: Floats) -> Part | None:
    p, y = p[~np.isnan(p)], y[~np.isnan(p)]
    seen = ~np.isnan(y)
    n = int(seen.sum())
    if n < LEAST_CHECKED:
        return None
    return powered_mean(y[seen], p[seen], p[~seen]), n


def _over(
    parts: Sequence[tuple[Mean, int] | None], sizes: NDArray[np.int64]
) -> tuple[Mean, int] | None:
    """Weigh the means of all groups by their sizes; None if one was not checked enough."""
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    share = sizes / sizes.sum()
    means = [mean for mean, _ in known]
    value = sum(w * m.value for w, m in zip(share, means, strict=True))
    error = math.sqrt(sum((w * m.error) ** 2 for w, m in zip(share, means, strict=True)))
    weight = sum(w * m.weight for w, m in zip(share, means, strict=True))
    return Mean(float(value), error, float(weight)), sum(n for _, n in known)


def _row(key: dict[str, object], mean: Mean, checked: int) -> dict[str, object]:
    share, low, high = powered_interval(mean, checked)
    return key | {"share": share, "share_low": low, "share_high": high}


@dataclass(frozen=True)
class Checked:
    """What a hand-checked sample says of a tagged table.

    Attributes
    ----------
    shares : DataFrame
        As `checked_shares` returns.
    scores : DataFrame
        How good the tags are on this file; as `evaluate` returns, each checked comment counting
        once.
    given, matched : int
        Rows of the checked file, and those found in the tagged one.
    by : str
        `id` or `text`, by which they were found.
    """

    shares: pd.DataFrame
    scores: pd.DataFrame
    given: int
    matched: int
    by: str


def check_against(
    tagged: pd.DataFrame,
    checked: pd.DataFrame,
    grouping: Grouping,
    *,
    id_column: str | None = None,
    text_column: str | None = None,
    where: str = "the checked table",
) -> Checked:
    """Hold a tagged table against a labelled sample of its own comments.

    Raises
    ------
    TableError
        If no row of the sample is found in the tagged table.
    LabelError
        If a cell of the sample is not a label.
    """
    themes = [t for t in tagged_themes(list(tagged.columns)) if probability_column(t) in tagged]
    places, by = _match(tagged, checked, id_column, text_column, where)
    found = read_labels(checked, themes, where=where)
    labels = np.full((len(tagged), len(themes)), np.nan)
    hit = places >= 0
    labels[places[hit]] = found.present[hit]
    says = rows_that_say_something(tagged[CHECK])
    keys = group_keys(tagged, grouping, where="the tagged table")
    p = {t: pd.to_numeric(tagged[probability_column(t)], errors="coerce") for t in themes}
    rows = keys.assign(**p)[says]
    scores = _scores(tagged.iloc[places[hit]], found.take(hit), themes)
    if hit.sum() < len(checked):
        warnings.warn(
            f"{len(checked) - int(hit.sum()):,} of {len(checked):,} checked rows are not in the "
            f"tagged table (looked for by {by}) and are left out",
            FeedbackWarning,
            stacklevel=3,
        )
    return Checked(
        checked_shares(rows, labels[says], themes), scores, len(checked), int(hit.sum()), by
    )


def _match(
    tagged: pd.DataFrame,
    checked: pd.DataFrame,
    id_column: str | None,
    text_column: str | None,
    where: str,
) -> tuple[NDArray[np.intp], str]:
    """Find each checked row's place in the tagged table, -1 for none: by id, else by text."""
    for by, asked in (("id", id_column), ("text", text_column)):
        names = [_column(table, by, asked) for table in (tagged, checked)]
        if None in names:
            continue
        pairs = [(t, str(name)) for t, name in zip((tagged, checked), names, strict=True)]
        if by == "text":  # `feedback select` masks what it draws
            pairs = [(redact_columns(t, [name]), name) for t, name in pairs]
        keys = [_occurrences(t[name]) for t, name in pairs]
        places = pd.Index(keys[0]).get_indexer(pd.Index(keys[1]))
        if (places >= 0).any():
            return np.asarray(places, dtype=np.intp), by
    raise TableError(
        f"{where}: none of its rows is in the tagged table by id or text; "
        "give a labelled sample of the same comments (feedback select --for-checking)"
    )


def _column(table: pd.DataFrame, by: str, asked: str | None) -> str | None:
    if by == "id":
        return find_tagged_column(table, "id", asked=asked)
    try:
        return find_columns(table, text=asked).text
    except TableError:
        return None


def _occurrences(cells: pd.Series) -> list[tuple[str, int]]:
    """Number equal cells, so that the second of two is not taken for the first."""
    text = pd.Series([" ".join(cell.split()) for cell in column_as_text(cells)], dtype=object)
    return list(zip(text, text.groupby(text).cumcount(), strict=True))


def _scores(tagged: pd.DataFrame, labels: Labels, themes: Sequence[str]) -> pd.DataFrame:
    present = np.column_stack([(label_words(tagged[t]) != "").to_numpy() for t in themes])
    nothing = np.full(present.shape, UNKNOWN, dtype=np.int8)
    said = Predictions(present, nothing, nothing[:, 0])
    return score_table(labels, [said], writers=[str(n) for n in range(len(tagged))], seed=0)
