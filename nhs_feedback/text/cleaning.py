"""Repair what exports do to text, and change nothing that a person typed.

``clean`` is ``STEPS`` applied in order until nothing changes, so cleaning twice is cleaning once.
Training and tagging share it.
"""

import re
from collections.abc import Callable
from functools import reduce

import ftfy
from ftfy.fixes import unescape_html

Step = Callable[[str], str]

_FTFY = ftfy.TextFixerConfig(unescape_html=False, remove_control_chars=False, explain=False)
# ftfy composes accents in time that grows with the square of a run of them, so long text goes
# to it in pieces, cut before white space where there is any.
_PIECE = re.compile(r"(?s:.{1,1000}(?!\S)|.{1,1000})")

_NESTED_AMPERSAND = re.compile(r"&(?:(?:amp|#0{0,5}38|#x0{0,4}26);)+", re.IGNORECASE)
_EXCEL_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

_ANGLE = re.compile(r"[<>]")
_BLOCK_TAG = r"br|p|div|li|ul|ol|tr|table|tbody|thead|h[1-6]|hr|blockquote|pre"
_INLINE_TAG = r"a|b|i|u|s|em|strong|span|font|small|big|sub|sup|td|th|img|center|o:p"
_TAG = re.compile(
    rf"<\s?/?\s?(?:(?P<block>{_BLOCK_TAG})|{_INLINE_TAG})"
    r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=]+))*\s*/?>",
    re.IGNORECASE,
)

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffc]"
)
_JOINER_RUN = re.compile("[\u200c\u200d]{2,}")
# A joiner binds emoji and the letters of some scripts; next to plain ASCII it is only dirt.
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")

_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAK_IN_SPACES = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

# Only what this finds can be changed by a step (ASCII text is safe from ftfy).
_MAY_CHANGE = re.compile(r"[^\x20-\x7e\n]|[&<]|_x|  | \n|\n |\n\n\n")
_ESCAPE_MARKS = re.compile(r"[&<>_]")
_ROUNDS = 10


def decode_entities(text: str) -> str:
    """Turn HTML entities that end in a semicolon into characters, however often escaped."""
    if "&" not in text:
        return text
    return unescape_html(_NESTED_AMPERSAND.sub("&", text))


def decode_excel_escapes(text: str) -> str:
    """Turn escapes of the kind ``_x000D_``, left by Excel's XML, into characters."""
    if "_x" not in text:
        return text
    return _EXCEL_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def drop_tags(text: str) -> str:
    """Remove common HTML tags, nested ones too; those that end a line leave a line break."""
    if "<" not in text:
        return text
    kept: list[str] = []
    opened: list[int] = []  # where in `kept` each "<" stands that may still begin a tag
    done = 0
    for angle in _ANGLE.finditer(text):
        kept.append(text[done : angle.start()])
        done = angle.end()
        kept.append(angle[0])
        if angle[0] == "<":
            opened.append(len(kept) - 1)
        elif opened:
            tag = _TAG.fullmatch("".join(kept[opened[-1] :]))
            if tag is None:
                opened.clear()  # no tag holds a ">", so none of the open ones can end later
            else:
                kept[opened.pop() :] = ["\n"] if tag["block"] else []
    return "".join([*kept, text[done:]])


def repair_characters(text: str) -> str:
    """Undo mojibake, C1 controls, ligatures, full widths and curly quotes, with ftfy."""
    if text.isascii():
        return text
    return "".join(ftfy.fix_text(piece, _FTFY) for piece in _PIECE.findall(text))


def drop_invisible(text: str) -> str:
    """Remove control and zero-width characters, but not the joiners inside emoji."""
    text = _INVISIBLE.sub("", text)
    return _STRAY_JOINER.sub("", _JOINER_RUN.sub("", text))


def settle_space(text: str) -> str:
    """Leave single spaces, and single line feeds for line breaks, no more than two in a row."""
    text = _SPACES.sub(" ", _LINE_BREAK.sub("\n", text))
    return _BLANK_LINES.sub("\n\n", _BREAK_IN_SPACES.sub("\n", text)).strip()


STEPS: tuple[Step, ...] = (
    decode_excel_escapes,
    decode_entities,
    drop_tags,
    repair_characters,
    drop_invisible,
    settle_space,
)


def clean(text: str) -> str:
    """Repair one comment; ``clean(clean(text)) == clean(text)`` for any text."""
    if _MAY_CHANGE.search(text) is None:
        return text.strip()
    for _ in range(_ROUNDS):
        cleaned = reduce(lambda so_far, step: step(so_far), STEPS, text)
        if cleaned == text:
            return text
        text = cleaned
    # Escapes nested deeper than any export nests them: take away what they are made of.
    return clean(_ESCAPE_MARKS.sub(" ", text))
