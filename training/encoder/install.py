"""Put a built encoder into the default model's folder, for `training/build.py` to build upon.

    python -m training.encoder.install FOLDER

FOLDER holds `encoder.onnx` and `tokenizer.json`. Until the model is built anew its other files do
not fit the encoder, and it cannot be opened.
"""

import hashlib
import sys
from pathlib import Path

from nhs_feedback.model.packing import ENCODER_FILES
from nhs_feedback.text.model_folder import (
    FORMAT_VERSION,
    META,
    default_model_folder,
    dump_meta,
    read_meta,
)


def install(source: Path, model: Path) -> None:
    """Copy an encoder into a model's folder and note its checksums."""
    meta = read_meta(model)
    del meta["checksum"]
    for name in ENCODER_FILES:
        content = (source / name).read_bytes()
        (model / name).write_bytes(content)
        meta["files"][name] = hashlib.sha256(content).hexdigest()
    meta["format_version"] = FORMAT_VERSION
    (model / META).write_bytes(dump_meta(meta).encode())


if __name__ == "__main__":
    install(Path(sys.argv[1]), default_model_folder())
