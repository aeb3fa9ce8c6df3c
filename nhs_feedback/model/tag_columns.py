"""Tags and organisations -> the columns that tagging adds to a table."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.evidence import Evidence
from nhs_feedback.model.tags import Tags
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.organisations import Organisations
from nhs_feedback.tables.schema import (
    EVIDENCE,
    JOIN,
    ORG_CODE,
    ORG_NAME,
    POLARITIES,
    POLARITY_UNKNOWN,
    SENTIMENT,
    SENTIMENT_SCORE,
    THEMES,
    probability_column,
)

_DECIMALS = 4  # of probabilities and scores
_WORDS = np.array([*POLARITIES, ""], dtype=object)  # indexed by polarity code, -1 for none


def tag_columns(tags: Tags, codebook: Codebook) -> dict[str, object]:
    """Lay tags out as the columns of a tagged table."""
    cells = _WORDS[tags.polarity]
    cells[tags.present & (tags.polarity == UNKNOWN)] = POLARITY_UNKNOWN
    labels = np.array([theme.label for theme in codebook.themes], dtype=object)
    ids = codebook.ids
    added: dict[str, object] = {SENTIMENT: _WORDS[tags.sentiment]}
    added[THEMES] = [JOIN.join(labels[row]) for row in tags.present]
    if tags.evidence is not None:
        added[EVIDENCE] = [_lines(found, labels) for found in tags.evidence]
    added |= {theme: cells[:, column] for column, theme in enumerate(ids)}
    added[SENTIMENT_SCORE] = tags.sentiment_score.round(_DECIMALS)
    probability = tags.probability.round(_DECIMALS)
    return added | {probability_column(t): probability[:, i] for i, t in enumerate(ids)}


def organisation_columns(
    comments: pd.DataFrame, trust: str | None, organisations: Organisations
) -> dict[str, object]:
    """Find the organisation of each row by its trust as written."""
    if trust is None:
        return {ORG_CODE: [""] * len(comments), ORG_NAME: [""] * len(comments)}
    written = column_as_text(comments[trust])
    found = [organisations.match(spelling).organisation for spelling in written]
    return {
        ORG_CODE: [organisation.code if organisation else "" for organisation in found],
        ORG_NAME: [organisation.name if organisation else "" for organisation in found],
    }


def _lines(found: Evidence, labels: NDArray[np.object_]) -> str:
    """Write a line a theme, as `themes` calls it and in that order."""
    return "\n".join(f"{labels[column]}: {sentence}" for column, sentence in found.items())
