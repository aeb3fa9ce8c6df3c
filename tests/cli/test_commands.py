"""Each command, called as the command line calls it, in this process."""

import io
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from nhs_feedback.cli import main
from nhs_feedback.model.codebook import default_codebook, parse_codebook
from nhs_feedback.model.store import load_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.training import train
from nhs_feedback.tables.reading import read_table


def feedback(*words: object, **options: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], **options)


def classify(source: Path, folder: Path, *words: object) -> Result:
    return feedback("classify", source, "--model", folder, *words)


@pytest.fixture
def tagged_file(many_tagged: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "x.tagged.csv"
    many_tagged.to_csv(path, index=False)
    return path


# -- classify


def test_classify_writes_beside_the_input_and_shows_the_summary(
    many_file: Path, model_folder: Path, many: pd.DataFrame
) -> None:
    done = classify(many_file, model_folder)
    assert done.exit_code == 0, done.output
    tagged = read_table(many_file.with_name("comments.tagged.csv"))
    assert len(tagged) == 120
    assert tagged[list(many.columns)].equals(many.astype("str"))
    assert "What 120 comments say (120 rows)" in done.stdout
    assert "Moorland and Vale" in done.stdout
    assert "[c]: hidden, fewer than 10 comments." in done.stdout
    assert "120 rows (" in done.stderr
    assert "Columns: text 'comment' (by name), trust 'trust' (by name)" in done.stderr
    assert (
        "78 of 120 rows name a trust that is not surely one of the NHS table and are grouped by "
        "the name as written: Moorland and Vale, Saltmere"
    ) in done.stderr
    assert f"Written: {many_file.with_name('comments.tagged.csv')}" in done.stderr
    assert "[c]" not in done.stderr


def test_the_screen_is_80_columns_of_plain_text(many_file: Path, model_folder: Path) -> None:
    done = classify(many_file, model_folder)
    assert "\x1b" not in done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert [line for line in done.stdout.splitlines() if line.endswith(" ")] == []


def test_quiet_leaves_stderr_empty(many_file: Path, model_folder: Path) -> None:
    done = classify(many_file, model_folder, "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "What 120 comments say" in done.stdout


def test_quiet_with_a_stream_prints_the_table_alone(many_file: Path, model_folder: Path) -> None:
    done = classify(many_file, model_folder, "-q", "-o", "-")
    assert (done.exit_code, done.stderr) == (0, "")
    assert len(pd.read_csv(io.StringIO(done.stdout))) == 120


def test_a_stream_is_the_table_and_the_summary_goes_to_stderr(
    many_file: Path, model_folder: Path
) -> None:
    done = classify(many_file, model_folder, "-o", "-")
    assert done.exit_code == 0
    table = pd.read_csv(io.StringIO(done.stdout), dtype=str, keep_default_na=False)
    assert len(table) == 120
    assert table.columns[-1] == "model"
    assert "What 120 comments say" in done.stderr
    assert "Written" not in done.stderr
    assert [path.name for path in many_file.parent.iterdir()] == ["comments.csv"]


def test_standard_input(many_file: Path, model_folder: Path) -> None:
    done = feedback("classify", "-", "--model", model_folder, "-q", input=many_file.read_bytes())
    assert done.exit_code == 0, done.output
    assert len(pd.read_csv(io.StringIO(done.stdout))) == 120


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl"])
def test_the_format_follows_the_ending(ending: str, many_file: Path, model_folder: Path) -> None:
    target = many_file.with_name(f"out.{ending}")
    summary = many_file.with_name(f"summary.{ending}")
    done = classify(many_file, model_folder, "-o", target, "--summary", summary)
    assert done.exit_code == 0, done.output
    assert read_table(target)["comment"].tolist() == read_table(many_file)["comment"].tolist()
    assert read_table(summary)["group"][0] == "All"
    assert f"Written: {target}, {summary}" in done.stderr


def test_columns_may_be_named(many: pd.DataFrame, model_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "odd.csv"
    many.rename(columns={"comment": "Said", "trust": "Where"}).to_csv(source, index=False)
    words = ("--text-column", "Said", "--trust-column", "where", "--id-column", "id")
    done = classify(source, model_folder, *words)
    assert done.exit_code == 0
    assert "text 'Said' (as asked), trust 'Where' (as asked), id 'id' (as asked)" in done.stderr


def test_processes_and_the_least_group(many_file: Path, model_folder: Path) -> None:
    done = classify(many_file, model_folder, "--min-group", 8)
    assert "[c]" not in done.stdout


def test_a_users_column_of_our_name_is_noted(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "own.csv"
    many.assign(model="M4").to_csv(source, index=False)
    done = classify(source, model_folder)
    assert "Your column 'model' is kept as 'model_original'." in done.stderr
    many.assign(model="M4", themes="").to_csv(source, index=False)
    assert (
        "2 of your columns are kept under other names: 'model' as 'model_original', 'themes' as "
        "'themes_original'.\n"
    ) in classify(source, model_folder, "--force").stderr
    assert read_table(tmp_path / "own.tagged.csv")["model_original"].tolist() == ["M4"] * 120


def test_rows_that_say_nothing_are_counted(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "gaps.csv"
    gaps = many.copy()
    gaps.loc[:2, "comment"] = ["", "n/a", None]
    gaps.to_csv(source, index=False)
    done = classify(source, model_folder)
    assert "Not tagged and not in any denominator: 2 no text, 1 no comment." in done.stderr
    assert "What 117 comments say (120 rows)" in done.stdout


def test_a_tagged_file_may_be_classified_again(tagged_file: Path, model_folder: Path) -> None:
    done = classify(tagged_file, model_folder, "-o", tagged_file.with_name("again.csv"))
    assert done.exit_code == 0
    assert "is kept as" not in done.stderr
    again = read_table(tagged_file.with_name("again.csv"))
    assert list(again.columns) == list(read_table(tagged_file).columns)


def test_without_a_trust_column(many: pd.DataFrame, model_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "bare.csv"
    many[["comment"]].to_csv(source, index=False)
    done = classify(source, model_folder)
    assert done.exit_code == 0
    assert "no trust column" in done.stderr
    assert "By group" not in done.stdout


# -- summarise


def test_summarise_shows_and_writes(tagged_file: Path, model_folder: Path) -> None:
    target = tagged_file.with_name("summary.csv")
    done = feedback("summarise", tagged_file, "-o", target, "--model", model_folder)
    assert done.exit_code == 0, done.output
    assert "What 120 comments say (120 rows)" in done.stdout
    assert done.stderr == f"Written: {target}\n"
    summary = read_table(target)
    assert summary["group"].unique().tolist() == [
        "All",
        "Cambridge University Hospitals NHS Foundation Trust",
        "Moorland and Vale",
        "Saltmere",
    ]
    assert set(summary.loc[summary["group"] == "Saltmere", "share"]) == {"[c]"}


@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_summarise_by_several_columns(
    wide: list[str], tagged_file: Path, model_folder: Path
) -> None:
    target = tagged_file.with_name("summary.csv")
    words = ("--by", "trust", "--by", "staff_group", *wide, "-o", target, "--model", model_folder)
    done = feedback("summarise", tagged_file, *words)
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    summary = read_table(target)
    assert list(summary.columns)[:3] == ["group", "trust", "staff_group"]
    assert set(summary["trust"]) >= {"All", "Saltmere"}


def test_summarise_to_a_stream_shows_no_table(tagged_file: Path, model_folder: Path) -> None:
    done = feedback("summarise", tagged_file, "--wide", "-o", "-", "--model", model_folder)
    sheet = pd.read_csv(io.StringIO(done.stdout))
    assert sheet["group"].tolist()[0] == "All"
    assert done.stderr == ""


def test_summarise_says_when_another_model_tagged(tagged_file: Path, model: Tagger) -> None:
    done = feedback("summarise", tagged_file)
    assert done.exit_code == 0
    assert f"Tagged by small {model.fingerprint[:8]}, not by default " in done.stderr
    assert "give the model it was tagged with (--model)" in done.stderr


def test_a_warning_is_said_once_however_many_chunks(
    many_tagged: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    bare = many_tagged.drop(columns=["trust", "org_code", "org_name"])
    pd.concat([bare] * 40).to_csv(path, index=False)
    done = feedback("summarise", path, "--model", model_folder)
    assert done.stderr == "Warning: no trust column found: one summary of all rows\n"


def test_a_tagged_file_without_rows_sums_to_nothing(
    many_tagged: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "none.csv"
    many_tagged.head(0).to_csv(path, index=False)
    done = feedback("summarise", path, "--model", model_folder)
    assert done.exit_code == 0, done.output
    assert "What 0 comments say (0 rows)" in done.stdout


# -- train, evaluate, themes, model


def test_train_writes_a_model_that_classifies(
    labelled_file: Path, many_file: Path, tmp_path: Path, model: Tagger
) -> None:
    folder = tmp_path / "mine"
    done = feedback("train", labelled_file, "-o", folder, "--from-scratch")
    assert done.exit_code == 0, done.output
    assert "Scores on comments it had not seen" in done.stdout
    assert f"Model mine {model.fingerprint[:8]}: 4 themes" in done.stderr
    assert f"Written: {folder}" in done.stderr
    assert load_model(folder).fingerprint == model.fingerprint
    assert classify(many_file, folder).exit_code == 0
    again = feedback("train", labelled_file, "-o", folder, "--from-scratch")
    assert (again.exit_code, again.stderr) == (
        1, f"Error: {folder}: exists already; choose another folder or say --force\n"
    )  # fmt: skip


def test_train_says_which_columns_are_themes_and_takes_no_survey_for_labels(
    labelled: pd.DataFrame, tmp_path: Path
) -> None:
    path, folder = tmp_path / "own.csv", tmp_path / "m"
    survey = labelled[["comment"]].assign(quote=["Yes", "No"] * 60, nights=["yes", ""] * 60)
    survey.to_csv(path, index=False)
    refused = feedback("train", path, "-o", folder, "--from-scratch")
    assert refused.exit_code == 1
    assert "'quote', 'nights'; name those that are themes with --theme-column" in refused.stderr
    assert not folder.exists()
    done = feedback("train", path, "-o", folder, "--from-scratch", "--theme-column", "nights")
    assert done.exit_code == 0, done.output
    said = "Columns taken as themes, and comments with each: nights 60"
    assert said in done.stderr
    shown = feedback("model", folder).stdout
    assert said in shown
    assert "codebook own themes" in shown
    assert "polarity" not in shown


def test_feelings_never_learnt_are_no_noughts(many_file: Path, tmp_path: Path) -> None:
    table = pd.read_csv(many_file).assign(nights=["x", ""] * 60)
    ticks_only = train(table, theme_columns=["nights"], from_scratch=True)
    ticks_only.save(tmp_path / "ticks")
    done = classify(many_file, tmp_path / "ticks")
    rows = [line.split() for line in done.stdout.splitlines()]
    tagged = next(row for row in rows if row[:1] == ["nights"])
    assert int(tagged[1]) > 0
    assert tagged[-5:] == ["-"] * 5


def test_train_warns_by_name(labelled: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    labelled.assign(parking=["x"] + [""] * 119).to_csv(path, index=False)
    words = ("-o", tmp_path / "m", "--from-scratch", "--theme-column", "parking")
    done = feedback("train", path, *words, "--theme-column", "infrastructure")
    assert done.exit_code == 0
    assert (
        "Warning: theme 'parking' is left out: 1 comments with it, "
        "at least 10 with and 10 without are needed"
    ) in done.stderr


def test_train_on_numbers_and_a_codebook(labelled: pd.DataFrame, tmp_path: Path) -> None:
    path, book = tmp_path / "n.csv", tmp_path / "book.toml"
    scale = {"positive": 1, "neutral": 3, "negative": 5}
    labelled.assign(sentiment=labelled["sentiment"].map(scale)).to_csv(path, index=False)
    book.write_text('[[theme]]\nid = "infrastructure"\nlabel = "Kit"\n')
    words = ("train", path, "-o", tmp_path / "m", "--from-scratch", "--codebook", book)
    refused = feedback(*words)
    assert refused.exit_code == 1
    assert "say which end is 1 with --sentiment-order positive-first" in refused.stderr
    assert not (tmp_path / "m").exists()
    done = feedback(*words, "--sentiment-order", "positive-first", "--seed", 3)
    assert done.exit_code == 0, done.output
    made = load_model(tmp_path / "m")
    assert (made.codebook.ids, made.training.seed) == (("infrastructure",), 3)


def test_evaluate_shows_and_writes(
    labelled: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    path, target = tmp_path / "fresh.csv", tmp_path / "scores.csv"
    labelled.head(60).to_csv(path, index=False)
    done = feedback("evaluate", path, "--model", model_folder, "-o", target)
    assert done.exit_code == 0, done.output
    assert "Scores on" in done.stdout
    assert "Infrastructure" in done.stdout
    assert read_table(target)["theme"].tolist()[0] == "it_project_framing"
    stream = feedback("evaluate", path, "--model", model_folder, "-o", "-", "-q")
    assert stream.stdout == target.read_text("utf-8")


def test_evaluate_compares(labelled: pd.DataFrame, model_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "fresh.csv"
    labelled.head(60).to_csv(path, index=False)
    words = ("evaluate", path, "--model", model_folder, "--against", model_folder)
    done = feedback(*words)
    assert done.exit_code == 0
    assert "+0.00 (+0.00 to +0.00)" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_evaluate_says_when_it_flatters(labelled_file: Path, model_folder: Path) -> None:
    done = feedback("evaluate", labelled_file, "--model", model_folder)
    assert "Warning: model small was trained on these very comments" in done.stderr
    assert feedback("evaluate", labelled_file, "--model", model_folder, "-q").stderr == ""


def test_a_tagged_file_is_evaluated_as_it_is(tagged_file: Path, model_folder: Path) -> None:
    done = feedback("evaluate", tagged_file, "--model", model_folder, "-q")
    assert done.exit_code == 0
    assert "1.00 (1.00 to 1.00)" in done.stdout


def test_themes_shows_each_and_prints_toml(model_folder: Path, tmp_path: Path) -> None:
    done = feedback("themes")
    assert done.exit_code == 0
    assert all(theme.id in done.stdout for theme in default_codebook().themes)
    said = " ".join(done.stdout.split())
    for theme in default_codebook().themes:
        for part in (theme.definition, theme.note, *theme.include, *theme.exclude):
            assert part in said
    assert max(map(len, done.stdout.splitlines())) <= 80
    toml = feedback("themes", "--toml")
    assert parse_codebook(toml.stdout, where="a test") == default_codebook()
    of_model = feedback("themes", "--model", model_folder, "--toml")
    assert parse_codebook(of_model.stdout, where="a test") == load_model(model_folder).codebook
    (tmp_path / "bad.toml").write_text("theme = 3")
    bad = feedback("themes", "--codebook", tmp_path / "bad.toml")
    assert (bad.exit_code, bad.stdout) == (1, "")
    assert bad.stderr.endswith("no [[theme]] tables; add one for each theme\n")


def test_model_shows_its_card(model_folder: Path, model: Tagger) -> None:
    done = feedback("model", model_folder)
    assert done.exit_code == 0
    given = ", ".join(f"{theme} {count}" for theme, count in model.training.given.items())
    assert " ".join(done.stdout.split()).startswith(
        f"Model small {model.fingerprint[:8]}: 4 themes, codebook {model.codebook.name} "
        "Made from 120 labelled comments given and 0 that come along, by 24 writers; seed 0 "
        f"Columns taken as themes, and comments with each: {given} "
        "Themes left out for too few examples: none Every file matches its checksum"
    )
    assert "Scores on comments it had not seen" in done.stdout
    lines = done.stdout.splitlines()
    assert max(map(len, lines[lines.index("Scores on comments it had not seen") :])) <= 80
    assert feedback("model").exit_code == 0


# -- what goes wrong: one sentence, exit 1, nothing written

CANARY = "Zebedee Quillfeather kept the theatre list in her locker"


@pytest.fixture
def bad_files(many: pd.DataFrame, model_folder: Path, tmp_path: Path) -> Path:
    said = many.assign(comment=CANARY)
    said.to_csv(tmp_path / "good.csv", index=False)
    said.head(0).to_csv(tmp_path / "header.csv", index=False)
    (tmp_path / "empty.csv").write_bytes(b"")
    pd.DataFrame({"ward": ["A", "B"], "seen": ["y", "n"]}).to_csv(
        tmp_path / "no_text.csv", index=False
    )
    pd.DataFrame({CANARY: ["x", "y"]}).to_csv(tmp_path / "no_header.csv", index=False)
    said.assign(infrastructure=CANARY, sentiment=CANARY).to_csv(
        tmp_path / "labels.csv", index=False
    )
    said.assign(infrastructure="x").to_csv(tmp_path / "one_text.csv", index=False)
    (tmp_path / "exists.csv").write_text("mine")
    (tmp_path / "binary.xlsx").write_bytes(b"PK\x03\x04" + CANARY.encode())
    (tmp_path / "broken.jsonl").write_text(f'{{"comment": "{CANARY}"')
    (tmp_path / "comments.pdf").write_text(CANARY)
    shutil.copytree(model_folder, tmp_path / "broken")
    weights = tmp_path / "broken" / "weights.npz"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("classify missing.csv", "missing.csv"),
        ("classify empty.csv", "empty.csv: the file is empty"),
        ("classify header.csv", "header.csv: a header but no rows"),
        ("classify no_text.csv", "no text column found; it has: ward, seen"),
        ("classify no_header.csv", "no text column found; it has: (column 1, a long name)"),
        ("classify good.csv -o exists.csv", "exists.csv: exists already"),
        ("classify good.csv --summary exists.csv", "exists.csv: exists already"),
        ("classify good.csv -o good.csv --force", "this file is the input"),
        ("classify good.csv -o out.docx", "no format is known by the ending '.docx'"),
        ("classify good.csv -o none/out.csv", "there is no folder none"),
        ("classify good.csv --model broken", "weights.npz is not as it was written"),
        ("classify good.csv --model none", "none: no model there"),
        ("classify good.csv --text-column words --id-column site", "no column 'words' or 'site'"),
        ("classify good.csv --sheet One", "only a workbook has sheets"),
        ("classify binary.xlsx", "binary.xlsx"),
        ("classify broken.jsonl", "broken.jsonl"),
        ("classify comments.pdf", "no format is known by the ending '.pdf'"),
        ("summarise missing.csv", "missing.csv"),
        ("summarise good.csv", "good.csv: not a tagged table; run `feedback classify` on it first"),
        ("summarise empty.csv", "empty.csv: the file is empty"),
        ("summarise good.csv -o exists.csv", "exists.csv: exists already"),
        ("train missing.csv -o m", "missing.csv"),
        ("train header.csv -o m", "header.csv: no rows; give a table"),
        ("train no_text.csv -o m", "no text column found"),
        ("train good.csv -o m", "good.csv: no theme columns"),
        ("train labels.csv -o m", "labels.csv: column 'infrastructure': not a label in row 2, 3,"),
        ("train one_text.csv -o m --from-scratch", "no theme has 10 comments with it and"),
        ("train good.csv -o none/m", "none/m: no folder none; make it first"),
        ("train good.csv -o m --codebook empty.csv", "no [[theme]] tables"),
        ("train good.csv -o m --theme-column parking", "no theme column 'parking'"),
        ("train good.csv -o m --sentiment-column felt --theme-column id", "not a label in row"),
        ("evaluate missing.csv", "missing.csv"),
        ("evaluate header.csv", "header.csv: no rows; give a table"),
        ("evaluate good.csv", "good.csv: no column is a theme that model default (--model) knows"),
        ("evaluate labels.csv", "labels.csv: column 'infrastructure': not a label in row 2, 3,"),
        ("evaluate good.csv --against broken", "weights.npz is not as it was written"),
        ("evaluate good.csv -o exists.csv", "exists.csv: exists already"),
        ("themes --codebook none.toml", "none.toml: cannot be read as a codebook"),
        ("themes --model none", "none: no model there"),
        ("model none", "none: no model there"),
        ("model broken", "weights.npz is not as it was written"),
    ],
)  # fmt: skip
def test_a_failure_is_one_sentence_and_writes_nothing(
    command: str, says: str, bad_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bad_files)
    before = {path: path.stat().st_mtime_ns for path in bad_files.rglob("*")}
    done = feedback(*command.split())
    last = done.stderr.splitlines()[-1]
    assert done.exit_code == 1, done.output
    assert last.startswith("Error: ")
    assert says in last
    assert done.stderr.count("Error: ") == 1
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert "Quillfeather" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in bad_files.rglob("*")} == before


@pytest.mark.parametrize(
    "command",
    [
        "",
        "nonsense",
        "classify",
        "classify a.csv --jobs 0",
        "classify a.csv --min-group -1",
        "classify a.csv --nonsense",
        "classify a.csv -o x.csv --summary x.csv",
        "train a.csv",
        "train -o m",
        "train a.csv -o m --sentiment-order sideways",
        "summarise",
    ],
)
def test_wrong_usage_is_two(command: str) -> None:
    done = feedback(*command.split())
    assert done.exit_code == 2
    assert "Usage: " in done.stderr


def test_a_comment_is_never_on_stderr(
    bad_files: Path, monkeypatch: pytest.MonkeyPatch, model_folder: Path
) -> None:
    """Nor is the first comment of a file without a header, where a name should be."""
    monkeypatch.chdir(bad_files)
    pd.DataFrame([[CANARY], [f"{CANARY}. It was full."], [f"{CANARY}. Twice."]]).to_csv(
        "headless.csv", index=False, header=False
    )
    for source in ("good.csv", "headless.csv"):
        done = feedback("classify", source, "--model", model_folder)
        assert done.exit_code == 0, done.output
        assert "Quillfeather" not in done.output


def test_a_bug_keeps_its_traceback_without_what_it_quotes(
    many_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        try:
            float(CANARY)
        except ValueError as error:
            raise KeyError(CANARY) from error

    monkeypatch.setattr("nhs_feedback.engines.local.classify_file", broken)
    done = feedback("classify", many_file)
    lines = done.stderr.splitlines()
    left_out = "(its message is left out, because it may quote a comment)"
    assert done.exit_code == 1
    assert f"builtins.ValueError {left_out}" in lines
    assert "which led to:" in lines
    assert lines[-1] == f"builtins.KeyError {left_out}"
    assert any(line.endswith(", in broken") for line in lines)
    assert "Quillfeather" not in done.output


def test_ctrl_c_says_what_was_not_written(
    many_file: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target = many_file.with_name("out.csv")
    with monkeypatch.context() as patched:
        patched.setattr("nhs_feedback.engines.local.count_tags", stop)
        done = classify(many_file, model_folder, "-o", target)
        last = done.stderr.splitlines()[-1]
        assert (done.exit_code, last) == (1, f"Stopped: {target} was not written.")
        target.write_text("mine")
        done = classify(many_file, model_folder, "-o", target, "--force")
        assert done.stderr.splitlines()[-1] == (
            f"Stopped: {target} was not written; the file of that name is as it was."
        )
        assert target.read_text() == "mine"
    monkeypatch.setattr("nhs_feedback.text.inspection.check_text", stop)
    done = feedback("check", many_file)
    assert (done.exit_code, done.stderr) == (1, "Stopped: no file was left half-written.\n")
    assert sorted(path.name for path in many_file.parent.iterdir()) == ["comments.csv", "out.csv"]


def test_force_replaces(many_file: Path, model_folder: Path) -> None:
    target = many_file.with_name("out.csv")
    target.write_text("old")
    done = classify(many_file, model_folder, "-o", target, "--force")
    assert done.exit_code == 0
    assert len(read_table(target)) == 120


def test_a_model_mentions_scores_as_they_are(model_folder: Path) -> None:
    meta = json.loads((model_folder / "meta.json").read_text("utf-8"))
    shown = feedback("model", model_folder).stdout
    assert all(f"{row['score']:.2f} (" in shown for row in meta["scores"])


# -- several files, several questions, how trusts are spelt


def test_several_files_are_read_as_one(many_file: Path, model_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    shutil.copy(many_file, other)
    target = tmp_path / "both.csv"
    done = classify(many_file, model_folder, other, "-o", target)
    assert done.exit_code == 0, done.output
    assert read_table(target)["source_file"].value_counts().to_dict() == {
        "comments.csv": 120,
        "other.csv": 120,
    }
    refused = classify(many_file, model_folder, other, "-o", other, "--force")
    assert refused.exit_code == 1
    assert "this file is the input" in refused.stderr


def test_each_answer_is_tagged_on_its_own_row(model_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("id,good,bad\n1,The notes are quick,n/a\n2,Log in is easy,It crashes\n")
    done = classify(path, model_folder, "--text-column", "good", "--text-column", "bad")
    assert done.exit_code == 0, done.output
    tagged = read_table(tmp_path / "two.tagged.csv")
    assert tagged["question"].tolist() == ["good", "bad", "good", "bad"]
    assert tagged["check"].tolist()[1] == "no comment"


def test_the_users_list_settles_a_trust(model_folder: Path, tmp_path: Path) -> None:
    path, own = tmp_path / "x.csv", tmp_path / "own.csv"
    path.write_text("trust,comment\nNHFT,The screens freeze all day\n")
    own.write_text("written,code\nNHFT,RHA\n")
    unsettled = classify(path, model_folder)
    assert "'NHFT' may be: " in unsettled.stderr
    assert "(settle it with --organisations)" in unsettled.stderr
    settled = classify(path, model_folder, "--organisations", own, "--force")
    assert settled.exit_code == 0, settled.output
    assert "may be" not in settled.stderr
    assert read_table(tmp_path / "x.tagged.csv")["org_code"].tolist() == ["RHA"]


def test_damaged_rows_are_kept_marked_and_counted(model_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,comment,ward\n1,The screens freeze,9b\n2,The screens freeze\n")
    done = classify(path, model_folder)
    assert "1 row kept with too few cells: 3" in done.stderr
    tagged = read_table(tmp_path / "x.tagged.csv")
    assert ["too few cells" in cell for cell in tagged["check"]] == [False, True]


def test_excel_gets_its_mark(many_file: Path, model_folder: Path) -> None:
    assert classify(many_file, model_folder, "--excel").exit_code == 0
    content = many_file.with_name("comments.tagged.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")


def test_excel_gets_its_mark_on_a_summary_too(tagged_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "summary.csv"
    assert feedback("summarise", tagged_file, "-o", target, "--excel").exit_code == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")


# -- check


def test_check_tells_what_is_in_a_file_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = ["1,02/04/2024,RAJ,Ring 01632 960123", "1,03/04/2024,Westmarch,n/a", "3,x,,#NAME?"]
    path.write_text("\n".join(["id,date,trust,comment", *rows]) + "\n")
    done = feedback("check", path)
    assert done.exit_code == 0, done.output
    for part in (
        "x.csv: 3 rows",
        "Dates: 02/04/2024 to 03/04/2024, read day first.",
        "id used before",
        "date not understood",
        "spoiled by Excel",
        "Mid and South Essex NHS Foundation Trust",
        "? Westmarch",
        "PHONE",
        "?: not surely one of the NHS table; its rows are grouped by the name as\n",
    ):
        assert part in done.stdout, part
    assert "960123" not in done.output
    lines = done.stdout.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert max(map(len, lines[lines.index("Rows to know of") :])) <= 80
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.csv"]


def test_check_says_how_many_dates_cannot_be_settled(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    dates = ("25/04/2024", "04/25/2024", "03/04/2024", "05/06/2024", "04/04/2024")
    path.write_text("date,comment\n" + "".join(f"{date},some words here\n" for date in dates))
    assert (
        "Some dates prove that the day comes first and some that the month does: 2 dates that may "
        "be either cannot be settled (write them as 2024-04-02)."
    ) in feedback("check", path).stdout.splitlines()
    path.write_text("date,comment\n03/04/2024,some words here\n")
    assert "settled" not in feedback("check", path).stdout


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Moorland and Vale", "Moorland and Vale"),
        ("SALTMERE", "SALTMERE"),
        ("westmarch", "westmarch"),
        ("the log in is far too slow", "(a cell that may be no name)"),
        ("The log in is far too slow", "(a cell that may be no name)"),
        ("Slow. " * 20, "(a long cell)"),
    ],
)
def test_a_comment_in_the_trusts_column_is_not_shown(
    cell: str, shown: str, model_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"trust,comment\n{cell},The screens freeze all day\n")
    done = classify(path, model_folder)
    assert f"and is grouped by the name as written: {shown}\n" in done.stderr


def test_check_says_how_many_rows_more(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("comment,ward\nThe screens freeze all day,1\n" + "n/a,2\n" * 250)
    assert "and 240 more" in feedback("check", path).stdout


def test_check_refuses_what_classify_refuses(tmp_path: Path) -> None:
    done = feedback("check", tmp_path / "none.csv")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")


# -- select, and what is checked with it


def test_a_sample_is_drawn_labelled_and_checked_against(
    tagged_file: Path, labelled: pd.DataFrame, model_folder: Path
) -> None:
    form = tagged_file.with_name("to_label.xlsx")
    words = ("-n", 12, "--for-checking", "-o", form, "--model", model_folder)
    done = feedback("select", tagged_file, *words)
    assert done.exit_code == 0, done.output
    assert done.stderr == f"32 comments to label.\nWritten: {form}\n"
    drawn = read_table(form)
    assert "infrastructure_p" not in drawn
    truth, themes = labelled.set_index("id").loc[drawn["id"]], model_themes(model_folder)
    sample = tagged_file.with_name("labelled.csv")
    drawn.assign(**{name: truth[name].to_numpy() for name in themes}).to_csv(sample, index=False)
    target = tagged_file.with_name("summary.csv")
    words = ("--checked", sample, "-o", target, "--model", model_folder)
    done = feedback("summarise", tagged_file, *words)
    assert done.exit_code == 0, done.output
    assert "Checked by hand: 32 of 32 comments found by id." in done.stderr
    assert "How right the tags are on this file, by the checked comments" in done.stdout
    summary = read_table(target).set_index(["group", "theme"])
    assert summary.loc[("Moorland and Vale", "infrastructure"), "method"] == "checked"


def test_select_the_most_useful(many_file: Path, model_folder: Path) -> None:
    target = many_file.with_name("next.csv")
    done = feedback("select", many_file, "-n", 5, "-o", target, "--model", model_folder)
    assert done.exit_code == 0, done.output
    assert list(read_table(target).columns)[-5:] == ["sentiment", *model_themes(model_folder)]


def test_select_masks_what_it_draws_and_the_sample_is_still_found_by_text(
    many_file: Path, model_folder: Path
) -> None:
    table = pd.read_csv(many_file)
    said = table["comment"] + [f" Ask Priya on 07700 9001{n % 100:02}." for n in range(len(table))]
    table.assign(comment=said).drop(columns="id").to_csv(many_file, index=False)
    tagged, drawn = many_file.with_name("t.csv"), many_file.with_name("drawn.csv")
    model = ("--model", model_folder)
    assert feedback("classify", many_file, "-o", tagged, *model).exit_code == 0
    words = ("-n", 20, "-o", drawn, *model)
    assert feedback("select", tagged, "--for-checking", *words).exit_code == 0
    comments = read_table(drawn)["comment"]
    assert comments.str.endswith(" Ask [NAME] on [PHONE].").all()
    done = feedback("summarise", tagged, "--checked", drawn, *model)
    assert done.exit_code == 0, done.output
    assert "not in the tagged table" not in done.stderr
    bare = feedback("select", tagged, "--no-redact", "--force", *words)
    assert bare.exit_code == 0
    assert read_table(drawn)["comment"].str.contains("Priya").all()


def model_themes(folder: Path) -> list[str]:
    return list(load_model(folder).codebook.ids)


@pytest.mark.parametrize("ending", ["xlsx", "md", "jsonl"])
def test_summarise_for_publication_in_any_format(
    ending: str, tagged_file: Path, model_folder: Path
) -> None:
    target = tagged_file.with_name(f"summary.{ending}")
    words = ("--wide", "--disclosure", "fft", "-o", target, "--model", model_folder)
    done = feedback("summarise", tagged_file, *words)
    assert done.exit_code == 0, done.output
    assert "counts of 1 to 4, and what would" in " ".join(done.stdout.split())
    assert target.stat().st_size > 100


def test_summarise_shows_the_words_that_set_groups_apart(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    said = [f"{text} The zebra {n}." if n < 70 else text for n, text in enumerate(many["comment"])]
    said = [f"{text} Bay {chr(97 + n % 26) * 4}{n}." for n, text in enumerate(said)]
    many.assign(comment=said).to_csv(tmp_path / "said.csv", index=False)
    done = feedback("classify", tmp_path / "said.csv", "--model", model_folder)
    assert done.exit_code == 0, done.output
    file, target = tmp_path / "said.tagged.csv", tmp_path / "board.xlsx"
    words = ("--words", "-o", target, "--model", model_folder)
    done = feedback("summarise", file, *words)
    assert done.exit_code == 0, done.output
    assert re.search(r"Moorland and Vale +.* zebra \(\d+\)", done.stdout)
    assert max(map(len, done.stdout.splitlines())) <= 80
    sheet = CalamineWorkbook.from_path(target).get_sheet_by_name("Words").to_python()
    assert {row[0] for row in sheet if "zebra" in row} == {"Moorland and Vale"}
    public = feedback("summarise", file, *words, "--force", "--disclosure", "fft")
    assert "No words that set a group apart may be shown" in public.stdout
    assert "Words" not in CalamineWorkbook.from_path(target).sheet_names


def test_report_by_several_columns(tagged_file: Path, model_folder: Path) -> None:
    target = tagged_file.with_name("board.html")
    words = ("--by", "trust", "--by", "staff_group", "-o", target, "--model", model_folder)
    done = feedback("report", tagged_file, *words)
    assert done.exit_code == 0, done.output
    assert "One trust and staff group at a time" in target.read_text("utf-8")


def test_a_trust_found_by_its_question_is_found_in_the_tagged_table(
    many: pd.DataFrame, model_folder: Path, tmp_path: Path
) -> None:
    heads = ["StartDate", "Q1", "Q2"]
    asked = ["Start Date", "Which trust do you work for?", "What do you think of it?"]
    ids = ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}']
    rows = [["2024-01-02", t, c] for t, c in zip(many["trust"], many["comment"], strict=True)]
    table = pd.DataFrame([asked, ids, *rows], columns=heads)
    table.to_csv(tmp_path / "qualtrics.csv", index=False)
    model = ("--model", model_folder)
    done = feedback("classify", tmp_path / "qualtrics.csv", *model)
    assert "trust 'Q1' (by its question)" in done.stderr
    found = feedback("summarise", tmp_path / "qualtrics.tagged.csv", *model)
    assert found.exit_code == 0, found.output
    assert (
        found.stderr.count("no trust column found by its name: trusts are those of org_name") == 1
    )
    assert "Cambridge University" in found.stdout
    assert "(not given)" in found.stdout
    named = feedback("summarise", tmp_path / "qualtrics.tagged.csv", *model, "--trust-column", "Q1")
    assert named.stderr == ""
    assert "Moorland and Vale" in named.stdout
