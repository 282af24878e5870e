"""What was coded, in small tables and one sentence."""

from __future__ import annotations

from typing import Any

import polars as pl

from rhetoscope.coding import Coded

ROLES = ("agent", "patient", "possessor", "other")
EVIDENTIAL = "impersonal_evidential"


def finding(coded: Coded) -> str:
    """On whom the impersonal evidentials fall, as a sentence."""
    said = coded.codings.filter(pl.col("device") == EVIDENTIAL)
    if said.is_empty():
        return f"Impersonal evidentials: none among {coded.codings.height:,} codings."
    counts = _ranked(said.select(pl.col("actor").fill_null("no known actor")))
    listed = ", ".join(f"{count:,} on {actor}" for actor, count in counts.iter_rows())
    sentence = f"Impersonal evidentials: {listed}"
    spared = _ranked(coded.mentions).filter(~pl.col("actor").is_in(counts["actor"].implode()))
    if spared.height:
        actor, count = spared.row(0)
        sentence += f"; none on {actor}, which is mentioned {count:,} times"
    return f"{sentence}."


def devices(codings: pl.DataFrame) -> pl.DataFrame:
    """Codings by device: `family`, `device`, `codings`, `with_actor`, `reported` (not in the author's voice)."""
    return (
        codings.group_by("family", "device")
        .agg(
            codings=pl.len(),
            with_actor=pl.col("actor").is_not_null().sum(),
            reported=(pl.col("voice") != "author").sum(),
        )
        .sort(["codings", "device"], descending=[True, False])
    )


def roles(mentions: pl.DataFrame) -> pl.DataFrame:
    """Mentions by actor: `actor`, `mentions`, one column a role, and the mean `valence` of all its mentions."""
    return (
        mentions.group_by("actor")
        .agg(
            pl.len().alias("mentions"),
            *((pl.col("role") == role).sum().alias(role) for role in ROLES),
            pl.col("valence").mean().round(2),
        )
        .sort(["mentions", "actor"], descending=[True, False])
    )


def voices(codings: pl.DataFrame) -> pl.DataFrame:
    """Codings by voice: `voice`, `codings`, and the devices it uses with their numbers."""
    each = codings.group_by("voice", "device").len("n").sort(["n", "device"], descending=[True, False])
    named = each.group_by("voice", maintain_order=True).agg(
        codings=pl.col("n").sum(), devices=pl.format("{} {}", "n", "device").str.join(", ")
    )
    return named.sort(["codings", "voice"], descending=[True, False])


def metrics(coded: Coded, rates: pl.DataFrame) -> dict[str, Any]:
    """The stage's metrics: numbers of codings, mentions and actors, shares from 0 to 1, and rates of the corpus."""
    codings, mentions, unknown = coded
    whole = rates.filter(pl.col("level") == "corpus")
    return {
        "codings": codings.height,
        "mentions": mentions.height,
        "actors": mentions["actor"].n_unique(),
        "unknown_entities": unknown.height,
        "share_with_actor": _share(codings["actor"].is_not_null()),
        "share_in_author_voice": _share(codings["voice"] == "author"),
        "share_of_mentions_with_valence": _share(mentions["valence"] != 0),
        **{f"per_1000_{device}": rate for device, rate in whole.select("device", "per_1000").iter_rows()},
    }


def _share(holds: pl.Series) -> float | None:
    return float(holds.sum()) / len(holds) if len(holds) else None


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("actor").len("count").sort(["count", "actor"], descending=[True, False])
