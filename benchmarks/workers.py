"""Two worker processes beside one: coding the same speeches, by the clock.

python benchmarks/workers.py corpus.parquet [speeches]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from rhetoscope import actors, codebook, parsing, work
from rhetoscope.clean import clean_pages
from rhetoscope.coding.corpus import code_corpus
from rhetoscope.pages import read_pages
from rhetoscope.store import Store


def main(corpus: str, speeches: int = 300) -> None:
    """Prints seconds of both, and the ratio; the codings must be the same."""
    devices, table = codebook.load(), actors.load()
    parsing.load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pl.read_parquet(corpus).sample(speeches, seed=0).write_parquet(folder / "pages.parquet")
        sentences = clean_pages(read_pages(folder / "pages.parquet"), 50)["sentences"].lazy()
        seconds, codings = {}, {}
        for workers in ("1", "2"):
            os.environ[work.VARIABLE] = workers
            known = Store(folder / f"{workers}.sqlite")
            started = time.monotonic()
            coded = code_corpus(sentences, devices, table, parsing.MODEL, known)
            seconds[workers] = time.monotonic() - started
            codings[workers] = pl.concat(coded.batches("codings"))
    assert codings["1"].equals(codings["2"])
    one, two = seconds["1"], seconds["2"]
    print(f"coding {speeches:,} speeches: {one:.1f} s by one worker, {two:.1f} s by two; {one / two:.2f} times as fast")


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:]))
