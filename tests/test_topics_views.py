"""Views of fitted topics: their stability, their hierarchy, over time and by outlet."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from builders import fill
from rhetoscope import InputError, tables, topics
from rhetoscope.topics import Settings, TopicFit
from rhetoscope.topics.views import find_best_overlaps, measure_agreement
from test_topics_model import fitted as refittable
from test_topics_model import made


def fitted(topic: list[int], dates: list[datetime | None], doc_ids: list[str]) -> TopicFit:
    """A fit with these assignments and two topics."""
    count = len(topic)
    rows = zip(topic, dates, doc_ids, strict=True)
    assignments = fill("assignments", *(
        {"unit_id": f"u{number}", "topic": topic, "published_at": date, "doc_id": doc}
        for number, (topic, date, doc) in enumerate(rows)
    ))  # fmt: skip
    made = fill("topics", {"topic": 0, "label": "a"}, {"topic": 1, "label": "b"})
    documents = pl.DataFrame({"document": [f"{n}" for n in range(count)], "text": ["t"] * count, "topic": topic})
    return TopicFit(made, assignments, documents, 0, "Made.", Settings())


ARTICLES = pl.DataFrame({"doc_id": ["d", "e"], "outlet": ["Herald", None], "section": ["World", "World"]})


def test_units_are_counted_by_month_and_without_dates_there_is_none() -> None:
    january, march = datetime(2024, 1, 9), datetime(2024, 3, 1, 23)
    table = topics.count_over_time(fitted([0, 0, 1, -1, 1], [january, january, march, march, None], ["d"] * 5), "month")
    assert tables.check("over_time", table).equals(table)
    assert table.select("topic", pl.col("start").dt.month(), "count", "units", "share").rows() == [
        (0, 1, 2, 2, 1.0), (0, 3, 0, 2, 0.0), (1, 1, 0, 2, 0.0), (1, 3, 1, 2, 0.5),
    ]  # fmt: skip
    assert topics.count_over_time(fitted([0, 1], [None, None], ["d", "d"]), "year").is_empty()
    with pytest.raises(InputError, match=r"topics.bins is 'decade'; known are day, week, month, year"):
        topics.count_over_time(fitted([0], [None], ["d"]), "decade")


def test_units_are_counted_by_outlet_and_section() -> None:
    table = topics.count_by_outlet(fitted([0, 1, 1], [None] * 3, ["d", "d", "e"]), ARTICLES)
    assert tables.check("shares", table).equals(table)
    assert table.select("level", "unit", "topic", "count", "units").rows() == [
        ("outlet", "Herald", 0, 1, 2), ("outlet", "Herald", 1, 1, 2),
        ("section", "World", 0, 1, 3), ("section", "World", 1, 2, 3),
    ]  # fmt: skip


def test_near_topics_join_first() -> None:
    """Three topics on a plane, the first two 30 degrees apart before the mean is taken off."""
    fit = fitted([0, 1, 2], [None] * 3, ["d"] * 3)
    three = pl.concat([fit.topics, fit.topics.tail(1).with_columns(topic=pl.lit(2, pl.Int64))])
    fit = TopicFit(three, fit.assignments, fit.documents, 0, "Made.", Settings())
    table = topics.build_hierarchy(fit, np.array([[1, 0], [0.87, 0.5], [-1, 0]], dtype=np.float32))
    assert tables.check("hierarchy", table).equals(table)
    assert table.select("child", "parent").rows() == [(0, 3), (1, 3), (2, 4), (3, 4)]
    assert table["distance"][0] < table["distance"][2]


def refit(count: int, runs: int) -> topics.Stability:
    units, vectors = made(count)
    return topics.measure_stability(refittable(units, vectors, Settings()), units, vectors, runs)


def test_refits_of_each_change_are_counted_and_agree() -> None:
    tried = refit(45, 3)
    assert tried.refits.group_by("change").len().sort("change").rows() == [("noise", 3), ("order", 3), ("seed", 3)]
    metrics = tried.compute_metrics()
    assert metrics["stability_order"] == metrics["stability_noise"] == 1
    assert metrics["stability_seed"] > 0.9
    assert tried.fit.topics["stability"].is_between(0.9, 1).all()
    assert topics.describe_stability(tried).startswith(f"{(tried.refits['agreement'] == 1).sum()} of 9 refits")


@pytest.mark.parametrize(("count", "runs"), [(0, 2), (3, 2), (30, 0)])
def test_nothing_to_refit_is_said(count: int, runs: int) -> None:
    tried = refit(count, runs)
    assert tried.refits.is_empty()
    assert tried.compute_metrics() == {"stability_order": None, "stability_seed": None, "stability_noise": None}
    assert topics.describe_stability(tried) == "No refits were made, so nothing is known of the topics' stability."


def test_one_topic_is_stable_and_negative_runs_are_refused() -> None:
    assert refit(5, 2).refits["agreement"].to_list() == [1.0] * 6
    with pytest.raises(InputError, match="stability_runs must be at least 0, found -1"):
        refit(5, -1)


def test_agreement_ignores_numbering_and_best_overlap_is_jaccard() -> None:
    one = np.array([0, 0, 1, 1, -1])
    assert measure_agreement(one, np.array([1, 1, 0, 0, -1])) == 1
    assert measure_agreement(one, np.array([0, 1, 0, 1, -1])) < 0.2
    one = np.array([0, 0, 0, 1, 1, -1])
    other = np.array([1, 1, -1, 0, 0, 0])
    assert find_best_overlaps(one, other) == {0: pytest.approx(2 / 3), 1: pytest.approx(2 / 3)}
    assert find_best_overlaps(one, np.full(6, -1)) == {0: 0.0, 1: 0.0}
    assert find_best_overlaps(one, one) == {0: 1.0, 1: 1.0}
