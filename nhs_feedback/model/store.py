"""Tagger <-> folder: readable, checksummed, and opened without running code from it."""

import hashlib
import shutil
import zipfile
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from nhs_feedback.errors import CodebookError, ModelError
from nhs_feedback.model.packing import ENCODER_FILES, FILES, pack_files, pack_meta, unpack
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.text.model_folder import (
    FORMAT_VERSION,
    META,
    default_model_folder,
    dump_meta,
    read_file,
    read_meta,
)

_UNFIT = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    zipfile.BadZipFile,
    CodebookError,
)


def save_model(tagger: Tagger, folder: str | Path, *, force: bool = False) -> None:
    """Write a model folder, whole or not at all.

    Raises
    ------
    ModelError
        If the folder exists (unless `force`), or cannot be written.
    """
    folder = Path(folder)
    check_model_target(folder, force=force)
    folder = folder.resolve()  # a link stays a link, and "." has a name
    files = _contents(tagger.renamed(folder.name))
    aside = folder.with_name(f".{folder.name}.{uuid4().hex}.part")
    try:
        aside.mkdir()  # not by tempfile, whose folders nobody else may read
        for name, content in files.items():
            (aside / name).write_bytes(content)
        _swap(aside, folder)
    except OSError as error:
        raise ModelError(
            f"{folder}: the model could not be written ({error.strerror}); "
            "close what has it open, or choose another folder with -o"
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_model_target(folder: Path, *, force: bool) -> None:
    """Refuse a folder that a model cannot be written to, before the long work of training."""
    if not folder.parent.is_dir():
        raise ModelError(f"{folder}: no folder {folder.parent}; make it first")
    if folder.exists() and not force:
        raise ModelError(f"{folder}: exists already; choose another folder or say --force")
    if folder.exists() and not (folder / META).is_file() and any(_entries(folder)):
        raise ModelError(f"{folder}: not a model folder, so --force will not replace it")


def find_model(model: Tagger | str | Path | None) -> Tagger:
    """Return the model asked for: one at hand, one in a folder, or the shipped one.

    A folder that has not changed since it was last asked for is not opened again.
    """
    if isinstance(model, Tagger):
        return model
    folder = default_model_folder() if model is None else Path(model)
    return _open_once(folder, str(read_meta(folder)["checksum"]))


def load_model(folder: str | Path | None = None) -> Tagger:
    """Open a model folder; every file is checked against its checksum before it is opened.

    Raises
    ------
    ModelError
        If the folder is missing, damaged, or of a newer format.
    """
    folder = default_model_folder() if folder is None else Path(folder)
    meta = read_meta(folder)
    of_encoder = [name for name in ENCODER_FILES if name in meta["files"]]
    files = {name: read_file(folder, name, meta) for name in (*FILES, *of_encoder)}
    try:
        return unpack(meta, files)
    except _UNFIT as error:
        raise ModelError(
            f"{folder}: the model's files do not fit together ({type(error).__name__}); "
            "train it again with this version"
        ) from error


@lru_cache(maxsize=2)  # a model, and the one it is compared with
def _open_once(folder: Path, checksum: str) -> Tagger:  # noqa: ARG001 (a retrained model is new)
    return load_model(folder)


def _contents(tagger: Tagger) -> dict[str, bytes]:
    """Lay a model out as files: name to content, `meta.json` last."""
    files = pack_files(tagger)
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    meta = {"format_version": FORMAT_VERSION} | pack_meta(tagger) | {"files": checksums}
    return files | {META: dump_meta(meta).encode()}


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else [folder]


def _swap(aside: Path, folder: Path) -> None:
    """Put the new folder in place; an old one is moved away first, so that neither is mixed."""
    if not folder.exists():
        aside.replace(folder)
        return
    old = aside.with_suffix(".old")
    folder.replace(old)
    try:
        aside.replace(folder)
    except BaseException:  # Ctrl-C too
        old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
