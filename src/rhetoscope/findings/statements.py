"""State the findings: sentences made from the tables, each with its number, its interval and its evidence.

The sentences follow from the data by fixed rules, which are the same for every actor and outlet: if two actors are
exchanged in the input, they are exchanged in the sentences. If there are too few data for a sentence, it says so or is
left out. A difference is claimed only if the intervals do not overlap.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from rhetoscope import actors, clean, project, stats, tables
from rhetoscope.figures import format_device, format_rate
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.differences import describe_differences, find_clearest
from rhetoscope.findings.evidence import NONE, Finding, find_evidence
from rhetoscope.stats import wilson_interval
from rhetoscope.tables import Frame, count_rows
from rhetoscope.wording import LISTED, agree_verb, count_noun, format_percent, join_words, list_counts

FAMILIES = {"war_journalism": "War-journalism", "peace_journalism": "Peace-journalism"}
"""The two families of indicators (Lee & Maslog 2005), each stated separately and never as a sum."""
FEW = 10  # the shares of two actors with fewer mentions are given, but not compared
RESAMPLES = 2000  # resamples of the bootstrap behind the interval of a share
Statement = tuple[str, Frame | None]
"""A sentence, empty if there are no data for it, and the rows with the passages that it is based on."""


def state_findings(corpus: Corpus, compared: dict[str, pl.DataFrame]) -> list[Finding]:
    """State the findings for which the corpus has enough data; `compared` comes from `compare_all`.

    In their order, they say what was read, what it is about, which devices it uses and about which actors, and how
    outlets, months and topics differ.
    """
    views = corpus.square["perspective"].unique().sort()
    statements: dict[str, Statement] = {
        "read": _state_reading(corpus),
        "chrome": _state_chrome(corpus),
        "topics": _state_topics(corpus),
        "devices": _state_devices(corpus),
        **{family: _state_indicators(corpus, family) for family in FAMILIES},
        "evidentials": _state_evidentials(corpus),
        "agency": _state_agency(corpus),
        "valence": _state_valence(corpus),
        **{f"square_{number}": _state_square(corpus, view) for number, view in enumerate(views, start=1)},
        "obligations": _state_obligations(corpus),
        "threats": _state_threats(corpus),
        **{f"by_{level}": _state_differences(corpus, level, table) for level, table in compared.items()},
    }
    return [
        Finding(key, text, NONE if rows is None else find_evidence(rows, corpus))
        for key, (text, rows) in statements.items()
        if text
    ]


def _state_reading(corpus: Corpus) -> Statement:
    pages, copies, aside = corpus.pages.height, corpus.pages["duplicate_of"].count(), corpus.rejected.height
    text = f"{count_noun(pages, 'page')} gave {count_noun(pages, 'article')} of {corpus.pages['words'].sum():,} words. "
    text += clean.describe_cleaning(corpus.lines, corpus.pages, corpus.headlines.select("line").collect())
    if copies:
        are = agree_verb(copies, "is a copy", "are copies")
        text += f" {count_noun(copies, 'article')} {are} of another and counted once."
    if aside:
        text += f" {count_noun(aside, 'page')} could not be used and {agree_verb(aside)} set aside."
    return text, corpus.removed.filter(pl.col("kind") != "blank")


def _state_chrome(corpus: Corpus) -> Statement:
    """State how much chrome would have changed an actor's mentions, with the removed lines that name this actor.

    Chrome is everything on a page around the article.
    """
    if corpus.chrome_effect.is_empty():
        return "", None
    moved = clean.find_largest_shift(corpus.chrome_effect)["actor"].to_list()
    lines = corpus.removed.filter(pl.col("kind") != "blank")
    find = actors.load_actors(project.read_params("rhetoric")["actors"]).find
    naming = set()
    for (part,) in tables.iterate_documents(lines.select("doc_id", "text") if moved else lines.head(0)):
        naming |= {text for text in part["text"].unique() if any(span.actor in moved for span in find(text))}
    return f"{clean.describe_chrome_effect(corpus.chrome_effect)}.", lines.filter(pl.col("text").is_in(sorted(naming)))


def _state_topics(corpus: Corpus) -> Statement:
    said = count_noun(corpus.units, "paragraph or headline", "paragraphs and headlines")
    if corpus.topics.is_empty():
        return f"The {said} form no topic.", None
    largest = corpus.topics.row(0, named=True)
    without = count_rows(corpus.assignments.filter(pl.col("topic") == -1))
    form, topics = agree_verb(corpus.units, "forms", "form"), count_noun(corpus.topics.height, "topic")
    text = f"{said} {form} {topics}; the largest, “{largest['label']}”, "
    text += f"holds {largest['size']:,} ({format_percent(largest['size'] / corpus.units)})"
    text += f", and {without:,} {agree_verb(without, 'belongs', 'belong')} to none." if without else "."
    return text, pl.DataFrame({"unit_id": largest["representative"]})


def _state_devices(corpus: Corpus) -> Statement:
    text, top = _list_rates(corpus.rates.filter(pl.col("level") == "corpus"), "The most frequent devices")
    if not text:
        return "The text is too short to report the rate of any device.", None
    return text, corpus.codings.filter(pl.col("device") == top)


def _state_indicators(corpus: Corpus, family: str) -> Statement:
    rates = corpus.rates.filter((pl.col("level") == "corpus") & (pl.col("family") == family))
    text, _ = _list_rates(rates, f"{FAMILIES[family]} indicators")
    if not text and rates.height:
        text = f"No {FAMILIES[family].lower()} indicator has codings enough to report its rate."
    return text, corpus.codings.filter(pl.col("family") == family)


def _state_evidentials(corpus: Corpus) -> Statement:
    """State which actors impersonal evidentials ("it is clear that") are used about."""
    codings, found, said = _find_device(corpus, "impersonal_evidential")
    if found.is_empty():
        return "No impersonal evidential (“is seen as”, “allegedly”) was found.", None
    text = f"{count_noun(found.height, 'impersonal evidential')} (such as “{_rank(found, 'text')[0][0]}”) "
    text += f"{agree_verb(found.height, 'is', 'are')} said of {list_counts(said)}" if said else "name no actor"
    unknown = found["actor"].null_count()
    if said and unknown:
        text += f", {unknown:,} of no known actor"
    mentions = _rank(corpus.mentions, "actor")
    spared = [(actor, n) for actor, n in mentions if actor not in dict(said)]
    if said and spared and spared[0][1] >= min(dict(mentions).get(actor, 0) for actor, _ in said[:LISTED]):
        text += f"; none of {spared[0][0]}, which is mentioned {count_noun(spared[0][1], 'time')}"
    return f"{text}.", codings


def _state_agency(corpus: Corpus) -> Statement:
    """State in which share of their mentions the two most mentioned actors act."""
    acts, parts, shares = pl.col("role") == "agent", [], []
    names = [actor for actor, _ in _rank(corpus.mentions, "actor")[:2]]
    if not names:
        return "No actor is mentioned.", None
    for actor in names:
        share = measure_share(corpus.mentions.filter(pl.col("actor") == actor), acts)
        shares.append(share)
        mentions = f"{format_percent(share.hits / share.total)} of {count_noun(share.total, 'mention')}"
        parts.append(f"{actor} acts in {mentions} ({_write_interval(share)})")
    text = f"{join_words(parts)}; {_compare_shares(shares)}" if len(parts) > 1 else f"{parts[0]}."
    return text, corpus.mentions.filter(pl.col("actor").is_in(names) & acts)


def _state_valence(corpus: Corpus) -> Statement:
    """State how many mentions judge an actor, and how they judge the two most mentioned actors."""
    well, ill = (pl.col("valence") > 0).sum(), (pl.col("valence") < 0).sum()
    each = corpus.mentions.group_by("actor").agg(n=pl.len().cast(pl.Int64), well=well, ill=ill).collect()
    mentions, judging = each.select(pl.col("n").sum(), pl.col("well").sum() + pl.col("ill").sum()).row(0)
    if not judging:
        return "", None
    top = each.sort("n", "actor", descending=[True, False]).head(2)
    parts = [f"{well:,} well and {ill:,} ill of {actor}" for actor, _, well, ill in top.iter_rows()]
    text = f"{judging:,} of {count_noun(mentions, 'mention')} {agree_verb(judging, 'judges', 'judge')} an actor, by a "
    text += f"small word list: {join_words(parts)}."
    return text, corpus.mentions.filter((pl.col("valence") != 0) & pl.col("actor").is_in(top["actor"].implode()))


def _state_square(corpus: Corpus, view: str) -> Statement:
    """State the ideological square from one perspective; the other is its mirror image."""
    rows = corpus.square.filter((pl.col("perspective") == view) & (pl.col("said") != "nothing"))
    either = pl.col("actor").is_in(rows["actor"].unique().implode())
    shown = corpus.mentions.filter(either & (pl.col("valence") != 0))
    judged = shown.select("doc_id", "sentence_id", "actor", "valence").collect()
    if judged.is_empty():
        return f"Seen from {view}, no mention judges either side.", None
    sides, shares = [], []
    for side in ("us", "them"):
        members = rows.filter(pl.col("side") == side)["actor"].unique().sort().to_list()
        own, who = judged.filter(pl.col("actor").is_in(members)), f"of {side} ({join_words(members)})"
        if own.is_empty():
            sides.append(f"no judgement {who}")
            continue
        share = measure_share(own, pl.col("valence") > 0)
        shares.append(share)
        good = f"{agree_verb(share.hits, 'is', 'are')} good ({format_percent(share.hits / share.total)}"
        judgements = f"{share.hits:,} of {count_noun(share.total, 'judgement')}"
        sides.append(f"{judgements} {who} {good}; {_write_interval(share)})")
    return f"Seen from {view}, {join_words(sides)}; {_compare_shares(shares)}", shown


def _state_obligations(corpus: Corpus) -> Statement:
    """State which actors, according to the texts, must do something."""
    codings, found, said = _find_device(corpus, "obligation")
    if not said:
        return "", None
    text = f"{count_noun(found.height, 'obligation')} (such as “{_rank(found, 'text')[0][0]}”): "
    text += f"{list_counts(said)} {agree_verb(len(said), 'is', 'are')} obliged"
    unknown = found["actor"].null_count()
    return text + (f", in {unknown:,} no known actor." if unknown else "."), codings


def _state_threats(corpus: Corpus) -> Statement:
    """State who threatens whom according to the texts, and in whose voice."""
    codings, found, _ = _find_device(corpus, "threat")
    if found.is_empty():
        return "", None
    pairs = found.group_by("actor", "target").len()
    pairs = pairs.sort("len", "actor", "target", descending=[True, False, False], nulls_last=True)
    pairs = pairs.with_columns(
        pl.col("actor").fill_null("an unnamed actor"), pl.col("target").fill_null("an unnamed target")
    )
    listed = [(f"{actor} towards {target}", n) for actor, target, n in pairs.iter_rows()]
    own = found.filter(pl.col("voice") == "author").height
    text = f"{count_noun(found.height, 'threat')}: {list_counts(listed)}; {own:,} in the author's own voice."
    return text, codings


def _state_differences(corpus: Corpus, level: str, table: pl.DataFrame) -> Statement:
    """State how outlets, months or topics differ, with the codings of the clearest difference."""
    if table.is_empty():
        return "", None
    codings = corpus.codings.head(0)
    for unit, device in find_clearest(table).select("unit", "device").head(1).iter_rows():
        among = corpus.pages.filter(stats.OF_PAGES[level] == unit)["doc_id"] if level in stats.OF_PAGES else None
        parts = (stats.assign_units(level, part, corpus.pages) for part in corpus.coding_tables.parts(among))
        inside = pl.concat([part.filter(pl.col("unit") == unit)["sentence_id"] for part in parts])
        here = pl.col("sentence_id").is_in(inside.implode())
        codings = corpus.codings.filter((pl.col("device") == device) & here)
    return describe_differences(corpus, level, table), codings


class Share(NamedTuple):
    """The share of mentions for which a condition is true, with its 95 % interval, 0 to 1."""

    hits: int
    total: int
    low: float
    high: float


def measure_share(rows: Frame, holds: pl.Expr) -> Share:
    """Measure the share of mentions for which `holds` is true, with an interval from the wider ends of two intervals.

    Wilson's interval assumes that mentions are independent, but those of one document are not. The bootstrap by
    document (by sentence if there is only one) does not assume it, but is too narrow for few documents, or if the
    condition is true for all mentions or for none.
    """
    for cluster in ("doc_id", "sentence_id"):
        sums = rows.lazy().group_by(cluster).agg(holds=holds.sum(), n=pl.len()).sort(cluster).collect()
        if sums.height > 1:
            break
    sums = sums.select(pl.col("holds", "n").cast(pl.Int64))
    hits, total = sums.sum().row(0)
    low, high = sums.sum().select(**wilson_interval(pl.col("holds"), pl.col("n"))).row(0)
    if sums.height > 1 and 0 < hits < total:
        ends = stats.bootstrap_interval(sums.select("holds").to_numpy(), sums["n"].to_numpy(), RESAMPLES, seed=0)
        low, high = min(low, float(ends[0][0]) / 1000), max(high, float(ends[1][0]) / 1000)
    return Share(hits, total, max(0.0, low), min(1.0, high))


def _find_device(corpus: Corpus, device: str) -> tuple[pl.LazyFrame, pl.DataFrame, list[tuple[str, int]]]:
    """Find the codings of a device: as a scan, as a table of what the sentences need, and counted by actor."""
    codings = corpus.codings.filter(pl.col("device") == device)
    found = codings.select("actor", "target", "voice", pl.col("text").str.to_lowercase()).collect()
    return codings, found, _rank(found.drop_nulls("actor"), "actor")


def _rank(frame: Frame, column: str) -> list[tuple[str, int]]:
    """Count the values of a column, most frequent first; in a tie, by name."""
    counts = frame.lazy().group_by(column).len().sort("len", column, descending=[True, False])
    return list(counts.collect().iter_rows())


def _list_rates(rates: pl.DataFrame, what: str) -> tuple[str, str]:
    """List the highest rates in a sentence that counts the others; return it and the first device, or empty texts."""
    enough = rates.filter("enough").sort("per_1000", "device", descending=[True, False])
    if enough.is_empty():
        return "", ""
    highest = enough.head(LISTED).select("device", "per_1000", "low", "high")
    listed = [f"{format_device(device)} {format_rate(*rate)}" for device, *rate in highest.iter_rows()]
    found = rates.filter(pl.col("count") > 0).height
    others = {
        "less frequent": enough.height - len(listed),
        "with too few codings to report": found - enough.height,
        "not found": rates.height - found,
    }
    rest = join_words([f"{n} {which}" for which, n in others.items() if n > 0])
    text = f"{what}, per 1,000 words with 95 % intervals: {', '.join(listed)}"
    return f"{text}; {rest}." if rest else f"{text}.", enough["device"][0]


def _write_interval(share: Share) -> str:
    return f"{100 * share.low:.0f} to {format_percent(share.high)}"


def _compare_shares(shares: list[Share]) -> str:
    """Say whether two shares differ: both need enough mentions, and intervals that do not overlap."""
    if len(shares) < 2 or min(share.total for share in shares) < FEW:
        return "too few to compare."
    if shares[0].high < shares[1].low or shares[1].high < shares[0].low:
        return "the 95 % intervals lie apart."
    return "the 95 % intervals overlap, so no difference is claimed."
