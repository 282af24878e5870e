"""Figures of the topics: drawn for any number of them, their numbers in the alt text."""

from __future__ import annotations

import pytest

from rhetoscope import figures, topics
from rhetoscope.figures import topics as draw
from test_topics_model import fitted, made


@pytest.mark.parametrize("count", [0, 3, 5, 30])
def test_figures_are_drawn_for_any_number_of_topics(count: int) -> None:
    units, vectors = made(count)
    tried = topics.measure_stability(fitted(units, vectors, topics.Settings()), units, vectors, 1)
    shown, documents = tried.fit.topics, tried.fit.documents
    drawn = [
        draw.sizes(shown, units.height),
        draw.topic_map(shown, documents, vectors),
        draw.stability(shown, tried.refits),
    ]
    for figure, alt in drawn:
        if not shown.height:
            assert figure is None
            assert "to show" in alt
            continue
        assert figure
        assert "<svg" in figures.svg(figure)
        for label in shown["label"]:
            assert label in alt


def test_the_same_topics_give_the_same_bytes() -> None:
    units, vectors = made(30)
    fit = fitted(units, vectors, topics.Settings())
    one, other = (draw.topic_map(fit.topics, fit.documents, vectors)[0] for _ in range(2))
    assert one
    assert other
    assert figures.svg(one) == figures.svg(other)
