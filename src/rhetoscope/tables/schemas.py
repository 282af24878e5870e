"""The schemas of the tables that stages exchange, one class for each table; other tools can rely on them.

Columns may be added; the existing columns keep their names and meaning. The data dictionary (`data/README.md`) is made
from the docstrings and descriptions here, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from rhetoscope import project

DIMENSIONS = 384  # length of a sentence vector
GROUP = 20_000  # rows of a Parquet row group, the part of a table that is in memory at a time
_DOC = "the article: first 16 hex digits of the SHA-256 of the raw page's text, HTML flattened to lines"
_SENTENCE = "the sentence, as in `sentences`"


@dataclass(frozen=True)
class Table:
    """A Parquet file that a stage writes: `data/<stage>/<name>.parquet`, sorted by its unique key."""

    stage: str
    name: str
    columns: type[dy.Schema]
    key: tuple[str, ...]
    group: int
    """Rows of a Parquet row group."""

    @property
    def path(self) -> Path:
        """Path of the table in the current project."""
        return project.find_root() / "data" / self.stage / f"{self.name}.parquet"

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column names and Polars types, in order."""
        return {name: column.dtype for name, column in self.columns.columns().items()}


TABLES: dict[str, Table] = {}  # every table, by name


def _table(stage: str, *key: str, group: int = GROUP) -> Callable[[type[dy.Schema]], type[dy.Schema]]:
    """Register a schema as a table of a stage; the table's name is the class name in lower case with underscores."""

    def register(columns: type[dy.Schema]) -> type[dy.Schema]:
        letters = (f"_{letter.lower()}" if letter.isupper() else letter for letter in columns.__name__)
        name = "".join(letters).lstrip("_")
        TABLES[name] = Table(stage, name, columns, key, group)
        return columns

    return register


@_table("clean", "doc_id", group=1_000)
class Articles(dy.Schema):
    """One row an article: the cleaned body and what the page says of it."""

    doc_id = dy.String(primary_key=True, description=_DOC)
    source = dy.String(description="the file it was read from, relative to `clean.source`; `#` and the row in a table")
    url = dy.String(nullable=True, description="address of the page, where the input gives one")
    outlet = dy.String(nullable=True, description="who published it, by a table's column, the sub-folder or the page")
    section = dy.String(nullable=True, description="section or kicker, as the page prints it")
    title = dy.String(nullable=True, description="headline of the article")
    deck = dy.String(nullable=True, description="the line under the headline")
    author = dy.String(nullable=True, description="byline")
    published_at = dy.Datetime(nullable=True, description="date and time as the page prints them, no time zone")
    language = dy.String(nullable=True, description="ISO 639-1 code")
    text = dy.String(description="headings and body paragraphs, normalised, joined by a blank line")
    words = dy.Int64(min=0, description="words in `text`")
    note = dy.String(nullable=True, description="what had to be inferred, or could not be read, of this page")
    duplicate_of = dy.String(nullable=True, description="of a copy: `doc_id` of its first instance, which alone counts")


@_table("clean", "doc_id", "paragraph", "sentence")
class Sentences(dy.Schema):
    """One row a sentence of the title, deck, headings and body."""

    sentence_id = dy.String(description="`doc_id`, a dash and a running number")
    doc_id = dy.String(primary_key=True, description=_DOC)
    part = dy.String(description="`title`, `deck`, `heading` or `body`")
    paragraph = dy.Int64(primary_key=True, description="position of its paragraph: title -2, deck -1, then 0, 1, …")
    sentence = dy.Int64(primary_key=True, description="position in the paragraph, from 0")
    start = dy.Int64(nullable=True, description="first character in `articles.text`; null for title and deck")
    end = dy.Int64(nullable=True, description="one past the last character in `articles.text`; null for title and deck")
    text = dy.String(description="the sentence; for headings and body `articles.text[start:end]`")
    words = dy.Int64(min=0, description="words in the sentence")


@_table("clean", "headline_id")
class Headlines(dy.Schema):
    """One row a headline of the page's link lists: data on the outlet's agenda, never part of the article."""

    headline_id = dy.String(primary_key=True, description="`doc_id`, `-h` and a running number")
    doc_id = dy.String(description="the page whose list it stands in")
    list = dy.String(nullable=True, description="the list as the page names it")
    title = dy.String(description="the headline")
    deck = dy.String(nullable=True, description="its second line")
    published_at = dy.Datetime(nullable=True, description="its date and time as printed, no time zone")
    line = dy.Int64(description="line of the raw page its title starts on, from 1")


class _Line(dy.Schema):
    doc_id = dy.String(primary_key=True, description=_DOC)
    line = dy.Int64(primary_key=True, description="line of the raw page, from 1; of several of one paragraph the first")
    text = dy.String(description="the line, unchanged, or the broken paragraph with its line breaks")


@_table("clean", "doc_id", "line")
class Kept(_Line):
    """The ledger's one half: the lines of the raw page that went into `articles`."""

    part = dy.String(description="`title`, `deck`, `section`, `author`, `date`, `heading` or `body`")
    words = dy.Int64(min=0, description="words in `text`")


@_table("clean", "doc_id", "line")
class Removed(_Line):
    """The ledger's other half: every other line of the raw page, blank ones included, with the reason."""

    reason = dy.String(description="why it is no part of the article")
    kind = dy.String(description="`headline list` (names and dates included), `site furniture` or `blank`")
    words = dy.Int64(min=0, description="words in `text`")


@_table("clean", "doc_id", "line", "kind", "before")
class Normalised(dy.Schema):
    """What was made uniform in kept lines and headlines; the ledger holds the lines as the page has them."""

    doc_id = dy.String(primary_key=True, description="the page")
    line = dy.Int64(primary_key=True, description="line of the raw page, from 1")
    kind = dy.String(primary_key=True, description="`space`, `invisible`, `entity`, `unicode`, `quote` or `homoglyph`")
    before = dy.String(primary_key=True, description="what the page prints; unseen characters by code point")
    after = dy.String(description="what stands in the tables")
    count = dy.Int64(min=0, description="how often in this line")


@_table("clean", "actor")
class ChromeEffect(dy.Schema):
    """One row an actor: its mentions in the articles, and what the rest of their pages would have added."""

    actor = dy.String(primary_key=True, description="canonical name of the actor")
    article = dy.Int64(description="mentions in `articles.text`, copies left out")
    head = dy.Int64(description="mentions in title, deck and the rest of the head")
    headline_lists = dy.Int64(description="mentions in the pages' lists of other headlines")
    site_furniture = dy.Int64(description="mentions in all other lines")
    page = dy.Int64(description="mentions on the whole pages")
    ratio = dy.Float64(nullable=True, description="`page` over `article`; null where the articles never name it")


@_table("clean", "source")
class Rejected(dy.Schema):
    """Pages that could not be used."""

    source = dy.String(primary_key=True, description="the file, relative to `clean.source`")
    reason = dy.String(description="a sentence saying why")


@_table("topics", "topic")
class Topics(dy.Schema):
    """One row a topic, largest first; none where the corpus is too small for topics."""

    topic = dy.Int64(primary_key=True, description="number of the topic: 0 is the largest")
    label = dy.String(description="a name a person can read")
    words = dy.List(dy.String(), description="its most telling words, by class-based TF-IDF")
    weights = dy.List(dy.Float64(), description="their weights")
    size = dy.Int64(min=0, description="units assigned to it")
    representative = dy.List(dy.String(), description="the units nearest its centre, as `unit_id`s")
    coherence = dy.Float64(min=-1, max=1, nullable=True, description="mean NPMI of its word pairs, -1 to 1")
    stability = dy.Float64(min=0, max=1, nullable=True, description="mean best Jaccard overlap with refits, 0 to 1")


@_table("topics", "unit_id")
class Assignments(dy.Schema):
    """One row a unit: the paragraph or headline and its topic."""

    unit_id = dy.String(primary_key=True, description="`doc_id`, `-p` and the paragraph's number, or `headline_id`")
    kind = dy.String(description="`paragraph` or `headline`")
    doc_id = dy.String(description="the page it stands on")
    published_at = dy.Datetime(nullable=True, description="its own date, for a paragraph that of the article")
    topic = dy.Int64(description="its topic; -1 is none")
    probability = dy.Float64(min=0, max=1, nullable=True, description="how firmly, 0 to 1; null where `topic` is -1")
    text = dy.String(description="the unit's text")


@_table("topics", "topic", "start")
class OverTime(dy.Schema):
    """One row a topic and bin of time: how many of the dated units in it are on the topic. None without dates."""

    topic = dy.Int64(primary_key=True, description="its topic")
    start = dy.Datetime(primary_key=True, description="beginning of the bin; its length is `topics.bins`")
    count = dy.Int64(min=0, description="units of the topic in the bin")
    units = dy.Int64(min=0, description="all dated units in the bin, with a topic or without")
    share = dy.Float64(min=0, max=1, description="`count` / `units`, 0 to 1")
    low = dy.Float64(min=0, max=1, description="lower end of its 95 % interval (Wilson)")
    high = dy.Float64(min=0, max=1, description="upper end of its 95 % interval (Wilson)")


@_table("topics", "level", "unit", "topic")
class Shares(dy.Schema):
    """One row a topic and outlet or section: how many of the units there are on the topic."""

    level = dy.String(primary_key=True, description="`outlet` or `section`")
    unit = dy.String(primary_key=True, description="which one")
    topic = dy.Int64(primary_key=True, description="its topic")
    count = dy.Int64(min=0, description="units of the topic there")
    units = dy.Int64(min=0, description="all units there, with a topic or without")
    share = dy.Float64(min=0, max=1, description="`count` / `units`, 0 to 1")
    low = dy.Float64(min=0, max=1, description="lower end of its 95 % interval (Wilson)")
    high = dy.Float64(min=0, max=1, description="upper end of its 95 % interval (Wilson)")


@_table("topics", "child")
class Hierarchy(dy.Schema):
    """One row a topic or joint of topics: what it joins into. None for fewer than two topics."""

    child = dy.Int64(primary_key=True, description="a topic, or a joint: joints are numbered on after the topics")
    parent = dy.Int64(description="the joint it becomes part of")
    distance = dy.Float64(description="cosine distance of what the parent joins, 0 to 2")


@_table("topics", "text_hash", group=8_192)
class Embeddings(dy.Schema):
    """One row a distinct text: its vector, reused by hash between runs."""

    text_hash = dy.String(primary_key=True, description="SHA-256 of the model's name and the text, in hex")
    vector = dy.Array(dy.Float32(), DIMENSIONS, description="its MiniLM vector, of length 1")


@_table("rhetoric", "doc_id", "start", "end", "device", "coding_id")
class Codings(dy.Schema):
    """One row a coding: a device found in a sentence, said by a voice, of an actor."""

    coding_id = dy.String(primary_key=True, description="16 hex digits from document, device and span")
    doc_id = dy.String(primary_key=True, description=_DOC)
    sentence_id = dy.String(description=_SENTENCE)
    family = dy.String(description="family of the device: the name of its codebook file")
    device = dy.String(primary_key=True, description="name of the device in the codebook")
    start = dy.Int64(primary_key=True, description="first character of the span in `articles.text`")
    end = dy.Int64(primary_key=True, description="one past its last character")
    text = dy.String(description="the span: `articles.text[start:end]`")
    voice = dy.String(description="`author`, the quoted or reported source, or `unnamed` where a quotation has none")
    actor = dy.String(nullable=True, description="the actor it is said of")
    target = dy.String(nullable=True, description="for threats and obligations: the actor they are directed at")
    actors = dy.List(dy.String(), description="every actor it is said of, the first is `actor`")
    mode = dy.String(description="`author`, `direct` in a quotation, or `indirect` where it is reported")
    source = dy.String(nullable=True, description="whose the voice is: `actor`, `named` (another name), `anonymous`")


@_table("rhetoric", "doc_id", "start", "end", "actor")
class Mentions(dy.Schema):
    """One row a mention of an actor, by name or by a word that stands for it, with its role in the clause."""

    doc_id = dy.String(primary_key=True, description=_DOC)
    sentence_id = dy.String(description=_SENTENCE)
    actor = dy.String(primary_key=True, description="canonical name of the actor")
    surface = dy.String(description="the words of the page: `articles.text[start:end]`")
    start = dy.Int64(primary_key=True, description="first character in `articles.text`")
    end = dy.Int64(primary_key=True, description="one past the last character")
    role = dy.String(description="`agent`, `patient`, `possessor` or `other`")
    predicate = dy.String(nullable=True, description="lemma of the verb or noun the role belongs to")
    valence = dy.Float64(min=-1, max=1, description="valence of what is said of it, -1 to 1; 0 where nothing is")
    named = dy.Bool(description="whether it is named there; false where a word such as “its” stands for it")


@_table("rhetoric", "level", "unit", "family", "device")
class Rates(dy.Schema):
    """One row a device and unit: how often, per 1,000 words, with its interval."""

    level = dy.String(primary_key=True, description="`corpus`, `document`, `actor`, `topic`, `outlet` or `month`")
    unit = dy.String(primary_key=True, description="which document, actor, topic, …; `all` for the corpus")
    family = dy.String(primary_key=True, description="family of the device")
    device = dy.String(primary_key=True, description="name of the device")
    count = dy.Int64(min=0, description="codings")
    words = dy.Int64(min=0, description="words they were looked for in")
    per_1000 = dy.Float64(nullable=True, description="codings per 1,000 words; null without words")
    low = dy.Float64(nullable=True, description="lower end of the 95 % interval of the rate")
    high = dy.Float64(nullable=True, description="upper end of the 95 % interval of the rate")
    enough = dy.Bool(description="false where the sample is too small to report the rate")
    cluster = dy.String(description="what was resampled: `document`, or `paragraph` within one document")
    clusters = dy.Int64(description="how many of them")


@_table("rhetoric", "perspective", "side", "actor", "said")
class Square(dy.Schema):
    """The ideological square from both sides: one row an actor and what is said of it."""

    perspective = dy.String(primary_key=True, description="whose view: the actors that are us")
    side = dy.String(primary_key=True, description="`us` or `them`")
    actor = dy.String(primary_key=True, description="canonical name of the actor")
    said = dy.String(primary_key=True, description="`good`, `bad` or `nothing`: the sign of the valence")
    mentions = dy.Int64(min=0, description="mentions of which that is said")
    agent = dy.Int64(description="of these, as agent")
    patient = dy.Int64(description="of these, as patient")
    emphasised = dy.Int64(description="of these, with a device of emphasis said of the actor in the same sentence")
    mitigated = dy.Int64(description="of these, with a device of mitigation said of the actor in the same sentence")


@_table("validation", "device", "set", "seen")
class Reliability(dy.Schema):
    """One row a device and label set: how far the codings agree with labels."""

    device = dy.String(primary_key=True, description="the device, or `stance`, `negative_evaluation` or `passive`")
    set = dy.String(primary_key=True, description="the label set: the name of its file")
    n = dy.Int64(min=1, description="units compared: labelled passages, further codings, and texts with neither")
    positive = dy.Int64(min=0, description="units that the labels call the device; for stance, other than neutral")
    precision = dy.Float64(min=0, max=1, description="share of coded units so labelled; stance: mean over labels")
    recall = dy.Float64(min=0, max=1, nullable=True, description="share of labelled units coded; null where not known")
    f1 = dy.Float64(min=0, max=1, nullable=True, description="harmonic mean of precision and recall, 0 to 1")
    low = dy.Float64(min=0, max=1, nullable=True, description="lower end of its 95 % bootstrap interval over units")
    high = dy.Float64(min=0, max=1, nullable=True, description="upper end of its 95 % bootstrap interval over units")
    alpha = dy.Float64(min=-1, max=1, nullable=True, description="Krippendorff's nominal α of the two, -1 to 1")
    tier = dy.String(description="A from an F1 of .8, B from .6, else C; C for fewer than 20 labelled units")
    seen = dy.Bool(primary_key=True, description="whether the rules were written with these texts in view: in sample")
    date = dy.String(description="day of the measurement, ISO 8601")
    version = dy.String(description="first 12 hex digits of the SHA-256 of the label file")
