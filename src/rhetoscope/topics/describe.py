"""The table of topics: names, words, sizes, representative units and coherence of a partition's topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope.tables import Frame
from rhetoscope.topics import measure, words
from rhetoscope.topics.guard import Partition
from rhetoscope.topics.neighbours import central_first

if TYPE_CHECKING:
    import numpy as np

REPRESENTATIVES = 3
"""Units shown for a topic."""


def describe(
    units: Frame,
    every: pl.DataFrame,
    distinct: pl.DataFrame,
    held_by: Sequence[Sequence[str]],
    vectors: np.ndarray,
    made: Partition,
    model: Any,
) -> dict[str, list[Any]]:
    """The columns of the table `topics`, largest topic first, and in `old` each one's label in the partition.

    Args:
        units: as `units.units` gives them.
        every: the distinct documents as `units.documents` gives them, those that were clustered first.
        distinct: these, with their texts.
        held_by: the words of each document that was clustered.
        vectors: of these, shape (n, dimensions).
        made: the topics of all documents.
        model: as `wording.bertopic` gives it; None where there is no topic.
    """
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
    texts, keys = distinct["text"].to_list(), distinct["document"].to_list()
    named = words.labels(
        [[word for word, _ in pairs] for pairs in chosen], [[texts[row] for row in rows] for rows in of_topic]
    )
    coherent = measure.coherence([[word for word, _ in pairs] for pairs in chosen], held_by)
    sizes = dict(every.group_by(topic=pl.Series(made.labels)).agg(pl.col("units").sum()).iter_rows())
    nearest = [[keys[row] for row in central_first(vectors, rows)[:REPRESENTATIVES]] for rows in of_topic]
    shown = units.lazy().filter(pl.col("document").is_in([key for some in nearest for key in some]))
    first = dict(shown.group_by("document").agg(pl.col("unit_id").min()).collect().iter_rows())
    rows = []
    for topic in old:
        members = of_topic[topic]
        rows.append(
            {
                "old": topic,
                "label": named[topic],
                "words": words.written([word for word, _ in chosen[topic]], [texts[row] for row in members]),
                "weights": [round(weight, 4) for _, weight in chosen[topic]],
                "size": sizes[topic],
                "representative": [first[key] for key in nearest[topic]],
                "coherence": coherent[topic],
                "stability": None,
            }
        )
    rows.sort(key=lambda row: (-row["size"], row["label"]))
    return {column: [row[column] for row in rows] for column in columns}
