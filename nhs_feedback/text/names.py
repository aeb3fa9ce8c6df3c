"""Names of people in a text: the finder that ships with a model, or a spaCy pipeline of one's own.

The shipped finder is a small spaCy NER. Its file holds arrays and words only and is opened without
running code: what the network looks like is said here, and spaCy's msgpack unpickles nothing.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import spacy
import srsly
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.en import English
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.tokens import Doc, Span
from spacy.vocab import create_vocab

from nhs_feedback.errors import ModelError
from nhs_feedback.text.lexicon import LISTS, POSSESSIVE, Lexicon
from nhs_feedback.text.model_folder import default_model_folder, read_file, read_meta

NAMES = "names.msgpack"
"""The finder's file in a model's folder."""
PERSON = "PERSON"

Extent = tuple[int, int]

# Tokens that stay whole without a look at their affixes. Plain letters have none, which makes
# tokenising half as fast again with the same tokens. And spaCy peels affixes off one at a time, in
# time that grows with the square of the token: 20,000 brackets without a space take it a minute.
WHOLE = re.compile(r"[A-Za-z]+\Z|\S{100}")
# Placeholders, and part numbers and versions such as "IPv6": nobody's name.
_WALL = re.compile(r"\[[A-Z][A-Z_]*\]|\b[^\W\d]*+\d\w*+")
_IN_NO_NAME = re.compile(r"[\d@€™<>_;]|&\w")  # identifiers, mark-up, damage
_SENTENCE_GAP = re.compile(r"(?<=[a-z]{3}[.!?])(?<!Prof\.) +(?=[A-Z])")
_SHORT = 80  # characters that are not worth cutting
_ACRONYM = re.compile(r"(?!(?:[ABCDJMPRT]J|JP|KT)\Z)[A-Z]{2,5}s?\Z")
# Before a name in small letters that no list holds; without one such a word is mostly a slip.
_CUES = frozenset(
    """mr mrs ms miss mx dr prof sr sister matron nurse ask asked called named tell told thank
    thanks thankyou cheers ta hi hello dear regards love from with by""".split()  # noqa: SIM905
)
_FEW = 3  # tokens in capitals that are a code rather than a shout
_HAS_LETTER = re.compile(r"[^\W\d_]")
_AFFIX = 3  # letters
_LONGEST = 9  # tokens; whatever is longer is no name but another language
_WIDTH = 48
_ROWS = {"NORM": 2000, "SHAPE": 250, "PREFIX": 1000, "SUFFIX": 1000}
_LISTS = "nhs_feedback_names"
_NOT_KEPT = ("tokenizer", "meta.json", "config.cfg", "strings", "vectors")


@dataclass(frozen=True)
class NameFinder:
    """A spaCy pipeline that finds people, and the cheap question that most texts answer with no."""

    language: Language
    may_hold_name: Callable[[str], bool]
    cuts: bool = True  # into sentences, which one with a parser would miss

    def find(self, texts: Sequence[str]) -> list[list[Extent]]:
        """Return for each text where names stand, in order; never in or across a placeholder."""
        asked = [
            (row, start, text[start:end])
            for row, text in enumerate(texts)
            if self.may_hold_name(text)
            for start, end in (_pieces(text) if self.cuts else [(0, len(text))])
            if self.may_hold_name(text[start:end])
        ]
        found: list[list[Extent]] = [[] for _ in texts]
        docs = self.language.pipe([piece for _, _, piece in asked])
        for (row, offset, _), doc in zip(asked, docs, strict=True):
            found[row] += [(offset + start, offset + end) for start, end in _people(doc)]
        return found


Names = Language | NameFinder | None
"""A pipeline of one's own with an `ner` that yields PERSON, an open finder, or the shipped one."""


def as_finder(names: Names) -> NameFinder:
    """Return the finder asked for."""
    if isinstance(names, NameFinder):
        return names
    return shipped_finder() if names is None else NameFinder(names, _always, cuts=False)


@cache
def shipped_finder() -> NameFinder:
    """Open the finder of the shipped model, once.

    Raises
    ------
    ModelError
        If its file is missing or damaged.
    """
    return open_finder(shipped_names())


@cache
def no_names() -> NameFinder:
    """Return a finder that finds none, for cells that are no comments: sites look like names."""
    return NameFinder(Language(), _never)


@cache
def shipped_names() -> bytes:
    """Read the file of the shipped finder, checked against its checksum."""
    folder = default_model_folder()
    return read_file(folder, NAMES, read_meta(folder))


@lru_cache(maxsize=4)
def open_finder(content: bytes) -> NameFinder:
    """Open a finder from what `pack_finder` wrote; runs no code from it.

    Raises
    ------
    ModelError
        If it was not written by this version.
    """
    try:
        lexicon = _read_lexicon(content)
        language = blank_finder(lexicon).from_bytes(content, exclude=_NOT_KEPT)
    except (KeyError, ValueError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise ModelError(
            f"{NAMES}: the finder of names cannot be opened ({type(error).__name__}); "
            "train the model again with this version"
        ) from error
    return NameFinder(language, lexicon.may_hold_name)


def pack_finder(language: Language, lexicon: Lexicon) -> bytes:
    """Write a trained finder and its word lists in spaCy's msgpack."""
    language.vocab.lookups = Lookups()
    lists = {name: zlib.compress(text.encode(), 9) for name, text in lexicon.as_lists().items()}
    language.vocab.lookups.add_table(_LISTS, lists)
    return language.to_bytes(exclude=_NOT_KEPT)


def _read_lexicon(content: bytes) -> Lexicon:
    parts = srsly.msgpack_loads(srsly.msgpack_loads(content)["vocab"])
    lists = Lookups().from_bytes(parts["lookups"]).get_table(_LISTS)
    return Lexicon.from_lists({name: zlib.decompress(lists[name]).decode() for name in LISTS})


def blank_finder(lexicon: Lexicon) -> Language:
    """Return the untrained pipeline: one narrow NER that sees words through the lexicon."""
    vocab: Any = create_vocab("en", English.Defaults)
    vocab.lex_attr_getters |= {  # before the first word is looked up
        NORM: lexicon.norm,
        SHAPE: lexicon.shape,
        PREFIX: lambda word: word[:_AFFIX].lower(),
        SUFFIX: lambda word: word[-_AFFIX:].lower(),
    }
    nlp = spacy.blank("en", vocab=vocab)
    tokenizer: Any = nlp.tokenizer  # spaCy types it as any callable
    tokenizer.token_match = WHOLE.match
    nlp.max_length = 10**9
    nlp.add_pipe("ner", config={"model": _network()})
    return nlp


def _network() -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 48,
        "maxout_pieces": 2,
        "use_upper": False,
        "nO": None,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": _WIDTH,
                "attrs": list(_ROWS),
                "rows": list(_ROWS.values()),
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": _WIDTH,
                "depth": 3,
                "window_size": 1,
                "maxout_pieces": 2,
            },
        },
    }


def _pieces(text: str) -> Iterator[Extent]:
    """Cut a long text after sentences; never after an initial, a title or a line break."""
    start = 0
    for gap in _SENTENCE_GAP.finditer(text) if len(text) > _SHORT else ():
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _always(text: str) -> bool:  # noqa: ARG001
    return True


def _never(text: str) -> bool:  # noqa: ARG001
    return False


def _people(doc: Doc) -> Iterator[Extent]:
    walls = [match.span() for match in _WALL.finditer(doc.text)]
    for person in doc.ents:
        if _is_name(person):
            end = person.start_char + len(POSSESSIVE.sub("", person.text))
            yield from _outside(person.start_char, end, walls, doc.text)


def _is_name(person: Span) -> bool:
    if person.label_ != PERSON or len(person) > _LONGEST or _IN_NO_NAME.search(person.text):
        return False
    # A word's shape, as the lexicon tells it, says whether it is a given name or a surname.
    is_listed = any(letter in token.shape_ for token in person for letter in "gs")
    return is_listed or not (_is_acronym(person) or _is_slip(person))


def _is_acronym(person: Span) -> bool:
    """Tell "PGDs" and "ENP", in a text that is not all in capitals, from a name."""
    shouted = person.doc.text.isupper() and len(person.doc) > _FEW
    return _ACRONYM.match(person.text) is not None and not shouted


def _is_slip(person: Span) -> bool:
    """Tell one misspelt word in small letters from a name that somebody is called by."""
    if len(person) > 1 or not person.text.islower():
        return False
    before = person.doc[max(0, person.start - 2) : person.start]
    return not any(token.lower_ in _CUES for token in before)


def _outside(start: int, end: int, walls: Iterable[Extent], text: str) -> Iterator[Extent]:
    for begins, ends in walls:
        if begins < end and start < ends:
            if _HAS_LETTER.search(text, start, begins):
                yield start, begins
            start = ends
    if start < end and _HAS_LETTER.search(text, start, end):
        yield start, end
