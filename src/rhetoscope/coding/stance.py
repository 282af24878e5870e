"""Score the stance of a sentence towards a target with a learned model, as a second opinion beside the valence rules.

A linear model reads the last token states of MiniLM, the model that also embeds texts for topics. Its features are the
mean state of the target, of the words before it and of those after it, and the first, mean and highest state of the
sentence. It reads English only, and its scores alone are no evidence: it was trained on US political news, where a name
or topic alone can decide the label. On conflict news, a similar model was right in 28 % of its non-zero labels; it read
mentions of victims and events as blame. `weights/stance.json` names the training data, their licence and the measured
accuracy; `training/train_stance.py` makes the weights again.

Source of the task: Hamborg, F. & Donnay, K. (2021). NewsMTSC: a dataset for (multi-)target-dependent sentiment
classification in political news articles. EACL.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import InputError
from rhetoscope.topics import embedding

if TYPE_CHECKING:
    import numpy as np

STANCES = (-1, 0, 1)
"""Against the target, neither, for it: the order of the model's probabilities."""
WINDOW = 8
"""Tokens before and after a target that are read as its context."""


def score_stance(frame: pl.DataFrame) -> pl.DataFrame:
    """Score the stance of each sentence towards its target: `label` (-1, 0 or 1) and its `probability` (0 to 1).

    Args:
        frame: columns `text`, a sentence, and `start` and `end` of the target in it, in characters.

    Raises:
        InputError: a column or a model file is missing, or a target lies outside its text.
    """
    import numpy as np

    scores = read_features(frame) @ _load_weights()["coef"].T + _load_weights()["bias"]
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = raised / raised.sum(axis=1, keepdims=True)
    labels = np.array(STANCES)[probabilities.argmax(axis=1)]
    return pl.DataFrame({"label": labels, "probability": probabilities.max(axis=1).round(4).astype(float)})


def read_features(frame: pl.DataFrame) -> np.ndarray:
    """Compute the features of each target and its sentence for the model: float32, shape (n, 2304).

    A text is cut after 256 tokens; for a target after them, the first state of the sentence is used.

    Args:
        frame: the same as for `score_stance`.

    Raises:
        InputError: as for `score_stance`.
    """
    import numpy as np

    if missing := [name for name in ("text", "start", "end") if name not in frame.columns]:
        raise InputError(f"stance needs the column {missing[0]!r}; found {', '.join(frame.columns)}")
    rows = list(frame.select("text", "start", "end").iter_rows())
    features = np.zeros((len(rows), 6 * 384), np.float32)
    for row, (text, start, end) in enumerate(rows):
        if not 0 <= start < end <= len(text):
            raise InputError(f"stance: no target from {start} to {end} in {text!r}")
        features[row] = np.concatenate(list(_read_target(text, start, end)))
    return features


def _read_target(text: str, start: int, end: int) -> Iterator[np.ndarray]:
    """Compute the six parts of a target's features, 384 numbers each; zeros if nothing is before or after it."""
    import numpy as np

    states, offsets = _read_states(text)
    inside = [i for i, (first, last) in enumerate(offsets) if last > first and first < end and last > start] or [0]
    first, last = inside[0], inside[-1] + 1
    before = states[max(1, first - WINDOW) : first]
    after = states[last : min(len(states) - 1, last + WINDOW)]
    for part in (states[first:last], before, after):
        yield part.mean(axis=0) if len(part) else np.zeros(384)
    yield from (states[0], states.mean(axis=0), states.max(axis=0))


@lru_cache(maxsize=1)  # targets of one sentence come one after another
def _read_states(text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Compute the last state of each token of a text, shape (tokens, 384), and the token's place in characters."""
    tokenizer, model = _load_model()
    tokens = tokenizer.encode(text)
    (states,) = model.run(["last_hidden_state"], embedding.build_input([tokens.ids]))
    return states[0], tokens.offsets


@cache
def _load_model() -> tuple[Any, Any]:
    return embedding.load_tokenizer(), embedding.load_model()


@cache
def _load_weights() -> dict[str, np.ndarray]:
    import numpy as np

    with (files(__package__) / "weights" / "stance.npz").open("rb") as file, np.load(file) as stored:
        return dict(stored)
