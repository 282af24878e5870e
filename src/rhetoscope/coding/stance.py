"""Stance towards a target in a sentence, by a learned model: a second opinion beside the rules' valence.

A linear model reads the last token states of MiniLM, the model that also embeds texts for topics. Its features are the
mean state of the target, of the words before it and of those after it, and the first, mean and highest state of the
sentence. It is English only and no evidence on its own: it was trained on US political news, where names and topics
can carry a label. A model like it was right in 28 % of its non-zero labels on conflict news, where it took victims and
events for blame. `weights/stance.json` says what it was trained on, under which licence, and what it reaches;
`training/train_stance.py` makes the weights anew.

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
"""Against the target, neither, for it: in this order the model's probabilities stand."""
WINDOW = 8
"""Tokens before and after a target that are read as its context."""


def score_stance(frame: pl.DataFrame) -> pl.DataFrame:
    """The stance of each sentence towards its target: `label` (-1, 0 or 1) and its `probability` (0 to 1), row by row.

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
    """What the model reads of each target and its sentence: float32, shape (n, 2304).

    A text is cut after 256 tokens; a target beyond them is read as the sentence's first state.

    Args:
        frame: as `score_stance` takes it.

    Raises:
        InputError: as there.
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
    """The six parts of a target's features, 384 numbers each; zeros where nothing stands before or after it."""
    import numpy as np

    states, offsets = _read_states(text)
    inside = [i for i, (first, last) in enumerate(offsets) if last > first and first < end and last > start] or [0]
    first, last = inside[0], inside[-1] + 1
    before = states[max(1, first - WINDOW) : first]
    after = states[last : min(len(states) - 1, last + WINDOW)]
    for part in (states[first:last], before, after):
        yield part.mean(axis=0) if len(part) else np.zeros(384)
    yield from (states[0], states.mean(axis=0), states.max(axis=0))


@lru_cache(maxsize=1)  # the targets of one sentence follow one another
def _read_states(text: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The last state of each token of a text, shape (tokens, 384), and the token's place in characters."""
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
