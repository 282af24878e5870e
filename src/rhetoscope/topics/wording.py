"""The words of topics already found, by BERTopic (its manual topic modelling)."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rhetoscope.imports import without
from rhetoscope.topics.neighbours import central_first
from rhetoscope.topics.settings import Settings

if TYPE_CHECKING:
    import numpy as np

_UNUSED = ("umap", "hdbscan", "plotly", "spacy")
"""Packages that BERTopic imports when it is imported, and that no topic model of ours asks it for."""


def bertopic(held_by: Sequence[Sequence[str]], vectors: np.ndarray, labels: np.ndarray, settings: Settings) -> Any:
    """BERTopic on topics already found (its manual topic modelling): c-TF-IDF, words and topic vectors.

    c-TF-IDF (Grootendorst 2022, eq. 2) with document frequencies. `held_by` are the words of each document.
    """
    BERTopic = _imported()
    from bertopic.backend import BaseEmbedder
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import BaseRepresentation
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    def analyse(joined: str) -> list[str]:
        # Each word once a document, so that its count in a topic is the number of the topic's documents that hold
        # it: a long paragraph, or a word repeated in one, weighs no more than a headline.
        return [word for number in joined.split() for word in held_by[int(number)]]

    class Given(BaseEmbedder):  # type: ignore[misc]  # BERTopic has no types
        """Stands where BERTopic would silently take TF-IDF for a missing backend."""

        def embed(self, documents: list[str], verbose: bool = False) -> np.ndarray:
            raise RuntimeError("the vectors are given; BERTopic has nothing to embed")

    class Shared(BaseRepresentation):  # type: ignore[misc]
        """The words of highest c-TF-IDF that two or more documents of the topic share.

        A word of one document says nothing of a topic; three such are taken only where fewer are shared. Of words
        of equal weight those come first that stand in the document nearest the centre, then by alphabet: BERTopic's
        own order of equal words depends on the processor.
        """

        def extract_topics(
            self, topic_model: Any, documents: Any, c_tf_idf: Any, topics: dict[int, Any]
        ) -> dict[int, list[tuple[str, float]]]:
            names = topic_model.vectorizer_model.get_feature_names_out()
            found = {}
            for row, topic in enumerate(sorted(topics)):
                held: Counter[str] = Counter()
                central: dict[str, int] = {}
                for place, member in enumerate(
                    central_first(vectors, documents.index[documents.Topic == topic].to_numpy())
                ):
                    for word in held_by[member]:
                        held[word] += 1
                        central.setdefault(word, place)
                weights = c_tf_idf[row].tocoo()
                scored = [(str(names[at]), float(weight)) for at, weight in zip(weights.col, weights.data, strict=True)]
                scored.sort(key=lambda pair: (held[pair[0]] < 2, -round(pair[1], 9), central[pair[0]], pair[0]))
                shared = sum(held[word] >= 2 for word, _ in scored)
                found[topic] = scored[: min(settings.top_words, max(shared, 3))]
            return found

    model = BERTopic(
        embedding_model=Given(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(analyzer=analyse),
        ctfidf_model=ClassTfidfTransformer(),
        representation_model=Shared(),
        top_n_words=settings.top_words,
    )
    # the texts themselves are not needed: BERTopic joins a topic's documents, and `analyse` looks up their words
    return model.fit([f"{row} " for row in range(len(held_by))], vectors, y=labels)


def _imported() -> Any:
    """The class `BERTopic`, without the plots, UMAP and HDBSCAN it can do without: they are half of its import."""
    # BERTopic mutes all users' warnings when it is imported, and its own imports warn of progress bars
    with without(*_UNUSED), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
    return BERTopic
