"""Run `feedback check` and `feedback classify` on thousands of damaged files.

    python benchmarks/fuzz.py                # the full run, an hour on a core of its own
    python benchmarks/fuzz.py --share 0.1 --only xlsx

Each file ends in an answer of as many rows as were read, or in one sentence and exit code 1;
within ten seconds; and with nothing of a comment on stderr. Every file is made from a seed, so a
failure is made again by its format and number. A file that ends the process or hangs is named by
the last line printed.
"""

import argparse
import faulthandler
import gzip
import io
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
from click.testing import CliRunner, Result

from nhs_feedback.cli import main as feedback
from nhs_feedback.model.training import train
from nhs_feedback.tables.reading import open_table, read_table
from nhs_feedback.tables.writing import write_table

SECONDS = 10.0  # of processor time, so that a busy machine is not taken for a slow file
HANGS = 120.0
FILES = {"csv": 5_000, "tsv": 1_000, "csv.gz": 1_000, "jsonl": 1_000, "xlsx": 1_000,
         "xls": 1_000, "ods": 1_000, "parquet": 1_000}  # fmt: skip
REPOSITORY = Path(__file__).parents[1]
OLD_EXCEL = REPOSITORY / "tests" / "tables" / "data" / "old.xls"
LABELLED = REPOSITORY / "data" / "sample" / "labelled.csv"
THEMES = ["usability_workload", "infrastructure"]  # of a small model: the answer is not the point
CHECKED = 4  # one file in so many is given to `check` as well
PIECE = 12  # characters of a comment that stderr may not hold
COMMENTS = (
    "The quibblewick terminal is slow, again",
    'my ward sister said "no quibblewick" twice',
    "two lines on quibblewicks\nand one more line",
    "it\u2019s the caf\u00e9 where quibblewick works",
    "=1+1 quibblewicks make no sense of it",
    "",
    "fine, the quibblewick was fine after all",
)

Mutation = Callable[[bytearray, random.Random], None]

AWKWARD = (
    b'"', b'""', b'"""', b",", b"\n", b"\r", b"\r\n", b"\t", b";", b"\x00",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\x92", b"\xc3", b"\xe2\x80\x99", b"'=1+1", b"#NAME?",
    b"{", b"}", b"<", b"</", b"&#0;", b"]]>",
    b'r="XFD1048576"', b't="e"', b'repeated="99999999"', b"99999999999", b"-1", b"[" * 3000,
)  # fmt: skip


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, max(1, len(data) // 4))]


def shorten(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    piece = bytes(data[start : start + chance.randint(1, 200)])
    data[start:start] = piece * chance.randint(1, 50)


def insert(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.choice(AWKWARD)


def overwrite(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    piece = chance.choice(AWKWARD)
    data[at : at + len(piece)] = piece


MUTATIONS: tuple[Mutation, ...] = (flip, cut, shorten, repeat, insert, overwrite)


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        if changed:
            chance.choice(MUTATIONS)(changed, chance)
    return bytes(changed)


def mutated_part(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of a zip archive, and pack it whole again, so that the damage is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        unlucky = chance.choice([name for name in old.namelist() if name.endswith("xml")])
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, mutated(content, chance) if name == unlucky else content)
    return packed.getvalue()


def damaged(data: bytes, ending: str, chance: random.Random) -> bytes:
    if ending in ("xlsx", "ods") and chance.random() < 0.7:
        return mutated_part(data, chance)
    if ending == "csv.gz" and chance.random() < 0.5:
        return gzip.compress(mutated(gzip.decompress(data), chance))
    if ending == "csv":
        codec = chance.choice(["utf-8"] * 4 + ["cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
        data = data.decode().encode(codec, "replace")
    return mutated(data, chance)


def table() -> pd.DataFrame:
    """Forty invented rows with everything that makes reading hard."""
    return pd.DataFrame(
        {
            "id": [f"{number:04}" for number in range(40)],
            "date": pd.date_range("2024-04-01", periods=40),
            "Trust, or organisation": ["Westmarch Teaching Hospitals"] * 40,
            "comment": [COMMENTS[number % len(COMMENTS)] for number in range(40)],
            "score": [number / 7 for number in range(40)],
        }
    )


def open_document(frame: pd.DataFrame) -> bytes:
    """The frame as the least OpenDocument spreadsheet that can be read."""
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    rows = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
    escaped = [[cell.replace("&", "&amp;").replace("<", "&lt;") for cell in row] for row in rows]
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string" table:number-columns-repeated="1">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        for row in escaped
    ]
    body = "".join(
        f'<table:table-row table:number-rows-repeated="1">{row}</table:table-row>' for row in cells
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {namespaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
    return packed.getvalue()


def sound(ending: str, folder: Path) -> bytes:
    """A sound file of this format."""
    if ending == "ods":
        return open_document(table())
    if ending == "xls":
        return OLD_EXCEL.read_bytes()
    path = folder / f"sound.{ending.removesuffix('.gz')}"
    write_table(table(), path, force=True)
    content = path.read_bytes()
    return gzip.compress(content) if ending.endswith(".gz") else content


def secrets(ending: str) -> frozenset[str]:
    """Every piece of a comment in the sound file."""
    if ending == "xls":
        return pieces(read_table(OLD_EXCEL).to_numpy().ravel())
    return pieces(COMMENTS)


def pieces(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        text[start : start + PIECE] for text in texts for start in range(len(text) - PIECE + 1)
    )


def small_model(folder: Path) -> Path:
    """A model of two themes, so that reading and writing take most of the time."""
    made = folder / "small"
    train(read_table(LABELLED), theme_columns=THEMES, from_scratch=True).save(made)
    return made


def run(*words: object) -> tuple[Result, str]:
    """Run a command; what it said on stderr, in Python or below it."""
    with tempfile.TemporaryFile() as native:
        kept = os.dup(2)
        os.dup2(native.fileno(), 2)
        try:
            done = CliRunner().invoke(feedback, [str(word) for word in words])
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        native.seek(0)
        return done, done.stderr + native.read().decode("utf-8", "replace")


def outcome(path: Path, secret: frozenset[str], model: Path, *, check: bool = True) -> str:
    """Classify a file, and check it; say how that went."""
    target = path.with_name("tagged.csv")
    commands: list[tuple[object, ...]] = [
        ("classify", path, "-o", target, "--force", "--model", model)
    ]
    if check:
        commands.append(("check", path))
    codes = set()
    for words in commands:
        done, stderr = run(*words)
        if fault := _fault(done, stderr, secret):
            return f"FAILED {words[0]}: {fault}"
        codes.add(done.exit_code)
    if len(codes) > 1:
        return "FAILED: one command reads it and one does not"
    if codes == {1}:
        return "refused"
    rows = sum(1 for _ in open_table(target).rows())
    return "answered" if rows == open_table(path).n_rows else "FAILED to tag all rows"


def _fault(done: Result, stderr: str, secret: frozenset[str]) -> str:
    """What is wrong with how a command ended; "" for nothing."""
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return type(done.exception).__name__
    if done.exit_code not in (0, 1) or (done.exit_code == 1) != is_refusal(stderr):
        return f"exit code {done.exit_code} and not one sentence"
    if "Traceback" in stderr or "panicked" in stderr:
        return "a traceback"
    return "a comment on stderr" if pieces([stderr]) & secret else ""


def is_refusal(stderr: str) -> bool:
    """Notes of what was understood, then one error and nothing else."""
    *_, last = stderr.splitlines() or [""]
    return last.startswith("Error: ") and stderr.count("Error: ") == 1


def fuzz(ending: str, files: int, folder: Path, model: Path, seed: int) -> Counter[str]:
    found: Counter[str] = Counter()
    content, secret = sound(ending, folder), secrets(ending)
    path = folder / f"damaged.{ending}"
    for number in range(files):
        path.write_bytes(damaged(content, ending, random.Random(f"{seed} {ending} {number}")))
        faulthandler.dump_traceback_later(HANGS, exit=True, file=sys.__stdout__)
        start = time.process_time()
        result = outcome(path, secret, model, check=number % CHECKED == 0)
        late = time.process_time() - start > SECONDS
        faulthandler.cancel_dump_traceback_later()
        found[result] += 1
        if late or result.startswith("FAILED"):
            found["too slow"] += late
            print(f"\n{ending} {number}: {result}{' too slow' * late}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--share", type=float, default=1.0, help="of the full number of files")
    parser.add_argument("--only", choices=FILES)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        model = small_model(Path(folder))
        for ending in [chosen.only] if chosen.only else FILES:
            start = time.perf_counter()
            files = round(FILES[ending] * chosen.share)
            print(f"{ending}: ", end="", flush=True)
            found = fuzz(ending, files, Path(folder), model, chosen.seed)
            counts = ", ".join(f"{count:,} {result}" for result, count in found.most_common())
            print(f"{files:,} files: {counts} ({time.perf_counter() - start:.0f} s)", flush=True)
            failed += sum(n for result, n in found.items() if result not in ("answered", "refused"))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
