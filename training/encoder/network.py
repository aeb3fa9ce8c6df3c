"""Token ids -> a vector of length one, and three heads on it that only tuning uses."""

import torch
from torch import Tensor, nn
from transformers import BertModel


class Pooled(nn.Module):
    """An encoder whose output is the mean of its tokens' vectors, scaled to length one."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Turn `(n, length)` ids and mask into `(n, 384)` vectors."""
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        real = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * real).sum(dim=1) / real.sum(dim=1)
        return nn.functional.normalize(mean, dim=1)


class Heads(nn.Module):
    """Linear heads: each theme, the feeling towards each theme, the feeling overall."""

    def __init__(self, width: int, n_themes: int, n_feelings: int) -> None:
        super().__init__()
        self.themes = nn.Linear(width, n_themes)
        self.polarity = nn.Linear(width, n_themes * n_feelings)
        self.sentiment = nn.Linear(width, n_feelings)
        self._shape = (n_themes, n_feelings)

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return log-odds `(n, themes)`, scores `(n, themes, feelings)` and `(n, feelings)`."""
        towards = self.polarity(vectors).unflatten(1, self._shape)
        return self.themes(vectors), towards, self.sentiment(vectors)


def set_head(head: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    """Give a head weights found elsewhere."""
    with torch.no_grad():
        head.weight.copy_(weight)
        head.bias.copy_(bias)
