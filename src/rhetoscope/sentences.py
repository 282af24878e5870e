"""Split articles into sentences with their positions in `articles.text`, and count words."""

from __future__ import annotations

import re
from collections import defaultdict

import polars as pl

from rhetoscope import tables

WORD = r"[\p{L}\p{M}\p{N}]+(?:['’ʼ‑‐-][\p{L}\p{M}\p{N}]+)*"
"""A word: letters and digits, also with apostrophes and hyphens inside (`don't`, `al-Assad`); `2,000` is 2 words."""
SEPARATOR = "\n\n"  # between two paragraphs of `articles.text`
_HEAD = {"title": -2, "deck": -1}  # paragraph numbers of the parts above the text


def count_words_in(text: pl.Expr) -> pl.Expr:
    """Count the words (`WORD`) in each value of a text column: 0 for an empty text, null for null."""
    return text.str.count_matches(WORD).cast(pl.Int64)


def count_words(text: str) -> int:
    """Count the words (`WORD`) in a text: 5 in "Lt. Gen. al-Assad's 2 aides"."""
    return int(pl.Series([text], dtype=pl.String).str.count_matches(WORD)[0])


def find_boundaries(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Find the start and end of each sentence of a paragraph, without the white space around it.

    sentencex (the rules of Wikimedia's translation tools) finds where sentences begin. A part without letters and
    digits, such as a closing quotation mark alone, belongs to the sentence before it.
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


def split_sentences(articles: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Split the title, deck, headings and body of each article into sentences: the table `sentences`.

    The headings and body lines in `kept` are the paragraphs of `articles.text`, in the same order. A title, deck or
    heading is one sentence.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    paragraphs = kept.filter(pl.col("part").is_in(["heading", "body"])).sort("doc_id", "line")
    for doc_id, part in paragraphs.select("doc_id", "part").iter_rows():
        parts[doc_id].append(part)
    rows: list[tuple[object, ...]] = []
    for doc_id, title, deck, text in articles.select("doc_id", "title", "deck", "text").iter_rows():
        found: list[tuple[str, int, int, int | None, int | None, str]] = []
        for part, words in (("title", title), ("deck", deck)):
            if words:
                found.append((part, _HEAD[part], 0, None, None, words))
        offset = 0
        for paragraph, (part, words) in enumerate(zip(parts[doc_id], text.split(SEPARATOR), strict=True)):
            spans = [(0, len(words))] if part == "heading" else find_boundaries(words)
            for sentence, (start, end) in enumerate(spans):
                found.append((part, paragraph, sentence, offset + start, offset + end, words[start:end]))
            offset += len(words) + len(SEPARATOR)
        rows += [(f"{doc_id}-{number:04d}", doc_id, *values) for number, values in enumerate(found)]
    schema = {name: dtype for name, dtype in tables.make_empty("sentences").schema.items() if name != "words"}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(words=count_words_in(pl.col("text")))


def count_placed(articles: pl.LazyFrame, sentences: pl.LazyFrame) -> int:
    """Count the sentences with a right position: `articles.text[start:end] == text`; title and deck have none."""
    count = 0
    columns = ("doc_id", "start", "end", "text")
    for texts, some in tables.iterate_documents(articles.select("doc_id", "text"), sentences.select(columns)):
        text_of = dict(texts.iter_rows())  # a join would copy each text for every one of its sentences
        rows = some.drop_nulls("start").iter_rows()
        count += sum(text_of.get(doc_id, "")[start:end] == text for doc_id, start, end, text in rows)
    return count
