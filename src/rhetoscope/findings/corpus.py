"""The tables the findings are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import polars as pl

from rhetoscope import tables
from rhetoscope.clean import ledger


@dataclass(frozen=True)
class Corpus:
    """The tables of the earlier stages."""

    articles: pl.DataFrame
    sentences: pl.DataFrame
    headlines: pl.DataFrame
    kept: pl.DataFrame
    removed: pl.DataFrame
    rejected: pl.DataFrame
    chrome_effect: pl.DataFrame
    topics: pl.DataFrame
    assignments: pl.DataFrame
    over_time: pl.DataFrame
    shares: pl.DataFrame
    codings: pl.DataFrame
    mentions: pl.DataFrame
    rates: pl.DataFrame
    square: pl.DataFrame

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Every line of every page, kept or removed, without its text, as `clean.ledger.ledger` gives them."""
        return ledger.ledger(self.kept, self.removed)

    @cached_property
    def counted(self) -> pl.DataFrame:
        """The sentences that count, of headings and body, of articles that are no copy of another.

        Columns `doc_id`, `sentence_id`, `paragraph`, `words`.
        """
        once = self.articles.filter(pl.col("duplicate_of").is_null()).select("doc_id")
        placed = self.sentences.filter(pl.col("start").is_not_null()).join(once, on="doc_id", how="semi")
        return placed.select("doc_id", "sentence_id", "paragraph", "words")


def load() -> Corpus:
    """Reads every table of the earlier stages.

    Raises:
        InputError: one of them has not been made yet.
    """
    return Corpus(**{field.name: tables.read(field.name) for field in fields(Corpus)})
