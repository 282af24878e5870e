"""Copies of an article: the same page twice, syndicated texts, reprints under another title.

Articles are compared by their runs of five words, case and punctuation aside; titles count for nothing, since reprints
change them ("Opinion | …"). Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec,
Rajaraman & Ullman, “Mining of massive datasets”, ch. 3), and the share of common runs is then computed exactly.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope.imports import instead

if TYPE_CHECKING:
    import numpy as np
    from datasketch import MinHash

_WORD = re.compile(r"\w+")
_RUN = 5
_PERMUTATIONS = 128
_SCHEME = "affine32"
SKETCH = pl.Schema(
    {
        "doc_id": pl.String(),
        "source": pl.String(),
        "published_at": pl.Datetime("us"),
        "words": pl.String(),
        "sketch": pl.Binary(),
    }
)
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


def sketch(articles: pl.DataFrame) -> pl.DataFrame:
    """What is compared of each article: `doc_id`, `source`, `published_at`, `words` (their hash), `sketch` (MinHash).

    Args:
        articles: columns `doc_id`, `source`, `published_at`, `text`.
    """
    import numpy as np

    rows = []
    for doc_id, source, at, text in articles.select("doc_id", "source", "published_at", "text").iter_rows():
        words = hashlib.sha256(" ".join(_WORD.findall(text.lower())).encode("utf-8", "replace")).hexdigest()[:16]
        hashes = _minhash()
        hashes.update_batch([run.encode("utf-8", "replace") for run in runs(text)])
        rows.append((doc_id, source, at, words, hashes.hashvalues.astype(np.uint64).tobytes()))
    return pl.DataFrame(rows, schema=SKETCH, orient="row")


def links(
    sketches: pl.DataFrame,
    texts: Callable[[list[str]], dict[str, str]],
    threshold: float,
    same: Collection[str] = (),
) -> dict[str, str]:
    """For each copy, by `doc_id`, the first instance of the same text.

    First is the earliest `published_at`, undated ones last, then the smallest `doc_id`: the order of the rows has no
    say. What is like a copy is a copy: a group of copies has one first instance.

    Args:
        sketches: as `sketch` gives them.
        texts: gives the texts of some articles; those of a pair are compared.
        threshold: Jaccard similarity from which a text is a copy, above 0 to 1.
        same: `doc_id`s of pages that are copies to the letter; of one date they come after their original.
    """
    if sketches.is_empty():
        return {}
    copy = pl.col("doc_id").is_in(list(same))
    ordered = sketches.sort("published_at", copy, "doc_id", nulls_last=True)
    owner = {doc_id: doc_id for doc_id in ordered["doc_id"]}

    def first(doc_id: str) -> str:
        while owner[doc_id] != doc_id:
            owner[doc_id] = doc_id = owner[owner[doc_id]]
        return doc_id

    rank = {doc_id: place for place, doc_id in enumerate(owner)}
    for one, other in _pairs(ordered, texts, threshold):
        a, b = sorted((first(one), first(other)), key=rank.__getitem__)
        owner[b] = a
    return {doc_id: first(doc_id) for doc_id in owner if first(doc_id) != doc_id}


def copies(articles: pl.DataFrame) -> pl.DataFrame:
    """Each copy beside its first instance: columns `source`, `title`, `source_first`, `title_first`."""
    first = articles.select("source", "title", duplicate_of="doc_id")
    linked = articles.drop_nulls("duplicate_of").select("source", "title", "duplicate_of")
    return linked.join(first, on="duplicate_of", suffix="_first", validate="m:1").drop("duplicate_of").sort("source")


def _pairs(
    sketches: pl.DataFrame, texts: Callable[[list[str]], dict[str, str]], threshold: float
) -> Iterator[tuple[str, str]]:
    """Pairs of documents at least as similar as the threshold."""
    distinct = sketches.unique("words", keep="first", maintain_order=True)
    firsts = dict(distinct.select("words", "doc_id").iter_rows())
    for words, doc_id in sketches.select("words", "doc_id").iter_rows():
        if firsts[words] != doc_id:
            yield firsts[words], doc_id
    for one, other in _candidates(distinct, max(0.1, threshold - _LOOSER)):
        both = texts([one, other])
        if similarity(runs(both[one]), runs(both[other])) >= threshold:
            yield one, other


def _candidates(sketches: pl.DataFrame, threshold: float) -> list[tuple[str, str]]:
    """Pairs of articles that hashing finds alike; the same for any order of the articles."""
    if sketches.height < 2:
        return []
    import numpy as np

    index = _datasketch().MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
    found = []
    for doc_id, hashes in sketches.sort("doc_id").select("doc_id", "sketch").iter_rows():
        values = _minhash(np.frombuffer(hashes, np.uint64))
        found += [(str(other), doc_id) for other in index.query(values)]
        index.insert(doc_id, values)
    return sorted(found)


def _minhash(hashes: np.ndarray | None = None) -> MinHash:
    """A MinHash of nothing yet, or of what these hashes were made from."""
    made: MinHash = _datasketch().MinHash(
        _PERMUTATIONS, seed=1, hashvalues=hashes, permutations=_permutations(), scheme=_SCHEME
    )
    return made


@cache
def _permutations() -> Any:
    """Those of every MinHash: drawn once, and not for each article."""
    return _datasketch().MinHash(_PERMUTATIONS, seed=1, scheme=_SCHEME).permutations


@cache
def _datasketch() -> Any:
    """datasketch, at first without SciPy: it wants the area under two curves, and SciPy's takes longer to import than
    the copies among thousands of articles to find."""
    with instead("scipy.integrate", quad=_area):
        import datasketch
    return datasketch


def _area(curve: Callable[[np.ndarray], np.ndarray], start: float, end: float) -> tuple[float, float]:
    """The area under a curve by its middle points; and no estimate of what it is off, which nobody asks for."""
    import numpy as np

    places = start + (end - start) * (np.arange(1000) + 0.5) / 1000
    return float(curve(places).mean()) * (end - start), math.nan
