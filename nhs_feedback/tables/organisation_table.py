"""The shipped table of NHS trusts and boards: every code and name -> the organisation it is now."""

import csv
import functools
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal, NamedTuple

_SITE = re.compile(r"(?=.*\d)[RT7][A-Z0-9]{4}")
# Newer sites get codes of this shape at random; one may begin with a trust's code by chance.
_RANDOM_SITE = re.compile(r"[A-Z]\d[A-Z]\d[A-Z]")
# RW6 was split; these sites did not go where the rest of their trust did (the table's notes).
_MOVED_SITES = {"RW602": "R0A", "RM318": "R0A"}

NameKind = Literal["name", "former name", "alias"]


@dataclass(frozen=True)
class Organisation:
    """An organisation as it is now; outside England `region` is the nation."""

    code: str
    name: str
    region: str
    type: str


class Name(NamedTuple):
    """A name somebody may write, and the organisation it stands for now."""

    written: str
    organisation: Organisation
    kind: NameKind


class Table(NamedTuple):
    """What is known of organisations."""

    codes: dict[str, Organisation]  # old codes too, each to the organisation it is now
    names: tuple[Name, ...]
    unsure: tuple[Name, ...]  # used for other organisations as well: to ask about, not to resolve


@functools.cache
def read_table() -> Table:
    """Return the shipped table, read once; its columns are described in ORGANISATIONS.md."""
    shipped = resources.files("nhs_feedback") / "data" / "organisations.csv"
    rows = list(csv.DictReader(io.StringIO(shipped.read_text(encoding="utf-8"))))
    known = {row["ods_code"]: _organisation(row) for row in rows}
    # A trust that closed without a successor stands for itself: it is what the writer meant.
    codes = {row["ods_code"]: known[row["current_code"] or row["ods_code"]] for row in rows}
    names = tuple(name for row in rows for name in _names(row, codes[row["ods_code"]]))
    unsure = tuple(
        Name(alias, codes[row["ods_code"]], "alias")
        for row in rows
        for alias in _split(row["ambiguous_aliases"])
    )
    return Table(codes, names, unsure)


def trust_of_site(code: str) -> tuple[str, bool]:
    """Return the trust's code that a site's code begins with ("" for none), and if that is sure."""
    if not _SITE.fullmatch(code):
        return "", False
    return _MOVED_SITES.get(code, code[:3]), not _RANDOM_SITE.fullmatch(code)


def _organisation(row: dict[str, str]) -> Organisation:
    region = row["region"] or row["nation"]
    return Organisation(row["ods_code"], row["display_name"], region, row["type"])


def _names(row: dict[str, str], organisation: Organisation) -> Iterator[Name]:
    kind: NameKind = "name" if organisation.name == row["display_name"] else "former name"
    names = [row["display_name"], row["short_name"]]
    if row["type"] == "health board":
        names += _board_names(row["display_name"])
    yield from (Name(name, organisation, kind) for name in dict.fromkeys(names))
    yield from (Name(name, organisation, "former name") for name in _split(row["former_names"]))
    yield from (Name(name, organisation, "alias") for name in _split(row["aliases"]))


def _board_names(display_name: str) -> list[str]:
    """Return "Fife Health Board" for "NHS Fife"; the area alone only if it has two words."""
    area = re.sub(r"^NHS |( University| Teaching)? Health Board$", "", display_name)
    return [f"{area} Health Board", area] if " " in area else [f"{area} Health Board"]


def _split(cell: str) -> list[str]:
    return cell.split("|") if cell else []
