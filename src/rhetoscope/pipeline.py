"""What makes spaCy's pipeline quick here; each part gives the same result as spaCy's own.

- `products`: the networks' matrix products, through NumPy's library and by blocks of one shape.
- `remembering`: the vectors that follow from a word alone, looked up where the word was met lately.
- `Forms`: the parts of speech, forms and lemmas that follow from a token's tag, remembered.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab
    from thinc.api import Model, Ops

BLOCK = 256
"""Rows of a matrix product."""
MEMORY = 2**14
"""Words whose vectors are kept; where there are more, all are forgotten and met anew."""


def quicken(pipeline: Language) -> None:
    """Puts the parts of this module in the place of spaCy's; sentences are taken as split already."""
    from spacy.language import Language

    if not Language.has_factory("rhetoscope_one_sentence"):
        Language.component("rhetoscope_one_sentence", func=_one_sentence)
        Language.factory("rhetoscope_forms", func=lambda nlp, name: Forms())
    use_products(pipeline)
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


def use_products(pipeline: Language) -> None:
    """Gives the networks of a pipeline the operations of `products`, and their words a memory."""
    for _, pipe in pipeline.pipeline:
        model: Any = getattr(pipe, "model", None)
        for layer in list(model.walk()) if model is not None else ():
            layer.ops = products()
            embed = layer.get_ref("embed") if layer.has_ref("embed") is True else None
            if embed is not None and embed.layers and embed.layers[0].name == "extract_features":
                model.replace_node(embed, remembering(embed))


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
            weights = y.T if trans2 else y
            found = np.empty((rows, weights.shape[1]), dtype=x.dtype) if out is None else out
            whole = rows - rows % BLOCK
            for start in range(0, whole, BLOCK):
                np.matmul(x[start : start + BLOCK], weights, out=found[start : start + BLOCK])
            if whole < rows:
                rest = np.zeros((BLOCK, width), dtype=x.dtype)
                rest[: rows - whole] = x[whole:]
                found[whole:] = np.matmul(rest, weights)[: rows - whole]
            return found

    return Products()


def remembering(embed: Model[Any, Any]) -> Model[Any, Any]:
    """The layers that give each word a vector from its features alone, which remember it.

    Args:
        embed: layers of which the first takes the features of words from documents.
    """
    import numpy as np
    from thinc.api import Model, chain

    extract: Model[Any, Any] = embed.layers[0]
    rest: Model[Any, Any] = chain(*embed.layers[1:])
    places: dict[bytes, int] = {}
    vectors: Any = None

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[list[Any], Any]:
        nonlocal vectors
        if is_train:
            return cast("tuple[list[Any], Any]", embed(docs, is_train))
        features = [np.ascontiguousarray(of) for of in extract.predict(docs)]
        words = [of.view(f"V{of.shape[1] * of.itemsize}").ravel().tolist() for of in features]
        if len(places) > MEMORY:
            places.clear()
        new = [word for word in dict.fromkeys(word for of in words for word in of) if word not in places]
        if new:
            rows = np.frombuffer(b"".join(new), dtype=features[0].dtype).reshape(len(new), -1)
            found = rest.predict([rows])[0]
            vectors = np.concatenate([vectors, found]) if places else found
            places.update(zip(new, range(len(places), len(vectors)), strict=True))
        return [vectors[[places[word] for word in of]] for of in words], None

    return Model("remembering", forward, layers=[embed])


class Forms:
    """spaCy's attribute ruler and rules for lemmas, remembered.

    What they set follows from a word, its tag and its dependency alone, and of the dependencies only those count that
    the ruler's rules name. Rules over two tokens ("gonna", "there is") are left to the ruler itself.
    """

    FIRST = frozenset(["ai", "gon", "got", "let", "c'm", "y", "y'", "expl"])
    SECOND = frozenset(["n't", "nt", "na", "ta", "'s", "on", "all", "is", "are", "was", "were", "'re"])
    """Words, or the dependency `expl`, that rules over two tokens name."""
    REGEX = frozenset(["n't", "nt", "nothin'", "nuthin'", "nouthin'"])
    """Forms that the ruler's regular expressions match."""

    def __init__(self) -> None:
        self.ruler: Any = None
        self.lemmatizer: Any = None
        self._named: dict[str, frozenset[int]] = {}
        self._known: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._ruled: dict[tuple[int, ...], tuple[int, int, int]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """The document with its parts of speech, forms and lemmas set."""
        named = self._named or self._names(doc.vocab)
        tokens = doc.to_array(["ORTH", "TAG", "DEP", "LOWER"]).tolist()
        first, second, known = named["first"], named["second"], self._known
        if any(then[3] in second and (one[3] in first or one[2] in first) for one, then in pairwise(tokens)):
            doc = self.ruler(doc)
            return doc if self.lemmatizer is None else cast("Doc", self.lemmatizer(doc))
        deps, own, of_own = named["deps"], named["own"], named["own deps"]
        words = [
            (orth, tag, dep if dep in deps or (lower in own and dep in of_own) else 0)
            for orth, tag, dep, lower in tokens
        ]
        new = [place for place, word in enumerate(words) if word not in known]
        if new:
            self._learn(doc, words, new)
        if words:
            doc.from_array(["POS", "MORPH", "LEMMA"], _numbers([known[word] for word in words]))
        return doc

    def _learn(self, doc: Doc, words: list[tuple[int, int, int]], new: list[int]) -> None:
        """Remembers what ruler and lemmatizer say of new words, given by their places in a document."""
        from spacy.tokens import Doc

        # by the ruler's rules most words are alike: it is asked once for all of them
        lexemes = [doc.vocab[words[place][0]] for place in new]
        lowers = [lexeme.lower if lexeme.lower in self._named["LOWER"] else 0 for lexeme in lexemes]
        keys = [(*words[place][1:], low, lex.is_space) for place, low, lex in zip(new, lowers, lexemes, strict=True)]
        if any(key not in self._ruled for key in keys):
            found = self.ruler(doc).to_array(["POS", "MORPH", "LEMMA"]).tolist()
            self._ruled.update((key, tuple(found[place])) for key, place in zip(keys, new, strict=True))
        bare = []
        for key, lexeme, word in zip(keys, lexemes, (words[place] for place in new), strict=True):
            pos, morph, lemma = self._known[word] = self._ruled[key]
            if not lemma and self.lemmatizer is not None:
                bare.append((word, lexeme.text, pos, morph))
        if bare:
            alone = Doc(doc.vocab, words=[text for _, text, _, _ in bare])
            alone.from_array(["POS", "MORPH"], _numbers([(pos, morph) for *_, pos, morph in bare]))
            for token, (word, _, pos, morph) in zip(alone, bare, strict=True):
                self._known[word] = (pos, morph, doc.vocab.strings.add(self.lemmatizer.lemmatize(token)[0]))

    def _names(self, vocab: Vocab) -> dict[str, frozenset[int]]:
        """The words and dependencies that the ruler's rules name, as spaCy numbers them.

        `LOWER` holds all words, `deps` the dependencies that count for any word, `own deps` those for the words `own`.
        """
        names = {"LOWER": set(self.REGEX), "first": set(self.FIRST), "second": set(self.SECOND)}
        names |= {"deps": set[str](), "own": set[str](), "own deps": set[str]()}
        for token in (token for rule in self.ruler.patterns for pattern in rule["patterns"] for token in pattern):
            lower, dep = _values(token.get("LOWER", {})), _values(token.get("DEP", {}))
            names["LOWER"] |= lower
            names["own deps" if "LOWER" in token else "deps"] |= dep
            names["own"] |= lower if dep else set()
        self._named = {kind: frozenset(vocab.strings.add(name) for name in some) for kind, some in names.items()}
        return self._named


def _values(named: str | dict[str, list[str]]) -> set[str]:
    """What an attribute of a rule is held against."""
    return {named} if isinstance(named, str) else set(named.get("IN", named.get("NOT_IN", [])))


def _numbers(rows: Sequence[Sequence[int]]) -> Any:
    import numpy as np

    return np.array(rows, dtype="uint64")


def _one_sentence(doc: Doc) -> Doc:
    starts = [(1,), *[(-1 % 2**64,)] * (len(doc) - 1)]
    doc.from_array(["SENT_START"], _numbers(starts[: len(doc)]))
    return doc
