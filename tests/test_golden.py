"""Whole outputs, to be looked at when they change: `pytest --rewrite-golden`, then `git diff`.

Figures are written to two decimals, so that a machine that rounds otherwise makes the same file.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.groups import for_writing, summarise

GOLDEN = Path(__file__).parent / "golden"
Check = Callable[[str, pd.DataFrame], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Check:
    def check(name: str, table: pd.DataFrame) -> None:
        path = GOLDEN / name
        text = table.map(lambda cell: round(cell, 2) if isinstance(cell, float) else cell).to_csv(
            index=False, lineterminator="\n"
        )
        if request.config.getoption("--rewrite-golden"):
            path.write_text(text, "utf-8", newline="\n")
        assert path.read_text("utf-8") == text

    return check


def test_tagged(golden: Check, many_tagged: pd.DataFrame, tagged: pd.DataFrame) -> None:
    both = pd.concat([many_tagged.iloc[::6], tagged])
    # The fingerprint is of bytes that another build of the numerics may round otherwise.
    golden("tagged.csv", both.assign(model="small"))


def test_summary(golden: Check, many_tagged: pd.DataFrame, model: Tagger) -> None:
    golden("summary.csv", for_writing(summarise(many_tagged, model=model)))


def test_wide(golden: Check, many_tagged: pd.DataFrame) -> None:
    wide = summarise(many_tagged, ["trust", "staff_group"], wide=True, method="count")
    golden("wide.csv", for_writing(wide))
