"""Sums by unit and document, and of who is spoken of: those of a naive count, in whatever parts the corpus is read."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_coding_tables
from rhetoscope import stats, tables
from rhetoscope.findings.corpus import read_actor_text
from rhetoscope.findings.differences import RESAMPLES, measure_rest
from rhetoscope.stats import CodingTables

LEVELS = ("corpus", "outlet", "month", "topic", "actor", "document")
DEVICES = ("hedge", "threat")
OUTLETS, ACTORS = ("A", "B", None), ("Ruritania", "Syldavia")
Sentence = tuple[int, int, int, list[tuple[str, list[str]]], list[str]]
"""Document, paragraph, words, codings with their actors, actors mentioned."""

SENTENCES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(0, 2),
        st.integers(0, 400),
        st.lists(st.tuples(st.sampled_from(DEVICES), st.lists(st.sampled_from(ACTORS), unique=True)), max_size=3),
        st.lists(st.sampled_from(ACTORS), max_size=2),
    ),
    max_size=12,
)


def corpus(sentences: list[Sentence]) -> CodingTables:
    """Documents d0 to d4 by outlets A, B, none, A, B; a paragraph's topic is its number, that of the third none."""
    docs = [f"d{n}" for n in range(5)]
    articles = pl.DataFrame(
        {"doc_id": docs, "outlet": [OUTLETS[n % 3] for n in range(5)],
         "published_at": [datetime(2024, 1 + n % 2, 1) for n in range(5)],
         "duplicate_of": [None, None, None, None, "d0"]},
        schema_overrides={"duplicate_of": pl.String},
    )  # fmt: skip
    units = [(f"{doc}-p{n:04}", doc, n if n < 2 else -1) for doc in docs for n in range(3)]
    assignments = pl.DataFrame(units, {"unit_id": pl.String, "doc_id": pl.String, "topic": pl.Int64}, orient="row")
    return make_coding_tables(((f"d{doc}", *rest) for doc, *rest in sentences), articles, assignments)


def naive(sentences: list[Sentence]) -> dict[tuple[str, str, str], Counter[str]]:
    """The same sums by (level, unit, document), one sentence after the other."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for number, paragraph, words, said, mentioned in sentences:
        if number == 4:  # a copy of d0
            continue
        doc = f"d{number}"
        units = [("corpus", "all"), ("document", doc), ("month", f"2024-{1 + number % 2:02}")]
        units += [("outlet", outlet) for outlet in [OUTLETS[number % 3]] if outlet]
        units += [("topic", str(paragraph))] if paragraph < 2 else []
        for level, unit in [*units, *(("actor", actor) for actor in set(mentioned))]:
            amounts = found.setdefault((level, unit, doc), Counter())
            amounts.update({"words": words})
            amounts.update(device for device, actors in said if level != "actor" or unit in actors)
    return found


def _in_parts(patch: pytest.MonkeyPatch, together: int) -> None:
    patch.setattr(tables, "iterate_documents", partial(tables.iterate_documents, together=together))


@settings(max_examples=40, deadline=None)
@given(SENTENCES, st.integers(1, 6))
def test_sums_are_those_of_a_naive_count_in_any_parts(sentences: list[Sentence], together: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        _in_parts(patch, together)
        sums = stats.sum_by_document(corpus(sentences), LEVELS, DEVICES)
    wanted = naive(sentences)
    assert {(row["level"], row["unit"], row["doc_id"]) for row in sums.iter_rows(named=True)} == set(wanted)
    for row in sums.iter_rows(named=True):
        amounts = wanted[row["level"], row["unit"], row["doc_id"]]
        assert {name: row[name] for name in ("words", *DEVICES)} == {
            name: amounts[name] for name in ("words", *DEVICES)
        }


def test_sums_by_hand() -> None:
    """d0: 100 words with two hedges, one of them of Ruritania, and 50 without; d1: 300 words and a threat."""
    given: list[Sentence] = [
        (0, 0, 100, [("hedge", []), ("hedge", ["Ruritania"])], ["Ruritania"]),
        (0, 1, 50, [], []),
        (1, 0, 300, [("threat", [])], []),
    ]
    sums = stats.sum_by_document(corpus(given), ("corpus", "actor", "topic"), DEVICES).drop("level")
    assert set(sums.rows()) == {
        ("all", "d0", 150, 2, 0), ("all", "d1", 300, 0, 1), ("Ruritania", "d0", 100, 1, 0),
        ("0", "d0", 100, 2, 0), ("1", "d0", 50, 0, 0), ("0", "d1", 300, 0, 1),
    }  # fmt: skip
    given: list[Sentence] = [(0, 0, 10, [], []), (1, 0, 10, [("hedge", [])], [])]
    sums = stats.sum_by_document(replace(corpus(given), assignments=None), LEVELS, DEVICES)
    assert set(sums["level"]) == {"corpus", "document", "month", "outlet"}


@settings(max_examples=30, deadline=None)
@given(SENTENCES, st.sampled_from(["outlet", "month", "topic"]))
def test_comparisons_of_sums_are_those_of_the_tables(sentences: list[Sentence], level: str) -> None:
    tables_of = corpus(sentences)
    sums = stats.sum_by_document(tables_of, ("corpus", level), DEVICES)
    one = stats.compare_sums(level, sums, min_words=1, min_count=1)
    assert one.equals(stats.compare_units(level, "devices", tables_of, min_words=1, min_count=1))


@settings(max_examples=30, deadline=None)
@given(SENTENCES, st.integers(1, 6))
def test_who_is_spoken_of_is_that_of_a_naive_count_in_any_parts(sentences: list[Sentence], together: int) -> None:
    topics = pl.DataFrame({"topic": [0, 1], "label": ["T0", "T1"]})
    with pytest.MonkeyPatch.context() as patch:
        _in_parts(patch, together)
        text, said = read_actor_text(corpus(sentences), topics)
    words: Counter[tuple[int, int, str]] = Counter()
    codings: Counter[tuple[int, int, str, str]] = Counter()
    for number, paragraph, size, coded, mentioned in sentences:
        if number < 4:
            words.update(
                {
                    (number, paragraph, actor): size
                    for actor in {*mentioned, *(a for _, actors in coded for a in actors)}
                }
            )
            codings.update((number, paragraph, actor, device) for device, actors in coded for actor in actors)
    found = text.with_columns(pl.col("actor").cast(pl.String))
    assert {row[:3]: row[3] for row in found.select("doc", "paragraph", "actor", "words").rows()} == dict(words)
    each = said.with_columns(pl.col("actor", "device").cast(pl.String)).group_by("doc", "paragraph", "actor", "device")
    assert {row[:4]: row[4] for row in each.len().rows()} == dict(codings)
    assert text.filter(pl.col("paragraph") == 2)["topic"].null_count() == text.filter(pl.col("paragraph") == 2).height


def test_the_rest_is_the_corpus_without_the_unit() -> None:
    """A holds d0 and d3, the rest d1 and d2: 1 + 5 hedges in 100 + 300 words are 15 per 1,000."""
    hedges = {0: 4, 1: 1, 2: 5, 3: 2}
    given: list[Sentence] = [(n, 2, 300 if n == 2 else 100, [("hedge", [])] * k, []) for n, k in hedges.items()]
    sums = stats.sum_by_document(corpus(given), ("corpus", "outlet"), ("hedge",)).with_columns(paragraph=None)
    row = measure_rest(sums, "outlet", pl.DataFrame({"unit": ["A"], "device": ["hedge"]})).row(0, named=True)
    assert row["rest"] == 15.0
    # the four documents are drawn, and of what is drawn that of d1 and d2 counts
    draws = np.random.default_rng(0).integers(4, size=(RESAMPLES, 4)).tolist()
    drawn = [[k for k in draw if k in (1, 2)] for draw in draws]
    each = [1000 * sum(hedges[k] for k in some) / sum(300 if k == 2 else 100 for k in some) for some in drawn if some]
    assert row["rest_low"] == round(float(np.percentile(each, 2.5)), 3)
    assert row["rest_high"] == round(float(np.percentile(each, 97.5)), 3)


def test_a_rest_of_one_document_carries_no_interval() -> None:
    given: list[Sentence] = [(n, 2, 100, [("hedge", [])], []) for n in (0, 1, 3)]
    sums = stats.sum_by_document(corpus(given), ("corpus", "outlet"), ("hedge",)).with_columns(paragraph=None)
    found = measure_rest(sums, "outlet", pl.DataFrame({"unit": ["A", "B"], "device": ["hedge"] * 2})).sort("unit")
    assert found["rest_low"].is_null().to_list() == [True, False]


@given(st.lists(st.tuples(st.integers(0, 2**26), st.integers(1, 2**26)), min_size=2, max_size=8))
def test_resampled_sums_are_exact_whatever_their_size(clusters: list[tuple[int, int]]) -> None:
    """Against whole numbers of Python, which have no largest one."""
    counts, words = (np.array(column) for column in zip(*clusters, strict=True))
    low, high = stats.bootstrap_interval(counts[:, None], words, 50, 0)
    draws = np.random.default_rng(0).integers(len(clusters), size=(50, len(clusters))).tolist()
    each = [
        1000 * float(sum(clusters[k][0] for k in draw)) / float(sum(clusters[k][1] for k in draw)) for draw in draws
    ]
    assert low[0] == np.percentile(each, 2.5)
    assert high[0] == np.percentile(each, 97.5) or counts.sum() == 0
