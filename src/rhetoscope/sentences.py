"""Words, paragraphs and sentences, with their places in `articles.text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

WORD = r"[\p{L}\p{M}\p{N}]+(?:['’ʼ‑‐-][\p{L}\p{M}\p{N}]+)*"
"""A word: a run of letters and digits; apostrophes and hyphens between such runs join them into one.

`don't`, `al-Assad`, `COP29` and `2,000` are 1, 1, 1 and 2 words. The one rule wherever words are counted."""
SEPARATOR = "\n\n"
"""What stands between two paragraphs of `articles.text`."""
_PLACES = {"title": -2, "deck": -1}


def word_count(text: pl.Expr) -> pl.Expr:
    """Words in each value of a text column (`WORD`); 0 for an empty text, null for null."""
    return text.str.count_matches(WORD).cast(pl.Int64)


def count_words(text: str) -> int:
    """Words in a text (`WORD`): `count_words("Lt. Gen. al-Assad's 2 aides")` is 5."""
    return int(pl.Series([text], dtype=pl.String).str.count_matches(WORD)[0])


def boundaries(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Start and end of each sentence of a paragraph, in code points, white space around it left out.

    Sentences never overlap and hold every character that is not white space. sentencex (the rules of Wikimedia's
    translation tools) finds where sentences begin; a piece without letter or digit, such as a lone closing
    quotation mark, belongs to the sentence before it.
    """
    from sentencex import get_sentence_boundaries

    starts = sorted({0} | {found["start_index"] for found in get_sentence_boundaries(language, text)})
    spans: list[tuple[int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        if not piece.strip():
            continue
        first, last = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
        if spans and not re.search(r"[^\W_]", piece):
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def sentences(articles: pl.DataFrame, headings: Mapping[str, Iterable[int]]) -> pl.DataFrame:
    """The table `sentences`: title, deck, headings and body of each article, sentence by sentence.

    Args:
        articles: columns `doc_id`, `title`, `deck`, `text`; a title, deck or heading is one sentence each.
        headings: `doc_id` → the paragraphs of `text`, counted from 0, that are headings.
    """
    rows: list[dict[str, object]] = []
    for doc_id, title, deck, text in articles.select("doc_id", "title", "deck", "text").iter_rows():
        found: list[tuple[str, int, int, int | None, int | None, str]] = []
        for part, words in (("title", title), ("deck", deck)):
            if words:
                found.append((part, _PLACES[part], 0, None, None, words))
        offset, headed = 0, set(headings.get(doc_id, ()))
        for paragraph, words in enumerate(text.split(SEPARATOR)):
            heading = paragraph in headed
            spans = [(0, len(words))] if heading else boundaries(words)
            for sentence, (start, end) in enumerate(spans):
                part = "heading" if heading else "body"
                found.append((part, paragraph, sentence, offset + start, offset + end, words[start:end]))
            offset += len(words) + len(SEPARATOR)
        for number, values in enumerate(found):
            keys = ("part", "paragraph", "sentence", "start", "end", "text")
            rows.append({"sentence_id": f"{doc_id}-{number:04d}", "doc_id": doc_id, **dict(zip(keys, values, strict=True))})
    schema = {
        "sentence_id": pl.String(), "doc_id": pl.String(), "part": pl.String(), "paragraph": pl.Int64(),
        "sentence": pl.Int64(), "start": pl.Int64(), "end": pl.Int64(), "text": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema).with_columns(words=word_count(pl.col("text")))
