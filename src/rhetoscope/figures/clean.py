"""Figures of the stage clean: what a page is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures
from rhetoscope.clean.effect import describe_chrome_effect, find_furthest
from rhetoscope.tables import Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ARTICLE, HEADLINES, FURNITURE = "article", "headline list", "site furniture"
"""Kinds of lines: kept, or as `removed.kind` has them."""
_COLOURS = {ARTICLE: figures.BLUE, HEADLINES: figures.ORANGE, FURNITURE: figures.PALE}
_INK = {ARTICLE: figures.BLUE, HEADLINES: figures.ORANGE, FURNITURE: figures.GREY}
_LIGHT = {ARTICLE: figures.SKY, HEADLINES: figures.AMBER, FURNITURE: figures.PALE}
"""For the lines of an article or list that are not its text: head and headings, names and dates."""
_LONGEST = 100
"""Words beyond which a line's bar is cut: one huge line must not make every headline invisible."""
_ROOM = 5
"""Lines a block must have for its label to fit beside it."""
_TOLD = 8
"""Blocks the alt text names at most: those with most words."""
_WIDE = 15
"""Per cent of the axis the words “headline list” need."""
_PAGES = 40
"""Pages drawn at most when there are several."""


def page_anatomy(lines: Frame, articles: pl.DataFrame) -> tuple[Figure, str]:
    """What the pages are made of: one page line by line, several as shares of their words.

    Args:
        lines: as `ledger.ledger` or `ledger.lines` gives them, at least one page; blank lines are left out.
        articles: columns `doc_id`, `source`.
    """
    solid = lines.lazy().filter(pl.col("kind").is_in(list(_COLOURS)))
    if articles.height == 1:
        return _one(solid.sort("line").collect(), articles["source"][0])
    return _many(solid.group_by("doc_id", "kind").agg(pl.col("words").sum()).collect(), articles)


def chrome_effect(effect: pl.DataFrame, most: int = 12) -> tuple[Figure, str]:
    """How far each actor's mentions would move if the whole page were counted: from the article's dot to the page's.

    Args:
        effect: the table `chrome_effect`, at least one row.
        most: actors drawn, those with most mentions on the pages, and the one the title names.
    """
    told = find_furthest(effect)
    ordered = effect.sort("page", "article", "actor", descending=[True, True, False])
    others = ordered.filter(~pl.col("actor").is_in(told["actor"].implode())).head(most - told.height)
    shown = ordered.join(pl.concat([others, told]), on="actor", how="semi", maintain_order="left")
    title = describe_chrome_effect(effect)
    figure, axes = figures.new(8.0, 1.7 + 0.34 * shown.height)
    rows = range(shown.height)
    axes.hlines(rows, shown["article"], shown["page"], color=figures.PALE, linewidth=5)
    axes.scatter(shown["page"], rows, s=55, color=figures.ORANGE, zorder=3, clip_on=False)
    axes.scatter(shown["article"], rows, s=55, color=figures.BLUE, zorder=4, clip_on=False)
    edge = max(1, int(shown["page"].max()))  # type: ignore[arg-type]
    for row, (article, page) in enumerate(shown.select("article", "page").iter_rows()):
        label = f"{article:,} → {page:,}" if page > article else f"{article:,}"
        axes.text(page + edge * 0.025, row, label, va="center", fontsize=9)
    ink = {"weight": "bold", "fontsize": 9, "va": "bottom"}
    article, page = shown.select("article", "page").row(0)
    apart = (page - article) > edge * 0.22
    axes.text(article, -0.45, "article", color=figures.BLUE, ha="center" if apart else "right", **ink)
    axes.text(page, -0.45, "whole page", color=figures.ORANGE, ha="center" if apart else "left", **ink)
    axes.set(xlim=(0, edge * 1.15), ylim=(shown.height - 0.4, -1.0), xlabel="mentions by name")
    figures.rows(axes, shown["actor"].to_list())
    axes.set_title(title, wrap=True)
    of = (
        f"Of {effect.height} actors those with most mentions, and the one moved furthest. "
        if effect.height > shown.height
        else ""
    )
    figures.note(figure, f"{of}The rest of a page: head, lists of headlines, site furniture.")
    said = "; ".join(
        f"{actor} {article:,} to {page:,}"
        for actor, article, page in shown.select("actor", "article", "page").iter_rows()
    )
    return figure, f"{title}. Mentions in the articles and on their whole pages: {said}."


def _one(solid: pl.DataFrame, source: str) -> tuple[Figure, str]:
    figure, axes = figures.new(8.0, 6.2)
    main = (pl.col("part") == "body") | pl.col("reason").str.contains("^headline in")
    colour = pl.when(main.fill_null(False)).then(pl.col("kind").replace_strict(_COLOURS)).otherwise(
        pl.col("kind").replace_strict(_LIGHT)
    )  # fmt: skip
    lengths = solid["words"].clip(1, _LONGEST)
    axes.barh(range(solid.height), lengths, height=0.86, color=solid.select(colour).to_series().to_list(), linewidth=0)
    blocks = _blocks(solid)
    title = _finding(_shares(solid), blocks)
    edge = float(lengths.max())  # type: ignore[arg-type]
    labels = [_label(axes, block, edge) for block in blocks]
    told = set(sorted(range(len(blocks)), key=lambda place: -blocks[place]["words"])[:_TOLD])
    said = [label for place, label in enumerate(labels) if place in told]
    axes.set(xlim=(0, edge * 1.42), ylim=(solid.height - 0.4, -0.6), ylabel="lines of the page, top to bottom")
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= edge])
    axes.set_xlabel("words in the line; paler: head, headings, list names and dates", loc="left")
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title(title, wrap=True)
    cut = f" Lines of more than {_LONGEST} words are cut." if int(solid["words"].max()) > _LONGEST else ""  # type: ignore[arg-type]
    figures.note(figure, f"Page: {figures.short(source, 80)}. Blank lines are left out.{cut}")
    return figure, f"{title}. From top to bottom: {'; '.join(said)}."


def _blocks(solid: pl.DataFrame) -> list[dict[str, Any]]:
    """Runs of lines of the same kind and list, with their first and last place and their words."""
    named = solid.with_columns(
        pl.col("reason").str.extract("list “(.*)”$").alias("name"), pl.int_range(pl.len()).alias("place")
    )
    starts = pl.col("reason").str.contains("^name of").fill_null(False)
    run = (pl.col("kind").ne_missing(pl.col("kind").shift()) | starts).cum_sum()
    return (
        named.with_columns(run=run)
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("kind").first(),
            pl.col("name").drop_nulls().first(),
            pl.col("place").first().alias("first"),
            pl.col("place").last().alias("last"),
            pl.col("words").sum(),
            pl.len().alias("lines"),
        )
        .to_dicts()
    )


def _label(axes: Any, block: dict[str, Any], edge: float) -> str:
    """Writes a block's label with a bracket right of its bars, if it has room for one, and returns it."""
    kind = block["kind"]
    unnamed = {ARTICLE: "the article", HEADLINES: "a list of headlines"}.get(kind, kind)
    name = f"“{figures.short(block['name'], 40)}”" if block["name"] else unnamed
    count = f"{block['words']:,} words on {block['lines']} line{'s' if block['lines'] > 1 else ''}"
    if block["lines"] >= _ROOM:
        ink = {"color": _INK[kind], "linewidth": 2, "solid_capstyle": "butt"}
        axes.plot([edge * 1.03] * 2, [block["first"] - 0.4, block["last"] + 0.4], **ink)
        middle = (block["first"] + block["last"]) / 2
        axes.text(edge * 1.05, middle, f"{name}\n{count}", color=_INK[kind], weight="bold", fontsize=9, va="center")
    return f"{name}: {count}"


def _many(summed: pl.DataFrame, articles: pl.DataFrame) -> tuple[Figure, str]:
    table = (
        summed.with_columns(share=100 * pl.col("words") / pl.col("words").sum().over("doc_id").clip(1))
        .pivot("kind", index="doc_id", values="share", on_columns=list(_COLOURS))
        .fill_null(0.0)
        .join(articles.select("doc_id", "source"), on="doc_id")
        .sort(ARTICLE, "source", descending=[True, False])
    )
    shares = {kind: float(table[kind].median() or 0.0) for kind in _COLOURS}  # type: ignore[arg-type]
    title = f"On the median of {table.height:,} pages, {100 - shares[ARTICLE]:.0f} % of the words are not the article"
    step = max(1, -(-table.height // _PAGES))
    shown = table.gather_every(step)
    figure, axes = figures.new(8.0, 1.6 + 0.16 * shown.height)
    left = pl.zeros(shown.height, eager=True)
    for kind, colour in _COLOURS.items():
        axes.barh(range(shown.height), shown[kind], left=left, height=0.86, color=colour, linewidth=0)
        left = left + shown[kind]
    ink = {"weight": "bold", "fontsize": 8, "va": "center"}
    axes.text(1, 0, ARTICLE, color="white", **ink)
    if shown[FURNITURE][-1] > _WIDE:
        axes.text(99, shown.height - 1, FURNITURE, color=figures.GREY, ha="right", **ink)
    widest = int(shown[HEADLINES].arg_max() or 0)
    if shown[HEADLINES][widest] > _WIDE:
        middle = shown[ARTICLE][widest] + shown[HEADLINES][widest] / 2
        axes.text(middle, widest, HEADLINES, color="white", ha="center", **ink)
    axes.axvline(shares[ARTICLE], color="black", linewidth=1)
    axes.set(
        xlim=(0, 100),
        ylim=(shown.height - 0.4, -0.6),
        xlabel="per cent of the page's words; the line is the median article",
    )
    axes.set_yticks([])
    axes.set_ylabel("pages" if step == 1 else f"pages, one in {step}")
    axes.spines["left"].set_visible(False)
    axes.set_title(title, wrap=True)
    return figure, (
        f"{title}: median shares are {shares[ARTICLE]:.0f} % article, {shares[HEADLINES]:.0f} % headline lists and "
        f"{shares[FURNITURE]:.0f} % site furniture."
    )


def _shares(solid: pl.DataFrame) -> dict[str, float]:
    """Per cent of the words that each kind of line holds."""
    total = max(1, int(solid["words"].sum()))
    return {kind: 100 * int(solid.filter(pl.col("kind") == kind)["words"].sum()) / total for kind in _COLOURS}


def _finding(shares: dict[str, float], blocks: list[dict[str, Any]]) -> str:
    lists = sum(block["kind"] == HEADLINES for block in blocks)
    if not lists:
        return f"{100 - shares[ARTICLE]:.0f} % of this page's words are not the article"
    number = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five"}.get(lists, str(lists))
    held = f"{number} list{'s' * (lists > 1)} of headlines hold{'s' * (lists == 1)}"
    return f"{held} {shares[HEADLINES]:.0f} % of this page's words, the article {shares[ARTICLE]:.0f} %"
