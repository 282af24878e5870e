"""The page anatomy: its title and alt text state the numbers of the ledger."""

from __future__ import annotations

import polars as pl

from rhetoscope import figures
from rhetoscope.clean.ledger import ARTICLE, FURNITURE, HEADLINES, ledger
from rhetoscope.figures.clean import page_anatomy


def _lines(doc_id: str, words: dict[str, int]) -> pl.DataFrame:
    texts = {
        ARTICLE: ("peace " * words[ARTICLE], "body", None),
        HEADLINES: ("war " * words[HEADLINES], None, "headline in the list “Latest”"),
        FURNITURE: ("menu " * words[FURNITURE], None, "menu, label or link outside the article"),
        "": ("", None, "blank line"),
    }
    rows = [(doc_id, n, text, part, reason) for n, (text, part, reason) in enumerate(texts.values(), 1)]
    frame = pl.DataFrame(
        rows, schema={"doc_id": str, "line": int, "text": str, "part": str, "reason": str}, orient="row"
    )
    kept = pl.col("part").is_not_null()
    return ledger(frame.filter(kept).drop("reason"), frame.filter(~kept).drop("part"))


def _articles(*doc_ids: str) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": doc_ids, "source": [f"{doc_id}.txt" for doc_id in doc_ids]})


def test_one_page_is_shown_line_by_line() -> None:
    lines = _lines("a", {ARTICLE: 60, HEADLINES: 30, FURNITURE: 10})
    assert lines["what"].to_list() == [ARTICLE, HEADLINES, FURNITURE, None]
    figure, alt = page_anatomy(lines, _articles("a"))
    assert figure.axes[0].get_title(loc="left") == (
        "One list of headlines holds 30 % of this page's words, the article 60 %"
    )
    assert alt.endswith(
        "the article: 60 words on 1 line; “Latest”: 30 words on 1 line; site furniture: 10 words on 1 line."
    )


def test_several_pages_are_shown_as_shares() -> None:
    shares = ((80, 10, 10), (50, 0, 50), (40, 60, 0))
    pages = [
        _lines(str(n), dict(zip((ARTICLE, HEADLINES, FURNITURE), share, strict=True))) for n, share in enumerate(shares)
    ]
    figure, alt = page_anatomy(pl.concat(pages), _articles("0", "1", "2"))
    assert figure.axes[0].get_title(loc="left") == "On the median of 3 pages, 50 % of the words are not the article"
    assert "50 % article, 10 % headline lists and 10 % site furniture" in alt


def test_the_same_figure_is_the_same_bytes() -> None:
    lines, articles = _lines("a", {ARTICLE: 60, HEADLINES: 30, FURNITURE: 10}), _articles("a")
    assert figures.svg(page_anatomy(lines, articles)[0]) == figures.svg(page_anatomy(lines, articles)[0])
