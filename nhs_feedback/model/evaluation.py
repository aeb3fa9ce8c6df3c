"""Labels and tags -> scores a theme, with intervals; two models compared on the same comments."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.errors import FeedbackWarning, LabelError
from nhs_feedback.model.examples import Examples, read_examples, that_say_something
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.tables.labels import UNKNOWN, Labels, SentimentOrder

Floats = NDArray[np.float64]
MICRO, MACRO = "all (micro)", "all (macro)"
POLARITY_ROW, SENTIMENT_ROW = "polarity", "sentiment"
_RESAMPLES = 1000
_BATCH = 100  # resamples drawn at once: bounds memory at 100 counts a writer
_INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Predictions:
    """What a model said, in the form of `Labels`: the tags, and the feelings in words' codes."""

    present: NDArray[np.bool_]
    polarity: NDArray[np.int8]
    sentiment: NDArray[np.int8]


def evaluate(
    labelled: pd.DataFrame,
    *,
    model: Tagger | str | Path | None = None,
    against: Tagger | str | Path | None = None,
    text_column: str | None = None,
    sentiment_column: str | None = None,
    sentiment_order: SentimentOrder | None = None,
    seed: int = 0,
    where: str = "the table",
) -> pd.DataFrame:
    """Score a model on labelled comments, and against another on the same ones.

    Parameters
    ----------
    labelled : DataFrame
        Comments with a column a theme (the labelled form). They should be comments that the
        model was not trained on. Rows that say nothing are left out, as in training.
    model, against : Tagger or path, optional
        Default model: the shipped one. `against` adds a paired comparison.

    Returns
    -------
    DataFrame
        A row a theme, then `all (micro)` and `all (macro)`, `polarity` (right among the themes
        found) and `sentiment`. Columns: `theme`, `measure` (`f1` or `accuracy`), `n` (comments
        scored; for polarity, themes found), `n_present`, `n_tagged`, `precision`, `recall`,
        `score` (0 to 1), `low`, `high` (95%, resampling writers); with `against` also
        `score_against`, `difference` (model minus other), `difference_low`, `difference_high`.

    Raises
    ------
    LabelError
        If the table shares no theme with the model, or holds a cell that is not a label.
    """
    from nhs_feedback.model.store import find_model  # noqa: PLC0415 (it imports tagger)

    taggers = [find_model(model)] + ([find_model(against)] if against is not None else [])
    themes = _shared_themes(taggers)
    examples = read_examples(
        labelled,
        known_themes=themes,
        only_known=True,
        text_column=text_column,
        sentiment_column=sentiment_column,
        sentiment_order=sentiment_order,
        known_to=" and ".join(f"model {tagger.name}" for tagger in taggers) + " (--model)",
        where=where,
    )
    _warn_if_seen(taggers, examples)
    examples, _ = that_say_something(examples)
    if not examples.texts:
        raise LabelError(
            f"{where}: no labelled row says anything; give comments with words in them"
        )
    predictions = [_predict(tagger, examples) for tagger in taggers]
    return score_table(examples.labels, predictions, writers=examples.writers, seed=seed)


def score_table(
    labels: Labels, predictions: Sequence[Predictions], *, writers: Sequence[str], seed: int
) -> pd.DataFrame:
    """Score one model's predictions, or two models' in comparison; columns as `evaluate`."""
    counts = [_counts_by_writer(labels, said, writers) for said in predictions]
    totals = [count.sum(axis=0) for count in counts]
    table = _describe(labels.themes, totals[0])
    table["score"] = _measures(totals[0][None])[0]
    resampled = _resample(counts, seed)
    table["low"], table["high"] = _interval(resampled[0])
    if len(predictions) > 1:
        table["score_against"] = _measures(totals[1][None])[0]
        table["difference"] = table["score"] - table["score_against"]
        difference = _interval(resampled[0] - resampled[1])
        table["difference_low"], table["difference_high"] = difference
    return table[table["n"] > 0].reset_index(drop=True)


def _shared_themes(taggers: Sequence[Tagger]) -> tuple[str, ...]:
    first, *others = (tagger.codebook.ids for tagger in taggers)
    shared = tuple(theme for theme in first if all(theme in ids for ids in others))
    if not shared:
        raise LabelError("the two models have no theme in common; compare models of one codebook")
    return shared


def _warn_if_seen(taggers: Sequence[Tagger], examples: Examples) -> None:
    for tagger in taggers:
        if tagger.training.fingerprint == examples.fingerprint():
            warnings.warn(
                f"model {tagger.name} was trained on these very comments: its score here flatters; "
                f"see its cross-validated scores (feedback model)",
                FeedbackWarning,
                stacklevel=3,
            )


def _predict(tagger: Tagger, examples: Examples) -> Predictions:
    tags = tagger.tag(examples.texts)
    columns = [tagger.codebook.ids.index(theme) for theme in examples.labels.themes]
    return Predictions(tags.present[:, columns], tags.polarity[:, columns], tags.sentiment)


def _counts_by_writer(labels: Labels, said: Predictions, writers: Sequence[str]) -> Floats:
    """Count what every measure needs, so that a resample of writers is a weighted sum.

    Returns
    -------
    (n_writers, 4 * n_themes + 4)
        For each theme hits, false alarms, misses and true absences; then polarities right and
        judged, sentiments right and judged.
    """
    known, real = ~np.isnan(labels.present), labels.present == 1
    blocks = [known & real & said.present, known & ~real & said.present]
    blocks += [known & real & ~said.present, known & ~real & ~said.present]
    judged = blocks[0] & (labels.polarity != UNKNOWN) & (said.polarity != UNKNOWN)
    polarity = [judged & (labels.polarity == said.polarity), judged]
    # A comment that a model refuses to judge is one it got wrong, unless it never learnt to.
    felt = (labels.sentiment != UNKNOWN) & np.any(said.sentiment != UNKNOWN)
    sentiment = [felt & (labels.sentiment == said.sentiment), felt]
    rows = np.column_stack([*blocks, *(p.sum(axis=1) for p in polarity), *sentiment])
    _, codes = np.unique(np.asarray(writers, dtype=object), return_inverse=True)
    counts = np.zeros((int(codes.max(initial=-1)) + 1, rows.shape[1]))
    np.add.at(counts, codes, rows)
    return counts


def _measures(totals: Floats) -> Floats:
    """Turn `(k, 4 * n_themes + 4)` counts into `(k, n_themes + 4)` scores; NaN where undefined."""
    n_themes = (totals.shape[1] - 4) // 4
    hits, false, missed = (totals[:, i * n_themes : (i + 1) * n_themes] for i in range(3))
    f1 = _ratio(2 * hits, 2 * hits + false + missed)
    micro = _ratio(
        2 * hits.sum(axis=1), 2 * hits.sum(axis=1) + false.sum(axis=1) + missed.sum(axis=1)
    )
    defined = ~np.isnan(f1)
    macro = _ratio(np.nansum(f1, axis=1), defined.sum(axis=1))
    feelings = [_ratio(totals[:, -4], totals[:, -3]), _ratio(totals[:, -2], totals[:, -1])]
    return np.column_stack([f1, micro, macro, *feelings])


def _describe(themes: Sequence[str], totals: Floats) -> pd.DataFrame:
    n = len(themes)
    hits, false, missed, absent = (totals[i * n : (i + 1) * n] for i in range(4))
    per_theme = np.array([hits + false + missed + absent, hits + missed, hits + false])
    overall = per_theme.sum(axis=1, keepdims=True)
    overall[0] = per_theme[0].max(initial=0)
    feelings = np.array([[totals[-3], totals[-1]], [np.nan] * 2, [np.nan] * 2])
    n_all, n_present, n_tagged = np.hstack([per_theme, overall, overall, feelings])
    all_hits = np.concatenate([hits, [hits.sum(), np.nan, np.nan, np.nan]])
    return pd.DataFrame(
        {
            "theme": [*themes, MICRO, MACRO, POLARITY_ROW, SENTIMENT_ROW],
            "measure": ["f1"] * (n + 2) + ["accuracy"] * 2,
            "n": n_all.astype(int),
            "n_present": pd.array(n_present, dtype="Int64"),
            "n_tagged": pd.array(n_tagged, dtype="Int64"),
            "precision": _ratio(all_hits, n_tagged),
            "recall": _ratio(all_hits, n_present),
        }
    )


def _resample(counts: Sequence[Floats], seed: int) -> list[Floats]:
    """Draw writers with replacement, the same draws for every model; `(1000, n_measures)` each."""
    random = np.random.default_rng(seed)
    n_writers = len(counts[0])
    drawn: list[list[Floats]] = [[] for _ in counts]
    for _ in range(_RESAMPLES // _BATCH):
        times = random.multinomial(n_writers, np.full(n_writers, 1 / n_writers), size=_BATCH)
        for batch, count in zip(drawn, counts, strict=True):
            batch.append(_measures(times @ count))
    return [np.vstack(batch) for batch in drawn]


def _interval(resampled: Floats) -> tuple[Floats, Floats]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a measure undefined in every resample
        low, high = np.nanquantile(resampled, _INTERVAL, axis=0)
    return low, high


def _ratio(part: Floats, whole: Floats) -> Floats:
    out = np.full(np.shape(whole), np.nan)
    return np.asarray(np.divide(part, whole, out=out, where=np.asarray(whole) > 0))
