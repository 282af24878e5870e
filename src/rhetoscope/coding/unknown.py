"""Names the actor table does not know, counted, for the analyst to add or leave.

Counting goes by batches of sentences, in any order, and their sums are joined; only then is looked up what is known
and asked what kind of name it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import polars as pl

from rhetoscope import parsing
from rhetoscope.actors import ActorTable

KINDS = ("GPE", "NORP", "ORG", "PERSON")
"""Kinds of named entities that can be actors: places that govern, peoples, organisations, persons."""
MOST = 60
"""Names looked at, the most frequent first: the recogniser of entities is slow, so it reads one sentence a name."""
CANDIDATES = {
    "entity": pl.String,
    "inside": pl.Int64,
    "opening": pl.Int64,
    "doc_id": pl.String,
    "start": pl.Int64,
    "sentence": pl.String,
}
"""Capitalised names of some sentences: how often each stands inside one and opens one, and the first it stands in."""
_NAME = r"(?:\p{Lu}[\p{L}\p{N}’'-]+|\p{Lu}{2,})(?: (?:of (?:the )?|al-|the )?\p{Lu}[\p{L}\p{N}’'-]+)*"


def candidates(sentences: pl.DataFrame) -> pl.DataFrame:
    """The capitalised names of a batch of sentences, as `CANDIDATES`.

    Args:
        sentences: columns `doc_id`, `start`, `text`.
    """
    # the first word has its capital from the sentence, so it is counted apart
    inside = pl.col("text").str.replace(r"^\W*\w+\W*", "").str.extract_all(_NAME)
    opening = pl.col("text").str.extract(rf"^\W*({_NAME})")
    place = sentences.select("doc_id", "start", sentence="text", within=inside, first=opening)
    found = [
        place.explode("within").rename({"within": "entity"}).with_columns(inside=1, opening=0),
        place.rename({"first": "entity"}).with_columns(inside=0, opening=1),
    ]
    columns = [pl.col(name).cast(kind) for name, kind in CANDIDATES.items()]
    names = (frame.select(columns).drop_nulls("entity") for frame in found)
    return merged(frame.with_columns(pl.col("entity").str.replace(r"(?:['’]s?|-)$", "")) for frame in names)


def merged(batches: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The candidates of several batches as those of all their sentences; the order of batches does not matter."""
    rows = pl.concat([pl.DataFrame(schema=CANDIDATES), *batches])
    first = (pl.col(name).sort_by("doc_id", "start").first() for name in ("doc_id", "start", "sentence"))
    return rows.group_by("entity").agg(pl.col("inside", "opening").sum(), *first).sort("entity")


def asked(found: pl.DataFrame, table: ActorTable) -> pl.DataFrame:
    """The names that hold no known one, the most frequent first, at most `MOST`: `entity`, `count`, `sentence`.

    A word that is capitalised only where a sentence opens is no name.

    Args:
        found: the candidates of all sentences.
        table: the actors, as `actors.load_actors` gives them.
    """
    sure = found.filter((pl.col("inside") > 0) | pl.col("entity").str.contains(" "))
    counted = sure.select("entity", "sentence", count=pl.col("inside") + pl.col("opening"))
    ranked = counted.sort("count", "entity", descending=[True, False]).head(4 * MOST)
    unknown = [not table.find(entity) for entity in ranked["entity"]]
    return ranked.filter(pl.Series(unknown, dtype=pl.Boolean)).head(MOST).select("entity", "count", "sentence")


def kinds(some: list[tuple[str, str]], parser: str = parsing.MODEL) -> list[dict[str, pl.DataFrame]]:
    """What kind of name each is where its sentence has it: a frame `kind` of one row, null for what is no actor.

    The kind is the recogniser's, which errs at times.

    Args:
        some: names, each with a sentence it stands in.
        parser: name of an installed spaCy model.
    """
    found = []
    recognised = parsing.entities([sentence for _, sentence in some], parser)
    for (entity, _), entities in zip(some, recognised, strict=True):
        same = Counter(kind for text, kind in entities if text.removeprefix("the ").removesuffix("'s") == entity)
        kind = same.most_common(1)[0][0] if same else None
        found.append({"kind": pl.DataFrame({"kind": [kind if kind in KINDS else None]}, schema={"kind": pl.String})})
    return found


def names(unknown: pl.DataFrame, kind: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The names that are taken for actors: `entity`, `kind`, `count`, `sentence` (the first it stands in).

    Args:
        unknown: as `asked` gives them.
        kind: of each in turn, as `kinds` gives it.
    """
    told = pl.concat([pl.DataFrame(schema={"kind": pl.String}), *kind])["kind"]
    return unknown.with_columns(told).drop_nulls("kind").select("entity", "kind", "count", "sentence")
