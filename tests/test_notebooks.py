"""The notebooks run from top to bottom, hold no output, and define no functions."""

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def code_cells(path: Path) -> list[dict]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS] == ["01_first_look.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_holds_no_output(path):
    for cell in code_cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_defines_no_functions(path):
    trees = [ast.parse("".join(cell["source"])) for cell in code_cells(path)]
    defined = [node for tree in trees for node in ast.walk(tree)]
    assert not [node for node in defined if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    names: dict[str, object] = {}
    for cell in code_cells(path):
        exec(compile("".join(cell["source"]), path.name, "exec"), names)
    tagged, comments, summary = names["tagged"], names["comments"], names["summary"]
    assert list(tagged.index) == list(comments.index)
    assert summary["group"].iloc[0] == "All"
    assert set(summary.loc[summary["hidden"] != "", "group"]) == {
        "Carrick Vale Specialist Eye and Dental"
    }
    for chart in ("shares", "funnel", "over_time"):
        assert names[chart].to_dict()["layer"], chart
    assert set(names["words"]["group"]) < set(summary["group"])
    assert "What staff say about digital change" in names["page"].read_text("utf-8")
