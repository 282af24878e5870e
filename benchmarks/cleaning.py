"""Cleaning beside trafilatura and jusText, each alone, on news pages whose articles are labelled.

HTML and flattened text of the same pages are cleaned; the peers are given the HTML both times, for they read nothing
else. Ten pages are worked on by each in turn, in processor time. Before each round no line is remembered. F1 is that
of runs of four words, of flattened text also that of kept lines (`cleaning_gold.py`), beside the best of the simple
baselines; intervals of its ratio are of 1,000 bootstrap resamples of the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from statistics import mean
from typing import TypeVar

import cleaning_gold as gold
import numpy as np
from given import Given
from table import Row
from timing import beside, in_turns

from rhetoscope.clean.lines import describe_line

T = TypeVar("T")
PACKAGES = ("trafilatura", "justext")
ROUNDS = 5
TURN = 10
"""Pages in a row: with fewer each turn would be spent on warming up the processor."""
RESAMPLES = 1_000
TRAFILATURA, JUSTEXT = "trafilatura on HTML", "jusText on HTML"


def rows(given: Given) -> Iterator[Row]:
    """Speed and F1 of HTML, then of flattened text."""
    pages = gold.read_gold_pages(given.gold / "pages")[: 4 if given.small else None]
    sources = [page.html for page in pages]
    bodies = [page.body for page in pages]
    flattened = [gold.flatten_blocks(source) for source in sources]
    peers: dict[str, Callable[[str], str]] = {TRAFILATURA: gold.extract_by_trafilatura, JUSTEXT: justext_alone}
    matches = {
        name: [gold.match_bodies(*pair) for pair in zip(bodies, map(of, sources), strict=True)]
        for name, of in peers.items()
    }
    for kind, read, texts in (("HTML", gold.clean_html, sources), ("flattened text", gold.clean_text, flattened)):
        on = f"{kind}, {len(pages)} pages"
        ways = {kind: _turns(read, texts), **{name: _turns(of, sources) for name, of in peers.items()}}
        spent = in_turns(ways, 1 if given.small else ROUNDS, describe_line.cache_clear)
        for name in peers:
            yield beside("cleaning", on, spent, (kind, name), len(pages), "pages a CPU second")
        mine = [gold.match_bodies(*pair) for pair in zip(bodies, map(read, texts), strict=True)]
        for name in peers:
            yield _better(
                "F1 of runs of four words", on, (name, matches[name]), mine, lambda some: gold.score_matches(some)[0]
            )
    for name, flatten in gold.FLATTENERS.items():
        texts = [flatten(source).split("\n") for source in sources]
        truth = [gold.label_lines(lines, body) for lines, body in zip(texts, bodies, strict=True)]
        kept = {
            system: [
                gold.score_lines(lines, true, keep("\n".join(lines))) for lines, true in zip(texts, truth, strict=True)
            ]
            for system, keep in gold.KEEPERS.items()
        }
        mine = kept.pop("rhetoscope")
        best = max(kept, key=lambda system: mean(kept[system]))
        row = _better(
            "F1 of kept lines", f"flattened text ({name}), {len(pages)} pages", (best, kept.pop(best)), mine, mean
        )
        yield row._replace(note="; ".join(f"{system} {mean(values):.3f}" for system, values in kept.items()))


def justext_alone(source: str) -> str:
    """jusText with its defaults (Pomikálek 2011)."""
    import justext

    found = justext.justext(source.encode(), _stop_words(), encoding="utf-8")
    return "\n\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


@cache
def _stop_words() -> frozenset[str]:
    import justext

    return frozenset(justext.get_stoplist("English"))


def _turns(work: Callable[[str], object], inputs: Sequence[str]) -> list[Callable[[], object]]:
    def some(first: int) -> None:
        for each in inputs[first : first + TURN]:
            work(each)

    work(inputs[0])  # first calls compile and load
    return [partial(some, first) for first in range(0, len(inputs), TURN)]


def _better(
    what: str, on: str, other: tuple[str, Sequence[T]], mine: Sequence[T], score: Callable[[Sequence[T]], float]
) -> Row:
    """The row of two scores over the same pages."""
    name, theirs = other
    draws = np.random.default_rng(0).integers(0, len(mine), (RESAMPLES, len(mine)))
    ratios = [score([mine[i] for i in draw]) / score([theirs[i] for i in draw]) for draw in draws]
    ours, peer = score(mine), score(theirs)
    low, high = np.percentile(ratios, (2.5, 97.5))
    return Row(what, on, "", ours, name, peer, ours / peer, float(low), float(high))
