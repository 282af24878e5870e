"""Frames, pages and folders that several tests are made of."""

import shutil
from pathlib import Path

import polars as pl

from rhetoscope import tables
from rhetoscope.clean import TABLES, Page, clean_pages
from rhetoscope.pages import PAGES, Pages

ROOT = Path(__file__).parents[1]
PARAGRAPHS = [
    "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week.",
    "The ministers said that the text of the treaty was nearly complete, but that two articles remained in dispute.",
    "Observers of the process welcomed the statement and called on both sides to keep the border open for trade.",
]


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
