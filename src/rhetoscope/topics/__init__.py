"""Topics of paragraphs and headlines: the same for any order of documents and on any processor.

The modules, in the order in which the data passes through them: `units` reads the texts, `embedding` turns a text into
a vector, `vectors` stores the vectors of a corpus, `clustering` finds the topics, `words` decides what counts as a word
and names the topics, `model` makes the tables of topics and assignments, and `views` measures how stable the topics are
and counts them over time and by outlet.

A unit is a paragraph or a headline. A document is a distinct text: units with the same text are one document.
"""

from rhetoscope.topics.clustering import CLUSTERINGS, OUTLIERS, Settings
from rhetoscope.topics.embedding import DEFAULT, MAX_TOKENS, STATIC, compute_vectors
from rhetoscope.topics.model import TopicFit, continue_topics, describe_topics, fit_topics
from rhetoscope.topics.units import KINDS, add_texts, list_documents, read_texts, read_units
from rhetoscope.topics.vectors import Vectors, count_truncated, embed_texts
from rhetoscope.topics.views import (
    BINS,
    NOISE,
    Stability,
    build_hierarchy,
    count_by_outlet,
    count_over_time,
    describe_stability,
    measure_stability,
)

__all__ = [
    "BINS", "CLUSTERINGS", "DEFAULT", "KINDS", "MAX_TOKENS", "NOISE", "OUTLIERS", "STATIC",
    "Settings", "Stability", "TopicFit", "Vectors",
    "add_texts", "build_hierarchy", "compute_vectors", "continue_topics", "count_by_outlet", "count_over_time",
    "count_truncated", "describe_stability", "describe_topics", "embed_texts", "fit_topics", "list_documents",
    "measure_stability", "read_texts", "read_units",
]  # fmt: skip
