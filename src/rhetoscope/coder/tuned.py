"""MiniLM tuned to a task: the packaged model with what was learned added to its weights.

What a task changes is small beside the model: its vectors (biases and layer norms; Ben Zaken, E., Goldberg, Y. &
Ravfogel, S. (2022). BitFit. ACL) and, to each matrix, a product AB of low rank (Hu, E. et al. (2022). LoRA. ICLR).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rhetoscope import embed
from rhetoscope.coder import head, minilm, states

if TYPE_CHECKING:
    import numpy as np

HEAD = "head."
"""Begins the names of the head's arrays; the others are those of the model's weights they are added to."""


def scores(texts: Sequence[str], learned: Mapping[str, np.ndarray], model: Any = None) -> np.ndarray:
    """The score of each sentence, shape (n,), by a head on the last layer of the tuned model.

    Args:
        texts: sentences; cut at `embed.MAX_TOKENS`.
        learned: what `tune.fit` gives.
        model: `session` of it, where one is at hand.

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned.
    """
    own = {name.removeprefix(HEAD): values for name, values in learned.items() if name.startswith(HEAD)}
    return head.scores(texts, own, model or session(learned), states.LAYERS[-1:])


def session(learned: Mapping[str, np.ndarray]) -> Any:
    """The packaged model with what was learned added."""
    return embed.minilm.opened(minilm.replaced(changed(learned)))


def changed(learned: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights that were tuned, by name, as they are with what was learned added."""
    base, new = minilm.weights(), {}
    for name, values in learned.items():
        if name.endswith(".A"):
            matrix = name.removesuffix(".A")
            new[matrix] = base[matrix] + values @ learned[f"{matrix}.B"]
        elif not name.endswith(".B") and not name.startswith(HEAD):
            new[name] = base[name] + values
    return new
