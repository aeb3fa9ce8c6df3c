"""The command line as a user meets it: a process, its exit code and its streams."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

HEAVY = ("numpy", "pandas", "pyspark", "scipy", "sklearn", "spacy")
COMMANDS = ("classify", "check", "redact", "summarise", "train", "evaluate", "themes", "model")


def run(*words: object, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "nhs_feedback", *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_help_of_every_command_loads_nothing_heavy() -> None:
    asked = f"""
import sys
from click.testing import CliRunner
from nhs_feedback.cli import main
assert set(main.commands) == {set(COMMANDS)!r}
for words in [[], ["--help"], ["-h"], ["--version"], *([name, "--help"] for name in main.commands)]:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == (0 if words else 2), words
    assert max(map(len, done.output.splitlines())) <= 80
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout) == ("", "[]\n")


def test_a_file_to_a_summary_and_the_exit_codes(many_file: Path, model_folder: Path) -> None:
    done = run("classify", many_file, "--model", model_folder)
    assert (done.returncode, b"\x1b" in done.stdout + done.stderr) == (0, False)
    assert max(map(len, done.stdout.decode().splitlines())) <= 80
    again = run("classify", many_file, "--model", model_folder)
    assert (again.returncode, again.stdout) == (1, b"")
    target = many_file.with_name("comments.tagged.csv")
    assert again.stderr.decode().splitlines() == [
        f"Error: {target}: exists already (choose another name, or say --force)"
    ]
    assert run("classify").returncode == 2


def test_a_console_of_an_old_code_page(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "ymddiriedolaeth.csv"
    many.assign(trust="Ysbyty Llŷn 病院").to_csv(source, index=False, encoding="utf-8")
    target = tmp_path / "out.csv"
    done = run(
        "classify",
        source,
        "--model",
        model_folder,
        "-o",
        target,
        PYTHONIOENCODING="cp1252",
        PYTHONUTF8="0",
    )
    assert done.returncode == 0, done.stderr
    assert "Ysbyty Ll?n ??" in done.stdout.decode("cp1252")
    assert "Ysbyty Ll?n ??" in done.stderr.decode("cp1252")
    assert "Ysbyty Llŷn 病院" in target.read_text("utf-8")
    stream = run(
        "classify",
        source,
        "--model",
        model_folder,
        "-o",
        "-",
        PYTHONIOENCODING="cp1252",
        PYTHONUTF8="0",
    )
    assert stream.returncode == 0
    assert "Ysbyty Llŷn 病院".encode() in stream.stdout


def test_a_codebook_and_a_model_of_any_name_on_an_old_code_page(
    model_folder: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.toml"
    book.write_text('[[theme]]\nid = "iaith_ŷ"\nlabel = "Ŵyn 病"\n', "utf-8")
    old = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    toml = run("themes", "--codebook", book, "--toml", **old)
    assert toml.returncode == 0, toml.stderr
    assert 'label = "Ŵyn 病"' in toml.stdout.decode("utf-8")
    missing = run("model", tmp_path / "Ŵyn", **old)
    assert missing.returncode == 1
    assert b"no model there" in missing.stderr


@pytest.mark.parametrize("words", [["--version"], ["-h"]])
def test_the_installed_command_is_the_module(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 0
    assert b"feedback" in done.stdout
