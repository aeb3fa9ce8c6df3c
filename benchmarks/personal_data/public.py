"""The public set: Presidio's own evaluation templates, filled with Faker's people and places.

They come in the package `presidio-evaluator` (MIT); nothing of it is run. Templates about American
numbers are left out. Places, organisations and ages are marked `?`: no kind here answers to them.
"""

import re
from importlib.util import find_spec
from pathlib import Path

from faker import Faker

from personal_data.marked import Marked, parse

PACKAGE = "presidio_evaluator"
PARTS, SEXES = ("first", "last"), ("", "_male", "_female", "_nonbinary")
EITHER_SLOTS = """city country job street_name secondary_address year day_of_week building_number
    prefix prefix_male prefix_female""".split()  # noqa: SIM905
AMERICAN = ("ssn", "us_driver_license", "zipcode", "state_abbr")
# What stands for each slot: the kind it is marked as, and what Faker calls it.
METHODS = {
    "person": ("NAME", "name"),
    **{slot: ("NAME", slot) for slot in ("name", "name_male", "name_female")},
    **{f"{part}_name{sex}": ("NAME", f"{part}_name{sex}") for part in PARTS for sex in SEXES},
    **{slot: (slot.upper(), slot) for slot in ("email", "url", "postcode")},
    "phone_number": ("PHONE", "phone_number"),
    "ip_address": ("IP", "ipv4"),
    "credit_card_number": ("ACCOUNT", "credit_card_number"),
    "iban": ("ACCOUNT", "iban"),
    "date_of_birth": ("DATE_OF_BIRTH", "date"),
    **{slot: ("?", slot) for slot in EITHER_SLOTS},
    **dict.fromkeys(("nationality", "nation_woman", "nation_plural"), ("?", "country")),
    "organization": ("?", "company"),
    "date_time": ("?", "date"),
}
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_STREET = re.compile(r"\{\{building_number\}\} \{\{street_name\}\}")


def available() -> bool:
    return find_spec(PACKAGE) is not None


def read_public(*, rounds: int, seed: int) -> list[Marked]:
    """Return each template filled so many times, with British and American names in turn."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return []
    path = Path(spec.origin).parent / "data_generator" / "raw_data" / "templates.txt"
    templates = [
        line
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip() and not any(f"{{{{{slot}}}}}" in line for slot in AMERICAN)
    ]
    faker = Faker(["en_GB", "en_US"])
    faker.seed_instance(seed)
    return [parse(_filled(line, faker)) for _ in range(rounds) for line in templates]


def _filled(template: str, faker: Faker) -> str:
    whole = _STREET.sub("{{street}}", template)
    born = re.search(r"born|birth", template) is not None
    return _SLOT.sub(lambda match: _value(match[1], faker, born=born), whole)


def _value(slot: str, faker: Faker, *, born: bool) -> str:
    british = faker["en_GB"]
    if slot == "age":
        return str(british.random_int(18, 90))
    if slot == "street":
        return f"{{{{ADDRESS|{british.building_number()} {british.street_name()}}}}}"
    if slot == "address":
        street, town = _value("street", faker, born=born), british.city()
        return f"{street}, {{{{?|{town}}}}}, {{{{POSTCODE|{british.postcode()}}}}}"
    kind, method = METHODS[slot]
    if slot == "date_of_birth" and not born:
        kind = "?"
    value = getattr(faker if kind == "NAME" else british, method)()
    return f"{{{{{kind}|{value}}}}}".replace("\n", ", ")
