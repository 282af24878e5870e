"""The tables of topics and assignments, fitted or kept from an earlier run."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
from rhetoscope.topics.embedding import hash_text
from rhetoscope.topics.units import SCHEMA, hash_content, list_documents, read_texts
from rhetoscope.topics.vectors import Vectors
from rhetoscope.wording import agree_verb, count_noun, join_words

REPRESENTATIVES = 3
"""Units shown for a topic."""


@dataclass(frozen=True)
class TopicFit:
    """The topics of a corpus.

    Attributes:
        topics: the table `topics`; its column `stability` is null until `measure_stability` has filled it in.
        assignments: the table `assignments` without its texts, which `add_texts` adds.
        documents: the distinct documents as `list_documents` gives them, each with its `topic`.
        contentless: units without a content word, which belong to no topic.
        sentence: what was done, in words, for any number of units.
        settings: the parameters it was made with.
    """

    topics: pl.DataFrame
    assignments: pl.DataFrame
    documents: pl.DataFrame
    contentless: int
    sentence: str
    settings: Settings

    def compute_metrics(self) -> dict[str, int | float | None]:
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
            "diversity": words.compute_diversity(self.topics["words"].to_list()),
        }


def describe_topics(fit: TopicFit) -> str:
    """The answer in a sentence: how many topics, and the largest ones with their counts."""
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
    """Topics of the units. Words, coherence and representative units are those of the documents that were clustered.

    Args:
        units: as `read_units` gives them, in any order; only the texts of the sample are held.
        documents: as `list_documents` gives them of these units.
        vectors: of the first `sample` documents, shape (n, dimensions).
        settings: the parameters.
        rest: row numbers of the other documents, shape (m,), and their vectors, shape (m, dimensions), in pieces.

    Raises:
        ValueError: vectors and documents differ in number.
    """
    sample = documents.head(settings.sample)
    if len(vectors) != len(sample):
        raise ValueError(f"{len(sample)} documents need as many vectors, found {len(vectors)}")
    sample = sample.with_columns(text=read_texts(units, sample))
    made = cluster_documents(vectors, settings, rest, len(documents))
    rows = _describe_each(units, documents, sample, vectors, made, settings)
    number = np.full(int(made.labels.max(initial=-1)) + 2, -1)  # the last is for the label -1
    number[[row.pop("number") for row in rows]] = np.arange(len(rows))
    placed = documents.with_columns(
        pl.Series("topic", number[made.labels], dtype=pl.Int64),
        pl.Series("probability", made.compute_probability(), dtype=pl.Float64).round(4),
    )
    assignments = _assign_units(units, placed)
    contentless = _count_contentless(units)
    topics = pl.DataFrame(rows, schema=tables.TABLES["topics"].schema)
    return TopicFit(
        topics=topics.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("topic"), pl.col("coherence").round(4)),
        assignments=assignments,
        documents=placed.drop("probability"),
        contentless=contentless,
        sentence=_describe_way(assignments.height, contentless, len(documents), made),
        settings=settings,
    )


def fit_bertopic(words_of: Sequence[Sequence[str]], vectors: np.ndarray, labels: np.ndarray) -> Any:
    """BERTopic on topics already found (its manual topic modelling), for the class-based TF-IDF of their words.

    c-TF-IDF (Grootendorst 2022, eq. 2) with document frequencies: each word counts once a document, so that a long
    paragraph, or a word repeated in one, weighs no more than a headline.

    Args:
        words_of: the distinct words of each document.
        vectors: of the documents, shape (n, dimensions).
        labels: their topics, shape (n,); -1 for none.

    Returns:
        The fitted `BERTopic`; its own numbers of topics are by size.
    """
    with warnings.catch_warnings():  # importing it warns of progress bars, and mutes all later warnings
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from sklearn.feature_extraction.text import CountVectorizer

    def look_up(joined: str) -> list[str]:
        """The words of documents given by their numbers: BERTopic joins the texts of a topic, and cleans them."""
        return [word for row in joined.split() for word in words_of[int(row)]]

    model = BERTopic(
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(analyzer=look_up),
    )
    return model.fit([f"{row} " for row in range(len(words_of))], vectors, y=labels)


def rank_words(
    model: Any, topic: int, members: Sequence[int], words_of: Sequence[Sequence[str]], most: int
) -> list[tuple[str, float]]:
    """The words of highest c-TF-IDF that two or more documents of the topic share, with their weights.

    A word of one document says nothing of a topic; three such are taken only where fewer are shared. Of words of
    equal weight those in the document nearest the centre come first, then the alphabet decides: BERTopic's own order
    of equal words depends on the processor.

    Args:
        model: the fitted `BERTopic`, which knows the topic by the number `topic`.
        members: rows of the topic's documents, most central first.
        words_of: the distinct words of each document.
        most: words at most.
    """
    holders = Counter(word for row in members for word in words_of[row])
    first = {word: place for place, row in reversed(list(enumerate(members))) for word in words_of[row]}
    names = model.vectorizer_model.get_feature_names_out()
    weights = model.c_tf_idf_[sorted(model.topic_sizes_).index(topic)].tocoo()
    scored = [(str(names[at]), float(weight)) for at, weight in zip(weights.col, weights.data, strict=True)]
    scored.sort(key=lambda pair: (holders[pair[0]] < 2, -round(pair[1], 9), first[pair[0]], pair[0]))
    shared = sum(holders[word] >= 2 for word, _ in scored)
    return scored[: min(most, max(shared, 3))]


def _describe_each(
    units: Frame,
    documents: pl.DataFrame,
    sample: pl.DataFrame,
    vectors: np.ndarray,
    made: Partition,
    settings: Settings,
) -> list[dict[str, Any]]:
    """Rows of the table `topics`, largest topic first, each with its number in the partition as `number`.

    `sample` are the documents that were clustered, with their texts; `made` holds the topics of all documents.
    """
    excluded = words.find_keys(settings.stop_words)
    words_of = [words.list_content_words(text, settings.ngram_max, excluded) for text in sample["text"]]
    labels = made.labels[: len(sample)]
    if not (labels >= 0).any() or not any(words_of):
        return []
    model = fit_bertopic(words_of, vectors, labels)
    its_number = dict(zip(labels.tolist(), model.topics_, strict=True))
    sizes = dict(documents.group_by(topic=pl.Series(made.labels)).agg(pl.col("units").sum()).iter_rows())
    rows, ranked, texts = [], [], []
    for topic in range(int(made.labels.max()) + 1):
        members = sort_by_centrality(vectors, np.flatnonzero(labels == topic))
        pairs = rank_words(model, its_number[topic], members, words_of, settings.top_words)
        ranked.append([word for word, _ in pairs])
        texts.append(sample["text"].gather(sorted(members)).to_list())
        rows.append(
            {
                "number": topic,
                "words": words.spell_words(ranked[-1], texts[-1]),
                "weights": [round(weight, 4) for _, weight in pairs],
                "size": sizes[topic],
                "representative": sample["document"].gather(members[:REPRESENTATIVES]).to_list(),
            }
        )
    shown = [document for row in rows for document in row["representative"]]
    first = units.lazy().filter(pl.col("document").is_in(shown)).group_by("document").agg(pl.col("unit_id").min())
    first_unit = dict(first.collect().iter_rows())
    names, coherence = words.name_topics(ranked, texts), words.compute_coherence(ranked, words_of)
    for row, name, value in zip(rows, names, coherence, strict=True):
        units_shown = [first_unit[document] for document in row["representative"]]
        row |= {"label": name, "coherence": value, "representative": units_shown}
    return sorted(rows, key=lambda row: (-row["size"], row["label"]))


def _count_contentless(units: Frame) -> int:
    return int(units.lazy().select(pl.col("document").null_count()).collect().item())


def _assign_units(units: Frame, placed: pl.DataFrame) -> pl.DataFrame:
    """The table `assignments` without texts: each unit with the topic of its document in `placed`, -1 for none."""
    held = units.lazy().select([column for column in SCHEMA if column != "text"]).collect()
    topics = placed.select("document", "topic", "probability")
    found = held.select("document").join(topics, on="document", how="left", validate="m:1", maintain_order="left")
    topic = found["topic"].fill_null(-1)
    every = held.drop("document").with_columns(topic, found["probability"].set(topic < 0, None))
    return every if every["unit_id"].is_sorted() else every.sort("unit_id")


def _describe_way(count: int, contentless: int, distinct: int, made: Partition) -> str:
    """What was done: units, those without content words, distinct documents, the way, and what is left out."""
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
    """The topics of an earlier run, kept, with its words, names, coherence and stability; sizes are new.

    The texts of the earlier run keep their topics; each other text takes the topic that most of its nearest texts of
    that run have. A topic whose representative units are gone is shown by those that belong to it most firmly; one
    that no unit has any more stays, with size 0, so that numbers keep their meaning.

    Args:
        units: as `read_units` gives them.
        documents: as `list_documents` gives them of these units.
        vectors: of their texts.
        settings: the parameters; `neighbours` are asked, among `sample` texts of the earlier run.
        earlier: folder, relative to the project, with a copy of the earlier run's `data/topics`.

    Raises:
        InputError: a table is missing there, or its vectors are of another model.
    """
    topics, known, among = _read_earlier(earlier, vectors.embedding, settings.sample)
    kept = known.select("document", "topic", "probability")
    every = documents.join(kept, on="document", how="left", maintain_order="left")
    new = every["topic"].is_null().arg_true().to_numpy()
    labels, firmness = every["topic"].fill_null(-1).to_numpy().copy(), every["probability"].to_numpy().copy()
    known_labels = known["topic"].head(len(among)).to_numpy()
    for rows, piece in vectors.read(new) if len(among) else ():
        labels[rows], firmness[rows] = choose_majority(known_labels[find_nearest(piece, settings.neighbours, among)])
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


def _read_earlier(folder: str, embedding: str, sample: int) -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray]:
    """The earlier topics, its documents with their topics, and the vectors of the first `sample` of them."""
    place = project.resolve_path(folder)
    for name in ("topics", "assignments", "embeddings"):
        if not (place / f"{name}.parquet").is_file():
            raise InputError(
                f'topics.earlier: {folder} holds no {name}.parquet; give a folder with a copy of data/topics, or ""'
            )
    read = pl.scan_parquet(place / "assignments.parquet")
    placed = pl.concat(
        part.select("unit_id", "topic", "probability", document=hash_content(pl.col("text")))
        for part in tables.iterate_rows(read)
    )
    units = read.select("unit_id", "text").join(placed.lazy(), on="unit_id")
    topics_of = placed.select("unit_id", "topic", "probability")
    known = list_documents(units).drop("units").join(topics_of, on="unit_id", how="left", maintain_order="left")
    hashes = pl.DataFrame(
        {"text_hash": [hash_text(text, embedding) for text in read_texts(units, known.head(sample))]},
        schema={"text_hash": pl.String},
    )
    stored = pl.scan_parquet(place / "embeddings.parquet").join(hashes.lazy(), on="text_hash", how="semi").collect()
    found = hashes.join(stored, on="text_hash", how="left", maintain_order="left")["vector"]
    if found.null_count():
        raise InputError(f"topics.earlier: the vectors in {folder} are not those of topics.embedding {embedding!r}")
    vectors = np.asarray(found.to_numpy(), dtype=np.float32).reshape(len(found), tables.DIMENSIONS)
    return pl.read_parquet(place / "topics.parquet"), known, vectors


def _update_counts(topics: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """The table `topics` with the sizes of these assignments, and representative units that are among them."""
    before = topics.select("topic", unit_id="representative").explode("unit_id").with_row_index("rank")
    ranked = assignments.select("topic", "unit_id", "probability").join(before, on=["topic", "unit_id"], how="left")
    ranked = ranked.sort("rank", -pl.col("probability"), "unit_id", nulls_last=True)
    units = ranked.group_by("topic").agg(
        size=pl.len().cast(pl.Int64), representative=pl.col("unit_id").head(REPRESENTATIVES)
    )
    counted = topics.drop("size", "representative").join(units, on="topic", how="left", maintain_order="left")
    counted = counted.with_columns(pl.col("size").fill_null(0), pl.col("representative").fill_null([]))
    return counted.select(topics.columns)
