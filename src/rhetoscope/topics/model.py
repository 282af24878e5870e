"""The tables `topics` and `assignments`: from new topics, or from the topics of an earlier run."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rhetoscope import InputError, project, tables
from rhetoscope.tables import Frame
from rhetoscope.topics import words
from rhetoscope.topics.clustering import (
    Partition,
    Settings,
    choose_majority,
    cluster_documents,
    find_nearest,
    sort_by_centrality,
)
from rhetoscope.topics.embedding import hash_texts
from rhetoscope.topics.units import SCHEMA, hash_content, read_texts
from rhetoscope.topics.vectors import Vectors
from rhetoscope.wording import agree_verb, count_noun, join_words

REPRESENTATIVES = 3
"""Number of representative units for each topic."""


@dataclass(frozen=True)
class TopicFit:
    """The topics of a corpus.

    Attributes:
        topics: the table `topics`; its column `stability` is null until `measure_stability` fills it.
        assignments: the table `assignments` without its texts, which `add_texts` adds.
        documents: the distinct documents, as from `list_documents`, each with its `topic`.
        contentless: number of units without a content word, which belong to no topic.
        sentence: what was done, in words.
        settings: the parameters of the fit.
    """

    topics: pl.DataFrame
    assignments: pl.DataFrame
    documents: pl.DataFrame
    contentless: int
    sentence: str
    settings: Settings

    def compute_metrics(self) -> dict[str, int | float | None]:
        """Return counts, the share of outliers (of the units with content words), mean coherence, and diversity."""
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
            "diversity": words.compute_diversity(self.topics["words"].to_list()),
        }


def describe_topics(fit: TopicFit) -> str:
    """Say in one sentence how many topics there are, and which are the largest."""
    if not fit.topics.height:
        return fit.sentence
    largest = [f"“{label}” ({size:,} units)" for label, size in fit.topics.select("label", "size").head(3).iter_rows()]
    start = "the largest are" if len(largest) > 1 else "it is"
    counts = f"{count_noun(fit.assignments.height, 'unit')}, {count_noun(fit.topics.height, 'topic')}"
    return f"{counts}: {start} {join_words(largest)}."


def fit_topics(
    units: Frame,
    documents: pl.DataFrame,
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
) -> TopicFit:
    """Find the topics of the units; their words, coherence and representative units come from the sample.

    Args:
        units: as from `read_units`, in any order; only the texts of the sample are loaded.
        documents: as from `list_documents` for these units; the first `sample` are the sample, which is clustered.
        vectors: of the sample, shape (n, dimensions).
        settings: the parameters.
        rest: the other documents in parts: row numbers, shape (m,), and vectors, shape (m, dimensions).

    Raises:
        ValueError: the number of vectors is not the number of documents in the sample.
    """
    sample = documents.head(settings.sample)
    if len(vectors) != len(sample):
        raise ValueError(f"{len(sample)} documents need as many vectors, found {len(vectors)}")
    sample = sample.with_columns(text=read_texts(units, sample))
    made = cluster_documents(vectors, settings, rest, len(documents))
    topics = _describe_each(units, documents, sample, vectors, made, settings)
    placed = (
        documents.with_columns(number=pl.Series(made.labels), probability=pl.Series(made.probability).round(4))
        .join(topics.select("number", "topic"), on="number", how="left", maintain_order="left")
        .with_columns(pl.col("topic").fill_null(-1))
        .drop("number")
    )
    assignments = _assign_units(units, placed)
    contentless = _count_contentless(units)
    return TopicFit(
        topics=topics.select(list(tables.TABLES["topics"].schema)),
        assignments=assignments,
        documents=placed.drop("probability"),
        contentless=contentless,
        sentence=_describe_way(assignments.height, contentless, len(documents), made),
        settings=settings,
    )


def weigh_words(words_of: Sequence[Sequence[str]], labels: np.ndarray) -> dict[int, dict[str, float]]:
    """Compute the class-based TF-IDF of each topic's words, with BERTopic (Grootendorst 2022, eq. 2).

    A word counts once for each document, so that neither length nor repetition gives a document more weight. The
    documents without a topic form a class too.

    Args:
        words_of: the distinct words of each document.
        labels: topic of each document, shape (n,); -1 for none.
    """
    with warnings.catch_warnings():  # the import warns about progress bars, and turns off all later warnings
        warnings.simplefilter("ignore")
        from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction import DictVectorizer

    classes = {topic: Counter[str]() for topic in sorted(set(labels.tolist()))}
    for topic, held in zip(labels.tolist(), words_of, strict=True):
        classes[topic].update(held)
    vectorizer = DictVectorizer()
    weights = ClassTfidfTransformer().fit_transform(vectorizer.fit_transform(classes.values()))
    return dict(zip(classes, vectorizer.inverse_transform(weights), strict=True))


def rank_words(
    weights: Mapping[str, float], members: Sequence[int], words_of: Sequence[Sequence[str]], most: int
) -> list[tuple[str, float]]:
    """Return the words with the highest weights that 2 or more documents of the topic share, with their weights.

    A word of a single document says nothing about a topic; such words only fill up to 3 words. In a tie, the words of
    the document nearest to the centre come first, then the alphabet decides.

    Args:
        weights: weight of each of the topic's words.
        members: rows of the topic's documents, most central first.
        words_of: the distinct words of each document.
        most: maximum of words.
    """
    holders = Counter(word for row in members for word in words_of[row])
    first = {word: place for place, row in reversed(list(enumerate(members))) for word in words_of[row]}
    ranked = sorted(weights, key=lambda word: (holders[word] < 2, -round(weights[word], 9), first[word], word))
    shared = sum(count >= 2 for count in holders.values())
    return [(word, weights[word]) for word in ranked[: min(most, max(shared, 3))]]


def _describe_each(
    units: Frame,
    documents: pl.DataFrame,
    sample: pl.DataFrame,
    vectors: np.ndarray,
    made: Partition,
    settings: Settings,
) -> pl.DataFrame:
    """Make the table `topics`, largest topic first; `number` is the topic's label in the partition."""
    excluded = words.find_keys(settings.stop_words)
    words_of = [words.list_content_words(text, settings.ngram_max, excluded) for text in sample["text"]]
    labels = made.labels[: len(sample)]
    schema = tables.TABLES["topics"].schema
    if not (labels >= 0).any() or not any(words_of):
        return pl.DataFrame(schema=schema | {"number": pl.Int64()})
    members = [sort_by_centrality(vectors, np.flatnonzero(labels == topic)) for topic in range(int(labels.max()) + 1)]
    texts = [sample["text"].gather(sorted(rows)).to_list() for rows in members]
    weights = weigh_words(words_of, labels)
    ranked = [rank_words(weights[topic], rows, words_of, settings.top_words) for topic, rows in enumerate(members)]
    keys = [[word for word, _ in pairs] for pairs in ranked]
    shown = [sample["document"].gather(rows[:REPRESENTATIVES]).to_list() for rows in members]
    is_shown = pl.col("document").is_in([document for documents in shown for document in documents])
    unit_of = dict(units.lazy().filter(is_shown).group_by("document").agg(pl.min("unit_id")).collect().iter_rows())
    sizes = documents.group_by(number=pl.Series(made.labels)).agg(size=pl.col("units").sum().cast(pl.Int64))
    topics = pl.DataFrame(
        {
            "number": range(len(members)),
            "label": words.name_topics(keys, texts),
            "words": [words.spell_words(*topic) for topic in zip(keys, texts, strict=True)],
            "weights": [[round(weight, 4) for _, weight in pairs] for pairs in ranked],
            "representative": [[unit_of[document] for document in documents] for documents in shown],
            "coherence": words.compute_coherence(keys, words_of),
            "stability": None,
        },
        schema_overrides={name: schema[name] for name in ("weights", "coherence", "stability")},
    )
    topics = topics.with_columns(pl.col("coherence").round(4)).join(sizes, on="number")
    return topics.sort(-pl.col("size"), "label").with_row_index("topic").cast({"topic": pl.Int64})


def _count_contentless(units: Frame) -> int:
    return int(units.lazy().select(pl.col("document").null_count()).collect().item())


def _assign_units(units: Frame, placed: pl.DataFrame) -> pl.DataFrame:
    """Make the table `assignments` without texts: a unit has the topic of its document in `placed`, or -1."""
    held = units.lazy().select([column for column in SCHEMA if column != "text"]).collect()
    topics = placed.select("document", "topic", "probability")
    found = held.select("document").join(topics, on="document", how="left", validate="m:1", maintain_order="left")
    topic = found["topic"].fill_null(-1)
    every = held.drop("document").with_columns(topic, found["probability"].set(topic < 0, None))
    return every if every["unit_id"].is_sorted() else every.sort("unit_id")


def _describe_way(count: int, contentless: int, distinct: int, made: Partition) -> str:
    """Say how many units and distinct documents there are, how they were clustered, and which have no topic."""
    if not count:
        return "There are no units, so there are no topics."
    parts = [made.how]
    if contentless:
        parts.append(f"{count_noun(contentless, 'unit')} without content words belong to none")
    outliers = int((made.labels == -1).sum())
    if outliers and (made.labels >= 0).any():
        parts.append(f"{count_noun(outliers, 'document')} fit no topic")
    return f"{count_noun(count, 'unit')} hold {count_noun(distinct, 'distinct document')}: {'; '.join(parts)}."


def continue_topics(
    units: Frame, documents: pl.DataFrame, vectors: Vectors, settings: Settings, earlier: str
) -> TopicFit:
    """Keep the topics of an earlier run, with their words, names, coherence and stability; count their sizes again.

    A text of the earlier run keeps its topic. A new text takes the most common topic among its nearest texts of that
    run. If the representative units of a topic are gone, the units that belong to it most firmly take their place. A
    topic without units stays, with size 0, so that the numbers of the topics keep their meaning.

    Args:
        units: as from `read_units`.
        documents: as from `list_documents` for these units.
        vectors: of the documents.
        settings: the parameters; here `neighbours` are searched among `sample` texts of the earlier run.
        earlier: folder, relative to the project, with a copy of the earlier run's `data/topics`.

    Raises:
        InputError: a table is missing there, or its vectors come from another model.
    """
    topics, known, among = _read_earlier(earlier, vectors.embedding, settings.sample)
    every = documents.join(known, on="document", how="left", maintain_order="left")
    new = every["topic"].is_null().arg_true().to_numpy()
    labels, firmness = every["topic"].fill_null(-1).to_numpy().copy(), every["probability"].to_numpy().copy()
    others, known_labels = among["vector"].to_numpy(), among["topic"].to_numpy()
    for rows, piece in vectors.read(new) if len(among) else ():
        labels[rows], firmness[rows] = choose_majority(known_labels[find_nearest(piece, settings.neighbours, others)])
    placed = every.with_columns(
        topic=pl.Series(labels, dtype=pl.Int64), probability=pl.Series(firmness, dtype=pl.Float64).round(4)
    )
    assignments = _assign_units(units, placed)
    count = f"{count_noun(len(new), 'text')} {agree_verb(len(new), 'is', 'are')}"
    return TopicFit(
        topics=_update_counts(topics, assignments),
        assignments=assignments,
        documents=placed.drop("probability"),
        contentless=_count_contentless(units),
        sentence=f"The topics are those of {earlier}; {count} new and took the topic of the nearest there.",
        settings=settings,
    )


def _read_earlier(folder: str, embedding: str, sample: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Read the earlier topics, the documents with their topics, and the first `sample` documents with their vectors."""
    place = project.resolve_path(folder)
    for name in ("topics", "assignments", "embeddings"):
        if not (place / f"{name}.parquet").is_file():
            raise InputError(
                f'topics.earlier: {folder} holds no {name}.parquet; give a folder with a copy of data/topics, or ""'
            )
    columns = ("topic", "probability", hash_content(pl.col("text")).alias("document"), hash_texts(embedding))
    parts = tables.iterate_rows(pl.scan_parquet(place / "assignments.parquet"))
    units = pl.concat(part.select(*columns) for part in parts).drop_nulls("document")
    known = units.drop("text_hash").unique("document").sort("document")
    first = known.head(sample)
    # only one spelling of a document has a vector
    spelt = units.join(first, on="document", how="semi").unique("text_hash").lazy()
    among = spelt.join(pl.scan_parquet(place / "embeddings.parquet"), on="text_hash").sort("document").collect()
    if len(among) < len(first):
        raise InputError(f"topics.earlier: the vectors in {folder} are not those of topics.embedding {embedding!r}")
    return pl.read_parquet(place / "topics.parquet"), known, among


def _update_counts(topics: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Return the table `topics` with sizes and representative units from these assignments."""
    before = topics.select("topic", unit_id="representative").explode("unit_id").with_row_index("rank")
    ranked = assignments.select("topic", "unit_id", "probability").join(before, on=["topic", "unit_id"], how="left")
    ranked = ranked.sort("rank", -pl.col("probability"), "unit_id", nulls_last=True)
    units = ranked.group_by("topic").agg(
        size=pl.len().cast(pl.Int64), representative=pl.col("unit_id").head(REPRESENTATIVES)
    )
    counted = topics.drop("size", "representative").join(units, on="topic", how="left", maintain_order="left")
    counted = counted.with_columns(pl.col("size").fill_null(0), pl.col("representative").fill_null([]))
    return counted.select(topics.columns)
