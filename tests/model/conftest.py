"""Sentence encoders of a few hundred bytes, sound and unsound."""

import string
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from nhs_feedback.model.encoder import Encoder

_MARKS = [("[CLS]", 1), ("[SEP]", 2)]
_PIECES = ["[UNK]", "[CLS]", "[SEP]", *string.ascii_lowercase, *string.digits, *string.punctuation]
_INSIDE = [f"##{sign}" for sign in string.ascii_lowercase + string.digits]


def tiny_tokenizer(*, marks: bool = True) -> bytes:
    """Cut texts into single letters."""
    vocabulary = {piece: number for number, piece in enumerate([*_PIECES, *_INSIDE])}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    if marks:
        made.post_processor = TemplateProcessing("[CLS] $A [SEP]", None, special_tokens=_MARKS)
    return made.to_str().encode()


def tiny_onnx(
    *, size: int = 8, rows: int = 200, output: str = "vector", unit: bool = True, file: str = ""
) -> bytes:
    """Mean of the pieces' rows of a table, of length one; the table may lie in a file."""
    table = np.random.default_rng(0).normal(size=(rows, size)).astype(np.float32)
    weights = numpy_helper.from_array(table, "table")
    if file:
        weights.ClearField("raw_data")
        weights.data_location = TensorProto.EXTERNAL
        weights.external_data.add(key="location", value=file)
    last = "mean" if unit else output
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMean", ["rows"], [last], axes=[1], keepdims=0),
    ]
    if unit:
        nodes.append(helper.make_node("LpNormalization", ["mean"], [output], axis=-1, p=2))
    texts = ["n", "length"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, texts)
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", size])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, [weights])
    opset = helper.make_opsetid("", 17)
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    return bytes(model.SerializeToString())


@pytest.fixture(scope="session")
def make_onnx() -> Callable[..., bytes]:
    return tiny_onnx


@pytest.fixture(scope="session")
def make_tokenizer() -> Callable[..., bytes]:
    return tiny_tokenizer


@pytest.fixture(scope="session")
def tiny() -> Encoder:
    return Encoder(tiny_onnx(), tiny_tokenizer())
