"""Rates and their intervals: by hand, against SciPy, and in any order."""

import math
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipy_bootstrap

from rhetoscope import InputError, codebook, stats, tables
from rhetoscope.cache import Cache

DEVICES = [device for device in codebook.load_codebook() if device.name in ("hedge", "threat")]


def corpus(counts: list[list[int]], words: int = 100) -> stats.CodingTables:
    """Documents of paragraphs of one sentence of so many words, with so many hedges said of Armenia in each."""
    places = [
        (f"d{doc:04}", paragraph, hedges) for doc, row in enumerate(counts) for paragraph, hedges in enumerate(row)
    ]
    sentences = pl.DataFrame(
        [(f"{doc}-{paragraph}", doc, paragraph, 0, words) for doc, paragraph, _ in places],
        schema=["sentence_id", "doc_id", "paragraph", "start", "words"],
        orient="row",
    )
    codings = pl.DataFrame(
        [(doc, f"{doc}-{paragraph}", "hedge", ["Armenia"]) for doc, paragraph, hedges in places for _ in range(hedges)],
        schema={"doc_id": pl.String, "sentence_id": pl.String, "device": pl.String, "actors": pl.List(pl.String)},
        orient="row",
    )
    first = [doc for doc, paragraph, _ in places if paragraph == 0]
    mentions = pl.DataFrame({"doc_id": first, "sentence_id": [f"{doc}-0" for doc in first], "actor": "Armenia"})
    documents = sentences["doc_id"].unique().sort()
    articles = pl.DataFrame(
        {"doc_id": documents, "outlet": None, "published_at": datetime(2024, 6, 25), "duplicate_of": None},
        schema_overrides={"outlet": pl.String, "duplicate_of": pl.String},
    )
    return stats.CodingTables(codings, mentions, sentences, articles)


def measure(corpus: stats.CodingTables, **settings: Any) -> pl.DataFrame:
    return pl.concat([tables.make_empty("rates"), *stats.measure_rates(corpus, DEVICES, **settings)])


def row(rates: pl.DataFrame, level: str, unit: str, device: str = "hedge") -> dict:
    return rates.row(
        by_predicate=(pl.col("level") == level) & (pl.col("unit") == unit) & (pl.col("device") == device), named=True
    )


def test_a_rate_is_codings_per_thousand_words() -> None:
    rates = tables.check("rates", measure(corpus([[3, 1], [0, 2]])))
    whole = row(rates, "corpus", "all")
    assert (whole["count"], whole["words"], whole["per_1000"]) == (6, 400, 15.0)  # 6 / 400 · 1,000
    assert (whole["cluster"], whole["clusters"], whole["enough"]) == ("document", 2, True)
    one = row(rates, "document", "d0000")
    assert (one["count"], one["words"], one["per_1000"]) == (4, 200, 20.0)
    assert (one["cluster"], one["clusters"]) == ("paragraph", 2)
    month = row(rates, "month", "2024-06")
    assert month["count"] == 6
    assert rates.filter(pl.col("level") == "outlet").is_empty()


def test_an_actors_words_are_those_of_the_sentences_that_mention_it() -> None:
    rates = measure(corpus([[3, 1], [0, 2]]))
    armenia = row(rates, "actor", "Armenia")
    assert (armenia["count"], armenia["words"]) == (3, 200)


def test_a_topics_words_are_those_of_its_paragraphs() -> None:
    assignments = pl.DataFrame(
        {
            "unit_id": ["d0000-p0000", "d0000-p0001", "d0001-p0000"],
            "doc_id": ["d0000", "d0000", "d0001"],
            "topic": [0, -1, 0],
        }
    )
    rates = measure(replace(corpus([[3, 1], [0, 2]]), assignments=assignments))
    assert set(rates.filter(pl.col("level") == "topic")["unit"]) == {"0"}
    assert (row(rates, "topic", "0")["count"], row(rates, "topic", "0")["words"]) == (3, 200)


def test_nothing_found_has_the_exact_poisson_upper_end() -> None:
    threat = row(measure(corpus([[3, 1], [0, 2]])), "corpus", "all", "threat")
    assert (threat["count"], threat["per_1000"], threat["low"], threat["enough"]) == (0, 0.0, 0.0, False)
    assert threat["high"] == pytest.approx(1000 * -math.log(0.025) / 400, abs=1e-3)  # 3.689 / 0.4 = 9.222


def test_one_cluster_carries_no_interval() -> None:
    rates = measure(corpus([[5]], words=1000))
    whole = row(rates, "corpus", "all")
    assert (whole["low"], whole["high"], whole["enough"]) == (None, None, False)


def test_no_words_have_no_rate() -> None:
    rates = measure(corpus([[0, 0]], words=0))
    assert row(rates, "corpus", "all")["per_1000"] is None


def test_a_table_without_rows_has_no_rates() -> None:
    frames = (tables.make_empty(name) for name in ("codings", "mentions", "sentences", "articles"))
    assert measure(stats.CodingTables(*frames)).equals(tables.make_empty("rates"))


def test_the_interval_agrees_with_scipy() -> None:
    generator = np.random.default_rng(1)
    words = generator.integers(50, 400, 40)
    counts = generator.poisson(words * 0.02)
    low, high = stats.bootstrap_interval(counts[:, None], words, 4000, 0)
    second = scipy_bootstrap(
        (counts, words), lambda c, w, axis: 1000 * c.sum(axis=axis) / w.sum(axis=axis),
        paired=True, vectorized=True, n_resamples=4000, method="percentile", rng=generator,
    ).confidence_interval  # fmt: skip
    assert low[0] == pytest.approx(second.low, rel=0.03)
    assert high[0] == pytest.approx(second.high, rel=0.03)


def test_the_interval_agrees_with_the_normal_approximation() -> None:
    # 400 clusters of 100 words, Poisson with mean 2: r = 20, standard error 1000 · √(2 / 400) / 100 = 0.707
    counts = np.random.default_rng(2).poisson(2, 400)
    low, high = stats.bootstrap_interval(counts[:, None], np.full(400, 100), 4000, 0)
    assert high[0] - low[0] == pytest.approx(2 * 1.96 * 1000 * counts.std() / math.sqrt(400) / 100, rel=0.05)


def test_draws_in_parts_are_those_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = corpus([[3, 1], [0, 2], [4], [1, 1, 0]])
    whole = measure(frames)
    monkeypatch.setattr(stats, "_CELLS", 60)
    assert measure(frames).equals(whole)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=5), st.integers(0, 5))
def test_rates_lie_in_their_interval_in_any_order(counts: list[list[int]], seed: int) -> None:
    frames = corpus(counts)
    rates = measure(frames, resamples=400)
    names = ("codings", "mentions", "sentences", "articles")
    shuffled = stats.CodingTables(
        *(getattr(frames, name).sample(fraction=1, shuffle=True, seed=seed) for name in names)
    )
    assert measure(shuffled, resamples=400).equals(rates)
    measured = rates.drop_nulls(["low", "high"])
    assert (measured["low"] <= measured["high"]).all()
    assert (measured["low"] >= 0).all()
    assert rates.filter("enough").select((pl.col("words") >= 200) & (pl.col("count") >= 3)).to_series().all()


def test_the_same_words_have_the_same_interval_whatever_they_are_called() -> None:
    rates = measure(corpus([[3, 1, 0, 2]]))
    whole, document = row(rates, "corpus", "all"), row(rates, "document", "d0000")
    assert (whole["low"], whole["high"]) == (document["low"], document["high"])


def test_no_resamples_are_refused() -> None:
    with pytest.raises(InputError, match="bootstrap must be 1 or more resamples, found 0"):
        measure(corpus([[1], [2]]), resamples=0)


def test_a_corpus_read_in_parts_has_the_same_rates() -> None:
    frames = corpus([[3, 1], [0, 2], [4], [1, 1, 0]])
    in_parts = stats.CodingTables(
        *(f.lazy() for f in (frames.codings, frames.mentions, frames.sentences)), frames.articles
    )
    whole = measure(frames)
    assert measure(in_parts).equals(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "iterate_documents", partial(tables.iterate_documents, together=1))
        assert measure(in_parts).equals(whole)


def test_only_units_that_changed_are_resampled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [[number % 4, 1] for number in range(40)]
    known, measured = Cache(tmp_path / "known.sqlite"), []
    first = measure(corpus(counts), known=known)
    assert first.equals(measure(corpus(counts)))
    measure_unit = stats._measure_unit
    monkeypatch.setattr(
        stats, "_measure_unit", lambda unit, **how: measured.append(unit.row(0)[:2]) or measure_unit(unit, **how)
    )
    assert measure(corpus(counts), known=known).equals(first)
    assert not measured
    counts[17] = [9, 9]
    again = measure(corpus(counts), known=known)
    assert set(measured) == {("actor", "Armenia"), ("corpus", "all"), ("document", "d0017"), ("month", "2024-06")}
    assert again.equals(measure(corpus(counts)))
    assert not again.equals(first)
    other = measure(corpus(counts), known=known, resamples=100)
    assert other.equals(measure(corpus(counts), resamples=100))


@pytest.mark.parametrize(("count", "total"), [(0, 5), (1, 10), (5, 5), (37, 81)])
def test_wilson_intervals_are_those_of_statsmodels(count: int, total: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    frame = pl.DataFrame({"count": [count], "total": [total]}).select(
        **stats.wilson_interval(pl.col("count"), pl.col("total"))
    )
    assert frame.row(0) == pytest.approx(proportion_confint(count, total, method="wilson"), abs=1e-12)
