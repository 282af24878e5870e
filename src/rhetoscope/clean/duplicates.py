"""Copies of an article: the same page twice, syndicated texts, reprints under another title.

Articles are compared by their runs of five words, case and punctuation aside; titles count for nothing, since reprints
change them ("Opinion | …"). Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec,
Rajaraman & Ullman, “Mining of massive datasets”, ch. 3), and the share of common runs is then computed exactly.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import polars as pl

_WORD = re.compile(r"\w+")
_RUN = 5
_PERMUTATIONS = 128
_LOOSER = 0.15
"""Candidates are looked for this far below the threshold, so that chance loses hardly any pair above it."""


def runs(text: str) -> frozenset[str]:
    """The runs of five words of a text; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))) - {""}


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity, 0 to 1: the share of common members among all; 0 for two empty sets."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def link(articles: pl.DataFrame, threshold: float, copies: Collection[str] = ()) -> pl.DataFrame:
    """The articles with the column `duplicate_of`: the first instance of the same text, null for that and all others.

    First is the earliest `published_at`, undated ones last, then the smallest `doc_id`: the order of the rows has no
    say. What is like a copy is a copy: a group of copies has one first instance.

    Args:
        articles: columns `doc_id`, `published_at`, `text`.
        threshold: Jaccard similarity from which a text is a copy, above 0 to 1.
        copies: `doc_id`s of pages that are copies to the letter; of one date they come after their original.
    """
    copy = pl.col("doc_id").is_in(list(copies))
    ordered = articles.sort("published_at", copy, "doc_id", nulls_last=True)
    rows = list(ordered.select("doc_id", "published_at", "text").iter_rows())
    owner = {doc_id: doc_id for doc_id, _, _ in rows}

    def first(doc_id: str) -> str:
        while owner[doc_id] != doc_id:
            owner[doc_id] = doc_id = owner[owner[doc_id]]
        return doc_id

    rank = {doc_id: place for place, (doc_id, _, _) in enumerate(rows)}
    for one, other in _pairs(rows, threshold):
        a, b = sorted((first(one), first(other)), key=rank.__getitem__)
        owner[b] = a
    links = {doc_id: first(doc_id) for doc_id in owner}
    return articles.with_columns(
        duplicate_of=pl.col("doc_id").replace_strict(
            {doc_id: (None if to == doc_id else to) for doc_id, to in links.items()}, return_dtype=pl.String
        )
        if links
        else pl.lit(None, pl.String)
    )


def copies(articles: pl.DataFrame) -> pl.DataFrame:
    """Each copy beside its first instance: columns `source`, `title`, `source_first`, `title_first`."""
    first = articles.select("source", "title", duplicate_of="doc_id")
    linked = articles.drop_nulls("duplicate_of").select("source", "title", "duplicate_of")
    return linked.join(first, on="duplicate_of", suffix="_first", validate="m:1").drop("duplicate_of").sort("source")


def _pairs(rows: list[tuple[str, datetime | None, str]], threshold: float) -> list[tuple[str, str]]:
    """Pairs of documents at least as similar as the threshold."""
    same: dict[bytes, list[str]] = defaultdict(list)
    for doc_id, _, text in rows:
        same[hashlib.sha256(" ".join(_WORD.findall(text.lower())).encode()).digest()].append(doc_id)
    pairs = [(group[0], other) for group in same.values() for other in group[1:]]
    distinct = {group[0] for group in same.values()}
    if len(distinct) < 2:
        return pairs
    texts = {doc_id: text for doc_id, _, text in rows if doc_id in distinct}
    for one, other in _candidates(texts, max(0.1, threshold - _LOOSER)):
        if similarity(runs(texts[one]), runs(texts[other])) >= threshold:
            pairs.append((one, other))
    return pairs


def _candidates(texts: dict[str, str], threshold: float) -> list[tuple[str, str]]:
    """Pairs of texts that hashing finds alike; the same for any order of the texts."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

    index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
    found = []
    for doc_id in sorted(texts):
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([run.encode("utf-8", "replace") for run in runs(texts[doc_id])])
        found += [(str(other), doc_id) for other in index.query(sketch)]
        index.insert(doc_id, sketch)
    return sorted(found)
