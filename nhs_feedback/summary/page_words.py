"""Summary and model -> the sentences of the report page, in plain words."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.tagger import UNSURE
from nhs_feedback.summary.disclosure import HIDDEN, Rule
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.summary.small_counts import SMALL
from nhs_feedback.tables.schema import PERCEPTION_INDEX, SAYS_NOTHING, SENTIMENT
from nhs_feedback.text.checks import WELFARE

_MOST_NAMED = 3
_MOST_DIFFERENCES = 6
Row = Mapping[Hashable, Any]


def headlines(summary: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Say what matters most in all comments, a sentence each; of what is hidden, nothing."""
    everyone = summary[summary["group"] == ALL]
    themes = everyone[everyone["theme"].isin(codebook.ids)]
    found = [_perception(everyone, codebook), _feeling(everyone)]
    often = themes[themes["share"].notna() & (themes["n_tagged"].fillna(1) > 0)]
    often = often.sort_values("share", ascending=False, kind="stable").head(_MOST_NAMED)
    if len(often):
        named = [f"{_label(r, codebook)}, {percent(r)}" for r in often.to_dict("records")]
        found.append(f"Most spoken of: {'; '.join(named)}.")
    return [sentence for sentence in [*found, *_best_and_worst(themes, codebook)] if sentence]


def differences(comparisons: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Say which groups differ from the rest by more than chance explains, the surest first."""
    known = comparisons[comparisons["difference"].notna()]
    stand = known[known["stands"].fillna(False).astype(bool)]
    stand = stand.sort_values("q", kind="stable").head(_MOST_DIFFERENCES)
    labels = {**codebook.labels, PERCEPTION_INDEX: _index_label(codebook)}
    return [
        f"{row['group']}: {labels.get(row['theme'], row['theme'])}, {row['share']:.0%} against "
        f"{row['share_rest']:.0%} for the rest."
        for row in stand.to_dict("records")
    ]


def quality(scores: pd.DataFrame) -> list[str]:
    """Say how good tags are, by the scores that `evaluate` gives."""
    found = {row["theme"]: row for row in scores.to_dict("records") if pd.notna(row["score"])}
    lines = []
    if row := found.get("all (micro)"):
        lines.append(
            f"Themes: a score (F1) of {row['score']:.2f} (95% interval {row['low']:.2f} to "
            f"{row['high']:.2f}), where 1.00 is perfect. It balances tags missed and tags wrongly "
            "given."
        )
    for name, what in (("polarity", "feeling towards a theme"), (SENTIMENT, "overall feeling")):
        if row := found.get(name):
            interval = f"95% interval {row['low']:.0%} to {row['high']:.0%}"
            lines.append(f"The {what}: right in {row['score']:.0%} of cases ({interval}).")
    return lines


def quality_rows(scores: pd.DataFrame, codebook: Codebook) -> list[list[str]]:
    """List a model's score on each theme: label, score, low, high."""
    rows = scores[scores["theme"].isin(codebook.ids) & scores["score"].notna()]
    return [
        [_label(row, codebook), *(f"{row[name]:.2f}" for name in ("score", "low", "high"))]
        for row in rows.to_dict("records")
    ]


def rows_read(summary: pd.DataFrame, checks: Counter[str], rule: Rule) -> list[tuple[str, str]]:
    """List what the file holds: a name and a figure each."""
    everyone = summary[summary["group"] == ALL].iloc[0]
    silent = sum(checks[reason] for reason in SAYS_NOTHING)
    return [
        ("Rows in the file", _size(everyone["n_rows"])),
        ("Comments that say something", _size(everyone["n_comments"])),
        ("Rows that say nothing, or not in English", _small(silent, rule)),
        ("Comments whose tags are unsure", _small(checks[UNSURE], rule)),
        ("Comments that suggest somebody may be at risk", _small(checks[WELFARE], rule)),
    ]


def unlike(reasons: list[str]) -> str:
    """Say when the comments are unlike those that the model learnt from, and in what."""
    if not reasons:
        return ""
    return (
        "These comments are of another kind than those the model learnt from, and the shares here "
        f"less certain than their intervals say: {'; '.join(reasons)}."
    )


def percent(row: Row) -> str:
    """Write a share with its interval, as `61% (48% to 72%)`."""
    return f"{row['share']:.0%} ({row['share_low']:.0%} to {row['share_high']:.0%})"


def joined(words: list[str]) -> str:
    """Join words as people do: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _perception(everyone: pd.DataFrame, codebook: Codebook) -> str:
    rows = everyone[(everyone["theme"] == PERCEPTION_INDEX) & everyone["share"].notna()]
    if not len(rows):
        return ""
    row: Row = rows.to_dict("records")[0]
    towards, away = codebook.index_labels
    return (
        f"{_index_label(codebook)}: of the comments that speak of “{towards}” or “{away}”, "
        f"{percent(row)} see “{towards}” and welcome it."
    )


def _feeling(everyone: pd.DataFrame) -> str:
    row: Row = everyone[everyone["theme"] == SENTIMENT].to_dict("records")[0]
    if pd.isna(row["net"]):
        return ""
    lean = "negative" if row["net_high"] < 0 else "positive" if row["net_low"] > 0 else "balanced"
    interval = f"{signed(row['net_low'])} to {signed(row['net_high'])}"
    return (
        f"Taken together, the comments are {lean}: net feeling {signed(row['net'])} ({interval}), "
        "where −1 is all negative and +1 all positive."
    )


def _best_and_worst(themes: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Name the themes felt worst and best about, of those whose interval leaves no doubt."""
    found = []
    worst = themes[themes["net_high"] < 0].sort_values("net", kind="stable").head(_MOST_NAMED)
    best = themes[themes["net_low"] > 0].sort_values("net", ascending=False, kind="stable")
    for rows, word in ((worst, "worst"), (best.head(_MOST_NAMED), "best")):
        if len(rows):
            named = [f"{_label(r, codebook)} ({signed(r['net'])})" for r in rows.to_dict("records")]
            found.append(f"They feel {word} about {joined(named)}.")
    return found


def signed(value: float) -> str:
    """Write a net feeling with its sign."""
    return f"{value:+.2f}".replace("-", "−")


def _size(count: int) -> str:
    return HIDDEN if pd.isna(count) else f"{count:,}"


def _small(count: int, rule: Rule) -> str:
    return HIDDEN if rule == "fft" and 0 < count < SMALL else f"{count:,}"


def _label(row: Row, codebook: Codebook) -> str:
    return codebook.labels.get(str(row["theme"]), str(row["theme"]))


def _index_label(codebook: Codebook) -> str:
    return codebook.perception_index.label if codebook.perception_index else "Perception index"
