"""What a header says of its column, and how it is shown in a message."""

import re
from collections.abc import Collection, Iterable, Sequence

from nhs_feedback.errors import TableError

# Normalised headers, likeliest first. Real ones are listed in docs/forms.md.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "comment", "comments", "text", "feedback", "free text", "freetext", "free text comment",
        "free text comments", "free text response", "free text responses", "response",
        "responses", "verbatim", "verbatims", "verbatim comment", "comment text", "answer",
        "staff comment", "staff comments", "your comments", "any other comments", "fft answer",
    ),
    "trust": (
        "trust", "trust code", "org code", "organisation", "provider", "ods code", "trust name",
        "org name", "organisation code", "organisation name", "provider code", "provider name",
        "provider org code", "provider org name", "organization", "organization code",
        "organization name", "org", "nhs trust", "parent org code", "parent name", "employer",
    ),
    "id": (
        "id", "comment id", "respondent id", "response id", "responseid", "record id", "row id",
        "unique id", "reference", "ref",
    ),
    "date": (
        "date", "completion time", "date submitted", "submission date", "response date",
        "survey date", "comment date", "recorded date", "recordeddate", "end date", "enddate",
        "start time", "timestamp", "submitted", "month", "period",
    ),
}  # fmt: skip
_LONG_NAME = 40
_NAME_WORDS = 3  # more of them may be a comment

NUMBER_OR_DATE = re.compile(r"\s*[-+\d][\d.,/:\- ]*\s*")
_NUMBERED = re.compile(r"q?\d+[a-z]?[.):\s-]+")
_REMARK = re.compile(r"\([^()]*\)")
_ORGANISATION = r"(?:trust|organi[sz]ation|employer|provider|health board|hospital trust)s?"
_BEFORE = (
    r"(?:(?:nhs|foundation|employing|main|current|parent|host|healthcare|health|hospital|primary"
    r"|your|our|the|this|of|name|code|ods|following|these) )*"
)
_WORK_FOR = r"(?:work\w*|employ\w*|based|belong|represent|from|part of|a member|answering|in)"
# "Which trust/organisation do you work for?", "Please select your trust", "Your organisation"; not
# "Do you trust the system?", "What could your organisation do better?".
_ASKS_TRUST = re.compile(
    r"(?:please )?"
    r"(?:(?:(?:(?:in|at|by|for|from) )?(?:which|what)(?: is| are)?|select|choose|state|enter|give"
    r"|indicate|specify|confirm|pick|provide|tell us|write)(?: which| what)? |(?=your |name of )"
    r"|(?=[a-z /]+ you (?:currently )?work))"
    rf"{_BEFORE}{_ORGANISATION}(?:(?: ?/ ?| or | and ){_BEFORE}{_ORGANISATION})*"
    r"(?: name| code)?"
    rf"(?: below| from the list.*|(?: that| which)?(?: (?:do|are|did|were|is))?"
    rf" (?:you|your job)(?: (?:currently|mainly|mostly|usually|primarily|normally))?"
    rf" {_WORK_FOR}(?: \w+){{0,5}})?"
)
_QUESTION = re.compile(
    r"(?:what|how|which|why|when|where|who|do|does|did|is|are|was|were|have|has|can|could|would"
    r"|will|should|please|tell|describe|in what|in your|thinking|overall|any|to what|if you|on a"
    r"|list|share|use this)\b.*|.*[?:]",
    re.DOTALL,
)


def normalise_header(name: str) -> str:
    """Fold case, underscores, white space and end punctuation, so that spellings compare equal."""
    return re.sub(r"[\s_]+", " ", name.casefold()).strip(" ?:.*")


def asks_for_trust(header: str) -> bool:
    """Tell whether a header asks the writer which organisation they belong to.

    Examples
    --------
    >>> asks_for_trust("Q2. Which trust/organisation do you work for?")
    True
    >>> asks_for_trust("Do you trust the system?")
    False
    """
    plain = _NUMBERED.sub("", normalise_header(_REMARK.sub("", header)), count=1)
    return _ASKS_TRUST.fullmatch(plain) is not None


def check_names(names: Sequence[object], *, where: str) -> None:
    """Refuse column names that are not text or stand twice."""
    if wrong := [number for number, name in enumerate(names, 1) if not isinstance(name, str)]:
        raise TableError(f"{where}: the name of column {wrong[0]} is not text; rename the column")
    if twice := [number for number, name in enumerate(names, 1) if name in names[: number - 1]]:
        raise TableError(
            f"{where}: column {twice[0]} has the name of an earlier column; rename one of them"
        )


def shown_names(columns: Sequence[str], *, known: Collection[str]) -> dict[str, str]:
    """Say each column's name as a message may.

    In a table without a header, or whose header has run into the row below, a comment stands
    where a name should be. So unless another column has a name that is `known`, which no comment
    is, and none is a number or a date, only names of a few words are shown; and of long ones only
    questions, shortened.
    """
    sure = any(normalise_header(name) in known for name in columns) and not any(
        NUMBER_OR_DATE.fullmatch(name) for name in columns if name
    )
    shown = {}
    for number, name in enumerate(columns, start=1):
        if len(name) <= _LONG_NAME:
            hidden = not sure and len(name.split()) > _NAME_WORDS
            shown[name] = f"(column {number})" if hidden else _on_one_line(name)
        elif sure and _QUESTION.fullmatch(_NUMBERED.sub("", name.casefold().strip(), count=1)):
            shown[name] = _shortened(name)
        else:
            shown[name] = f"(column {number}, a long name)"
    return shown


def listed_columns(columns: Iterable[str], *, known: Collection[str], most: int = 12) -> str:
    """Name columns in a message, the first few of many."""
    names = list(shown_names(list(columns), known=known).values())
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "no columns") + more


def _on_one_line(name: str) -> str:
    return " ".join(name.split())


def _shortened(name: str) -> str:
    plain = _on_one_line(name)
    return plain if len(plain) <= _LONG_NAME else plain[:_LONG_NAME].rsplit(" ", 1)[0] + " ..."
