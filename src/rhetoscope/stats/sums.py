"""Words and codings of each unit by what is resampled: the sums that rates, intervals and comparisons are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from polars import selectors as cs

from rhetoscope.stats.corpus import Corpus, Part, of_level

KEYS = ("level", "unit", "doc_id", "paragraph")


def by_paragraph(
    corpus: Corpus, levels: Sequence[str], devices: Sequence[str], among: pl.Series | None = None
) -> Iterator[pl.DataFrame]:
    """Some documents at a time, the sums of each unit by paragraph.

    Args:
        corpus: the tables.
        levels: `corpus`, `document`, `actor`, `topic`, `outlet`, `month`.
        devices: which are counted; of an actor, the codings said of it.
        among: only these documents; None for all.

    Yields:
        `level`, `unit`, `doc_id`, `paragraph`, by which they are sorted, `words`, `sentences` and a column a device.
    """
    yield from _sums(corpus, levels, devices, KEYS, among)


def by_document(corpus: Corpus, levels: Sequence[str], devices: Sequence[str]) -> pl.DataFrame:
    """The sums of each unit by document, in one pass: the columns of `by_paragraph` but `paragraph`.

    Names are categories and whole numbers take the fewest bytes that hold them: the table grows with documents times
    units they belong to, and texts would hold on to those of every sentence they were taken from.
    """
    keys = [key for key in KEYS if key != "paragraph"]
    empty = pl.DataFrame(
        schema=dict.fromkeys(keys, pl.Categorical) | dict.fromkeys(("words", "sentences", *devices), pl.Int8)
    )
    parts = (small(named(part)) for part in _sums(corpus, levels, devices, keys))
    return pl.concat([empty, *parts], how="vertical_relaxed")


def named(sums: pl.DataFrame) -> pl.DataFrame:
    """The sums with the names of level, unit and document as categories."""
    return sums.with_columns(pl.col("level", "unit", "doc_id").cast(pl.Categorical))


def small(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with whole numbers in the fewest bytes that hold them."""
    return frame.with_columns(column.shrink_dtype() for column in frame.select(cs.integer()))


def _sums(
    corpus: Corpus, levels: Sequence[str], devices: Sequence[str], keys: Sequence[str], among: pl.Series | None = None
) -> Iterator[pl.DataFrame]:
    """Some documents at a time, one level after the other: the sums by the keys, sorted by them."""
    for part in corpus.parts(among):
        # sentences of one paragraph belong to the same units, save those that mention an actor
        said = part.codings.select("sentence_id", "device")
        paragraphs = part._replace(sentences=_summed(part.sentences, said, devices, ("doc_id", "paragraph")))
        found = []
        for level in sorted(levels):
            if level == "actor":
                units = of_level(level, part, corpus.articles)
                found.append(_summed(units, _said_of_actors(part), devices, keys))
            else:
                units = of_level(level, paragraphs, corpus.articles)
                found.append(units.group_by(keys).agg(pl.col("words", "sentences", *devices).sum()))
        yield pl.concat(sums.sort(keys) for sums in found)


def _said_of_actors(part: Part) -> pl.DataFrame:
    """The device of each coding by its sentence and by `unit`, an actor it is said of."""
    if "actors" not in part.codings.columns:
        return pl.DataFrame(schema=dict.fromkeys(("sentence_id", "device", "unit"), pl.String))
    return part.codings.select("sentence_id", "device", unit="actors").explode("unit").drop_nulls("unit")


def _summed(sentences: pl.DataFrame, coded: pl.DataFrame, devices: Sequence[str], keys: Sequence[str]) -> pl.DataFrame:
    """Words, sentences and codings of each device by the keys, columns of the sentences.

    Args:
        sentences: columns `sentence_id`, `words`, and those of the keys.
        coded: column `device`, and those by which a coding belongs to a sentence.
        devices: which are counted.
        keys: what is summed by.
    """
    places = [column for column in coded.columns if column != "device"]
    found = sentences.select(*{*keys, *places}).join(coded, on=places)
    counts = found.pivot("device", index=list(keys), on_columns=list(devices), values=keys[0], aggregate_function="len")
    sizes = sentences.group_by(keys).agg(pl.col("words").sum(), sentences=pl.len())
    joined = sizes.join(counts, on=list(keys), how="left", nulls_equal=True)
    return joined.with_columns(pl.col("words", "sentences", *devices).cast(pl.Int64).fill_null(0))
