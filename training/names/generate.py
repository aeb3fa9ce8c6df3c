"""Texts with names of people marked, made from templates and from the corpus.

A template or a comment of the corpus serves either for learning or for testing, never for both.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from carriers import read_carriers
from people import People, misspelt, read_groups

HERE = Path(__file__).parent
Extent = tuple[int, int]
Marked = tuple[str, list[Extent]]
Piece = tuple[str, bool]  # text, and whether it is a name

_SLOT = re.compile(r"\{(\w+)\}")
_HELD_OUT = 10  # one template and one comment in so many is for testing
# Products that share a name with people stand only where the sentence tells which is meant.
_CONFUSABLE = frozenset(
    """
    ada alexa alfred amelia arden bard clara claude dora ellie emma eve flo florence hal heidi iris
    ivy kate livi lorenzo lucy marvin max maya monty oscar otto paris penny percy robbie rosa sophia
    stork watson willow winston""".split()  # noqa: SIM905 (easier to read and to add to)
)
_TELLING = re.compile(
    r"slower|went down|moved from|replaced|search|training was|talk to each|logged in|chatbot|robot"
    r"|logins|support"
)


class Generator:
    """Draws marked texts; the same seed draws the same ones."""

    def __init__(self, *, seed: int, held_out: bool) -> None:
        self.random = Random(f"{seed} {held_out}")
        self.people = People(read_groups(), self.random)
        table = tomllib.loads((HERE / "templates.toml").read_text("utf-8"))
        self.named = _lines(table["named"], held_out)
        self.nameless = _lines(table["nameless"], held_out)
        self.plain = {key: _items(table[key]) for key in ("roles", "teams", "things", "titles")}
        self.others = {key: _items(value) for key, value in read_others().items()}
        carriers = [c for c in read_carriers() if _is_held_out(c.id) == held_out]
        self.with_names = [c for c in carriers if c.names]
        self.without = [c for c in carriers if not c.names]
        self.about_someone = [c for c in self.without if any(c.someone())]
        self.about_things = [c for c in self.without if any(c.things())]

    def texts(self, count: int) -> Iterator[Marked]:
        """Yield `count` texts of every make."""
        makes: list[tuple[float, Callable[[], list[Piece]]]] = [
            (0.22, self._from_template),
            (0.12, self._swapped),
            (0.24, self._someone_named),
            (0.06, self._signed),
            (0.22, self._nameless_template),
            (0.07, self._thing_named),
            (0.17, self._plain_carrier),
        ]
        weights = [weight for weight, _ in makes]
        for make in self.random.choices([make for _, make in makes], weights, k=count):
            pieces = make()
            if self.random.random() < 0.12:  # two texts in one
                pieces = [
                    *pieces,
                    (self.random.choice((" ", ". ", "\n", " - ")), False),
                    *self._nameless_or_named(),
                ]
            yield self._written(pieces)

    def _nameless_or_named(self) -> list[Piece]:
        return self._from_template() if self.random.random() < 0.5 else self._plain_carrier()

    def _from_template(self) -> list[Piece]:
        return self._filled(self.random.choice(self.named))

    def _nameless_template(self) -> list[Piece]:
        return self._filled(self.random.choice(self.nameless))

    def _filled(self, template: str) -> list[Piece]:
        pieces: list[Piece] = []
        done = 0
        for slot in _SLOT.finditer(template):
            pieces += [(template[done : slot.start()], False), *self._slot(slot[1], template)]
            done = slot.end()
        return [*pieces, (template[done:], False)]

    def _slot(self, slot: str, template: str) -> list[Piece]:
        people, random = self.people, self.random
        names = {
            "f": people.given,
            "s": people.lone_surname,
            "full": people.full,
            "i": people.initials,
        }
        if slot in names:
            return [(names[slot](), True)]
        if slot == "t":
            return [(random.choice(self.plain["titles"]) + " ", False), (people.titled(), True)]
        if slot == "n":
            r = random.random()
            return self._slot("t", template) if r < 0.2 else [(people.any(), True)]
        if slot + "s" in self.plain:
            return [(random.choice(self.plain[slot + "s"]), False)]
        return [(self._other(slot, template), False)]

    def _other(self, slot: str, template: str) -> str:
        random = self.random
        kinds = {
            "product": random.choice(("products", "products", "software_and_parts")),
            "ward": "wards",
            "site": "sites",
            "eponym": "eponyms",
            "drug": random.choice(("drugs", "more_drugs")),
            "Drug": random.choice(("drugs", "more_drugs")),
            "month": "months",
            "acronym": "acronyms",
            "short": "shorthand",
            "saying": "sayings",
            "place": "places",
            "people": "peoples",
            "org": "organisations",
        }
        if slot in _INVENTED:
            return _INVENTED[slot](random)
        while True:
            kind = kinds.get(slot) or random.choice(list(self.others))
            word = random.choice(self.others[kind])
            confusable = word.lower() in _CONFUSABLE or (slot == "x" and kind == "wards")
            if not confusable or (slot == "product" and _TELLING.search(template)):
                return word.lower() if slot == "drug" and random.random() < 0.6 else word

    def _swapped(self) -> list[Piece]:
        """Give the people of a comment other names."""
        carrier = self.random.choice(self.with_names)
        return self._replaced(
            carrier.text, [(span, self._like(carrier.text[slice(*span)])) for span in carrier.names]
        )

    def _like(self, name: str) -> list[Piece]:
        people = self.people
        if len(name) == 1:
            return [(self.random.choice("ABCDEFGHJKLMNOPRSTW"), True)]
        if " " in name:
            return [(people.full(), True)]
        if "-" in name:
            return [(f"{people.surname()}-{people.surname()}", True)]
        return [(people.given() if self.random.random() < 0.75 else people.lone_surname(), True)]

    def _someone_named(self) -> list[Piece]:
        """Name somebody of whom a comment speaks."""
        carrier = self.random.choice(self.about_someone)
        places = list(carrier.someone())
        chosen = self.random.sample(places, k=min(len(places), 1 + (self.random.random() < 0.25)))
        return self._replaced(
            carrier.text,
            [
                (span, self._naming(part, carrier.text[slice(*span)]))
                for part, span in sorted(chosen, key=lambda one: one[1])
            ],
        )

    def _naming(self, part: str, words: str) -> list[Piece]:
        people, r = self.people, self.random.random()
        if part == "role" and r < 0.35:
            around = self.random.choice(
                ((" ", ""), (", ", ","), (" (", ")"), (" called ", ""), (", ", ""))
            )
            return [(words + around[0], False), (people.any(), True), (around[1], False)]
        if words in ("We", "we", "They", "they") and r < 0.6:
            return [
                (people.any(), True),
                (self.random.choice((" and ", " & ", ", ")), False),
                (people.any(), True),
            ]
        if r < 0.2:
            return self._slot("t", "")
        return [(people.any(), True)]

    def _signed(self) -> list[Piece]:
        text = self.random.choice(self.without).text
        people, random = self.people, self.random
        if random.random() < 0.3:
            name = people.given() if random.random() < 0.7 else people.full()
            after = random.choice((" - ", ": ", ", ", " here. ", ". "))
            return [
                (random.choice(("", "Hi ", "Dear ", "")), False),
                (name, True),
                (after, False),
                (text, False),
            ]
        before = random.choice(
            (
                " - ",
                "\n",
                " ",
                "\nRegards, ",
                " Thanks, ",
                " thanks ",
                "\nKind regards\n",
                " Signed ",
                " Love ",
                " cheers ",
                ". Contact ",
                " From ",
                " - from ",
                " ~",
                " x ",
            )
        )
        name = random.choice((people.given, people.full, people.any))()
        after = random.choice(
            (
                "",
                "",
                ".",
                " x",
                ", ward 4",
                ", " + random.choice(self.plain["roles"]),
                " (" + random.choice(self.plain["roles"]) + ")",
                "!",
            )
        )
        return [(text, False), (before, False), (name, True), (after, False)]

    def _thing_named(self) -> list[Piece]:
        carrier = self.random.choice(self.about_things)
        found = [
            (span, [(self._other(kind, "chatbot" if kind == "product" else ""), False)])
            for kind, span in carrier.things()
        ]
        return self._replaced(carrier.text, found[:1])

    def _plain_carrier(self) -> list[Piece]:
        return [(self.random.choice(self.without).text, False)]

    def _replaced(self, text: str, changes: Sequence[tuple[Extent, list[Piece]]]) -> list[Piece]:
        pieces: list[Piece] = []
        done = 0
        for (start, end), new in changes:
            if start >= done:
                pieces += [(text[done:start], False), *new]
                done = end
        return [*pieces, (text[done:], False)]

    def _written(self, pieces: list[Piece]) -> Marked:
        """Write a text as people do: in small letters, in capitals, with slips."""
        random = self.random
        r = random.random()
        case: Callable[[str], str] = str.lower if r < 0.17 else str.upper if r < 0.22 else str
        if r > 0.985:
            pieces = [(piece.upper() if name else piece, name) for piece, name in pieces]
        elif r > 0.94:
            pieces = [(piece.lower() if name else piece, name) for piece, name in pieces]
        bare = random.random() < 0.12
        text, names = "", []
        for piece, is_name in pieces:
            written = self._slipped(piece) if is_name else piece
            if bare and not is_name:
                written = re.sub(r"[.,'’](?!\d)", "", written)
            # A placeholder is written in one way only; a name that is also a word mostly is too.
            if "[" not in piece and not (is_name and written.istitle() and self._is_word(written)):
                written = case(written)
            if is_name:
                names.append((len(text), len(text) + len(written)))
            text += written
        return text, names

    def _slipped(self, name: str) -> str:
        return misspelt(name, self.random) if self.random.random() < 0.04 else name

    def _is_word(self, name: str) -> bool:
        if name == "Ed":  # in capitals it is a department
            return True
        return name.lower() in self.people.words and self.random.random() < 0.7


def _code(random: Random) -> str:
    """Make up a part number, a version or a form's name."""
    letters = "".join(random.choices("ABCDEFGHKLMNPRSTVWX", k=random.randint(1, 4)))
    number = str(random.randint(1, 10 ** random.randint(1, 6)))
    form = random.choice(("{0}{1}", "{0}-{1}", "{0} {1}", "{0}{1}.2", "{1}{0}", "{0}/{1}"))
    code = form.format(letters, number)
    return code.lower() if random.random() < 0.3 else code


_BEGIN = """
    ab ad al an ar as az ba be bi bo bra ca ce ci co cy da de di do du e el em en er es eu
    fa fe fi flo fu ga ge gli hu hy i im in ka ke la le li lo lu ma me mi mo my na ne ni no
    o ol om or ox pa pe pi po pra pro qua ra re ri ro sa se si so su ta te ti to tra u va ve
    vi vo xa xe ya za ze zo
    """.split()  # noqa: SIM905 (easier to read and to add to)
_MIDDLE = """
    ba be bi bri ca ce ci cla co da den di do dro fa fe fi flo ga gli la le li lo ma me mi
    mo na ne ni no pa pe pi pra pre pri ra re ri ro sa se si so ta te ti to tra tri va ve vi
    xa za
    """.split()  # noqa: SIM905 (easier to read and to add to)
_END = """
    mab nib pril sartan olol statin azole cillin mycin profen caine pam zine dine pine tine
    formin gliptin flozin xaban parin micin vir one ide ane ol in ax ex ix ex ium eva ela
    ica ora ync ify ly ware flow link path track scan view note pro care med
    """.split()  # noqa: SIM905 (easier to read and to add to)


def _coined(random: Random) -> str:
    """Make up the name of a medicine or a product."""
    middle = "".join(random.choices(_MIDDLE, k=random.choice((0, 1, 1, 2))))
    word = random.choice(_BEGIN) + middle + random.choice(_END)
    return word if random.random() < 0.4 else word.capitalize()


_INVENTED = {"code": _code, "coined": _coined}


def read_others() -> dict[str, str]:
    """Read `others.toml`: names of no person by kind."""
    return tomllib.loads((HERE / "others.toml").read_text("utf-8"))


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.replace("\n", " ").split(",") if item.strip()]


def _lines(value: str, held_out: bool) -> list[str]:
    return [line for line in value.split("\n") if line and _is_held_out(line) == held_out]


def _is_held_out(key: str) -> bool:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % _HELD_OUT == 0
