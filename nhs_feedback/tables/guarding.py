"""Text that a spreadsheet would run as a formula, made safe in a CSV file and taken back.

A leading apostrophe is the customary guard. So that any text survives being written and read, a
text that itself begins with apostrophes and then a formula sign gets one more, and reading takes
exactly one off again.
"""

import re

# A sign that starts a formula (ASCII or full width), also behind blanks that an importer trims;
# a leading tab or line end is itself a way to move text into a cell where it is run.
_SIGN = r"(?:[\t\r\n]|[\s\x00-\x1f\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_FORMULA = re.compile(_SIGN)
_GUARDED = re.compile(f"'+{_SIGN}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take this for a formula; a plain number is none.

    Examples
    --------
    >>> [is_formula(text) for text in ("=1+1", "-5", "- slow", "slow")]
    [True, False, True, False]
    """
    return _FORMULA.match(text) is not None and _NUMBER.match(text) is None


def guarded(text: str) -> str:
    """Make the text what may stand in a CSV file.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-5"), guarded("'=1+1")
    ("'=1+1", '-5', "''=1+1")
    """
    if not text or text[0].isalnum():  # nearly every cell, and much faster
        return text
    return f"'{text}" if is_formula(text) or _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """Give back what `guarded` was given.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis slow")
    ('=1+1', "'tis slow")
    """
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
