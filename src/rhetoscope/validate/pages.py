"""Cleaning measured on news pages with a labelled body (scrapinghub/article-extraction-benchmark's layout).

A page's HTML is flattened to text; a line is body if its words, case and punctuation aside, stand in the gold body.
The measure is the F1 of kept lines weighted by their characters, its mean over pages.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rhetoscope.clean.page import parse_page
from rhetoscope.validate import Row, mean
from rhetoscope.validate.flatten import FLATTENERS

MEASURE = "F1 of kept lines by characters"
_SHORT = 80
"""Characters beyond which a line is prose to the two simplest baselines."""
_GAP = 3
"""Shorter lines that may stand between two of a dense run."""


class GoldPage(NamedTuple):
    """A page with its labelled body."""

    id: str
    url: str
    html: str
    body: str


def read(folder: Path) -> list[GoldPage]:
    """The pages of a folder with `ground-truth.json` and `html/<id>.html.gz`, sorted by id."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        GoldPage(
            name,
            truth[name].get("url", ""),
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace"),
            truth[name]["articleBody"],
        )
        for name in sorted(truth)
    ]


def labels(lines: list[str], body: str) -> list[bool]:
    """True for each line whose words, case and punctuation aside, stand in the body in one run."""
    within = f" {_words(body)} "
    return [bool(words := _words(line)) and f" {words} " in within for line in lines]


def f1(lines: list[str], gold: list[bool], kept: list[bool]) -> float:
    """F1 of kept lines weighted by characters, 0 to 1; 1 where nothing is body and nothing is kept."""
    sizes = [len(line.strip()) for line in lines]
    both = sum(size for size, one, other in zip(sizes, gold, kept, strict=True) if one and other)
    total = sum(size * (one + other) for size, one, other in zip(sizes, gold, kept, strict=True))
    return 2 * both / total if total else 1.0


def kept_lines(text: str) -> list[bool]:
    """For each line of a page whether the instrument keeps it as body or heading."""
    page = parse_page(text)
    return [page.parts.get(line.number) in ("body", "heading") for line in page.lines]


def over_80(text: str) -> list[bool]:
    """Baseline: every line over 80 characters."""
    return [len(line.strip()) > _SHORT for line in text.split("\n")]


def dense_run(text: str) -> list[bool]:
    """Baseline: the run of lines over 80 characters that holds most text, at most three shorter lines between two."""
    lines = [line.strip() for line in text.split("\n")]
    solid = [index for index, line in enumerate(lines) if line]
    runs: list[list[int]] = []
    for place, index in enumerate(solid):
        if len(lines[index]) > _SHORT:
            if runs and place - runs[-1][-1] <= _GAP + 1:
                runs[-1].append(place)
            else:
                runs.append([place])
    if not runs:
        return [False] * len(lines)
    best = max(runs, key=lambda run: sum(len(lines[solid[place]]) for place in run))
    return [solid[best[0]] <= index <= solid[best[-1]] for index in range(len(lines))]


def justext(text: str) -> list[bool]:
    """Baseline: jusText (Pomikálek 2011), each line given to it as a paragraph, with its English stop words."""
    from html import escape

    import justext

    lines = [line.strip() for line in text.split("\n")]
    page = "".join(f"<p>{escape(line)}</p>" for line in lines)
    good = {
        _words(paragraph.text)
        for paragraph in justext.justext(page, justext.get_stoplist("English"))
        if not paragraph.is_boilerplate
    }
    return [_words(line) in good for line in lines]


def keep_all(text: str) -> list[bool]:
    """Baseline: every line."""
    return [True] * (text.count("\n") + 1)


SYSTEMS: dict[str, Callable[[str], list[bool]]] = {
    "rhetoscope": kept_lines,
    "longest dense run": dense_run,
    "lines over 80 characters": over_80,
    "jusText": justext,
    "keep all": keep_all,
}
"""The instrument and the baselines it is compared with."""


def rows(folder: Path) -> list[Row]:
    """The table's rows for flattened text: F1 for each way of flattening."""
    pages = read(folder)
    found: list[Row] = []
    for name, flatten in FLATTENERS.items():
        texts = [flatten(page.html) for page in pages]
        gold = [labels(text.split("\n"), page.body) for text, page in zip(texts, pages, strict=True)]
        for system, keep in SYSTEMS.items():
            scores = [f1(text.split("\n"), truth, keep(text)) for text, truth in zip(texts, gold, strict=True)]
            found.append(mean(f"pages, flattened: {name}", MEASURE, system, scores))
    return found


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
