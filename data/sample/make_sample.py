"""Add the mess of a real survey export to the invented sample comments.

    python data/sample/make_sample.py CLEAN.csv data/sample/comments.csv

CLEAN.csv has the columns id, date, trust, staff_group, comment. What is added, always the same:
blank and "n/a" answers, repeats, curly quotes, text once read with the wrong encoding, marks left
by an old Windows encoding, a lost character, hard spaces, line breaks, and extra columns.
"""

import csv
import random
import sys
from collections.abc import Callable
from pathlib import Path

SEED = 20240402
SILENT = ["", "", "", " ", "n/a", "N/A", "None", "nil", ".", "-", "No comment", "nothing to add"]
REPEATS = 8


def curly(text: str) -> str:
    return text.replace("'", "\u2019").replace(' "', " \u201c").replace('"', "\u201d")


def misread(text: str) -> str:
    """UTF-8 once read as Windows-1252."""
    return curly(text).encode("utf-8").decode("cp1252", errors="replace")


def old_windows(text: str) -> str:
    """Windows-1252 once read as Latin-1: the quotes are control characters."""
    return curly(text).encode("cp1252", errors="replace").decode("latin-1")


def lost(text: str) -> str:
    return text.replace("'", "\ufffd", 1)


def hard_spaces(text: str) -> str:
    return text.replace(". ", ".\u00a0 ") + " \u00a0"


def line_breaks(text: str) -> str:
    return text.replace(". ", ".\r\n", 1)


MARKS: list[tuple[Callable[[str], str], int]] = [
    (curly, 60),
    (misread, 12),
    (old_windows, 12),
    (lost, 3),
    (hard_spaces, 20),
    (line_breaks, 15),
]


def make(rows: list[dict[str, str]], chance: random.Random) -> list[dict[str, str]]:
    marked = [dict(row) for row in rows]
    quoted = [row for row in marked if "'" in row["comment"]]
    for mark, count in MARKS:
        for row in chance.sample(quoted, count):
            if row["comment"].isascii():  # marked once only
                row["comment"] = mark(row["comment"])
    marked += [chance.choice(rows) | {"comment": comment} for comment in SILENT]
    marked += [dict(row) for row in chance.sample(rows, REPEATS)]
    for number, row in enumerate(marked[len(rows) :], start=len(rows) + 1):
        row["id"] = f"{number:04d}"
    for row in marked:
        row["site"] = chance.choice(["Main", "Main", "Community", "Home / mobile", ""])
        row["Years in NHS"] = chance.choice(["Under 2", "2 to 5", "6 to 10", "Over 10", ""])
        row["ok to quote?"] = chance.choice(["Yes", "No", ""])
    return marked


def main(clean: Path, messy: Path) -> None:
    with clean.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = make(rows, random.Random(SEED))
    with messy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(made[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
