"""The sentences on actors: who acts, who is judged, obliged, threatened, and on nobody's word."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from rhetoscope import stats
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import Finding, of_codings, of_mentions
from rhetoscope.findings.prose import LISTED, apart, conjoin, count, enumerate_counts, percent, verb
from rhetoscope.tables import Frame

FEW = 10
"""Mentions below which shares of two actors are told and not compared."""
RESAMPLES = 2000
"""Of the bootstrap behind the interval of a share."""


def evidentials(corpus: Corpus, most: int) -> Iterator[Finding]:
    """On whom judgements fall that are nobody's."""
    of = corpus.codings.filter(pl.col("device") == "impersonal_evidential")
    found = of.select("actor", "text").collect()
    if found.is_empty():
        yield Finding("evidentials", "No impersonal evidential (“is seen as”, “allegedly”) was found.")
        return
    said = ranked(found.drop_nulls("actor"), "actor")
    text = f"{count(found.height, 'impersonal evidential')} (such as “{example(found)}”)"
    text += f" {verb(found.height, 'is', 'are')} said of {enumerate_counts(said)}" if said else " name no actor"
    unknown = found["actor"].null_count()
    if said and unknown:
        text += f", {unknown:,} of no known actor"
    mentions = ranked(corpus.mentions, "actor")
    spared = [(actor, n) for actor, n in mentions if actor not in dict(said)]
    if said and spared and spared[0][1] >= min(dict(mentions).get(actor, 0) for actor, _ in said[:LISTED]):
        text += f"; none of {spared[0][0]}, which is mentioned {count(spared[0][1], 'time')}"
    yield Finding("evidentials", f"{text}.", of_codings(of, corpus, most))


def agency(corpus: Corpus, most: int) -> Iterator[Finding]:
    """In which share of their mentions the two most mentioned actors act."""
    names = [actor for actor, _ in ranked(corpus.mentions, "actor")[:2]]
    if not names:
        yield Finding("agency", "No actor is mentioned.")
        return
    acts = pl.col("role") == "agent"
    of = corpus.mentions.filter(pl.col("actor").is_in(names) & acts)
    text = _shares(corpus.mentions, names, acts, "acts in", "of its mentions")
    yield Finding("agency", text, of_mentions(of, corpus, most))


def valence(corpus: Corpus, most: int) -> Iterator[Finding]:
    """How many mentions of the two most mentioned actors judge them, and how."""
    well, ill = pl.col("valence") > 0, pl.col("valence") < 0
    said = corpus.mentions.group_by("actor").agg(pl.len(), well=well.sum(), ill=ill.sum()).collect()
    mentions, well_said, ill_said = said.select(pl.col("len", "well", "ill").cast(pl.Int64).sum()).row(0)
    judging = well_said + ill_said
    if not judging:
        return
    top = said.sort("len", "actor", descending=[True, False]).head(2)
    names = top["actor"].to_list()
    parts = [f"{row['well']:,} well and {row['ill']:,} ill of {row['actor']}" for row in top.iter_rows(named=True)]
    text = f"{judging:,} of {count(mentions, 'mention')} {verb(judging, 'judges', 'judge')} "
    text += f"an actor, by a small word list: {' and '.join(parts)}."
    judged = corpus.mentions.filter((pl.col("valence") != 0) & pl.col("actor").is_in(names))
    yield Finding("valence", text, of_mentions(judged, corpus, most))


def square(corpus: Corpus, most: int) -> Iterator[Finding]:
    """The ideological square in a sentence from each perspective: the one mirrors the other."""
    for number, view in enumerate(corpus.square["perspective"].unique().sort(), start=1):
        rows = corpus.square.filter((pl.col("perspective") == view) & (pl.col("said") != "nothing"))
        actors = rows["actor"].unique()
        every = corpus.mentions.filter(pl.col("actor").is_in(actors.implode()) & (pl.col("valence") != 0))
        judged = every.select("doc_id", "sentence_id", "actor", "valence").collect()
        if judged.is_empty():
            yield Finding(f"square_{number}", f"Seen from {view}, no mention judges either side.")
            continue
        sides, intervals, sizes = [], [], []
        for side in ("us", "them"):
            members = rows.filter(pl.col("side") == side)["actor"].unique().sort().to_list()
            of = judged.filter(pl.col("actor").is_in(members))
            good = int((of["valence"] > 0).sum())
            who = f"of {side} ({conjoin(members)})"
            if of.is_empty():
                sides.append(f"no judgement {who}")
                continue
            low, high = interval(of, pl.col("valence") > 0)
            intervals.append((low, high))
            sizes.append(of.height)
            sides.append(
                f"{good:,} of {count(of.height, 'judgement')} {who} {verb(good, 'is', 'are')} good"
                f" ({percent(good / of.height)}; {100 * low:.0f} to {percent(high)})"
            )
        text = f"Seen from {view}, {sides[0]} and {sides[1]}; "
        enough = len(sizes) == 2 and min(sizes) >= FEW
        yield Finding(f"square_{number}", text + _compared(intervals, enough), of_mentions(every, corpus, most))


def obligations(corpus: Corpus, most: int) -> Iterator[Finding]:
    """Who is said to have to do something."""
    of = corpus.codings.filter(pl.col("device") == "obligation")
    found = of.select("actor", "text").collect()
    said = ranked(found.drop_nulls("actor"), "actor")
    if said:
        text = f"{count(found.height, 'obligation')} (such as “{example(found)}”): "
        text += f"{enumerate_counts(said)} {verb(len(said), 'is', 'are')} obliged"
        unknown = found["actor"].null_count()
        text += f", in {unknown:,} no known actor." if unknown else "."
        yield Finding("obligations", text, of_codings(of, corpus, most))


def threats(corpus: Corpus, most: int) -> Iterator[Finding]:
    """Who is said to threaten whom, and in whose voice."""
    of = corpus.codings.filter(pl.col("device") == "threat")
    found = of.select("actor", "target", "voice").collect()
    if found.is_empty():
        return
    pairs = found.group_by("actor", "target").len().sort(
        ["len", "actor", "target"], descending=[True, False, False], nulls_last=True
    )  # fmt: skip
    listed = [
        (f"{actor or 'an unnamed actor'} towards {target or 'an unnamed target'}", n)
        for actor, target, n in pairs.iter_rows()
    ]
    own = found.filter(pl.col("voice") == "author").height
    text = f"{count(found.height, 'threat')}: {enumerate_counts(listed)}; {own:,} in the author's own voice."
    yield Finding("threats", text, of_codings(of, corpus, most))


def interval(rows: Frame, holds: pl.Expr) -> tuple[float, float]:
    """The 95 % interval of a share of mentions, 0 to 1: the wider ends of two.

    Wilson's takes mentions as independent, which those of one document are not; the bootstrap by document (by
    sentence within a single one) does not, and is too narrow for few of them and where all or none hold.
    """
    each = _shared(rows, "doc_id", holds)
    each = each if each.height > 1 else _shared(rows, "sentence_id", holds)
    hits, total = int(each["holds"].sum()), int(each["n"].sum())
    share = pl.DataFrame({"hits": [hits], "total": [total]}).select(
        **stats.wilson_interval(pl.col("hits"), pl.col("total"))
    )
    low, high = share.row(0)
    if each.height > 1 and 0 < hits < total:
        counts, sizes = each["holds"].to_numpy().astype(np.int64)[:, None], each["n"].to_numpy().astype(np.int64)
        ends = [float(end[0]) / 1000 for end in stats.bootstrap_interval(counts, sizes, RESAMPLES, seed=0)]
        low, high = min(low, ends[0]), max(high, ends[1])
    return max(0.0, low), min(1.0, high)


def ranked(frame: Frame, column: str) -> list[tuple[str, int]]:
    """Values and counts, most frequent first, ties by name."""
    counts = frame.lazy().group_by(column).len().sort(["len", column], descending=[True, False])
    return list(counts.collect().iter_rows())


def example(codings: pl.DataFrame) -> str:
    """The span coded most often, in lower case; ties by name."""
    return ranked(codings.with_columns(pl.col("text").str.to_lowercase()), "text")[0][0]


def _shared(rows: Frame, cluster: str, holds: pl.Expr) -> pl.DataFrame:
    """How many rows of each cluster there are, and for how many of them something holds."""
    return rows.lazy().group_by(cluster).agg(holds=holds.sum(), n=pl.len()).sort(cluster).collect()


def _shares(mentions: pl.LazyFrame, names: list[str], holds: pl.Expr, does: str, of: str) -> str:
    """The share of each actor's mentions for which something holds, and whether the first two can be told apart."""
    parts, intervals, sizes = [], [], []
    for actor in names:
        own = mentions.filter(pl.col("actor") == actor)
        low, high = interval(own, holds)
        hits, size = own.select(holds.sum(), n=pl.len()).collect().row(0)
        parts.append(f"{actor} {does} {percent(hits / size)} of {count(size, 'mention')} "
                     f"({100 * low:.0f} to {percent(high)})")  # fmt: skip
        intervals.append((low, high))
        sizes.append(size)
    if len(names) < 2:
        return f"{parts[0]}."
    return f"{parts[0]} and {parts[1]}; {_compared(intervals, min(sizes) >= FEW)}"


def _compared(intervals: list[tuple[float, float]], enough: bool) -> str:
    if not enough:
        return "too few to compare."
    if apart(intervals[0], intervals[1]):
        return "the 95 % intervals lie apart."
    return "the 95 % intervals overlap, so no difference is claimed."
