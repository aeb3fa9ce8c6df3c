"""Damaged files: whatever is done to them, a table or a TableError comes of it."""

import random
import struct
from contextlib import suppress
from pathlib import Path

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables.compound import is_sound
from nhs_feedback.tables.reading import read_table

CRASHES = sorted((Path(__file__).parent / "data" / "crashes").iterdir())


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.name)
def test_files_that_once_ended_or_hung_the_process_are_refused(path):
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
    with pytest.raises(TableError, match="damaged"):
        read_table(path)


@pytest.mark.parametrize(
    "ending", ["csv", "tsv", "csv.gz", "jsonl", "xlsx", "xls", "ods", "parquet"]
)
def test_a_few_damaged_files_of_each_format(tmp_path, model_folder, ending):
    """Each is given to `classify`, and to `check`."""
    fuzz = pytest.importorskip("benchmarks.fuzz")  # not in the source distribution
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    content, secret = fuzz.sound(ending, tmp_path), fuzz.secrets(ending)
    path = tmp_path / f"damaged.{ending}"
    path.write_bytes(content)
    assert fuzz.outcome(path, secret, model_folder) == "answered"
    for number in range(12):
        chance = random.Random(f"test {ending} {number}")
        path.write_bytes(fuzz.damaged(content, ending, chance))
        assert fuzz.outcome(path, secret, model_folder) in ("answered", "refused"), number


@pytest.mark.parametrize(
    ("number", "seed"),
    [(167, 0), (591, 0), (681, 0), (1165, 0), (3927, 0), (4348, 0)],
)
def test_a_header_that_has_run_into_a_comment_or_holds_a_line_end(
    tmp_path, model_folder, number, seed
):
    fuzz = pytest.importorskip("benchmarks.fuzz")
    path, chance = tmp_path / "damaged.csv", random.Random(f"{seed} csv {number}")
    path.write_bytes(fuzz.damaged(fuzz.sound("csv", tmp_path), "csv", chance))
    assert fuzz.outcome(path, fuzz.secrets("csv"), model_folder) in ("answered", "refused")


def test_a_panic_below_python_is_not_on_the_screen(tmp_path, capfd):
    content = (Path(__file__).parent / "data" / "old.xls").read_bytes()
    path = tmp_path / "cut.xls"
    path.write_bytes(content[: len(content) - 409])
    for length in range(len(content) - 1024, len(content), 37):
        path.write_bytes(content[:length])
        with suppress(TableError):
            read_table(path)
    assert capfd.readouterr() == ("", "")


def test_a_sound_compound_file(data_folder):
    assert is_sound((data_folder / "old.xls").read_bytes())


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (48, 0xFFFFFFFE),  # no directory
        (48, 5_000),  # a directory beyond the end
        (60, 5_000),  # a small table beyond the end
        (68, 0),  # a chain of tables that is none
        (30, 77),  # sectors of a size that does not exist
    ],
)
def test_a_header_that_leads_nowhere(data_folder, at, value):
    content = bytearray((data_folder / "old.xls").read_bytes())
    struct.pack_into("<H" if at == 30 else "<I", content, at, value)
    assert not is_sound(bytes(content))


def test_a_chain_that_comes_back_on_itself(data_folder):
    content = bytearray((data_folder / "old.xls").read_bytes())
    (table,) = struct.unpack_from("<I", content, 76)
    for sector in range(8):
        struct.pack_into("<I", content, (table + 1) * 512 + sector * 4, (sector + 1) % 8)
    assert not is_sound(bytes(content))


@pytest.mark.parametrize("length", [0, 100, 511, 512, 600, 2_000])
def test_a_compound_file_cut_short(data_folder, length):
    assert not is_sound((data_folder / "old.xls").read_bytes()[:length])
