"""The tables of the stage topics."""

from __future__ import annotations

import polars as pl

from rhetoscope.tables.schema import DIMENSIONS, FLOAT, INT, STRING, TIME, Column, Table, optional

TABLES = (
    Table(
        "topics",
        "topics",
        "One row a topic, largest first; none where the corpus is too small for topics.",
        ("topic",),
        {
            "topic": Column(INT, "number of the topic: 0 is the largest"),
            "label": Column(STRING, "a name a person can read"),
            "words": Column(pl.List(STRING), "its most telling words, by class-based TF-IDF"),
            "weights": Column(pl.List(FLOAT), "their weights"),
            "size": Column(INT, "units assigned to it"),
            "representative": Column(pl.List(STRING), "the units nearest its centre, as `unit_id`s"),
            "coherence": optional(FLOAT, "mean NPMI of its word pairs over the units, -1 to 1"),
            "stability": optional(FLOAT, "mean best Jaccard overlap with a topic of each perturbed refit, 0 to 1"),
        },
    ),
    Table(
        "topics",
        "assignments",
        "One row a unit: the paragraph or headline and its topic.",
        ("unit_id",),
        {
            "unit_id": Column(STRING, "paragraph: `doc_id`, `-p` and its number; headline: `headline_id`"),
            "kind": Column(STRING, "`paragraph` or `headline`"),
            "doc_id": Column(STRING, "the page it stands on"),
            "published_at": optional(TIME, "its own date, for a paragraph that of the article"),
            "topic": Column(INT, "its topic; -1 is none"),
            "probability": optional(FLOAT, "how firmly it belongs there, 0 to 1; null where topic is -1"),
            "text": Column(STRING, "the unit's text"),
        },
    ),
    Table(
        "topics",
        "over_time",
        "One row a topic and bin of time: how many of the dated units in it are on the topic. None without dates.",
        ("topic", "start"),
        {
            "topic": Column(INT, "its topic"),
            "start": Column(TIME, "beginning of the bin, whose length is the parameter `topics.bins`"),
            "count": Column(INT, "units of the topic in the bin"),
            "units": Column(INT, "all dated units in the bin, with a topic or without"),
            "share": Column(FLOAT, "`count` / `units`, 0 to 1"),
            "low": Column(FLOAT, "lower end of its 95 % interval (Wilson)"),
            "high": Column(FLOAT, "upper end of its 95 % interval (Wilson)"),
        },
    ),
    Table(
        "topics",
        "shares",
        "One row a topic and outlet or section: how many of the units there are on the topic.",
        ("level", "unit", "topic"),
        {
            "level": Column(STRING, "`outlet` or `section`"),
            "unit": Column(STRING, "which one"),
            "topic": Column(INT, "its topic"),
            "count": Column(INT, "units of the topic there"),
            "units": Column(INT, "all units there, with a topic or without"),
            "share": Column(FLOAT, "`count` / `units`, 0 to 1"),
            "low": Column(FLOAT, "lower end of its 95 % interval (Wilson)"),
            "high": Column(FLOAT, "upper end of its 95 % interval (Wilson)"),
        },
    ),
    Table(
        "topics",
        "hierarchy",
        "One row a topic or joint of topics: what it joins into. None for fewer than two topics.",
        ("child",),
        {
            "child": Column(INT, "a topic, or a joint: joints are numbered on after the topics"),
            "parent": Column(INT, "the joint it becomes part of"),
            "distance": Column(FLOAT, "cosine distance of what the parent joins, 0 to 2"),
        },
    ),
    Table(
        "topics",
        "embeddings",
        "One row a distinct text: its vector, reused by hash between runs.",
        ("text_hash",),
        {
            "text_hash": Column(STRING, "SHA-256 of the model's name and the text, in hex"),
            "vector": Column(pl.Array(pl.Float32(), DIMENSIONS), "its MiniLM vector, of length 1"),
        },
        group=8_192,  # 12 MB
        compression="uncompressed",  # a tenth larger so, and written in a quarter of the time
    ),
)
