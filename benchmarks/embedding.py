"""Embedding beside sentence-transformers with torch: the same model, texts and cut at 256 tokens, one thread each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from corpora import CORPORA, MOST, NAMES, sentence_transformer, texts
from given import Given
from table import Row
from timing import ROUNDS, beside, in_turns

from rhetoscope.topics import DEFAULT, STATIC, compute_vectors

PACKAGES = ("sentence-transformers", "torch", "onnxruntime")
LETTERS = 60_000
"""Of each corpus so many are embedded, in whole texts."""
PEER = "sentence-transformers"


def rows(given: Given) -> Iterator[Row]:
    """MiniLM and the static embedding on each corpus."""
    model = sentence_transformer()
    ways: dict[str, Callable[[list[str]], np.ndarray]] = {
        PEER: lambda texts: np.asarray(model.encode(texts, normalize_embeddings=True)),
        **{name: (lambda texts, name=name: compute_vectors(texts, name)) for name in (DEFAULT, STATIC)},
    }
    for corpus in CORPORA:
        every = texts(given, corpus, MOST)
        letters = np.cumsum([len(text) for text in every])
        taken = every[: max(8, int(np.searchsorted(letters, 1_000 if given.small else LETTERS)))]
        for way in ways.values():
            way(taken[:4])  # loads the models, distils the token vectors
        made: dict[str, np.ndarray] = {}

        def keep(name: str, taken: list[str] = taken, made: dict[str, np.ndarray] = made) -> None:
            made[name] = ways[name](taken)

        pieces = {name: [lambda name=name, keep=keep: keep(name)] for name in ways}
        spent = in_turns(pieces, 1 if given.small else ROUNDS)
        for name in (DEFAULT, STATIC):
            on = f"{NAMES[corpus]}, {len(taken):,} texts"
            row = beside(f"embedding: {name}", on, spent, (name, PEER), len(taken), "texts a CPU second")
            cosine = float((made[PEER] * made[name]).sum(axis=1).mean())
            yield row._replace(
                note=f"mean cosine to theirs {cosine:.3f}" if name == DEFAULT else "its token vectors were made before"
            )
