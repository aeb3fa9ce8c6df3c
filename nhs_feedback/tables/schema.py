"""The forms of a table of comments: its column names, how columns are found, what we add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from nhs_feedback.errors import TableError
from nhs_feedback.tables import headers
from nhs_feedback.tables.free_text import free_texts
from nhs_feedback.tables.headers import NAMES, asks_for_trust, normalise_header, shown_names

POLARITIES = ("negative", "mixed", "neutral", "positive")
"""How a writer feels, in this order wherever it is an axis of an array."""

POLARITY_UNKNOWN = "yes"
"""A theme cell where the theme is present and its polarity was never learnt."""

SENTIMENT, THEMES, EVIDENCE = "sentiment", "themes", "evidence"
SENTIMENT_SCORE = "sentiment_score"
PERCEPTION_INDEX = "perception_index"
ORG_CODE, ORG_NAME, CHECK, MODEL = "org_code", "org_name", "check", "model"
PROBABILITY_SUFFIX = "_p"
JOIN = "; "
SAYS_NOTHING = ("no text", "no comment", "not English")
"""Reasons in `check` that take a row out of the denominator of shares."""

_BEFORE_THEMES, _AFTER_THEMES = (SENTIMENT, THEMES), (SENTIMENT_SCORE,)
_LAST = (ORG_CODE, ORG_NAME, CHECK, MODEL)
_OF_SUMMARIES = ("group", "theme", "n_rows", "n_comments", "method", "hidden", PERCEPTION_INDEX)
_OF_SCORES = ("polarity", "all (micro)", "all (macro)")
_ORIGINAL, _SURE_SIGNS = "_original", {THEMES, CHECK, MODEL}
_ROLES = ("text", "trust", "id", "date")

_KNOWN = frozenset(name for names in NAMES.values() for name in names)
_MOST_OTHERS = 5


@dataclass(frozen=True)
class Columns:
    """Which column plays each part, and why it was taken.

    `others` are further columns of free text where the user named none.
    """

    text: str
    trust: str | None = None
    id: str | None = None
    date: str | None = None
    why: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()

    def sentence(self, columns: Sequence[str]) -> str:
        """Say in one line what was found and why; `columns` are all those of the table."""
        reasons, shown = dict(self.why), shown_columns(columns)
        parts = []
        for role in _ROLES:
            name = getattr(self, role)
            missing = f"no {role} column" + (" (--trust-column names it)" * (role == "trust"))
            parts.append(f"{role} '{shown[name]}' ({reasons[role]})" if name else missing)
        return "Columns: " + ", ".join(parts)

    def others_sentence(self, columns: Sequence[str]) -> str:
        """Say which columns of free text are not read, and how to have them read; "" for none."""
        if not self.others:
            return ""
        shown = shown_columns(columns)
        names = ", ".join(f"'{shown[name]}'" for name in self.others[:_MOST_OTHERS])
        more = len(self.others) - _MOST_OTHERS
        names += f" and {more} more" if more > 0 else ""
        return f"Not read, though free text too: {names} (--text-column may be repeated)."


def probability_column(theme: str) -> str:
    """Name the column that holds a theme's probability."""
    return theme + PROBABILITY_SUFFIX


def is_reserved(name: str) -> bool:
    """Say whether a theme cannot have this name because we use it ourselves."""
    ours = {*_BEFORE_THEMES, EVIDENCE, *_AFTER_THEMES, *_LAST}
    return name in ours | {*_OF_SUMMARIES, *_OF_SCORES}


def says_something(check: Iterable[str]) -> bool:
    """Say whether the reasons in `check` leave a row in the denominator of shares."""
    return not set(check) & set(SAYS_NOTHING)


def added_columns(themes: Sequence[str], *, evidence: bool = False) -> list[str]:
    """List the columns that tagging adds, in their order; `evidence` where it is asked for."""
    before = [*_BEFORE_THEMES, EVIDENCE] if evidence else [*_BEFORE_THEMES]
    probabilities = [probability_column(theme) for theme in themes]
    return [*before, *themes, *_AFTER_THEMES, *probabilities, *_LAST]


def is_tagged(columns: Iterable[str]) -> bool:
    """Say whether these are the columns of a tagged table of ours."""
    return set(columns) >= _SURE_SIGNS


def tagged_themes(columns: Sequence[str]) -> tuple[str, ...]:
    """Read theme ids off the columns of a tagged table, with those put among them by hand."""
    names = list(columns)
    themes = set(_paired(names))
    themes |= {name for name in _among_themes(names) if not is_reserved(name)}
    return tuple(name for name in names if name in themes)


def _among_themes(names: list[str]) -> list[str]:
    """List the columns of a tagged table between those that tagging puts around the themes."""
    if not is_tagged(names) or SENTIMENT_SCORE not in names:
        return []
    return names[names.index(THEMES) + 1 : names.index(SENTIMENT_SCORE)]


def _paired(names: Sequence[str]) -> tuple[str, ...]:
    """List the columns with a probability beside them: those that tagging itself added."""
    # Ours stand behind the score; a pair of the user's own came before.
    start = names.index(SENTIMENT_SCORE) if SENTIMENT_SCORE in names else 0
    probabilities = set(names[start:])
    return tuple(name for name in names if probability_column(name) in probabilities)


def own_names(columns: Sequence[str], themes: Sequence[str]) -> dict[str, str | None]:
    """Say what becomes of input columns whose names tagging needs.

    Returns
    -------
    dict
        Input column to its new name (`NAME_original`), or to None where it is one that an earlier
        tagging added.
    """
    ours, needed = set(_ours(columns)), set(added_columns(themes, evidence=True))
    taken = set(columns) | needed
    fates: dict[str, str | None] = {}
    for name in columns:
        if name in ours:
            fates[name] = None
        elif name in needed:
            fates[name] = fresh = _free_name(name + _ORIGINAL, taken)
            taken.add(fresh)
    return fates


def _ours(columns: Sequence[str]) -> list[str]:
    """List the columns that an earlier tagging added; a theme added by hand is the user's."""
    evidence = EVIDENCE in _among_themes(list(columns))
    return added_columns(_paired(columns), evidence=evidence) if is_tagged(columns) else []


def find_columns(
    comments: pd.DataFrame,
    *,
    text: str | None = None,
    trust: str | None = None,
    id: str | None = None,  # noqa: A002 (the column is called id)
    date: str | None = None,
    labels: Mapping[str, str] | None = None,
    where: str = "the table",
) -> Columns:
    """Find the text, trust, id and date columns by what was asked, by name, then by content.

    Parameters
    ----------
    comments : DataFrame
        The table, or its first rows; only the text column may be found by content.
    text, trust, id, date : str, optional
        Columns the user named; they win.
    labels : dict, optional
        The questions behind short column names.
    where : str
        The file's name, for messages.

    Raises
    ------
    TableError
        If a named column is missing (all missing ones at once), no text column is found, or a
        column's name is not text or stands twice.
    """
    headers.check_names(list(comments.columns), where=where)
    asked = {"text": text, "trust": trust, "id": id, "date": date}
    _check_asked(asked, list(comments.columns), where)
    found: dict[str, tuple[str, str]] = {}
    ours = _ours(list(comments.columns))
    for role in _ROLES:
        taken = set(ours) | {name for name, _ in found.values()}
        free = [name for name in comments.columns if name not in taken]
        hit = _resolve(role, asked[role], free, comments, labels or {})
        if hit:
            found[role] = hit
    if "text" not in found:
        raise TableError(
            f"{where}: no text column found; it has: {listed_columns(comments.columns)} "
            "(name it with --text-column)"
        )
    names = {role: name for role, (name, _) in found.items()}
    _check_text_is_apart(names, list(comments.columns), where)
    why = tuple((role, reason) for role, (_, reason) in found.items())
    others = () if text else _others(comments, ours, set(names.values()))
    return Columns(**names, why=why, others=others)


def find_tagged_column(
    tagged: pd.DataFrame, role: str, *, asked: str | None = None, where: str = "the table"
) -> str | None:
    """Find the column of a role in a tagged table, which may have lost its comments.

    A column that tagging renamed is meant by its old name too.

    Raises
    ------
    TableError
        If there is no column of the name asked for.
    """
    columns = list(tagged.columns)
    _check_asked({role: asked}, columns, where)
    ours = _ours(columns)
    if asked in ours and asked + _ORIGINAL in columns:
        return asked + _ORIGINAL
    hit = _resolve(role, asked, [name for name in columns if name not in ours], tagged, {})
    return hit[0] if hit else None


def find_column(name: str, columns: Iterable[str]) -> str | None:
    """Find a column by its exact name, else by its normalised one."""
    columns = list(columns)
    if name in columns:
        return name
    folded = normalise_header(name)
    return next((column for column in columns if normalise_header(column) == folded), None)


def shown_columns(columns: Iterable[str]) -> dict[str, str]:
    """Say how each column of a table is named in a message: some names may be comments."""
    return shown_names(list(columns), known=_KNOWN)


def listed_columns(columns: Iterable[str]) -> str:
    """Name columns in a message; what may be a comment is not repeated."""
    return headers.listed_columns(columns, known=_KNOWN)


def _free_name(name: str, taken: set[str]) -> str:
    number = 2
    fresh = name
    while fresh in taken:
        fresh, number = f"{name}_{number}", number + 1
    return fresh


def _check_asked(asked: dict[str, str | None], columns: list[str], where: str) -> None:
    named = [(role, name) for role, name in asked.items() if name]
    missing = [(role, name) for role, name in named if not find_column(name, columns)]
    if missing:
        names = " or ".join(f"'{name}'" for _, name in missing)
        options = ", ".join(f"--{role}-column" for role, _ in missing)
        raise TableError(
            f"{where}: no column {names}; it has: {listed_columns(columns)} (use {options})"
        )


def _check_text_is_apart(names: dict[str, str], columns: list[str], where: str) -> None:
    for role, name in names.items():  # what stands in the others is named in messages
        if role != "text" and name == names["text"]:
            raise TableError(
                f"{where}: column '{shown_columns(columns)[name]}' cannot be both the text and the "
                f"{role} column (use --text-column or --{role}-column)"
            )


def _resolve(
    role: str,
    asked: str | None,
    columns: list[str],
    comments: pd.DataFrame,
    labels: Mapping[str, str],
) -> tuple[str, str] | None:
    if asked:
        return (find_column(asked, comments.columns) or asked, "as asked")
    by_name = {normalise_header(column): column for column in reversed(columns)}
    for name in NAMES[role]:
        # Tagging has renamed a user's own column such as `org_code`.
        for spelling in (name, normalise_header(name + _ORIGINAL)):
            if spelling in by_name:
                return (by_name[spelling], "by name")
    if role == "text" and (texts := free_texts(comments[columns])):
        return (texts[0], "the longest free text")
    if role == "trust":
        asking = (column for column in columns if asks_for_trust(labels.get(column) or column))
        return next(((column, "by its question") for column in asking), None)
    return None


def _others(comments: pd.DataFrame, ours: list[str], taken: set[str]) -> tuple[str, ...]:
    free = [name for name in comments.columns if name not in taken and name not in ours]
    return tuple(free_texts(comments[free]))
