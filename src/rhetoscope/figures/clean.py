"""Figures of the stage clean: the parts of a page, and how its chrome would change counts.

Chrome is everything on a page around the article: lists of headlines and site furniture (menus, labels, links).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope.figures import style
from rhetoscope.tables import Frame
from rhetoscope.wording import count_noun

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ARTICLE, HEADLINES, FURNITURE = "article", "headline list", "site furniture"
"""Kinds of lines: of the article, and two values of `removed.kind`."""
_COLOURS = {ARTICLE: style.BLUE, HEADLINES: style.ORANGE, FURNITURE: style.PALE}
_INK = {ARTICLE: style.BLUE, HEADLINES: style.ORANGE, FURNITURE: style.GREY}
_LIGHT = {ARTICLE: style.SKY, HEADLINES: style.AMBER, FURNITURE: style.PALE}
"""Colours of lines around the text: head and headings of an article, names and dates in a list of headlines."""
_LONGEST = 100
"""Words at which the bar of a line is cut, so that one very long line does not make all headlines invisible."""
_LINES = 5
"""Minimum of lines in a block with a label; beside a smaller block there is no space."""
_NAMED = 8
"""Maximum of blocks that the alt text names: those with most words."""
_PAGES = 40
"""Maximum of pages that are drawn if there are several."""


def draw_page_anatomy(lines: Frame, articles: pl.DataFrame) -> tuple[Figure, str]:
    """Draw the parts of the pages: a single page line by line, several pages as shares of their words.

    Args:
        lines: every line of 1 or more pages, kept or removed (the ledger); blank lines are not drawn.
        articles: the columns `doc_id`, `source`.
    """
    solid = lines.lazy().filter(pl.col("kind").is_in(list(_COLOURS)))
    if articles.height == 1:
        return _draw_page(solid.sort("line").collect(), articles["source"][0])
    return _draw_pages(solid.group_by("doc_id", "kind").agg(pl.col("words").sum()).collect(), articles)


def draw_chrome_effect(effect: pl.DataFrame, max_actors: int = 12) -> tuple[Figure | None, str]:
    """Draw how many mentions each actor has in the articles, and how many on the whole pages.

    Args:
        effect: the table `chrome_effect`.
        max_actors: maximum of actors drawn: those with most mentions on the pages, and the one in the title.
    """
    from rhetoscope.clean.ledger import describe_chrome_effect, find_largest_shift  # the other stages do not need it

    if effect.is_empty():
        return None, "No actor of the table is named on these pages."
    told = find_largest_shift(effect)
    ordered = effect.sort("page", "article", "actor", descending=[True, True, False])
    others = ordered.filter(~pl.col("actor").is_in(told["actor"].implode())).head(max_actors - told.height)
    shown = ordered.join(pl.concat([others, told]), on="actor", how="semi", maintain_order="left")
    figure, axes = style.new_figure(8.0, 1.7 + 0.34 * shown.height)
    rows = range(shown.height)
    axes.hlines(rows, shown["article"], shown["page"], color=style.PALE, linewidth=5)
    axes.plot(shown["page"], rows, "o", color=style.ORANGE, markersize=7, clip_on=False)
    axes.plot(shown["article"], rows, "o", color=style.BLUE, markersize=7, clip_on=False)
    for row, (article, page) in enumerate(shown.select("article", "page").iter_rows()):
        style.write_right(axes, f"{article:,} → {page:,}" if page > article else f"{article:,}", page, row)
    style.name_rows(axes, shown["actor"].to_list())
    edge = max(1, int(shown["page"].max()))  # type: ignore[arg-type]
    axes.set(xlim=(0, edge * 1.15), ylim=(shown.height - 0.4, -1.0), xlabel="mentions by name")
    article, page = shown.select("article", "page").row(0)
    apart = page - article > edge * 0.22
    for at, text, ink, side in ((article, "article", style.BLUE, "right"), (page, "whole page", style.ORANGE, "left")):
        axes.text(at, -0.4, text, color=ink, ha="center" if apart else side, va="bottom", weight="bold", fontsize=9)
    note = "The rest of a page: head, lists of headlines, site furniture."
    if effect.height > shown.height:
        note = f"Of {effect.height} actors those with most mentions, and the one moved furthest. {note}"
    numbers = shown.select("actor", "article", "page").iter_rows()
    said = "; ".join(f"{actor} {article:,} to {page:,}" for actor, article, page in numbers)
    alt = f"{describe_chrome_effect(effect)}. Mentions in the articles and on their whole pages: {said}."
    return style.finish_figure(figure, describe_chrome_effect(effect), note, alt)


def _draw_page(solid: pl.DataFrame, source: str) -> tuple[Figure, str]:
    figure, axes = style.new_figure(8.0, 6.2)
    main = (pl.col("part") == "body") | pl.col("reason").str.contains("^headline in")
    dark, light = (pl.col("kind").replace_strict(colours) for colours in (_COLOURS, _LIGHT))
    colours = pl.when(main.fill_null(False)).then(dark).otherwise(light)
    lengths = solid["words"].clip(1, _LONGEST)
    axes.barh(range(solid.height), lengths, height=0.86, color=solid.select(colours).to_series().to_list(), linewidth=0)
    edge = float(lengths.max())  # type: ignore[arg-type]
    blocks = _find_blocks(solid)
    for block in blocks:
        if block["lines"] >= _LINES:
            ink, (first, last) = _INK[block["kind"]], (block["first"] - 0.4, block["last"] + 0.4)
            axes.plot([edge * 1.03] * 2, [first, last], color=ink, linewidth=2, solid_capstyle="butt")
            text = f"{block['label']}\n{block['size']}"
            axes.text(edge * 1.05, (first + last) / 2, text, color=ink, weight="bold", fontsize=9, va="center")
    axes.set(xlim=(0, edge * 1.42), ylim=(solid.height - 0.4, -0.6), ylabel="lines of the page, top to bottom")
    axes.set(xticks=[tick for tick in axes.get_xticks() if tick <= edge], yticks=[])
    axes.set_xlabel("words in the line; paler: head, headings, list names and dates", loc="left")
    axes.spines[["left", "bottom"]].set_visible(False)
    title = _describe_page(solid, sum(block["kind"] == HEADLINES for block in blocks))
    note = f"Page: {style.shorten(source, 80)}. Blank lines are left out."
    if int(solid["words"].max()) > _LONGEST:  # type: ignore[arg-type]
        note += f" Lines of more than {_LONGEST} words are cut."
    largest = sorted(blocks, key=lambda block: -block["words"])[:_NAMED]
    said = "; ".join(f"{block['label']}: {block['size']}" for block in blocks if block in largest)
    return style.finish_figure(figure, title, note, f"{title}. From top to bottom: {said}.")


def _find_blocks(solid: pl.DataFrame) -> list[dict[str, Any]]:
    """Find the runs of lines of the same kind and list: first and last place, words, lines, and label."""
    starts = pl.col("reason").str.contains("^name of").fill_null(False)
    run = (pl.col("kind").ne_missing(pl.col("kind").shift()) | starts).cum_sum()
    blocks = (
        solid.with_columns(run=run, name=pl.col("reason").str.extract("list “(.*)”$"), place=pl.int_range(pl.len()))
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("kind").first(),
            pl.col("name").drop_nulls().first(),
            pl.col("words").sum(),
            first=pl.col("place").first(),
            last=pl.col("place").last(),
            lines=pl.len(),
        )
        .to_dicts()
    )
    for block in blocks:
        unnamed = {ARTICLE: "the article", HEADLINES: "a list of headlines"}.get(block["kind"], block["kind"])
        block["label"] = f"“{style.shorten(block['name'], 40)}”" if block["name"] else unnamed
        block["size"] = f"{block['words']:,} words on {count_noun(block['lines'], 'line')}"
    return blocks


def _describe_page(solid: pl.DataFrame, lists: int) -> str:
    words = dict(solid.group_by("kind").agg(pl.col("words").sum()).iter_rows())
    total = max(1, sum(words.values()))
    article, headlines = (100 * words.get(kind, 0) / total for kind in (ARTICLE, HEADLINES))
    if not lists:
        return f"{100 - article:.0f} % of this page's words are not the article"
    number = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five"}.get(lists, str(lists))
    held = f"{number} list{'s' * (lists > 1)} of headlines hold{'s' * (lists == 1)}"
    return f"{held} {headlines:.0f} % of this page's words, the article {article:.0f} %"


def _draw_pages(summed: pl.DataFrame, articles: pl.DataFrame) -> tuple[Figure, str]:
    table = (
        summed.with_columns(share=100 * pl.col("words") / pl.col("words").sum().over("doc_id").clip(1))
        .pivot("kind", index="doc_id", values="share", on_columns=list(_COLOURS))
        .fill_null(0.0)
        .join(articles.select("doc_id", "source"), on="doc_id")
        .sort(ARTICLE, "source", descending=[True, False])
    )
    median = {kind: float(table[kind].median() or 0.0) for kind in _COLOURS}  # type: ignore[arg-type]
    step = max(1, -(-table.height // _PAGES))
    shown = table.gather_every(step)
    figure, axes = style.new_figure(8.0, 1.8 + 0.16 * shown.height)
    left = pl.zeros(shown.height, eager=True)
    for place, (kind, colour) in enumerate(_COLOURS.items()):
        axes.barh(range(shown.height), shown[kind], left=left, height=0.86, color=colour, linewidth=0)
        left = left + shown[kind]
        legend = {"color": _INK[kind], "weight": "bold", "fontsize": 9, "va": "bottom"}
        axes.text(0.2 * place, 1.02, kind, transform=axes.transAxes, **legend)
    axes.axvline(median[ARTICLE], color="black", linewidth=1)
    axes.set(xlim=(0, 100), ylim=(shown.height - 0.4, -0.6), yticks=[])
    axes.set_xlabel("per cent of the page's words; the line is the median article", loc="left")
    axes.set_ylabel("pages" if step == 1 else f"pages, one in {step}")
    axes.spines["left"].set_visible(False)
    title = f"On the median of {table.height:,} pages, {100 - median[ARTICLE]:.0f} % of the words are not the article"
    alt = (
        f"{title}: median shares are {median[ARTICLE]:.0f} % article, {median[HEADLINES]:.0f} % headline lists and "
        f"{median[FURNITURE]:.0f} % site furniture."
    )
    note = "Headline lists lead to other articles; site furniture is menus, labels and links."
    return style.finish_figure(figure, title, note, alt)
