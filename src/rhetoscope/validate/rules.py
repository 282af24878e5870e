"""The rule coder applied to labelled units: what the codebook and the valence of mentions say of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from rhetoscope import actors, codebook, sentences
from rhetoscope.actors import ActorTable, Span
from rhetoscope.codebook import Device
from rhetoscope.coding import code_sentences, grammar
from rhetoscope.coding.mentions import find_mentions, score_valence
from rhetoscope.coding.parse import parse_sentences
from rhetoscope.validate.gold import Labelled

if TYPE_CHECKING:
    from spacy.tokens import Doc

DEVICES = {"hedge": ("hedge",), "threat": ("threat",)}
"""Sentence-level sets, and the devices of which one coding makes a sentence positive."""


def code(labelled: Labelled) -> np.ndarray:
    """The rule coder's label of each unit, as `Labelled.frame` gives its gold ones.

    Raises:
        KeyError: the rule coder has no rule for what is labelled.
    """
    return _CODERS[labelled.device](labelled)


def _with_devices(labelled: Labelled) -> np.ndarray:
    """1 for each sentence with a coding of one of the set's devices."""
    wanted = [device for device in codebook.load() if device.name in DEVICES[labelled.device]]
    texts = labelled.frame.get_column("text")
    codings, _ = _coded(texts, wanted)
    return _marked(len(texts), codings.get_column("sentence_id"))


def _negative(labelled: Labelled) -> np.ndarray:
    """1 for each sentence that says something negative of an actor it names."""
    texts = labelled.frame.get_column("text")
    _, mentions = _coded(texts, [])
    return _marked(len(texts), mentions.filter(pl.col("valence") < 0).get_column("sentence_id"))


def _stance(labelled: Labelled) -> np.ndarray:
    """The sign of the valence of each target."""
    frame, table = labelled.frame, actors.load()
    docs = _parsed(frame.get_column("text").to_list(), table)
    signs = []
    for doc, start, end in zip(docs, frame.get_column("start"), frame.get_column("end"), strict=True):
        found = find_mentions(doc, table, [Span(start, end, "target", demonym=False)])
        signs.append(int(np.sign(score_valence(found[0]))) if found else 0)
    return np.array(signs)


def _agentless(labelled: Labelled) -> np.ndarray:
    """1 for each verb that ends a coding of agentless_passive."""
    frame = labelled.frame
    texts = frame.get_column("text").unique(maintain_order=True)
    wanted = [device for device in codebook.load() if device.name == "agentless_passive"]
    found, _ = _coded(texts, wanted)
    ends = set(found.select("sentence_id", "end").iter_rows())
    number = {text: _sentence_id(row) for row, text in enumerate(texts)}
    return np.array([int((number[text], end) in ends) for text, end in frame.select("text", "end").iter_rows()])


def _passive(labelled: Labelled) -> np.ndarray:
    """1 for each verb that the parse has as a passive with a passive auxiliary or subject."""
    frame = labelled.frame
    texts = frame.get_column("text").unique(maintain_order=True).to_list()
    found = {
        (text, token.idx + len(token))
        for text, doc in zip(texts, _parsed(texts, actors.load()), strict=True)
        for token in doc
        if grammar.find_child(token, "auxpass", "nsubjpass", "csubjpass") is not None
    }
    return np.array([int(unit in found) for unit in frame.select("text", "end").iter_rows()])


_CODERS: dict[str, Callable[[Labelled], np.ndarray]] = {
    "hedge": _with_devices,
    "threat": _with_devices,
    "negative_evaluation": _negative,
    "stance": _stance,
    "agentless_passive": _agentless,
    "passive": _passive,
}


def _parsed(texts: list[str], table: ActorTable) -> list[Doc]:
    """Each text parsed as the coding parses it: with the stand-ins of the names that the actor table knows."""
    return parse_sentences(texts, names=[table.find(text) for text in texts])


def _coded(texts: pl.Series, devices: list[Device]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables `codings` and `mentions`, each text being the only sentence of its own article."""
    ids = [_sentence_id(row) for row in range(len(texts))]
    frame = pl.DataFrame({"sentence_id": ids, "doc_id": ids, "text": texts})
    rows = frame.with_columns(
        part=pl.lit("body"),
        paragraph=pl.lit(0, pl.Int64),
        sentence=pl.lit(0, pl.Int64),
        start=pl.lit(0, pl.Int64),
        end=pl.col("text").str.len_chars().cast(pl.Int64),
        words=sentences.word_count(pl.col("text")),
    )
    return code_sentences(rows, devices, actors.load())


def _sentence_id(row: int) -> str:
    return f"{row:08d}"


def _marked(rows: int, sentence_ids: pl.Series) -> np.ndarray:
    marked = np.zeros(rows, np.int64)
    marked[[int(each) for each in sentence_ids.unique()]] = 1
    return marked
