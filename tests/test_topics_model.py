"""Topics as tables, for any number of documents, in any order."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, tables, topics
from rhetoscope.topics import TopicFit

SCHEMA = {
    "unit_id": pl.String, "kind": pl.String, "doc_id": pl.String, "published_at": pl.Datetime("us"), "text": pl.String,
    "document": pl.UInt64,
}  # fmt: skip
SUBJECTS = {
    "peace": "Baku and Yerevan discussed the peace treaty and the border commission",
    "oil": "The price of crude oil and gas rose as pipeline exports fell",
    "football": "The football club won the league match after a late goal",
}


def made(count: int, subjects: int = 3) -> tuple[pl.DataFrame, np.ndarray]:
    """Units on a few subjects, and vectors near their subject's direction."""
    names = list(SUBJECTS)[:subjects]
    texts = [f"{SUBJECTS[names[number % subjects]]} case{'x' * number}" for number in range(count)]
    rows = [
        (f"d-p{number:04d}", "paragraph", "d", None, text, int(sha256(text.encode()).hexdigest()[:16], 16))
        for number, text in enumerate(texts)
    ]
    units = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return units, vectors_of(units, names)


def vectors_of(units: pl.DataFrame, names: list[str]) -> np.ndarray:
    """A vector for each document in content order: its subject's axis, bent a little by the text."""
    rows = []
    for text in topics.read_texts(units, topics.list_documents(units)):
        noise = np.random.default_rng(len(text)).normal(0, 0.15, 16)
        axis = next(place for place, name in enumerate(names) if text.startswith(SUBJECTS[name]))
        rows.append(np.eye(1, 16, axis)[0] + noise)
    return np.array(rows, dtype=np.float32).reshape(-1, 16)


def table(fit: TopicFit, units: tables.Frame) -> pl.DataFrame:
    """The table `assignments`."""
    return pl.concat([tables.make_empty("assignments"), *topics.add_texts(units, fit.assignments)])


def fitted(units: pl.DataFrame, vectors: np.ndarray, settings: topics.Settings) -> TopicFit:
    return topics.fit_topics(units, topics.list_documents(units), vectors, settings)


def check(fit: TopicFit, units: pl.DataFrame) -> None:
    tables.check("topics", fit.topics)
    every = tables.check("assignments", table(fit, units))
    assert every["text"].to_list() == units.sort("unit_id")["text"].to_list()
    assert fit.assignments.height == units.height
    assert fit.sentence.endswith(".")
    assert fit.topics["size"].to_list() == sorted(fit.topics["size"], reverse=True)
    counted = fit.assignments.filter(pl.col("topic") >= 0).group_by("topic").len().sort("topic")
    assert counted["len"].to_list() == fit.topics["size"].to_list()
    assert set(fit.topics["representative"].explode()) - {None} <= set(units["unit_id"])


@pytest.mark.parametrize("count", range(61))
def test_every_number_of_documents_ends_with_a_sentence(count: int) -> None:
    units, vectors = made(count)
    settings = topics.Settings(min_topic_size=4)
    fit = fitted(units, vectors, settings)
    check(fit, units)
    if count == 0:
        assert fit.sentence == "There are no units, so there are no topics."
    elif count < 4:
        assert "no topic was formed" in fit.sentence
    elif count < 8:
        assert "all form one topic" in fit.sentence
    else:
        assert "nearest neighbours" in fit.sentence
    assert fit.topics.is_empty() is (count < 4)
    assert topics.describe_topics(fit)
    assert fit.compute_metrics()["topics"] == fit.topics.height


@pytest.mark.parametrize("count", [0, 1, 5, 9, 12, 30, 60])
@pytest.mark.filterwarnings("ignore")
def test_hdbscan_never_leaves_all_out_in_silence(count: int) -> None:
    units, vectors = made(count)
    fit = fitted(units, vectors, topics.Settings(clustering="hdbscan"))
    check(fit, units)
    if count >= 8:
        assert "HDBSCAN" in fit.sentence
        assert fit.topics.height


def test_subjects_are_found_and_named() -> None:
    units, vectors = made(60)
    fit = fitted(units, vectors, topics.Settings(resolution=0.5))
    assert fit.topics.height == 3
    assert fit.topics["size"].to_list() == [20, 20, 20]
    assert set(fit.topics["words"].explode()) >= {"oil", "Baku", "goal"}
    assert not any(word.startswith("case") for word in fit.topics["words"].explode())  # words of one document
    assert fit.compute_metrics()["coherence"] == pytest.approx(1)
    assert fit.compute_metrics()["diversity"] == 1


def test_neither_order_nor_copies_of_units_matter() -> None:
    units, vectors = made(40)
    one, other = (fitted(each, vectors, topics.Settings()) for each in (units, units.reverse()))
    assert one.topics.equals(other.topics)
    assert one.assignments.equals(other.assignments)
    units, vectors = made(10)
    with pytest.raises(ValueError, match="10 documents need as many vectors, found 9"):
        fitted(units, vectors[1:], topics.Settings())


def test_duplicates_are_one_document_with_one_topic() -> None:
    units, vectors = made(30)
    again = units.head(12).with_columns(unit_id=pl.col("unit_id") + "-again")
    both = pl.concat([units, again])
    fit = fitted(both, vectors, topics.Settings())
    check(fit, both)
    twins = table(fit, both).group_by("text").agg(pl.col("topic").n_unique())
    assert twins["topic"].max() == 1
    assert (fit.compute_metrics()["documents"], fit.compute_metrics()["duplicate_units"]) == (30, 12)


def test_units_without_content_are_counted_and_left_out() -> None:
    units, vectors = made(30)
    empty = units.head(2).with_columns(unit_id=pl.col("unit_id") + "-e", text=pl.lit("# the"), document=pl.lit(None))
    both = pl.concat([units, empty.cast(units.schema)])
    fit = fitted(both, vectors, topics.Settings())
    assert table(fit, both).filter(pl.col("text") == "# the")["topic"].to_list() == [-1, -1]
    assert "2 units without content words belong to none" in fit.sentence
    assert fit.compute_metrics()["units_without_content"] == 2
    assert fit.compute_metrics()["outlier_share"] == 0
    units = made(3)[0].with_columns(text=pl.lit(""), document=pl.lit(None, dtype=pl.UInt64))
    fit = fitted(units, np.empty((0, 16), dtype=np.float32), topics.Settings())
    check(fit, units)
    assert "no unit holds a content word" in fit.sentence
    assert fit.compute_metrics()["outlier_share"] is None


def test_very_long_and_all_equal_units_have_topics() -> None:
    units, vectors = made(20)
    texts = units["text"].to_list()
    long = units.with_columns(text=pl.Series([" ".join([texts[0]] * 3000), *texts[1:]]))
    check(fitted(long, vectors, topics.Settings()), long)
    same = units.with_columns(text=pl.lit("peace talks"), document=pl.lit(0, dtype=pl.UInt64))
    fit = fitted(same, vectors[:1], topics.Settings())
    check(fit, same)
    assert "20 units hold 1 distinct document: they are fewer than the 4" in fit.sentence


def test_ngrams_and_stop_words_reach_the_topics_words() -> None:
    units, vectors = made(30)
    fit = fitted(units, vectors, topics.Settings(ngram_max=2, stop_words=["Baku"], resolution=0.5))
    check(fit, units)
    found = {word for words in fit.topics["words"] for word in words}
    assert "Baku" not in found
    assert {word for word in found if " " in word}
    all_left = topics.Settings(stop_words=" ".join(units["text"]).split())
    check(fitted(units, vectors, all_left), units)


@pytest.mark.parametrize(("given", "said"), [
    ({"clustering": "kmeans"}, "topics.clustering is 'kmeans'; known are leiden, hdbscan"),
    ({"min_topic_size": 1}, "topics.min_topic_size must be at least 2, found 1"),
    ({"neighbours": 0}, "topics.neighbours must be at least 2, found 0"),
    ({"top_words": 1}, "topics.top_words must be at least 2, found 1"),
    ({"seed": -1}, "topics.seed must be at least 0, found -1"),
    ({"sample": 99}, "topics.sample must be at least 100, found 99"),
    ({"ngram_max": 0}, "topics.ngram_max must be at least 1, found 0"),
    ({"outliers": "drop"}, "topics.outliers is 'drop'; known are none, nearest"),
    ({"leave_out": 1.0}, "topics.leave_out must be at least 0 and below 1, found 1.0"),
    ({"stop_words": [""]}, "topics.stop_words must be a list of words, found '' in it"),
    ({"resolution": 0.0}, "topics.resolution must be a number above 0, found 0.0"),
    ({"resolution": float("nan")}, "topics.resolution must be a number above 0, found nan"),
])  # fmt: skip
def test_parameters_out_of_range_are_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        topics.Settings(**given)  # type: ignore[arg-type]
    assert str(error.value) == said


def test_the_seed_page_has_topics_that_mean_something(project: Path) -> None:
    """What a reader of the page would expect: the conflict's paragraphs stand together, apart from foreign news."""
    from rhetoscope.clean import clean_pages
    from rhetoscope.pages import read_pages

    cleaned = clean_pages(read_pages("seeds"), 50)
    units = topics.read_units(cleaned["articles"], cleaned["sentences"], cleaned["headlines"], "both").collect()
    texts = topics.read_texts(units, topics.list_documents(units)).to_list()
    assert (units.height, len(texts)) == (60, 58)
    fit = fitted(units, topics.compute_vectors(texts), topics.Settings())
    check(fit, units)
    topic = dict(table(fit, units).select("text", "topic").iter_rows())
    of = {start: next(topic[text] for text in topic if text.startswith(start)) for start in (
        "The aftermath of the Second", "In summary, Azerbaijan", "Biden bows out", "Barack Obama", "Iran detains",
        "Israel Defense", "France is perceived", "There is speculation",
    )}  # fmt: skip
    assert of["The aftermath of the Second"] == of["In summary, Azerbaijan"]
    assert of["Biden bows out"] == of["Barack Obama"]
    assert of["Iran detains"] == of["Israel Defense"]
    assert of["France is perceived"] == of["There is speculation"]
    assert len(set(of.values())) == 4
    assert fit.topics["label"][0] == "Azerbaijan, Armenia & peace"
