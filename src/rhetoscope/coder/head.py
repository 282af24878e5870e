"""A head over the tokens of a sentence: it finds the words that carry a label, whatever stands around them.

Each token's state goes through one layer of `HIDDEN` units; their highest and mean values over the sentence, the state
of `[CLS]` and the mean state are summed with weights. Read with NumPy, trained by `fit` with PyTorch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rhetoscope.coder import states

if TYPE_CHECKING:
    import numpy as np

HIDDEN = 48
"""Units of a head on the packaged model."""


def scores(
    texts: Sequence[str],
    head: Mapping[str, np.ndarray],
    model: Any = None,
    layers: Sequence[str] = states.LAYERS,
) -> np.ndarray:
    """The score of each sentence, shape (n,).

    Args:
        texts: sentences; cut at `embed.MAX_TOKENS`.
        head: the arrays of `read`.
        model: as `embed.minilm.opened` gives it; without one the packaged model.
        layers: its outputs that the head was trained on.

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned.
    """
    import numpy as np

    found = np.empty(len(texts))
    for rows, tokens in states.tokens(texts, model, layers):
        found[rows] = read(tokens, head)
    return found


def read(tokens: np.ndarray, head: Mapping[str, np.ndarray]) -> np.ndarray:
    """The scores of sentences of one length, shape (n,).

    Args:
        tokens: their states, shape (n, tokens, width).
        head: `layer` (width, units), `bias` (units,), `out` (2 units + 2 width,) and `intercept` ().
    """
    import numpy as np

    found = gelu(tokens @ head["layer"] + head["bias"])
    pooled = np.concatenate([found.max(axis=1), found.mean(axis=1), tokens[:, 0], tokens.mean(axis=1)], axis=1)
    return np.asarray(pooled @ head["out"] + head["intercept"])


def gelu(x: np.ndarray) -> np.ndarray:
    """Gaussian error linear units, in their form with tanh (Hendrycks, D. & Gimpel, K. (2016). arXiv:1606.08415)."""
    import numpy as np

    return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))
