"""`feedback redact` and `classify --redact`, as a user calls them."""

import io
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from nhs_feedback.cli import main
from nhs_feedback.tables.reading import read_table

SAID = [
    "Ring 07700 900123  or x4410, ta",
    "=Mail jo@ward.example",
    "",
    "Nothing  personal here\r\nat all",
    "It was [PHONE] before",
]
CAUTION = (
    "Masked: {}. No other column was touched. Masking is not anonymisation: a name may be missed, "
    "and a role, a place and a date may point to a person."
)


def feedback(*words: object, **options: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], **options)


def masked(text: str) -> str:
    for piece, label in (
        ("07700 900123", "PHONE"),
        ("x4410", "PHONE"),
        ("jo@ward.example", "EMAIL"),
    ):
        text = text.replace(piece, f"[{label}]")
    return text


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    table = pd.DataFrame(
        {
            "Respondent": ["007", "8", "", "10", "11"],
            "comment": SAID,
            "Start time": ["02/04/2024 09:30"] * 5,
            "trust": ["RGT", "Ward 9, x4410", "", "RGT", "RGT"],
            "Name": ["Zoë", "", "", "", ""],
            "notes": ["none", "x4411", "x4412", "none", "x4413"],
        }
    )
    table.to_csv(path, index=False)
    return path


def test_it_writes_beside_the_input_and_touches_nothing_else(source: Path) -> None:
    done = feedback("redact", source)
    assert done.exit_code == 0, done.output
    before, after = read_table(source), read_table(source.with_name("comments.redacted.csv"))
    assert after["comment"].tolist() == [masked(cell) for cell in before["comment"]]
    pd.testing.assert_frame_equal(after.drop(columns="comment"), before.drop(columns="comment"))
    assert list(after.columns) == list(before.columns)


def test_it_says_how_much_of_what_kind_and_what_masking_is_not(source: Path) -> None:
    done = feedback("redact", source)
    assert [line.split() for line in done.stdout.splitlines() if line.strip()] == [
        ["Masked,", "by", "kind"], ["Kind", "Pieces"], ["─" * 20], ["EMAIL", "1"], ["PHONE", "2"],
    ]  # fmt: skip
    assert done.stderr.splitlines()[-4:] == [
        "Warning: column 'Name' was not masked and seems to hold personal data in 1 rows "
        "(take it out, or mask it too with --text-column)",
        "Warning: column 'notes' was not masked and seems to hold personal data in 3 rows "
        "(take it out, or mask it too with --text-column)",
        CAUTION.format("comment"),
        f"Written: {source.with_name('comments.redacted.csv')}",
    ]


def test_several_columns_are_masked_where_they_stand(source: Path) -> None:
    target = source.with_name("out.csv")
    words = ("--text-column", "comment", "--text-column", "NOTES", "--text-column", "trust")
    done = feedback("redact", source, *words, "-o", target)
    assert done.exit_code == 0, done.output
    after = read_table(target)
    assert list(after.columns) == list(read_table(source).columns)
    assert after["notes"].tolist() == ["none", "[PHONE]", "[PHONE]", "none", "[PHONE]"]
    assert after["trust"].tolist() == ["RGT", "Ward 9, [PHONE]", "", "RGT", "RGT"]
    assert CAUTION.format("comment, notes, trust") in done.stderr


def test_a_stream_is_the_table_and_quiet_is_silent(source: Path) -> None:
    stream = feedback("redact", source, "-o", "-")
    assert pd.read_csv(io.StringIO(stream.stdout))["comment"][0] == masked(SAID[0])
    assert "Masked, by kind" in stream.stderr
    given = feedback("redact", "-", "-q", input=source.read_bytes())
    assert given.stdout == stream.stdout
    assert feedback("redact", source, "-q").stderr == ""
    assert sorted(path.name for path in source.parent.iterdir()) == [
        "comments.csv", "comments.redacted.csv",
    ]  # fmt: skip


def test_masking_a_masked_file_changes_nothing(source: Path) -> None:
    once, twice = source.with_name("once.csv"), source.with_name("twice.csv")
    feedback("redact", source, "-o", once)
    done = feedback("redact", once, "-o", twice)
    assert once.read_bytes() == twice.read_bytes()
    assert " none" in done.stdout


@pytest.mark.parametrize("ending", ["tsv", "xlsx", "jsonl"])
def test_the_format_follows_the_input(ending: str, source: Path, tmp_path: Path) -> None:
    other = tmp_path / f"y.{ending}"
    feedback("redact", source, "-o", other, "--text-column", "Name")
    assert feedback("redact", other, "-q").exit_code == 0
    said = read_table(tmp_path / f"y.redacted.{ending}")["comment"].tolist()
    assert said == [masked(cell) for cell in read_table(source)["comment"]]


def test_excel_gets_its_mark_and_force_replaces(source: Path) -> None:
    assert feedback("redact", source).exit_code == 0
    target = source.with_name("comments.redacted.csv")
    again = feedback("redact", source)
    assert (again.exit_code, again.stderr) == (
        1, f"Error: {target}: exists already (choose another name, or say --force)\n"
    )  # fmt: skip
    assert feedback("redact", source, "--force", "--excel").exit_code == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["missing.csv"], "missing.csv"),
        (["comments.csv", "--text-column", "words"], "no column 'words'; it has: Respondent, "),
        (["comments.csv", "-o", "comments.csv", "--force"], "this file is the input"),
        (["comments.csv", "--sheet", "One"], "only a workbook has sheets"),
        (["comments.csv", "-o", "x.docx"], "no format is known by the ending '.docx'"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    words: list[str], says: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    done = feedback("redact", *words)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert says in done.stderr
    assert [path.name for path in source.parent.iterdir()] == ["comments.csv"]


def test_several_files_are_one(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    other.write_text("comment\nx4410 then\n")
    done = feedback("redact", source, other, "-o", tmp_path / "both.csv")
    assert done.exit_code == 0, done.output
    both = read_table(tmp_path / "both.csv")
    assert both["source_file"].tolist() == ["comments.csv"] * 5 + ["b.csv"]
    assert both["comment"].tolist()[-1] == "[PHONE] then"


# -- classify --redact


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ([], ["comment"]),
        (["--text-column", "comment", "--text-column", "notes"], ["answer"]),
        (
            ["--text-column", "comment", "--text-column", "notes", "--join"],
            ["comment", "notes", "joined_answers"],
        ),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_tags_are_the_same_with_and_without(
    options: list[str], columns: list[str], jobs: int, source: Path, model_folder: Path
) -> None:
    plain, masked_file = source.with_name("plain.csv"), source.with_name("masked.csv")
    words = ("classify", source, "--model", model_folder, "--jobs", jobs, *options)
    assert feedback(*words, "-o", plain).exit_code == 0
    done = feedback(*words, "-o", masked_file, "--redact")
    assert done.exit_code == 0, done.output
    before, after = read_table(plain), read_table(masked_file)
    pd.testing.assert_frame_equal(after.drop(columns=columns), before.drop(columns=columns))
    text = after[columns].to_csv()
    for piece in ("900123", "x4410", "jo@"):
        assert piece in before[columns].to_csv()
        assert piece not in text
    assert CAUTION.format(", ".join(columns)) in done.stderr


def test_a_text_column_that_tagging_renames_is_masked(model_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("check\nThe screens freeze so x4410 rang\n")
    words = ("--text-column", "check", "--redact", "--model", model_folder)
    assert feedback("classify", path, *words).exit_code == 0
    after = read_table(tmp_path / "x.tagged.csv")
    assert after["check_original"].tolist() == ["The screens freeze so [PHONE] rang"]
