"""The model card: what a model is, what it was made from, how far its tags can be trusted."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from nhs_feedback.model.tagger import Tagger

_FEELINGS = 3  # themes, how the writer feels about them, and overall
_USE = """## Use

For describing what many comments say. A single tag may well be wrong: read the comment before
acting on it. Not for judging the person who wrote it. Scores on another survey will be lower than
these: label a hundred of its comments and run `feedback evaluate`.

The files hold numbers, words and the encoder's graph, and run no code when opened; `meta.json` has
their checksums.
"""


def model_card(tagger: "Tagger") -> str:
    """Write the card as Markdown."""
    return "\n\n".join([_what_it_is(tagger), _made_from(tagger), _scores(tagger), _USE])


def _what_it_is(tagger: "Tagger") -> str:
    says = [f'{len(tagger.codebook.themes)} themes of the codebook\n"{tagger.codebook.name}"']
    if tagger.knows_polarity.any():
        every = "each" if tagger.knows_polarity.all() else "those whose labels said so"
        says.append(f"how the writer feels about {every}")
    if tagger.sentiment is not None:
        says.append("the overall sentiment")
    never = (
        "" if len(says) == _FEELINGS else "\nFeelings that its labels did not say are not given."
    )
    listed = ", ".join(says[:-1]) + " and " + says[-1] if len(says) > 1 else says[0]
    return f"""# Model: {tagger.name}

Tags free-text comments with {listed}.{never}
Reads {_reads(tagger)}.
Fingerprint {tagger.fingerprint[:8]}; seed {tagger.training.seed}."""


def _reads(tagger: "Tagger") -> str:
    encoder = tagger.features.encoder_
    if encoder is None:
        return "words and runs of letters"
    return f"""words, runs of letters, and a vector of {encoder.size} numbers for the comment's
meaning (encoder {encoder.checksum[:8]})"""


def _made_from(tagger: "Tagger") -> str:
    training = tagger.training
    rows = [f"{training.own_rows:,} labelled comments given for it"]
    if training.shipped_rows:
        rows.append(f"{training.shipped_rows:,} invented ones that ship with nhs_feedback")
    return f"""## Made from

{" and ".join(rows)}, by {training.writers:,} writers (comments without a named writer count each
as one). Personal data was masked before learning.
Themes left out for too few examples: {", ".join(training.left_out) or "none"}."""


def _scores(tagger: "Tagger") -> str:
    return f"""## How it scores on comments it had not seen

Cross-validated in five folds that never part a writer's comments; calibration and thresholds of
each fold come from the other folds. `f1` balances tags missed and tags wrongly given, 0 to 1;
`polarity` is the share of themes found whose feeling is right, `sentiment` the share of comments.
Intervals are 95%, from 1,000 resamples of writers.

{_score_lines(tagger.training.scores)}"""


def _score_lines(scores: pd.DataFrame) -> str:
    lines = [
        "| theme | measure | comments | with it | precision | recall | score | 95% interval |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in scores.to_dict("records"):
        cells = [row["theme"], row["measure"], f"{row['n']:,}", _count(row["n_present"])]
        cells += [_figure(row[key]) for key in ("precision", "recall", "score")]
        cells.append(f"{_figure(row['low'])} to {_figure(row['high'])}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _count(value: object) -> str:
    return "" if pd.isna(value) else f"{int(value):,}"  # type: ignore[call-overload]


def _figure(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:.2f}"
