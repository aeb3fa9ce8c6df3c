"""Read thousands of damaged files: only a TableError may come of it, within ten seconds each.

    python benchmarks/fuzz_reading.py             # the full run, about ten minutes
    python benchmarks/fuzz_reading.py --share 0.1 --only xlsx

Every file is made from a seed, so a failure is made again by its format and number. A file that
ends the process or hangs is named by the last line printed.
"""

import argparse
import faulthandler
import gzip
import io
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.tables.reading import open_table
from nhs_feedback.tables.writing import write_table

SECONDS = 10.0
FILES = {"csv": 5_000, "tsv": 1_000, "csv.gz": 1_000, "jsonl": 1_000, "xlsx": 1_000,
         "xls": 1_000, "ods": 1_000, "parquet": 1_000}  # fmt: skip
OLD_EXCEL = Path(__file__).parents[1] / "tests" / "tables" / "data" / "old.xls"

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
    texts = [
        "slow, again",
        'she said "no"',
        "two\nlines",
        "it\u2019s caf\u00e9",
        "=1+1",
        "",
        "fine",
    ]
    return pd.DataFrame(
        {
            "id": [f"{number:04}" for number in range(40)],
            "date": pd.date_range("2024-04-01", periods=40),
            "Trust, or organisation": ["Westmarch Teaching Hospitals"] * 40,
            "comment": [texts[number % len(texts)] for number in range(40)],
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


def outcome(path: Path) -> str:
    """Read a file whole; say how that went."""
    try:
        opened = open_table(path)
        rows = sum(len(chunk) for chunk in opened.chunks(7))
    except TableError:
        return "refused"
    except Exception as error:  # noqa: BLE001 (that is what is looked for)
        return f"FAILED with {type(error).__name__}"
    return "read" if rows == opened.n_rows else "FAILED to read all rows"


def fuzz(ending: str, files: int, folder: Path, seed: int) -> Counter[str]:
    found: Counter[str] = Counter()
    content = sound(ending, folder)
    path = folder / f"damaged.{ending}"
    for number in range(files):
        path.write_bytes(damaged(content, ending, random.Random(f"{seed} {ending} {number}")))
        faulthandler.dump_traceback_later(SECONDS * 3, exit=True)
        start = time.perf_counter()
        result = outcome(path)
        late = time.perf_counter() - start > SECONDS
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
        for ending in [chosen.only] if chosen.only else FILES:
            start = time.perf_counter()
            files = round(FILES[ending] * chosen.share)
            print(f"{ending}: ", end="", flush=True)
            found = fuzz(ending, files, Path(folder), chosen.seed)
            counts = ", ".join(f"{count:,} {result}" for result, count in found.most_common())
            print(f"{files:,} files: {counts} ({time.perf_counter() - start:.0f} s)", flush=True)
            failed += sum(n for result, n in found.items() if result not in ("read", "refused"))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
