"""Keyness: by hand, against a second implementation, and where there is nothing to compare."""

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.stats import SHARED, CodingTables, compare_units, describe_comparison, sum_by_document
from rhetoscope.stats.comparison import compute_log_odds


def corpus(one: int, other: int, words: int = 1000) -> CodingTables:
    """Two outlets of so many words with so many hedges each: codings, sentences, mentions, articles."""
    sentences = pl.DataFrame(
        {"doc_id": ["a", "b"], "sentence_id": ["a-0", "b-0"], "paragraph": 0, "start": 0, "words": words}
    )
    codings = pl.DataFrame(
        [("a", "a-0", "hedge", [])] * one + [("b", "b-0", "hedge", [])] * other,
        schema=dict.fromkeys(("doc_id", "sentence_id", "device"), pl.String) | {"actors": pl.List(pl.String)},
        orient="row",
    )
    mentions = pl.DataFrame(schema={"doc_id": pl.String, "sentence_id": pl.String, "actor": pl.String})
    articles = pl.DataFrame(
        {"doc_id": ["a", "b"], "outlet": ["A", "B"], "published_at": datetime(2024, 6, 1), "duplicate_of": None},
        schema_overrides={"duplicate_of": pl.String},
    )
    return CodingTables(codings, mentions, sentences, articles)


def test_log_odds_by_hand() -> None:
    # 30 of 1,000 words here, 10 of 1,000 there; the prior of 1,000 words holds 1,000 · 40 / 2,000 = 20
    delta, z = compute_log_odds(np.array([30]), 1000, np.array([10]), 1000)
    by_hand = math.log(50 / (2000 - 50)) - math.log(30 / (2000 - 30))
    assert delta[0] == pytest.approx(by_hand)
    assert z[0] == pytest.approx(by_hand / math.sqrt(1 / 50 + 1 / 30))


def test_log_odds_agree_with_a_second_implementation_word_by_word() -> None:
    generator = np.random.default_rng(0)
    here, rest = generator.integers(0, 50, 20), generator.integers(0, 50, 20)
    n, m, prior = 5000, 7000, 1000
    delta, z = compute_log_odds(here, n, rest, m)
    for y, other, d, score in zip(here, rest, delta, z, strict=True):
        a = prior * (y + other) / (n + m)
        odds, odds_rest = (y + a) / (n + prior - (y + a)), (other + a) / (m + prior - (other + a))
        assert d == pytest.approx(math.log(odds / odds_rest))
        assert score == pytest.approx(math.log(odds / odds_rest) / (1 / (y + a) + 1 / (other + a)) ** 0.5)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(100, 2000), st.integers(100, 2000))
def test_exchanging_the_units_turns_the_sign(one: int, other: int, words: int, words_other: int) -> None:
    there = compute_log_odds(np.array([one]), words, np.array([other]), words_other)
    back = compute_log_odds(np.array([other]), words_other, np.array([one]), words)
    assert there[0][0] == pytest.approx(-back[0][0])
    assert there[1][0] == pytest.approx(-back[1][0])


def test_outlets_are_compared_and_corrected() -> None:
    table = compare_units("outlet", "devices", corpus(40, 5))
    assert table.select("unit", "count", "rest").rows() == [("A", 40, 5), ("B", 5, 40)]
    assert table["log_odds"][0] == -table["log_odds"][1] > 0
    assert (table["q"] >= table["p"]).all()
    assert describe_comparison("outlet", table).startswith("By outlet, 2 of 2 comparisons are significant")
    assert describe_comparison("outlet", compare_units("outlet", "devices", corpus(5, 5))).startswith(
        "By outlet, none of 2"
    )


def test_one_unit_compares_with_nothing() -> None:
    table = compare_units("month", "devices", corpus(40, 5))
    assert table.is_empty()
    assert (
        describe_comparison("month", table)
        == "There are not two units of the level month with enough words to compare."
    )


def test_copies_are_left_out() -> None:
    both = corpus(40, 5)
    copied = replace(both, articles=both.articles.with_columns(duplicate_of=pl.Series([None, "a"])))
    assert compare_units("outlet", "devices", copied).is_empty()


def test_words_are_items_in_lower_case() -> None:
    none = corpus(0, 0)
    assert isinstance(none.sentences, pl.DataFrame)
    texts = none.sentences.with_columns(text=pl.Series(["The war, the peace.", "Talks on the treaty."]))
    table = compare_units("outlet", "words", replace(none, sentences=texts), min_count=1)
    assert table.filter(unit="A").sort("item").select("item", "count", "rest").rows() == [
        ("on", 0, 1), ("peace", 1, 0), ("talks", 0, 1), ("the", 2, 1), ("treaty", 0, 1), ("war", 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("level", ["outlet", "month", "actor"])
def test_sums_at_hand_give_the_same_comparison(level: str) -> None:
    both = corpus(30, 10)
    said = both.codings.with_columns(actors=pl.lit(["X"], dtype=pl.List(pl.String)))
    named = pl.DataFrame({"doc_id": ["a", "b"], "sentence_id": ["a-0", "b-0"], "actor": ["X", "Y"]})
    dated = both.articles.with_columns(published_at=pl.Series([datetime(2024, 6, 1), datetime(2024, 7, 1)]))
    both = replace(both, codings=said, mentions=named, articles=dated)
    sums = sum_by_document(both, SHARED, ["hedge", "threat"])
    compared = compare_units(level, "devices", both, sums)
    assert compared.height == 2
    assert compared.equals(compare_units(level, "devices", both))
