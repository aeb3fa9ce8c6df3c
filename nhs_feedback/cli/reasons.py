"""An explanation on the terminal: each theme's score, and what argued for and against it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from rich.console import Console
from scipy.special import expit

from nhs_feedback.cli.terminal import put
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.explanation import BASE, SENTENCE, WORD
from nhs_feedback.model.tags import Tags
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES, POLARITY_UNKNOWN

_MOST = 5  # words for and against, each
_SHOWN = 0.05  # log-odds; less is not worth a mention
_NONE_FOUND = "No theme is found. Ask about one with --theme ID; `feedback themes` lists them."


def show(
    console: Console, tags: Tags, parts: pd.DataFrame, book: Codebook, asked: Sequence[str]
) -> None:
    """Show the themes found in the one comment tagged, or those asked for, likeliest first."""
    for line in _lines(tags, parts, book, asked):
        put(console, line)


def _lines(tags: Tags, parts: pd.DataFrame, book: Codebook, asked: Sequence[str]) -> Iterator[str]:
    (reasons,) = tags.check
    if reasons:
        yield f"To look at: {', '.join(reasons)}"
    if parts.empty:
        yield "Not tagged."
        return
    yield f"Overall: {_word(tags.sentiment[0], 'no feeling learnt')}"
    found = np.flatnonzero(tags.present[0])
    likeliest = found[np.argsort(-tags.probability[0, found], kind="stable")]
    columns = [book.ids.index(theme) for theme in dict.fromkeys(asked)] or likeliest.tolist()
    if not columns:
        yield _NONE_FOUND
    for column in columns:
        yield ""
        yield from _theme_lines(tags, column, parts[parts["theme"] == book.ids[column]], book)


def _theme_lines(tags: Tags, column: int, why: pd.DataFrame, book: Codebook) -> Iterator[str]:
    evidence: Mapping[int, str] = tags.evidence[0] if tags.evidence else {}
    found = tags.present[0, column]
    verdict = _word(tags.polarity[0, column], POLARITY_UNKNOWN) if found else "not found"
    theme = book.themes[column]
    chance = float(expit(why["log_odds"].sum()))
    yield f"{theme.label} ({theme.id}): {verdict}, probability {chance:.2f}"
    if found:
        yield f"  carried by  {evidence[column]}"
    yield from _arguments(why)


def _arguments(why: pd.DataFrame) -> Iterator[str]:
    base, words, sentences = (why[why["part"] == part] for part in (BASE, WORD, SENTENCE))
    yield f"  for         {_listed(words.nlargest(_MOST, 'log_odds'), 1)}"
    yield f"  against     {_listed(words.nsmallest(_MOST, 'log_odds'), -1)}"
    for row in sentences.to_dict("records"):
        yield f"  {row['log_odds']:<+10.2f}  {' '.join(row['what'].split())}"
    start, by_words, by_meaning = (part["log_odds"].sum() for part in (base, words, sentences))
    meaning = f", {by_meaning:+.2f} by sentences" if len(sentences) else ""
    yield (
        f"  score       {start + by_words + by_meaning:+.2f} log-odds = {start:+.2f} to start "
        f"from, {by_words:+.2f} by words{meaning}"
    )


def _listed(words: pd.DataFrame, sign: int) -> str:
    told = words[words["log_odds"] * sign >= _SHOWN].to_dict("records")
    return ", ".join(f"{row['what']} {row['log_odds']:+.2f}" for row in told) or "no word"


def _word(code: int, otherwise: str) -> str:
    return otherwise if code == UNKNOWN else POLARITIES[code]
