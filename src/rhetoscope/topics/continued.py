"""Topics of an earlier run, kept: a corpus that grows need not be fitted anew, and its topics keep number and name.

The texts of the earlier run keep their topics; each other text takes the topic that most of its nearest texts of that
run have, as the texts beyond a sample do. The result depends on the corpus and the earlier tables alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import InputError, embed, project, tables
from rhetoscope.tables import Frame
from rhetoscope.topics.describe import REPRESENTATIVES
from rhetoscope.topics.model import TopicFit, assigned, contentless
from rhetoscope.topics.neighbours import most, nearest
from rhetoscope.topics.settings import Settings
from rhetoscope.topics.units import document, texts
from rhetoscope.topics.units import documents as distinct
from rhetoscope.topics.vectors import Stored

if TYPE_CHECKING:
    import numpy as np


def continued(units: Frame, documents: pl.DataFrame, embedded: Stored, settings: Settings, earlier: str) -> TopicFit:
    """The units with the topics of an earlier run.

    Label, words, weights, coherence and stability are those of the earlier run; sizes are counted anew, and a topic
    whose representative units are gone is shown by those that belong to it most firmly. A topic that no unit has any
    more stays, with size 0, so that numbers go on meaning the same.

    Args:
        units: as `units.units` gives them.
        documents: as `units.documents` gives them of these units.
        embedded: holds their texts.
        settings: the parameters; `neighbours` are asked and `sample` texts of the earlier run are looked among.
        earlier: folder, relative to the project, with a copy of the earlier run's `data/topics`.

    Raises:
        InputError: a table is missing there, or its vectors are of another model.
    """
    topics, known, vectors = _earlier(earlier, embedded.embedding, settings.sample)
    kept = known.select("document", "topic", "probability")
    every = documents.join(kept, on="document", how="left", maintain_order="left")
    new = every["topic"].is_null().arg_true().to_numpy()
    labels, firm = every["topic"].fill_null(-1).to_numpy().copy(), every["probability"].to_numpy().copy()
    among = known["topic"].head(len(vectors)).to_numpy()
    for rows, piece in embedded.pieces(every["document"].gather(new)) if len(new) and len(vectors) else ():
        labels[new[rows]], firm[new[rows]] = most(among[nearest(piece, settings.neighbours, vectors)])
    placed = every.with_columns(
        topic=pl.Series(labels, dtype=pl.Int64), probability=pl.Series(firm, dtype=pl.Float64).round(4)
    )
    assignments = assigned(units, placed)
    said = "text is" if len(new) == 1 else "texts are"
    return TopicFit(
        topics=_counted(topics, assignments),
        assignments=assignments,
        documents=placed.drop("probability"),
        contentless=contentless(units),
        sentence=f"The topics are those of {earlier}; {len(new):,} {said} new and took the topic of the nearest there.",
        settings=settings,
    )


def _earlier(folder: str, embedding: str, sample: int) -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray]:
    """The earlier topics, its documents with their topics, and the vectors of the first of them."""
    import numpy as np

    place = project.resolve(folder)
    for name in ("topics", "assignments", "embeddings"):
        if not (place / f"{name}.parquet").is_file():
            raise InputError(
                f'topics.earlier: {folder} holds no {name}.parquet; give a folder with a copy of data/topics, or ""'
            )
    read = pl.scan_parquet(place / "assignments.parquet")
    placed = pl.concat(
        part.select("unit_id", "topic", "probability", document=document(pl.col("text")))
        for part in tables.slices(read)
    )
    kept = read.select("unit_id", "text").join(placed.lazy(), on="unit_id")
    known = distinct(kept).drop("units").join(placed.drop("document"), on="unit_id", how="left", maintain_order="left")
    first = texts(kept, known.head(sample))
    hashes = pl.DataFrame({"text_hash": [embed.text_hash(text, embedding) for text in first]})
    stored = pl.scan_parquet(place / "embeddings.parquet").join(hashes.lazy(), on="text_hash", how="semi").collect()
    found = hashes.join(stored, on="text_hash", how="left", maintain_order="left")["vector"]
    if found.null_count():
        raise InputError(f"topics.earlier: the vectors in {folder} are not those of topics.embedding {embedding!r}")
    vectors = np.asarray(found.to_numpy(), dtype=np.float32).reshape(len(found), tables.DIMENSIONS)
    return pl.read_parquet(place / "topics.parquet"), known, vectors


def _counted(topics: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """The table `topics` with the sizes of these assignments, and representative units that are among them."""
    sizes = dict(assignments.group_by("topic").len().iter_rows())
    shown_before = pl.col("unit_id").is_in(topics["representative"].explode().implode())
    there = set(assignments.filter(shown_before).select("topic", "unit_id").iter_rows())

    def shown(topic: int, earlier: list[str]) -> Iterator[str]:
        yield from (unit for unit in earlier if (topic, unit) in there)
        firmest = assignments.lazy().filter(pl.col("topic") == topic).sort(-pl.col("probability"), "unit_id")
        yield from firmest.head(2 * REPRESENTATIVES).collect()["unit_id"]

    rows = topics.select("topic", "representative").iter_rows()
    return topics.with_columns(
        size=pl.col("topic").replace_strict(sizes, default=0, return_dtype=pl.Int64),
        representative=pl.Series(
            [list(dict.fromkeys(shown(topic, units)))[:REPRESENTATIVES] for topic, units in rows],
            dtype=pl.List(pl.String),
        ),
    )
