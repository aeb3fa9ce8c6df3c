import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed

from nhs_feedback.errors import ModelError
from nhs_feedback.model import encoder as module
from nhs_feedback.model.encoder import WINDOW, Encoder, shipped_encoder
from nhs_feedback.text.sentences import sentence_starts

WIFI = "The wifi drops out every time we move the trolley."
SAYINGS = [WIFI, "No training at all!", "It is slow; we write on paper first.", "Why?", "n/a", ""]
WRITTEN = st.lists(st.sampled_from([*SAYINGS, "a" * 300, "- a bullet\n", "é ﬁ 病院 ▪ x"])).map(
    " ".join
)


def test_a_vector_has_length_one(tiny: Encoder) -> None:
    vectors = tiny.encode([WIFI, "", "!"])
    assert (vectors.shape, vectors.dtype, tiny.size) == ((3, 8), np.float32, 8)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert tiny.encode([]).shape == (0, 8)


@settings(max_examples=10)
@given(texts=st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=6))
def test_a_vector_depends_on_its_text_alone_to_the_last_bit(texts: list[str]) -> None:
    encoder = shipped_encoder()
    together = encoder.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_array_equal(encoder.encode([text])[0], vector)


def test_another_process_gives_the_same_bits() -> None:
    encoder = shipped_encoder()
    parts = Parallel(n_jobs=2)(delayed(encoder.encode)([text, "x"]) for text in SAYINGS)
    np.testing.assert_array_equal([part[0] for part in parts], encoder.encode(SAYINGS))


def test_each_distinct_text_is_read_once(tiny: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    run, runs = module._run, []

    def counted(session: object, pieces: list[int]) -> object:
        runs.append(pieces)
        return run(session, pieces)

    monkeypatch.setattr(module, "_run", counted)
    vectors = tiny.encode(["a", "b", "a", "a"])
    assert len(runs) == 2
    np.testing.assert_array_equal(vectors[[0, 0, 0]], vectors[[0, 2, 3]])


@given(text=st.one_of(st.text(), WRITTEN, WRITTEN.map(lambda text: text * 9)))
def test_windows_hold_every_piece_once(text: str, tiny: Encoder) -> None:
    whole = tiny._opened.tokenizer.encode(text).ids
    windows = tiny._windows(text)
    assert [piece for window in windows for piece in window[1:-1]] == whole[1:-1]
    assert all(window[:1] + window[-1:] == [1, 2] for window in windows)
    assert max(map(len, windows)) <= WINDOW
    assert tiny.n_windows(text) == len(windows)
    assert (len(windows) == 1) == (len(whole) <= WINDOW)


@given(text=WRITTEN.map(lambda text: text * 9))
def test_a_sentence_that_fits_is_never_parted(text: str, tiny: Encoder) -> None:
    read = tiny._opened.tokenizer.encode(text)
    begins = [start for start, _ in read.offsets[1:-1]]
    cuts = np.searchsorted(begins, sentence_starts(text)).tolist()
    sizes = np.diff([*cuts, len(begins)]).tolist()
    ends = np.cumsum([len(window) - 2 for window in tiny._windows(text)]).tolist()
    for cut, size in zip(cuts, sizes, strict=True):
        if size <= WINDOW - 2:
            assert not [end for end in ends if cut < end < cut + size]


def test_nothing_beyond_the_first_window_is_ignored(tiny: Encoder) -> None:
    long = f"{WIFI} " * 30
    assert tiny.n_windows(long) > 1
    first, second = tiny.encode([long + "Never again.", long + "We love it."])
    assert not np.array_equal(first, second)
    assert np.linalg.norm(first) == pytest.approx(1)


def test_it_travels_as_its_bytes(tiny: Encoder) -> None:
    tiny.encode([WIFI])
    sent = pickle.dumps(tiny)
    assert len(sent) < len(tiny.model) + len(tiny.tokenizer) + 200
    back = pickle.loads(sent)
    np.testing.assert_array_equal(back.encode([WIFI]), tiny.encode([WIFI]))
    assert back.checksum == tiny.checksum
    assert copy.deepcopy(tiny) is tiny


def test_the_checksum_covers_both_files(tiny: Encoder) -> None:
    others = [
        Encoder(tiny.model + b"\n", tiny.tokenizer),
        Encoder(tiny.model, tiny.tokenizer + b"\n"),
        Encoder(tiny.model + tiny.tokenizer[:1], tiny.tokenizer[1:]),
    ]
    assert len({tiny.checksum, *(other.checksum for other in others)}) == 4


Make = Callable[..., bytes]
UNSOUND = {
    "no ONNX": (lambda onnx, _: b"PK\x03\x04", lambda t: t()),
    "nothing": (lambda onnx, _: b"", lambda t: t()),
    "cut short": (lambda onnx, _: onnx()[:300], lambda t: t()),
    "another output": (lambda onnx, _: onnx(output="logits"), lambda t: t()),
    "not of length one": (lambda onnx, _: onnx(unit=False), lambda t: t()),
    "too few rows": (lambda onnx, _: onnx(rows=50), lambda t: t()),
    "weights elsewhere": (lambda onnx, file: onnx(file=file), lambda t: t()),
    "weights up the path": (lambda onnx, file: onnx(file=f"../here/{file}"), lambda t: t()),
    "no tokenizer": (lambda onnx, _: onnx(), lambda t: b"{}"),
    "no JSON": (lambda onnx, _: onnx(), lambda t: t()[:-9]),
    "no marks": (lambda onnx, _: onnx(), lambda t: t(marks=False)),
}


@pytest.mark.parametrize("kind", UNSOUND)
def test_what_is_no_sentence_encoder_is_refused(
    kind: str,
    make_onnx: Make,
    make_tokenizer: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("weights").write_bytes(np.ones((200, 8), np.float32).tobytes())
    model, tokenizer = UNSOUND[kind]
    unsound = Encoder(model(make_onnx, "weights"), tokenizer(make_tokenizer))
    with pytest.raises(
        ValueError, match=r"^encoder\.onnx and tokenizer\.json are no sentence encoder \(\w+\)$"
    ):
        unsound.encode([WIFI])
    assert capfd.readouterr() == ("", "")


def test_a_folder_without_an_encoder(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "default_model_folder", lambda: tmp_path)
    (tmp_path / "meta.json").write_bytes((model_folder / "meta.json").read_bytes())
    shipped_encoder.cache_clear()
    with pytest.raises(ModelError) as caught:
        shipped_encoder()
    assert str(caught.value) == f"{tmp_path}: encoder.onnx is missing; copy the whole folder again"


def test_reading_it_opens_nothing_yet(run_alone: Callable[[str], tuple[int, str]]) -> None:
    asked = (
        "import sys\n"
        "from nhs_feedback.model.encoder import shipped_encoder\n"
        "shipped_encoder()\n"
        "assert not {'onnxruntime', 'tokenizers'} & set(sys.modules)\n"
        "shipped_encoder().size\n"
        "assert not [name for name in sys.modules if 'hugging' in name or name == 'httpx2']\n"
    )
    assert run_alone(asked) == (0, "")
