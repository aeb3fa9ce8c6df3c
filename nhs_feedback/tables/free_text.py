"""Which columns of a table hold free text, told by their answers."""

import pandas as pd

_WORDS = 3.0  # a free-text column averages at least this many words an answer
_DISTINCT = 0.5  # and most of its answers differ; a column of questions repeats


def free_texts(comments: pd.DataFrame) -> list[str]:
    """List the columns whose answers are sentences that mostly differ, the longest first."""
    lengths = {str(name): _free_text_length(comments[name]) for name in comments}
    found = [name for name, length in lengths.items() if length]
    return sorted(found, key=lambda name: -lengths[name])


def _free_text_length(cells: pd.Series) -> float:
    """Measure the mean length of a column's answers in characters; 0 if it is not free text."""
    answers = cells.dropna().astype(str).str.strip()
    answers = answers[answers != ""]
    if answers.empty or answers.nunique() / len(answers) < _DISTINCT:
        return 0.0
    if answers.str.count(r"\S+").mean() < _WORDS:
        return 0.0
    return float(answers.str.len().mean())
