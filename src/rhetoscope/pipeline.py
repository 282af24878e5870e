"""What makes spaCy's pipeline quick here; each part gives the same result as spaCy's own.

- `products`: the networks' matrix products, through NumPy's library and by blocks of one shape.
- `Forms`: the parts of speech, forms and lemmas that follow from a token's tag, remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab
    from thinc.api import Ops

BLOCK = 256
"""Rows of a matrix product."""


def quicken(pipeline: Language) -> None:
    """Puts the parts of this module in the place of spaCy's; sentences are taken as split already."""
    from spacy.language import Language

    if not Language.has_factory("rhetoscope_one_sentence"):
        Language.component("rhetoscope_one_sentence", func=_one_sentence)
        Language.factory("rhetoscope_forms", func=lambda nlp, name: Forms())
    for _, pipe in pipeline.pipeline:
        for layer in model.walk() if (model := getattr(pipe, "model", None)) is not None else ():
            layer.ops = products()
    if "attribute_ruler" in pipeline.pipe_names:
        forms = cast("Forms", pipeline.add_pipe("rhetoscope_forms", before="attribute_ruler"))
        _, forms.ruler = pipeline.remove_pipe("attribute_ruler")
        lemmatizer: Any = pipeline.get_pipe("lemmatizer") if "lemmatizer" in pipeline.pipe_names else None
        if getattr(lemmatizer, "mode", "") == "rule" and not lemmatizer.overwrite:
            _, forms.lemmatizer = pipeline.remove_pipe("lemmatizer")
            index = lemmatizer.lookups.get_table("lemma_index")
            for part_of_speech, words in index.items():
                index[part_of_speech] = frozenset(words)  # a list as it comes: each look-up went through all of it
    # the parser keeps to boundaries set before it: sentences were already split by the clean stage
    pipeline.add_pipe("rhetoscope_one_sentence", first=True)


def one_thread() -> AbstractContextManager[object]:
    """A context in which matrix products take one thread: the blocks are small, more threads wait for each other."""
    return cast("AbstractContextManager[object]", _threads().limit(limits=1, user_api="blas"))


@lru_cache(maxsize=1)
def _threads() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


@lru_cache(maxsize=1)
def products() -> Ops:
    """thinc's operations on NumPy, with matrix products of `BLOCK` rows at a time.

    The library NumPy brings is up to three times as fast as thinc's own, whose packages know few processors. Rows are
    filled up to whole blocks: then each product has the same shape, and what a row gives cannot hang on its neighbours
    in the last bit, so that a sentence is parsed alike in every batch.
    """
    import numpy as np
    from thinc.api import NumpyOps

    class Products(NumpyOps):  # type: ignore[misc]
        def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
            if trans1:
                return super().gemm(x, y, out=out, trans1=trans1, trans2=trans2)
            rows, width = x.shape
            blocks = -(-rows // BLOCK)
            filled = np.zeros((blocks * BLOCK, width), dtype=x.dtype)
            filled[:rows] = x
            found = np.matmul(filled.reshape(blocks, BLOCK, width), y.T if trans2 else y)
            found = found.reshape(blocks * BLOCK, found.shape[2])[:rows]
            if out is None:
                return found
            out[:] = found
            return out

    return Products()


class Forms:
    """spaCy's attribute ruler and rules for lemmas, remembered.

    What the ruler sets follows from a token's tag, dependency and form alone; the form matters for the few words its
    rules name. Rules over two tokens ("gonna", "there is") are left to the ruler itself. A lemma follows from the
    word, its part of speech and its form.
    """

    PAIRS = frozenset(["na", "ta", "let", "c'm", "y", "y'", "ai"])
    REGEX = frozenset(["n't", "nt", "nothin'", "nuthin'"])
    """Forms that the ruler's regular expressions match."""

    def __init__(self) -> None:
        self.ruler: Any = None
        self.lemmatizer: Any = None
        self._named: frozenset[int] = frozenset()
        self._pairs: frozenset[int] = frozenset()
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._lemmas: dict[tuple[int, ...], int] = {}

    def __call__(self, doc: Doc) -> Doc:
        """The document with its parts of speech, forms and lemmas set."""
        if not self._pairs:
            self._prepare(doc.vocab)
        named, pairs = self._named, self._pairs
        tokens = doc.to_array(["ORTH", "TAG", "LOWER", "DEP", "IS_SPACE"]).tolist()
        keys = [(tag, lower if lower in named else 0, dep, space) for _, tag, lower, dep, space in tokens]
        paired = any(lower in pairs or dep in pairs for _, _, lower, dep, _ in tokens)
        if paired or any(key not in self._known for key in keys):
            doc = self.ruler(doc)
            found = list(map(tuple, doc.to_array(["POS", "MORPH", "LEMMA"]).tolist()))
            if not paired:
                self._known.update(zip(keys, found, strict=True))
        else:
            found = [self._known[key] for key in keys]
        if self.lemmatizer is not None:
            found = [
                each if each[2] else (*each[:2], self._lemma(doc.vocab, token[0], *each[:2]))
                for token, each in zip(tokens, found, strict=True)
            ]
        if found:
            doc.from_array(["POS", "MORPH", "LEMMA"], _numbers(found))
        return doc

    def _lemma(self, vocab: Vocab, *word: int) -> int:
        """The lemma of a word (as spaCy numbers it), its part of speech and form."""
        lemma = self._lemmas.get(word)
        if lemma is None:
            from spacy.tokens import Doc

            alone = Doc(vocab, words=[vocab.strings[word[0]]])
            alone.from_array(["POS", "MORPH"], _numbers([word[1:]]))
            lemma = self._lemmas[word] = vocab.strings.add(self.lemmatizer.lemmatize(alone[0])[0])
        return lemma

    def _prepare(self, vocab: Vocab) -> None:
        """Reads from the ruler which words its rules name."""
        named = set(self.REGEX)
        tokens = [token for rule in self.ruler.patterns for pattern in rule["patterns"] for token in pattern]
        for lower in (token["LOWER"] for token in tokens if "LOWER" in token):
            named |= {lower} if isinstance(lower, str) else set(lower.get("IN", []))
        self._named = frozenset(vocab.strings.add(word) for word in named)
        self._pairs = frozenset(vocab.strings.add(word) for word in (*self.PAIRS, "expl"))


def _numbers(rows: Sequence[Sequence[int]]) -> Any:
    import numpy as np

    return np.array(rows, dtype="uint64")


def _one_sentence(doc: Doc) -> Doc:
    starts = [(1,), *[(-1 % 2**64,)] * (len(doc) - 1)]
    doc.from_array(["SENT_START"], _numbers(starts[: len(doc)]))
    return doc
