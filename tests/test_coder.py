"""The learned coder: what it refuses, that it is the same twice, and its stored weights."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, coder
from rhetoscope.coder import states

TEXTS = pl.DataFrame({"text": ["Some critics say it may fail.", "The summit opened on Monday.", "", "#"]})
TARGETS = pl.DataFrame(
    {"text": ["Officials praised Anna.", "Officials condemned Anna."], "start": [18, 20], "end": [22, 24]}
)


@pytest.mark.parametrize("task", coder.TASKS)
def test_every_row_gets_a_label_of_the_task_and_its_probability(task: str) -> None:
    frame = TARGETS if task == "stance" else TEXTS
    coded = coder.predict(task, frame)
    assert coded.columns == ["label", "probability"]
    assert coded.height == frame.height
    assert set(coded["label"]) <= set(coder.TASKS[task])
    assert coded["probability"].is_between(1 / len(coder.TASKS[task]) - 1e-4, 1).all()
    assert coder.predict(task, frame.reverse()).equals(coded.reverse())


@pytest.mark.parametrize("task", coder.TASKS)
def test_no_rows_give_no_rows(task: str) -> None:
    assert coder.predict(task, TARGETS.clear()).height == 0


def test_plain_cases() -> None:
    assert coder.predict("hedge", TEXTS)["label"].to_list()[:2] == [1, 0]
    assert coder.predict("stance", TARGETS)["label"].to_list() == [1, -1]


def test_the_target_is_what_stance_is_read_of() -> None:
    text = "Anna condemned Boris."
    spans = states.pooled([text, text], [(0, 4), (15, 20)])
    assert spans.shape == (2, 2 * states.WIDTH)
    assert not np.allclose(spans[0, : states.WIDTH], spans[1, : states.WIDTH])
    assert np.allclose(spans[0, states.WIDTH :], spans[1, states.WIDTH :])


def test_the_mean_of_the_last_layer_is_the_sentence_vector() -> None:
    from rhetoscope import embed

    text = TEXTS["text"][0]
    mean = states.pooled([text], [(0, 4)])[0, states.WIDTH :].reshape(states.POOLS, len(states.LAYERS), -1)[1, -1]
    assert np.allclose(mean / np.linalg.norm(mean), embed.embed([text]).matrix([text])[0], atol=1e-4)


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="no task 'irony'"):
        coder.predict("irony", TEXTS)
    with pytest.raises(InputError, match="needs the column 'start'"):
        coder.predict("stance", TEXTS)


def test_ngrams() -> None:
    assert coder.ngrams("It may -LRB- 12 -RRB-")[:5] == ["it", "may", "(", "0", ")"]
    assert "it may (" in coder.ngrams("It may -LRB- 12 -RRB-")
    assert coder.ngrams("") == []


def test_a_score_is_that_of_the_register_that_the_gate_tells() -> None:
    scores = np.array([[2.0, -2.0], [2.0, -2.0], [2.0, -2.0]])
    mixed = coder.mixed(scores, np.array([-50.0, 50.0, 0.0]))
    assert np.allclose(mixed, [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2)), 0.5])


def test_the_weights_are_small_and_the_card_names_what_made_them() -> None:
    from hashlib import sha256
    from importlib.resources import files

    stored = {file.name: file.read_bytes() for file in (files("rhetoscope.coder") / "weights").iterdir()}
    assert sum(map(len, stored.values())) < 1_300_000
    card = coder.card()
    assert set(coder.TASKS) <= set(card)
    assert "CC BY-SA" in str(card["hedge"])
    del stored["card.json"]
    assert {name: sha256(content).hexdigest() for name, content in stored.items()} == card["sha256"]
