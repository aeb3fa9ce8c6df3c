"""No word of a comment gets out by a side door, whatever goes wrong.

Each comment holds a word that stands nowhere else; every command is run on such files, whole and
damaged, with a fault in each room. Then we look at the screen, the log, what an error carries
along, the folder for temporary files, and every file that is not the output asked for.
"""

import errno
import io
import logging
import shutil
import string
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from nhs_feedback.cli import main
from nhs_feedback.model.tagger import Tagger, classify

CANARY = "quokkabell"
WORDS = [CANARY + a + b for a in string.ascii_lowercase for b in string.ascii_lowercase]
OUTPUT = "out"  # how the files are named that may hold comments

# How each command is called on a file; a new command is not forgotten, because a test asks.
CALLS = {
    "classify": "classify {file} -o out.csv --summary summary.csv --model model",
    "check": "check {file}",
    "redact": "redact {file} -o out.csv",
    "summarise": "summarise {file} -o summary.csv --model model",
    "report": "report {file} -o summary.html --model model --no-comments",
    "select": "select {file} -n 2 -o out.csv --model model",
    "train": "train {file} -o trained --from-scratch",
    "evaluate": "evaluate {file} -o scores.csv --model model",
    "explain": "explain {file} --model model",
    "themes": "themes --codebook {file}",
    "model": "model {file}",
}
FILES = {
    "comments.csv", "comments.xlsx", "labelled.csv", "tagged.csv", "headless.csv", "labels.csv",
    "short.csv", "open_quote.csv", "utf-16.csv", "cut.xlsx", "cut.jsonl", "cut.parquet",
    "comments.pdf", "nowhere.csv",
}  # fmt: skip
OPTIONS = (  # wrong columns, sheets, targets and models
    "classify comments.csv -o out.csv --trust-column comment",
    "classify comments.csv --text-column trust --trust-column comment -o out.csv --model model",
    "classify comments.csv -o out.csv --text-column ward --id-column comment",
    "classify comments.csv -o out.csv --date-column staff_group --model model",
    "classify comments.csv -o out.csv --header-row 2 --model model",
    "classify comments.xlsx -o out.csv --sheet Two",
    "classify comments.csv -o out.csv --model damaged",
    "classify comments.csv -o out.csv --organisations comments.csv --model model",
    "classify comments.csv -o missing/out.csv",
    "classify comments.csv -o comments.csv --force",
    "classify comments.csv -o out.csv --model model --redact --jobs 2",
    "classify comments.csv labelled.csv -o out.xlsx --model model --quiet",
    "classify comments.csv -o - --model model",
    "classify comments.csv -o out.csv --model model --evidence --jobs 2",
    "check comments.csv --text-column trust --trust-column comment",
    "check comments.csv --date-column comment",
    "redact comments.csv -o out.csv --text-column staff_group --jobs 2",
    "redact comments.csv -o - --text-column trust",
    "summarise tagged.csv --by comment -o out.csv",
    "summarise tagged.csv --by infrastructure --wide -o summary.csv --model model",
    "report tagged.csv -o out.html --model model --min-quoted 1",
    "report tagged.csv -o summary.html --model model --disclosure fft --by staff_group",
    "report tagged.csv -o summary.html --model damaged --date-column comment --no-comments",
    "report tagged.csv -o missing/out.html",
    "report comments.csv -o out.html --model model",
    "select comments.csv -o out.csv --for-checking --by comment --model model",
    "select comments.csv -o out.xlsx --text-column trust --trust-column comment --model model",
    "train labelled.csv -o trained --theme-column comment",
    "train labelled.csv -o trained --sentiment-column comment --sentiment-order positive-first",
    "train labelled.csv -o trained --codebook comments.csv",
    "train labelled.csv -o model",
    "evaluate labelled.csv --model model --sentiment-column comment",
    "evaluate labelled.csv --model model --against damaged",
    f"explain {CANARY}s -o out.csv --model damaged",
    f"explain {CANARY}s -o out.csv --model model --theme nonsense",
    f"explain {CANARY}s -o missing/out.csv --model model",
    f"explain {CANARY}s -o comments.csv --model model",
    f"explain {CANARY}s -o out.docx --model model --theme infrastructure",
    "themes --toml --codebook labels.csv",
    "model damaged",
)

ON_SCREEN = ("-o -", "--by comment", "--text-column trust --trust-column comment -o out.csv")
"""What a user asks for who wants comments on the screen, or takes them for names of groups."""


@pytest.fixture(scope="module")
def originals(
    labelled: pd.DataFrame,
    many: pd.DataFrame,
    model: Tagger,
    model_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Files of canaries: one in each comment."""
    folder = tmp_path_factory.mktemp("canaries")
    said = [f"{text} {word}" for text, word in zip(many["comment"], WORDS, strict=False)]
    comments = many.assign(comment=said)
    comments.to_csv(folder / "comments.csv", index=False)
    comments.to_csv(folder / "utf-16.csv", index=False, encoding="utf-16")
    comments.to_excel(folder / "comments.xlsx", index=False, engine="xlsxwriter")
    labelled.assign(comment=said).to_csv(folder / "labelled.csv", index=False)
    labelled.assign(comment=said, infrastructure=said, sentiment=WORDS[:120]).to_csv(
        folder / "labels.csv", index=False
    )
    classify(comments, model=model).to_csv(folder / "tagged.csv", index=False)
    comments[["comment"]].to_csv(folder / "headless.csv", index=False, header=False)
    lines = (folder / "comments.csv").read_text().splitlines()
    (folder / "short.csv").write_text("\n".join([*lines, f"x,{WORDS[130]} y", f"{WORDS[131]} z"]))
    (folder / "open_quote.csv").write_text("\n".join([*lines, f'x,y,z,"{WORDS[130]} never shut']))
    (folder / "cut.xlsx").write_bytes((folder / "comments.xlsx").read_bytes()[:-700])
    (folder / "cut.jsonl").write_text(f'{{"comment": "{WORDS[0]} one"}}\n{{"comment": "{WORDS[1]}')
    (folder / "cut.parquet").write_bytes(b"PAR1" + WORDS[0].encode() * 40 + b"PAR1")
    (folder / "comments.pdf").write_text(" ".join(said))
    shutil.copytree(model_folder, folder / "model")
    shutil.copytree(model_folder, folder / "damaged")
    (folder / "damaged" / "weights.npz").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture
def place(originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs, with an empty folder beside it for temporary files."""
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    shutil.copytree(originals, work)
    temporary.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return work


@pytest.fixture
def watched(place: Path, caplog: pytest.LogCaptureFixture) -> Callable[..., Result]:
    """Run a command and look at every side door."""

    def run(command: str, *, chain: bool = True) -> Result:
        before = {path for path in place.rglob("*") if path.is_file()}
        with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            done = CliRunner().invoke(main, command.split())
        to_stdout = any(asked in command for asked in ON_SCREEN)
        assert_silent(done.stderr, *([] if to_stdout else [done.stdout]), caplog.text)
        assert_silent(*(str(warning.message) for warning in warned))
        if chain and done.exception:  # as a notebook prints it
            assert_silent(*traceback.format_exception(done.exception))
        look_at_files(place, before, jobs="--jobs" in command)
        return done

    return run


def look_at_files(place: Path, before: set[Path], *, jobs: bool) -> None:
    made = {path for path in place.rglob("*") if path.is_file()} - before
    assert not [path.name for path in made if path.name.startswith(".")]
    for path in made:
        if path.stem != OUTPUT:
            assert_silent(path.name, path.read_bytes().decode("latin-1"))
    left = [path for path in place.with_name("temporary").rglob("*") if path.is_file()]
    assert jobs or left == []  # processes keep theirs until they end
    assert_silent(*(path.read_bytes().decode("latin-1") for path in left))


def assert_silent(*texts: str) -> None:
    for text in texts:
        assert CANARY not in text.casefold()


def test_every_command_is_called() -> None:
    assert set(CALLS) == set(main.commands)
    assert {call.split()[0] for call in OPTIONS} == set(CALLS)


@pytest.mark.parametrize("command", CALLS)
def test_on_every_kind_of_file(command: str, place: Path, watched: Callable[..., Result]) -> None:
    assert set(FILES) - {"nowhere.csv"} == {path.name for path in place.iterdir() if path.is_file()}
    codes = {}
    for name in sorted(FILES):
        done = watched(CALLS[command].format(file=name))
        assert done.exit_code == 0 or done.stderr.splitlines()[-1].startswith("Error: "), name
        codes[name] = done.exit_code
        for made in ("out.csv", "summary.csv", "summary.html", "scores.csv"):
            (place / made).unlink(missing_ok=True)
        shutil.rmtree(place / "trained", ignore_errors=True)
    assert codes["nowhere.csv"] == (0 if command == "explain" else 1)  # there it is a comment
    # Else the command was never really run here.
    assert 0 in codes.values() or command in ("themes", "model")


@pytest.mark.parametrize("command", OPTIONS)
def test_with_every_wrong_option(command: str, watched: Callable[..., Result]) -> None:
    done = watched(command)
    assert done.exit_code in (0, 1)
    assert "Traceback" not in done.stderr


def quote_and_fail(*given: object, **named: object) -> object:
    """Fail as a library does that quotes what it was given, having warned and noted it too."""
    shown = " ".join(map(show, (*given, *named.values())))
    warnings.warn(shown, UserWarning, stacklevel=1)
    try:
        raise LookupError(shown)
    except LookupError as error:
        error.add_note(shown)
        raise ValueError(f"could not convert {shown}") from error


def show(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return value.to_string()
    return str(getattr(value, "text", value))


FAULTS = [  # what fails, and a command that comes by
    ("tables.opened._frame", "classify comments.csv -o out.csv --model model"),
    ("tables.opened._frame", "redact comments.csv -o out.csv"),
    ("tables.shape.name_columns", "check comments.csv"),
    ("tables.formats.guarded", "redact comments.csv -o out.csv"),
    ("tables.formats.guarded", "classify comments.csv -o out.csv --model model"),
    ("model.examples.column_as_text", "train labelled.csv -o trained"),
    ("text.redaction.clean", "redact comments.csv -o out.csv"),
    ("text.columns.redact_texts", "classify comments.csv -o out.csv --model model --redact"),
    ("text.inspection.find_personal_data", "check comments.csv"),
    ("text.masking.find_in_texts", "classify comments.csv -o out.csv --model model"),
    ("text.masking.find_in_texts", "evaluate labelled.csv --model model"),
    ("model.tagger.check_text", "classify comments.csv -o out.csv --model model"),
    ("model.tagger.find_evidence", "classify comments.csv -o out.csv --model model --evidence"),
    ("model.encoder._run", "classify comments.csv -o out.csv --model model"),
    ("model.explanation.attribute_words", f"explain The-{CANARY} --model model"),
    ("model.examples.masked_texts", "train labelled.csv -o trained --from-scratch"),
    ("summary.counts.tagged_themes", "summarise tagged.csv --model model"),
    ("engines.local.count_tags", "classify comments.csv -o out.csv --model model"),
    ("engines.summaries.count_tags", "summarise tagged.csv --model model"),
    ("summary.report.count_tags", "report tagged.csv -o out.html --model model"),
    ("summary.quotes.masked_texts", "report tagged.csv -o out.html --model model --min-quoted 1"),
    ("cli.say.classified", "classify comments.csv -o out.csv --model model"),
]


@pytest.mark.parametrize(("fails", "command"), FAULTS)
def test_with_a_bug_in_every_room(
    fails: str,
    command: str,
    watched: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"nhs_feedback.{fails}", quote_and_fail)
    done = watched(command, chain=False)
    assert done.exit_code == 1
    assert "Traceback" in done.stderr or done.stderr.splitlines()[-1].startswith("Error: ")
    assert "in quote_and_fail" in done.stderr or "Error: " in done.stderr


FAILURES = [
    OSError(errno.ENOSPC, "No space left on device"),
    PermissionError(errno.EACCES, "Permission denied"),
    KeyboardInterrupt(),
    MemoryError(),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("target", ["out.csv", "out.xlsx", "out.jsonl"])
@pytest.mark.parametrize("command", ["classify comments.csv --model model", "redact comments.csv"])
def test_with_a_run_that_is_stopped(
    failure: BaseException,
    target: str,
    command: str,
    place: Path,
    watched: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise failure

    for name in ("formats.DelimitedText", "formats.JsonLines", "sheets.Workbook"):
        monkeypatch.setattr(f"nhs_feedback.tables.{name}.close", stop)
    done = watched(f"{command} -o {target}")
    assert done.exit_code == 1
    assert not (place / target).exists()


@pytest.mark.parametrize("failure", FAILURES[:2], ids=lambda failure: type(failure).__name__)
def test_with_a_model_that_cannot_be_written(
    failure: OSError, watched: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    def stop(*_: object) -> None:
        raise failure

    monkeypatch.setattr("nhs_feedback.model.store._swap", stop)
    done = watched("train labelled.csv -o trained --from-scratch")
    assert done.exit_code == 1
    assert not (place / "trained").exists()


def break_in_a_process(_: object, chunk: pd.DataFrame) -> None:
    warnings.warn(chunk.to_string(), UserWarning, stacklevel=1)
    raise ValueError(f"could not convert {chunk.to_string()}")


@pytest.mark.parametrize("command", ["classify comments.csv --model model", "redact comments.csv"])
def test_with_a_process_that_fails(
    command: str, watched: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nhs_feedback.engines.processes._silently", break_in_a_process)
    done = watched(f"{command} -o out.csv --jobs 2", chain=False)
    assert done.exit_code == 1
    assert "in break_in_a_process" in done.stderr


def test_standard_input(place: Path, watched: Callable[..., Result]) -> None:
    content = (place / "comments.csv").read_bytes()
    for given in (content, content[:-20] + b'"' + WORDS[0].encode(), b"\x00" + content):
        done = CliRunner().invoke(main, ["check", "-"], input=io.BytesIO(given))
        assert done.exit_code in (0, 1)
        assert_silent(done.output)
        comment = given[:800] + given[-100:]  # why a long one has its tags takes long to say
        for words in (["--model", "model"], ["--model", "damaged"], ["-o", "missing/out.csv"]):
            done = CliRunner().invoke(main, ["explain", "-", *words], input=io.BytesIO(comment))
            assert done.exit_code in (0, 1)
            assert_silent(done.stderr)
