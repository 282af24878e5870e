"""The stance model: plain cases, what it refuses, that it reads its target, and its stored weights."""

import json
from hashlib import sha256
from importlib.resources import files

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError
from rhetoscope.coding.stance import STANCES, read_features, score_stance
from rhetoscope.topics import compute_vectors

TARGETS = pl.DataFrame(
    {"text": ["Officials praised Anna.", "Officials condemned Anna."], "start": [18, 20], "end": [22, 24]}
)
WEIGHTS = files("rhetoscope.coding") / "weights"


def test_every_target_gets_the_same_label_and_probability_in_any_company() -> None:
    scored = score_stance(TARGETS)
    assert scored["label"].to_list() == [1, -1]
    assert set(STANCES) == {-1, 0, 1}
    assert scored["probability"].is_between(1 / 3, 1).all()
    assert scored.schema == {"label": pl.Int64, "probability": pl.Float64}
    assert score_stance(TARGETS.reverse()).equals(score_stance(TARGETS).reverse())
    assert score_stance(TARGETS.head(1)).equals(score_stance(TARGETS).head(1))
    assert score_stance(TARGETS.clear()).height == 0


def test_features_are_states_of_target_context_and_sentence() -> None:
    text = "Anna condemned Boris."
    anna, boris = read_features(pl.DataFrame({"text": [text, text], "start": [0, 15], "end": [4, 20]}))
    assert anna.shape == (6 * 384,)
    assert not np.allclose(anna[: 3 * 384], boris[: 3 * 384])  # target and its context
    assert np.allclose(anna[3 * 384 :], boris[3 * 384 :])  # the sentence
    assert not anna[384 : 2 * 384].any()  # nothing stands before Anna
    (row,) = read_features(TARGETS.head(1))
    mean = row[4 * 384 : 5 * 384]
    text = TARGETS["text"][0]
    assert np.allclose(mean / np.linalg.norm(mean), compute_vectors([text])[0], atol=1e-4)
    text = "so " * 300 + "Anna"
    (row,) = read_features(pl.DataFrame({"text": [text], "start": [900], "end": [904]}))
    assert np.allclose(row[:384], row[3 * 384 : 4 * 384])


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(InputError, match=r"needs the column 'start'; found text"):
        score_stance(TARGETS.select("text"))
    with pytest.raises(InputError, match=r"no target from 18 to 99 in 'Officials praised Anna\.'"):
        score_stance(TARGETS.head(1).with_columns(end=99))


def test_the_card_tells_what_made_the_weights_and_what_they_reach() -> None:
    card, weights = json.loads((WEIGHTS / "stance.json").read_text("utf-8")), (WEIGHTS / "stance.npz").read_bytes()
    assert card["sha256"] == sha256(weights).hexdigest()
    assert len(weights) < 80_000
    assert card["licence"] == "MIT"
    assert card["figures"]["rw"]["f1"] >= 0.72
    assert card["figures"]["mt"]["f1"] >= 0.69
