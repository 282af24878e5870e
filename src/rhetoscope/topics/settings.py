"""The parameters of a topic model, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rhetoscope import InputError

CLUSTERINGS = ("leiden", "hdbscan")
"""Values of the parameter `clustering`."""

OUTLIERS = ("none", "nearest")
"""Values of the parameter `outliers`."""

_LEAST = {"min_topic_size": 2, "neighbours": 2, "top_words": 2, "seed": 0, "sample": 100, "ngram_max": 1}


@dataclass(frozen=True)
class Settings:
    """The parameters of a topic model, checked when it is made.

    Raises:
        InputError: a value is out of range; the message names parameter, value and what would be right.
    """

    clustering: str = "leiden"
    min_topic_size: int = 4
    neighbours: int = 8
    resolution: float = 1.0
    top_words: int = 10
    seed: int = 0
    sample: int = 20_000
    leave_out: float = 0.0
    outliers: str = "none"
    ngram_max: int = 1
    stop_words: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.clustering not in CLUSTERINGS:
            raise InputError(f"topics.clustering is {self.clustering!r}; known are {', '.join(CLUSTERINGS)}")
        if self.outliers not in OUTLIERS:
            raise InputError(f"topics.outliers is {self.outliers!r}; known are {', '.join(OUTLIERS)}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise InputError(f"topics.{name} must be at least {least}, found {getattr(self, name)}")
        if not 0 <= self.leave_out < 1:
            raise InputError(f"topics.leave_out must be at least 0 and below 1, found {self.leave_out}")
        for word in self.stop_words:
            if not (isinstance(word, str) and word.strip()):
                raise InputError(f"topics.stop_words must be a list of words, found {word!r} in it")
        if not (math.isfinite(self.resolution) and self.resolution > 0):
            raise InputError(f"topics.resolution must be a number above 0, found {self.resolution}")
