"""Texts to sentence vectors, reused by text hash between runs.

They are made by all-MiniLM-L6-v2 on ONNX Runtime (`minilm`), as means of token vectors distilled from it (`static`), or
by a model that sentence-transformers loads by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.embed import minilm, static
from rhetoscope.embed.minilm import MAX_TOKENS
from rhetoscope.progress import Progress

__all__ = ["DEFAULT", "MAX_TOKENS", "PACKAGED", "STATIC", "Embedded", "embed", "minilm", "text_hash", "truncated"]

if TYPE_CHECKING:
    import numpy as np

DEFAULT = "minilm"
"""Value of the parameter `embedding` for MiniLM; any but this and `STATIC` is a name for sentence-transformers."""

STATIC = "static"
"""Value of `embedding` for means of token vectors distilled from MiniLM."""

PACKAGED = (DEFAULT, STATIC)
"""Values of `embedding` that need no other package."""


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
    model = {DEFAULT: minilm.MODEL, STATIC: static.MODEL}.get(embedding, embedding)
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
    distinct = {text_hash(text, embedding): text for text in texts}
    known = tables.empty("embeddings") if known is None else known
    kept = known.filter(pl.col("text_hash").is_in(list(distinct))).unique("text_hash", keep="first")
    missing = sorted(distinct.keys() - set(kept["text_hash"]))
    if not missing:
        return Embedded(kept.sort("text_hash"), 0, len(kept), embedding)
    compute = {DEFAULT: minilm.vectors, STATIC: static.vectors}.get(embedding) or partial(_named, embedding)
    vectors = compute([distinct[key] for key in missing], progress or Progress("embedding texts", len(missing)))
    computed = pl.DataFrame({"text_hash": missing, "vector": vectors}, schema=tables.TABLES["embeddings"].schema)
    return Embedded(pl.concat([kept, computed]).sort("text_hash"), len(missing), len(kept), embedding)


def truncated(texts: Iterable[str], embedding: str = DEFAULT) -> int:
    """How many of the texts are longer than `MAX_TOKENS`, so that its vectors know only their beginning.

    With `STATIC` none is cut.
    """
    if embedding == STATIC:
        return 0
    return minilm.longer(texts)


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
