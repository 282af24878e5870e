"""Code the rhetoric of a corpus: find devices and mentions of actors, and tie each device to actor, target and voice.

A device is a rhetorical means that the codebook defines; a coding is one place in a text where a device was found.
`corpus` codes document by document: `devices` finds terms and patterns, `parse` and `grammar` read sentences,
`mentions` finds actors, `attribution` ties each device to its voice, actors and target. `summary` counts.
"""

from rhetoscope.coding.corpus import CodedDocuments, code_corpus, code_sentences
from rhetoscope.coding.mentions import ROLES
from rhetoscope.coding.summary import (
    build_square,
    choose_sides,
    compute_metrics,
    count_devices,
    count_roles,
    count_speakers,
    count_terms,
    count_voices,
    describe_evidentials,
    describe_square,
    list_concordance,
    list_evidence,
)

__all__ = [
    "ROLES", "CodedDocuments", "build_square", "choose_sides", "code_corpus", "code_sentences", "compute_metrics",
    "count_devices", "count_roles", "count_speakers", "count_terms", "count_voices", "describe_evidentials",
    "describe_square", "list_concordance", "list_evidence",
]  # fmt: skip
