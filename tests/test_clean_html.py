"""HTML: lines, extraction found in them and corrected, headline lists, head, and the account of every line."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from builders import PARAGRAPHS, check_account, clean, read
from rhetoscope import InputError
from rhetoscope.clean import count_proven_pages, parse_html
from rhetoscope.clean.html import flatten_tree, match_lines, read_facts, remove_outlet

PAGE = f"""<!DOCTYPE html><html lang="en"><head>
<title>Talks on the treaty continue | The Example</title>
<meta property="og:site_name" content="The Example"><meta name="author" content="Ann Lee">
<link rel="canonical" href="https://e.org/talks">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "2024-03-03T10:15:00+04:00"}}</script>
<style>p {{ color: red }}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li><li><a href="/p">Politics</a></li></ul></nav>
<article><h1>Talks on the treaty continue</h1><h2>Two of its articles remain in dispute between them</h2>
<p class="meta">By Ann Lee, 3 March 2024</p>
<p>{PARAGRAPHS[0]}</p>
<p><a href="/x">Read also: Minister visits the border town for a day</a></p>
<h3>What the treaty says</h3>
<p>{PARAGRAPHS[1]}</p>
<blockquote><p>We will go on.</p></blockquote>
<p>{PARAGRAPHS[2]}</p>
<p>Subscribe to our newsletter</p></article>
<aside><h3>Most popular</h3><ul>
<li><a href="/1">Minister visits the border town for a day</a><p>A day on which nothing happened</p>
<time>2 March 2024</time></li>
<li><a href="/2">Parliament votes on the budget in the evening</a><time>1 March 2024</time></li>
<li><a href="/3">Rain expected over the weekend in the north</a><time datetime="2024-02-29T09:00">yesterday</time></li>
</ul></aside>
<footer>© 2024 The Example. All rights reserved.</footer></body></html>"""


def _clean(*pages: str, min_words: int) -> dict[str, pl.DataFrame]:
    return clean(read(*({"html": True, "text": page} for page in pages)), min_words)


@pytest.mark.parametrize(("page", "lines"), [
    ("<p>One <b>and</b> a\n half</p>two<br>3<div>4<p>5</p>6</div>", "One and a half|two|3|4|5|6"),
    ("<p>One<script>1</script> two <x-ref>3</x-ref>.<!-- c --> Four</p><noscript>no</noscript>", "One two 3. Four"),
    ("<table><tr><td>1</td><td>Ann</td></tr><tr><td><p>2</p></td><td>Bo</td></tr></table>", "1 Ann|2|Bo"),
])  # fmt: skip
def test_a_line_for_each_block_and_row_of_a_table_unless_its_cells_hold_blocks(page: str, lines: str) -> None:
    assert [line.text for line in flatten_tree(lxml_html.document_fromstring(page))] == lines.split("|")


def test_links_are_measured_in_characters() -> None:
    (line,) = flatten_tree(lxml_html.document_fromstring("<p>abcd <a>efgh</a></p>"))
    assert line.linked == pytest.approx(4 / 9)


def test_an_extraction_is_found_once_and_in_order() -> None:
    lines = ["Menu", "We met on Monday in the capital.", "x", "We met on Monday in the capital.", "They (1) left."]
    assert match_lines(lines, "We met on Monday in the capital. They left.").count(True) == 2
    assert match_lines(lines, "") == [False] * 5
    assert match_lines([], "text") == []
    assert match_lines(["", "#"], "#") == [False, False]


@given(st.lists(st.integers(1, 9), max_size=12), st.data())
def test_the_lines_of_an_extraction_are_found(sizes: list[int], data: st.DataObject) -> None:
    lines = [" ".join(f"line{place}word{number}" for number in range(size)) for place, size in enumerate(sizes)]
    kept = [data.draw(st.booleans()) for _ in lines]
    assert match_lines(lines, "\n".join(line for line, yes in zip(lines, kept, strict=True) if yes)) == kept


def test_the_article_of_a_page() -> None:
    page = parse_html(PAGE)
    assert page.title == "Talks on the treaty continue"
    assert page.deck == "Two of its articles remain in dispute between them"
    assert (page.author, page.published_at) == ("Ann Lee", datetime(2024, 3, 3, 0, 0))
    assert (page.url, page.outlet) == ("https://e.org/talks", "The Example")
    assert page.get_paragraphs("heading") == ["What the treaty says"]
    assert page.get_paragraphs("body") == [PARAGRAPHS[0], PARAGRAPHS[1], "We will go on.", PARAGRAPHS[2]]
    reasons = {line.text: page.reasons.get(line.number) for line in page.lines}
    assert reasons["Home"] == "menu, label or link outside the article"
    assert reasons["© 2024 The Example. All rights reserved."] == "legal notice"
    assert reasons["Subscribe to our newsletter"] == "prompt to subscribe, follow, share or read more"


def test_headline_lists_of_a_page() -> None:
    page = parse_html(PAGE)
    assert [(h.list, h.title[:8], h.deck, h.published_at) for h in page.headlines] == [
        ("Most popular", "Minister", "A day on which nothing happened", datetime(2024, 3, 2)),
        ("Most popular", "Parliame", None, datetime(2024, 3, 1)),
        ("Most popular", "Rain exp", None, datetime(2024, 2, 29, 9)),
    ]
    assert {page.get_kind(number) for h in page.headlines for number in (h.line, *h.lines)} == {"headline list"}


def test_a_page_becomes_tables_and_its_ledger_is_proved() -> None:
    frames = _clean(PAGE, "<p></p>", min_words=20)
    (article,) = frames["articles"].iter_rows(named=True)
    assert (article["outlet"], article["url"], article["language"]) == ("The Example", "https://e.org/talks", "en")
    assert count_proven_pages(frames["kept"], frames["removed"], frames["articles"]) == 1
    assert frames["rejected"].rows() == [("1.txt", "its HTML holds no text, or elements nested too deeply to be read")]


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ('<meta itemprop="datePublished" content="0001-01-01T00:00">', None),
        ('<meta itemprop="datePublished" content="2024-02-30">', None),
        ('<meta property="article:published_time" content="2024-03-03T10:15:00+04:00">', datetime(2024, 3, 3, 10, 15)),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2031-03-03"}</script>',
         datetime(2031, 3, 3)),
    ],
)  # fmt: skip
def test_dates_in_the_head_of_a_page(head: str, at: datetime | None) -> None:
    page = f"<html><head>{head}<title>A</title></head><body/></html>"
    assert read_facts(lxml_html.document_fromstring(page)).published_at == at


def test_trafilatura_reads_the_head_from_a_parsed_tree() -> None:
    """It fails when trafilatura changes what it takes or gives: see `read_facts`."""
    tree = lxml_html.document_fromstring(PAGE)
    before = lxml_html.tostring(tree)
    facts = read_facts(tree)
    assert (facts.title, facts.author, facts.section) == ("Talks on the treaty continue", "Ann Lee", None)
    assert (facts.url, facts.outlet) == ("https://e.org/talks", "The Example")
    assert facts.published_at == datetime(2024, 3, 3, 10, 15)
    assert lxml_html.tostring(tree) == before


def test_a_title_loses_the_name_of_its_outlet() -> None:
    assert remove_outlet("Talks - what next? | The Example", "The example") == "Talks - what next?"
    assert remove_outlet("Talks - what next?", "The Example") == "Talks - what next?"
    assert remove_outlet("The Example", "The Example") == "The Example"


ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


@pytest.mark.parametrize("page", [
    f"<html><body>{'<div>' * 1000}{ARTICLE}{'</div>' * 1000}</body></html>",
    f"<html><head><script>{'var a=1;' * 20_000}</script></head><body>{ARTICLE}</body></html>",
    f"<html><head>{'<style>p{}</style>' * 5_000}</head><body>{ARTICLE}</body></html>",
    f"<html><body>{ARTICLE}{'<span>' * 3_000}</body></html>", f"<p>\x00\x0b{ARTICLE}", ARTICLE,
], ids=["deep", "script", "style", "unclosed", "control", "fragment"])  # fmt: skip
def test_the_article_is_found_in_hostile_pages(page: str) -> None:
    assert [text.strip("\x00\x0b\ufffd ") for text in parse_html(page).get_paragraphs("body")] == PARAGRAPHS


@pytest.mark.parametrize("page", ["", "#", "<", "<html>", "<p>", "\ud800", "<!-- x -->", f"<b>{'<div>' * 9_000}x"])
def test_pages_without_text_are_no_articles(page: str) -> None:
    assert not parse_html(page).parts


_PIECES = st.sampled_from(
    [f"<p>{text}</p>" for text in PARAGRAPHS]
    + ["<div>", "</div>", "<ul>", "<li><a href='/x'>A headline of five words</a>", "<br>", "<td>", "x",
       "<h1>Talks</h1>", "<time>2 March 2024</time>", "<p>Share", "<a>", "</a>", "<h2>Read also</h2>",
       "<span class='tooltip-box'>", "&nbsp;"]
)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=25).map("".join)))
def test_kept_and_removed_are_the_page(page: str) -> None:
    check_account(parse_html(page))
    try:
        frames = _clean(page, min_words=1)
    except InputError:  # no line of it is prose
        return
    assert count_proven_pages(frames["kept"], frames["removed"], frames["articles"]) == frames["articles"].height
