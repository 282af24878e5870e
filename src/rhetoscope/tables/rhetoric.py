"""The tables of the stage rhetoric."""

from __future__ import annotations

import polars as pl

from rhetoscope.tables.schema import BOOL, DOC, FLOAT, INT, SENTENCE, STRING, Column, Table, optional

TABLES = (
    Table(
        "rhetoric",
        "codings",
        "One row a coding: a device found in a sentence, said by a voice, of an actor.",
        ("doc_id", "start", "end", "device", "coding_id"),
        {
            "coding_id": Column(STRING, "16 hex digits from document, device and span"),
            "doc_id": DOC,
            "sentence_id": SENTENCE,
            "family": Column(STRING, "family of the device: the name of its codebook file"),
            "device": Column(STRING, "name of the device in the codebook"),
            "start": Column(INT, "first character of the span in `articles.text`"),
            "end": Column(INT, "one past its last character"),
            "text": Column(STRING, "the span: `articles.text[start:end]`"),
            "voice": Column(STRING, "`author`, the quoted or reported source, or `unnamed` where a quotation has none"),
            "actor": optional(STRING, "the actor it is said of"),
            "target": optional(STRING, "for threats and obligations: the actor they are directed at"),
            "actors": Column(pl.List(STRING), "every actor it is said of, the first is `actor`"),
            "mode": Column(STRING, "`author`, `direct` in a quotation, or `indirect` where it is reported"),
            "source": optional(STRING, "of a voice not the author's: `actor`, `named` (another name) or `anonymous`"),
        },
    ),
    Table(
        "rhetoric",
        "mentions",
        "One row a mention of an actor, by name or by a word that stands for it, with its role in the clause.",
        ("doc_id", "start", "end", "actor"),
        {
            "doc_id": DOC,
            "sentence_id": SENTENCE,
            "actor": Column(STRING, "canonical name of the actor"),
            "surface": Column(STRING, "the words of the page: `articles.text[start:end]`"),
            "start": Column(INT, "first character in `articles.text`"),
            "end": Column(INT, "one past the last character"),
            "role": Column(STRING, "`agent`, `patient`, `possessor` or `other`"),
            "predicate": optional(STRING, "lemma of the verb or noun the role belongs to"),
            "valence": Column(FLOAT, "valence of what is said of it, -1 to 1; 0 where nothing is"),
            "named": Column(BOOL, "whether it is named there; false where a word such as “its” stands for it"),
        },
    ),
    Table(
        "rhetoric",
        "rates",
        "One row a device and unit: how often, per 1,000 words, with its interval.",
        ("level", "unit", "family", "device"),
        {
            "level": Column(STRING, "`corpus`, `document`, `actor`, `topic`, `outlet` or `month`"),
            "unit": Column(STRING, "which document, actor, topic, outlet or month; `all` for the corpus"),
            "family": Column(STRING, "family of the device"),
            "device": Column(STRING, "name of the device"),
            "count": Column(INT, "codings"),
            "words": Column(INT, "words they were looked for in"),
            "per_1000": optional(FLOAT, "codings per 1,000 words; null without words"),
            "low": optional(FLOAT, "lower end of the 95 % interval of the rate"),
            "high": optional(FLOAT, "upper end of the 95 % interval of the rate"),
            "enough": Column(BOOL, "false where the sample is too small to report the rate"),
            "cluster": Column(STRING, "what was resampled: `document`, or `paragraph` within one document"),
            "clusters": Column(INT, "how many of them"),
        },
    ),
    Table(
        "rhetoric",
        "square",
        "The ideological square from both sides: one row an actor and what is said of it.",
        ("perspective", "side", "actor", "said"),
        {
            "perspective": Column(STRING, "whose view: the actors that are us"),
            "side": Column(STRING, "`us` or `them`"),
            "actor": Column(STRING, "canonical name of the actor"),
            "said": Column(STRING, "`good`, `bad` or `nothing`: the sign of the valence"),
            "mentions": Column(INT, "mentions of which that is said"),
            "agent": Column(INT, "of these, as agent"),
            "patient": Column(INT, "of these, as patient"),
            "emphasised": Column(INT, "of these, with a device of emphasis said of the actor in the same sentence"),
            "mitigated": Column(INT, "of these, with a device of mitigation said of the actor in the same sentence"),
        },
    ),
)
