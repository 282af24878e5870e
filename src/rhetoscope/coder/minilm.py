"""The weights in the packaged model's file: read by name, and replaced in a copy of it.

The file is a protocol buffer (ONNX's `ModelProto`) that holds each weight as a name and its raw bytes, so others of the
same shape can be put in their place. Matrices are integers of 8 bits with a scale a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from rhetoscope import embed

if TYPE_CHECKING:
    import numpy as np

LAYERS = 6
_KINDS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The matrices of a layer in the order of the model's graph: the file names them by numbers that rise with it."""


def weights() -> dict[str, np.ndarray]:
    """Every weight of the model as float32 by its name in BERT, matrices of shape (inputs, outputs).

    Raises:
        InputError: the model file is missing or is not the one whose hash is pinned.
    """
    import numpy as np

    model, places = _file()
    found = {}
    for name, place in places.items():
        if name.startswith("inner.") and not name.endswith(("_q", "_scale", "position_ids")):
            found[name.removeprefix("inner.")] = np.frombuffer(model[place], np.float32)
    for name, stored in _matrices().items():
        scale = np.frombuffer(model[places[f"{stored}_scale"]], np.float32)
        integers = np.frombuffer(model[places[f"{stored}_q"]], np.int8)
        if name.startswith("embeddings."):  # a scale a row
            found[name] = integers.reshape(len(scale), -1) * scale[:, None]
        else:
            found[name] = integers.reshape(-1, len(scale)) * scale
    return found


def replaced(changed: Mapping[str, np.ndarray]) -> bytes:
    """The model file with some of its weights, named as in `weights`, replaced; matrices are rounded to 8 bits anew.

    Raises:
        KeyError: there is no such weight.
        ValueError: a weight has another shape than the one it replaces.
    """
    import numpy as np

    model, places = _file()
    matrices, new = _matrices(), bytearray(model)
    for name, values in changed.items():
        parts = {f"inner.{name}": values.astype(np.float32)}
        if name in matrices:
            scale = np.abs(values).max(axis=0) / 127
            integers = np.round(values / scale).astype(np.int8)
            parts = {f"{matrices[name]}_q": integers, f"{matrices[name]}_scale": scale.astype(np.float32)}
        for stored, part in parts.items():
            place, content = places[stored], part.tobytes()
            if place.stop - place.start != len(content):
                raise ValueError(f"{name} has the shape {values.shape}, which is not that of the model's weight")
            new[place] = content
    return bytes(new)


@cache
def _file() -> tuple[bytes, dict[str, slice]]:
    """The model file, and where in it the bytes of each weight lie."""
    model = embed.minilm.file("model").read_bytes()
    places = {}
    for graph in _fields(model, slice(0, len(model)), 7):  # ModelProto.graph
        for weight in _fields(model, graph, 5):  # GraphProto.initializer
            for raw in _fields(model, weight, 9):  # TensorProto.raw_data
                places[next(model[name].decode() for name in _fields(model, weight, 8))] = raw
    return model, places


def _matrices() -> dict[str, str]:
    """The name of each matrix in BERT, and what the file calls it."""
    stored = sorted(
        (n.removesuffix("_q") for n in _file()[1] if n.startswith("val_") and n.endswith("_q")), key=_number
    )
    names = [f"encoder.layer.{layer}.{kind}.weight" for layer in range(LAYERS) for kind in _KINDS]
    tables = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position")]
    return {**dict(zip(names, stored, strict=True)), **{name: f"inner.{name}" for name in tables}}


def _number(name: str) -> int:
    return int(name.removeprefix("val_"))


def _fields(data: bytes, within: slice, wanted: int) -> Iterator[slice]:
    """Where the contents of a message's fields of one number lie; fields of fixed width are none of them."""
    at = within.start
    while at < within.stop:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 2:  # length-delimited
            length, at = _varint(data, at)
            if number == wanted:
                yield slice(at, at + length)
            at += length
        else:
            at = _varint(data, at)[1] if kind == 0 else at + (8 if kind == 1 else 4)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, lowest first, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
