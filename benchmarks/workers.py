"""Two worker processes beside one: coding the same speeches, by the clock, their start included."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from given import Given
from table import Row, goal
from timing import ROUNDS, beside, in_turns

from rhetoscope import actors, cache, codebook
from rhetoscope.clean import clean_pages
from rhetoscope.coding import code_corpus
from rhetoscope.coding.parse import MODEL, load_parser
from rhetoscope.pages import read_pages

PACKAGES = ("spacy", "joblib")
SPEECHES = 600
LEAST = 1.7
ONE, TWO = "one worker", "two workers"


def rows(given: Given) -> Iterator[Row]:
    """How many times as fast two are; the codings must be the same."""
    speeches = 4 if given.small else SPEECHES
    devices, table = codebook.load_codebook(), actors.load_actors()
    load_parser()
    codings: dict[str, pl.DataFrame] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pl.read_parquet(given.debates).sample(speeches, seed=0).write_parquet(folder / "pages.parquet")
        sentences = clean_pages(read_pages(folder / "pages.parquet"), 50)["sentences"].lazy()

        def code(way: str, workers: int) -> None:
            os.environ[cache.WORKERS] = str(workers)
            with tempfile.TemporaryDirectory(dir=folder) as place:
                coded = code_corpus(sentences, devices, table, MODEL, cache.Cache(Path(place) / "kept.sqlite"))
                codings[way] = pl.concat(coded.batches("codings"))

        ways = {ONE: [lambda: code(ONE, 1)], TWO: [lambda: code(TWO, 2)]}
        spent = in_turns(ways, 1 if given.small else ROUNDS, clock=time.monotonic)
    assert codings[ONE].equals(codings[TWO])
    row = beside("coding by two workers", f"{speeches} speeches", spent, (TWO, ONE), speeches, "speeches a second")
    yield row._replace(goal=goal(f"at least {LEAST}", bool(row.ratio and row.ratio >= LEAST)))
