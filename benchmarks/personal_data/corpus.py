"""Comments of the shared corpus that a person has read for personal data."""

import csv
import re
from pathlib import Path

from personal_data.marked import Marked, parse, read_lines

READ = Path(__file__).with_name("read.tsv")


def read_corpus(path: Path) -> list[Marked]:
    """Return the comments that were read, marked, in the order of the list of them."""
    with path.open(encoding="utf-8", newline="") as file:
        texts = {row["id"]: row["text"] for row in csv.DictReader(file)}
    rows = [line.split("\t") for line in read_lines(READ)]
    return [parse(mark_all(texts[row[0]], row[1:])) for row in rows if row[0] in texts]


def mark_all(text: str, marks: list[str]) -> str:
    """Mark all places of each datum, given as `NAME|Mr |Quaye` or `NAME|Quaye`; raise at none."""
    for mark in marks:
        kind, *leads, value = mark.split("|")
        lead = "".join(leads)
        found = re.compile(rf"({re.escape(lead)})?\b({re.escape(value)})\b")
        text, count = found.subn(rf"{{{{{kind}|\1|\2}}}}", text)
        if not count:
            raise ValueError(f"{value!r} is not in the comment")
    return text
