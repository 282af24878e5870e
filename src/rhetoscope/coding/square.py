"""The ideological square: who is spoken well and ill of (van Dijk, T. A. (1998). Ideology. Sage, ch. 25).

A text that takes a side emphasises what is good of Us and bad of Them, and mitigates what is bad of Us and good of
Them. Which side is Us is the analyst's choice and not the text's: every table here holds both readings, and the second
is the first with the sides exchanged.
"""

from __future__ import annotations

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.tables import Frame

EMPHASIS = ("attitude_marker", "booster", "demonising_language", "emotive_language", "good_bad", "label",
            "loaded_language", "slogan")  # fmt: skip
"""Devices that, said of an actor in the sentence of its mention, raise what is said."""
MITIGATION = ("hedge", "impersonal_evidential", "nominalised_action")
"""Devices that lower it: doubt, nobody's word, a deed told as a thing."""
SAID = ("good", "bad", "nothing")


def sides(mentions: Frame, us: list[str], them: list[str]) -> tuple[list[str], list[str]]:
    """The two sides: those given; where none is, the most mentioned actors not on the other side, one each.

    Raises:
        InputError: an actor is on both sides, or a given one is mentioned nowhere.
    """
    counts = mentions.lazy().group_by("actor").len().sort(["len", "actor"], descending=[True, False]).collect()
    known = counts.get_column("actor").to_list()
    for actor in (*us, *them):
        if actor not in known:
            raise InputError(f"perspective: {actor!r} is mentioned nowhere; the actors are {', '.join(known[:12])}")
    if both := sorted(set(us) & set(them)):
        raise InputError(f"perspective: {both[0]!r} cannot be both us and them")
    free = [actor for actor in known if actor not in us and actor not in them]
    us = us or free[:1]
    return us, them or [actor for actor in free if actor not in us][:1]


def square(mentions: Frame, codings: Frame, us: list[str], them: list[str]) -> pl.DataFrame:
    """The table `square`: mentions of each side from each perspective, by what is said, agency and firmness.

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
    table = pl.concat(views) if views else tables.empty("square")
    return table.select(list(tables.TABLES["square"].schema)).sort("perspective", "side", "actor", "said")


def finding(table: pl.DataFrame, perspective: str) -> str:
    """How the square looks from one side, as a sentence."""
    view = table.filter(pl.col("perspective") == perspective)
    parts = []
    for side in ("us", "them"):
        of = view.filter(pl.col("side") == side)
        names = ", ".join(of.get_column("actor").unique().sort())
        good, bad = (int(of.filter(pl.col("said") == said).get_column("mentions").sum()) for said in ("good", "bad"))
        parts.append(f"of {side} ({names}) {good} mentions speak well and {bad} ill")
    return (
        f"Seen from {perspective}, " + ", ".join(parts) + "." if parts and view.height else "There are not two sides."
    )


def _view(counts: pl.DataFrame, us: list[str], them: list[str]) -> pl.DataFrame:
    """All actors of both sides by all that can be said, zeros where nothing is."""
    members = [(actor, "us") for actor in us] + [(actor, "them") for actor in them]
    cells = [(actor, side, said) for actor, side in members for said in SAID]
    frame = pl.DataFrame(cells, schema=["actor", "side", "said"], orient="row")
    joined = frame.join(counts, on=["actor", "said"], how="left")
    numbers = ["mentions", "agent", "patient", "emphasised", "mitigated"]
    return joined.with_columns(pl.col(numbers).fill_null(0), perspective=pl.lit(", ".join(sorted(us))))
