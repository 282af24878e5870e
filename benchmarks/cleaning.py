"""Cleaning beside trafilatura and jusText, each alone, on news pages whose articles are labelled.

HTML and flattened text of the same pages are cleaned; the peers are given the HTML both times, for they read nothing
else. Ten pages are worked on by each in turn, in processor time. Before each round no line is remembered. F1 is that
of runs of four words (`rhetoscope.validate.html`), of flattened text also that of kept lines (`rhetoscope.validate.
pages`), beside the best of the simple baselines; intervals of its ratio are of 1,000 bootstrap resamples of the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from statistics import mean
from typing import TypeVar

import numpy as np
from given import Given
from rhetoscope.validate import html, pages
from rhetoscope.validate.flatten import FLATTENERS
from table import Row
from timing import beside, in_turns

from rhetoscope.clean import lines, parse_html, parse_page

T = TypeVar("T")
PACKAGES = ("trafilatura", "justext")
ROUNDS = 5
TURN = 10
"""Pages in a row: with fewer each turn would be spent on warming up the processor."""
RESAMPLES = 1_000
TRAFILATURA, JUSTEXT = "trafilatura on HTML", "jusText on HTML"


def rows(given: Given) -> Iterator[Row]:
    """Speed and F1 of HTML, then of flattened text."""
    gold = pages.read(given.gold / "pages")[: 4 if given.small else None]
    sources = [page.html for page in gold]
    bodies = [page.body for page in gold]
    flattened = [FLATTENERS["blocks"](source) for source in sources]
    peers: dict[str, Callable[[str], str]] = {TRAFILATURA: html.trafilatura_alone, JUSTEXT: justext_alone}
    matches = {
        name: [html.match(*pair) for pair in zip(bodies, map(of, sources), strict=True)] for name, of in peers.items()
    }
    for kind, take, read, texts in (
        ("HTML", parse_html, html.instrument, sources),
        ("flattened text", parse_page, _body, flattened),
    ):
        on = f"{kind}, {len(gold)} pages"
        ways = {kind: _turns(take, texts), **{name: _turns(of, sources) for name, of in peers.items()}}
        spent = in_turns(ways, 1 if given.small else ROUNDS, lines.describe_line.cache_clear)
        for name in peers:
            yield beside("cleaning", on, spent, (kind, name), len(gold), "pages a CPU second")
        mine = [html.match(*pair) for pair in zip(bodies, map(read, texts), strict=True)]
        for name in peers:
            yield _better("F1 of runs of four words", on, (name, matches[name]), mine, lambda some: html.score(some)[0])
    for name, flatten in FLATTENERS.items():
        texts = [flatten(source).split("\n") for source in sources]
        truth = [pages.labels(lines, body) for lines, body in zip(texts, bodies, strict=True)]
        kept = {
            system: [pages.f1(lines, true, keep("\n".join(lines))) for lines, true in zip(texts, truth, strict=True)]
            for system, keep in pages.SYSTEMS.items()
        }
        mine = kept.pop("rhetoscope")
        best = max(kept, key=lambda system: mean(kept[system]))
        row = _better(
            "F1 of kept lines", f"flattened text ({name}), {len(gold)} pages", (best, kept.pop(best)), mine, mean
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


def _body(text: str) -> str:
    return "\n\n".join(parse_page(text).get_paragraphs("heading", "body"))


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
