"""Invented people, numbers and places, in the notation of `marked`.

Phone numbers come from the ranges that Ofcom keeps for drama, NHS numbers from the test range that
begins 999, domains from those kept for examples. The rest is drawn at random in the right shape.
"""

import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from random import Random

from faker import Faker
from faker.config import AVAILABLE_LOCALES

LISTS = tomllib.loads(Path(__file__).with_name("lists.toml").read_text(encoding="utf-8"))
LOCALES = {
    "en_GB": 10,
    **dict.fromkeys(("en_IN", "en_IE", "pl_PL", "yo_NG", "en_NG", "fil_PH"), 3),
    **dict.fromkeys(("ro_RO", "pt_PT", "it_IT", "tr_TR", "es_ES", "de_DE", "fr_FR", "zu_ZA"), 1),
}
INWARD = "ABDEFGHJLNPQRSTUWXYZ"  # letters that a postcode's end may have


class Values:
    """Draws the value of a slot such as ``{first}``, the same again for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.faker = Faker(
            {name: weight for name, weight in LOCALES.items() if name in AVAILABLE_LOCALES}
        )
        self.faker.seed_instance(seed)

    def draw(self, slot: str) -> str:
        """Return a value for a slot, marked if it is personal data."""
        return SLOTS[slot](self)

    def digits(self, count: int) -> str:
        """Return so many digits."""
        return "".join(self.random.choices("0123456789", k=count))

    def pick(self, *options: str) -> str:
        """Return one of several."""
        return self.random.choice(options)

    def listed(self, name: str) -> str:
        """Return one word or phrase of a list in ``lists.toml``."""
        words: str | list[str] = LISTS[name]
        return self.random.choice(words.split() if isinstance(words, str) else words)


def _plain(name: str) -> str:
    """Strip accents, as people without the keys for them do."""
    split = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _first(values: Values) -> str:
    return _typed(values, "first", values.faker.first_name)


def _last(values: Values) -> str:
    return _typed(values, "last", values.faker.last_name)


def _typed(values: Values, own: str, others: Callable[[], str]) -> str:
    name = values.listed(own) if values.random.random() < 0.4 else others()
    return name if values.random.random() < 0.6 else _plain(name)


def _full(values: Values) -> str:
    return f"{_first(values)} {_last(values)}"


def _initialled(values: Values) -> str:
    letter = _plain(_first(values))[0]
    return f"{values.pick(f'{letter}. ', f'{letter} ', f'{letter}.')}{_last(values)}"


def _titled(values: Values) -> str:
    return f"{{{{NAME|{values.listed('title')} |{_last(values)}}}}}"


def _email(values: Values) -> str:
    first, last = _letters(_first(values)), _letters(_last(values))
    forms = f"{first}.{last}", f"{first[0]}{last}", f"{last}_{first}", f"{first}{values.digits(2)}"
    return f"{values.pick(*forms)}@{values.listed('domain')}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, _plain(name).lower()))


def _landline(values: Values) -> str:
    number = values.listed("exchange") + values.digits(3)
    area, rest = number.split(" ", 1)
    abroad = f"+44 (0){number[1:]}"
    return values.pick(
        number, number.replace(" ", ""), f"{area}-{rest}", f"({area}) {rest}", abroad
    )


def _mobile(values: Values) -> str:
    end = values.digits(3)
    return values.pick(
        f"07700 900{end}", f"07700900{end}", f"07700 900 {end}", f"+44 7700 900{end}",
        f"+447700900{end}", f"0044 7700 900{end}", f"07700-900-{end}", f"077 0090 0{end}",
    )  # fmt: skip


def _extension(values: Values) -> str:
    number = values.digits(values.random.choice((4, 4, 5)))
    return f"{{{{PHONE|{values.listed('extension')}|{number}}}}}"


def check_digit(nine: str) -> str:
    """Return the mod-11 digit of an NHS or CHI number, or nothing where there is none."""
    weighed = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    digit = 11 - weighed % 11
    return {11: "0", 10: ""}.get(digit, str(digit))


def _checked(draw: Callable[[], str]) -> str:
    while True:
        nine = draw()
        if check_digit(nine):
            return nine + check_digit(nine)


def _nhs_number(values: Values) -> str:
    number = _checked(lambda: "999" + values.digits(6))
    parts = (number[:3], number[3:6], number[6:])
    return values.pick(number, " ".join(parts), " ".join(parts), "-".join(parts))


def _chi(values: Values) -> str:
    born = "".join(_day(values)) + str(values.random.randint(30, 88))
    return _checked(lambda: born + values.digits(3))


def _day(values: Values) -> tuple[str, str]:
    return f"{values.random.randint(1, 28):02}", f"{values.random.randint(1, 12):02}"


def _ni_number(values: Values) -> str:
    pairs = [
        values.listed("ni_prefix"),
        *(values.digits(2) for _ in range(3)),
        values.pick(*"ABCD"),
    ]
    return values.pick("", " ").join(pairs)


def _registration(values: Values) -> str:
    pin = (
        f"{values.digits(2)}{values.pick(*'ABCDEFGHI')}{values.digits(4)}{values.pick(*'CEONSWX')}"
    )
    numbers = {
        "GMC": values.pick("4", "6", "7") + values.digits(6),
        "NMC": pin,
        "GPhC": "2" + values.digits(6),
        "HCPC": values.pick("PH", "OT", "RA", "DT", "SL") + values.digits(5),
    }
    body = values.pick(*numbers)
    return f"{body}{values.pick(' ', ' no ', ' number ', ': ')}{{{{REGISTRATION|{numbers[body]}}}}}"


def _case_number(values: Values) -> str:
    prefix = values.pick("", "R", "H", "W", "RX", "M")
    return prefix + values.digits(values.random.choice((6, 7, 8)))


def _incident(values: Values) -> str:
    prefix = values.pick("INC", "W-", "REQ", "CHG", "CAS-", "")
    return prefix + values.digits(values.random.choice((5, 6, 7)))


def _postcode(values: Values) -> str:
    out = values.listed("area") + str(values.random.randint(1, 29))
    inward = f"{values.random.randint(0, 9)}{values.pick(*INWARD)}{values.pick(*INWARD)}"
    return values.pick(f"{out} {inward}", f"{out} {inward}", f"{out}{inward}")


def _address(values: Values) -> str:
    number = str(values.random.randint(1, 240))
    house = values.pick(number, number, number + values.pick(*"abc"))
    flat = values.pick("", "", "", f"Flat {values.random.randint(1, 30)}, ")
    return f"{flat}{house} {values.listed('stem')} {values.listed('street')}"


def _birth_date(values: Values) -> str:
    return _date(values, values.random.randint(1926, 2008))


def _recent_date(values: Values) -> str:
    return _date(values, values.random.randint(2016, 2026))


def _date(values: Values, when: int) -> str:
    (day, month), year = _day(values), str(when)
    short, name = str(int(day)), LISTS["month_name"].split()[int(month) - 1]
    numbers = values.pick(*"/.-").join((day, month, year))
    return values.pick(
        numbers,
        numbers,
        f"{short}/{int(month)}/{year[2:]}",
        f"{short} {name} {year}",
        f"{short} {name[:3]} {year}",
        f"{short}th of {name} {year}",
        f"{year}-{month}-{day}",
    )


def _vehicle(values: Values) -> str:
    letters = "".join(values.random.choices("ABCDEFGHJKLMNOPRSTUVWXY", k=5))
    return f"{letters[:2]}{values.listed('age_mark')}{values.pick(' ', '')}{letters[2:]}"


def _url(values: Values) -> str:
    start = values.pick("https://", "http://", "www.", "https://www.")
    path = values.pick("", "/rota", "/ehr/guide.pdf", "/a?id=42", "/training/")
    return start + values.listed("domain") + path


def _handle(values: Values) -> str:
    first = _letters(_first(values))
    return "@" + values.pick(
        first + values.digits(2), f"nurse_{first}", f"{first}_rgn", f"the{first}"
    )


def _ip(values: Values) -> str:
    network = values.pick("10.24", "10.8", "172.16", "192.168")
    return f"{network}.{values.random.randint(1, 250)}.{values.random.randint(1, 250)}"


def _card(values: Values) -> str:
    number = values.faker.credit_card_number(card_type=values.pick("visa16", "mastercard"))
    return values.pick(number, " ".join(number[at : at + 4] for at in range(0, 16, 4)))


def _mark(kind: str, draw: Callable[[Values], str]) -> Callable[[Values], str]:
    return lambda values: f"{{{{{kind}|{draw(values)}}}}}"


def _listed_trap(name: str) -> Callable[[Values], str]:
    return lambda values: values.pick(*LISTS["trap"][name])


SLOTS: dict[str, Callable[[Values], str]] = {
    "first": _mark("NAME", _first),
    "last": _mark("NAME", _last),
    "full": _mark("NAME", _full),
    "initialled": _mark("NAME", _initialled),
    "titled": _titled,
    "email": _mark("EMAIL", _email),
    "mobile": _mark("PHONE", _mobile),
    "landline": _mark("PHONE", _landline),
    "ext": _extension,
    "nhs": _mark("NHS_NUMBER", _nhs_number),
    "chi": _mark("CHI", _chi),
    "ni": _mark("NI_NUMBER", _ni_number),
    "registration": _registration,
    "hospital": _mark("CASE_NUMBER", _case_number),
    "incident": _mark("CASE_NUMBER", _incident),
    "postcode": _mark("POSTCODE", _postcode),
    "address": _mark("ADDRESS", _address),
    "born": _mark("DATE_OF_BIRTH", _birth_date),
    "vehicle": _mark("VEHICLE", _vehicle),
    "url": _mark("URL", _url),
    "handle": _mark("HANDLE", _handle),
    "ip": _mark("IP", _ip),
    "card": _mark("ACCOUNT", _card),
    "account": _mark("ACCOUNT", lambda values: values.digits(8)),
    "sort": _mark("ACCOUNT", lambda values: "-".join(values.digits(2) for _ in range(3))),
    "date": _recent_date,
    **{name: _listed_trap(name) for name in LISTS["trap"]},
    "number": lambda values: values.digits(values.random.choice((1, 2, 3))).lstrip("0") or "7",
}
