"""Trains the head over tokens with PyTorch; only `train` needs it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rhetoscope.coder import head, states

CUT = 96
"""Tokens of a text that are trained on: one sentence in a hundred is longer."""
BATCH = 32
RATE = 2e-3
"""Highest learning rate, after a tenth of all steps; from there it falls to 0."""
DECAY = 0.05
DROP = 0.2


class Tokens(NamedTuple):
    """The states of the tokens of texts, standardised."""

    states: np.ndarray
    """float16, shape (tokens of all texts, `states.TOKEN`)."""
    ends: np.ndarray
    """Where the tokens of each text end, after a 0: shape (n + 1,)."""
    mean: np.ndarray
    scale: np.ndarray
    """Mean and standard deviation before, shape (`states.TOKEN`,)."""


def tokens(texts: Sequence[str]) -> Tokens:
    """The states of every token of the texts, each text cut at `CUT`."""
    found: list[np.ndarray] = [np.empty(0)] * len(texts)
    for rows, some in states.tokens(texts):
        for row, each in zip(rows, some, strict=True):
            found[row] = each[:CUT].astype(np.float16)
    every = np.concatenate(found)
    sample = every[::7].astype(np.float32)
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + 1e-3
    for start in range(0, len(every), 100_000):
        part = every[start : start + 100_000]
        part[:] = (part - mean) / scale
    return Tokens(every, np.concatenate([[0], np.cumsum([len(each) for each in found])]), mean, scale)


def fit(
    found: Tokens,
    gold: np.ndarray,
    rows: np.ndarray,
    epochs: int,
) -> dict[str, np.ndarray]:
    """A head for standardised states that tells the texts of label 1 from others, as float32 arrays by name.

    Args:
        found: all texts.
        gold: 1 or 0 for each.
        rows: the numbers of those that are trained on.
        epochs: how often each is seen.
    """
    import torch  # type: ignore[import-not-found]  # of the extra `train`
    from torch.nn import functional  # type: ignore[import-not-found]

    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    start = random(rng, states.TOKEN, head.HIDDEN)
    learned = {name: torch.tensor(value).requires_grad_() for name, value in start.items()}
    every = [batch for _ in range(epochs) for batch in batches(found.ends, rows, rng)]
    optimizer = torch.optim.AdamW(learned.values(), weight_decay=DECAY)
    for step, batch in enumerate(every):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(10 * (step + 1), (len(every) - step) / 0.9, len(every)) / len(every)
        given = scores(learned, *_padded(found, batch), DROP)
        wanted = torch.tensor(gold[batch], dtype=torch.float32)
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(given, wanted).backward()
        optimizer.step()
    return {name: value.detach().numpy() for name, value in learned.items()}


def scored(found: Tokens, rows: np.ndarray, learned: dict[str, np.ndarray]) -> np.ndarray:
    """The score of some texts by a head that `fit` gave."""
    import torch

    values, result = {name: torch.tensor(value) for name, value in learned.items()}, np.empty(len(rows))
    order = np.argsort(np.diff(found.ends)[rows], kind="stable")
    with torch.inference_mode():
        for some in np.array_split(order, math.ceil(len(order) / 128)):
            result[some] = scores(values, *_padded(found, rows[some]), 0.0).numpy()
    return result


def unscaled(found: Tokens, learned: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same head for states as they are, as `head.read` wants it."""
    layer, out = learned["layer"] / found.scale[:, None], learned["out"].copy()
    linear = out[2 * head.HIDDEN :].reshape(2, -1)
    linear /= found.scale
    intercept = learned["intercept"] - (linear @ found.mean).sum()
    return {"layer": layer, "bias": learned["bias"] - found.mean @ layer, "out": out, "intercept": intercept}


def random(rng: np.random.Generator, width: int, hidden: int) -> dict[str, np.ndarray]:
    """A head before training, whose sentence states weigh nothing yet: of tokens so wide, and so many units."""
    inside = rng.uniform(-1, 1, (width, hidden)) / math.sqrt(width)
    outside = rng.uniform(-1, 1, 2 * hidden) / math.sqrt(2 * hidden)
    made = {
        "layer": inside,
        "bias": np.zeros(hidden),
        "out": np.concatenate([outside, np.zeros(2 * width)]),
        "intercept": np.zeros(()),
    }
    return {name: value.astype(np.float32) for name, value in made.items()}


def scores(learned: Any, x: Any, real: Any, drop: float) -> Any:
    """`head.read` for padded texts; `real` is false where there is no token."""
    import torch
    from torch.nn import functional

    count = real.sum(1)
    hidden = functional.dropout(x, drop) @ learned["layer"] + learned["bias"]
    hidden = functional.gelu(hidden, approximate="tanh")
    parts = [
        hidden.masked_fill(~real, -1e4).amax(1),
        (hidden * real).sum(1) / count,
        x[:, 0],
        (x * real).sum(1) / count,
    ]
    return functional.dropout(torch.cat(parts, 1), drop) @ learned["out"] + learned["intercept"]


def batches(ends: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Shuffled batches of texts of about one length: every thirty are sorted by it. `ends` is as in `Tokens`."""
    lengths, shuffled, made = np.diff(ends), rng.permutation(rows), []
    for start in range(0, len(rows), 30 * BATCH):
        some = shuffled[start : start + 30 * BATCH]
        some = some[np.argsort(lengths[some], kind="stable")]
        made += [some[first : first + BATCH] for first in range(0, len(some), BATCH)]
    return [made[number] for number in rng.permutation(len(made))]


def _padded(found: Tokens, rows: np.ndarray) -> tuple[Any, Any]:
    """States of some texts, shape (n, longest, `states.TOKEN`), and where there are any, shape (n, longest, 1)."""
    import torch

    lengths = np.diff(found.ends)[rows]
    padded = np.zeros((len(rows), lengths.max(), states.TOKEN), np.float32)
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        padded[number, :length] = found.states[found.ends[row] : found.ends[row + 1]]
    real = np.arange(lengths.max()) < lengths[:, None]
    return torch.from_numpy(padded), torch.from_numpy(real[..., None])
