"""Tune the network and its heads together on labelled comments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nhs_feedback.tables.labels import UNKNOWN
from training.encoder.corpus import Texts
from training.encoder.network import Heads, Pooled

LONGEST = 256
"""Tokens of a text that are read."""
_SAY_EVERY = 50
_AVERAGE_EVERY = 5  # steps
_POOL = 50  # batches whose texts are sorted by length together: little padding, still shuffled


@dataclass(frozen=True)
class Stage:
    """One rise and fall of the learning rate."""

    epochs: int
    rate: float
    frozen_layers: int = 0  # from the bottom; the table of token vectors with them
    memory: float = 0.95  # of the average of weights, every fifth step
    head_rate: float = 5e-4
    warm_up: float = 0.06
    batch: int = 16


@dataclass(frozen=True)
class Batch:
    """Texts as the network reads them, and their labels."""

    ids: Tensor
    mask: Tensor
    present: Tensor
    polarity: Tensor
    sentiment: Tensor


def tune(
    network: Pooled,
    heads: Heads,
    tokenizer: Tokenizer,
    epoch_texts: Callable[[np.random.Generator], Texts],
    stage: Stage,
    *,
    seed: int,
    say: Callable[[str], None],
) -> Pooled:
    """Tune heads and network in place; return the network with its weights averaged over steps.

    `epoch_texts` gives the texts of each epoch, so that they may differ from one to the next.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    epochs = (epoch_texts(random) for _ in range(stage.epochs))
    steps = [batch for texts in epochs for batch in batches(tokenizer, texts, stage.batch, random)]
    optimizer = _optimizer(network, heads, stage)
    schedule = LambdaLR(optimizer, _slope(len(steps), stage.warm_up))
    remember = get_ema_multi_avg_fn(stage.memory)  # type: ignore[no-untyped-call]
    average = AveragedModel(network, multi_avg_fn=remember)
    network.train()
    losses: list[float] = []
    for step, batch in enumerate(steps):
        losses.append(_step(network, heads, batch, optimizer))
        schedule.step()
        if step % _AVERAGE_EVERY == 0:
            average.update_parameters(network)
        if step % _SAY_EVERY == 0:
            say(f"step {step} of {len(steps)}: loss {np.mean(losses[-_SAY_EVERY:]):.3f}")
    return cast("Pooled", average.module).eval()


def _step(network: Pooled, heads: Heads, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
    loss = _loss(heads(network(batch.ids, batch.mask)), batch)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _loss(scores: tuple[Tensor, Tensor, Tensor], batch: Batch) -> Tensor:
    themes, towards, overall = scores
    loss = binary_cross_entropy_with_logits(themes, batch.present, reduction="sum")
    felt = batch.polarity != UNKNOWN
    loss = loss + cross_entropy(towards[felt], batch.polarity[felt], reduction="sum")
    known = batch.sentiment != UNKNOWN
    loss = loss + cross_entropy(overall[known], batch.sentiment[known], reduction="sum")
    return loss / len(batch.ids)


def batches(
    tokenizer: Tokenizer, texts: Texts, size: int, random: np.random.Generator
) -> Iterator[Batch]:
    """Shuffle texts into batches of about one length each."""
    tokens = [encoded.ids[:LONGEST] for encoded in tokenizer.encode_batch(texts.texts)]
    lengths = np.array([len(ids) for ids in tokens])
    order = random.permutation(len(tokens))
    pools = [order[i : i + size * _POOL] for i in range(0, len(order), size * _POOL)]
    alike = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
    parts = [alike[i : i + size] for i in range(0, len(alike), size)]
    for part in random.permutation(len(parts)):
        yield _batch([tokens[row] for row in parts[part]], texts.take(parts[part]))


def _batch(tokens: list[list[int]], texts: Texts) -> Batch:
    ids, mask = padded(tokens)
    return Batch(
        ids,
        mask,
        torch.from_numpy(texts.present),
        torch.from_numpy(texts.polarity),
        torch.from_numpy(texts.sentiment),
    )


def padded(tokens: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Return ids filled up with nought to the longest, and which of them are real."""
    ids = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in tokens], batch_first=True)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in tokens], batch_first=True)
    return ids, mask.long()


@torch.no_grad()
def vectors_of(
    network: Pooled, tokenizer: Tokenizer, texts: list[str], *, size: int = 32
) -> NDArray[np.float32]:
    """Return the vectors of texts, `(n, width)`, in their order."""
    tokens = [encoded.ids[:LONGEST] for encoded in tokenizer.encode_batch(texts)]
    order = np.argsort([len(ids) for ids in tokens], kind="stable")
    network.eval()
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    found = [network(*padded([tokens[row] for row in part])).numpy() for part in parts]
    vectors = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(found)
    return vectors


def _optimizer(network: Pooled, heads: Heads, stage: Stage) -> torch.optim.Optimizer:
    _freeze(network, stage.frozen_layers)
    tuned = [weight for weight in network.parameters() if weight.requires_grad]
    groups = [
        {"params": list(heads.parameters()), "lr": stage.head_rate},
        {"params": tuned, "lr": stage.rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _freeze(network: Pooled, layers: int) -> None:
    network.requires_grad_(True)
    network.bert.embeddings.requires_grad_(not layers)
    for layer in network.bert.encoder.layer[:layers]:
        layer.requires_grad_(False)


def _slope(n_steps: int, warm_up: float) -> Callable[[int], float]:
    rising = max(1, int(n_steps * warm_up))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return max(0.0, (n_steps - step) / (n_steps - rising))

    return factor
