"""One document changed where topics are as shipped: MiniLM and ten refits of each change. Takes an hour and more.

The first run and the run with topics kept are told first; the run with topics fitted anew makes all refits again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from cost import one_changed, total
from given import Given
from projects import COLUMNS, Project, speeches
from table import Row

PACKAGES = ("polars", "spacy", "bertopic", "onnxruntime", "dvc", "papermill")


def rows(given: Given) -> Iterator[Row]:
    """One changed with topics kept, then with topics fitted anew, each beside the whole run."""
    pages = speeches(given.debates, 3 if given.small else given.speeches)
    with tempfile.TemporaryDirectory() as folder:
        made = Project(Path(folder) / "project", pages, COLUMNS)
        first = total(made.run())
        for kept in (True, False):
            made.keep_topics(kept)
            made.change_one()
            again = total(made.run())
            on = "minilm, stability as shipped"
            yield from one_changed(pages.height, on, first, *((again, None) if kept else (None, again)))
