"""Names the actor table does not know, counted, for the analyst to add or leave."""

from __future__ import annotations

from collections import Counter

import polars as pl

from rhetoscope import parsing
from rhetoscope.actors import ActorTable

KINDS = ("GPE", "NORP", "ORG", "PERSON")
"""Kinds of named entities that can be actors: places that govern, peoples, organisations, persons."""
MOST = 60
"""Names looked at, the most frequent first: the recogniser of entities is slow, so it reads one sentence a name."""
_NAME = r"(?:\p{Lu}[\p{L}\p{N}’'-]+|\p{Lu}{2,})(?: (?:of (?:the )?|al-|the )?\p{Lu}[\p{L}\p{N}’'-]+)*"


def names(texts: pl.Series, table: ActorTable, parser: str = parsing.MODEL) -> pl.DataFrame:
    """Capitalised names that hold no known one: `entity`, `kind`, `count`, `sentence` (the first it stands in).

    A word that is capitalised only where a sentence opens is no name. The kind is the recogniser's, which errs at
    times; what it does not take for an actor is left out.
    """
    # the first word has its capital from the sentence: it counts where it is a name elsewhere, too
    within = pl.col("text").str.replace(r"^\W*\w+\W*", "").str.extract_all(_NAME)
    frame = texts.alias("text").to_frame().with_row_index("row")
    inside = frame.select("row", entity=within).explode("entity").drop_nulls()
    sure = inside.get_column("entity").unique()
    opening = pl.col("text").str.extract(rf"^\W*({_NAME})")
    first = frame.select("row", entity=opening).filter(
        pl.col("entity").is_in(sure.implode()) | pl.col("entity").str.contains(" ")
    )
    found = pl.concat([inside, first]).with_columns(pl.col("entity").str.replace(r"(?:['’]s?|-)$", ""))
    counted = found.group_by("entity").agg(pl.len().cast(pl.Int64).alias("count"), pl.col("row").min())
    ranked = counted.sort("count", "entity", descending=[True, False])
    unknown = [row for row in ranked.head(4 * MOST).iter_rows() if not table.find(row[0])][:MOST]
    kinds = parsing.entities([texts[row] for _, _, row in unknown], parser) if unknown else []
    rows = []
    for (entity, count, row), recognised in zip(unknown, kinds, strict=True):
        same = Counter(kind for text, kind in recognised if text.removeprefix("the ").removesuffix("'s") == entity)
        kind = same.most_common(1)[0][0] if same else ""
        if kind in KINDS:
            rows.append((entity, kind, count, texts[row]))
    schema = {"entity": pl.String, "kind": pl.String, "count": pl.Int64, "sentence": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
