"""Topics of paragraphs and headlines that come out the same in any order, on any processor.

The rooms, in the order data go through them: `words` says what a word is and names topics, `units` what is
clustered, `vectors` keeps the vectors in a table, `guide` bends them towards given words; `neighbours` finds the
nearest documents, `cluster` the communities of their graph, which `consensus` takes from many runs; `guard` chooses
the way by the number of documents, `assign` gives all others a topic; `wording` finds the words with BERTopic,
`measure` says how good topics are, `describe` and `model` make the tables, `continued` those of topics kept from an
earlier run. `stability` refits, `hierarchy` joins topics, `views` counts them over time and by outlet. `settings` holds
the parameters.
"""

from rhetoscope.topics.continued import continued
from rhetoscope.topics.guide import Vectors, guide, guided, subjects
from rhetoscope.topics.hierarchy import hierarchy
from rhetoscope.topics.model import TopicFit, fit
from rhetoscope.topics.settings import CLUSTERINGS, OUTLIERS, Settings
from rhetoscope.topics.stability import NOISE, Stability, stability
from rhetoscope.topics.units import KINDS, documents, spelt, texts, units, with_texts
from rhetoscope.topics.vectors import Stored, stored, truncated
from rhetoscope.topics.views import BINS, over_time, shares

__all__ = [
    "BINS", "CLUSTERINGS", "KINDS", "NOISE", "OUTLIERS", "Settings", "Stability", "Stored", "TopicFit", "Vectors",
    "continued", "documents", "fit", "guide", "guided", "hierarchy", "over_time", "shares", "spelt", "stability",
    "stored", "subjects", "texts", "truncated", "units", "with_texts",
]  # fmt: skip
