"""Summarise codings and mentions for a reader: counts, evidence, and the ideological square.

**Ideological square** (van Dijk, T. A. (1998). Ideology. Sage, ch. 25): a text that takes a side emphasises what is
good about Us and bad about Them, and mitigates (weakens) what is bad about Us and good about Them. The analyst chooses
which side is Us, so the table contains both perspectives; the second exchanges the two sides.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.coding.mentions import ROLES
from rhetoscope.tables import Frame
from rhetoscope.wording import count_noun, list_counts

EVIDENTIAL = "impersonal_evidential"
EMPHASIS = ("attitude_marker", "booster", "demonising_language", "emotive_language", "good_bad", "label",
            "loaded_language", "slogan")  # fmt: skip
"""Devices that emphasise what is said about an actor in the same sentence."""
MITIGATION = ("hedge", "impersonal_evidential", "nominalised_action")
"""Devices that weaken what is said: doubt, claims without a source, actions named by nouns."""
SAID = ("good", "bad", "nothing")
"""What a mention says about its actor: good if its valence is above 0, bad if below, nothing if 0."""


# Counts


def count_devices(codings: Frame) -> pl.DataFrame:
    """Count codings by device: `family`, `device`, `codings`, `with_actor`, `reported` (not in the author's voice)."""
    return (
        codings.lazy()
        .group_by("family", "device")
        .agg(
            codings=pl.len(),
            with_actor=pl.col("actor").is_not_null().sum(),
            reported=(pl.col("voice") != "author").sum(),
        )
        .sort(["codings", "device"], descending=[True, False])
        .collect()
    )


def count_roles(mentions: Frame) -> pl.DataFrame:
    """Count mentions by actor: `actor`, `mentions`, a column for each of `ROLES`, and the mean `valence` (-1 to 1)."""
    return (
        mentions.lazy()
        .group_by("actor")
        .agg(
            pl.len().alias("mentions"),
            *((pl.col("role") == role).sum().alias(role) for role in ROLES),
            pl.col("valence").mean().round(2),
        )
        .sort(["mentions", "actor"], descending=[True, False])
        .collect()
    )


def count_voices(codings: Frame) -> pl.DataFrame:
    """Count codings by voice: `voice`, `mode`, `source`, `codings`, `share` (0 to 1), `devices` with their counts."""
    keys = ["voice", "mode", "source"]
    each = codings.lazy().group_by(*keys, "device").len("n").sort(["n", "device"], descending=[True, False]).collect()
    counts = each.group_by(keys, maintain_order=True).agg(
        codings=pl.col("n").sum(), devices=pl.format("{} {}", "n", "device").str.join(", ")
    )
    share = (pl.col("codings") / pl.col("codings").sum()).round(3)
    return (
        counts.with_columns(share=share)
        .select(*keys, "codings", "share", "devices")
        .sort(["codings", "voice", "mode"], descending=[True, False, False])
    )


def count_speakers(codings: Frame) -> pl.DataFrame:
    """Count who speaks about each actor: `actor`, `codings` about it, the shares `author`, `own`, `others` (0 to 1).

    `own` is the share said by the actor itself, quoted or reported; `others` is the share of all other sources.
    """
    said = codings.lazy().explode("actors").drop_nulls("actors").rename({"actors": "said_of"})
    own = pl.col("voice").str.split(", ").list.contains(pl.col("said_of"))
    author = pl.col("mode") == "author"
    table = said.group_by(actor="said_of").agg(
        pl.len().alias("codings"),
        author.mean().round(3).alias("author"),
        (own & ~author).mean().round(3).alias("own"),
        (~own & ~author).mean().round(3).alias("others"),
    )
    return table.sort(["codings", "actor"], descending=[True, False]).collect()


def count_terms(codings: Frame, device: str, words: int) -> pl.DataFrame:
    """Count the terms of a device: `term`, `count`, `share` (0 to 1), `per_1000_without` (the rate without the term).

    Args:
        codings: the table `codings`.
        device: the name of the device.
        words: the number of words in the text that was searched.
    """
    found = codings.lazy().filter(pl.col("device") == device).select(term=pl.col("text").str.to_lowercase())
    counts = found.group_by("term").len("count").sort(["count", "term"], descending=[True, False]).collect()
    rest = pl.col("count").sum() - pl.col("count")
    return counts.with_columns(
        share=(pl.col("count") / pl.col("count").sum()).round(3),
        per_1000_without=(1000 * rest / words).round(3) if words else pl.lit(None, pl.Float64),
    )


def compute_metrics(codings: Frame, mentions: Frame, unknown: int, rates: pl.DataFrame) -> dict[str, Any]:
    """Compute the metrics of the stage: counts of codings, mentions and actors, shares (0 to 1), rates of the corpus.

    Args:
        codings: the table `codings`.
        mentions: the table `mentions`.
        unknown: how many named entities are not in the actor table.
        rates: the table `rates`.
    """
    coded = codings.lazy().select(
        codings=pl.len(),
        share_with_actor=pl.col("actor").is_not_null().mean(),
        share_in_author_voice=(pl.col("voice") == "author").mean(),
    )
    mentioned = mentions.lazy().select(
        mentions=pl.len(),
        actors=pl.col("actor").n_unique(),
        share_of_mentions_with_valence=(pl.col("valence") != 0).mean(),
    )
    of_corpus = rates.filter(pl.col("level") == "corpus").select("device", "per_1000")
    return {
        **coded.collect().row(0, named=True),
        **mentioned.collect().row(0, named=True),
        "unknown_entities": unknown,
        **{f"per_1000_{device}": rate for device, rate in of_corpus.iter_rows()},
    }


def describe_evidentials(codings: Frame, mentions: Frame) -> str:
    """Describe in a sentence which actors impersonal evidentials ("it is clear that") are used about."""
    said = codings.lazy().filter(pl.col("device") == EVIDENTIAL)
    counts = _rank_actors(said.select(pl.col("actor").fill_null("no known actor")))
    if counts.is_empty():
        return f"Impersonal evidentials: none among {tables.count_rows(codings):,} codings."
    sentence = f"Impersonal evidentials by actor: {list_counts(list(counts.iter_rows()))}"
    spared = _rank_actors(mentions).filter(~pl.col("actor").is_in(counts["actor"].implode()))
    if spared.height:
        actor, count = spared.row(0)
        sentence += f"; none on {actor}, which is mentioned {count_noun(count, 'time')}"
    return f"{sentence}."


def _rank_actors(rows: Frame) -> pl.DataFrame:
    """Count the rows of each actor as `count`, most frequent first."""
    return rows.lazy().group_by("actor").len("count").sort(["count", "actor"], descending=[True, False]).collect()


# Evidence


def list_concordance(
    codings: Frame,
    articles: Frame,
    *,
    device: str | None = None,
    actor: str | None = None,
    voice: str | None = None,
    topic: int | None = None,
    assignments: Frame | None = None,
    width: int = 60,
    first: int | None = None,
) -> pl.DataFrame:
    """List codings in context, one a row: `device`, `actor`, `voice`, `left`, `text`, `right`, `doc_id`, `start`.

    Args:
        codings: the table `codings`, or a scan of it.
        articles: the table `articles`, or a scan of it.
        device: only this device; None for all.
        actor: only codings about this actor; None for all.
        voice: only this voice; None for all.
        topic: only paragraphs of this topic; None for all.
        assignments: the table `assignments`; needed for a topic.
        width: characters of context on each side.
        first: only this number of codings, in the order of the text; None for all.

    Raises:
        InputError: `width` is negative, or `topic` is given without `assignments`.
    """
    if width < 0:
        raise InputError(f"width must be 0 or more characters, found {width}")
    if topic is not None and assignments is None:
        raise InputError(f"the concordance of topic {topic} needs the table assignments")
    chosen = _select_codings(codings, device, actor, voice)
    if topic is None and first is not None:
        chosen = chosen.head(first)  # so that few texts are read
    found = chosen.collect()
    page = pl.col("page").str
    # the number of blank lines before a place is the number of its paragraph
    paragraph = page.slice(0, pl.col("start")).str.count_matches("\n\n", literal=True)
    before = (pl.col("start") - width).clip(lower_bound=0)
    lines = (
        articles.lazy()
        .select("doc_id", page="text")
        .join(found.lazy(), on="doc_id")
        .select(
            "device",
            "actor",
            "voice",
            left=page.slice(before, pl.col("start") - before).str.replace_all(r"\s+", " "),
            text="text",
            right=page.slice(pl.col("end"), width).str.replace_all(r"\s+", " "),
            doc_id="doc_id",
            start="start",
            unit_id=tables.name_unit(paragraph),
        )
    )
    if topic is not None and assignments is not None:
        units = assignments.lazy().filter(pl.col("topic") == topic)
        lines = lines.join(units, on="unit_id", how="semi")
    lines = lines.drop("unit_id").sort("doc_id", "start", "device")
    return (lines if first is None else lines.head(first)).collect(engine="streaming")


def list_evidence(
    codings: Frame,
    sentences: Frame,
    *,
    device: str | None = None,
    actor: str | None = None,
    first: int | None = None,
) -> pl.DataFrame:
    """List codings with their whole sentence: `actor`, `target`, `voice`, `text`, `sentence`, in the order of the text.

    Args:
        codings: the table `codings`, or a scan of it.
        sentences: the table `sentences`, or a scan of it.
        device: only this device; None for all, with a first column `device`.
        actor: only codings about this actor; None for all.
        first: only this number of codings, in the order of the text; None for all.
    """
    chosen = _select_codings(codings, device, actor)
    chosen = chosen if first is None else chosen.head(first)
    texts = sentences.lazy().select("sentence_id", sentence="text")
    joined = chosen.join(texts, on="sentence_id", how="left").sort("doc_id", "start", "device").collect()
    return joined.select(*(["device"] if device is None else []), "actor", "target", "voice", "text", "sentence")


def _select_codings(codings: Frame, device: str | None, actor: str | None, voice: str | None = None) -> pl.LazyFrame:
    """Select the codings of a device, an actor and a voice, each only if given, in the order of the text."""
    chosen = codings.lazy()
    if device is not None:
        chosen = chosen.filter(pl.col("device") == device)
    if voice is not None:
        chosen = chosen.filter(pl.col("voice") == voice)
    if actor is not None:
        chosen = chosen.filter(pl.col("actors").list.contains(actor))
    return chosen.sort("doc_id", "start", "device")


# The ideological square


def choose_sides(mentions: Frame, us: list[str], them: list[str]) -> tuple[list[str], list[str]]:
    """Choose the two sides: those given; an empty side gets the most mentioned actor that is not on the other side.

    Args:
        mentions: the table `mentions`.
        us: actors of one side.
        them: actors of the other.

    Raises:
        InputError: an actor is on both sides, or a given actor is not mentioned in the corpus.
    """
    known = _rank_actors(mentions).get_column("actor").to_list()
    for actor in (*us, *them):
        if actor not in known:
            raise InputError(f"perspective: {actor!r} is mentioned nowhere; the actors are {', '.join(known[:12])}")
    if both := sorted(set(us) & set(them)):
        raise InputError(f"perspective: {both[0]!r} cannot be both us and them")
    free = [actor for actor in known if actor not in us and actor not in them]
    us = us or free[:1]
    return us, them or [actor for actor in free if actor not in us][:1]


def build_square(mentions: Frame, codings: Frame, us: list[str], them: list[str]) -> pl.DataFrame:
    """Build the table `square`: mentions of each side from each perspective, by what is said, role and emphasis.

    Args:
        mentions: the table `mentions`.
        codings: the table `codings`.
        us: actors of one side.
        them: actors of the other.
    """
    sided = pl.col("actor").is_in([*us, *them])
    said = codings.lazy().select("sentence_id", "device", actor="actors").explode("actor").filter(sided)
    keys = ["sentence_id", "actor"]
    raised, lowered = (
        said.filter(pl.col("device").is_in(list(devices))).select(keys).unique() for devices in (EMPHASIS, MITIGATION)
    )
    valence = pl.when(pl.col("valence") > 0).then(pl.lit("good")).when(pl.col("valence") < 0).then(pl.lit("bad"))
    read = (
        mentions.lazy()
        .filter(sided)
        .with_columns(said=valence.otherwise(pl.lit("nothing")))
        .join(raised.with_columns(raised=True), on=keys, how="left")
        .join(lowered.with_columns(lowered=True), on=keys, how="left")
    )
    counts = read.group_by("actor", "said").agg(
        mentions=pl.len().cast(pl.Int64),
        agent=(pl.col("role") == "agent").sum().cast(pl.Int64),
        patient=(pl.col("role") == "patient").sum().cast(pl.Int64),
        emphasised=pl.col("raised").fill_null(False).sum().cast(pl.Int64),
        mitigated=pl.col("lowered").fill_null(False).sum().cast(pl.Int64),
    )
    views = [_view(counts.collect(), one, other) for one, other in ((us, them), (them, us)) if one and other]
    table = pl.concat(views) if views else tables.make_empty("square")
    return table.select(list(tables.TABLES["square"].schema)).sort("perspective", "side", "actor", "said")


def describe_square(table: pl.DataFrame, perspective: str) -> str:
    """Describe the ideological square from one perspective, in a sentence.

    Args:
        table: the table `square`.
        perspective: a value of its column `perspective`.
    """
    view = table.filter(pl.col("perspective") == perspective)
    if view.is_empty():
        return "There are not two sides."
    parts = []
    for side in ("us", "them"):
        rows = view.filter(pl.col("side") == side)
        names = ", ".join(rows.get_column("actor").unique().sort())
        good, bad = (int(rows.filter(pl.col("said") == said).get_column("mentions").sum()) for said in ("good", "bad"))
        parts.append(f"of {side} ({names}) {good} mentions speak well and {bad} ill")
    return f"Seen from {perspective}, {', '.join(parts)}."


def _view(counts: pl.DataFrame, us: list[str], them: list[str]) -> pl.DataFrame:
    """Return the square from one perspective: a row for each actor and each of `SAID`, zeros without mentions."""
    members = [(actor, "us") for actor in us] + [(actor, "them") for actor in them]
    cells = [(actor, side, said) for actor, side in members for said in SAID]
    frame = pl.DataFrame(cells, schema=["actor", "side", "said"], orient="row")
    joined = frame.join(counts, on=["actor", "said"], how="left")
    numbers = ["mentions", "agent", "patient", "emphasised", "mitigated"]
    return joined.with_columns(pl.col(numbers).fill_null(0), perspective=pl.lit(", ".join(sorted(us))))
