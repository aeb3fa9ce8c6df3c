import json
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from nhs_feedback.errors import TableError
from nhs_feedback.summary.comparisons import compare
from nhs_feedback.summary.groups import summarise
from nhs_feedback.summary.sheets import write_summary
from nhs_feedback.tables.reading import read_table


@pytest.mark.parametrize("ending", ["csv", "tsv"])
@pytest.mark.parametrize("wide", [True, False])
def test_text_cells_mark_what_is_hidden(
    ending: str, wide: bool, many_tagged: pd.DataFrame, tmp_path: Path
) -> None:
    summary = summarise(many_tagged, wide=wide, method="count")
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
    write_summary(summarise(many_tagged, method="count"), path)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    hidden = [row for row in rows if row["group"] == "Saltmere"]
    assert all(row["share"] is None and row["n_tagged"] is None for row in hidden)
    assert all(isinstance(row["share"], float) for row in rows[:4])


def test_a_workbook_is_accessible_and_holds_no_formula(
    many_tagged: pd.DataFrame, tmp_path: Path
) -> None:
    odd = many_tagged.assign(trust=["=1+1"] * 60 + ["B"] * 60, org_name="")
    wide, long = (summarise(odd, wide=w, method="count") for w in (True, False))
    path = tmp_path / "summary.xlsx"
    compared = compare(odd, method="count")
    sheets = {"Summary": long, "Comparisons": compared}
    write_summary(wide, path, others=lambda: sheets, notes=("Hidden: nothing.",))
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Cover", "Contents", "Wide", "Summary", "Comparisons", "Notes"]
    for name, table in (("Wide", wide), *sheets.items()):
        rows = book.get_sheet_by_name(name).to_python()
        header = rows.index([*map(str, table.columns)])
        assert len(rows) == header + 1 + len(table)
        assert rows[header + 1 :][-1][0] == table["group"].iloc[-1]
    with ZipFile(path) as parts:
        sheets_xml = [parts.read(n).decode() for n in parts.namelist() if "worksheets" in n]
    assert not any("<f>" in xml or "<mergeCell" in xml for xml in sheets_xml)
    with pytest.raises(TableError, match="exists already"):
        write_summary(wide, path)


def test_a_hidden_figure_in_a_workbook(many_tagged: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    summary = summarise(many_tagged, method="count")
    write_summary(summary, path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    header = rows.index([*summary.columns])
    hidden = [row for row in rows[header + 1 :] if row[0] == "Saltmere"]
    share = list(summary.columns).index("share")
    assert {row[share] for row in hidden} == {"[c]"}
    shown = [row for row in rows[header + 1 :] if row[0] == "All"]
    assert isinstance(shown[0][share], float)


def test_markdown(many_tagged: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    odd = many_tagged.assign(trust=["a|b"] * 60 + ["B"] * 60, org_name="")
    write_summary(summarise(odd, wide=True, method="count"), path)
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("| group | n_rows | n_comments |")
    assert len(lines) == 2 + 3
    assert any(line.startswith("| a\\|b | 60 |") for line in lines)
