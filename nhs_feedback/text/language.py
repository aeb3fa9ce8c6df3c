"""Whether a comment is in another language than English; only said when sure."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# ISO 639 codes of the languages likely in Britain that the model knows. English creoles are left
# out, for they draw short English texts to themselves.
_LANGUAGES = """
am ar bg bn cs cy da de el en es et fa fi fr ga gd gu ha he hi hr hu ig it ja ko ku lt lv ml mr mt
ne nl no pa pl ps pt ro ru si sk sl sn so sq sr sv sw ta te th tl tr uk ur vi yo yue zh zu
"""
# Words that English comments cannot do without and that no other of the languages writes often.
_COMMON = """
about after all and any are as at be because been before being but can could did do does for from
get good great had has have he her his how if in is it its just like more much my need needs never
new not now of off on one only or our out over she should so some than that the their them then
there these they this time to too up use used very was we well were what when where which while who
why will with without work working would you your
"""
_COMMON_WORDS = frozenset(_COMMON.split())
_WORD = re.compile(r"[^\W\d_]+")

_SHORTEST = 12  # characters; in fewer of the Latin alphabet, jargon looks foreign
_MAX_ENGLISH = 0.005  # probability of English below which a text is called foreign
_ENOUGH_ENGLISH = 0.2  # share of `_COMMON_WORDS` above which the model is not asked


def is_foreign(text: str) -> bool:
    """Say whether a text is surely not English; a few words in Latin letters rarely are."""
    words = _WORD.findall(text)
    common = sum(word.lower() in _COMMON_WORDS for word in words)
    if not words or common >= _ENOUGH_ENGLISH * len(words):
        return False
    if not any(letter.isascii() for word in words for letter in word):
        return len("".join(words)) > 1
    return len(words) > 1 and all(
        len(sample) >= _SHORTEST and _english_probability(sample) < _MAX_ENGLISH
        for sample in (text, _without_names(text, words))
    )


def _without_names(text: str, words: list[str]) -> str:
    # "Sister Małgorzata Wojciechowska lovely" is English.
    if text.isupper():
        return text
    return " ".join(words[:1] + [word for word in words[1:] if not word[0].isupper()])


def _english_probability(text: str) -> float:
    probabilities: dict[str, float] = dict(_identifier().rank(text))
    return probabilities["en"]


@cache
def _identifier() -> "LanguageIdentifier":
    # py3langid costs half a second to load and is not needed for most tables.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
