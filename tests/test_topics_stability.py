"""Stability is measured, and is what the clustering promises."""

from __future__ import annotations

import pytest

from rhetoscope import InputError, topics
from test_topics_model import fitted, made


def test_refits_of_each_change_are_counted_and_agree() -> None:
    units, vectors = made(45)
    tried = topics.stability(fitted(units, vectors, topics.Settings()), units, vectors, 3)
    assert tried.refits.group_by("change").len().sort("change").rows() == [("noise", 3), ("order", 3), ("seed", 3)]
    metrics = tried.metrics()
    assert metrics["stability_order"] == metrics["stability_noise"] == 1
    assert metrics["stability_seed"] > 0.9
    assert tried.fit.topics["stability"].is_between(0.9, 1).all()
    assert tried.finding().startswith(f"{(tried.refits['agreement'] == 1).sum()} of 9 refits")


@pytest.mark.parametrize(("count", "runs"), [(0, 2), (3, 2), (30, 0)])
def test_nothing_to_refit_is_said(count: int, runs: int) -> None:
    units, vectors = made(count)
    tried = topics.stability(fitted(units, vectors, topics.Settings()), units, vectors, runs)
    assert tried.refits.is_empty()
    assert tried.metrics() == {"stability_order": None, "stability_seed": None, "stability_noise": None}
    assert tried.finding() == "No refits were made, so nothing is known of the topics' stability."


def test_one_topic_is_stable() -> None:
    units, vectors = made(5)
    tried = topics.stability(fitted(units, vectors, topics.Settings()), units, vectors, 2)
    assert tried.refits["agreement"].to_list() == [1.0] * 6


def test_negative_runs_are_refused() -> None:
    units, vectors = made(5)
    with pytest.raises(InputError, match="stability_runs must be at least 0, found -1"):
        topics.stability(fitted(units, vectors, topics.Settings()), units, vectors, -1)
