"""Cleaning measured on labelled news pages: HTML, flattened text, and what is read off the page.

    python benchmarks/cleaning_gold.py ../shared/gold

`pages/` is laid out as scrapinghub/article-extraction-benchmark's: `ground-truth.json` and `html/<id>.html.gz`.
`segments/` holds pages of trafilatura's evaluation: `segments.json` and `html/<file>.gz`.

**Segments**: texts that must and texts that must not be in the extraction. Precision is the share of the segments found
that must be found, recall the share of those that must be found, and F1 their harmonic mean.

**HTML**, as the first benchmark measures it. For a page, t and p are the multisets of 4-shingles (runs of four tokens
`\\w+`, case kept; a shorter text is one run) of the labelled and of the extracted body; TP = |t ∩ p|, FP = |p − t| and
FN = |t − p|, each divided by their sum, so that long pages weigh no more than short ones. A page's precision is
TP / (TP + FP) and its recall TP / (TP + FN), 1 where both texts are alike. Precision is the mean over pages with an
extracted shingle, recall that over pages with a labelled one, and F1 = 2PR / (P + R).

**Flattened text**: a line is body if its words, case and punctuation aside, stand in the labelled body in one run. F1
of kept lines is weighted by characters; its mean over pages is given.

**Title, author and date** of flattened text are compared with the page's own HTML head where the page prints what its
head says. The head is no human's label: a site may print another headline than it gives to search engines. So these
figures are floors.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import polars as pl

from rhetoscope.clean import parse_html, parse_page
from rhetoscope.clean.html import read_facts, remove_outlet

SHORT = 80
"""Characters beyond which a line is prose to the simplest baselines."""
GAP = 3
"""Shorter lines that may stand between two lines of a dense run."""
RUN = 4
"""Tokens of a shingle."""


class GoldPage(NamedTuple):
    """A page with its labelled body."""

    id: str
    url: str
    html: str
    body: str


class Match(NamedTuple):
    """What an extraction shares with the labelled body; the three add up to 1, or are 0 where both are empty."""

    true: float
    false: float
    missed: float


# The instrument: the only calls of `rhetoscope.clean`.


def clean_html(html: str) -> str:
    """Headings and body of an HTML page."""
    return "\n\n".join(parse_html(html).get_paragraphs("heading", "body"))


def clean_text(text: str) -> str:
    """Headings and body of a flattened page."""
    return "\n\n".join(parse_page(text).get_paragraphs("heading", "body"))


def keep_lines(text: str) -> list[bool]:
    """For each line of a flattened page whether it is kept as heading or body."""
    page = parse_page(text)
    return [page.parts.get(line.number) in ("body", "heading") for line in page.lines]


def read_off(text: str) -> Any:
    """A flattened page's `title`, `author` and `published_at`."""
    return parse_page(text)


def read_head(html: str) -> tuple[list[str], list[str], Any]:
    """Titles, authors and date that the head of an HTML page gives."""
    from trafilatura import load_html

    said = read_facts(load_html(html))
    title = said.title or ""
    titles = [title, remove_outlet(title, said.outlet)]
    return titles, (said.author or "").split(", "), said.published_at


# Pages and ways to flatten them.


def read_segments(folder: Path) -> list[tuple[str, list[str], list[str]]]:
    """The HTML of each page with the segments that must and those that must not be extracted."""
    labels = json.loads((folder / "segments.json").read_text(encoding="utf-8"))
    return [(_unpack(folder / "html" / f"{name}.gz"), each["with"], each["without"]) for name, each in labels.items()]


def _unpack(file: Path) -> str:
    return gzip.decompress(file.read_bytes()).decode("utf-8", "replace")


def read_gold_pages(folder: Path) -> list[GoldPage]:
    """The pages of a folder, sorted by id."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    pages = []
    for name in sorted(truth):
        html = _unpack(folder / "html" / f"{name}.html.gz")
        pages.append(GoldPage(name, truth[name].get("url", ""), html, truth[name]["articleBody"]))
    return pages


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SCRIPTS = _tags("script style head")
_UNSEEN = _SCRIPTS | _tags("template svg iframe noscript")
_FEW = _tags("p div li h1 h2 h3 h4 h5 h6 tr section article header footer nav aside ul ol table blockquote")
_CELLS = _tags("td th")
_BLOCKS = (
    _FEW
    | _CELLS
    | _tags(
        """address body br button center dd details dialog dir dl dt fieldset figcaption figure form hgroup hr html
    legend main menu optgroup option pre select summary tbody textarea tfoot thead video audio canvas"""
    )
)
_APART = _tags("p h1 h2 h3 h4 h5 h6 ul ol table blockquote dl figure section article")


def flatten_blocks(html: str) -> str:
    """A line for each block element and after each `br`; what a browser does not show is dropped."""
    return "\n".join(filter(None, map(_squeeze, "".join(_walk(_parse(html), _BLOCKS, _UNSEEN)).split("\f"))))


def flatten_dump(html: str) -> str:
    """Few block elements, the cells of a row on one line, and the line breaks of the source kept."""
    text = "".join(_walk(_parse(html), _FEW, _SCRIPTS)).replace("\f", "\n")
    return "\n".join(filter(None, map(_squeeze, text.split("\n"))))


def flatten_browser(html: str) -> str:
    """As "select all, copy" gives it: tabs between cells, blank lines around paragraphs, each line indented."""
    out: list[str] = []
    for part in "".join(_walk(_parse(html), _BLOCKS - _CELLS, _UNSEEN, _APART)).split("\f"):
        line = _squeeze(part.replace("\v", "")).replace(" \t ", "\t")
        if line:
            out.append(f"    {line}")
        if "\v" in part and out and out[-1]:
            out.append("")
    return "\n".join(out) + "\n"


FLATTENERS = {"blocks": flatten_blocks, "dump": flatten_dump, "browser": flatten_browser}
"""The ways of flattening by name; figures are compared by `blocks`."""


def _parse(html: str) -> Any:
    import lxml.html

    return lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html))


def _walk(
    element: Any, ends: frozenset[str], dropped: frozenset[str], apart: frozenset[str] = frozenset()
) -> Iterator[str]:
    """The text of an element; `\\f` where a line ends, `\\v` where a blank line follows."""
    if not isinstance(element.tag, str) or element.tag in dropped:
        return
    edge = "\v\f" if element.tag in apart else "\f" if element.tag in ends else ""
    yield edge
    yield (element.text or "").replace("\f", " ").replace("\v", " ")
    for child in element:
        yield from _walk(child, ends, dropped, apart)
        yield (child.tail or "").replace("\f", " ").replace("\v", " ")
    yield edge


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# Measures.


def count_shingles(text: str) -> Counter[tuple[str, ...]]:
    """The 4-shingles of a text with their counts."""
    tokens = re.findall(r"\w+", text)
    runs = (tuple(tokens[i : i + RUN]) for i in range(max(1, len(tokens) - RUN + 1)))
    return Counter(run for run in runs if run)


def match_bodies(gold: str, found: str) -> Match:
    """Shares of true positive, false positive and false negative shingles."""
    one, other = count_shingles(gold), count_shingles(found)
    counts = ((one & other).total(), (other - one).total(), (one - other).total())
    return Match(*(count / max(1, sum(counts)) for count in counts))


def score_matches(matches: Sequence[Match]) -> tuple[float, float, float]:
    """F1, precision and recall over pages."""
    precision = mean(_share(m.true, m.false, m.missed) for m in matches if m.true + m.false > 0)
    recall = mean(_share(m.true, m.missed, m.false) for m in matches if m.true + m.missed > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def _share(true: float, wrong: float, other: float) -> float:
    if wrong == other == 0:
        return 1.0
    return true / (true + wrong) if true + wrong else 0.0


def label_lines(lines: list[str], body: str) -> list[bool]:
    """True for each line whose words, case and punctuation aside, stand in the body in one run."""
    within = f" {_words(body)} "
    return [bool(words := _words(line)) and f" {words} " in within for line in lines]


def score_lines(lines: list[str], gold: list[bool], kept: list[bool]) -> float:
    """F1 of kept lines weighted by characters, 0 to 1; 1 where nothing is body and nothing is kept."""
    sizes = [len(line.strip()) for line in lines]
    both = sum(size for size, one, other in zip(sizes, gold, kept, strict=True) if one and other)
    total = sum(size * (one + other) for size, one, other in zip(sizes, gold, kept, strict=True))
    return 2 * both / total if total else 1.0


def judge_facts(page: GoldPage) -> dict[str, str]:
    """For title, author and date, if the head gives it and the page prints it: `right`, `wrong` or `missing`."""
    text = flatten_blocks(page.html)
    found, (titles, authors, date) = read_off(text), read_head(page.html)
    printed = f" {_words(text)} "
    verdicts = {}
    for name, value, said in (("title", found.title, titles), ("author", found.author, authors)):
        truths = [truth for truth in map(_words, said) if truth and f" {truth} " in printed]
        words = _words(value or "")
        alike = any(f" {one} " in f" {other} " for truth in truths for one, other in ((words, truth), (truth, words)))
        if truths:
            verdicts[name] = "missing" if not words else "right" if alike else "wrong"
    if date is not None and str(date.year) in printed:
        at = found.published_at
        # sites give their heads in UTC and print local time
        close = at is not None and abs((at.date() - date.date()).days) <= 1
        verdicts["date"] = "missing" if at is None else "right" if close else "wrong"
    return verdicts


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


# Baselines.


def extract_by_trafilatura(html: str) -> str:
    """trafilatura with its defaults, comments left out, as the benchmark runs it."""
    import trafilatura

    return trafilatura.extract(html, include_comments=False) or ""


def keep_long_lines(text: str) -> list[bool]:
    """Every line over 80 characters."""
    return [len(line.strip()) > SHORT for line in text.split("\n")]


def keep_dense_run(text: str) -> list[bool]:
    """The run of lines over 80 characters that holds most text, at most three shorter lines between two."""
    lines = [line.strip() for line in text.split("\n")]
    solid = [index for index, line in enumerate(lines) if line]
    runs: list[list[int]] = []
    for place, index in enumerate(solid):
        if len(lines[index]) > SHORT:
            if runs and place - runs[-1][-1] <= GAP + 1:
                runs[-1].append(place)
            else:
                runs.append([place])
    if not runs:
        return [False] * len(lines)
    best = max(runs, key=lambda run: sum(len(lines[solid[place]]) for place in run))
    return [solid[best[0]] <= index <= solid[best[-1]] for index in range(len(lines))]


def keep_by_justext(text: str) -> list[bool]:
    """jusText (Pomikálek 2011), each line given to it as a paragraph, with its English stop words."""
    from html import escape

    import justext

    lines = [line.strip() for line in text.split("\n")]
    page = "".join(f"<p>{escape(line)}</p>" for line in lines)
    paragraphs = justext.justext(page, justext.get_stoplist("English"))
    good = {_words(paragraph.text) for paragraph in paragraphs if not paragraph.is_boilerplate}
    return [_words(line) in good for line in lines]


def keep_all_lines(text: str) -> list[bool]:
    """Every line."""
    return [True] * (text.count("\n") + 1)


EXTRACTORS: dict[str, Callable[[str], str]] = {"rhetoscope": clean_html, "trafilatura": extract_by_trafilatura}
"""What extracts a body from HTML."""
KEEPERS: dict[str, Callable[[str], list[bool]]] = {
    "rhetoscope": keep_lines,
    "longest dense run": keep_dense_run,
    "lines over 80 characters": keep_long_lines,
    "jusText": keep_by_justext,
    "keep all": keep_all_lines,
}
"""What keeps lines of flattened text."""


def measure_cleaning(pages: Sequence[GoldPage]) -> pl.DataFrame:
    """The table of all figures: `on`, `measure`, `system`, `n` (pages), `value` (0 to 1)."""
    rows: list[tuple[str, str, str, int, float]] = []
    for system, extract in EXTRACTORS.items():
        matches = [match_bodies(page.body, extract(page.html)) for page in pages]
        for name, value in zip(("F1", "precision", "recall"), score_matches(matches), strict=True):
            rows.append(("HTML", f"{name} of 4-shingles", system, len(pages), value))
    for way, flatten in FLATTENERS.items():
        texts = [(flatten(page.html), page.body) for page in pages]
        for system, keep in KEEPERS.items():
            scores = []
            for text, body in texts:
                lines = text.split("\n")
                scores.append(score_lines(lines, label_lines(lines, body), keep(text)))
            rows.append((f"flattened: {way}", "F1 of kept lines", system, len(pages), mean(scores)))
    judged = [judge_facts(page) for page in pages]
    for name in ("title", "author", "date"):
        verdicts = [each[name] for each in judged if name in each]
        given = [verdict for verdict in verdicts if verdict != "missing"]
        for measure, some in (("right of those printed", verdicts), ("right of those found", given)):
            share = some.count("right") / max(1, len(some))
            rows.append(("flattened: blocks", f"{name}: {measure}", "rhetoscope", len(some), share))
    return pl.DataFrame(rows, schema=["on", "measure", "system", "n", "value"], orient="row")


def measure_segments(pages: Sequence[tuple[str, list[str], list[str]]]) -> pl.DataFrame:
    """Precision, recall and F1 of segments, in the columns of `measure_cleaning`."""
    rows: list[tuple[str, str, str, int, float]] = []
    for system, extract in EXTRACTORS.items():
        found = wrong = wanted = 0
        for html, good, bad in pages:
            text = extract(html)
            found += sum(segment in text for segment in good)
            wrong += sum(segment in text for segment in bad)
            wanted += len(good)
        precision, recall = found / max(1, found + wrong), found / max(1, wanted)
        values = (2 * found / max(1, found + wrong + wanted), precision, recall)
        for name, value in zip(("F1", "precision", "recall"), values, strict=True):
            rows.append(("HTML, segments", f"{name} of segments", system, len(pages), value))
    return pl.DataFrame(rows, schema=["on", "measure", "system", "n", "value"], orient="row")


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("gold", type=Path, help="folder that holds pages/, segments/ or both")
    gold = reader.parse_args().gold
    tables = []
    if (gold / "pages").is_dir():
        tables.append(measure_cleaning(read_gold_pages(gold / "pages")))
    if (gold / "segments").is_dir():
        tables.append(measure_segments(read_segments(gold / "segments")))
    if not tables:
        raise SystemExit(f"{gold} holds neither pages/ nor segments/")
    with pl.Config(tbl_rows=-1, fmt_str_lengths=90, tbl_width_chars=200, float_precision=3):
        print(pl.concat(tables))
