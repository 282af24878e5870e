"""The learned second coder: heads on MiniLM's states, often tuned to the task, beside the rules of the codebook.

| task | columns | label |
|---|---|---|
| `hedge` | `text` | 1 where the sentence is hedged or its source vague, else 0 |
| `negative_evaluation` | `text` | 1 where the sentence evaluates someone negatively, else 0 |
| `stance` | `text`, `start`, `end` of the target in it | -1, 0 or 1: what the sentence says of the target |

Weights are NumPy and JSON files in `weights/`; `card.json` there says what each was trained on, under which licence,
and what it attains; `train.py` makes them anew. Coding needs neither scikit-learn nor PyTorch.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

TASKS: dict[str, tuple[int, ...]] = {"hedge": (0, 1), "negative_evaluation": (0, 1), "stance": (-1, 0, 1)}
"""The labels of each task."""
NGRAM = 3
"""Most words of an n-gram."""


def predict(task: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The coder's label of each row: `label` (a label of the task) and `probability` (of it, 0 to 1), in row order.

    A sentence of no words is coded as any other; its label means nothing.

    Args:
        task: a key of `TASKS`.
        frame: columns `text`, and for stance `start` and `end` of the target in characters.

    Raises:
        InputError: there is no such task, or a column is missing.
    """
    import numpy as np

    if task not in TASKS:
        raise InputError(f"the learned coder has no task {task!r}; its tasks are {', '.join(TASKS)}")
    needed = ("text", "start", "end") if task == "stance" else ("text",)
    if missing := [column for column in needed if column not in frame.columns]:
        raise InputError(f"the task {task!r} needs the column {missing[0]!r}; found {', '.join(frame.columns)}")
    chances = probabilities(task, frame)
    chosen = chances.argmax(axis=1)
    return pl.DataFrame(
        {"label": np.array(TASKS[task])[chosen], "probability": chances.max(axis=1).round(4)},
        schema={"label": pl.Int64, "probability": pl.Float64},
    )


def features(frame: pl.DataFrame) -> np.ndarray:
    """The states that stance is read of: those of each target and of its sentence."""
    from rhetoscope.coder import states

    spans = zip(frame.get_column("start"), frame.get_column("end"), strict=True)
    return states.pooled(frame.get_column("text").to_list(), list(spans))


def probabilities(task: str, frame: pl.DataFrame) -> np.ndarray:
    """The probability of each label, shape (n, labels), moved so that the likeliest is coded."""
    import numpy as np

    from rhetoscope.coder import tuned

    if task == "stance":
        weights = _weights(task)
        scores = features(frame) @ weights["coef"].T + weights["bias"]
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))
    texts = [plain(text) for text in frame.get_column("text")]
    positive = _hedged(texts) if task == "hedge" else logistic(tuned.scores(texts, *_tuned(task)))
    return np.stack([1 - positive, positive], axis=1)


def _hedged(texts: list[str]) -> np.ndarray:
    """The probability that each text is hedged, shape (n,)."""
    import numpy as np

    from rhetoscope.coder import head, tuned

    weights, counted = _weights("hedge"), ngram_scores(texts)
    scores = np.stack([tuned.scores(texts, *_tuned("hedge_tuned")), head.scores(texts, weights)], axis=1)
    return mixed(scores + counted[:, :2], counted[:, 2] + weights["gate"])


def mixed(scores: np.ndarray, gate: np.ndarray) -> np.ndarray:
    """The probability of a hedge, of its score in either register, (n, 2), and one for the second register, (n,).

    What hedges differs between them: "or" does in biology, "some" in an encyclopaedia.
    """
    import numpy as np

    second = logistic(gate)
    return np.asarray((1 - second) * logistic(scores[:, 0]) + second * logistic(scores[:, 1]))


def ngram_scores(texts: Sequence[str]) -> np.ndarray:
    """What the n-grams of each text add to the score of either register's hedges, and to the gate's, shape (n, 3)."""
    import numpy as np

    vocabulary, weights = _vocabulary(), _weights("hedge")["ngrams"]
    scores = np.zeros((len(texts), 3))
    for row, text in enumerate(texts):
        found = sorted({vocabulary[ngram] for ngram in ngrams(text) if ngram in vocabulary})
        scores[row] = weights[found].sum(axis=0)
    return scores


def ngrams(text: str) -> list[str]:
    """Runs of one to `NGRAM` words or signs, lower case, digits as 0."""
    words = re.findall(r"[a-z]+(?:'[a-z]+)?|0|[^\w\s]", re.sub(r"\d+", "0", plain(text).lower()))
    return [" ".join(words[i : i + n]) for n in range(1, NGRAM + 1) for i in range(len(words) - n + 1)]


def plain(text: str) -> str:
    """The text without the spelling of brackets and quotation marks of treebanks."""
    for spelt, sign in (("-LRB-", "("), ("-RRB-", ")"), ("``", '"'), ("''", '"')):
        text = text.replace(spelt, sign)
    return text


def logistic(scores: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    import numpy as np

    return np.asarray(0.5 * (1 + np.tanh(scores / 2)))


def card() -> dict[str, Any]:
    """The model card: of each task its training data, licences, figures and limits."""
    return dict(json.loads((files(__name__) / "weights" / "card.json").read_text(encoding="utf-8")))


@cache
def _weights(name: str) -> dict[str, np.ndarray]:
    import numpy as np

    with (files(__name__) / "weights" / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float64) for name in stored.files}


@cache
def _tuned(name: str) -> tuple[dict[str, np.ndarray], Any]:
    """What was learned and is stored under the name, and the model with it."""
    from rhetoscope.coder import tuned

    learned = _weights(name)
    return learned, tuned.session(learned)


@cache
def _vocabulary() -> dict[str, int]:
    listed = json.loads((files(__name__) / "weights" / "ngrams.json").read_text(encoding="utf-8"))
    return {ngram: number for number, ngram in enumerate(listed)}
