"""Where sentences begin in comments typed in a hurry.

Punctuation ends a sentence whatever the case of the next letter, a line break ends one unless the
line was only wrapped, and a bullet begins one.
"""

import re
from itertools import pairwise

# A stop with the quotes and brackets it closes, or one bullet or line break.
_MARK = re.compile(r"[.!?…•▪●‣◦\r\n](?:(?<=[.!?…])[.!?…]*+[\"')\]]{0,3}+)?")
_BULLETS = frozenset("•▪●‣◦")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_SMALL_LETTERS = re.compile(r"[a-z]{2}\Z")
_SENTENCE_WORD = re.compile(r"[A-Z](?:[a-z' ]|$)")
_LIST_MARKER = re.compile(r"\W*+(?:[ivx]{1,4}|[A-Za-z]|\d{1,2})?+\W*+")
_SIGNS = re.compile(r"\W*+")
_NOT_SPACE = re.compile(r"\S")

# Never the end of a sentence.
_LEADING = re.compile(
    r"approx|cf|dr|e\.?g|ext|fig|hon|i\.?e|m(?:r|rs|s)|prof|ref|rev|st|tel|viz|vol|vs"
)
# The end of one only before a capital letter; so are initials such as "a.m" and "t.d.s".
_SHORTENED = re.compile(
    r"avg|co|dept|etc|hrs?|inc|ltd|max|mins?|misc|pts?|wks?|yrs?|(?:[a-z]\.)+[a-z]"
)
_NUMBER = re.compile(r"nos?")

_WRAPPED_AT = 60  # characters; a shorter line was ended on purpose
_NEAR = 64  # how far around a mark to look


def sentence_starts(text: str) -> list[int]:
    """Return the character offsets at which the sentences of a text begin; none if it is blank.

    Pieces without a word of their own, a list number or a smiley, stay with a neighbour.
    """
    first = _NOT_SPACE.search(text)
    if first is None:
        return []
    starts = [first.start()]
    for mark in _MARK.finditer(text, first.end()):
        if _is_break(mark):
            begins = mark.start() if mark[0] in _BULLETS else mark.end()
            following = _NOT_SPACE.search(text, begins)
            if following and following.start() > starts[-1]:
                starts.append(following.start())
    return _joined(text, starts)


def _joined(text: str, starts: list[int]) -> list[int]:
    kept: list[int] = []
    marked = False  # the sentence so far is only a list marker, which belongs to what follows
    for start, end in pairwise([*starts, len(text)]):
        begins = not marked and (not kept or not _SIGNS.fullmatch(text, start, end))
        if begins:
            kept.append(start)
        marked = (begins or marked) and _LIST_MARKER.fullmatch(text, start, end) is not None
    return kept


def _is_break(mark: re.Match[str]) -> bool:
    text, start, end = mark.string, mark.start(), mark.end()
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if mark[0] in "\r\n":
        return not _is_wrap(text, start, after)
    if mark[0] in _BULLETS:
        return not (before[-1:].isalnum() and after[:1].isalnum())
    if not after[:1].isspace():
        return _is_tight_break(before, mark[0], after)
    following = after.lstrip()[:1]
    if mark[0].startswith(("..", "…")):
        return not following.islower()
    return mark[0][0] != "." or _ends_with(_last_word(before), following)


def _is_wrap(text: str, start: int, after: str) -> bool:
    line = start - (text.rfind("\n", 0, start) + 1)
    return line >= _WRAPPED_AT and after[:1].islower() and text[start - 1] not in ".!?…:;"


def _is_tight_break(before: str, stop: str, after: str) -> bool:
    # "no space.Next": two small letters before it, so that "Ph.D" and the like stay whole.
    if not (_SMALL_LETTERS.search(before) and _SENTENCE_WORD.match(after)):
        return False
    word = before.rsplit(maxsplit=1)[-1] + stop + after.split(maxsplit=1)[0]
    return not _ADDRESS.search(word)


def _ends_with(word: str, following: str) -> bool:
    if _LEADING.fullmatch(word):
        return False
    if _NUMBER.fullmatch(word):
        return not following.isdigit()
    return following.isupper() or not _SHORTENED.fullmatch(word)


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1].lstrip("(\"'[-/").lower() if words else ""
