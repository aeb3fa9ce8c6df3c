import copy
import hashlib
import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from nhs_feedback.errors import ModelError
from nhs_feedback.model.encoder import Encoder
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.packing import ENCODER_FILES
from nhs_feedback.model.packing import FILES as PLAIN_FILES
from nhs_feedback.model.store import check_model_target, find_model, load_model, save_model
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.text import model_folder
from nhs_feedback.text.model_folder import default_model_folder
from nhs_feedback.text.names import NAMES, shipped_names

META = "meta.json"
FILES = (*PLAIN_FILES, *ENCODER_FILES)


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "mine"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def seal(folder: Path, **changed: bytes | dict) -> None:
    """Change files of a folder and make its checksums agree, as an ill-meaning hand could."""
    meta = json.loads((folder / META).read_text("utf-8"))
    meta |= changed.pop("meta", {})
    names = {
        "weights": "weights.npz",
        "vocabulary": "vocabulary.json",
        "codebook": "codebook.toml",
        "encoder": "encoder.onnx",
        "tokenizer": "tokenizer.json",
    }
    for key, content in changed.items():
        name = names[key]
        (folder / name).write_bytes(content)
        meta["files"][name] = hashlib.sha256(content).hexdigest()
    meta.pop("checksum")
    (folder / META).write_text(model_folder.dump_meta(meta), "utf-8", newline="\n")


def test_a_folder_is_opened_once_until_it_changes(model: Tagger, tmp_path: Path) -> None:
    model.save(tmp_path / "m")
    first = find_model(tmp_path / "m")
    assert find_model(str(tmp_path / "m")) is first
    replace(model, unsure_above=0.5).save(tmp_path / "m", force=True)
    assert find_model(tmp_path / "m").unsure_above == 0.5


def test_a_saved_model_predicts_the_same_to_the_last_bit(
    model: Tagger, saved: Tagger, many: pd.DataFrame
) -> None:
    texts = many["comment"].tolist()
    before, after = model.tag(texts), saved.tag(texts)
    for name in ("probability", "present", "polarity", "sentiment", "sentiment_score"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    assert after.check == before.check
    assert (saved.fingerprint, saved.signature) == (model.fingerprint, model.signature)
    pd.testing.assert_frame_equal(classify(many, model=saved), classify(many, model=model))


def test_what_it_says_of_itself_is_kept(model: Tagger, saved: Tagger) -> None:
    assert saved.codebook == model.codebook
    apart = {"scores": 0, "share_error": 0}
    assert vars(saved.training) | apart == vars(model.training) | apart
    pd.testing.assert_frame_equal(saved.training.share_error, model.training.share_error)
    assert list(saved.scores.columns) == list(model.scores.columns)
    pd.testing.assert_frame_equal(saved.scores, model.scores, check_dtype=False, atol=5e-5)


def test_the_folder_is_what_the_design_says(model_folder: Path, model: Tagger) -> None:
    assert set(contents(model_folder)) == {META, *FILES}
    meta = json.loads((model_folder / META).read_text("utf-8"))
    assert meta["themes"] == list(model.codebook.ids)
    assert meta["thresholds"] == model.themes.thresholds_.tolist()
    assert meta["calibration"]["slope"] == model.themes.slope_.tolist()
    assert meta["fingerprint"] == model.fingerprint
    assert meta["training"]["seed"] == 0
    assert [row["theme"] for row in meta["scores"]] == model.scores["theme"].tolist()
    assert {"python", "nhs_feedback", "numpy", "scikit-learn"} <= set(meta["versions"])
    for name in FILES:
        content = (model_folder / name).read_bytes()
        assert meta["files"][name] == hashlib.sha256(content).hexdigest()


def test_no_comment_is_in_the_folder(model_folder: Path, labelled: pd.DataFrame) -> None:
    with np.load(model_folder / "weights.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind == "f" for name in arrays.files)
    texts = b"".join(contents(model_folder).values()).decode("utf-8", "replace")
    assert not [comment for comment in labelled["comment"] if comment in texts]


def test_saving_twice_gives_the_same_bytes(model: Tagger, saved: Tagger, tmp_path: Path) -> None:
    for place, tagger in (("a", model), ("b", model), ("c", saved)):
        (tmp_path / place).mkdir()
        tagger.save(tmp_path / place / "small")
    first, second, third = (contents(tmp_path / place / "small") for place in "abc")
    assert first == second
    third[META] = first[META]  # the scores are rounded when saved
    assert {name: third[name] for name in FILES[1:]} == {name: first[name] for name in FILES[1:]}


def flips(content: bytes) -> list[int]:
    """Places to change a byte: the ends, some between, and some white space."""
    spread = {0, 1, len(content) // 3, len(content) // 2, len(content) - 2, len(content) - 1}
    spread |= {content.find(b"\n"), content.find(b"  "), content.rfind(b"}"), content.find(b":")}
    return sorted(at for at in spread if at >= 0)


@pytest.mark.parametrize("name", [META, *FILES])
def test_any_changed_byte_is_refused(name: str, folder: Path) -> None:
    content = (folder / name).read_bytes()
    for at in flips(content):
        for mask in (1, 0x20, 0x80):
            changed = bytearray(content)
            changed[at] ^= mask
            (folder / name).write_bytes(changed)
            with pytest.raises(ModelError) as caught:
                load_model(folder)
            assert str(caught.value) == (
                f"{folder}: {name} is not as it was written (its checksum differs); "
                "copy the whole folder again or train anew"
            )


@pytest.mark.parametrize("name", [META, *FILES])
@pytest.mark.parametrize(
    "change", [lambda c: c + b"\n", lambda c: c[:-1], lambda _: b"", lambda c: b"\xef\xbb\xbf" + c]
)
def test_more_or_less_is_refused(name: str, change: object, folder: Path) -> None:
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    with pytest.raises(ModelError, match=f": {name} is not as it was written"):
        load_model(folder)


def test_line_ends_of_another_system_are_a_change(folder: Path) -> None:
    for name in (META, "README.md"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content.replace(b"\n", b"\r\n"))
        with pytest.raises(ModelError, match="is not as it was written"):
            load_model(folder)
        (folder / name).write_bytes(content)
    load_model(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(caught.value) == f"{folder}: {name} is missing; copy the whole folder again"


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p.mkdir(), lambda p: p.write_text("x")])
def test_no_model_there(make: object, tmp_path: Path) -> None:
    path = tmp_path / "none"
    make(path)
    with pytest.raises(ModelError) as caught:
        load_model(path)
    assert str(caught.value) == (
        f"{path}: no model there (meta.json cannot be read); "
        "give a folder that `feedback train -o` wrote"
    )


def test_a_newer_format(folder: Path) -> None:
    seal(folder, meta={"format_version": 3})
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(caught.value) == (
        f"{folder}: made by a newer version (format 3, this one reads 2); upgrade nhs_feedback"
    )


def test_extra_files_are_ignored(folder: Path, saved: Tagger) -> None:
    (folder / "notes.txt").write_text("ours")
    (folder / "weights.pkl").write_bytes(pickle.dumps(print))
    assert load_model(folder).fingerprint == saved.fingerprint


class Trap:
    def __reduce__(self) -> tuple:
        return (os.mkdir, ("sprung",))


def _npz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return packed.getvalue()


def _object_array() -> bytes:
    packed = io.BytesIO()
    np.save(packed, np.array([Trap()], dtype=object), allow_pickle=True)
    return packed.getvalue()


@pytest.mark.parametrize(
    "weights",
    [
        _npz(themes_coef=_object_array()),
        _npz(words_idf=pickle.dumps(Trap())),
        pickle.dumps(Trap()),
        _object_array(),
        b"PK\x03\x04 but no archive",
        _npz(),
        b"",
    ],
)
def test_a_payload_is_not_run(
    weights: bytes, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seal(folder, weights=weights)
    with pytest.raises(ModelError, match="the model's files do not fit together"):
        load_model(folder)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"vocabulary": b"[]"},
        {"vocabulary": b'{"words": ["a"], "characters": ["b"]}'},
        {"vocabulary": b"not json"},
        {"codebook": b'[[theme]]\nid = "a"\n'},
        {"codebook": b"not toml"},
        {"codebook": b"\xff"},
        {"meta": {"thresholds": [0.5]}},
        {"meta": {"thresholds": "high"}},
        {"meta": {"unsure_above": None}},
        {"meta": {"features": {}}},
        {"meta": {"training": None}},
        {"meta": {"fingerprint": "0" * 64}},
        {"meta": {"files": []}},
        {"meta": {"files": None}},
        {"encoder": b"not ONNX"},
        {"encoder": b""},
        {"tokenizer": b"{}"},
        {"encoder": b"not ONNX", "tokenizer": b"not JSON"},
        {"meta": {"files": {}}},
    ],
)
def test_files_that_do_not_fit_together(changed: dict, folder: Path) -> None:
    seal(folder, **changed)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(caught.value).startswith(f"{folder}: ")
    assert "\n" not in str(caught.value)


def test_an_existing_folder_is_kept_unless_forced(model: Tagger, folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(ModelError) as caught:
        model.save(folder)
    assert str(caught.value) == f"{folder}: exists already; choose another folder or say --force"
    assert contents(folder) == before
    (folder / "notes.txt").write_text("old")
    model.save(folder, force=True)
    assert set(contents(folder)) == {META, *FILES}
    assert load_model(folder).signature == f"mine {model.fingerprint[:8]}"


def test_a_folder_that_is_no_model_is_never_replaced(model: Tagger, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.doc").write_text("all of it")
    file = tmp_path / "file"
    file.write_text("x")
    for path in (home, file):
        with pytest.raises(ModelError) as caught:
            model.save(path, force=True)
        assert str(caught.value) == f"{path}: not a model folder, so --force will not replace it"
    assert (home / "thesis.doc").read_text() == "all of it"


def test_an_empty_folder_may_be_filled_by_force(
    model: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    model.save(empty, force=True)
    assert load_model(empty).name == "empty"
    monkeypatch.chdir(empty)
    model.save(".", force=True)
    assert load_model(empty).name == "empty"


def test_the_folder_above_must_exist(model: Tagger, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        check_model_target(tmp_path / "no" / "mine", force=True)
    assert (
        str(caught.value)
        == f"{tmp_path / 'no' / 'mine'}: no folder {tmp_path / 'no'}; make it first"
    )


@pytest.mark.parametrize("name", [META, *FILES])
@pytest.mark.parametrize("force", [True, False])
def test_a_failure_while_writing_leaves_what_was_there(
    name: str,
    force: bool,
    model: Tagger,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, target = contents(folder), folder if force else tmp_path / "new"
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == name:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ModelError) as caught:
        model.save(target, force=force)
    assert str(caught.value) == (
        f"{target}: the model could not be written (No space left on device); "
        "close what has it open, or choose another folder with -o"
    )
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(13, "Permission denied")])
@pytest.mark.parametrize("moved", [0, 1])
def test_a_failure_while_swapping_leaves_the_old_model(
    error: BaseException,
    moved: int,
    model: Tagger,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, replace, moves = contents(folder), Path.replace, []

    def stopped(path: Path, target: Path) -> Path:
        moves.append(path)
        if len(moves) == moved + 1:
            raise error
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises((KeyboardInterrupt, ModelError)):
        save_model(model, folder, force=True)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_link_to_a_model_stays_a_link(model: Tagger, folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    try:
        link.symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets us make no links")
    model.save(link, force=True)
    assert link.is_symlink()
    assert load_model(link).name == "mine"


def test_find_model(model: Tagger, folder: Path) -> None:
    assert find_model(model) is model
    assert find_model(str(folder)).fingerprint == model.fingerprint
    assert find_model(None) is find_model(None)
    assert default_model_folder().is_dir()


def test_the_shipped_model_is_whole_and_explains_itself() -> None:
    shipped = load_model()
    assert shipped.name == "default"
    assert len(shipped.codebook.themes) >= 1
    assert {"theme", "score", "low", "high"} <= set(shipped.scores.columns)
    card = (default_model_folder() / "README.md").read_text("utf-8")
    assert card.startswith("# Model: default")


def test_a_model_carries_its_finder_of_names(model: Tagger, tmp_path: Path) -> None:
    assert model.names == shipped_names()
    save_model(model, tmp_path / "mine")
    assert (tmp_path / "mine" / NAMES).read_bytes() == shipped_names()
    assert load_model(tmp_path / "mine").names == shipped_names()


def test_the_fingerprint_covers_the_finder(model: Tagger) -> None:
    assert replace(model, names=b"another").fingerprint != model.fingerprint


def without_encoder(model: Tagger) -> Tagger:
    """The same model, deaf to meaning."""
    kept = model.features.blocks_[0]
    features = clone(model.features).set_params(encoder=None)
    features.words_, features.characters_ = model.features.words_, model.features.characters_
    features.encoder_ = None
    themes = copy.copy(model.themes)
    themes.coef_, themes.n_features_in_ = themes.coef_[:, :kept], kept
    return replace(model, features=features, themes=themes, polarity=None, sentiment=None)


def test_a_model_without_an_encoder(model: Tagger, many: pd.DataFrame, tmp_path: Path) -> None:
    plain = without_encoder(model)
    plain.save(tmp_path / "plain")
    assert set(contents(tmp_path / "plain")) == {META, *PLAIN_FILES}
    texts = many["comment"].head(20).tolist()
    for version in (2, 1):  # folders of the first format have none
        seal(tmp_path / "plain", meta={"format_version": version})
        opened = load_model(tmp_path / "plain")
        assert opened.features.encoder_ is None
        assert opened.fingerprint == plain.fingerprint != model.fingerprint
        found, expected = opened.tag(texts, evidence=True), plain.tag(texts, evidence=True)
        np.testing.assert_array_equal(found.probability, expected.probability)
        assert found.evidence == expected.evidence


def test_a_model_carries_its_encoder(
    model: Tagger, tiny: Encoder, tmp_path: Path, labelled: pd.DataFrame
) -> None:
    features = TextFeatures(mask=False, encoder=tiny).fit(labelled["comment"])
    themes = copy.copy(model.themes)
    width = sum(features.blocks_)
    themes.coef_ = np.resize(themes.coef_, (len(themes.coef_), width))
    themes.n_features_in_ = width
    own = replace(model, features=features, themes=themes, polarity=None, sentiment=None)
    own.save(tmp_path / "own")
    assert (tmp_path / "own" / "encoder.onnx").read_bytes() == tiny.model
    assert load_model(tmp_path / "own").fingerprint == own.fingerprint
    another = copy.copy(features)
    another.encoder_ = Encoder(tiny.model, tiny.tokenizer + b" ")
    assert replace(own, features=another).fingerprint != own.fingerprint


def test_an_encoder_of_another_size(folder: Path, make_onnx: Callable[..., bytes]) -> None:
    seal(folder, encoder=make_onnx(size=9, rows=30_522))
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(caught.value) == (
        f"{folder}: the model's files do not fit together (ValueError); "
        "train it again with this version"
    )


@pytest.mark.parametrize("name", FILES)
def test_a_file_far_too_large_is_not_read(name: str, folder: Path) -> None:
    with (folder / name).open("r+b") as file:
        file.truncate(256 * 2**20 + 1)  # takes no room on the disk
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(caught.value) == (
        f"{folder}: {name} has over 256 MB, which no file of a model has; "
        "copy the whole folder again or train anew"
    )
