"""Topics over time and by outlet, their hierarchy, and what is given to a fit by hand."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, tables, topics
from rhetoscope.stats import wilson_interval
from rhetoscope.topics.assign import partition
from rhetoscope.topics.model import TopicFit
from rhetoscope.topics.settings import Settings


def fitted(topic: list[int], dates: list[datetime | None], doc_ids: list[str]) -> TopicFit:
    """A fit with these assignments and two topics."""
    count = len(topic)
    assignments = pl.DataFrame(
        {
            "unit_id": [f"u{number}" for number in range(count)], "kind": ["paragraph"] * count, "doc_id": doc_ids,
            "published_at": dates, "topic": topic, "probability": [None] * count, "text": ["t"] * count,
        },
        schema=tables.TABLES["assignments"].schema,
    )  # fmt: skip
    made = pl.DataFrame(
        {
            "topic": [0, 1], "label": ["a", "b"], "words": [["a"], ["b"]], "weights": [[1.0], [1.0]], "size": [2, 1],
            "representative": [["u0"], ["u1"]], "coherence": [0.0, 0.0], "stability": [None, None],
        },
        schema=tables.TABLES["topics"].schema,
    )  # fmt: skip
    documents = pl.DataFrame({"document": [f"{n}" for n in range(count)], "text": ["t"] * count, "topic": topic})
    return TopicFit(made, assignments, documents, 0, "Made.", Settings())


ARTICLES = pl.DataFrame({"doc_id": ["d", "e"], "outlet": ["Herald", None], "section": ["World", "World"]})


def test_units_are_counted_by_month() -> None:
    january, march = datetime(2024, 1, 9), datetime(2024, 3, 1, 23)
    table = topics.over_time(fitted([0, 0, 1, -1, 1], [january, january, march, march, None], ["d"] * 5), "month")
    assert tables.check("over_time", table).equals(table)
    assert table.select("topic", pl.col("start").dt.month(), "count", "units", "share").rows() == [
        (0, 1, 2, 2, 1.0), (0, 3, 0, 2, 0.0), (1, 1, 0, 2, 0.0), (1, 3, 1, 2, 0.5),
    ]  # fmt: skip


def test_without_dates_there_is_no_time() -> None:
    assert topics.over_time(fitted([0, 1], [None, None], ["d", "d"]), "year").is_empty()
    with pytest.raises(InputError, match=r"topics.bins is 'decade'; known are day, week, month, year"):
        topics.over_time(fitted([0], [None], ["d"]), "decade")


def test_units_are_counted_by_outlet_and_section() -> None:
    table = topics.shares(fitted([0, 1, 1], [None] * 3, ["d", "d", "e"]), ARTICLES)
    assert tables.check("shares", table).equals(table)
    assert table.select("level", "unit", "topic", "count", "units").rows() == [
        ("outlet", "Herald", 0, 1, 2), ("outlet", "Herald", 1, 1, 2),
        ("section", "World", 0, 1, 3), ("section", "World", 1, 2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "total"), [(0, 5), (1, 10), (5, 5), (37, 81)])
def test_intervals_are_those_of_statsmodels(count: int, total: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    frame = pl.DataFrame({"count": [count], "total": [total]}).select(
        **wilson_interval(pl.col("count"), pl.col("total"))
    )
    assert frame.row(0) == pytest.approx(proportion_confint(count, total, method="wilson"), abs=1e-12)


def test_near_topics_join_first() -> None:
    """Three topics on a plane, the first two 30 degrees apart before the mean is taken off."""
    fit = fitted([0, 1, 2], [None] * 3, ["d"] * 3)
    three = pl.concat([fit.topics, fit.topics.tail(1).with_columns(topic=pl.lit(2, pl.Int64))])
    fit = TopicFit(three, fit.assignments, fit.documents, 0, "Made.", Settings())
    table = topics.hierarchy(fit, np.array([[1, 0], [0.87, 0.5], [-1, 0]], dtype=np.float32))
    assert tables.check("hierarchy", table).equals(table)
    assert table.select("child", "parent").rows() == [(0, 3), (1, 3), (2, 4), (3, 4)]
    assert table["distance"][0] < table["distance"][2]


def test_subjects_bend_only_what_is_near_them() -> None:
    vectors = np.eye(4, dtype=np.float32)
    bent = topics.guide(vectors, np.array([[0.8, 0.6, 0, 0]], dtype=np.float32))
    assert bent[0] @ [0.8, 0.6, 0, 0] > 0.8
    assert (bent[2:] == vectors[2:]).all()
    assert np.linalg.norm(bent, axis=1) == pytest.approx(1)
    assert topics.guide(vectors, vectors[:0]) is vectors
    assert topics.subjects(["ceasefire, truce", "election"]) == ["ceasefire truce", "election"]
    with pytest.raises(InputError, match=r"topics.seed_words must be texts such as"):
        topics.subjects([" , "])


def blobs(sizes: list[int], seed: int = 0) -> np.ndarray:
    """Groups around far-apart directions, in mixed order."""
    draw = np.random.default_rng(seed)
    centres = draw.permutation(np.repeat(np.eye(len(sizes), 8), sizes, axis=0))
    return (centres + draw.normal(0, 0.1, centres.shape)).astype(np.float32)


def test_the_rest_takes_the_topic_of_its_nearest_in_the_sample() -> None:
    vectors = blobs([150, 100, 50])
    rest = [(rows, vectors[rows]) for rows in (np.arange(299, 200, -1), np.arange(120, 201))]
    made = partition(vectors[:120], Settings(sample=120, resolution=0.3), rest, 300)
    assert "120 sampled by content" in made.how
    truth = vectors.argmax(axis=1)
    assert [len(set(truth[made.labels == topic].tolist())) for topic in range(made.labels.max() + 1)] == [1, 1, 1]
    assert made.probability().min() > 0.5


def test_outliers_are_left_or_given_to_the_nearest() -> None:
    vectors = blobs([40, 40, 3])
    few = Settings(min_topic_size=8, resolution=0.5, neighbours=2)
    left = (partition(vectors, few).labels == -1).sum()
    filled = partition(vectors, Settings(min_topic_size=8, resolution=0.5, neighbours=2, outliers="nearest"))
    assert (filled.labels >= 0).all()
    assert not left or f"{left} that fitted none were given to the nearest" in filled.how


def test_unsure_documents_can_be_left_out() -> None:
    vectors = np.random.default_rng(0).normal(size=(80, 8)).astype(np.float32)
    loose, strict = partition(vectors, Settings()), partition(vectors, Settings(leave_out=0.3))
    assert (strict.labels == -1).sum() > (loose.labels == -1).sum()
    assert "that belong least firmly to theirs were left out" in strict.how
    assert 0.3 <= (strict.labels == -1).mean() < 0.45
