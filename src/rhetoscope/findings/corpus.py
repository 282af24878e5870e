"""The tables the findings are drawn from: what grows with the corpus is a scan, read in parts by whoever needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from rhetoscope import stats, tables
from rhetoscope.clean import ledger
from rhetoscope.findings.spoken import Spoken, spoken

COMPARED = ("outlet", "month", "topic")
"""The levels whose units are set beside the rest of the corpus."""


@dataclass(frozen=True)
class Corpus:
    """The tables of the earlier stages; of `rates` the levels but `document`."""

    articles: pl.LazyFrame
    sentences: pl.LazyFrame
    headlines: pl.LazyFrame
    kept: pl.LazyFrame
    removed: pl.LazyFrame
    rejected: pl.DataFrame
    chrome_effect: pl.DataFrame
    topics: pl.DataFrame
    assignments: pl.LazyFrame
    over_time: pl.DataFrame
    shares: pl.DataFrame
    codings: pl.LazyFrame
    mentions: pl.LazyFrame
    rates: pl.DataFrame
    square: pl.DataFrame

    @cached_property
    def pages(self) -> pl.DataFrame:
        """The articles without their text, in the order of `doc_id`."""
        return self.articles.drop("text").sort("doc_id").collect()

    @property
    def lines(self) -> pl.LazyFrame:
        """Every line of every page, kept or removed, without its text, as `clean.scan_ledger` gives them."""
        return ledger.scan_ledger(self.kept, self.removed)

    @cached_property
    def units(self) -> int:
        """Paragraphs and headlines, with a topic or without."""
        return tables.height(self.assignments)

    @property
    def counted(self) -> stats.Corpus:
        """What measures are taken from: the sentences that count, codings, mentions and topics, in parts."""
        return stats.Corpus(self.codings, self.mentions, self.sentences, self.pages, self.assignments)

    def sums(self) -> pl.DataFrame:
        """Words and codings of the corpus, of outlets, months and topics by document, in one pass.

        Within a single document they are by paragraph: columns as `stats.by_paragraph` gives them. They grow with the
        corpus, so who needs them takes them once and lets go of them.
        """
        devices = self.codings.select(pl.col("device").unique().sort()).collect()["device"].to_list()
        levels = ("corpus", *COMPARED)
        by_document = stats.by_document(self.counted, levels, devices)
        if by_document["doc_id"].n_unique() != 1:
            return by_document.with_columns(paragraph=pl.lit(None, pl.Int64))
        return pl.concat(stats.by_paragraph(self.counted, levels, devices))

    @cached_property
    def spoken(self) -> Spoken:
        """Where actors are spoken of and what is coded of them, in one pass."""
        return spoken(self.counted, self.topics)

    def strays(self) -> int:
        """Codings and mentions whose sentence is not in the tables; 0 if they belong together."""
        named = ("doc_id", "sentence_id")
        places, *said = (frame.select(*named) for frame in (self.sentences, self.codings, self.mentions))
        parts = tables.in_parts(places, *said)
        found = sum(part.join(known, on=list(named), how="semi").height for known, *others in parts for part in others)
        return sum(map(tables.height, said)) - found


def load() -> Corpus:
    """The tables of the earlier stages: the small ones whole, the others as scans.

    Raises:
        InputError: one of them has not been made yet.
    """
    scan, read = tables.scan, tables.read
    return Corpus(
        articles=scan("articles"),
        sentences=scan("sentences"),
        headlines=scan("headlines"),
        kept=scan("kept"),
        removed=scan("removed"),
        rejected=read("rejected"),
        chrome_effect=read("chrome_effect"),
        topics=read("topics"),
        assignments=scan("assignments"),
        over_time=read("over_time"),
        shares=read("shares"),
        codings=scan("codings"),
        mentions=scan("mentions"),
        rates=scan("rates").filter(pl.col("level") != "document").collect(),
        square=read("square"),
    )
