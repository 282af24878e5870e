"""Topics beside plain BERTopic (UMAP + HDBSCAN, seeded): coherence, diversity, time and whether they come out again.

Both cluster the same vectors and describe clusters by the same class-based TF-IDF, so that only the clustering
differs. Ours is compared three ways: as the parameters have it, at the number of topics plain BERTopic found, and at
its number and its share of outliers, for leaving texts out flatters coherence.

    python benchmarks/topics.py ../shared/corpora --corpus bbc_news --vectors vectors
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from rhetoscope import embed
from rhetoscope.topics import NOISE, Settings, cluster, measure
from rhetoscope.topics.guard import partition

CORPORA = ("bbc_news", "m10", "ungdc")
MOST = 20_000
"""Texts taken of a corpus, the first by content hash."""


def texts(folder: Path, corpus: str) -> list[str]:
    """The distinct texts of a corpus, sorted by content hash; of the speeches, paragraphs of 100 signs or more."""
    if corpus == "ungdc":
        speeches = pl.read_parquet(folder / "ungdc_2014_2024.parquet")["text"].str.split("\n").explode()
        found = {" ".join(text.split()) for text in speeches.to_list() if text}
        found = {text for text in found if len(text) >= 100}
    else:
        found = {line.split("\t")[0] for line in (folder / corpus / "corpus.tsv").read_text("utf-8").splitlines()}
    return sorted(found, key=lambda text: (hashlib.sha256(text.casefold().encode()).hexdigest()[:16], text))[:MOST]


def vectors_of(corpus: str, found: list[str], kept: Path | None) -> np.ndarray:
    """Their vectors, kept in a folder between runs where one is named."""
    file = kept / f"{corpus}.npy" if kept else None
    if file and file.is_file():
        return np.load(file)
    made = embed.embed(found).matrix(found)
    if file:
        np.save(file, made)
    return made


class Words:
    """Coherence and diversity of the ten words of highest c-TF-IDF, the same for every clustering."""

    def __init__(self, found: list[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(stop_words="english")
        self.counts = vectorizer.fit_transform(found)
        self.names = vectorizer.get_feature_names_out()
        self.held = [[self.names[at] for at in row.indices] for row in self.counts]

    def top(self, labels: np.ndarray) -> list[list[str]]:
        """Ten words of each topic."""
        from bertopic.vectorizers import ClassTfidfTransformer
        from scipy.sparse import csr_matrix

        rows = np.flatnonzero(labels >= 0)
        groups = csr_matrix((np.ones(len(rows)), (labels[rows], rows)), shape=(labels.max() + 1, len(labels)))
        with np.errstate(divide="ignore"):  # words that only texts without a topic hold
            weights = ClassTfidfTransformer().fit_transform(groups @ self.counts)
        return [[self.names[at] for at in np.argsort(-row.toarray()[0], kind="stable")[:10]] for row in weights]

    def scores(self, labels: np.ndarray) -> tuple[float, float]:
        """Mean NPMI and diversity."""
        words = self.top(labels)
        return float(np.mean(measure.coherence(words, self.held))), measure.diversity(words) or 0.0


def plain(vectors: np.ndarray, seed: int) -> np.ndarray:
    """BERTopic's own models at its defaults, seeded (Grootendorst 2022)."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduced = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    model = HDBSCAN(min_cluster_size=10, metric="euclidean", cluster_selection_method="eom", prediction_data=True)
    return cluster.by_size(model.fit(reduced.fit_transform(vectors)).labels_, 10)


def ours(vectors: np.ndarray, seed: int, resolution: float = 1.0) -> np.ndarray:
    """The default clustering."""
    return partition(vectors, Settings(min_topic_size=10, seed=seed, resolution=resolution)).labels


def matched(vectors: np.ndarray, topics: int, tries: int = 6) -> float:
    """The resolution at which the number of topics comes nearest to `topics`, by bisection of its logarithm."""
    low, high, best = np.log(0.2), np.log(40), (np.inf, 1.0)
    for _ in range(tries):
        middle = (low + high) / 2
        found = int(ours(vectors, 0, float(np.exp(middle))).max()) + 1
        best = min(best, (abs(found - topics), float(np.exp(middle))))
        low, high = (middle, high) if found < topics else (low, middle)
    return best[1]


def leave_out(vectors: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
    """The labels with that share of documents left out: those with fewest nearest documents of their own topic."""
    near = cluster.nearest(vectors, 8)
    firm = np.where(labels < 0, -1, (labels[near] == labels[:, None]).mean(axis=1))
    left = labels.copy()
    left[np.argsort(firm, kind="stable")[: round(share * len(labels))]] = -1
    return left


def again(
    make: Callable[[np.ndarray, int], np.ndarray], vectors: np.ndarray, before: np.ndarray, refits: int, sorts: bool
) -> dict[str, float]:
    """Mean adjusted Rand index over refits; one that sorts its documents by content never sees another order."""
    found: dict[str, list[float]] = {"order": [], "noise": [], "seed": []}
    for run in range(1, refits + 1):
        draw = np.random.default_rng(run)
        order = np.arange(len(vectors)) if sorts else draw.permutation(len(vectors))
        found["order"].append(measure.agreement(before[order], make(vectors[order], 0)))
        noisy = (vectors + draw.normal(0, NOISE, vectors.shape)).astype(vectors.dtype)
        found["noise"].append(measure.agreement(before, make(noisy, 0)))
        found["seed"].append(measure.agreement(before, make(vectors, run)))
    return {change: float(np.mean(values)) for change, values in found.items() if values}


def main() -> None:
    """Prints one table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path, help="folder of the corpora")
    reader.add_argument("--corpus", choices=CORPORA, action="append", help="only this one; may be given again")
    reader.add_argument("--vectors", type=Path, help="folder in which vectors are kept between runs")
    reader.add_argument("--refits", type=int, default=1, help="refits of each change; 0 for none")
    given = reader.parse_args()
    plain(np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32), 0)  # numba compiles outside the clock
    print("| corpus | texts | clustering | topics | outliers | NPMI | diversity | CPU s | order | noise | seed |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for corpus in given.corpus or CORPORA:
        found = texts(given.folder, corpus)
        vectors, words = vectors_of(corpus, found, given.vectors), Words(found)
        rows: list[tuple[str, np.ndarray, float | None, dict[str, float]]] = []
        for name, make in (("plain", plain), ("ours", ours)):
            started = time.process_time()  # of a seeded UMAP as of ours it is one thread's; other load does not count
            labels = make(vectors, 0)
            seconds = time.process_time() - started
            row = (name, labels, seconds, again(make, vectors, labels, given.refits, name == "ours"))
            rows.append(row)
            show(corpus, words, *row)
        count, share = int(rows[0][1].max()) + 1, float((rows[0][1] == -1).mean())
        same = ours(vectors, 0, matched(vectors, count))
        show(corpus, words, "ours, same number", same, None, {})
        show(corpus, words, "and same outliers", leave_out(vectors, same, share), None, {})


def show(
    corpus: str, words: Words, name: str, labels: np.ndarray, seconds: float | None, stable: dict[str, float]
) -> None:
    """One row of the table."""
    npmi, diversity = words.scores(labels)
    spent = "" if seconds is None else f"{seconds:.1f}"
    refitted = " | ".join(f"{stable[change]:.3f}" if change in stable else "" for change in ("order", "noise", "seed"))
    outliers = f"{100 * float((labels == -1).mean()):.0f} %"
    print(
        f"| {corpus} | {len(labels):,} | {name} | {labels.max() + 1} | {outliers} | {npmi:.3f} | {diversity:.3f} | "
        f"{spent} | {refitted} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
