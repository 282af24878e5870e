"""Sentences × codebook → codings, and the mentions of actors beside them.

Two tiers: terms are found in one pass over all sentences; patterns, actors and voices need a parse, which only
sentences get that hold a trigger word, an actor, or a term beside a word of saying.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import parsing, tables
from rhetoscope.actors import ActorTable, Span, roles, valence
from rhetoscope.codebook import Device
from rhetoscope.coding import repetition, terms, voice, who
from rhetoscope.coding.patterns import PatternMatcher
from rhetoscope.coding.voice import Voice

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Row = tuple[Any, ...]
"""A row of a table, in the order of its columns."""


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


_Said = tuple[_Hit, Voice, list[str], str | None]
"""A hit with its voice, actors and target."""


def readable(sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences that are coded, in the order of the tables: those that have a place in `articles.text`."""
    return sentences.filter(pl.col("start").is_not_null()).sort("doc_id", "start")


def code_batch(
    sentences: pl.DataFrame, index: terms.Index, table: ActorTable, parser: str = parsing.MODEL
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables `codings` and `mentions` of some whole documents, sorted; no document's rows depend on another's.

    Args:
        sentences: rows of the table `sentences`, all of each document.
        index: the codebook, ready to be looked for.
        table: the actors, as `actors.load_actors` gives them.
        parser: name of an installed spaCy model.

    Raises:
        InputError: the model is not installed.
    """
    rows = readable(sentences)
    codings, mentions = _rows(rows, index, table, parser)
    coded = pl.DataFrame(codings, schema=tables.empty("codings").schema, orient="row")
    mentioned = pl.DataFrame(mentions, schema=tables.empty("mentions").schema, orient="row")
    return coded.sort("doc_id", "start", "end", "device"), mentioned.sort("doc_id", "start", "end", "actor")


def _rows(rows: pl.DataFrame, index: terms.Index, table: ActorTable, parser: str) -> tuple[list[Row], list[Row]]:
    column = rows.get_column("text")
    texts = column.to_list()
    names = {row: spans for row, text in enumerate(texts) if (spans := table.find(text))}
    found = index.find(column, {row: parsing.standing_in(texts[row], spans) for row, spans in names.items()})
    ruled: dict[int, list[tuple[Device, int, int]]] = defaultdict(list)
    for device in index.devices:
        if device.rule:
            for row, start, end in repetition.repeated_opening(rows):
                ruled[row].append((device, start, end))
    said = {row: [hit for hit in hits if not _in_a_name(hit, names.get(row, []))] for row, hits in found.terms.items()}
    words = {row: [*said.get(row, []), *ruled.get(row, [])] for row in said.keys() | ruled.keys()}
    # a sentence with terms alone, no actor and no word of saying needs no parse: there is nothing to tie them to
    reported = {row for row in words if voice.may_report(texts[row])}
    parsed = sorted(names.keys() | found.triggers.keys() | reported)
    read = parsing.parse([texts[row] for row in parsed], parser, [names.get(row, []) for row in parsed])
    docs = dict(zip(parsed, read, strict=True))
    running = voice.running_quotations(rows)
    matchers: dict[tuple[str, int], PatternMatcher] = {}
    codings: list[Row] = []
    mentions: list[Row] = []
    said_before: Voice = voice.NOBODY
    places = rows.select("doc_id", "sentence_id", "start", "text").rows(named=True)
    for row in sorted(docs.keys() | words.keys() | running.keys()):
        place = places[row]
        doc = docs.get(row)
        if doc is None:
            inside = said_before if row in running else voice.AUTHORS
            codings += [_plain(place, *hit, inside) for hit in words.get(row, [])]
            continue
        actors = roles.mentions(doc, table, names.get(row, []))
        hits = [_term_hit(doc, *hit) for hit in words.get(row, [])]
        for device, number in found.triggers.get(row, []):
            key = (device.name, number)
            if key not in matchers:
                matchers[key] = PatternMatcher(device.patterns[number], doc.vocab)
            hits += _pattern_hits(doc, device, matchers[key])
        quoted = running.get(row)
        inherited = said_before if quoted == voice.CONTINUES else voice.AUTHORS
        for hit, speaks, of, target in _attributed(_disjoint(hits), actors, table, inherited):
            codings.append(_row(place, hit.device, hit.start, hit.end, speaks, of, target))
        mentions += [_mention(place, mention) for mention in actors]
        if quoted == voice.OPENS:
            said_before = voice.of_quotation(doc, actors)
    return codings, mentions


def _in_a_name(hit: tuple[Device, int, int], names: list[Span]) -> bool:
    """Whether a term is part of a longer name: the Palestine Liberation Organization is not a liberation."""
    _, start, end = hit
    return any(name.start <= start and end <= name.end and (name.start, name.end) != (start, end) for name in names)


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


def _attributed(hits: list[_Hit], mentions: list[roles.Mention], table: ActorTable, inherited: Voice) -> list[_Said]:
    """Each hit with its voice, actors and target; hits that need an actor or a reporter and have none are dropped."""
    known = set(table.actors)
    attributed = []
    for hit in hits:
        speaks = voice.voice(hit.anchor, mentions)
        if speaks.mode == voice.AUTHOR:
            speaks = inherited
        speaker = [name for name in speaks.name.split(", ") if name in known]
        actors = who.said_of(hit.actor, hit.anchor, mentions, speaker)
        if not actors and hit.device.nearest_actor:
            actors = who.nearest(hit.anchor, mentions)
        target = who.directed_at(hit.target, hit.anchor, mentions, actors)
        if not (hit.needs_actor and not actors) and not (hit.reported and speaks.mode == voice.AUTHOR):
            attributed.append((hit, speaks, actors, target))
    return attributed


def _plain(place: dict[str, Any], device: Device, start: int, end: int, speaks: Voice) -> Row:
    """A coding in a sentence that was not parsed: it names no actor."""
    return _row(place, device, start, end, speaks, [], None)


def _row(
    place: dict[str, Any], device: Device, first: int, last: int, speaks: Voice, actors: list[str], target: str | None
) -> Row:
    start, end = place["start"] + first, place["start"] + last
    identity = hashlib.sha256(f"{place['doc_id']} {device.name} {start} {end}".encode()).hexdigest()[:16]
    where = (identity, place["doc_id"], place["sentence_id"], device.family, device.name, start, end)
    said = (speaks.name, actors[0] if actors else None, target, actors, speaks.mode, speaks.source)
    return (*where, place["text"][first:last], *said)


def _mention(place: dict[str, Any], mention: roles.Mention) -> Row:
    start, end = place["start"] + mention.start, place["start"] + mention.end
    surface = place["text"][mention.start : mention.end]
    where = (place["doc_id"], place["sentence_id"], mention.actor, surface, start, end)
    return (*where, mention.role, mention.predicate, valence.valence(mention), mention.named)
