"""The tuned model: the packaged one with what was learned added, read by name from its file and put back."""

from __future__ import annotations

import numpy as np
import pytest

from rhetoscope import embed
from rhetoscope.coder import head, minilm, states, tuned

TEXTS = ["Some critics say it may fail.", "The summit opened on Monday.", "Officials say it might.", "It opened.", ""]
GOLD = np.array([1, 0, 1, 0, 0])
BIAS = "encoder.layer.2.output.dense.bias"
MATRIX = "encoder.layer.5.attention.self.query.weight"


def _last(model: bytes) -> list[np.ndarray]:
    """The last layer's states of every text."""
    session = embed.minilm.opened(model)
    found = {
        row: each
        for rows, some in states.tokens(TEXTS, session, states.LAYERS[-1:])
        for row, each in zip(rows, some, strict=True)
    }
    return [found[row] for row in range(len(TEXTS))]


def _learned() -> dict[str, np.ndarray]:
    """A head on the last layer, and of the model one bias and one matrix."""
    rng = np.random.default_rng(0)
    return {
        BIAS: rng.normal(size=384),
        f"{MATRIX}.A": rng.normal(size=(384, 2)),
        f"{MATRIX}.B": rng.normal(size=(2, 384)),
        "head.layer": rng.normal(size=(384, 3)),
        "head.bias": rng.normal(size=3),
        "head.out": rng.normal(size=2 * 3 + 2 * 384),
        "head.intercept": rng.normal(size=()),
    }


def test_weights_have_the_names_and_shapes_of_bert() -> None:
    found = minilm.weights()
    assert found[MATRIX].shape == (384, 384)
    assert found["encoder.layer.0.intermediate.dense.weight"].shape == (384, 1536)
    assert found["encoder.layer.0.output.dense.weight"].shape == (1536, 384)
    assert found["embeddings.word_embeddings.weight"].shape == (30522, 384)
    assert sum(name.startswith("encoder.") for name in found) == 6 * 16


def test_nothing_replaced_is_the_packaged_file() -> None:
    assert minilm.replaced({}) == embed.minilm.file("model").read_bytes()


def test_what_is_replaced_is_what_runs() -> None:
    before = _last(minilm.replaced({}))
    scale, shift = ("encoder.layer.5.output.LayerNorm." + part for part in ("weight", "bias"))
    constant = _last(minilm.replaced({scale: np.zeros(384), shift: np.arange(384.0)}))
    assert all(np.allclose(each, np.arange(384)) for each in constant)  # the last norm gives what it is told to
    again = _last(minilm.replaced({MATRIX: minilm.weights()[MATRIX]}))  # rounded anew, to at most a step of its scale
    assert all(np.allclose(one, other, atol=0.05) for one, other in zip(before, again, strict=True))


def test_a_weight_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match=rf"{BIAS} has the shape \(3,\)"):
        minilm.replaced({BIAS: np.zeros(3)})
    with pytest.raises(KeyError, match=r"pooler"):
        minilm.replaced({"pooler.dense.bias": np.zeros(384)})


def test_what_was_learned_is_added_and_of_a_matrix_the_product() -> None:
    learned, base = _learned(), minilm.weights()
    changed = tuned.changed(learned)
    assert set(changed) == {BIAS, MATRIX}
    assert np.allclose(changed[BIAS], base[BIAS] + learned[BIAS])
    row, column = learned[f"{MATRIX}.A"][7], learned[f"{MATRIX}.B"][:, 9]
    assert changed[MATRIX][7, 9] == pytest.approx(base[MATRIX][7, 9] + row[0] * column[0] + row[1] * column[1])


def test_where_nothing_was_learned_of_the_model_the_head_reads_the_packaged_one() -> None:
    own = {name: values for name, values in _learned().items() if name.startswith("head.")}
    read = {name.removeprefix("head."): values for name, values in own.items()}
    packaged = [head.read(states[None], read)[0] for states in _last(minilm.replaced({}))]
    assert np.allclose(tuned.scores(TEXTS, own), packaged)


def test_scores_do_not_depend_on_what_stands_beside_a_text() -> None:
    learned = _learned()
    together = tuned.scores(TEXTS, learned)
    assert together.shape == (len(TEXTS),)
    assert np.array_equal(together[::-1], tuned.scores(TEXTS[::-1], learned))


def test_what_is_trained_is_what_is_read() -> None:
    pytest.importorskip("torch", reason="PyTorch is in the extra `train`")
    from rhetoscope.coder import tune

    learned = tune.fit(40 * TEXTS, np.tile(GOLD, 40), np.arange(40 * len(TEXTS)), 3)
    assert ((tuned.scores(TEXTS, learned) > 0) == GOLD).all()
