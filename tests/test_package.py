"""The package as a whole: what it exports, what importing it costs, how its rooms lie."""

import ast
import importlib
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import nhs_feedback

PACKAGE = Path(nhs_feedback.__file__).parent
ROOMS = ("errors", "tables", "text", "model", "summary", "engines", "cli")
MODULES = sorted(
    str(path.relative_to(PACKAGE.parent).with_suffix("")).replace("\\", "/").replace("/", ".")
    for path in PACKAGE.rglob("*.py")
)


def test_every_exported_name_resolves() -> None:
    assert nhs_feedback.__all__ == [
        "SentimentClassifier", "TextFeatures", "ThemeClassifier", "classify", "compare",
        "distinctive_words", "evaluate", "explain", "load_model", "load_pipeline", "redact",
        "report", "summarise", "train", "trends",
    ]  # fmt: skip
    for name in nhs_feedback.__all__:
        assert callable(getattr(nhs_feedback, name))
        assert getattr(nhs_feedback, name).__doc__


def test_an_unknown_name_is_said_to_be() -> None:
    with pytest.raises(
        AttributeError, match=r"^module 'nhs_feedback' has no attribute 'nonsense'$"
    ):
        nhs_feedback.nonsense  # noqa: B018


def test_editors_see_the_same_names() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    typed = next(node for node in tree.body if isinstance(node, ast.If))
    named = {
        alias.name: f"nhs_feedback.{nhs_feedback._HOME[alias.name]}"
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if node.module == f"nhs_feedback.{nhs_feedback._HOME[alias.name]}"
    }
    assert sorted(named) == nhs_feedback.__all__


def test_importing_it_loads_nothing_heavy(run_alone: Callable[[str], tuple[int, str]]) -> None:
    asked = (
        "import sys, nhs_feedback\n"
        "heavy = {'click', 'numpy', 'pandas', 'rich', 'scipy', 'sklearn', 'spacy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    assert run_alone(asked) == (0, "")


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_from_rooms_above(module: str) -> None:
    room = module.split(".")[1] if "." in module else module
    if room not in ROOMS:
        return  # the package itself and `python -m` stand outside the rooms
    path = PACKAGE.parent / Path(*module.split(".")).with_suffix(".py")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import hides its room"
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "nhs_feedback" and len(parts) > 1:
                assert ROOMS.index(parts[1]) <= ROOMS.index(room), f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module: str) -> None:
    path = PACKAGE.parent / Path(*module.split("."))
    path = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 300


def test_the_entry_points_are_there() -> None:
    factories = {point.name: point.value for point in entry_points(group="spacy_factories")}
    assert factories["nhs_feedback_tagger"] == "nhs_feedback.model.components:make_tagger"
    for name in ("clean", "redact", "sentences"):
        module, _, function = factories[f"nhs_feedback_{name}"].partition(":")
        assert hasattr(importlib.import_module(module), function)
    commands = {point.name: point.value for point in entry_points(group="console_scripts")}
    assert commands["feedback"] == "nhs_feedback.cli:main"


def test_types_are_declared() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_the_version_is_one() -> None:
    from importlib.metadata import version

    assert version("nhs_feedback") == nhs_feedback.__version__
