"""Topics of paragraphs and headlines that come out the same in any order, on any processor.

The rooms, in the order data go through them: `words` says what a word is and names topics, `units` what is
clustered, `cluster` finds communities, `guard` chooses the way by the number of documents, `measure` says how good
topics are, `model` builds BERTopic and the tables, `stability` refits.
"""

from rhetoscope.topics.guard import CLUSTERINGS, Settings
from rhetoscope.topics.model import TopicFit, fit
from rhetoscope.topics.stability import NOISE, Stability, stability
from rhetoscope.topics.units import KINDS, documents, units

__all__ = [
    "CLUSTERINGS", "KINDS", "NOISE", "Settings", "Stability", "TopicFit", "documents", "fit", "stability", "units",
]  # fmt: skip
