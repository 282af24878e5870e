"""What makes spaCy's networks quick here; each part gives the same result as spaCy's own.

- `products`: matrix products through NumPy's library and by blocks of one shape.
- `remembering`: the vectors that follow from a word alone, looked up where the word was met lately.
- `Transitions`: a parser or recogniser whose sentences take each step together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokens import Doc
    from thinc.api import Model, Ops

BLOCK = 256
"""Rows of a matrix product."""
FEW = 32
"""Rows of a matrix product where there may be few: sentences that have a step to take."""
AHEAD = 2**11
"""Words of sentences that take their steps together: four times as many take 90 MB more, and as long."""
WIDE = ("maxout", "precomputable_affine")
"""Layers whose products take most of the time; compiled code that reads weights as they lie reads none of theirs."""
MEMORY = 2**14
"""Words whose vectors are kept; where there are more, all are forgotten and met anew."""


def use_products(pipeline: Language) -> None:
    """Gives the networks of a pipeline the operations of `products`, and their words a memory."""
    for _, pipe in pipeline.pipeline:
        model: Any = getattr(pipe, "model", None)
        for layer in list(model.walk()) if model is not None else ():
            layer.ops = products()
            if layer.name in WIDE:
                layer.set_param("W", _turned(layer.get_param("W")))
            embed = layer.get_ref("embed") if layer.has_ref("embed") is True else None
            if embed is not None and embed.layers and embed.layers[0].name == "extract_features":
                model.replace_node(embed, remembering(embed))


def _turned(weights: Any) -> Any:
    """The same weights, in memory as a product reads them: a tenth faster, to the same bits."""
    import numpy as np

    rows = weights.reshape(-1, weights.shape[-1])
    return np.ascontiguousarray(rows.T).T.reshape(weights.shape)


def one_thread() -> AbstractContextManager[object]:
    """A context in which matrix products take one thread: the blocks are small, more threads wait for each other."""
    return cast("AbstractContextManager[object]", _threads().limit(limits=1, user_api="blas"))


@lru_cache(maxsize=1)
def _threads() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


@lru_cache(maxsize=2)
def products(block: int = BLOCK) -> Ops:
    """thinc's operations on NumPy, with matrix products of so many rows at a time.

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
            whole = rows - rows % block
            for start in range(0, whole, block):
                np.matmul(x[start : start + block], weights, out=found[start : start + block])
            if whole < rows:
                rest = np.zeros((block, width), dtype=x.dtype)
                rest[: rows - whole] = x[whole:]
                found[whole:] = np.matmul(rest, weights)[: rows - whole]
            return found

        def maxout(self, X: Any) -> tuple[Any, Any]:
            """The largest of the pieces, in a fifth of thinc's time; which it was, training alone asks for."""
            best = X[..., 0]
            for piece in range(1, X.shape[-1]):
                best = np.maximum(best, X[..., piece])
            return best, None

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


class Transitions:
    """A parser or recogniser of spaCy's, of which all sentences of a batch take each step together.

    spaCy's own loop lets go of Python's lock (the GIL) and takes it again several times for each word, to ask whether
    an error has occurred: a third of the time of a parse. Steps taken from Python keep it. The steps are those of
    spaCy, through its methods for training and for beams.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.own: Any = None
        self.model: Model[Any, Any] | None = None

    def take(self, own: Any) -> None:
        """Takes the place of a parser or recogniser."""
        self.own, self.model = own, own.model
        if own.model.attrs["has_upper"]:
            own.model.get_ref("upper").ops = products(FEW)

    def __call__(self, doc: Doc) -> Doc:
        """The document, parsed."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """The documents in order, parsed."""
        for batch in _batches(docs, batch_size):
            states = self.own.moves.init_batch(batch)
            going = [state for state in states if not state.is_final()]
            if going:
                scores = self.own.model.predict(batch)
                while going:
                    going = self.own.transition_states(going, scores.predict(going))
            self.own.set_annotations(batch, states)
            yield from batch


def _batches(docs: Iterable[Doc], most: int) -> Iterator[list[Doc]]:
    """So many documents at a time, or fewer where they are long: what is computed of each word ahead takes memory."""
    batch: list[Doc] = []
    words = 0
    for doc in docs:
        words += len(doc)
        if batch and (len(batch) == most or words > AHEAD):
            yield batch
            batch, words = [], len(doc)
        batch.append(doc)
    if batch:
        yield batch


def use_transitions(pipeline: Language, name: str) -> None:
    """Puts `Transitions` in the place of the parser or recogniser of that name, if it takes single steps, no beams."""
    from spacy.language import Language
    from spacy.pipeline import DependencyParser, EntityRecognizer

    if not Language.has_factory("rhetoscope_transitions"):
        Language.factory("rhetoscope_transitions", func=lambda nlp, name: Transitions(name))
    own: Any = pipeline.get_pipe(name)
    if isinstance(own, DependencyParser | EntityRecognizer) and own.cfg["beam_width"] == 1:
        cast("Transitions", pipeline.add_pipe("rhetoscope_transitions", after=name)).take(own)
        pipeline.remove_pipe(name)  # links the networks anew, so after the taking
        pipeline.rename_pipe("rhetoscope_transitions", name)
