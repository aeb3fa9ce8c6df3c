import json
from pathlib import Path

import pandas as pd
import pytest

from nhs_feedback.summary.groups import summarise
from nhs_feedback.summary.sheets import write_summary
from nhs_feedback.tables.reading import read_table


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
@pytest.mark.parametrize("wide", [True, False])
def test_text_cells_mark_what_is_hidden(
    ending: str, wide: bool, many_tagged: pd.DataFrame, tmp_path: Path
) -> None:
    summary = summarise(many_tagged, wide=wide)
    path = tmp_path / f"summary.{ending}"
    write_summary(summary, path)
    read = read_table(path)
    assert list(read.columns) == list(summary.columns)
    assert read["group"].tolist() == summary["group"].tolist()
    hidden = read[read["group"] == "Saltmere"]
    assert (hidden["training_support" if wide else "share"] == "[c]").all()
    assert (hidden["n_comments"] == "8").all()


def test_typed_cells_are_null(many_tagged: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "summary.jsonl"
    write_summary(summarise(many_tagged), path)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    hidden = [row for row in rows if row["group"] == "Saltmere"]
    assert all(row["share"] is None and row["n_tagged"] is None for row in hidden)
    assert all(isinstance(row["share"], float) for row in rows[:4])
