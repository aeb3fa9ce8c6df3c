"""Invented tagged tables whose every count is known, and what is published of them."""

import numpy as np
import pandas as pd

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.counts import count_tags
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.groups import summarise_counts
from nhs_feedback.tables.schema import POLARITIES, added_columns

BOOK = default_codebook()
THEMES = ["clinical_framing", "it_project_framing"]
FEELINGS = ("", "negative", "mixed", "neutral", "positive", "yes")


def tagged(rows: list[tuple[str, str, str, str]], ids: list[str] | None = None) -> pd.DataFrame:
    """Rows of trust, staff group, and the feeling towards either framing."""
    table = pd.DataFrame(rows, columns=["trust", "staff", *THEMES], dtype=object)
    for name in added_columns(THEMES):
        if name not in table:
            table[name] = 0.5 if name.endswith("_p") else ""
    table["sentiment"] = np.resize(np.array(POLARITIES), len(table))
    if ids is not None:
        table.insert(0, "respondent_id", ids)
    return table.assign(model="m 12345678")


def published(table: pd.DataFrame, by: tuple[str, ...], **options: object) -> pd.DataFrame:
    counts = count_tags(table, Grouping(by), codebook=BOOK)
    return summarise_counts(counts, index=BOOK.perception_index, **options)


def rows_of(sizes: dict[tuple[str, str], int], seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    odds = chance.dirichlet(np.ones(len(FEELINGS)) * 0.7, size=2)
    rows = [
        (trust, staff, *(str(chance.choice(FEELINGS, p=p)) for p in odds))
        for (trust, staff), n in sizes.items()
        for _ in range(n)
    ]
    return tagged(rows)
