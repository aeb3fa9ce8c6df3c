"""The codebook: which themes there are and what each means, read from TOML."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from nhs_feedback.errors import CodebookError
from nhs_feedback.tables.schema import is_reserved, probability_column

_UNGROUPED = "themes"
_ID = re.compile(r"[^\W\d_][\w-]*")


@dataclass(frozen=True)
class Theme:
    """One theme: its column name (`id`), its name for readers, and where its edges are."""

    id: str
    label: str
    group: str = _UNGROUPED
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PerceptionIndex:
    """Of the comments with either theme, the share with `towards` felt positively (0 to 1)."""

    towards: str
    away: str
    label: str = "Perception index"
    definition: str = ""


@dataclass(frozen=True)
class Codebook:
    """The themes in order, the names of their groups, and the index made of two of them."""

    themes: tuple[Theme, ...]
    name: str = "unnamed"
    version: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    perception_index: PerceptionIndex | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Theme ids, which are the column names, in order."""
        return tuple(theme.id for theme in self.themes)

    @property
    def labels(self) -> dict[str, str]:
        """Theme id to the name that readers see."""
        return {theme.id: theme.label for theme in self.themes}

    @property
    def index_labels(self) -> tuple[str, str]:
        """Labels of the themes that the perception index is made of, `towards` then `away`."""
        index = self.perception_index
        return (self.labels[index.towards], self.labels[index.away]) if index else ("", "")

    def keep(self, ids: tuple[str, ...]) -> "Codebook":
        """Return this codebook with only the named themes; the index stays if both of its do."""
        index = self.perception_index
        if index is not None and not {index.towards, index.away} <= set(ids):
            index = None
        themes = tuple(theme for theme in self.themes if theme.id in ids)
        used = {theme.group for theme in themes}
        groups = {key: label for key, label in self.groups.items() if key in used}
        return Codebook(themes, self.name, self.version, groups, index)

    def extend(self, ids: tuple[str, ...]) -> "Codebook":
        """Return this codebook with a bare theme added for each id it does not have."""
        new = tuple(Theme(id=name, label=name) for name in ids if name not in self.ids)
        return Codebook(
            self.themes + new, self.name, self.version, self.groups, self.perception_index
        )


@cache
def default_codebook() -> Codebook:
    """Return the codebook that ships with the package."""
    text = resources.files("nhs_feedback").joinpath("data/themes.toml").read_text("utf-8")
    return parse_codebook(text, where="the shipped codebook")


def load_codebook(path: str | Path) -> Codebook:
    """Read a codebook file.

    Raises
    ------
    CodebookError
        If the file is missing, is not TOML, or lacks what a theme needs.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CodebookError(
            f"{path}: cannot be read as a codebook ({why}); "
            "give a UTF-8 TOML file like the one `feedback themes --toml` prints"
        ) from error
    codebook = parse_codebook(text, where=str(path))
    _check_names(codebook, str(path))
    return codebook


def parse_codebook(text: str, *, where: str) -> Codebook:
    """Read a codebook from TOML text; `where` names it in errors."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"{where}: not valid TOML ({error}); mend that line") from error
    themes = tuple(_theme(entry, where) for entry in _tables(found, "theme", where))
    _check_ids(themes, where)
    meta, groups = _table(found, "meta", where) or {}, _table(found, "groups", where) or {}
    return Codebook(
        themes=themes,
        name=str(meta.get("name", "unnamed")),
        version=str(meta.get("version", "")),
        groups={str(key): str(label) for key, label in groups.items()},
        perception_index=_index(_table(found, "perception_index", where), themes, where),
    )


def dump_codebook(codebook: Codebook) -> str:
    """Write a codebook as TOML text that `parse_codebook` reads back to an equal one."""
    found: dict[str, Any] = {"meta": {"name": codebook.name, "version": codebook.version}}
    if codebook.perception_index is not None:
        found["perception_index"] = vars(codebook.perception_index)
    found["groups"] = codebook.groups
    found["theme"] = [
        {key: list(value) if isinstance(value, tuple) else value for key, value in vars(t).items()}
        for t in codebook.themes
    ]
    return tomli_w.dumps(found)


def _tables(found: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    tables = found.get(key)
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise CodebookError(f"{where}: no [[{key}]] tables; add one for each theme")
    return tables


def _table(found: dict[str, Any], key: str, where: str) -> dict[str, Any] | None:
    table = found.get(key)
    if table is not None and not isinstance(table, dict):
        raise CodebookError(f"{where}: [{key}] must be a table; see `feedback themes --toml`")
    return table


def _theme(entry: dict[str, Any], where: str) -> Theme:
    known = set(Theme.__dataclass_fields__)
    name = entry.get("id")
    if not isinstance(name, str) or not name.strip() or name != name.strip():
        raise CodebookError(f"{where}: a [[theme]] has no usable `id`; give it a short name")
    if unknown := sorted(set(entry) - known):
        raise CodebookError(
            f"{where}: theme {name!r} has unknown keys: {', '.join(unknown)}; "
            f"known: {', '.join(sorted(known))}"
        )
    return Theme(
        id=name,
        label=str(entry.get("label", name)),
        include=_texts(entry, "include", where),
        exclude=_texts(entry, "exclude", where),
        group=str(entry.get("group", _UNGROUPED)),
        definition=str(entry.get("definition", "")),
        note=str(entry.get("note", "")),
    )


def _texts(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list):
        raise CodebookError(f"{where}: theme {entry['id']!r}: `{key}` must be a list of texts")
    return tuple(map(str, value))


def _check_names(codebook: Codebook, where: str) -> None:
    """Hold a codebook that somebody wrote to more than one made of a table's own columns."""
    if wrong := [theme.id for theme in codebook.themes if not _ID.fullmatch(theme.id)]:
        raise CodebookError(
            f"{where}: theme ids that cannot be used: {', '.join(map(repr, wrong))}; an id names a "
            "column and is a letter, then letters, digits, _ or -; the `label` may be any text"
        )
    known = {*codebook.groups, _UNGROUPED}
    if unknown := sorted({theme.group for theme in codebook.themes} - known):
        raise CodebookError(
            f"{where}: groups that [groups] does not name: {', '.join(map(repr, unknown))}; "
            f"add them there, or use: {', '.join(sorted(codebook.groups)) or 'no group at all'}"
        )


def _check_ids(themes: tuple[Theme, ...], where: str) -> None:
    ids = [theme.id for theme in themes]
    if repeated := sorted({name for name in ids if ids.count(name) > 1}):
        raise CodebookError(f"{where}: theme ids given twice: {', '.join(repeated)}; rename one")
    ours = [probability_column(name) for name in ids]
    if taken := [name for name in ids if is_reserved(name) or name in ours]:
        raise CodebookError(
            f"{where}: theme ids that are names of our own columns: {', '.join(taken)}; rename them"
        )


def _index(
    entry: dict[str, Any] | None, themes: tuple[Theme, ...], where: str
) -> PerceptionIndex | None:
    if entry is None:
        return None
    ids = {theme.id for theme in themes}
    for key in ("towards", "away"):
        if entry.get(key) not in ids:
            raise CodebookError(
                f"{where}: [perception_index] `{key}` must be the id of a theme in the file"
            )
    known = PerceptionIndex.__dataclass_fields__
    return PerceptionIndex(**{key: str(value) for key, value in entry.items() if key in known})
