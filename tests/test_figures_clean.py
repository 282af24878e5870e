"""The page anatomy: its title and alt text state the numbers of the ledger."""

import polars as pl

from rhetoscope import figures
from rhetoscope.clean import read_ledger
from rhetoscope.figures.clean import FURNITURE, HEADLINES


def _page(doc_id: str, article: int, headlines: int, furniture: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A page of one line a kind, of so many words, and a blank one, as the tables kept and removed."""
    kept = {"doc_id": [doc_id], "line": [1], "text": ["peace " * article], "part": ["body"], "words": [article]}
    removed = {
        "doc_id": [doc_id] * 3, "line": [2, 3, 4], "text": ["war " * headlines, "menu " * furniture, ""],
        "reason": ["headline in the list “Latest”", "menu, label or link outside the article", "blank line"],
        "kind": [HEADLINES, FURNITURE, "blank"], "words": [headlines, furniture, 0],
    }  # fmt: skip
    return pl.DataFrame(kept), pl.DataFrame(removed)


def _articles(*doc_ids: str) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": doc_ids, "source": [f"{doc_id}.txt" for doc_id in doc_ids]})


def test_one_page_is_shown_line_by_line() -> None:
    figure, alt = figures.draw_page_anatomy(read_ledger(*_page("a", 60, 30, 10)), _articles("a"))
    title = "One list of headlines holds 30 % of this page's words, the article 60 %"
    assert figure.get_suptitle() == title
    blocks = "the article: 60 words on 1 line; “Latest”: 30 words on 1 line; site furniture: 10 words on 1 line."
    assert alt == f"{title}. From top to bottom: {blocks}"


def test_several_pages_are_shown_as_shares() -> None:
    pages = [_page(str(n), *shares) for n, shares in enumerate([(80, 10, 10), (50, 0, 50), (40, 60, 0)])]
    kept, removed = (pl.concat(frames) for frames in zip(*pages, strict=True))
    figure, alt = figures.draw_page_anatomy(read_ledger(kept, removed), _articles("0", "1", "2"))
    assert figure.get_suptitle() == "On the median of 3 pages, 50 % of the words are not the article"
    assert "50 % article, 10 % headline lists and 10 % site furniture" in alt
