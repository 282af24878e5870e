"""Figures of the topics: drawn for any number of them, and where there is nothing to draw they say it in words."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from rhetoscope import figures, tables


def topics(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "topic": range(count), "label": [f"Label {n}" for n in range(count)], "words": [["w"]] * count,
            "weights": [[1.0]] * count, "size": [5] * count, "representative": [["u"]] * count,
            "coherence": [0.0] * count, "stability": [0.8] * count,
        },
        schema=tables.TABLES["topics"].schema,
    )  # fmt: skip


def scatter(count: int, each: int = 5) -> tuple[pl.DataFrame, np.ndarray]:
    """Documents of so many topics and their vectors."""
    documents = pl.DataFrame({"topic": [n for n in range(count) for _ in range(each)]}, schema={"topic": pl.Int64})
    return documents, np.random.default_rng(0).normal(size=(documents.height, 16)).astype(np.float32)


JOINTS = pl.DataFrame({"child": [0, 1, 2, 3], "parent": [3, 3, 4, 4], "distance": [0.4, 0.4, 0.9, 0.9]})


def test_the_tree_names_the_nearest_topics() -> None:
    figure, alt = figures.draw_topic_hierarchy(topics(3), JOINTS)
    assert figure
    assert figure.get_suptitle() == "“Label 0” and “Label 1” are the nearest of 3 topics"
    assert "cosine distance of 0.40, all at 0.90" in alt
    assert figures.draw_topic_hierarchy(topics(2), JOINTS.head(0)) == (None, "No hierarchy: three topics are needed.")


def test_the_timeline_names_the_peak() -> None:
    months = [datetime(2024, month, 1) for month in (1, 2, 3)]
    table = pl.DataFrame(
        {
            "topic": [0, 0, 0], "start": months, "count": [1, 4, 2], "units": [10, 10, 10], "share": [0.1, 0.4, 0.2],
            "low": [0.0, 0.2, 0.1], "high": [0.3, 0.7, 0.5],
        }
    )  # fmt: skip
    figure, alt = figures.draw_topic_timeline(topics(1), table, "month")
    assert figure
    assert figure.get_suptitle() == "“Label 0” peaks in 2024-02 at 40 % of that month’s units"
    assert "Label 0 40 % in 2024-02" in alt
    figure, said = figures.draw_topic_timeline(topics(1), table.head(1), "month")
    assert figure is None
    assert said.startswith("No timeline: 1 month with 10 dated units")


@pytest.mark.parametrize(("count", "each"), [(0, 5), (1, 2), (3, 5), (20, 5), (20, 50)])
def test_figures_are_drawn_for_any_number_of_topics(count: int, each: int) -> None:
    shown, refits = topics(count), pl.DataFrame({"change": ["order", "seed"], "agreement": [0.9, 0.8]})
    drawn = [
        figures.draw_topic_sizes(shown, 200),
        figures.draw_topic_map(shown, *scatter(count, each)),
        figures.draw_stability(shown, refits),
    ]
    for figure, alt in drawn:
        if not count:
            assert figure is None
            assert "to show" in alt
            continue
        assert figure
        assert "<svg" in figures.render_svg(figure)
        assert "Label 0" in alt


def test_no_two_labels_of_the_map_cover_each_other() -> None:
    figure, _ = figures.draw_topic_map(topics(20), *scatter(20))
    assert figure
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
    assert len(boxes) == 20
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])


def test_the_same_topics_give_the_same_bytes() -> None:
    one, other = (figures.draw_topic_map(topics(4), *scatter(4))[0] for _ in range(2))
    assert one
    assert other
    assert figures.render_svg(one) == figures.render_svg(other)
