import os
import signal
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from nhs_feedback.engines.local import (
    Classified,
    Redacted,
    classify_file,
    redact_file,
    tag_chunks,
)
from nhs_feedback.engines.summaries import count_table
from nhs_feedback.errors import FeedbackError, TableError
from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.model.training import train
from nhs_feedback.summary.grouping import TRUST, Grouping
from nhs_feedback.summary.groups import summarise, summarise_counts
from nhs_feedback.tables.comments import open_comments
from nhs_feedback.tables.reading import open_table, read_table


def run(source: Path, target: Path, model: Path, **options: object) -> Classified:
    return classify_file(open_comments(source), target, model=model, **options)


@pytest.fixture
def whole(many_file: Path, model_folder: Path, tmp_path: Path) -> tuple[bytes, Classified]:
    """What one process makes of one chunk."""
    target = tmp_path / "whole.csv"
    result = run(many_file, target, model_folder)
    return target.read_bytes(), result


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl"])
def test_evidence_in_every_format_and_over_processes(
    ending: str, many: pd.DataFrame, model: Tagger, model_folder: Path, tmp_path: Path
) -> None:
    source, target = tmp_path / "few.csv", tmp_path / f"told{ending}"
    many.head(20).to_csv(source, index=False)
    result = run(source, target, model_folder, evidence=True, jobs=2, chunk_size=11)
    expected = classify(many.head(20), model=model, evidence=True)
    tagged = read_table(target)
    assert tagged["evidence"].tolist() == expected["evidence"].tolist()
    plain = run(source, tmp_path / "plain.csv", model_folder)
    pd.testing.assert_frame_equal(result.counts.table, plain.counts.table)
    pd.testing.assert_frame_equal(
        summarise(tagged, by="trust", model=model),
        summarise(expected, by="trust", model=model),
        check_dtype=False,
    )


@pytest.mark.parametrize("chunk_size", [7, 60, 119, 120, 1000])
def test_any_chunk_size_writes_the_same_file(
    chunk_size: int, whole: tuple, many_file: Path, model_folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "chunks.csv"
    result = run(many_file, target, model_folder, chunk_size=chunk_size)
    assert target.read_bytes() == whole[0]
    assert (result.check, result.unresolved, result.rows) == (
        whole[1].check, whole[1].unresolved, whole[1].rows
    )  # fmt: skip
    pd.testing.assert_frame_equal(
        summarise_counts(result.counts), summarise_counts(whole[1].counts)
    )


def test_any_number_of_processes_writes_the_same_file_and_never_with_an_old_model(
    whole: tuple, many_file: Path, labelled: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    target, folder = tmp_path / "jobs.csv", tmp_path / "small"
    model.save(folder)
    for chunk_size in (50, 7):
        result = run(many_file, target, folder, jobs=2, chunk_size=chunk_size, force=True)
        assert target.read_bytes() == whole[0]
        assert result.rows == 120
    train(labelled[["comment", "infrastructure"]], from_scratch=True).save(folder, force=True)
    run(many_file, target, folder, jobs=2, chunk_size=50, force=True)
    assert "training_support" not in read_table(target).columns


def test_it_writes_what_the_library_returns(
    whole: tuple, many: pd.DataFrame, saved: Tagger, tmp_path: Path
) -> None:
    (tmp_path / "again.csv").write_bytes(whole[0])
    read = read_table(tmp_path / "again.csv")
    tagged = classify(many, model=saved)
    assert list(read.columns) == list(tagged.columns)
    for name in ("comment", "themes", "infrastructure", "check", "model", "org_name"):
        assert read[name].tolist() == tagged[name].tolist()
    assert read["infrastructure_p"].astype(float).tolist() == tagged["infrastructure_p"].tolist()


def test_what_came_of_it(whole: tuple, saved: Tagger, many: pd.DataFrame) -> None:
    result = whole[1]
    tagged = classify(many, model=saved)
    assert result.rows == 120
    assert result.unresolved == Counter({"Moorland and Vale": 70, "Saltmere": 8})
    assert result.check == Counter(reason for reason in tagged["check"] if reason)
    pd.testing.assert_frame_equal(
        summarise_counts(result.counts), summarise(tagged, method="count")
    )


def test_a_trust_column_that_tagging_renames(
    many: pd.DataFrame, model_folder: Path, whole: tuple, tmp_path: Path
) -> None:
    source = tmp_path / "named.csv"
    many.rename(columns={"trust": "org_code"}).to_csv(source, index=False)
    result = run(source, tmp_path / "out.csv", model_folder, chunk_size=50)
    assert result.unresolved == whole[1].unresolved
    pd.testing.assert_frame_equal(
        summarise_counts(result.counts), summarise_counts(whole[1].counts)
    )


def test_without_a_trust_column(many: pd.DataFrame, model_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "bare.csv"
    many[["comment"]].to_csv(source, index=False)
    result = run(source, tmp_path / "out.csv", model_folder, chunk_size=50)
    assert result.unresolved == Counter()
    assert summarise_counts(result.counts)["group"].unique().tolist() == ["All"]


def test_a_tagged_file_counted_chunk_by_chunk(whole: tuple, tmp_path: Path) -> None:
    path = tmp_path / "tagged.csv"
    path.write_bytes(whole[0])
    counts = count_table(open_table(path), Grouping((TRUST,)), codebook=default_codebook())
    pd.testing.assert_frame_equal(summarise_counts(counts), summarise_counts(whole[1].counts))
    header = whole[0].splitlines(keepends=True)[0]
    path.write_bytes(header)
    counts = count_table(open_table(path), Grouping((TRUST,)), codebook=default_codebook())
    empty = summarise_counts(counts)
    assert empty["n_rows"].tolist() == [0] * 6


def test_progress_adds_up(many_file: Path, model_folder: Path, tmp_path: Path) -> None:
    done: list[int] = []
    run(many_file, tmp_path / "out.csv", model_folder, chunk_size=50, progress=done.append)
    assert done == [50, 50, 20]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("stop")])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_an_interrupted_run_leaves_nothing(
    error: BaseException, ending: str, many_file: Path, model_folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()

    def stop(_: int) -> None:
        raise error

    with pytest.raises(type(error)):
        run(many_file, place / f"out.{ending}", model_folder, chunk_size=50, progress=stop)
    assert list(place.iterdir()) == []


def test_an_interrupted_run_over_processes_leaves_nothing(
    many_file: Path, model_folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(many_file, place / "o.csv", model_folder, chunk_size=20, jobs=2, progress=stop)
    assert list(place.iterdir()) == []


def test_an_interrupted_run_leaves_the_file_it_would_have_replaced(
    many_file: Path, model_folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(many_file, target, model_folder, force=True, progress=stop)
    assert target.read_text() == "before"


def test_a_target_that_exists_or_is_the_input(many_file: Path, model_folder: Path) -> None:
    before = many_file.read_bytes()
    for force in (True, False):
        with pytest.raises(TableError, match="this file is the input"):
            run(many_file, many_file, model_folder, force=force)
    assert many_file.read_bytes() == before


def test_chunks_come_in_order(many_file: Path, model_folder: Path) -> None:
    comments = open_comments(many_file)
    tagged = pd.concat(tag_chunks(comments.table.chunks(13), comments.columns, model=model_folder))
    assert tagged.index.tolist() == list(range(120))
    assert list(tag_chunks([], comments.columns, model=model_folder)) == []


@pytest.mark.parametrize(("jobs", "chunk_size"), [(1, 7), (1, 1000), (2, 50)])
def test_any_chunk_size_and_number_of_processes_masks_the_same(
    jobs: int, chunk_size: int, many: pd.DataFrame, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    said = many["comment"] + [
        f" Ring x44{number:02}." if number % 3 else "" for number in range(120)
    ]
    many.assign(comment=said, staff_group=["x4410", ""] * 60).to_csv(source, index=False)
    done: list[int] = []
    result = redact_file(
        open_comments(source), target, jobs=jobs, chunk_size=chunk_size, progress=done.append
    )
    assert result == Redacted(Counter(PHONE=80), Counter(staff_group=60), 120)
    assert sum(done) == 120
    after = read_table(target)
    assert after["comment"].tolist() == [
        text.split(" Ring ")[0] + " Ring [PHONE]." * (" Ring " in text) for text in said
    ]
    assert after["id"].tolist() == many["id"].tolist()


def test_a_process_that_dies_is_said_in_one_sentence(
    many_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("nhs_feedback.engines.processes._silently", _die)
    target = tmp_path / "out.csv"
    with pytest.raises(FeedbackError) as caught:
        redact_file(open_comments(many_file), target, jobs=2, chunk_size=50)
    assert str(caught.value) == (
        f"{many_file}: one of the processes was stopped, most often because memory ran out; "
        "nothing was written (use fewer --jobs)"
    )
    assert not target.exists()


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
