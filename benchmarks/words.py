"""The words of topics, and how coherent and how different they are."""

from __future__ import annotations

import numpy as np

from rhetoscope.topics.words import compute_coherence, compute_diversity


class Words:
    """Coherence and diversity of topics' ten words of highest c-TF-IDF, from one vocabulary."""

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
        return float(np.mean(compute_coherence(words, self.held))), compute_diversity(words) or 0.0
