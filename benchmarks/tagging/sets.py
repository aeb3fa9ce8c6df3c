"""The labelled comments that tags are measured on."""

from pathlib import Path

import numpy as np
import pandas as pd

from nhs_feedback.model.examples import Examples, join_examples, read_examples

DEV = Path(__file__).parents[3] / "shared" / "dev"
POOLED = "both"
SETS = ("real", "hard")
CUES = {
    "negation": r"\b(?:not?|never|none|nothing|nobody|without|cannot|no longer)\b|n['’]t\b",
    "concession": r"\b(?:but|although|though|however|fair play|to be fair|mind you|granted)\b",
    "before and after": r"\b(?:used to|before|since|now|any ?more|these days|in the old days)\b",
    "sarcasm": (
        r"\b(?:oh|great|lovely|brilliant|wonderful|marvellous|fantastic|genius|apparently"
        r"|obviously|of course|another|yet another|so-called|love how|well done)\b"
    ),
}
"""What a comment of each sort holds; for sarcasm, cues of it in a comment labelled negative."""


def read_sets(themes: tuple[str, ...]) -> dict[str, Examples]:
    """Read each set, and both as one."""
    tables = {
        name: pd.read_csv(DEV / f"{name}.csv", dtype=str, keep_default_na=False) for name in SETS
    }
    sets = {
        name: read_examples(table, known_themes=themes, only_known=True)
        for name, table in tables.items()
    }
    return sets | {POOLED: join_examples([sets[name] for name in SETS])}


def rows_with(cue: str, examples: Examples) -> np.ndarray:
    """Return the rows that hold a cue; of sarcasm only those of negative comments."""
    found = pd.Series(examples.texts).str.contains(CUES[cue], case=False, regex=True).to_numpy()
    if cue == "sarcasm":
        found = found & (examples.labels.sentiment == 0)
    return np.flatnonzero(found)
