"""Build the sentence encoder: labelled comments and base weights -> `encoder.onnx`.

    pip install -e ".[build-models]"
    python -m training.encoder -o DIR

Run from the repository's root. The same files, seed and processor give the same encoder.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from nhs_feedback.model.examples import Examples
from training.build import as_examples, read_labelled
from training.encoder.base import load_base, load_tokenizer
from training.encoder.corpus import HELD_OUT, Texts, tuning_texts, with_joins
from training.encoder.export import export
from training.encoder.network import Pooled
from training.encoder.probe import probed_heads
from training.encoder.tune import Stage, tune, vectors_of

STAGES = (Stage(epochs=4, rate=7e-5),)
JOINED = 0.5
"""Share of the fragments that an epoch reads two at a time."""


def main() -> None:
    asked = _options()
    torch.set_num_threads(asked.threads)
    torch.set_flush_denormal(True)  # sums of almost nothing are slow
    examples = as_examples(read_labelled())
    network = build(tuning_texts(examples), STAGES, seed=asked.seed)
    path = export(network, load_tokenizer(), asked.output)
    write_writers(examples, asked.output)
    print(f"wrote {path}")


def build(texts: Texts, stages: Sequence[Stage], *, seed: int) -> Pooled:
    """Fit a linear probe to the published network, and tune both, each stage from the last."""
    network, tokenizer = Pooled(load_base()), load_tokenizer()
    heads = probed_heads(vectors_of(network, tokenizer, texts.texts), texts)

    def epoch(random: np.random.Generator) -> Texts:
        return with_joins(texts, random, share=JOINED)

    for number, stage in enumerate(stages):
        network = tune(network, heads, tokenizer, epoch, stage, seed=seed + number, say=_say)
    return network


def write_writers(examples: Examples, folder: Path) -> None:
    """Say whose comments the encoder saw, for those who fit heads on the others."""
    seen = sorted(set(examples.writers) - HELD_OUT)
    told = json.dumps({"tuned_on": seen, "held_out": sorted(HELD_OUT)}, indent=1)
    (folder / "tuning_writers.json").write_text(told + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder to fill")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
