"""Topics beside plain BERTopic (UMAP + HDBSCAN, seeded): coherence, diversity, time and whether they come out again.

Both cluster the same vectors. Ours is compared three ways: as the parameters have it, at the number of topics plain
BERTopic found, and at its number and its share of outliers, for leaving texts out flatters coherence. Topics are
described by ten words of one vocabulary, each by its own way: plain BERTopic counts how often words occur, ours in how
many texts. A second pair of columns describes both by plain BERTopic's way, so that only the clustering differs.
Times are CPU seconds. The columns of refits give the mean adjusted Rand index and the worst.

Where sentence-transformers is installed, a second table compares the time of embedding.

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
from embedding import throughput

from rhetoscope import embed
from rhetoscope.topics import NOISE, Settings, cluster, measure
from rhetoscope.topics.assign import partition
from rhetoscope.topics.neighbours import nearest

CORPORA = ("bbc_news", "m10", "ungdc")
MOST = 20_000
"""Texts taken of a corpus, the first by content hash."""
Make = Callable[[np.ndarray, int, np.ndarray | None], np.ndarray]
"""A refit: vectors, seed, and the order in which documents came, where another than by content."""


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
    """Coherence and diversity of topics' ten words of highest c-TF-IDF."""

    def __init__(self, found: list[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(stop_words="english")
        self.counts = vectorizer.fit_transform(found)
        self.names = vectorizer.get_feature_names_out()
        self.held = [[self.names[at] for at in row.indices] for row in self.counts]

    def top(self, labels: np.ndarray, texts_counted: bool) -> list[list[str]]:
        """Ten words of each topic, by how often they occur or by the texts they occur in."""
        from bertopic.vectorizers import ClassTfidfTransformer
        from scipy.sparse import csr_matrix

        rows = np.flatnonzero(labels >= 0)
        groups = csr_matrix((np.ones(len(rows)), (labels[rows], rows)), shape=(labels.max() + 1, len(labels)))
        counts = self.counts.sign() if texts_counted else self.counts
        with np.errstate(divide="ignore"):  # words that only texts without a topic hold
            weights = ClassTfidfTransformer().fit_transform(groups @ counts)
        return [[self.names[at] for at in np.argsort(-row.toarray()[0], kind="stable")[:10]] for row in weights]

    def scores(self, labels: np.ndarray, texts_counted: bool) -> tuple[float, float]:
        """Mean NPMI and diversity."""
        words = self.top(labels, texts_counted)
        return float(np.mean(measure.coherence(words, self.held))), measure.diversity(words) or 0.0


def plain(vectors: np.ndarray, seed: int) -> np.ndarray:
    """BERTopic's own models at its defaults, seeded (Grootendorst 2022)."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduced = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    model = HDBSCAN(min_cluster_size=10, metric="euclidean", cluster_selection_method="eom", prediction_data=True)
    return cluster.by_size(model.fit(reduced.fit_transform(vectors)).labels_, 10)


def ours(vectors: np.ndarray, seed: int, resolution: float = 1.0, leave_out: float = 0.0) -> np.ndarray:
    """The default clustering."""
    return partition(vectors, Settings(min_topic_size=10, seed=seed, resolution=resolution, leave_out=leave_out)).labels


def matched(vectors: np.ndarray, topics: int, share: float, tries: int = 6) -> np.ndarray:
    """Our topics with that share of texts left out, nearest to that number, by bisection of the resolution."""
    low, high = np.log(0.5), np.log(40)
    best: tuple[int, np.ndarray] | None = None
    for _ in range(tries):
        middle = (low + high) / 2
        found = ours(vectors, 0, float(np.exp(middle)), share)
        number = int(found.max()) + 1
        if best is None or abs(number - topics) < best[0]:
            best = abs(number - topics), found
        low, high = (middle, high) if number < topics else (low, middle)
    assert best
    return best[1]


def again(make: Make, vectors: np.ndarray, before: np.ndarray, refits: dict[str, int]) -> dict[str, list[float]]:
    """Adjusted Rand index of each refit, by what was changed."""
    found: dict[str, list[float]] = {change: [] for change in refits}
    for change, number in refits.items():
        for run in range(1, number + 1):
            draw = np.random.default_rng(run)
            if change == "order":
                order = draw.permutation(len(vectors))
                found[change].append(measure.agreement(before[order], make(vectors[order], 0, order)))
            elif change == "noise":
                noisy = (vectors + draw.normal(0, NOISE, vectors.shape)).astype(vectors.dtype)
                found[change].append(measure.agreement(before, make(noisy, 0, None)))
            else:
                found[change].append(measure.agreement(before, make(vectors, run, None)))
    return found


def as_plain(vectors: np.ndarray, seed: int, order: np.ndarray | None) -> np.ndarray:
    """A refit of plain BERTopic, which takes documents as they come."""
    return plain(vectors, seed)


class AsOurs:
    """A refit of ours, which sorts documents by content; the same neighbours and seed need no second clustering."""

    def __init__(self) -> None:
        self.known: dict[tuple[bytes, int], np.ndarray] = {}

    def __call__(self, vectors: np.ndarray, seed: int, order: np.ndarray | None) -> np.ndarray:
        """Labels in the order given."""
        back = np.arange(len(vectors)) if order is None else np.argsort(order)
        near = nearest(vectors[back], Settings().neighbours)
        key = (hashlib.sha256(near.tobytes()).digest(), seed)
        if key not in self.known:
            self.known[key] = cluster.communities(near, 1.0, 10, seed)
        return self.known[key] if order is None else self.known[key][order]


def main() -> None:
    """Prints the tables."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path, help="folder of the corpora")
    reader.add_argument("--corpus", choices=CORPORA, action="append", help="only this one; may be given again")
    reader.add_argument("--vectors", type=Path, help="folder in which vectors are kept between runs")
    reader.add_argument("--refits", type=int, default=2, help="refits of ours for each change; 0 for none")
    reader.add_argument("--plain-refits", type=int, default=1, help="refits of plain BERTopic for each change")
    given = reader.parse_args()
    plain(np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32), 0)  # numba compiles outside the clock
    head = "corpus|texts|clustering|topics|outliers|NPMI|diversity|NPMI, plain's words|diversity|CPU s|order|noise|seed"
    print("|", " | ".join(head.split("|")), "|")
    print("|" + "---|" * 13, flush=True)
    for corpus in given.corpus or CORPORA:
        found = texts(given.folder, corpus)
        vectors, words = vectors_of(corpus, found, given.vectors), Words(found)
        made = {}
        for name, make, refit, number in (
            ("plain", plain, as_plain, given.plain_refits),
            ("ours", ours, AsOurs(), given.refits),
        ):
            started = time.process_time()  # of a seeded UMAP as of ours it is one thread's; other load does not count
            made[name] = make(vectors, 0)
            seconds = time.process_time() - started
            stable = again(refit, vectors, made[name], dict.fromkeys(("order", "noise", "seed"), number))
            show(corpus, words, name, made[name], f"{seconds:.1f}", stable)
        count, share = int(made["plain"].max()) + 1, float((made["plain"] == -1).mean())
        show(corpus, words, "ours, same number", matched(vectors, count, 0.0))
        show(corpus, words, "and same outliers", matched(vectors, count, share))
    throughput({corpus: texts(given.folder, corpus) for corpus in given.corpus or CORPORA})


def show(
    corpus: str,
    words: Words,
    name: str,
    labels: np.ndarray,
    seconds: str = "",
    stable: dict[str, list[float]] | None = None,
) -> None:
    """One row of the table."""
    cells = [corpus, f"{len(labels):,}", name, f"{labels.max() + 1}", f"{100 * float((labels == -1).mean()):.0f} %"]
    for texts_counted in (name != "plain", False):
        cells += [f"{score:.3f}" for score in words.scores(labels, texts_counted)]
    values = [(stable or {}).get(change, []) for change in ("order", "noise", "seed")]
    cells += [
        seconds,
        *(f"{np.mean(found):.3f} ({min(found):.4f} of {len(found)})" if found else "" for found in values),
    ]
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
