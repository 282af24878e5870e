"""Figures of topics over time and of their hierarchy: what they say, and where they say it in words."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from rhetoscope import figures, tables


def topics(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "topic": range(count), "label": [f"Label {n}" for n in range(count)], "words": [["w"]] * count,
            "weights": [[1.0]] * count, "size": [5] * count, "representative": [["u"]] * count,
            "coherence": [0.0] * count, "stability": [None] * count,
        },
        schema=tables.TABLES["topics"].schema,
    )  # fmt: skip


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
