"""The topics of the units as tables, from their vectors and the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import tables
from rhetoscope.tables import Frame
from rhetoscope.topics import measure, words
from rhetoscope.topics.assign import partition
from rhetoscope.topics.describe import describe
from rhetoscope.topics.guard import Partition
from rhetoscope.topics.settings import Settings
from rhetoscope.topics.units import SCHEMA, texts
from rhetoscope.topics.wording import bertopic

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class TopicFit:
    """What a fit found.

    Attributes:
        topics: the table `topics`; its column `stability` is null until `stability` has measured it.
        assignments: the table `assignments` without its texts, which `units.with_texts` adds.
        documents: the distinct documents as `units.documents` gives them, each with its `topic`.
        contentless: units without a content word, which belong to no topic.
        sentence: what was done, in words, for any number of units.
        settings: the parameters it was made with.
        model: the fitted `BERTopic`, or None where there is no topic; its topic numbers are its own.
    """

    topics: pl.DataFrame
    assignments: pl.DataFrame
    documents: pl.DataFrame
    contentless: int
    sentence: str
    settings: Settings
    model: Any = None

    def finding(self) -> str:
        """The answer in a sentence: how many topics, and the largest ones with their counts."""
        if not self.topics.height:
            return self.sentence
        named = [
            f"“{label}” ({size:,} units)" for label, size in self.topics.select("label", "size").head(3).iter_rows()
        ]
        listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
        largest = "the largest are " if len(named) > 1 else "it is "
        return f"{_counted(self.assignments.height, 'unit')}, {_counted(len(self.topics), 'topic')}: {largest}{listed}."

    def metrics(self) -> dict[str, int | float | None]:
        """Counts, outlier share (of the units with content words), mean coherence and diversity."""
        assigned = self.assignments["topic"]
        contentful = len(assigned) - self.contentless
        return {
            "units": len(assigned),
            "documents": len(self.documents),
            "units_without_content": self.contentless,
            "duplicate_units": contentful - len(self.documents),
            "topics": len(self.topics),
            "outlier_share": (contentful - int((assigned >= 0).sum())) / contentful if contentful else None,
            "coherence": self.topics["coherence"].mean(),  # type: ignore[dict-item]  # a float column
            "diversity": measure.diversity(self.topics["words"].to_list()),
        }


def fit(
    units: Frame,
    documents: pl.DataFrame,
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
) -> TopicFit:
    """Topics of the units.

    Words, coherence and representative units are those of the documents that were clustered.

    Args:
        units: as `units.units` gives them, in any order; only the texts of the sample are held.
        documents: as `units.documents` gives them of these units.
        vectors: of the first `sample` documents, shape (n, dimensions).
        settings: the parameters.
        rest: row numbers of the other documents, shape (m,), and their vectors, shape (m, dimensions), in pieces.

    Raises:
        ValueError: vectors and documents differ in number.
    """
    import numpy as np

    distinct = documents.head(settings.sample)
    if len(vectors) != len(distinct):
        raise ValueError(f"{len(distinct)} documents need as many vectors, found {len(vectors)}")
    distinct = distinct.with_columns(text=texts(units, distinct))
    made = partition(vectors, settings, rest, len(documents))
    left_out = words.keys_left_out(settings.stop_words)
    held_by = [words.content_words(text, settings.ngram_max, left_out) for text in distinct["text"]]
    clustered = made.labels[: len(distinct)]
    model = bertopic(held_by, vectors, clustered, settings) if (clustered >= 0).any() and any(held_by) else None
    described = describe(units, documents, distinct, held_by, vectors, made, model)
    old = described.pop("old")
    number = np.full(int(made.labels.max(initial=-1)) + 2, -1)  # the last stands for -1
    number[old] = np.arange(len(old))
    firmness, empty = made.probability(), contentless(units)
    placed = documents.with_columns(
        pl.Series("topic", number[made.labels], dtype=pl.Int64),
        pl.Series("probability", firmness, dtype=pl.Float64).round(4),
    )
    assignments = assigned(units, placed)
    return TopicFit(
        topics=pl.DataFrame(
            {"topic": range(len(old)), **described}, schema=tables.TABLES["topics"].schema
        ).with_columns(pl.col("coherence").round(4)),
        assignments=assignments,
        documents=placed.drop("probability"),
        contentless=empty,
        sentence=_sentence(assignments.height, empty, len(documents), made),
        settings=settings,
        model=model,
    )


def contentless(units: Frame) -> int:
    """How many units hold no content word."""
    return int(units.lazy().select(pl.col("document").null_count()).collect().item())


def assigned(units: Frame, placed: pl.DataFrame) -> pl.DataFrame:
    """The table `assignments` without texts: each unit with the topic of its document, -1 where no word counts.

    Args:
        units: as `units.units` gives them.
        placed: `document`, `topic`, `probability`, a row each document.
    """
    columns = [column for column in SCHEMA if column != "text"]
    held = units.lazy().select(columns).collect()
    topics = placed.select("document", "topic", "probability")
    found = held.select("document").join(topics, on="document", how="left", validate="m:1", maintain_order="left")
    topic = found["topic"].fill_null(-1)
    every = held.drop("document").with_columns(topic, found["probability"].set(topic < 0, None))
    return every if every["unit_id"].is_sorted() else every.sort("unit_id")


def _sentence(count: int, empty: int, distinct: int, made: Partition) -> str:
    """What was done: units, those without content words, distinct documents, the way, and what is left out."""
    if not count:
        return "There are no units, so there are no topics."
    counted = f"{_counted(count, 'unit')} hold {_counted(distinct, 'distinct document')}"
    left = [f"{_counted(empty, 'unit')} without content words belong to none"] if empty else []
    outliers = int((made.labels == -1).sum())
    if outliers and (made.labels >= 0).any():
        left.append(f"{_counted(outliers, 'document')} fit no topic")
    return f"{counted}: {'; '.join([made.how, *left])}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
