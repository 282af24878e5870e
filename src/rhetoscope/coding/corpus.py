"""A corpus coded document by document: what a run before coded is taken from the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import polars as pl

from rhetoscope import parsing, store, tables, work
from rhetoscope.actors import ActorTable
from rhetoscope.codebook import Device
from rhetoscope.coding import code_batch, readable, terms, unknown

_TIERS = ("__init__", "terms", "patterns", "who", "voice", "repetition")
_CODE = (
    *(f"coding/{tier}.py" for tier in _TIERS),
    "codebook",
    "actors",
    "parsing.py",
    "pipeline.py",
    "networks.py",
    "grammar.py",
    "sentences.py",
    "tables/rhetoric.py",
)
_NAMES = ("coding/unknown.py", "parsing.py", "pipeline.py", "networks.py")


@dataclass(frozen=True)
class Corpus:
    """What coding found, read from the store in the order of the documents.

    Attributes:
        known: the store.
        keys: where it has each document, in order.
        unknown: named entities the actor table does not know, as `unknown.names` gives them.
        computed: how many documents were coded now; the others were known.
    """

    known: store.Store
    keys: list[str]
    unknown: pl.DataFrame
    computed: int

    def batches(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of `codings` or `mentions`, some documents at a time."""
        return self.known.frames(self.keys, name)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """One of these tables, whole."""
        return pl.concat([tables.empty(name), *self.batches(name)])


def code_corpus(
    sentences: tables.Frame,
    devices: list[Device],
    table: ActorTable,
    parser: str = parsing.MODEL,
    known: store.Store | None = None,
) -> Corpus:
    """Codes every document that the store does not know under this codebook, these actors and this parser.

    Headings and body are coded; title and deck have no place in `articles.text` and are left out.

    Args:
        sentences: the table `sentences`, or a scan of it: some documents are read at a time.
        devices: the codebook, as `codebook.load` gives it.
        table: the actors, as `actors.load_actors` gives them.
        parser: name of an installed spaCy model.
        known: what runs before coded; a new store by default.

    Raises:
        InputError: the model is not installed.
    """
    known = known or store.temporary()
    codebook = json.dumps([asdict(device) for device in devices], default=lambda pattern: pattern.pattern)
    model = (parser, _version(parser))
    made_by = store.key(store.code(*_CODE), codebook, table.fingerprint, *model)
    keys: list[str] = []
    names: list[pl.DataFrame] = []

    def documents() -> Iterator[tuple[str, pl.DataFrame]]:
        for (rows,) in tables.in_parts(sentences.drop_nulls("start")):
            placed = readable(rows)
            names[:] = [unknown.merged([*names, unknown.candidates(placed)])]
            said = pl.struct("doc_id", "sentence_id", "paragraph", "start", "text").struct.json_encode()
            for document in placed.with_columns(said=said).partition_by("doc_id", maintain_order=True):
                keys.append(store.key(made_by, *document["said"]))
                yield keys[-1], document.drop("said")

    total = sentences.lazy().drop_nulls("start").select(pl.col("doc_id").n_unique()).collect().item()
    do = partial(_do, devices=devices, table=table, parser=parser)
    computed = work.each(documents(), do, known, "coding documents", total, batch=16)
    not_known = unknown.asked(unknown.merged(names), table)
    seen_by = store.key(store.code(*_NAMES), *model)
    pairs = {store.key(seen_by, *pair): pair for pair in not_known.select("entity", "sentence").iter_rows()}
    work.each(pairs.items(), partial(unknown.kinds, parser=parser), known, "looking up names", len(pairs), len(pairs))
    kinds = known.frames(pairs, "kind")
    known.forget()
    return Corpus(known, keys, unknown.names(not_known, kinds), computed)


def _do(
    some: list[pl.DataFrame], devices: list[Device], table: ActorTable, parser: str
) -> list[dict[str, pl.DataFrame]]:
    codings, mentions = code_batch(pl.concat(some), terms.Index(devices), table, parser)
    of = [pl.col("doc_id") == document["doc_id"][0] for document in some]
    return [{"codings": codings.filter(one), "mentions": mentions.filter(one)} for one in of]


def _version(parser: str) -> str:
    try:
        return version(parser)
    except PackageNotFoundError:
        return ""
