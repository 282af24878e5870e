"""Sentences × codebook → codings, and the mentions of actors beside them.

Two tiers: terms run over every sentence as one expression a device; patterns, actors and voices need a parse, which
only sentences get that hold a trigger word, a term or an actor.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rhetoscope import parsing, tables
from rhetoscope.actors import ActorTable, Span, roles, valence
from rhetoscope.codebook import Device
from rhetoscope.coding import terms, voice, who
from rhetoscope.coding.patterns import PatternMatcher

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ENTITIES = ("GPE", "NORP", "ORG", "PERSON")
"""Kinds of named entities that can be actors: places that govern, peoples, organisations, persons."""
BATCH = 20_000
"""Sentences parsed at a time: bounds memory, changes nothing else."""


Row = tuple[Any, ...]
"""A row of a table, in the order of its columns."""


class Coded(NamedTuple):
    """What coding found."""

    codings: pl.DataFrame
    """The table `codings`."""
    mentions: pl.DataFrame
    """The table `mentions`."""
    unknown: pl.DataFrame
    """Named entities the actor table does not know: `entity`, `kind`, `count`, `sentence` (the first it stands in)."""


@dataclass(frozen=True)
class _Hit:
    """A device found in a sentence, before its actor and voice are read; offsets are those of the sentence."""

    device: Device
    start: int
    end: int
    anchor: Token
    actor: str
    target: str
    needs_actor: bool = False
    reported: bool = False


_Said = tuple[_Hit, str, list[str], str | None]
"""A hit with its voice, actors and target."""


def code(sentences: pl.DataFrame, devices: list[Device], table: ActorTable, parser: str = parsing.MODEL) -> Coded:
    """Codes the headings and body of articles; title and deck have no place in `articles.text` and are left out.

    Args:
        sentences: the table `sentences`.
        devices: the codebook, as `codebook.load` gives it.
        table: the actors, as `actors.load` gives them.
        parser: name of an installed spaCy model.

    Raises:
        InputError: the model is not installed.
    """
    rows = sentences.filter(pl.col("start").is_not_null()).sort("doc_id", "start")
    found = [_batch(batch, devices, table, parser) for batch in rows.iter_slices(BATCH)]
    codings = [row for each in found for row in each[0]]
    mentions = [row for each in found for row in each[1]]
    entities = [row for each in found for row in each[2]]
    coded = pl.DataFrame(codings, schema=tables.empty("codings").schema, orient="row")
    mentioned = pl.DataFrame(mentions, schema=tables.empty("mentions").schema, orient="row")
    return Coded(
        coded.sort("doc_id", "start", "end", "device"),
        mentioned.sort("doc_id", "start", "end", "actor"),
        _counted(entities),
    )


def _batch(
    rows: pl.DataFrame, devices: list[Device], table: ActorTable, parser: str
) -> tuple[list[Row], list[Row], list[Row]]:
    texts = rows.get_column("text")
    names = {row: spans for row, text in enumerate(texts) if (spans := table.find(text))}
    by_terms: dict[int, list[tuple[Device, int, int]]] = defaultdict(list)
    by_trigger: dict[int, list[tuple[Device, int]]] = defaultdict(list)
    for device in devices:
        for row, start, end in terms.find(texts, device):
            by_terms[row].append((device, start, end))
        for number, pattern in enumerate(device.patterns):
            for row in terms.rows_with(texts, pattern.trigger):
                by_trigger[row].append((device, number))
    parsed = sorted(names.keys() | by_terms.keys() | by_trigger.keys())
    docs = parsing.parse([texts[row] for row in parsed], parser)
    matchers: dict[tuple[str, int], PatternMatcher] = {}
    codings: list[Row] = []
    mentions: list[Row] = []
    entities: list[Row] = []
    for row, doc in zip(parsed, docs, strict=True):
        place = rows.row(row, named=True)
        actors = roles.mentions(doc, table, names.get(row, []))
        hits = [_term_hit(doc, *hit) for hit in by_terms.get(row, [])]
        for device, number in by_trigger.get(row, []):
            key = (device.name, number)
            if key not in matchers:
                matchers[key] = PatternMatcher(device.patterns[number], doc.vocab)
            hits += _pattern_hits(doc, device, matchers[key])
        codings += [_coding(place, doc, *said) for said in _attributed(_disjoint(hits), actors, table)]
        mentions += [_mention(place, doc, mention) for mention in actors]
        entities += _unknown(place["text"], doc, names.get(row, []))
    return codings, mentions, entities


def _term_hit(doc: Doc, device: Device, start: int, end: int) -> _Hit:
    tokens = doc.char_span(start, end, alignment_mode="expand")
    anchor = tokens.root if tokens is not None else doc[0]
    return _Hit(device, start, end, anchor, device.actor, device.target)


def _pattern_hits(doc: Doc, device: Device, matcher: PatternMatcher) -> list[_Hit]:
    pattern = matcher.pattern
    return [
        _Hit(
            device,
            span.start_char,
            span.end_char,
            anchor,
            pattern.actor,
            pattern.target,
            pattern.needs_actor,
            pattern.reported,
        )
        for span, anchor in matcher.find(doc)
    ]


def _disjoint(hits: list[_Hit]) -> list[_Hit]:
    """The hits of which none overlaps another of its device: longer before shorter, then left before right."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda each: (each.start - each.end, each.start, each.needs_actor)):
        same = (other for other in kept if other.device.name == hit.device.name)
        if not any(hit.start < other.end and other.start < hit.end for other in same):
            kept.append(hit)
    return sorted(kept, key=lambda each: (each.start, each.end, each.device.name))


def _attributed(hits: list[_Hit], mentions: list[roles.Mention], table: ActorTable) -> list[_Said]:
    """Each hit with its voice, actors and target; hits that need an actor or a reporter and have none are dropped."""
    known = set(table.actors)
    attributed = []
    for hit in hits:
        speaks = voice.voice(hit.anchor, mentions)
        speaker = [name for name in speaks.split(", ") if name in known]
        actors = who.said_of(hit.actor, hit.anchor, mentions, speaker)
        if not actors and hit.device.nearest_actor:
            actors = who.nearest(hit.anchor, mentions)
        target = who.directed_at(hit.target, hit.anchor, mentions, actors)
        if not (hit.needs_actor and not actors) and not (hit.reported and speaks == voice.AUTHOR):
            attributed.append((hit, speaks, actors, target))
    return attributed


def _coding(place: dict[str, Any], doc: Doc, hit: _Hit, speaks: str, actors: list[str], target: str | None) -> Row:
    start, end = place["start"] + hit.start, place["start"] + hit.end
    text = doc.text[hit.start : hit.end]
    identity = hashlib.sha256(f"{place['doc_id']} {hit.device.name} {start} {end}".encode()).hexdigest()[:16]
    where = (identity, place["doc_id"], place["sentence_id"], hit.device.family, hit.device.name, start, end, text)
    return (*where, speaks, actors[0] if actors else None, target, actors)


def _mention(place: dict[str, Any], doc: Doc, mention: roles.Mention) -> Row:
    start, end = place["start"] + mention.start, place["start"] + mention.end
    surface = doc.text[mention.start : mention.end]
    where = (place["doc_id"], place["sentence_id"], mention.actor, surface, start, end)
    return (*where, mention.role, mention.predicate, valence.valence(mention))


def _unknown(text: str, doc: Doc, spans: list[Span]) -> list[Row]:
    """Entities of the sentence that hold no known name."""
    unknown = []
    for entity in doc.ents:
        known = any(span.start < entity.end_char and entity.start_char < span.end for span in spans)
        if entity.label_ in ENTITIES and not known:
            unknown.append((entity.text.removeprefix("the ").removeprefix("The "), entity.label_, text))
    return unknown


def _counted(entities: list[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(entities, schema=dict.fromkeys(("entity", "kind", "sentence"), pl.String), orient="row")
    counted = frame.group_by("entity").agg(
        pl.col("kind").mode().sort().first(), pl.len().cast(pl.Int64).alias("count"), pl.col("sentence").first()
    )
    return counted.sort("count", "entity", descending=[True, False])
