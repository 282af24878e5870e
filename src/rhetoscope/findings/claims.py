"""What the tables say, as sentences: each with its number, its interval where there is one, and its evidence.

The sentences follow from the data by fixed rules, the same for every actor and outlet: swap two actors in the input
and they swap in the sentences. A sentence that the data cannot carry says so or is left out, and a difference is only
claimed where intervals lie apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from rhetoscope import actors, files, project, stats, tables
from rhetoscope.clean import effect, ledger
from rhetoscope.figures import plain, rate
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.differences import above_all, told
from rhetoscope.findings.evidence import Finding, of_codings, of_lines, of_units
from rhetoscope.findings.prose import LISTED, conjoin, count, percent, verb
from rhetoscope.findings.whom import agency, evidentials, obligations, square, threats, valence
from rhetoscope.tables import height

FAMILIES = {"war_journalism": "War-journalism", "peace_journalism": "Peace-journalism"}
"""The two families of indicators (Lee & Maslog 2005), each told on its own and never as a sum."""


def state(corpus: Corpus, compared: dict[str, pl.DataFrame], max_evidence: int) -> list[Finding]:
    """The findings the corpus can carry, in the order of the argument: what was read, what it is about, how it argues,
    of whom, and what sets its outlets, months and topics apart.

    Args:
        corpus: the tables.
        compared: by level, as `differences.compared` gives them.
        max_evidence: most passages under one finding.
    """
    whom = (evidentials, agency, valence, square, obligations, threats)
    return [
        *_read(corpus, max_evidence),
        *_chrome(corpus, max_evidence),
        *_topics(corpus),
        *_devices(corpus, max_evidence),
        *_indicators(corpus, max_evidence),
        *(finding for claim in whom for finding in claim(corpus, max_evidence)),
        *_differences(corpus, compared, max_evidence),
    ]


def write_sentences(findings: Sequence[Finding]) -> dict[str, str]:
    """Writes `data/findings/findings.json`, the sentences by key, and returns them."""
    sentences = {finding.key: finding.text for finding in findings}
    target = project.root() / "data" / "findings" / "findings.json"
    files.write_text(target, json.dumps(sentences, indent=2, ensure_ascii=False) + "\n")
    return sentences


def _read(corpus: Corpus, most: int) -> Iterator[Finding]:
    pages = corpus.pages.height
    text = f"{count(pages, 'page')} gave {count(pages, 'article')} of {corpus.pages['words'].sum():,} words. "
    text += ledger.describe_cleaning(corpus.lines, corpus.pages, corpus.headlines.select("line").collect())
    copies = corpus.pages["duplicate_of"].count()
    if copies:
        text += f" {count(copies, 'article')} {verb(copies, 'is a copy', 'are copies')} of another and counted once."
    if aside := corpus.rejected.height:
        text += f" {count(aside, 'page')} could not be used and {verb(aside)} set aside."
    removed = corpus.removed.filter(pl.col("kind") != "blank")
    yield Finding("read", text, of_lines(removed, corpus, most))


def _chrome(corpus: Corpus, most: int) -> Iterator[Finding]:
    if corpus.chrome_effect.is_empty():
        return
    said = effect.finding(corpus.chrome_effect)
    moved = [actor for actor in corpus.chrome_effect["actor"] if f", {actor} would have" in said]
    lines = corpus.removed.filter(pl.col("kind") != "blank")
    naming = _naming(moved, lines) if moved else pl.Series(dtype=pl.String)
    shown = lines.filter(pl.col("text").is_in(naming.implode()))
    yield Finding("chrome", f"{said}.", of_lines(shown, corpus, most))


def _naming(moved: list[str], lines: pl.LazyFrame) -> pl.Series:
    """The texts of lines that name one of some actors; of pages side by side, what stands on many is read once."""
    find = actors.load(project.stage_params("rhetoric")["actors"]).find
    parts = (part["text"].unique() for (part,) in tables.in_parts(lines.select("doc_id", "text")))
    found = {text for texts in parts for text in texts if any(span.actor in moved for span in find(text))}
    return pl.Series(sorted(found), dtype=pl.String)


def _topics(corpus: Corpus) -> Iterator[Finding]:
    units = corpus.units
    said = count(units, "paragraph or headline", "paragraphs and headlines")
    if not corpus.topics.height:
        yield Finding("topics", f"The {said} form no topic.")
        return
    largest = corpus.topics.row(0, named=True)
    without = height(corpus.assignments.filter(pl.col("topic") == -1))
    text = (
        f"{said} {verb(units, 'forms', 'form')} {count(corpus.topics.height, 'topic')}; "
        f"the largest, “{largest['label']}”, holds {largest['size']:,} ({percent(largest['size'] / units)})"
        + (f", and {without:,} {verb(without, 'belongs', 'belong')} to none." if without else ".")
    )
    yield Finding("topics", text, of_units(largest["representative"], corpus))


def _devices(corpus: Corpus, most: int) -> Iterator[Finding]:
    rates = corpus.rates.filter(pl.col("level") == "corpus")
    text = _rates(rates, "The most frequent devices", "device")
    if not text:
        yield Finding("devices", "The text is too short to report the rate of any device.")
        return
    top = _enough(rates)["device"][0]
    of = corpus.codings.filter(pl.col("device") == top)
    yield Finding("devices", text, of_codings(of, corpus, most))


def _indicators(corpus: Corpus, most: int) -> Iterator[Finding]:
    for family, name in FAMILIES.items():
        rates = corpus.rates.filter((pl.col("level") == "corpus") & (pl.col("family") == family))
        if rates.is_empty():
            continue
        text = _rates(rates, f"{name} indicators", "indicator")
        none = f"No {name.lower()} indicator has codings enough to report its rate."
        of = corpus.codings.filter(pl.col("family") == family)
        yield Finding(family, text or none, of_codings(of, corpus, most))


def _differences(corpus: Corpus, compared: dict[str, pl.DataFrame], most: int) -> Iterator[Finding]:
    for level, table in compared.items():
        if table.is_empty():
            continue
        clearest = above_all(table).select("unit", "device").head(1)
        of = corpus.codings.filter(pl.col("device").is_in(clearest["device"].implode()))
        if clearest.height:
            of = of.filter(pl.col("sentence_id").is_in(_sentences_of(corpus, level, *clearest.row(0)).implode()))
        yield Finding(f"by_{level}", told(level, corpus, table), of_codings(of, corpus, most))


def _sentences_of(corpus: Corpus, level: str, unit: str, device: str) -> pl.Series:
    """The sentences of a unit that hold a device."""
    among = corpus.pages.filter(stats.OF_PAGES[level] == unit)["doc_id"] if level in stats.OF_PAGES else None
    found = [pl.Series(dtype=pl.String)]
    for part in corpus.counted.parts(among):
        here = stats.of_level(level, part, corpus.pages).filter(pl.col("unit") == unit)
        found.append(
            here.join(part.codings.filter(pl.col("device") == device), on="sentence_id", how="semi")["sentence_id"]
        )
    return pl.concat(found)


def _enough(rates: pl.DataFrame) -> pl.DataFrame:
    return rates.filter("enough").sort(["per_1000", "device"], descending=[True, False])


def _rates(rates: pl.DataFrame, what: str, one: str) -> str:
    """The highest rates of a level as a sentence, and how many stand behind them; empty where none can be reported."""
    enough = _enough(rates)
    if enough.is_empty():
        return ""
    listed = [
        f"{plain(row['device'])} {rate(row['per_1000'], row['low'], row['high'])}"
        for row in enough.head(LISTED).iter_rows(named=True)
    ]
    rest, found = enough.height - len(listed), rates.filter(pl.col("count") > 0).height
    few, none = found - enough.height, rates.height - found
    others = [f"{rest} less frequent"] * (rest > 0) + [f"{few} with too few codings to report"] * (few > 0)
    others += [f"{none} not found"] * (none > 0)
    text = f"{what}, per 1,000 words with 95 % intervals: {', '.join(listed)}"
    return f"{text}; {conjoin(others)}." if others else f"{text}."
