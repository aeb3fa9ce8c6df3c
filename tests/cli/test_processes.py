"""The command line as a user meets it: a process, its exit code and its streams."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

HEAVY = (
    "numpy", "onnxruntime", "pandas", "pyspark", "scipy", "sklearn", "spacy", "tokenizers"
)  # fmt: skip
COMMANDS = (
    "classify", "check", "redact", "summarise", "report", "train", "evaluate", "select",
    "explain", "themes", "model",
)  # fmt: skip


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


def going(many: pd.DataFrame, folder: Path, model_folder: Path) -> "subprocess.Popen[bytes]":
    """A run over two processes that has begun to write."""
    source, target = folder / "many.csv", folder / "out.csv"
    pd.concat([many] * 150).to_csv(source, index=False)
    words = ["classify", source, "-o", target, "--jobs", "2", "--model", model_folder]
    process = subprocess.Popen(
        [sys.executable, "-m", "nhs_feedback", *map(str, words)], stderr=subprocess.PIPE
    )
    while not any(path.stat().st_size for path in folder.glob(".out.csv.*/whole.csv")):
        assert process.poll() is None
        time.sleep(0.05)
    return process


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_a_run_told_to_end_leaves_nothing_and_says_so(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    with going(many, tmp_path, model_folder) as process:
        process.send_signal(signal.SIGTERM)
        stderr = process.communicate()[1].decode().splitlines()
    assert process.returncode == 1
    assert stderr[-1] == f"Stopped: {tmp_path / 'out.csv'} was not written."
    assert [path.name for path in tmp_path.iterdir()] == ["many.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_end_when_their_parent_is_killed(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    with going(many, tmp_path, model_folder) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
    assert children
    for _ in range(300):
        if not any(alive(int(child)) for child in children):
            break
        time.sleep(0.1)
    assert [child for child in children if alive(int(child))] == []


@pytest.mark.parametrize("words", [["--version"], ["-h"]])
def test_the_installed_command_is_the_module(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 0
    assert b"feedback" in done.stdout
