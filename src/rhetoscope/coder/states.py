"""What MiniLM's upper layers hold of a sentence and of a target in it: the features of the learned coder.

The model is the one that `embed` runs; its file gives only the last layer, so the two before it are named as
outputs too. Heads on several layers, and on tokens, reach what heads on the sentence vector alone do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from rhetoscope import embed

if TYPE_CHECKING:
    import numpy as np

LAYERS = ("layer_norm_8", "layer_norm_10", "last_hidden_state")
"""The outputs of the fourth, fifth and last of the six layers, by their names in the model's graph."""
POOLS = 3
"""Poolings of the sentence (`[CLS]`, mean, maximum), and as many of a target (its mean, that of what stands before it
and after it)."""
WINDOW = 8
"""Tokens before and after a target that are its context."""
TOKEN = len(LAYERS) * 384
"""Features of a token."""
WIDTH = POOLS * TOKEN
"""Features of a sentence, and as many of a target."""


def pooled(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """The features of targets, and after them of their sentences: float32, shape (n, 2 `WIDTH`).

    Args:
        texts: sentences; cut at `embed.MAX_TOKENS`.
        spans: start and end of one target in each text, in characters.

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned.
    """
    import numpy as np

    features = np.empty((len(texts), 2 * WIDTH), np.float32)
    for rows, states, offsets in _batches(texts):
        sentence = np.stack([states[:, 0], states.mean(axis=1), states.max(axis=1)], axis=1)
        features[rows, WIDTH:] = sentence.reshape(len(rows), WIDTH)
        for row, tokens, places in zip(rows, states, offsets, strict=True):
            features[row, :WIDTH] = _target(tokens, places, *spans[row])
    return features


def tokens(
    texts: Sequence[str], model: Any = None, layers: Sequence[str] = LAYERS
) -> Iterator[tuple[list[int], np.ndarray]]:
    """The states of every token, float32, of texts of one length together.

    Args:
        texts: sentences; cut at `embed.MAX_TOKENS`.
        model: as `embed.minilm.opened` gives it; without one the packaged model.
        layers: which of its outputs.

    Yields:
        The numbers of some texts, and their states, shape (texts, tokens, 384 × layers).

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned.
    """
    yield from ((rows, states) for rows, states, _ in _batches(texts, model, layers))


def _batches(
    texts: Sequence[str], model: Any = None, layers: Sequence[str] = LAYERS
) -> Iterator[tuple[list[int], np.ndarray, list[list[tuple[int, int]]]]]:
    """The numbers of texts of one length, the states of the layers side by side, and their tokens' places."""
    import numpy as np

    model = model or _session()
    encodings = embed.minilm.tokenizer().encode_batch(list(texts))
    for rows in embed.minilm.batches([len(encoding.ids) for encoding in encodings]):
        feed = embed.minilm.feed([encodings[row].ids for row in rows])
        states = np.concatenate(model.run(list(layers), feed), axis=-1)
        yield rows, states, [encodings[row].offsets for row in rows]


def _target(tokens: np.ndarray, offsets: list[tuple[int, int]], start: int, end: int) -> np.ndarray:
    """Mean state of the target's tokens, of those before it and of those after it; zeros where there is none."""
    import numpy as np

    inside = [i for i, (first, last) in enumerate(offsets) if last > first and first < end and last > start] or [0]
    first, last = inside[0], inside[-1] + 1
    parts = (
        tokens[first:last],
        tokens[max(1, first - WINDOW) : first],
        tokens[last : min(len(tokens) - 1, last + WINDOW)],
    )
    return np.concatenate([part.mean(axis=0) if len(part) else np.zeros(tokens.shape[1]) for part in parts])


@cache
def _session() -> Any:
    """The packaged model with the outputs of two more layers, loaded once a process."""
    # a protobuf message appended to another is merged into it: ModelProto.graph (7) gets further GraphProto.output (12)
    outputs = b"".join(_field(12, _field(1, name.encode())) for name in LAYERS[:-1])
    return embed.minilm.opened(embed.minilm.file("model").read_bytes() + _field(7, outputs))


def _field(number: int, content: bytes) -> bytes:
    """A protobuf field of fewer than 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content
