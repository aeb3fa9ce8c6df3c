"""A tuned network -> `encoder.onnx` (int8) and the tokeniser beside it."""

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from tokenizers import Tokenizer

from training.encoder.network import Pooled

_OPSET = 17


def export(network: Pooled, tokenizer: Tokenizer, folder: Path) -> Path:
    """Write `encoder.onnx` and `tokenizer.json` into a folder; return the former's path.

    The graph takes `input_ids` and `attention_mask`, `(n, length)` int64, and gives `vector`,
    `(n, 384)` float32 of length one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    with tempfile.TemporaryDirectory() as aside:
        whole = write_float(network, Path(aside) / "float.onnx")
        return quantise(whole, folder / "encoder.onnx")


def write_float(network: Pooled, path: Path) -> Path:
    """Write the network as it is, unquantised."""
    network.bert.set_attn_implementation("eager")  # the one that can be traced
    ids = torch.tensor([[1, 2, 3], [1, 2, 0]])
    mask = (ids > 0).long()
    any_size = {0: "n", 1: "length"}
    torch.onnx.export(
        network.eval(),
        (ids, mask),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={"input_ids": any_size, "attention_mask": any_size, "vector": {0: "n"}},
        opset_version=_OPSET,
        dynamo=False,
    )
    return path


def quantise(whole: Path, path: Path) -> Path:
    """Round a network's weights to eight bits.

    A scale a channel and seven bits kept the vectors' meaning (cosine to float 0.97 to 0.99);
    the defaults lost it (0.83 to 0.96), and overflow on processors without VNNI.
    """
    ready = whole.with_suffix(".ready.onnx")
    quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
    quantize_dynamic(
        str(ready), str(path), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    return path
