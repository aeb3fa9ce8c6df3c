"""A model's folder: where the shipped one lies, and its files read against their checksums."""

import hashlib
import json
from pathlib import Path
from typing import Any

from nhs_feedback.errors import ModelError

FORMAT_VERSION = 2
"""1 had no encoder; both are read."""
META = "meta.json"
MOST_MEGABYTES = 256
"""Of one file of a model; the largest, an encoder, has a tenth of it."""
_PACKAGE_FOLDER = Path(__file__).parents[1]


def default_model_folder() -> Path:
    """Return the folder of the model that ships with the package."""
    installed = _PACKAGE_FOLDER / "data" / "default_model"
    in_checkout = _PACKAGE_FOLDER.parent / "models" / "default"
    return installed if installed.is_dir() else in_checkout


def read_meta(folder: Path) -> dict[str, Any]:
    """Read and check `meta.json`.

    Raises
    ------
    ModelError
        If it is missing, changed by a byte, or of a newer format.
    """
    try:
        text = (folder / META).read_bytes().decode("utf-8")
    except OSError as error:
        raise ModelError(
            f"{folder}: no model there ({META} cannot be read); "
            "give a folder that `feedback train -o` wrote"
        ) from error
    except UnicodeDecodeError as error:
        raise ModelError(_changed(folder, META)) from error
    try:
        meta = json.loads(text)
        version = int(meta["format_version"])
        meta["files"] = dict(meta["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(_changed(folder, META)) from error
    if version > FORMAT_VERSION:
        raise ModelError(
            f"{folder}: made by a newer version (format {version}, this one reads "
            f"{FORMAT_VERSION}); upgrade nhs_feedback"
        )
    if text != dump_meta({key: value for key, value in meta.items() if key != "checksum"}):
        raise ModelError(_changed(folder, META))
    return dict(meta)


def dump_meta(meta: dict[str, Any]) -> str:
    """Write meta in its one form, closed by a checksum of the rest."""
    body = json.dumps(meta, indent=2, ensure_ascii=False)
    checksum = hashlib.sha256(body.encode()).hexdigest()
    return json.dumps(meta | {"checksum": checksum}, indent=2, ensure_ascii=False) + "\n"


def read_file(folder: Path, name: str, meta: dict[str, Any]) -> bytes:
    """Read a file of a model that is as `meta` says it was written.

    Raises
    ------
    ModelError
        If it is missing, far too large, or changed by a byte.
    """
    try:
        if (folder / name).stat().st_size > MOST_MEGABYTES * 2**20:
            raise ModelError(
                f"{folder}: {name} has over {MOST_MEGABYTES} MB, which no file of a model has; "
                "copy the whole folder again or train anew"
            )
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder}: {name} is missing; copy the whole folder again") from error
    if hashlib.sha256(content).hexdigest() != meta["files"].get(name):
        raise ModelError(_changed(folder, name))
    return content


def _changed(folder: Path, name: str) -> str:
    return (
        f"{folder}: {name} is not as it was written (its checksum differs); "
        "copy the whole folder again or train anew"
    )
