"""How well spellings of organisations resolve. Run: python benchmarks/organisations.py.

Every name in the shipped table is looked up as it stands, then with one random typing error, then
with one of its places swapped for a town that has no such trust. `--choice` tries other limits on
typing errors than those chosen, on a third of the data.
"""

import argparse
import csv
import random
import string
import time
from collections import Counter
from collections.abc import Iterator
from importlib import resources

from rapidfuzz.distance import OSA

from nhs_feedback.tables import organisation_spelling
from nhs_feedback.tables.organisation_names import KIND_WORDS, STOP_WORDS
from nhs_feedback.tables.organisation_table import read_table
from nhs_feedback.tables.organisations import Organisations, load_organisations

SEED = 7
ERRORS_PER_NAME = 10
NAME_COLUMNS = ("display_name", "name", "short_name", "former_names", "aliases")
# Real towns and invented places with no trust of their own in the table.
TOWNS = (  # noqa: SIM905 (one a word is easier to read)
    "Aldershot Andover Banbury Barnford Barton Beverley Bicester Bingley Blyth Bodmin Boston "
    "Bradfield Bromley Burnley Bury Buxton Canterbury Chatham Chichester Chippenham Corby Cowes "
    "Crewe Croyton Daventry Deal Dereham Dorchester Dorking Durley Dursley Elland Ely Esher "
    "Exmouth Falmouth Frome Halifax Harlow Harwich Hastings Hatfield Helston Hexham Horsham "
    "Ilford Ilkley Kendal Lancaster Leek Lewes Lincoln Louth Maldon Malton March Matlock "
    "Medford Melton Morley Morpeth Neath Newton Northwich Preston Ramsgate Reading Rochester "
    "Ryde Rye Sale Seaford Selby Slough Stafford Stamford Stratford Stroud Sutton Tamworth "
    "Thetford Truro Uxbridge Walford Warwick Wexford Weymouth Witham Woking Wrexham Yate "
).split()
CHOICES: tuple[dict[str, int], ...] = (
    {},
    {"MARGIN": 1},
    {"MARGIN": 3},
    {"MAX_EDITS": 1},
    {"MAX_EDITS": 3},
    {"WORD_EDITS": 2},
    {"PLACE_LETTERS": 0},
    {"PLACE_LETTERS": 6},
    {"PLACE_LETTERS": 10},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--choice", action="store_true", help="try other limits too")
    rows = read_rows()
    report_table(rows)
    report_speed(rows)
    print(
        "limits on typing errors              one error           two errors         town swapped"
    )
    print("                                right  wrong     right  wrong        resolved")
    names = long_names(rows)
    report_limits({}, names, ERRORS_PER_NAME)
    if parser.parse_args().choice:
        for limits in CHOICES:
            report_limits(limits, names[::3], 3)


def read_rows() -> list[dict[str, str]]:
    shipped = resources.files("nhs_feedback") / "data" / "organisations.csv"
    return list(csv.DictReader(shipped.read_text(encoding="utf-8").splitlines()))


def report_table(rows: list[dict[str, str]]) -> None:
    organisations = load_organisations()
    written = {(row["ods_code"], current(row)) for row in rows} | set(names_of(rows))
    right = sum(found(organisations, spelling) == code for spelling, code in written)
    print(f"codes and names of the table right: {right} of {len(written)}")
    refused = [alias for row in rows for alias in row["ambiguous_aliases"].split("|") if alias]
    unresolved = sum(found(organisations, alias) is None for alias in refused)
    print(f"ambiguous aliases refused: {unresolved} of {len(refused)}")


def report_speed(rows: list[dict[str, str]]) -> None:
    read_table.cache_clear()
    started = time.perf_counter()
    organisations = Organisations(read_table())
    print(f"table read and indexed in {1000 * (time.perf_counter() - started):.0f} ms")
    organisations.match("Bart Health NHS Trust")  # loads rapidfuzz
    exact = [name for name, _ in names_of(rows)]
    mistyped = [mistype(name, random.Random(SEED)) for name, _ in long_names(rows)]
    for kind, spellings in (("exact", exact), ("mistyped", mistyped), ("repeated", exact)):
        started = time.perf_counter()
        for spelling in spellings:
            organisations.match(spelling)
        each = (time.perf_counter() - started) / len(spellings)
        print(f"{kind} spellings: {1e6 * each:.0f} microseconds each")


def report_limits(limits: dict[str, int], names: list[tuple[str, str]], errors: int) -> None:
    chosen = {limit: getattr(organisation_spelling, limit) for limit in limits}
    for limit, value in limits.items():
        setattr(organisation_spelling, limit, value)
    organisations = Organisations(read_table())
    label = ", ".join(f"{limit} {value}" for limit, value in limits.items()) or "as chosen"
    one, two = (shares(organisations, names, errors, count) for count in (1, 2))
    swapped = [spelling for name, _ in names for spelling in with_towns(name)]
    resolved = sum(organisations.match(spelling).how == "spelling" for spelling in swapped)
    print(f"{label:<28} {one}    {two}    {resolved:4} of {len(swapped)}", flush=True)
    for limit, value in chosen.items():
        setattr(organisation_spelling, limit, value)


def shares(
    organisations: Organisations, names: list[tuple[str, str]], errors: int, count: int
) -> str:
    """Return the shares resolved rightly and wrongly with `count` typing errors each."""
    draw = random.Random(SEED)
    outcomes: Counter[str] = Counter()
    for name, code in names:
        for _ in range(errors):
            spelling = name
            for _ in range(count):
                spelling = mistype(spelling, draw)
            got = found(organisations, spelling)
            outcomes["refused" if got is None else "right" if got == code else "wrong"] += 1
    right, wrong = (outcomes[kind] / outcomes.total() for kind in ("right", "wrong"))
    return f"{right:7.2%} {wrong:6.2%}"


def mistype(name: str, draw: random.Random) -> str:
    """Return the name with a letter inserted, deleted, substituted, or swapped with the next."""
    while True:
        at = draw.randrange(len(name) - 1)
        letter = draw.choice(string.ascii_lowercase + " ")
        mistyped = draw.choice(
            [
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
        if mistyped != name:
            return mistyped


def with_towns(name: str) -> Iterator[str]:
    """Yield the name with one place swapped for each town spelt at all like it."""
    words = name.split()
    for at, word in enumerate(words):
        plain = word.strip(",").casefold()
        if len(plain) < 4 or plain in KIND_WORDS | STOP_WORDS:
            continue
        for town in TOWNS:
            if OSA.distance(plain, town.casefold()) <= 3:
                yield " ".join([*words[:at], town, *words[at + 1 :]])


def names_of(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return each name with the code that it should resolve to."""
    names = (
        (name, current(row))
        for row in rows
        for column in NAME_COLUMNS
        for name in row[column].split("|")
        if name
    )
    return list(dict.fromkeys(names))


def long_names(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(n, c) for n, c in names_of(rows) if sum(map(str.isalpha, n)) >= 10 and not n.isupper()]


def current(row: dict[str, str]) -> str:
    return row["current_code"] or row["ods_code"]


def found(organisations: Organisations, spelling: str) -> str | None:
    organisation = organisations.match(spelling).organisation
    return organisation.code if organisation else None


if __name__ == "__main__":
    main()
