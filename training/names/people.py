"""Names of people to put into texts: whose they are, and how they get written."""

import importlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
_LATIN = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž'’-]+")
_PARTICLES = frozenset(
    {
        *("al", "ap", "bin", "binti", "da", "de", "del", "dela", "den", "der", "di", "dos", "du"),
        *("el", "la", "le", "st", "ten", "van", "von"),
    }
)
_BEFORE = {  # particles that go before surnames of a group
    "western_european": ("van der", "van den", "de", "van", "von", "du", "le"),
    "filipino": ("dela", "de", "del"),
    "iberian_latin": ("da", "de", "dos", "di"),
    "middle_eastern_turkish_greek": ("al-", "Al-", "El-", "el ", "bin ", "Al "),
    "chinese_east_asian": ("bin ", "binti "),
    "scottish_welsh": ("ap ",),
    "caribbean": ("St ",),
}


# Without stops: pairs that are no usual abbreviation of something else.
_INITIALS = ("JP", "AJ", "JJ", "TJ", "MJ", "PJ", "CJ", "DJ", "KT", "BJ", "RJ")


@dataclass(frozen=True)
class Group:
    """The names of one part of the workforce."""

    name: str
    weight: float
    given: tuple[str, ...]
    surnames: tuple[str, ...]
    often_given: tuple[str, ...]
    often_surnames: tuple[str, ...]


def read_groups() -> list[Group]:
    """Read `people.toml`, with faker's lists for the locales it names."""
    table = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    return [_group(name, entry) for name, entry in table.items()]


def _group(name: str, entry: dict) -> Group:
    own_given = _kept(entry["given"].split())
    own_surnames = _kept(entry["surnames"].split())
    given, surnames = set(own_given), set(own_surnames)
    for locale in entry.get("faker", ()):
        more_given, more_surnames = faker_names(locale)
        given |= set(more_given)
        surnames |= set(more_surnames)
    return Group(
        name, entry["weight"], tuple(sorted(given)), tuple(sorted(surnames)),
        tuple(own_given), tuple(own_surnames),
    )  # fmt: skip


def faker_names(locale: str) -> tuple[list[str], list[str]]:
    """Return the given names and surnames that faker has for a locale, in Latin letters."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    given: set[str] = set()
    surnames: set[str] = set()
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if not isinstance(values, list | tuple | dict) or "format" in attribute:
            continue
        names = [value for value in values if isinstance(value, str)]
        if "first" in attribute:
            given.update(names)
        elif "last" in attribute:
            surnames.update(names)
    return _kept(sorted(given)), _kept(sorted(surnames))


def _kept(names: list[str]) -> list[str]:
    return [n for n in dict.fromkeys(names) if _LATIN.fullmatch(n) and n.lower() not in _PARTICLES]


class People:
    """Draws names of a group that is drawn first."""

    def __init__(self, groups: list[Group], random: Random) -> None:
        self.groups, self.random = groups, random
        self.words = frozenset((HERE / "words.txt").read_text("utf-8").split())
        self._weights = [group.weight for group in groups]

    def group(self) -> Group:
        """Draw whose name it will be."""
        return self.random.choices(self.groups, self._weights)[0]

    def given(self, group: Group | None = None) -> str:
        """Return a given name."""
        group = group or self.group()
        r = self.random.random()
        name = self.random.choice(group.often_given if r < 0.65 else group.given)
        if r > 0.97 and "-" not in name:
            name += "-" + self.random.choice(group.often_given)
        return name

    def surname(self, group: Group | None = None) -> str:
        """Return a surname, some of them in two parts or with a particle."""
        group = group or self.group()
        random = self.random
        name = random.choice(group.often_surnames if random.random() < 0.6 else group.surnames)
        if random.random() < 0.08:
            other = self.surname(self.group() if random.random() < 0.5 else group)
            return f"{name}-{other}"
        if group.name in _BEFORE and random.random() < 0.12:
            before = random.choice(_BEFORE[group.name])
            return before + name if before[-1] in "- " else f"{before} {name}"
        return name

    def full(self) -> str:
        """Return a given name or its initial, and a surname or its initial."""
        group = self.group()
        random = self.random
        given, surname = self.given(group), self.surname(group if random.random() < 0.85 else None)
        r = random.random()
        if r < 0.06:
            return f"{given} {self.given(group)} {surname}"
        if r < 0.11:
            return f"{given} {random.choice('ABCDEFGHJKLMNPRST')} {surname}"
        if r < 0.19:
            return f"{given[0]}{random.choice(['. ', ' ', '.'])}{surname}"
        if r < 0.22:
            return f"{given[0]}.{random.choice(['', ' '])}{self.given(group)[0]}. {surname}"
        if r < 0.27:
            return f"{given} {surname[0].upper()}{random.choice(['', '', '.'])}"
        return f"{given} {surname}"

    def titled(self) -> str:
        """Return a name as it stands after a title."""
        r = self.random.random()
        if r < 0.6:
            return self.surname()
        if r < 0.75:
            return self.full()
        if r < 0.9:
            return self.given()
        return self.random.choice("ABCDEFGHJKLMNOPRSTW")

    def any(self) -> str:
        """Return a name in any form that stands without a title."""
        r = self.random.random()
        return self.given() if r < 0.66 else self.full() if r < 0.9 else self.lone_surname()

    def lone_surname(self) -> str:
        """Return a surname, seldom one that is a plain word: "Price" alone is mostly the price."""
        name = self.surname()
        while name.lower() in self.words and self.random.random() < 0.9:
            name = self.surname()
        return name

    def initials(self) -> str:
        """Return two initials, with stops or without."""
        if self.random.random() < 0.4:
            return self.random.choice(_INITIALS)
        return "".join(f"{self.random.choice('ABCDEFGHJKLMNPRSTW')}." for _ in range(2))


def misspelt(name: str, random: Random) -> str:
    """Return a name with two letters swapped, one lost or one doubled."""
    if len(name) < 5:
        return name
    at = random.randrange(1, len(name) - 2)
    r = random.random()
    if r < 0.4:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at + 1 :] if r < 0.7 else name[:at] + name[at] + name[at:]
