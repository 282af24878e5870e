"""The head over tokens: its arithmetic, and that what is trained with PyTorch is what NumPy reads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rhetoscope.coder import fit, head, states

TEXTS = ["Some critics say it may fail.", "The summit opened on Monday.", "Officials say it might.", "It opened.", ""]
GOLD = np.array([1, 0, 1, 0, 0])


def _zeros() -> dict[str, np.ndarray]:
    return {
        "layer": np.zeros((states.TOKEN, head.HIDDEN)),
        "bias": np.zeros(head.HIDDEN),
        "out": np.zeros(2 * head.HIDDEN + 2 * states.TOKEN),
        "intercept": np.zeros(()),
    }


def test_gelu() -> None:
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in (-2.0, -0.5, 0.0, 1.0, 3.0)]
    assert np.allclose(head.gelu(np.array([-2.0, -0.5, 0.0, 1.0, 3.0])), exact, atol=5e-4)


def test_the_score_is_the_sum_of_highest_mean_first_and_mean_state() -> None:
    weights, tokens = _zeros(), np.zeros((1, 2, states.TOKEN))
    tokens[0, :, 0] = 100, 300  # the first unit reads this number, and passes such values on as they are
    weights["layer"][0, 0] = 1
    weights["out"][0] = 1  # highest of the first unit: 300
    weights["out"][head.HIDDEN] = 10  # its mean: 200
    weights["out"][2 * head.HIDDEN] = 0.1  # first state: 100
    weights["out"][2 * head.HIDDEN + states.TOKEN] = 0.01  # mean state: 200
    weights["intercept"] = np.array(0.5)
    assert head.read(tokens, weights) == pytest.approx([300 + 2000 + 10 + 2 + 0.5])


def test_scores_do_not_depend_on_what_stands_beside_a_text() -> None:
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=value.shape) for name, value in _zeros().items()}
    together = head.scores(TEXTS, weights)
    assert together.shape == (len(TEXTS),)
    assert np.array_equal(together[::-1], head.scores(TEXTS[::-1], weights))
    assert np.array_equal(together[:1], head.scores(TEXTS[:1], weights))


def test_what_is_trained_is_what_is_read() -> None:
    pytest.importorskip("torch", reason="PyTorch is in the extra `train`")
    found, rows = fit.tokens(TEXTS), np.arange(len(TEXTS))
    learned = fit.fit(found, GOLD, rows, 20)
    scores = fit.scored(found, rows, learned)
    assert ((scores > 0) == GOLD).all()
    assert np.allclose(
        head.scores(TEXTS, fit.unscaled(found, learned)), scores, atol=0.02
    )  # states were rounded to sixteen bits
