"""What sets an outlet, a month or a topic apart: claimed beyond intervals only, and the same from either side."""

import dataclasses
from datetime import datetime

import polars as pl
import pytest

from builders import fill
from rhetoscope import figures, findings, tables
from rhetoscope.codebook import Device
from rhetoscope.figures import comparisons
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.differences import find_clearest
from rhetoscope.stats import measure_rates
from test_findings import corpus as small

DEVICES = [
    Device("f", name, "", "", "", "", (), (), (), (), "none", "none", False, "", (), (), ())
    for name in ("hedge", "threat")
]
WORDS = 50


def corpus(threats: dict[str, int], documents: int = 12, month: str = "", outlets: bool = True) -> Corpus:
    """Outlets of several documents, each of two paragraphs of `WORDS` words: one hedge each, and so many threats."""
    articles, sentences, codings, mentions = [], [], [], []
    for place, (outlet, each) in enumerate(threats.items()):
        for number in range(documents):
            doc = f"{outlet}{number:02d}"
            when = datetime(2024, place + 1, 1) if month == "each" else None  # no zone is known
            articles.append({"doc_id": doc, "outlet": outlet if outlets else None, "published_at": when, "source": doc,
                             "duplicate_of": None, "url": None, "title": doc})  # fmt: skip
            for paragraph in (0, 1):
                sentence, at = f"{doc}-{paragraph}", 100 * paragraph
                sentences.append({"doc_id": doc, "sentence_id": sentence, "paragraph": paragraph, "words": WORDS,
                                  "start": at, "end": at + 90, "text": "w " * 45})  # fmt: skip
                mentions.append({"doc_id": doc, "sentence_id": sentence, "actor": "Ruritania", "start": at})
                found = ["hedge"] + ["threat"] * (each + (number + paragraph) % 2)
                codings += [
                    {"doc_id": doc, "sentence_id": sentence, "coding_id": f"{sentence}{n}", "device": device,
                     "family": "f", "actor": "Ruritania", "actors": ["Ruritania"], "target": None, "voice": "author",
                     "start": at + n, "end": at + n + 1}
                    for n, device in enumerate(found)
                ]  # fmt: skip
    made = dataclasses.replace(
        small(), articles=fill("articles", *articles).lazy(), sentences=fill("sentences", *sentences).lazy(),
        codings=fill("codings", *codings).lazy(), mentions=fill("mentions", *mentions).lazy(),
        assignments=tables.make_empty("assignments").lazy(),
    )  # fmt: skip
    return dataclasses.replace(made, rates=pl.concat(measure_rates(made.coding_tables, DEVICES, resamples=200)))


def compare(given: Corpus, level: str = "outlet") -> pl.DataFrame:
    return findings.compare_all(given, 200)[level]


def describe(given: Corpus, level: str = "outlet") -> str:
    return findings.describe_differences(given, level, compare(given, level))


def test_rates_of_unit_and_rest_are_those_of_their_words() -> None:
    """24 paragraphs of 50 words in each outlet: 36 threats against 12 are 30 and 10 per 1,000 words."""
    table = compare(corpus({"A": 1, "B": 0}))
    threat = table.filter((pl.col("device") == "threat") & (pl.col("unit") == "A")).row(0, named=True)
    assert (threat["count"], threat["words"], threat["per_1000"], threat["rest"]) == (36, 1200, 30.0, 10.0)
    assert threat["apart"]
    assert threat["low"] <= 30 <= threat["high"]
    assert threat["rest_low"] <= 10 <= threat["rest_high"]
    hedge = table.filter(pl.col("device") == "hedge")
    assert not hedge["apart"].any()


def test_two_outlets_are_each_others_rest() -> None:
    table = compare(corpus({"A": 1, "B": 0})).sort("device", "unit")
    for device in ("hedge", "threat"):
        one, other = table.filter(pl.col("device") == device).iter_rows(named=True)
        assert (one["per_1000"], one["rest"]) == (other["rest"], other["per_1000"])
        assert one["log_odds"] == -other["log_odds"]
        assert one["apart"] == other["apart"]


def test_exchanging_two_outlets_exchanges_them_in_the_sentence() -> None:
    one, other = corpus({"A": 2, "B": 0}), corpus({"A": 0, "B": 2})
    said = [describe(each) for each in (one, other)]
    assert said[0].replace(" in A,", " in B,") == said[1]
    # the unit with more of it is named rather than the one with less
    assert find_clearest(compare(corpus({"A": 0, "B": 0, "C": 4})))["unit"][0] == "C"
    assert said[0].startswith(
        "Of 4 rates in 2 outlets beside the rest of the corpus, 2 lie apart from it beyond the intervals, above all "
        "threat in A, 50.0 ("
    )


@pytest.mark.parametrize(("level", "said"), [
    ("outlet", "All text of which the outlet is known is of one outlet, A: there is nothing to compare."),
    ("month", "No page carries a date, so there is no course over time."),
    ("topic", "The paragraphs form no topic, so there is nothing to compare by topic."),
])  # fmt: skip
def test_what_cannot_be_compared_is_said(level: str, said: str) -> None:
    one = corpus({"A": 1})
    assert describe(one, level) == said


def test_what_cannot_be_compared_is_said_of_outlets() -> None:
    none = corpus({"A": 1}, outlets=False)
    assert describe(none).startswith("No page names its outlet")
    few = corpus({"A": 1, "B": 0}, documents=1)
    assert describe(few) == ("The 2 outlets have too little text, or too few codings, to compare them.")
    same = corpus({"A": 1, "B": 1})
    assert describe(same) == (
        "Of 4 rates in 2 outlets beside the rest of the corpus, none lies apart from it beyond the intervals: no "
        "difference between outlets is claimed."
    )


@pytest.mark.parametrize("draw", ["beside", "outlets", "months"])
def test_comparisons_are_drawn_with_their_numbers_and_the_same_bytes_twice(draw: str) -> None:
    given = corpus({"A": 2, "B": 0}, month="each")
    compared = findings.compare_all(given, 200)
    drawn = {
        "beside": lambda: figures.draw_differences(compared["outlet"], "nothing"),
        "outlets": lambda: figures.draw_rates_by_unit(given.rates, "outlet", ["threat", "hedge"]),
        "months": lambda: figures.draw_rates_over_time(given.rates, compared["month"], "nothing"),
    }[draw]
    (figure, alt), (again, _) = drawn(), drawn()
    assert "50.0" in alt
    assert figures.render_svg(figure) == figures.render_svg(again)


def test_without_units_there_is_a_sentence_and_no_figure() -> None:
    one = corpus({"A": 1})
    empty = compare(one)
    assert figures.draw_differences(empty, "nothing") == (None, "nothing")
    assert figures.draw_rates_over_time(one.rates, empty, "nothing") == (None, "nothing")
    assert figures.draw_rates_by_unit(one.rates, "outlet", ["threat"], nothing="one") == (None, "one")
    assert figures.draw_topics_by_outlet(tables.make_empty("shares"), tables.make_empty("topics"), "none") == (
        None,
        "none",
    )


def test_actors_are_drawn_beside_all_actors_not_beside_the_corpus() -> None:
    rows = [
        {"level": level, "unit": unit, "family": "f", "device": "threat", "count": n, "words": words, "enough": True,
         "per_1000": 1000 * n / words, "low": 0.0, "high": 99.0}
        for level, unit, n, words in (("corpus", "all", 90, 1000), ("actor", "A", 4, 500), ("actor", "B", 2, 500))
    ]  # fmt: skip
    assert comparisons.find_baseline(fill("rates", *rows), "actor") == {"threat": 6.0}
    assert comparisons.find_baseline(fill("rates", *rows), "outlet") == {"threat": 90.0}


def test_shares_of_topics_by_outlet_are_those_that_differ_most() -> None:
    topics = fill("topics", *({"topic": n, "label": f"T{n}"} for n in range(8)))
    shares = fill("shares", *(
        {"level": "outlet", "unit": unit, "topic": n, "units": 100, "share": 0.1 + (0.05 * n if unit == "A" else 0),
         "low": 0.05, "high": 0.6}
        for n in range(8) for unit in ("A", "B")
    ))  # fmt: skip
    figure, alt = figures.draw_topics_by_outlet(shares, topics, "")
    assert figure is not None
    assert alt.startswith("“T7” takes up 45 % of A.")
    assert "T1 in" not in alt


@pytest.mark.filterwarnings("error")
def test_huge_and_unprintable_names_fit_a_figure() -> None:
    huge = "x" * 3000 + "\x07 $\\frac$ <b>"
    given = corpus({huge: 2, "B$1$": 0})
    table = compare(given)
    drawn = figures.draw_differences(table, ""), figures.draw_rates_by_unit(given.rates, "outlet", ["threat", "hedge"])
    assert all(len(figures.render_svg(figure)) < 500_000 for figure, _ in drawn)
