"""What `bench.py` was asked for, as every part is given it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Given(NamedTuple):
    """The options of a run.

    Attributes:
        corpora: folder of the corpora.
        gold: folder of the labelled data.
        small: sizes that show whether a part runs, and nothing else.
        speeches: speeches that `overhead` and `shipped` take; 0 for what each takes by itself.
        before: revision beside which the start of the notebooks is timed; "" for none.
        vectors: folder in which `topics` and `refits` keep vectors between runs; None for none.
        refits: refits of ours for each change, of plain BERTopic half as many.
        kills: runs that `interrupted` kills.
        pages: pages these runs are over.
    """

    corpora: Path
    gold: Path
    small: bool = False
    speeches: int = 0
    before: str = ""
    vectors: Path | None = None
    refits: int = 2
    kills: int = 20
    pages: int = 6

    @property
    def debates(self) -> Path:
        """The speeches of the UN General Debate."""
        return self.corpora / "ungdc_2014_2024.parquet"
