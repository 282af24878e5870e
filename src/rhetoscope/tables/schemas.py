"""The schema of every table that crosses a stage.

The schemas are the contract with other tools: columns may be added, those here stay. Their descriptions
are the data dictionary (`data/README.md`), which a test compares with this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rhetoscope import project

DIMENSIONS = 384
"""Length of a MiniLM sentence vector."""

STRING, INT, FLOAT, BOOL = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
TIME = pl.Datetime("us")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it holds, and whether it may be null."""

    dtype: pl.DataType
    description: str
    nullable: bool = False


def _optional(dtype: pl.DataType, description: str) -> Column:
    return Column(dtype, description, nullable=True)


@dataclass(frozen=True)
class Table:
    """One Parquet file under `data/`, sorted by its unique key."""

    stage: str
    name: str
    description: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def path(self) -> Path:
        """Where the table lies in the current project."""
        return project.root() / "data" / self.stage / f"{self.name}.parquet"

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column names and Polars types, in order."""
        return {name: column.dtype for name, column in self.columns.items()}


_DOC = Column(STRING, "the article: first 16 hex digits of the SHA-256 of the raw page's text, HTML flattened to lines")
_SENTENCE = Column(STRING, "the sentence, as in `sentences`")

_TABLES = (
    Table(
        "clean",
        "articles",
        "One row an article: the cleaned body and what the page says of it.",
        ("doc_id",),
        {
            "doc_id": _DOC,
            "source": Column(
                STRING, "the file it was read from, relative to `clean.source`; `#` and the row in a table"
            ),
            "url": _optional(STRING, "address of the page, where the input gives one"),
            "outlet": _optional(
                STRING, "who published it: a table's column, the source's sub-folder, or the HTML page"
            ),
            "section": _optional(STRING, "section or kicker, as the page prints it"),
            "title": _optional(STRING, "headline of the article"),
            "deck": _optional(STRING, "the line under the headline"),
            "author": _optional(STRING, "byline"),
            "published_at": _optional(TIME, "date and time as the page prints them, no time zone"),
            "language": _optional(STRING, "ISO 639-1 code"),
            "text": Column(STRING, "headings and body paragraphs, normalised, joined by a blank line"),
            "words": Column(INT, "words in `text`"),
            "note": _optional(STRING, "what had to be inferred, or could not be read, of this page"),
            "duplicate_of": _optional(
                STRING, "for a copy the `doc_id` of its first instance; topics and rates leave it out"
            ),
        },
    ),
    Table(
        "clean",
        "sentences",
        "One row a sentence of the title, deck, headings and body.",
        ("doc_id", "paragraph", "sentence"),
        {
            "sentence_id": Column(STRING, "`doc_id`, a dash and a running number"),
            "doc_id": _DOC,
            "part": Column(STRING, "`title`, `deck`, `heading` or `body`"),
            "paragraph": Column(INT, "position of its paragraph: title -2, deck -1, then 0, 1, … through `text`"),
            "sentence": Column(INT, "position in the paragraph, from 0"),
            "start": _optional(INT, "first character in `articles.text`; null for title and deck"),
            "end": _optional(INT, "one past the last character in `articles.text`; null for title and deck"),
            "text": Column(STRING, "the sentence; for headings and body `articles.text[start:end]`"),
            "words": Column(INT, "words in the sentence"),
        },
    ),
    Table(
        "clean",
        "headlines",
        "One row a headline of the page's link lists: data on the outlet's agenda, never part of the article.",
        ("headline_id",),
        {
            "headline_id": Column(STRING, "`doc_id`, `-h` and a running number"),
            "doc_id": Column(STRING, "the page whose list it stands in"),
            "list": _optional(STRING, "the list as the page names it"),
            "title": Column(STRING, "the headline"),
            "deck": _optional(STRING, "its second line"),
            "published_at": _optional(TIME, "its date and time as printed, no time zone"),
            "line": Column(INT, "line of the raw page its title starts on, from 1"),
        },
    ),
    Table(
        "clean",
        "kept",
        "The ledger's one half: the lines of the raw page that went into `articles`.",
        ("doc_id", "line"),
        {
            "doc_id": _DOC,
            "line": Column(INT, "line of the raw page, from 1"),
            "text": Column(STRING, "the line, unchanged"),
            "part": Column(STRING, "`title`, `deck`, `section`, `author`, `date`, `heading` or `body`"),
        },
    ),
    Table(
        "clean",
        "removed",
        "The ledger's other half: every other line of the raw page, blank ones included, with the reason.",
        ("doc_id", "line"),
        {
            "doc_id": _DOC,
            "line": Column(INT, "line of the raw page, from 1"),
            "text": Column(STRING, "the line, unchanged"),
            "reason": Column(STRING, "why it is no part of the article"),
            "kind": Column(STRING, "`headline list` (names and dates included), `site furniture` or `blank`"),
        },
    ),
    Table(
        "clean",
        "normalised",
        "What was made uniform in kept lines and headlines; the ledger holds the lines as the page has them.",
        ("doc_id", "line", "kind", "before"),
        {
            "doc_id": Column(STRING, "the page"),
            "line": Column(INT, "line of the raw page, from 1"),
            "kind": Column(STRING, "`space`, `invisible`, `entity`, `unicode`, `quote` or `homoglyph`"),
            "before": Column(STRING, "what the page prints; spaces and invisible characters by their code points"),
            "after": Column(STRING, "what stands in the tables"),
            "count": Column(INT, "how often in this line"),
        },
    ),
    Table(
        "clean",
        "chrome_effect",
        "One row an actor: its mentions in the articles, and what the rest of their pages would have added.",
        ("actor",),
        {
            "actor": Column(STRING, "canonical name of the actor"),
            "article": Column(INT, "mentions in `articles.text`, copies left out"),
            "head": Column(INT, "mentions in title, deck and the rest of the head"),
            "headline_lists": Column(INT, "mentions in the pages' lists of other headlines"),
            "site_furniture": Column(INT, "mentions in all other lines"),
            "page": Column(INT, "mentions on the whole pages"),
            "ratio": _optional(FLOAT, "`page` over `article`; null where the articles never name it"),
        },
    ),
    Table(
        "clean",
        "rejected",
        "Pages that could not be used.",
        ("source",),
        {
            "source": Column(STRING, "the file, relative to `clean.source`"),
            "reason": Column(STRING, "a sentence saying why"),
        },
    ),
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
            "coherence": _optional(FLOAT, "mean NPMI of its word pairs over the units, -1 to 1"),
            "stability": _optional(FLOAT, "mean best Jaccard overlap with a topic of each perturbed refit, 0 to 1"),
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
            "published_at": _optional(TIME, "its own date, for a paragraph that of the article"),
            "topic": Column(INT, "its topic; -1 is none"),
            "probability": _optional(FLOAT, "how firmly it belongs there, 0 to 1; null where topic is -1"),
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
    ),
    Table(
        "rhetoric",
        "codings",
        "One row a coding: a device found in a sentence, said by a voice, of an actor.",
        ("doc_id", "start", "end", "device", "coding_id"),
        {
            "coding_id": Column(STRING, "16 hex digits from document, device and span"),
            "doc_id": _DOC,
            "sentence_id": _SENTENCE,
            "family": Column(STRING, "family of the device: the name of its codebook file"),
            "device": Column(STRING, "name of the device in the codebook"),
            "start": Column(INT, "first character of the span in `articles.text`"),
            "end": Column(INT, "one past its last character"),
            "text": Column(STRING, "the span: `articles.text[start:end]`"),
            "voice": Column(STRING, "`author`, the quoted or reported source, or `unnamed` where a quotation has none"),
            "actor": _optional(STRING, "the actor it is said of"),
            "target": _optional(STRING, "for threats and obligations: the actor they are directed at"),
            "actors": Column(pl.List(STRING), "every actor it is said of, the first is `actor`"),
            "mode": Column(STRING, "`author`, `direct` in a quotation, or `indirect` where it is reported"),
            "source": _optional(STRING, "of a voice not the author's: `actor`, `named` (another name) or `anonymous`"),
        },
    ),
    Table(
        "rhetoric",
        "mentions",
        "One row a mention of an actor, with its role in the clause.",
        ("doc_id", "start", "end", "actor"),
        {
            "doc_id": _DOC,
            "sentence_id": _SENTENCE,
            "actor": Column(STRING, "canonical name of the actor"),
            "surface": Column(STRING, "the words of the page: `articles.text[start:end]`"),
            "start": Column(INT, "first character in `articles.text`"),
            "end": Column(INT, "one past the last character"),
            "role": Column(STRING, "`agent`, `patient`, `possessor` or `other`"),
            "predicate": _optional(STRING, "lemma of the verb or noun the role belongs to"),
            "valence": Column(FLOAT, "valence of what is said of it, -1 to 1; 0 where nothing is"),
        },
    ),
    Table(
        "rhetoric",
        "rates",
        "One row a device and unit: how often, per 1,000 words, with its interval.",
        ("level", "unit", "family", "device"),
        {
            "level": Column(STRING, "`corpus`, `document`, `actor`, `topic`, `outlet` or `month`"),
            "unit": Column(STRING, "which document, actor, topic, outlet or month; `all` for the corpus"),
            "family": Column(STRING, "family of the device"),
            "device": Column(STRING, "name of the device"),
            "count": Column(INT, "codings"),
            "words": Column(INT, "words they were looked for in"),
            "per_1000": _optional(FLOAT, "codings per 1,000 words; null without words"),
            "low": _optional(FLOAT, "lower end of the 95 % interval of the rate"),
            "high": _optional(FLOAT, "upper end of the 95 % interval of the rate"),
            "enough": Column(BOOL, "false where the sample is too small to report the rate"),
            "cluster": Column(STRING, "what was resampled: `document`, or `paragraph` within one document"),
            "clusters": Column(INT, "how many of them"),
        },
    ),
    Table(
        "rhetoric",
        "square",
        "The ideological square from both sides: one row an actor and what is said of it.",
        ("perspective", "side", "actor", "said"),
        {
            "perspective": Column(STRING, "whose view: the actors that are us"),
            "side": Column(STRING, "`us` or `them`"),
            "actor": Column(STRING, "canonical name of the actor"),
            "said": Column(STRING, "`good`, `bad` or `nothing`: the sign of the valence"),
            "mentions": Column(INT, "mentions of which that is said"),
            "agent": Column(INT, "of these, as agent"),
            "patient": Column(INT, "of these, as patient"),
            "emphasised": Column(INT, "of these, with a device of emphasis said of the actor in the same sentence"),
            "mitigated": Column(INT, "of these, with a device of mitigation said of the actor in the same sentence"),
        },
    ),
)

TABLES = {table.name: table for table in _TABLES}
"""Every table, by name."""
