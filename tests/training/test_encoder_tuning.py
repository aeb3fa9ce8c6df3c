"""The recipe on a network of two narrow layers; skipped where PyTorch is not installed."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import BertConfig, BertModel  # noqa: E402

from training.encoder.corpus import Texts  # noqa: E402
from training.encoder.export import export  # noqa: E402
from training.encoder.network import Heads, Pooled  # noqa: E402
from training.encoder.probe import probed_heads  # noqa: E402
from training.encoder.tune import Stage, tune, vectors_of  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

WORDS = ["[PAD]", "[UNK]", "slow", "quick", "login", "rota"]
SLOW, QUICK = "slow login", "quick rota"


@pytest.fixture
def tokenizer():
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def narrow_network():
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    return Pooled(BertModel(config, add_pooling_layer=False)).eval()


def two_kinds(n):
    """Theme 0, felt badly, where it is slow; theme 1, felt well, where it is quick."""
    slow = np.arange(n) % 2 == 0
    present = np.column_stack([slow, ~slow])
    feelings = np.where(slow, 0, 3)
    return Texts(
        [SLOW if one else QUICK for one in slow],
        present.astype(np.float32),
        np.where(np.arange(n) % 8 < 2, (feelings + 1) % 4, feelings)[:, None]
        * np.where(present, 1, 0)
        - np.where(present, 0, 1),
        feelings,
        np.zeros(n, dtype=bool),
    )


def tuned(tokenizer, stage, *, seed=0):
    network, texts = narrow_network(), two_kinds(32)
    heads = probed_heads(vectors_of(network, tokenizer, texts.texts), texts)
    said = []
    made = tune(network, heads, tokenizer, lambda _: texts, stage, seed=seed, say=said.append)
    assert said[0].startswith("step 0 of ")
    return made


def test_a_text_has_one_vector_whatever_it_is_padded_to(tokenizer):
    network = narrow_network()
    alone = vectors_of(network, tokenizer, [SLOW])
    beside = vectors_of(network, tokenizer, ["quick quick quick rota rota", SLOW])
    np.testing.assert_allclose(alone[0], beside[1], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(beside, axis=1), 1, atol=1e-6)


def test_the_probe_knows_the_themes_before_tuning(tokenizer):
    network, texts = narrow_network(), two_kinds(32)
    vectors = vectors_of(network, tokenizer, texts.texts)
    log_odds, _, overall = probed_heads(vectors, texts)(torch.from_numpy(vectors))
    assert ((log_odds > 0).numpy() == texts.present).all()
    assert (overall.argmax(dim=1).numpy() == texts.sentiment).all()


def test_tuning_parts_what_differs_and_the_same_seed_gives_the_same_network(tokenizer):
    stage = Stage(epochs=20, rate=1e-3, memory=0.5)
    once, again = tuned(tokenizer, stage), tuned(tokenizer, stage)
    other = tuned(tokenizer, stage, seed=1)
    vectors = [vectors_of(network, tokenizer, [SLOW, QUICK]) for network in (once, again, other)]
    before = vectors_of(narrow_network(), tokenizer, [SLOW, QUICK])
    assert vectors[0][0] @ vectors[0][1] < before[0] @ before[1]
    assert vectors[0].tobytes() == vectors[1].tobytes()
    assert vectors[0].tobytes() != vectors[2].tobytes()


def test_frozen_layers_stay_as_they_were(tokenizer):
    made = dict(tuned(tokenizer, Stage(epochs=1, rate=1e-2, frozen_layers=1)).named_parameters())
    start = dict(narrow_network().named_parameters())
    changed = {name for name in start if not torch.equal(start[name], made[name])}
    assert changed
    assert all(name.startswith("bert.encoder.layer.1.") for name in changed)


def test_the_exported_encoder_gives_the_networks_vectors(tokenizer, tmp_path):
    import onnxruntime

    network = narrow_network()
    path = export(network, tokenizer, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["encoder.onnx", "tokenizer.json"]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    read = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in (SLOW, "quick quick quick rota rota"):
        ids = np.array([read.encode(text).ids])
        (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        assert vectors.dtype == np.float32
        assert vectors_of(network, tokenizer, [text])[0] @ vectors[0] > 0.97


def test_heads_score_each_theme_and_each_feeling_towards_it():
    themes, towards, overall = Heads(16, 3, 4)(torch.zeros(5, 16))
    assert (themes.shape, towards.shape, overall.shape) == ((5, 3), (5, 3, 4), (5, 4))
