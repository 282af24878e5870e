"""Find what pages have in common: copies of an article, and lines that most pages of an outlet share."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    import numpy as np

# Copies of an article

_WORD = re.compile(r"\w+")
_RUN = 5
_PERMUTATIONS, _SEED, _SCHEME = 128, 1, "affine32"
"""How MinHash draws its hashes; only sketches drawn in the same way can be compared."""
_LOOSER = 0.15
"""Candidates may be this far below the threshold, so that hashing loses hardly any pair above it."""


def list_runs(text: str) -> frozenset[str]:
    """List the runs of five words of a text; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))) - {""}


def measure_similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Measure the Jaccard similarity of two sets, 0 to 1: the share of common members; 0 if both are empty."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def sketch_articles(articles: pl.DataFrame) -> pl.DataFrame:
    """Sketch articles, to compare them without their texts.

    Returns:
        Columns `doc_id`, `source`, `published_at`, `words` (a hash of all words), `sketch` (MinHash as 64-bit numbers).
    """
    words, sketches = [], []
    for text in articles["text"]:
        joined = " ".join(_WORD.findall(text.lower())).encode("utf-8", "replace")
        words.append(hashlib.sha256(joined).hexdigest()[:16])
        sketch = _make_minhash().copy()
        sketch.update_batch([run.encode("utf-8", "replace") for run in list_runs(text)])
        sketches.append(sketch.hashvalues.astype("uint64").tobytes())
    return articles.select("doc_id", "source", "published_at", words=pl.Series(words), sketch=pl.Series(sketches))


def link_copies(
    sketches: pl.DataFrame,
    read_texts: Callable[[list[str]], dict[str, str]],
    threshold: float,
    same: Collection[str] = (),
) -> dict[str, str]:
    """Link each copy to the first instance of its text, both by `doc_id`.

    Articles are compared by their runs of five words, case and punctuation aside; titles do not count, since reprints
    change them. Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman &
    Ullman, “Mining of massive datasets”, ch. 3); the share of common runs is then computed exactly.

    The first instance has the earliest `published_at`, undated articles last, in a tie the smallest `doc_id`; the order
    of the rows does not matter. A copy of a copy is a copy: a group of copies has one first instance.

    Args:
        sketches: what `sketch_articles` returns.
        read_texts: reads the texts of some articles by `doc_id`.
        threshold: Jaccard similarity from which a text is a copy, above 0 to 1.
        same: `doc_id`s of pages whose text another page has too; in a tie they come after that page.
    """
    is_copy = pl.col("doc_id").is_in(list(same))
    ordered = sketches.sort("published_at", is_copy, "doc_id", nulls_last=True)
    group = {doc_id: [doc_id] for doc_id in ordered["doc_id"]}
    for one, other in _find_pairs(ordered, read_texts, threshold):
        smaller, larger = sorted((group[one], group[other]), key=len)
        if smaller is not larger:
            larger += smaller
            group |= dict.fromkeys(smaller, larger)
    originals: dict[int, str] = {}
    first = {doc_id: originals.setdefault(id(members), doc_id) for doc_id, members in group.items()}
    return {doc_id: original for doc_id, original in first.items() if original != doc_id}


def list_copies(articles: pl.DataFrame) -> pl.DataFrame:
    """List each copy beside its first instance: columns `source`, `title`, `source_first`, `title_first`."""
    first = articles.select("source", "title", duplicate_of="doc_id")
    linked = articles.drop_nulls("duplicate_of").select("source", "title", "duplicate_of")
    return linked.join(first, on="duplicate_of", suffix="_first", validate="m:1").drop("duplicate_of").sort("source")


def _find_pairs(
    sketches: pl.DataFrame, read_texts: Callable[[list[str]], dict[str, str]], threshold: float
) -> Iterator[tuple[str, str]]:
    """Yield pairs of articles at least as similar as the threshold; of the same words, each with the first of them."""
    firsts: dict[str, str] = {}
    for doc_id, words in sketches.select("doc_id", "words").iter_rows():
        if firsts.setdefault(words, doc_id) != doc_id:
            yield firsts[words], doc_id
    distinct = sketches.filter(pl.col("doc_id").is_in(list(firsts.values())))
    for one, other in _find_candidates(distinct, max(0.1, threshold - _LOOSER)):
        texts = read_texts([one, other])
        if measure_similarity(list_runs(texts[one]), list_runs(texts[other])) >= threshold:
            yield one, other


def _find_candidates(sketches: pl.DataFrame, threshold: float) -> list[tuple[str, str]]:
    if sketches.height < 2:
        return []
    import numpy as np
    from datasketch import LeanMinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
    found = []
    for doc_id, hashes in sketches.select("doc_id", "sketch").sort("doc_id").iter_rows():
        sketch = LeanMinHash(seed=_SEED, hashvalues=np.frombuffer(hashes, np.uint64), scheme=_SCHEME)
        found += [(str(other), doc_id) for other in index.query(sketch)]
        index.insert(doc_id, sketch)
    return sorted(found)


@cache
def _make_minhash() -> Any:
    """Make an empty MinHash; its copies share its permutations, which take time to draw."""
    from datasketch import MinHash

    return MinHash(_PERMUTATIONS, seed=_SEED, scheme=_SCHEME)


# Lines that pages share

_WORDS, _LONGEST = 4, 600
"""Words of the shortest line that counts, and characters of the longest: an article may be one line."""
_PAGES, _SHARE = 3, 0.5
"""Fewest pages of an outlet that share a line, and their share; copies of one article count as one page."""
_COMPARED, _COPY = 7, 0.7
"""Number of a page's longest lines that are compared; the share of them that makes one page a copy of another."""


class _Page(NamedTuple):
    """Hashes of a page's lines: of all, and of the longest."""

    lines: np.ndarray
    longest: tuple[int, ...]


class SharedLines:
    """The lines that most pages of an outlet share: menus, notices and blurbs, which may look like prose on one page.

    A line is known by a hash of its text. Pages without an outlet count as one outlet's. Their order does not matter.
    """

    def __init__(self) -> None:
        self._pages: dict[str | None, list[_Page]] = defaultdict(list)

    def add(self, outlet: str | None, text: str) -> None:
        """Add the lines of one page."""
        import numpy as np

        lines = _hash_lines(text)
        longest = sorted(lines, key=lambda line: (-len(line), line))[:_COMPARED]
        numbers = np.fromiter(lines.values(), np.int64, len(lines))
        self._pages[outlet].append(_Page(numbers, tuple(lines[line] for line in longest)))

    def find(self) -> dict[str | None, frozenset[int]]:
        """Find the hashes of the lines that the pages of each outlet share; outlets without any are left out."""
        import numpy as np

        found = {}
        for outlet, pages in self._pages.items():
            distinct = _join_copies(pages)
            numbers, counts = np.unique(np.concatenate(distinct), return_counts=True)
            shared = numbers[counts >= max(_PAGES, _SHARE * len(distinct))]
            if len(shared):
                found[outlet] = frozenset(shared.tolist())
        return found


def select_shared(text: str, shared: Collection[int]) -> frozenset[str]:
    """Select the lines of a page whose hashes are in `shared`."""
    return frozenset(line for line, number in _hash_lines(text).items() if number in shared) if shared else frozenset()


def _hash_lines(text: str) -> dict[str, int]:
    hashes = {}
    for line in {line.strip() for line in text.split("\n") if len(line) <= _LONGEST}:
        if len(line.split()) >= _WORDS:
            digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            hashes[line] = int.from_bytes(digest, "big") >> 1
    return hashes


def _join_copies(pages: list[_Page]) -> list[np.ndarray]:
    """Join the lines of pages that are copies: they have most of their longest lines in common."""
    import numpy as np

    joined: list[list[np.ndarray]] = []
    known: dict[tuple[int, ...], int] = {}
    for page in sorted(pages, key=lambda page: page.longest):
        keys = list(combinations(page.longest, ceil(_COPY * len(page.longest))))
        place = next((known[key] for key in keys if key in known), len(joined))
        if place == len(joined):
            joined.append([])
        joined[place].append(page.lines)
        known.update(dict.fromkeys(keys, place))
    return [np.unique(np.concatenate(lines)) for lines in joined]
