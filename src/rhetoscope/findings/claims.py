"""What the tables say, as sentences: each with its number, its interval where there is one, and its evidence.

The sentences follow from the data by fixed rules, the same for every actor and outlet: swap two actors in the input
and they swap in the sentences. A sentence that the data cannot carry says so or is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import polars as pl

from rhetoscope import tables
from rhetoscope.clean import ledger
from rhetoscope.findings.evidence import Evidence, of_codings, of_mentions, of_units

_LISTED = 6
"""Most devices named in a sentence; the figure shows all."""


@dataclass(frozen=True)
class Corpus:
    """The tables of the earlier stages that the findings are drawn from."""

    articles: pl.DataFrame
    sentences: pl.DataFrame
    headlines: pl.DataFrame
    kept: pl.DataFrame
    removed: pl.DataFrame
    rejected: pl.DataFrame
    topics: pl.DataFrame
    assignments: pl.DataFrame
    codings: pl.DataFrame
    mentions: pl.DataFrame
    rates: pl.DataFrame


def load() -> Corpus:
    """Reads every table of the earlier stages.

    Raises:
        InputError: one of them has not been made yet.
    """
    return Corpus(**{field.name: tables.read(field.name) for field in fields(Corpus)})


@dataclass(frozen=True)
class Finding:
    """One finding: a short key, the sentence, and the sentences of the pages behind it."""

    key: str
    text: str
    evidence: list[Evidence]


def state(corpus: Corpus) -> list[Finding]:
    """The findings the corpus can carry, in the order of the argument: what it is about, how it argues, of whom."""
    claims = (_read, _topics, _evidentials, _agency, _devices, _obligations, _threats)
    return [finding for claim in claims for finding in claim(corpus)]


def _read(corpus: Corpus) -> Iterator[Finding]:
    pages = corpus.articles.height
    text = f"{count(pages, 'page')} gave {count(pages, 'article')} of {corpus.articles['words'].sum():,} words. "
    text += ledger.finding(ledger.ledger(corpus.kept, corpus.removed), corpus.articles, corpus.headlines)
    if aside := corpus.rejected.height:
        text += f" {count(aside, 'page')} could not be used and {verb(aside)} set aside."
    yield Finding("read", text, [])


def _topics(corpus: Corpus) -> Iterator[Finding]:
    units = corpus.assignments.height
    if not corpus.topics.height:
        yield Finding(
            "topics", f"The {count(units, 'paragraph or headline', 'paragraphs and headlines')} form no topic.", []
        )
        return
    largest = corpus.topics.row(0, named=True)
    without = corpus.assignments.filter(pl.col("topic") == -1).height
    text = (
        f"{count(units, 'paragraph or headline', 'paragraphs and headlines')} "
        f"form {count(corpus.topics.height, 'topic')}; "
        f"the largest, “{largest['label']}”, holds {largest['size']} ({percent(largest['size'] / units)})"
        f"{f', and {without} belong to none' if without else ''}."
    )
    yield Finding("topics", text, of_units(largest["representative"], corpus.assignments, corpus.articles))


def _evidentials(corpus: Corpus) -> Iterator[Finding]:
    found = corpus.codings.filter(pl.col("device") == "impersonal_evidential")
    if found.is_empty():
        yield Finding("evidentials", "No impersonal evidential (“is seen as”, “allegedly”) was found.", [])
        return
    said = _ranked(found.drop_nulls("actor"), "actor")
    text = f"{count(found.height, 'impersonal evidential')} (such as “{_example(found)}”)"
    text += f" {verb(found.height, 'is', 'are')} said of {enumerate_counts(said)}" if said else " name no actor"
    unknown = found["actor"].null_count()
    if said and unknown:
        text += f", {unknown} of no actor"
    spared = [(actor, n) for actor, n in _ranked(corpus.mentions, "actor") if actor not in dict(said)]
    if said and spared and spared[0][1] >= min(dict(_ranked(corpus.mentions, "actor")).get(a, 0) for a, _ in said):
        text += f"; none of {spared[0][0]}, which is mentioned {count(spared[0][1], 'time')}"
    yield Finding("evidentials", f"{text}.", of_codings(found, corpus.sentences, corpus.articles))


def _agency(corpus: Corpus) -> Iterator[Finding]:
    from scipy.stats import binomtest

    ranked = _ranked(corpus.mentions, "actor")[:2]
    if not ranked:
        yield Finding("agency", "No actor is mentioned.", [])
        return
    parts = []
    for position, (actor, n) in enumerate(ranked):
        acts = corpus.mentions.filter((pl.col("actor") == actor) & (pl.col("role") == "agent")).height
        low, high = binomtest(acts, n).proportion_ci(method="wilson")
        mentioned = f"is mentioned {count(n, 'time')} and acts" if position == 0 else f"({count(n, 'time')}) acts"
        parts.append(
            f"{actor} {mentioned} in {percent(acts / n)} of them (95 % interval {100 * low:.0f} to {percent(high)})"
        )
    of = corpus.mentions.filter(pl.col("actor").is_in([actor for actor, _ in ranked]) & (pl.col("role") == "agent"))
    yield Finding("agency", ", ".join(parts) + ".", of_mentions(of, corpus.sentences, corpus.articles))


def _devices(corpus: Corpus) -> Iterator[Finding]:
    rates = corpus.rates.filter(pl.col("level") == "corpus")
    enough = rates.filter("enough").sort(["per_1000", "device"], descending=[True, False])
    if enough.is_empty():
        yield Finding("devices", "The text is too short to report the rate of any device.", [])
        return
    listed = [
        f"{plain(row['device'])} {row['per_1000']:.1f} ({row['low']:.1f} to {row['high']:.1f})"
        for row in enough.head(_LISTED).iter_rows(named=True)
    ]
    text = f"The most frequent devices, per 1,000 words with 95 % intervals: {', '.join(listed)}"
    rest, few = enough.height - len(listed), rates.height - enough.height
    others = [f"{rest} less frequent"] * (rest > 0) + [f"{few} with too few codings to report"] * (few > 0)
    if others:
        text += f"; {conjoin(others)}"
    of = corpus.codings.filter(pl.col("device") == enough["device"][0])
    yield Finding("devices", f"{text}.", of_codings(of, corpus.sentences, corpus.articles))


def _obligations(corpus: Corpus) -> Iterator[Finding]:
    found = corpus.codings.filter(pl.col("device") == "obligation")
    said = _ranked(found.drop_nulls("actor"), "actor")
    if said:
        text = f"{count(found.height, 'obligation')} (such as “{_example(found)}”): "
        text += f"{enumerate_counts(said)} {verb(len(said), 'is', 'are')} obliged"
        unknown = found["actor"].null_count()
        text += f", in {unknown} no known actor." if unknown else "."
        yield Finding("obligations", text, of_codings(found, corpus.sentences, corpus.articles))


def _threats(corpus: Corpus) -> Iterator[Finding]:
    found = corpus.codings.filter(pl.col("device") == "threat")
    if found.is_empty():
        return
    pairs = (
        found.group_by("actor", "target")
        .len()
        .sort(["len", "actor", "target"], descending=[True, False, False], nulls_last=True)
    )
    listed = [
        f"{actor or 'an unnamed actor'} towards {target or 'an unnamed target'} ({n})"
        for actor, target, n in pairs.iter_rows()
    ]
    own = found.filter(pl.col("voice") == "author").height
    text = f"{count(found.height, 'threat')}: {conjoin(listed)}; {own} in the author's own voice."
    yield Finding("threats", text, of_codings(found, corpus.sentences, corpus.articles))


def _ranked(frame: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    """Values and counts, most frequent first, ties by name."""
    counts = frame.group_by(column).len().sort(["len", column], descending=[True, False])
    return list(counts.iter_rows())


def _example(codings: pl.DataFrame) -> str:
    """The span coded most often, in lower case; ties by name."""
    return _ranked(codings.with_columns(pl.col("text").str.to_lowercase()), "text")[0][0]


def count(n: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 page", "2 pages", "1,200 pages"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """ "43 %" for .432."""
    return f"{100 * share:.0f} %"


def verb(n: int, one: str = "was", many: str = "were") -> str:
    """The verb that agrees with `n` things."""
    return one if n == 1 else many


def conjoin(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def enumerate_counts(counts: list[tuple[str, int]]) -> str:
    """ "France (3), Armenia (2) and Iran (1)"."""
    return conjoin([f"{name} ({n})" for name, n in counts])


def plain(device: str) -> str:
    """A device's name as it stands in a sentence."""
    return device.replace("_", " ")
