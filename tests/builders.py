"""Frames, pages and folders that several tests are made of."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import polars as pl
from lxml.html import HtmlElement, fragment_fromstring

from rhetoscope import tables
from rhetoscope.clean import TABLES, Page, clean_pages
from rhetoscope.pages import PAGES, Pages
from rhetoscope.stats import CodingTables

ROOT = Path(__file__).parents[1]
PARAGRAPHS = [
    "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week.",
    "The ministers said that the text of the treaty was nearly complete, but that two articles remained in dispute.",
    "Observers of the process welcomed the statement and called on both sides to keep the border open for trade.",
]
_PLACE = {"sentence_id": pl.String, "doc_id": pl.String, "paragraph": pl.Int64, "start": pl.Int64}
Sentence = tuple[str, int, int, list[tuple[str, list[str]]], list[str]]
"""Document, paragraph, words, codings with their actors, actors mentioned."""


def copy_project(folder: Path) -> Path:
    """Copies this project's parameters, notebooks and seeds into a folder."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def fill(name: str, *rows: dict[str, object]) -> pl.DataFrame:
    """Rows of a table, absent columns filled with a value of their type."""
    values = {pl.String: "x", pl.Int64: 0, pl.Float64: 0.0, pl.Boolean: False, pl.List: []}
    schema = tables.TABLES[name].schema
    full = [{c: row.get(c, values.get(t.base_type())) for c, t in schema.items()} for row in rows]
    return pl.DataFrame(full, schema=schema)


def make_sentences(*texts: str) -> pl.DataFrame:
    """Sentences of one document, one a paragraph, as they stand in a text joined by a space."""
    starts = [sum(len(each) + 1 for each in texts[:number]) for number in range(len(texts))]
    rows = [
        (f"d-{n}", "d", n, start, start + len(text), text)
        for n, (start, text) in enumerate(zip(starts, texts, strict=True))
    ]
    return pl.DataFrame(rows, _PLACE | {"end": pl.Int64, "text": pl.String}, orient="row")


def make_coding_tables(
    sentences: Iterable[Sentence], articles: pl.DataFrame, assignments: pl.DataFrame | None = None
) -> CodingTables:
    """The tables that rates are measured on."""
    rows = [(f"{doc}-{n:04}", doc, *rest) for n, (doc, *rest) in enumerate(sorted(sentences))]
    codings = [(doc, name, device, actors) for name, doc, _, _, coded, _ in rows for device, actors in coded]
    mentions = [(doc, name, actor) for name, doc, *_, mentioned in rows for actor in mentioned]
    places = [(name, doc, paragraph, 0, words) for name, doc, paragraph, words, *_ in rows]
    text, of = pl.String, {"doc_id": pl.String, "sentence_id": pl.String}
    return CodingTables(
        pl.DataFrame(codings, of | {"device": text, "actors": pl.List(text)}, orient="row"),
        pl.DataFrame(mentions, of | {"actor": text}, orient="row"),
        pl.DataFrame(places, _PLACE | {"words": pl.Int64}, orient="row"),
        articles, assignments,
    )  # fmt: skip


def parse(html: str) -> HtmlElement:
    """Some HTML as a tree in which nothing acts."""
    tree = fragment_fromstring(html, create_parent="main")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    return tree


def read(*pages: dict[str, object]) -> list[Pages]:
    """Pages of flattened text as `read_pages` gives them; columns not given are null."""
    rows = [{"source": f"{n}.txt", "html": False} | page for n, page in enumerate(pages)]
    return [Pages(pl.DataFrame(rows, schema=PAGES), tables.make_empty("rejected"))]


def clean(pages: list[Pages], min_words: int) -> dict[str, pl.DataFrame]:
    """All tables of the stage clean, which fit their schemas."""
    cleaned = clean_pages(pages, min_words)
    return {name: tables.check(name, cleaned[name]) for name in TABLES} | {"rejected": cleaned.rejected}


def check_account(page: Page) -> None:
    """Each line of a page is kept or removed, and those of headline lists are removed, each once."""
    assert sorted([*page.parts, *page.reasons]) == list(range(1, len(page.lines) + 1))
    numbers = [number for headline in page.headlines for number in (headline.line, *headline.lines)]
    assert len(numbers) == len(set(numbers))
    assert not set(numbers) & set(page.parts)
