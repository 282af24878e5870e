"""Code a corpus document by document: make the tables `codings` and `mentions` from sentences and a codebook.

Each sentence is searched for terms, names and trigger words. A sentence is parsed only if it contains a name, a
trigger, a term beside a word of saying, or a quotation that continues in the next sentence. No row of a document
depends on another document, so documents that were coded before are read from the cache.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rhetoscope import tables
from rhetoscope.actors import ActorTable, Span
from rhetoscope.cache import Cache, compute_missing, hash_code, hash_parts, make_temporary
from rhetoscope.codebook import Device
from rhetoscope.coding import attribution
from rhetoscope.coding.attribution import Voice
from rhetoscope.coding.devices import DeviceFinder, Hit, Place, find_repeated_openings
from rhetoscope.coding.mentions import Mention, find_mentions, score_valence
from rhetoscope.coding.parse import MODEL, parse_sentences, recognise_entities, replace_names

if TYPE_CHECKING:
    from spacy.tokens import Doc

KINDS = ("GPE", "NORP", "ORG", "PERSON")
"""Kinds of named entities that can be actors: states and other places with a government, peoples, organisations,
persons."""
MOST_UNKNOWN = 60
"""The most unknown names whose kind is looked up, as recognising entities is slow; the most frequent come first."""
_NAME = r"(?:\p{Lu}[\p{L}\p{N}’'-]+|\p{Lu}{2,})(?: (?:of (?:the )?|al-|the )?\p{Lu}[\p{L}\p{N}’'-]+)*"


@dataclass(frozen=True)
class CodedDocuments:
    """The codings and mentions of a corpus, read from the cache in the order of the documents.

    Attributes:
        cache: the cache that contains them.
        keys: the key of each document in the cache, in order.
        unknown: named entities that the actor table does not know: `entity`, `kind` (`KINDS`), `count`, `sentence`
            (the first that contains it), the most frequent first.
        computed: how many documents were coded now; the others were in the cache.
    """

    cache: Cache
    keys: list[str]
    unknown: pl.DataFrame
    computed: int

    def batches(self, name: str) -> Iterator[pl.DataFrame]:
        """Read the rows of `codings` or `mentions`, some documents at a time."""
        return self.cache.iterate_joined(self.keys, name)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return the whole table `codings` or `mentions`."""
        return pl.concat([tables.make_empty(name), *self.batches(name)])


def code_corpus(
    sentences: tables.Frame,
    devices: list[Device],
    table: ActorTable,
    parser: str = MODEL,
    cache: Cache | None = None,
) -> CodedDocuments:
    """Code every document that is not yet in the cache for this codebook, these actors and this parser.

    Headings and body are coded. Title and deck (the summary under the title) are not, as `articles.text` lacks them.

    Args:
        sentences: the table `sentences`, or a scan of it: some documents are read at a time.
        devices: the codebook, as `codebook.load_codebook` gives it.
        table: the actors, as `actors.load_actors` gives them.
        parser: name of an installed spaCy model.
        cache: the results of earlier runs; a new cache by default.

    Raises:
        InputError: the model is not installed.
    """
    cache = cache or make_temporary()
    codebook = json.dumps([asdict(device) for device in devices], default=lambda pattern: pattern.pattern)
    code = hash_parts(hash_code("rhetoric"), parser, _find_version(parser))
    keys: list[str] = []
    names: list[pl.DataFrame] = []

    def read_documents() -> Iterator[tuple[str, pl.DataFrame]]:
        for (part,) in tables.iterate_documents(sentences.drop_nulls("start")):
            rows = select_coded(part)
            names.append(count_names(rows))
            content = pl.struct("doc_id", "sentence_id", "paragraph", "start", "text").struct.json_encode()
            for document in rows.with_columns(content=content).partition_by("doc_id", maintain_order=True):
                keys.append(hash_parts(code, codebook, table.fingerprint, *document["content"]))
                yield keys[-1], document.drop("content")

    total = sentences.lazy().drop_nulls("start").select(pl.col("doc_id").n_unique()).collect().item()
    do = partial(_code_documents, finder=DeviceFinder(devices), table=table, parser=parser)
    computed = compute_missing(read_documents(), do, cache, "coding documents", total, batch=16)
    counts = sum_names(pl.concat(names)) if names else count_names(tables.make_empty("sentences"))
    unknown = _find_unknown(counts, sentences, table, parser, code, cache)
    cache.delete_old()
    return CodedDocuments(cache, keys, unknown, computed)


def code_sentences(
    sentences: pl.DataFrame, devices: list[Device], table: ActorTable, parser: str = MODEL
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Code some sentences without a cache; return the tables `codings` and `mentions`.

    Args:
        sentences: columns `sentence_id`, `doc_id`, `paragraph`, `start`, `text`; all sentences of each document.
        devices: the codebook.
        table: the actors.
        parser: name of an installed spaCy model.

    Raises:
        InputError: the model is not installed.
    """
    documents = select_coded(sentences).partition_by("doc_id", maintain_order=True)
    coded = _code_documents(documents, DeviceFinder(devices), table, parser)
    codings, mentions = (
        pl.concat([tables.make_empty(name), *(frames[name] for frames in coded)]) for name in ("codings", "mentions")
    )
    return codings, mentions


def select_coded(sentences: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences to code, in the order of the tables: those that are part of `articles.text`."""
    return sentences.filter(pl.col("start").is_not_null()).sort("doc_id", "start")


class _Sentence(NamedTuple):
    """A sentence, and what was found in it before parsing."""

    sentence_id: str
    paragraph: int
    start: int
    text: str
    names: list[Span]
    terms: list[Place]
    patterns: list[tuple[Device, int]]


def _code_documents(
    documents: Sequence[pl.DataFrame], finder: DeviceFinder, table: ActorTable, parser: str
) -> list[dict[str, pl.DataFrame]]:
    """Make the tables `codings` and `mentions` of each document from its sentences, as `select_coded` returns them."""
    if not documents:
        return []
    rows = pl.concat(documents)
    texts = rows.get_column("text")
    names = {number: spans for number, text in enumerate(texts) if (spans := table.find(text))}
    found = finder.search(texts, {number: replace_names(texts[number], spans) for number, spans in names.items()})
    sentences: dict[str, list[_Sentence]] = defaultdict(list)
    places = rows.select("doc_id", "sentence_id", "paragraph", "start", "text").iter_rows()
    for number, (doc_id, sentence_id, paragraph, start, text) in enumerate(places):
        spans, patterns = names.get(number, []), found.patterns.get(number, [])
        terms = [term for term in found.terms.get(number, []) if not _is_in_name(term, spans)]
        sentences[doc_id].append(_Sentence(sentence_id, paragraph, start, text, spans, terms, patterns))
    return [_code_document(doc_id, some, finder, table, parser) for doc_id, some in sentences.items()]


def _code_document(
    doc_id: str, sentences: list[_Sentence], finder: DeviceFinder, table: ActorTable, parser: str
) -> dict[str, pl.DataFrame]:
    lines = [(sentence.paragraph, sentence.text) for sentence in sentences]
    for device in finder.devices:
        if device.rule:
            for number, start, end in find_repeated_openings(lines):
                sentences[number].terms.append(Place(device, start, end))
    quotations = attribution.follow_quotations(lines)
    parsed = [
        number
        for number, sentence in enumerate(sentences)
        if sentence.names
        or sentence.patterns
        or quotations.get(number) == attribution.OPENS
        or (sentence.terms and attribution.may_report(sentence.text))
    ]
    texts, names = [sentences[number].text for number in parsed], [sentences[number].names for number in parsed]
    docs = dict(zip(parsed, parse_sentences(texts, parser, names), strict=True))
    codings, mentions = [], []
    quoted = attribution.UNNAMED_VOICE
    for number, sentence in enumerate(sentences):
        inherited = quoted if quotations.get(number) == attribution.CONTINUES else attribution.AUTHORS_VOICE
        if number not in docs:
            codings += [_make_coding(doc_id, sentence, place, inherited, [], None) for place in sentence.terms]
            continue
        doc = docs[number]
        actors = find_mentions(doc, table, sentence.names)
        hits = [_anchor(place, doc) for place in sentence.terms] + finder.match(doc, sentence.patterns)
        for hit, voice, said_of, target in attribution.attribute_hits(hits, actors, table, inherited):
            codings.append(_make_coding(doc_id, sentence, hit, voice, said_of, target))
        mentions += [_make_mention(doc_id, sentence, mention) for mention in actors]
        if quotations.get(number) == attribution.OPENS:
            quoted = attribution.find_last_voice(doc, actors)
    coded = pl.DataFrame(codings, schema=tables.make_empty("codings").schema)
    mentioned = pl.DataFrame(mentions, schema=tables.make_empty("mentions").schema)
    return {"codings": coded.sort("start", "end", "device"), "mentions": mentioned.sort("start", "end", "actor")}


def _is_in_name(place: Place, names: list[Span]) -> bool:
    """Tell whether a term is part of a longer name, as "Liberation" is in "Palestine Liberation Organization"."""
    return any(
        name.start <= place.start and place.end <= name.end and (name.start, name.end) != (place.start, place.end)
        for name in names
    )


def _anchor(place: Place, doc: Doc) -> Hit:
    tokens = doc.char_span(place.start, place.end, alignment_mode="expand")
    return Hit(*place, anchor=tokens.root if tokens is not None else doc[0])


def _make_coding(
    doc_id: str, sentence: _Sentence, place: Place | Hit, voice: Voice, actors: list[str], target: str | None
) -> dict[str, Any]:
    """Make a row of the table `codings`."""
    start, end = sentence.start + place.start, sentence.start + place.end
    return {
        "coding_id": hashlib.sha256(f"{doc_id} {place.device.name} {start} {end}".encode()).hexdigest()[:16],
        "doc_id": doc_id,
        "sentence_id": sentence.sentence_id,
        "family": place.device.family,
        "device": place.device.name,
        "start": start,
        "end": end,
        "text": sentence.text[place.start : place.end],
        "voice": voice.name,
        "actor": actors[0] if actors else None,
        "target": target,
        "actors": actors,
        "mode": voice.mode,
        "source": voice.source,
    }


def _make_mention(doc_id: str, sentence: _Sentence, mention: Mention) -> dict[str, Any]:
    """Make a row of the table `mentions`."""
    return {
        "doc_id": doc_id,
        "sentence_id": sentence.sentence_id,
        "actor": mention.actor,
        "surface": sentence.text[mention.start : mention.end],
        "start": sentence.start + mention.start,
        "end": sentence.start + mention.end,
        "role": mention.role,
        "predicate": mention.predicate,
        "valence": score_valence(mention),
        "named": mention.named,
    }


# Names that are not in the actor table; the analyst decides whether to add them


def count_names(sentences: pl.DataFrame) -> pl.DataFrame:
    """Count the capitalised names in some sentences: `entity`, `count`, `inside`, `sentence_id` (the first).

    `inside` counts only names that are not at the start of a sentence, where every word has a capital.

    Args:
        sentences: columns `sentence_id`, `text`.
    """
    text = pl.col("text").str
    inside = sentences.select("sentence_id", entity=text.replace(r"^\W*\w+\W*", "").str.extract_all(_NAME), inside=1)
    opening = sentences.select("sentence_id", entity=text.extract(rf"^\W*({_NAME})"), inside=0)
    names = pl.concat([inside.explode("entity"), opening]).drop_nulls("entity")
    names = names.with_columns(pl.col("entity").str.replace(r"(?:['’]s?|-)$", ""), count=1)
    return sum_names(names)


def sum_names(counts: pl.DataFrame) -> pl.DataFrame:
    """Sum the counts of names from several batches of sentences, in any order."""
    sums = pl.col("count", "inside").cast(pl.Int64).sum()
    return counts.group_by("entity").agg(sums, pl.col("sentence_id").min()).sort("entity")


def _find_unknown(
    names: pl.DataFrame, sentences: tables.Frame, table: ActorTable, parser: str, code: str, cache: Cache
) -> pl.DataFrame:
    """Find the most frequent names of possible actors that the table lacks: `entity`, `kind`, `count`, `sentence`.

    A single word that has a capital only at the start of sentences is no name.
    """
    sure = names.filter((pl.col("inside") > 0) | pl.col("entity").str.contains(" "))
    ranked = sure.sort("count", "entity", descending=[True, False]).head(4 * MOST_UNKNOWN)
    unknown = pl.Series([not table.find(entity) for entity in ranked["entity"]], dtype=pl.Boolean)
    asked = ranked.filter(unknown).head(MOST_UNKNOWN)
    first = pl.col("sentence_id").is_in(asked["sentence_id"].implode())
    texts = sentences.lazy().filter(first).select("sentence_id", sentence="text").collect()
    asked = asked.join(texts, on="sentence_id", how="left", maintain_order="left")
    key = hash_parts(code, parser, *asked["entity"], *asked["sentence"])
    compute_missing([(key, asked)], partial(_recognise_kinds, parser=parser), cache, "looking up names", 1)
    (kinds,) = cache.iterate_joined([key], "kinds")
    return pl.concat([asked, kinds], how="horizontal").drop_nulls("kind").select("entity", "kind", "count", "sentence")


def _recognise_kinds(lists: list[pl.DataFrame], parser: str) -> list[dict[str, pl.DataFrame]]:
    """Look up the `kind` of each name in its sentence with spaCy, which is sometimes wrong; null if it is no actor.

    Args:
        lists: columns `entity`, `sentence`.
        parser: name of an installed spaCy model.
    """
    found = []
    for names in lists:
        kinds: list[str | None] = []
        recognised = recognise_entities(names["sentence"].to_list(), parser)
        for name, entities in zip(names["entity"], recognised, strict=True):
            same = Counter(kind for text, kind in entities if text.removeprefix("the ").removesuffix("'s") == name)
            kind = same.most_common(1)[0][0] if same else None
            kinds.append(kind if kind in KINDS else None)
        found.append({"kinds": pl.DataFrame({"kind": kinds}, schema={"kind": pl.String})})
    return found


def _find_version(parser: str) -> str:
    try:
        return version(parser)
    except PackageNotFoundError:
        return ""
