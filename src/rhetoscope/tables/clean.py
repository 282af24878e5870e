"""The tables of the stage clean."""

from __future__ import annotations

from rhetoscope.tables.schema import DOC, FLOAT, INT, STRING, TIME, Column, Table, optional

TABLES = (
    Table(
        "clean",
        "articles",
        "One row an article: the cleaned body and what the page says of it.",
        ("doc_id",),
        {
            "doc_id": DOC,
            "source": Column(
                STRING, "the file it was read from, relative to `clean.source`; `#` and the row in a table"
            ),
            "url": optional(STRING, "address of the page, where the input gives one"),
            "outlet": optional(STRING, "who published it: a table's column, the source's sub-folder, or the HTML page"),
            "section": optional(STRING, "section or kicker, as the page prints it"),
            "title": optional(STRING, "headline of the article"),
            "deck": optional(STRING, "the line under the headline"),
            "author": optional(STRING, "byline"),
            "published_at": optional(TIME, "date and time as the page prints them, no time zone"),
            "language": optional(STRING, "ISO 639-1 code"),
            "text": Column(STRING, "headings and body paragraphs, normalised, joined by a blank line"),
            "words": Column(INT, "words in `text`"),
            "note": optional(STRING, "what had to be inferred, or could not be read, of this page"),
            "duplicate_of": optional(
                STRING, "for a copy the `doc_id` of its first instance; topics and rates leave it out"
            ),
        },
        group=1_000,
    ),
    Table(
        "clean",
        "sentences",
        "One row a sentence of the title, deck, headings and body.",
        ("doc_id", "paragraph", "sentence"),
        {
            "sentence_id": Column(STRING, "`doc_id`, a dash and a running number"),
            "doc_id": DOC,
            "part": Column(STRING, "`title`, `deck`, `heading` or `body`"),
            "paragraph": Column(INT, "position of its paragraph: title -2, deck -1, then 0, 1, … through `text`"),
            "sentence": Column(INT, "position in the paragraph, from 0"),
            "start": optional(INT, "first character in `articles.text`; null for title and deck"),
            "end": optional(INT, "one past the last character in `articles.text`; null for title and deck"),
            "text": Column(STRING, "the sentence; for headings and body `articles.text[start:end]`"),
            "words": Column(INT, "words in the sentence"),
        },
    ),
    Table(
        "clean",
        "headlines",
        "One row a headline of the page's link lists: data on the outlet's agenda, never part of the article.",
        ("headline_id",),
        {
            "headline_id": Column(STRING, "`doc_id`, `-h` and a running number"),
            "doc_id": Column(STRING, "the page whose list it stands in"),
            "list": optional(STRING, "the list as the page names it"),
            "title": Column(STRING, "the headline"),
            "deck": optional(STRING, "its second line"),
            "published_at": optional(TIME, "its date and time as printed, no time zone"),
            "line": Column(INT, "line of the raw page its title starts on, from 1"),
        },
    ),
    Table(
        "clean",
        "kept",
        "The ledger's one half: the lines of the raw page that went into `articles`.",
        ("doc_id", "line"),
        {
            "doc_id": DOC,
            "line": Column(INT, "line of the raw page, from 1; a paragraph broken into several stands at its first"),
            "text": Column(STRING, "the line, unchanged, or the broken paragraph with its line breaks"),
            "part": Column(STRING, "`title`, `deck`, `section`, `author`, `date`, `heading` or `body`"),
            "words": Column(INT, "words in `text`"),
        },
    ),
    Table(
        "clean",
        "removed",
        "The ledger's other half: every other line of the raw page, blank ones included, with the reason.",
        ("doc_id", "line"),
        {
            "doc_id": DOC,
            "line": Column(INT, "line of the raw page, from 1; a paragraph broken into several stands at its first"),
            "text": Column(STRING, "the line, unchanged, or the broken paragraph with its line breaks"),
            "reason": Column(STRING, "why it is no part of the article"),
            "kind": Column(STRING, "`headline list` (names and dates included), `site furniture` or `blank`"),
            "words": Column(INT, "words in `text`"),
        },
    ),
    Table(
        "clean",
        "normalised",
        "What was made uniform in kept lines and headlines; the ledger holds the lines as the page has them.",
        ("doc_id", "line", "kind", "before"),
        {
            "doc_id": Column(STRING, "the page"),
            "line": Column(INT, "line of the raw page, from 1"),
            "kind": Column(STRING, "`space`, `invisible`, `entity`, `unicode`, `quote` or `homoglyph`"),
            "before": Column(STRING, "what the page prints; spaces and invisible characters by their code points"),
            "after": Column(STRING, "what stands in the tables"),
            "count": Column(INT, "how often in this line"),
        },
    ),
    Table(
        "clean",
        "chrome_effect",
        "One row an actor: its mentions in the articles, and what the rest of their pages would have added.",
        ("actor",),
        {
            "actor": Column(STRING, "canonical name of the actor"),
            "article": Column(INT, "mentions in `articles.text`, copies left out"),
            "head": Column(INT, "mentions in title, deck and the rest of the head"),
            "headline_lists": Column(INT, "mentions in the pages' lists of other headlines"),
            "site_furniture": Column(INT, "mentions in all other lines"),
            "page": Column(INT, "mentions on the whole pages"),
            "ratio": optional(FLOAT, "`page` over `article`; null where the articles never name it"),
        },
    ),
    Table(
        "clean",
        "rejected",
        "Pages that could not be used.",
        ("source",),
        {
            "source": Column(STRING, "the file, relative to `clean.source`"),
            "reason": Column(STRING, "a sentence saying why"),
        },
    ),
)
