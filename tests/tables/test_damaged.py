"""Damaged files: whatever is done to them, a table or a TableError comes of it."""

import random
import struct
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
def test_a_few_damaged_files_of_each_format(tmp_path, ending):
    fuzz = pytest.importorskip("benchmarks.fuzz_reading")  # not in the source distribution
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    content = fuzz.sound(ending, tmp_path)
    path = tmp_path / f"damaged.{ending}"
    path.write_bytes(content)
    assert fuzz.outcome(path) == "read"
    for number in range(40):
        chance = random.Random(f"test {ending} {number}")
        path.write_bytes(fuzz.damaged(content, ending, chance))
        assert fuzz.outcome(path) in ("read", "refused"), number


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
