"""Topics of an earlier run, kept: known texts stay where they are, new ones go to the nearest."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from builders import fill
from rhetoscope import InputError, tables, topics
from test_topics_model import table

SUBJECTS = {
    "border": "Soldiers shelled the border village {n} at night, and the border guards fired back at the soldiers.",
    "vote": "Voters elected a new parliament in district {n}, and the election result was counted by the voters.",
    "wheat": "Farmers exported {n} tons of wheat, since the price of wheat rose and the farmers had a good harvest.",
}
PLACES = ["Alpha", "Bravo", "Delta", "Echo", "Golf", "Hotel", "India", "Kilo"]
SETTINGS = topics.Settings(min_topic_size=4, neighbours=4)


def units(texts: list[str]) -> pl.LazyFrame:
    rows = [
        {"headline_id": f"h{n:03}", "title": text, "deck": None, "published_at": None} for n, text in enumerate(texts)
    ]
    empty = (tables.make_empty(name) for name in ("articles", "sentences"))
    return topics.read_units(*empty, fill("headlines", *rows), "headlines")


def texts(places: list[str]) -> list[str]:
    return [text.format(n=place) for text in SUBJECTS.values() for place in places]


@pytest.fixture
def earlier(project: Path) -> topics.TopicFit:
    """A run over eight texts a subject, its tables copied to `kept`."""
    made = units(texts(PLACES))
    documents = topics.list_documents(made)
    fit = topics.fit_topics(made, documents, topics.embed_texts(made, documents).sample, SETTINGS)
    tables.write("topics", fit.topics)
    tables.write_batches("assignments", topics.add_texts(made, fit.assignments))
    shutil.copytree(project / "data" / "topics", project / "kept")
    return fit


def again(given: list[str], settings: topics.Settings = SETTINGS) -> topics.TopicFit:
    made = units(given)
    documents = topics.list_documents(made)
    return topics.continue_topics(made, documents, topics.embed_texts(made, documents), settings, "kept")


def by_text(fit: topics.TopicFit, given: list[str]) -> dict[str, int]:
    """The topic of each text."""
    return dict(table(fit, units(given)).select("text", "topic").iter_rows())


def test_the_same_texts_have_the_same_topics_whatever_else_is_new(earlier: topics.TopicFit) -> None:
    assert earlier.topics.height == 3
    fit = again(texts(PLACES))
    assert fit.assignments.equals(earlier.assignments)
    assert fit.topics.equals(earlier.topics)
    assert fit.documents.equals(earlier.documents)
    one, other = (text.format(n="Zulu") for text in list(SUBJECTS.values())[:2])
    alone, both = (by_text(again(given), given) for given in ([one], [one, other]))
    assert alone[one] == both[one]


def test_a_new_text_takes_the_topic_of_its_nearest_and_the_others_stay(earlier: topics.TopicFit) -> None:
    new = [text.format(n="Zulu") for text in SUBJECTS.values()]
    given = [*texts(PLACES), *new, new[0].upper(), "..."]
    fit = again(given)
    now, before = by_text(fit, given), by_text(earlier, texts(PLACES))
    assert {text: now[text] for text in before} == before
    for text, subject in zip(new, SUBJECTS.values(), strict=True):
        assert now[text] == before[subject.format(n="Alpha")]
    assert now[new[0].upper()] == now[new[0]]  # one document
    assert now["..."] == -1
    assert fit.contentless == 1
    assert sorted(fit.topics["size"]) == [9, 9, 10]
    assert fit.topics.drop("size").equals(earlier.topics.drop("size"))
    assert fit.sentence == "The topics are those of kept; 3 texts are new and took the topic of the nearest there."


def test_topics_without_texts_keep_their_number(earlier: topics.TopicFit) -> None:
    gone = earlier.topics["topic"][0]
    left = [text for text, topic in by_text(earlier, texts(PLACES)).items() if topic != gone]
    fit = again(left)
    assert fit.topics["topic"].to_list() == earlier.topics["topic"].to_list()
    assert fit.topics["size"][0] == 0
    assert fit.topics["representative"][0].is_empty()
    vectors = topics.embed_texts(units(left), fit.documents).sample
    assert topics.build_hierarchy(fit, vectors).height == 4


def test_what_cannot_be_used_is_named(earlier: topics.TopicFit, project: Path) -> None:
    made = units(["A text."])
    static = replace(topics.embed_texts(made, topics.list_documents(made)), embedding="static")
    with pytest.raises(InputError, match=r"not those of topics\.embedding 'static'"):
        topics.continue_topics(made, topics.list_documents(made), static, SETTINGS, "kept")
    (project / "kept" / "topics.parquet").unlink()
    with pytest.raises(InputError, match=r"kept holds no topics\.parquet"):
        again(["A text."])
