"""A tagged table with every part that a page has, and the page of it."""

from pathlib import Path

import pandas as pd
import pytest

from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.report import report

TRUSTS = {
    "Northmoor": 150,
    "Eastmere <i>NHS</i>": 110,
    "Westbeck": 83,
    "Fenside": 9,
    "Saltmere": 8,
}
"""Fenside and Saltmere are too small to show, and to quote from."""

PHONE, EMAIL, NAME = "07700 900123", "jo.bloggs@ward.example", "Karen Thompson"


@pytest.fixture(scope="session")
def board(many_tagged: pd.DataFrame) -> pd.DataFrame:
    """360 tagged comments of five trusts over fourteen months, personal data in each."""
    table = pd.concat([many_tagged] * 3, ignore_index=True)
    trusts = [name for name, size in TRUSTS.items() for _ in range(size)]
    dates = [f"{1 + n % 28:02}/{1 + n % 12:02}/{2024 + n % 14 // 12}" for n in range(360)]
    said = table["comment"] + [f" Ring {PHONE} or {EMAIL}, bed {n}." for n in range(360)]
    said += f" Ask {NAME}."
    own = {"Northmoor": " The zebra is odd.", "Saltmere": " The ferret is odd.", "Fenside": ""}
    said += [own.get(name, "") for name in trusts]
    table = table.assign(id=[f"r{n}" for n in range(360)], trust=trusts, comment=said, org_name="")
    table.insert(1, "date", dates)
    table.loc[5, "check"] = "welfare"
    return table


@pytest.fixture(scope="session")
def page(board: pd.DataFrame, model: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    report(board, path, model=model)
    return path
