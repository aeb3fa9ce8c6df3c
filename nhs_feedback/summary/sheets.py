"""Summary -> file: hidden figures marked where cells are text, null where they are typed."""

from pathlib import Path

import pandas as pd

from nhs_feedback.summary.groups import for_writing
from nhs_feedback.tables.writing import write_table

_TYPED = (".parquet", ".jsonl")


def write_summary(
    summary: pd.DataFrame, path: str | Path, *, force: bool = False, excel: bool = False
) -> None:
    """Write a summary, long or wide, whole or not at all; `[c]` stands for a hidden figure."""
    typed = Path(path).suffix.lower() in _TYPED
    write_table(summary if typed else for_writing(summary), path, force=force, excel=excel)
