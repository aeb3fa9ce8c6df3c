"""Which column of a table holds free text, told by its answers."""

import pandas as pd

_WORDS = 3.0  # a free-text column averages at least this many words an answer
_DISTINCT = 0.5  # and most of its answers differ; a column of questions repeats


def longest_free_text(comments: pd.DataFrame) -> str | None:
    """Name the column whose answers are longest and mostly differ; None if none is free text."""
    lengths = {str(name): _free_text_length(comments[name]) for name in comments}
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    return longest if longest is not None and lengths[longest] else None


def _free_text_length(cells: pd.Series) -> float:
    """Measure the mean length of a column's answers in characters; 0 if it is not free text."""
    answers = cells.dropna().astype(str).str.strip()
    answers = answers[answers != ""]
    if answers.empty or answers.nunique() / len(answers) < _DISTINCT:
        return 0.0
    if answers.str.count(r"\S+").mean() < _WORDS:
        return 0.0
    return float(answers.str.len().mean())
