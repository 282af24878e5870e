"""What was coded, in small tables and one sentence."""

from __future__ import annotations

from typing import Any

import polars as pl

from rhetoscope.tables import Frame, height

ROLES = ("agent", "patient", "possessor", "other")
NAMED = 8
"""Actors named in a sentence at most."""
EVIDENTIAL = "impersonal_evidential"


def finding(codings: Frame, mentions: Frame) -> str:
    """On whom the impersonal evidentials fall, as a sentence."""
    said = codings.lazy().filter(pl.col("device") == EVIDENTIAL)
    counts = _ranked(said.select(pl.col("actor").fill_null("no known actor")))
    if counts.is_empty():
        return f"Impersonal evidentials: none among {height(codings):,} codings."
    listed = ", ".join(f"{count:,} on {actor}" for actor, count in counts.head(NAMED).iter_rows())
    rest = counts.slice(NAMED)
    if rest.height:
        listed += f", {rest['count'].sum():,} on {rest.height:,} others"
    sentence = f"Impersonal evidentials: {listed}"
    spared = _ranked(mentions).filter(~pl.col("actor").is_in(counts["actor"].implode()))
    if spared.height:
        actor, count = spared.row(0)
        sentence += f"; none on {actor}, which is mentioned {count:,} times"
    return f"{sentence}."


def devices(codings: Frame) -> pl.DataFrame:
    """Codings by device: `family`, `device`, `codings`, `with_actor`, `reported` (not in the author's voice)."""
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


def roles(mentions: Frame) -> pl.DataFrame:
    """Mentions by actor: `actor`, `mentions`, one column a role, and the mean `valence` of all its mentions."""
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


def voices(codings: Frame) -> pl.DataFrame:
    """Codings by voice: `voice`, `mode`, `source`, `codings`, their `share`, and the devices with their numbers."""
    keys = ["voice", "mode", "source"]
    each = codings.lazy().group_by(*keys, "device").len("n").sort(["n", "device"], descending=[True, False]).collect()
    named = each.group_by(keys, maintain_order=True).agg(
        codings=pl.col("n").sum(), devices=pl.format("{} {}", "n", "device").str.join(", ")
    )
    share = (pl.col("codings") / pl.col("codings").sum()).round(3)
    return (
        named.with_columns(share=share)
        .select(*keys, "codings", "share", "devices")
        .sort(["codings", "voice", "mode"], descending=[True, False, False])
    )


def spoken_of(codings: Frame) -> pl.DataFrame:
    """Of what is coded of each actor, the share in each voice: `actor`, `codings`, `author`, `own`, `others`.

    `own` is said by the actor itself, quoted or reported; `others` by any other source.
    """
    said = codings.lazy().explode("actors").drop_nulls("actors").rename({"actors": "of"})
    own = pl.col("voice").str.split(", ").list.contains(pl.col("of"))
    author = pl.col("mode") == "author"
    table = said.group_by(actor="of").agg(
        pl.len().alias("codings"),
        author.mean().round(3).alias("author"),
        (own & ~author).mean().round(3).alias("own"),
        (~own & ~author).mean().round(3).alias("others"),
    )
    return table.sort(["codings", "actor"], descending=[True, False]).collect()


def terms(codings: Frame, device: str, words: int) -> pl.DataFrame:
    """Which terms carry a device: `term`, `count`, `share`, and `per_1000_without`, the rate if it were not looked for.

    Args:
        codings: the table `codings`.
        device: its name.
        words: the words they were looked for in.
    """
    found = codings.lazy().filter(pl.col("device") == device).select(term=pl.col("text").str.to_lowercase())
    counts = found.group_by("term").len("count").sort(["count", "term"], descending=[True, False]).collect()
    rest = pl.col("count").sum() - pl.col("count")
    return counts.with_columns(
        share=(pl.col("count") / pl.col("count").sum()).round(3),
        per_1000_without=(1000 * rest / words).round(3) if words else pl.lit(None, pl.Float64),
    )


def metrics(codings: Frame, mentions: Frame, unknown: int, rates: pl.DataFrame) -> dict[str, Any]:
    """The stage's metrics: numbers of codings, mentions and actors, shares from 0 to 1, and rates of the corpus."""
    whole = rates.filter(pl.col("level") == "corpus")
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
    return {
        **coded.collect().row(0, named=True),
        **mentioned.collect().row(0, named=True),
        "unknown_entities": unknown,
        **{f"per_1000_{device}": rate for device, rate in whole.select("device", "per_1000").iter_rows()},
    }


def _ranked(rows: Frame) -> pl.DataFrame:
    return rows.lazy().group_by("actor").len("count").sort(["count", "actor"], descending=[True, False]).collect()
