"""Topics beside plain BERTopic: from texts to topics with sentence-transformers, and the clustering alone.

From end to end both begin with the texts and end with topics and their words; the models are loaded before and have
one thread each. Plain BERTopic is seeded, with its defaults. The clustering alone is of the same vectors. How good it
is, is compared at plain BERTopic's number of topics and its share of outliers, for leaving texts out flatters
coherence. Topics are described by ten words of one vocabulary, each by its own way: plain BERTopic counts how often
words occur, ours in how many texts; the notes give both by plain BERTopic's way, so that only the clustering differs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from clusterings import matched, ours, ours_from_texts, plain, plain_from_texts
from corpora import CORPORA, NAMES, clustered, sentence_transformer, texts, vectors_of
from given import Given
from table import Row
from timing import ROUNDS, beside, in_turns
from words import Words

from rhetoscope.topics import DEFAULT, STATIC

PACKAGES = ("bertopic", "umap-learn", "hdbscan", "sentence-transformers", "torch", "igraph")
TIMED = 1_000
"""Texts from end to end."""
PLAIN, OURS = "plain BERTopic", "ours"
WITH = "plain BERTopic with sentence-transformers"


def rows(given: Given) -> Iterator[Row]:
    """For each corpus both from end to end, then the clustering alone: its time, coherence and diversity."""
    plain(np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32))  # numba compiles outside the clock
    model = sentence_transformer()
    for corpus in CORPORA:
        few = texts(given, corpus, 150 if given.small else TIMED)
        plain_from_texts(few[:100], model)
        for name in (DEFAULT, STATIC):
            ours_from_texts(few[:100], name)
        ways = {WITH: [lambda few=few: plain_from_texts(few, model)]}
        ways |= {name: [lambda few=few, name=name: ours_from_texts(few, name)] for name in (DEFAULT, STATIC)}
        spent = in_turns(ways, 1 if given.small else ROUNDS)
        on = f"{NAMES[corpus]}, {len(few):,} texts"
        for name in (DEFAULT, STATIC):
            yield beside(f"texts to topics: {name}", on, spent, (name, WITH), len(few), "texts a CPU second")
        yield from _clustering(given, corpus)


def _clustering(given: Given, corpus: str) -> Iterator[Row]:
    found = clustered(given, corpus)
    vectors, words = vectors_of(given, corpus, found), Words(found)
    made: dict[str, np.ndarray] = {}

    def keep(name: str) -> None:
        made[name] = {PLAIN: plain, OURS: ours}[name](vectors)

    spent = in_turns({name: [lambda name=name: keep(name)] for name in (PLAIN, OURS)}, 1 if given.small else ROUNDS)
    on = f"{NAMES[corpus]}, {len(found):,} texts"
    row = beside("clustering alone", on, spent, (OURS, PLAIN), len(found), "texts a CPU second")
    counts = {name: int(labels.max()) + 1 for name, labels in made.items()}
    yield row._replace(note=f"{counts[OURS]} topics, theirs {counts[PLAIN]}")
    if not counts[PLAIN]:
        return  # of very few texts it makes no topic
    share = float((made[PLAIN] == -1).mean())
    alike = matched(vectors, counts[PLAIN], share)
    theirs, own, by_theirs = words.scores(made[PLAIN], False), words.scores(alike, True), words.scores(alike, False)
    on = f"{on}, {counts[PLAIN]} topics, {share:.0%} left out"
    for place, what in enumerate(("coherence (NPMI)", "diversity")):
        positive = theirs[place] > 0 and own[place] > 0
        yield Row(
            what, on, "", own[place], PLAIN, theirs[place], own[place] / theirs[place] if positive else None,
            note=f"{by_theirs[place]:.3f} by plain BERTopic's choice of words; {int(alike.max()) + 1} topics of ours",
        )  # fmt: skip
