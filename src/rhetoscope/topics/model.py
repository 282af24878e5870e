"""BERTopic built from parameters: the topics of the units as tables."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import tables
from rhetoscope.topics import cluster, measure, words
from rhetoscope.topics.guard import Partition, Settings, partition
from rhetoscope.topics.units import documents

if TYPE_CHECKING:
    import numpy as np

_UNUSED = ("umap", "hdbscan", "plotly", "spacy")
"""Packages that BERTopic imports when it is imported, and that no topic model of ours asks it for."""

REPRESENTATIVES = 3
"""Units shown for a topic."""


@dataclass(frozen=True)
class TopicFit:
    """What a fit found.

    Attributes:
        topics: the table `topics`; its column `stability` is null until `stability` has measured it.
        assignments: the table `assignments`.
        documents: the distinct documents in content order: `document`, `text`, `topic`.
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
    units: pl.DataFrame,
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
) -> TopicFit:
    """Topics of the units.

    Words, coherence and representative units are those of the documents that were clustered.

    Args:
        units: as `units.units` gives them, in any order.
        vectors: of the first `sample` documents, shape (n, dimensions), a row for each row of `documents(units)`.
        settings: the parameters.
        rest: row numbers of the other documents, shape (m,), and their vectors, shape (m, dimensions), in pieces.

    Raises:
        ValueError: vectors and documents differ in number.
    """
    every = documents(units)
    distinct = every.head(settings.sample)
    if len(vectors) != len(distinct):
        raise ValueError(f"{len(distinct)} documents need as many vectors, found {len(vectors)}")
    made = partition(vectors, settings, rest, len(every))
    left_out = words.keys_left_out(settings.stop_words)
    held_by = [words.content_words(text, settings.ngram_max, left_out) for text in distinct["text"]]
    clustered = made.labels[: len(distinct)]
    model = _bertopic(held_by, vectors, clustered, settings) if (clustered >= 0).any() and any(held_by) else None
    described = _describe(units, every, held_by, vectors, made, model)
    number = {old: new for new, old in enumerate(described.pop("old"))}
    firmness = made.probability()
    placed = every.with_columns(
        pl.Series("topic", [number.get(label, -1) for label in made.labels.tolist()], dtype=pl.Int64),
        pl.Series("probability", firmness, dtype=pl.Float64).round(4),
    )
    assignments = (
        units.join(placed.drop("text"), on="document", how="left", validate="m:1")
        .with_columns(pl.col("topic").fill_null(-1))
        .with_columns(pl.when(pl.col("topic") >= 0).then(pl.col("probability")))
    )
    return TopicFit(
        topics=pl.DataFrame(
            {"topic": range(len(number)), **described}, schema=tables.TABLES["topics"].schema
        ).with_columns(pl.col("coherence").round(4)),
        assignments=assignments.select(list(tables.TABLES["assignments"].schema)).sort("unit_id"),
        documents=placed.drop("probability"),
        contentless=units["document"].null_count(),
        sentence=_sentence(units, len(every), made),
        settings=settings,
        model=model,
    )


def _bertopic(held_by: Sequence[Sequence[str]], vectors: np.ndarray, labels: np.ndarray, settings: Settings) -> Any:
    """BERTopic on topics already found (its manual topic modelling): c-TF-IDF, words and topic vectors.

    c-TF-IDF (Grootendorst 2022, eq. 2) with document frequencies. `held_by` are the words of each document.
    """
    BERTopic = _imported()
    from bertopic.backend import BaseEmbedder
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import BaseRepresentation
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    def analyse(joined: str) -> list[str]:
        # Each word once a document, so that its count in a topic is the number of the topic's documents that hold
        # it: a long paragraph, or a word repeated in one, weighs no more than a headline.
        return [word for number in joined.split() for word in held_by[int(number)]]

    class Given(BaseEmbedder):  # type: ignore[misc]  # BERTopic has no types
        """Stands where BERTopic would silently take TF-IDF for a missing backend."""

        def embed(self, documents: list[str], verbose: bool = False) -> np.ndarray:
            raise RuntimeError("the vectors are given; BERTopic has nothing to embed")

    class Shared(BaseRepresentation):  # type: ignore[misc]
        """The words of highest c-TF-IDF that two or more documents of the topic share.

        A word of one document says nothing of a topic; three such are taken only where fewer are shared. Of words
        of equal weight those come first that stand in the document nearest the centre, then by alphabet: BERTopic's
        own order of equal words depends on the processor.
        """

        def extract_topics(
            self, topic_model: Any, documents: Any, c_tf_idf: Any, topics: dict[int, Any]
        ) -> dict[int, list[tuple[str, float]]]:
            names = topic_model.vectorizer_model.get_feature_names_out()
            found = {}
            for row, topic in enumerate(sorted(topics)):
                held: Counter[str] = Counter()
                central: dict[str, int] = {}
                for place, member in enumerate(
                    _central_first(vectors, documents.index[documents.Topic == topic].to_numpy())
                ):
                    for word in held_by[member]:
                        held[word] += 1
                        central.setdefault(word, place)
                weights = c_tf_idf[row].tocoo()
                scored = [(str(names[at]), float(weight)) for at, weight in zip(weights.col, weights.data, strict=True)]
                scored.sort(key=lambda pair: (held[pair[0]] < 2, -round(pair[1], 9), central[pair[0]], pair[0]))
                shared = sum(held[word] >= 2 for word, _ in scored)
                found[topic] = scored[: min(settings.top_words, max(shared, 3))]
            return found

    model = BERTopic(
        embedding_model=Given(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(analyzer=analyse),
        ctfidf_model=ClassTfidfTransformer(),
        representation_model=Shared(),
        top_n_words=settings.top_words,
    )
    # the texts themselves are not needed: BERTopic joins a topic's documents, and `analyse` looks up their words
    return model.fit([f"{row} " for row in range(len(held_by))], vectors, y=labels)


def _imported() -> Any:
    """The class `BERTopic`, without the plots, UMAP and HDBSCAN it can do without: they are half of its import.

    A `None` in `sys.modules` is how Python says that a module cannot be imported, and BERTopic knows what to do then.
    Where it was imported before, it stays as it is.
    """
    kept = {name: sys.modules[name] for name in _UNUSED if name in sys.modules}
    if "bertopic" not in sys.modules:
        sys.modules.update(dict.fromkeys(set(_UNUSED) - set(kept)))  # type: ignore[arg-type]
    try:
        # BERTopic mutes all users' warnings when it is imported, and its own imports warn of progress bars
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from bertopic import BERTopic
    finally:
        for name in _UNUSED:
            if sys.modules.get(name, name) is None:
                del sys.modules[name]
    return BERTopic


def _describe(
    units: pl.DataFrame,
    every: pl.DataFrame,
    held_by: Sequence[Sequence[str]],
    vectors: np.ndarray,
    made: Partition,
    model: Any,
) -> dict[str, list[Any]]:
    """The columns of the table `topics`, largest topic first, and in `old` each one's label in the partition."""
    import numpy as np

    columns = ("old", "label", "words", "weights", "size", "representative", "coherence", "stability")
    if model is None:
        return {column: [] for column in columns}
    # BERTopic numbers topics anew by size, so its words are found by any document of the topic
    clustered = made.labels[: len(held_by)]
    own = dict(zip(clustered.tolist(), model.topics_, strict=True))
    old = list(range(int(made.labels.max()) + 1))
    chosen = [model.topic_representations_[own[topic]] for topic in old]
    of_topic = [np.flatnonzero(clustered == topic) for topic in old]
    distinct = every.head(len(held_by))
    texts, keys = distinct["text"].to_list(), distinct["document"].to_list()
    named = words.labels(
        [[word for word, _ in pairs] for pairs in chosen], [[texts[row] for row in rows] for rows in of_topic]
    )
    coherent = measure.coherence([[word for word, _ in pairs] for pairs in chosen], held_by)
    numbered = every.select("document", topic=pl.Series(made.labels))
    sizes = dict(units.select("document").join(numbered, on="document").group_by("topic").len().iter_rows())
    shown = units.join(distinct.select("document"), on="document", how="semi")
    first = dict(shown.group_by("document").agg(pl.col("unit_id").min()).iter_rows())
    rows = []
    for topic in old:
        members = of_topic[topic]
        nearest = _central_first(vectors, members)[:REPRESENTATIVES]
        rows.append(
            {
                "old": topic,
                "label": named[topic],
                "words": words.written([word for word, _ in chosen[topic]], [texts[row] for row in members]),
                "weights": [round(weight, 4) for _, weight in chosen[topic]],
                "size": sizes[topic],
                "representative": [first[keys[row]] for row in nearest],
                "coherence": coherent[topic],
                "stability": None,
            }
        )
    rows.sort(key=lambda row: (-row["size"], row["label"]))
    return {column: [row[column] for row in rows] for column in columns}


def _central_first(vectors: np.ndarray, members: np.ndarray) -> list[int]:
    """Rows ordered by their cosine to the mean of their vectors, nearest first, equal ones in row order."""
    import numpy as np

    unit = vectors[members].astype(np.float64)
    centre = unit.mean(axis=0)
    cosines = np.rint(unit @ centre / max(float(np.linalg.norm(centre)), 1e-12) * 10**cluster.DECIMALS)
    return [row for _, row in sorted(zip((-cosines).tolist(), members.tolist(), strict=True))]


def _sentence(units: pl.DataFrame, distinct: int, made: Partition) -> str:
    """What was done: counts, the way, and what is left out."""
    if not len(units):
        return "There are no units, so there are no topics."
    contentless = units["document"].null_count()
    counted = f"{_counted(len(units), 'unit')} hold {_counted(distinct, 'distinct document')}"
    left = [f"{_counted(contentless, 'unit')} without content words belong to none"] if contentless else []
    outliers = int((made.labels == -1).sum())
    if outliers and (made.labels >= 0).any():
        left.append(f"{_counted(outliers, 'document')} fit no topic")
    return f"{counted}: {'; '.join([made.how, *left])}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
