"""Encoder: texts -> vectors of meaning, by a small sentence encoder in ONNX.

A text's vector depends on that text alone, to the last bit: int8 weights are scaled by all that is
in a batch, so each text is a batch of its own; and one thread sums in one order.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nhs_feedback.text.model_folder import default_model_folder, read_file, read_meta
from nhs_feedback.text.sentences import sentence_starts

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

Vectors = NDArray[np.float32]
ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"
"""Its files in a model's folder."""
WINDOW = 256
"""Word pieces that are read at once; a longer text is read in windows of whole sentences."""

_MARKS = 2  # the pieces that the tokenizer puts around a text
_INPUTS, _OUTPUT = ("input_ids", "attention_mask"), "vector"
# Where ONNX may look for weights in files of their own: nowhere.
_NO_FILES = ("session.model_external_initializers_file_folder_path", os.devnull)
_ERRORS_ONLY = 4  # a warning goes to stderr past Python


class Encoder:
    """A sentence encoder, from the bytes of its two files; opened when first used.

    Parameters
    ----------
    model : bytes
        ONNX, from `input_ids` and `attention_mask` of `(1, n)` to `vector` of `(1, size)`.
    tokenizer : bytes
        JSON, as the package `tokenizers` writes it.
    """

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        self.model = model
        self.tokenizer = tokenizer

    def __repr__(self) -> str:
        """Name the encoder by its checksum; its megabytes are nothing to print."""
        return f"Encoder({self.checksum[:8]})"

    def __getstate__(self) -> dict[str, bytes]:
        """Travel to other processes as bytes: an open session cannot."""
        return {"model": self.model, "tokenizer": self.tokenizer}

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself: nothing about it changes, and scikit-learn copies what it clones."""
        return self

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of both files' own."""
        parts = (hashlib.sha256(part).digest() for part in (self.model, self.tokenizer))
        return hashlib.sha256(b"".join(parts)).hexdigest()

    @property
    def size(self) -> int:
        """Length of a vector.

        Raises
        ------
        ValueError
            If the files are no sentence encoder.
        """
        return self._opened.size

    def encode(self, texts: Iterable[str]) -> Vectors:
        """Return `(n, size)` unit vectors of `(n,)` texts; each distinct text is read once."""
        given = list(texts)
        known = {text: self._encode(text) for text in dict.fromkeys(given)}
        return np.array([known[text] for text in given], dtype=np.float32).reshape(-1, self.size)

    def n_windows(self, text: str) -> int:
        """Say in how many windows a text is read."""
        return len(self._windows(text))

    def _encode(self, text: str) -> Vectors:
        windows = self._windows(text)
        session = self._opened.session
        if len(windows) == 1:
            return _run(session, windows[0])
        # Longer windows say more.
        parts = [(len(window) - _MARKS) * _run(session, window) for window in windows]
        total = np.sum(parts, axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def _windows(self, text: str) -> list[list[int]]:
        """Cut a text's word pieces into windows, each between the marks; no piece is left out."""
        read = self._opened.tokenizer.encode(text)
        if len(read.ids) <= WINDOW:
            return [read.ids]
        first, *pieces, last = read.ids
        begins = [start for start, _ in read.offsets[1:-1]]
        cuts = np.searchsorted(begins, sentence_starts(text)[1:]).tolist()
        ends = zip([0, *cuts], [*cuts, len(pieces)], strict=True)
        return [[first, *pack, last] for pack in _packed([pieces[a:b] for a, b in ends])]

    @cached_property
    def _opened(self) -> "_Opened":
        try:
            return _open(self.model, self.tokenizer)
        except Exception as error:  # onnxruntime raises kinds of its own
            raise ValueError(
                f"{ENCODER} and {TOKENIZER} are no sentence encoder ({type(error).__name__})"
            ) from error


@cache
def shipped_encoder() -> Encoder:
    """Read the encoder of the shipped model, checked against its checksums, once.

    Raises
    ------
    ModelError
        If a file of it is missing or damaged.
    """
    folder = default_model_folder()
    meta = read_meta(folder)
    return Encoder(*(read_file(folder, name, meta) for name in (ENCODER, TOKENIZER)))


class _Opened(NamedTuple):
    session: "onnxruntime.InferenceSession"
    tokenizer: "tokenizers.Tokenizer"
    size: int


def _open(model: bytes, tokenizer: bytes) -> _Opened:
    # Only who encodes needs these two.
    import onnxruntime as ort  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    cutter = Tokenizer.from_buffer(tokenizer)
    cutter.no_truncation()
    cutter.no_padding()
    ort.disable_telemetry_events()
    options: Any = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry(*_NO_FILES)
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return _Opened(session, cutter, _checked_size(session, cutter))


def _checked_size(
    session: "onnxruntime.InferenceSession", tokenizer: "tokenizers.Tokenizer"
) -> int:
    """Return the length of a vector, having tried the fullest window and the highest piece."""
    if {one.name for one in session.get_inputs()} != set(_INPUTS):
        raise ValueError("inputs")
    first, last = tokenizer.encode("").ids
    highest = tokenizer.get_vocab_size() - 1
    vector = _run(session, [first, *[highest] * (WINDOW - _MARKS), last])
    if vector.ndim != 1 or not np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        raise ValueError("vector")
    return len(vector)


def _run(session: "onnxruntime.InferenceSession", pieces: Sequence[int]) -> Vectors:
    ids = np.array([pieces], dtype=np.int64)
    given = dict(zip(_INPUTS, (ids, np.ones_like(ids)), strict=True))
    (vectors,) = session.run([_OUTPUT], given)
    (vector,) = vectors
    return np.asarray(vector, dtype=np.float32)


def _packed(sentences: Sequence[list[int]]) -> list[list[int]]:
    """Put as many whole sentences together as a window holds; one too long for it is cut."""
    room = WINDOW - _MARKS
    packs: list[list[int]] = [[]]
    for sentence in sentences:
        if len(packs[-1]) + len(sentence) > room:
            packs.append([])
        packs[-1].extend(sentence)
    return [pack[at : at + room] for pack in packs for at in range(0, len(pack), room)]
