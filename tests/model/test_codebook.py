import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import CodebookError
from nhs_feedback.model.codebook import (
    Codebook,
    PerceptionIndex,
    Theme,
    default_codebook,
    dump_codebook,
    load_codebook,
    parse_codebook,
)
from nhs_feedback.tables.schema import added_columns, is_reserved

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = TEXTS.filter(lambda name: bool(name) and name == name.strip() and not is_reserved(name))


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    ids = draw(
        st.lists(IDS.filter(lambda n: not n.endswith("_p")), min_size=2, max_size=4, unique=True)
    )
    themes = tuple(
        Theme(
            id=name,
            label=draw(TEXTS),
            group=draw(TEXTS),
            definition=draw(TEXTS),
            include=tuple(draw(st.lists(TEXTS, max_size=2))),
            exclude=tuple(draw(st.lists(TEXTS, max_size=2))),
            note=draw(TEXTS),
        )
        for name in ids
    )
    index = PerceptionIndex(ids[0], ids[1], draw(TEXTS), draw(TEXTS))
    return Codebook(
        themes,
        name=draw(TEXTS),
        version=draw(TEXTS),
        groups=draw(st.dictionaries(TEXTS, TEXTS, max_size=2)),
        perception_index=draw(st.sampled_from([None, index])),
    )


@given(codebooks())
def test_a_codebook_is_the_same_when_read_back(book: Codebook) -> None:
    assert parse_codebook(dump_codebook(book), where="a test") == book


def test_the_shipped_codebook_is_read_whole() -> None:
    text = resources.files("nhs_feedback").joinpath("data/themes.toml").read_text("utf-8")
    found = tomllib.loads(text)
    book = default_codebook()
    assert list(book.ids) == [entry["id"] for entry in found["theme"]]
    assert [vars(theme) for theme in book.themes] == [
        {"note": ""} | entry | {k: tuple(entry.get(k, ())) for k in ("include", "exclude")}
        for entry in found["theme"]
    ]
    assert (book.name, book.version) == (found["meta"]["name"], found["meta"]["version"])
    assert book.groups == found["groups"]
    assert vars(book.perception_index) == found["perception_index"]
    assert {theme.group for theme in book.themes} <= set(book.groups)
    assert parse_codebook(dump_codebook(book), where="a test") == book


def test_a_bare_theme_is_named_by_its_id() -> None:
    assert parse_codebook('[[theme]]\nid = "parking"', where="a test").themes == (
        Theme(id="parking", label="parking", group="themes"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.toml: no [[theme]] tables; add one for each theme"),
        ("theme = 3", "x.toml: no [[theme]] tables; add one for each theme"),
        ("theme = []", "x.toml: no [[theme]] tables; add one for each theme"),
        ("theme = ['a']", "x.toml: no [[theme]] tables; add one for each theme"),
        (
            "[[theme]]\nlabel = 'A'",
            "x.toml: a [[theme]] has no usable `id`; give it a short name",
        ),
        ("[[theme]]\nid = 3", "x.toml: a [[theme]] has no usable `id`; give it a short name"),
        ("[[theme]]\nid = ' a'", "x.toml: a [[theme]] has no usable `id`; give it a short name"),
        (
            "[[theme]]\nid = 'a'\nwhy = 'b'\nhow = 'c'",
            "x.toml: theme 'a' has unknown keys: how, why; "
            "known: definition, exclude, group, id, include, label, note",
        ),
        (
            "[[theme]]\nid = 'a'\ninclude = 'b'",
            "x.toml: theme 'a': `include` must be a list of texts",
        ),
        (
            "[[theme]]\nid = 'a'\n[[theme]]\nid = 'b'\n[[theme]]\nid = 'a'",
            "x.toml: theme ids given twice: a; rename one",
        ),
        (
            "[[theme]]\nid = 'sentiment'\n[[theme]]\nid = 'check'",
            "x.toml: theme ids that are names of our own columns: sentiment, check; rename them",
        ),
        (
            "[[theme]]\nid = 'perception_index'",
            "x.toml: theme ids that are names of our own columns: perception_index; rename them",
        ),
        (
            "[[theme]]\nid = 'a'\n[[theme]]\nid = 'a_p'",
            "x.toml: theme ids that are names of our own columns: a_p; rename them",
        ),
        (
            "[perception_index]\ntowards = 'a'\naway = 'c'\n[[theme]]\nid = 'a'",
            "x.toml: [perception_index] `away` must be the id of a theme in the file",
        ),
        (
            "[perception_index]\naway = 'a'\n[[theme]]\nid = 'a'",
            "x.toml: [perception_index] `towards` must be the id of a theme in the file",
        ),
        (
            "perception_index = 'a'\n[[theme]]\nid = 'a'",
            "x.toml: [perception_index] must be a table; see `feedback themes --toml`",
        ),
        (
            "groups = 'a'\n[[theme]]\nid = 'a'",
            "x.toml: [groups] must be a table; see `feedback themes --toml`",
        ),
        (
            "meta = 'a'\n[[theme]]\nid = 'a'",
            "x.toml: [meta] must be a table; see `feedback themes --toml`",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(CodebookError) as caught:
        parse_codebook(text, where="x.toml")
    assert str(caught.value) == message


def test_broken_toml_says_where() -> None:
    with pytest.raises(
        CodebookError, match=r"^x.toml: not valid TOML \(.*at line 2, column 6\)\); mend that line$"
    ):
        parse_codebook("[[theme]]\nid = ]", where="x.toml")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(CodebookError) as caught:
        load_codebook(path)
    assert str(caught.value) == (
        f"{path}: cannot be read as a codebook (No such file or directory); "
        "give a UTF-8 TOML file like the one `feedback themes --toml` prints"
    )
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(
        CodebookError, match=r"cannot be read as a codebook \(it is not UTF-8 text\)"
    ):
        load_codebook(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (
                f"[[theme]]\nid = {bad!r}",
                f"theme ids that cannot be used: {bad!r}; an id names a column and is a letter, "
                "then letters, digits, _ or -; the `label` may be any text",
            )
            for bad in ("it anxiety!", "1st", "_x", "Car parking", "a;b")
        ),
        (
            "groups.care = 'Care'\n[[theme]]\nid = 'a'\ngroup = 'car'",
            "groups that [groups] does not name: 'car'; add them there, or use: care",
        ),
        (
            "[[theme]]\nid = 'a'\ngroup = 'b'",
            "groups that [groups] does not name: 'b'; add them there, or use: no group at all",
        ),
    ],
)
def test_a_codebook_that_somebody_wrote_is_held_to_more(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "book.toml"
    path.write_text(text)
    with pytest.raises(CodebookError, match=f"^{re.escape(f'{path}: {message}')}$"):
        load_codebook(path)
    assert parse_codebook(text, where="a model made of columns so named").themes


@pytest.mark.parametrize("name", ["a", "it_anxiety", "Wi-Fi", "café2"])
def test_what_an_id_may_be(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text(f'[[theme]]\nid = "{name}"\nlabel = "Anything: at all!"', "utf-8")
    assert load_codebook(path).ids == (name,)


def test_a_file_is_read_with_or_without_a_mark(tmp_path: Path) -> None:
    text = dump_codebook(default_codebook())
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "book.toml").write_text(text, encoding)
        assert load_codebook(tmp_path / "book.toml") == default_codebook()


def test_keep_takes_the_index_only_whole() -> None:
    book = default_codebook()
    assert book.perception_index is not None
    towards, away = book.perception_index.towards, book.perception_index.away
    assert book.keep((away, towards)).ids == tuple(i for i in book.ids if i in (towards, away))
    assert book.keep((towards, away)).perception_index == book.perception_index
    alone = book.keep((towards,))
    assert alone.perception_index is None
    assert alone.index_labels == ("", "")
    assert set(alone.groups) == {alone.themes[0].group}


def test_extend_adds_bare_themes_once() -> None:
    book = default_codebook()
    assert book.extend(book.ids) == book
    more = book.extend(("parking", book.ids[0], "food"))
    assert more.ids == (*book.ids, "parking", "food")
    assert more.themes[-1] == Theme(id="food", label="food")


def test_every_shipped_theme_can_be_a_column() -> None:
    columns = added_columns(default_codebook().ids)
    assert len(set(columns)) == len(columns)
