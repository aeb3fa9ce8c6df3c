"""A file appears whole or not at all, however its run ends."""

import errno
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from nhs_feedback.errors import TableError
from nhs_feedback.tables import aside
from nhs_feedback.tables.reading import read_table

posix = pytest.mark.skipif(sys.platform == "win32", reason="kills and locks as POSIX has them")

LINES = 2_000
WRITE_FOR_EVER = f"""
import sys
from pathlib import Path
from nhs_feedback.tables import aside

target = Path(sys.argv[1])
sys.stdout.write("ready\\n")
sys.stdout.flush()
for run in range(int(sys.argv[2])):
    place = aside.claim(target)
    try:
        with place.whole.open("w") as file:
            for _ in range({LINES}):
                file.write(f"{{run}}\\n")
        aside.put(place, force=True)
    finally:
        aside.release(place)
"""
WRITE_TABLES = """
import sys
import pandas as pd
from nhs_feedback.tables.writing import write_table

frame = pd.DataFrame({"id": range(3_000), "comment": ["slow"] * 3_000})
sys.stdout.write("ready\\n")
sys.stdout.flush()
while True:
    write_table(frame, sys.argv[1], force=True)
"""


def started(script, *arguments):
    child = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "ready\n"
    return child


def killed(child, after):
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def is_whole(path):
    lines = path.read_text().splitlines()
    return len(lines) == LINES and len(set(lines)) == 1


def write_once(target, text="new", *, force=True):
    place = aside.claim(target)
    try:
        place.whole.write_text(text)
        aside.put(place, force=force)
    finally:
        aside.release(place)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@posix
def test_kills_at_random_moments_leave_nothing_or_a_whole_file(tmp_path):
    chance = random.Random(0)
    target = tmp_path / "a.csv"
    left_something = 0
    for _ in range(60):
        killed(started(WRITE_FOR_EVER, target, 10**9), chance.uniform(0, 0.01))
        assert not target.exists() or is_whole(target)
        left_something += len(names(tmp_path)) > target.exists()
    write_once(target)
    assert names(tmp_path) == ["a.csv"]
    assert left_something > 5  # otherwise the kills came at no interesting moment


@posix
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_kills_while_tables_are_written(tmp_path, ending):
    chance = random.Random(0)
    target = tmp_path / f"a{ending}"
    for _ in range(4):
        killed(started(WRITE_TABLES, target), chance.uniform(0, 0.3))
        assert not target.exists() or read_table(target).shape == (3_000, 2)
    write_once(target)
    assert names(tmp_path) == [target.name]


@posix
def test_runs_at_once_never_mix(tmp_path):
    target = tmp_path / "a.csv"
    children = [started(WRITE_FOR_EVER, target, 150) for _ in range(3)]
    while any(child.poll() is None for child in children):
        assert not target.exists() or is_whole(target)
    for child in children:
        child.stdout.close()
    assert [child.returncode for child in children] == [0, 0, 0]
    assert names(tmp_path) == ["a.csv"]


@posix
def test_a_run_that_is_going_keeps_its_place(tmp_path):
    first = aside.claim(tmp_path / "a.csv")
    first.whole.write_text("first")
    write_once(tmp_path / "a.csv", "second")
    aside.put(first, force=True)
    aside.release(first)
    assert (tmp_path / "a.csv").read_text() == "first"
    assert names(tmp_path) == ["a.csv"]


def test_leftovers_of_this_target_go_and_nothing_else(tmp_path):
    leftover = tmp_path / ".a.csv.00000000.feedback-part"
    not_locked_yet = tmp_path / ".a.csv.00000001.feedback-part"
    other = tmp_path / ".b.csv.00000000.feedback-part"
    for folder in (leftover, other):
        folder.mkdir()
        (folder / "whole.csv").write_text("x")
        (folder / "lock").touch()
    not_locked_yet.mkdir()
    (tmp_path / ".a.csv.notes.feedback-part").touch()
    write_once(tmp_path / "a.csv")
    assert names(tmp_path) == [".a.csv.notes.feedback-part", other.name, "a.csv"]


@posix
@pytest.mark.parametrize(("age", "kept"), [(10, True), (90_000, False)])
def test_where_there_are_no_locks_age_decides(tmp_path, monkeypatch, age, kept):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    folder = tmp_path / ".a.csv.00000000.feedback-part"
    folder.mkdir()
    (folder / "lock").touch()
    os.utime(folder / "lock", (time.time() - age,) * 2)
    write_once(tmp_path / "a.csv")
    assert folder.exists() == kept
    assert (tmp_path / "a.csv").read_text() == "new"


def test_a_place_taken_for_a_leftover_is_claimed_anew(tmp_path, monkeypatch):
    mkdir = type(tmp_path).mkdir
    made = []

    def lose_the_first(folder, *arguments):
        mkdir(folder, *arguments)
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()

    monkeypatch.setattr("pathlib.Path.mkdir", lose_the_first)
    place = aside.claim(tmp_path / "a.csv")
    assert place.folder == made[1]
    aside.release(place)
    assert names(tmp_path) == []


def test_an_existing_target_is_kept_without_force(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(TableError, match="another run has made this file meanwhile"):
        write_once(tmp_path / "a.csv", force=False)
    assert (tmp_path / "a.csv").read_text() == "old"
    assert (tmp_path / "a.2.csv").read_text() == "new"


def test_a_long_name_has_room_for_a_place(tmp_path):
    target = tmp_path / ("x" * 240 + ".csv")
    write_once(target)
    assert names(tmp_path) == [target.name]
