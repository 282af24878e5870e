"""Tunes MiniLM and a head to a task with PyTorch; only `train` needs it.

Products are taken in bfloat16, of which twice as many fit a second; what is learned is kept in float32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from rhetoscope import embed
from rhetoscope.coder import fit as token_head
from rhetoscope.coder import minilm
from rhetoscope.coder.tuned import HEAD

RANK = 4
"""Rank of what is added to each matrix."""
HIDDEN = 32
"""Units of the head's layer."""
WIDTH = 384
RATE = 1.5e-3
"""Highest learning rate, after a twentieth of all steps; from there it falls to 0."""
DROP = 0.1
SEED = 1
_SEPARATOR = 102
_HEADS = 12


def fit(texts: Sequence[str], gold: np.ndarray, rows: np.ndarray, epochs: int) -> dict[str, np.ndarray]:
    """Tunes the model and a head to the labels of some texts.

    Args:
        texts: all texts; each is cut at `fit.CUT` tokens.
        gold: 1 or 0 for each.
        rows: the numbers of those that are trained on.
        epochs: how often each is seen.

    Returns:
        What `tuned` reads, float32 arrays by name: of vectors what is added to them, of matrices the factors.
    """
    import torch  # type: ignore[import-not-found]  # of the extra `train`
    from torch.nn import functional  # type: ignore[import-not-found]

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng, base, ids = np.random.default_rng(SEED), _model(), _ids(texts)
    ends = np.concatenate([[0], np.cumsum([len(each) for each in ids])])
    learned = {name: torch.tensor(value).requires_grad_() for name, value in _fresh(rng).items()}
    batches = [batch for _ in range(epochs) for batch in token_head.batches(ends, rows, rng)]
    optimizer = torch.optim.AdamW(learned.values(), weight_decay=0.0)
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(20 * (step + 1), (len(batches) - step) / 0.95, len(batches)) / len(batches)
        scores = _scores(base, learned, [ids[row] for row in batch])
        wanted = torch.tensor(gold[batch], dtype=torch.float32)
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(scores, wanted).backward()
        optimizer.step()
    return {name: value.detach().numpy() for name, value in learned.items()}


def _ids(texts: Sequence[str]) -> list[list[int]]:
    """The tokens of each text."""
    cut = token_head.CUT
    every = [encoding.ids for encoding in embed.minilm.tokenizer().encode_batch(list(texts))]
    return [ids if len(ids) <= cut else [*ids[: cut - 1], _SEPARATOR] for ids in every]


def _fresh(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What is learned, before it is: nothing is added to the model yet."""
    found = {}
    for name, value in minilm.weights().items():
        if not name.startswith("encoder."):
            continue
        if value.ndim == 1:
            found[name] = np.zeros_like(value)
        else:
            inputs, outputs = value.shape
            found[f"{name}.A"] = rng.normal(size=(inputs, RANK)) / math.sqrt(inputs)
            found[f"{name}.B"] = np.zeros((RANK, outputs))
    found |= {f"{HEAD}{name}": value for name, value in token_head.random(rng, WIDTH, HIDDEN).items()}
    return {name: value.astype(np.float32) for name, value in found.items()}


def _scores(base: dict[str, Any], learned: dict[str, Any], ids: list[list[int]]) -> Any:
    """One score a text, by the tuned model as it is trained."""
    import torch

    lengths = torch.tensor([len(each) for each in ids])
    padded = torch.zeros((len(ids), int(lengths.max())), dtype=torch.long)
    for number, each in enumerate(ids):
        padded[number, : len(each)] = torch.tensor(each)
    real = torch.arange(padded.shape[1]) < lengths[:, None]
    model = {name: value + learned[name] if name in learned else value for name, value in base.items()}
    model |= {name: value for name, value in learned.items() if name.endswith((".A", ".B"))}
    x = _embedded(model, padded)
    with torch.autocast("cpu", torch.bfloat16):
        for number in range(minilm.LAYERS):
            x = _layer(model, number, x, real[:, None, None, :])
    own = {name.removeprefix(HEAD): value for name, value in learned.items() if name.startswith(HEAD)}
    return token_head.scores(own, x.float(), real[..., None], 2 * DROP)


def _layer(model: dict[str, Any], number: int, x: Any, mask: Any) -> Any:
    """A layer of BERT (Devlin et al. 2019), its matrices with what is learned of them added."""
    from torch.nn import functional

    at = f"encoder.layer.{number}."
    texts, tokens, width = x.shape

    def linear(x: Any, kind: str) -> Any:
        matrix = f"{at}{kind}.weight"
        y = functional.linear(x, model[matrix].T, model[f"{at}{kind}.bias"])
        return y + (x @ model[f"{matrix}.A"]) @ model[f"{matrix}.B"]

    def heads(x: Any) -> Any:
        return x.view(texts, tokens, _HEADS, -1).transpose(1, 2)

    def added(x: Any, y: Any, kind: str) -> Any:
        weight, bias = (model[f"{at}{kind}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return functional.layer_norm(x + functional.dropout(y, DROP), (width,), weight, bias, 1e-12)

    query, key, value = (heads(linear(x, f"attention.self.{kind}")) for kind in ("query", "key", "value"))
    attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    attended = attended.transpose(1, 2).reshape(texts, tokens, width)
    x = added(x, linear(attended, "attention.output.dense"), "attention.output")
    return added(x, linear(functional.gelu(linear(x, "intermediate.dense")), "output.dense"), "output")


def _embedded(model: dict[str, Any], ids: Any) -> Any:
    from torch.nn import functional

    at = "embeddings."
    x = model[f"{at}word_embeddings.weight"][ids] + model[f"{at}position_embeddings.weight"][: ids.shape[1]]
    x = x + model[f"{at}token_type_embeddings.weight"].view(2, -1)[0]
    return functional.layer_norm(x, (WIDTH,), model[f"{at}LayerNorm.weight"], model[f"{at}LayerNorm.bias"], 1e-12)


def _model() -> dict[str, Any]:
    """The packaged model's weights as tensors, matrices of layers in bfloat16."""
    import torch

    found = {name: torch.tensor(value) for name, value in minilm.weights().items()}
    return {
        name: value.bfloat16() if name.startswith("encoder.") and value.ndim == 2 else value
        for name, value in found.items()
    }
