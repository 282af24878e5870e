"""Findings: sentences that follow from the tables, evidence under each, and a page on which no text can act."""

from __future__ import annotations

import itertools
import json
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, figures, findings, tables
from rhetoscope.__main__ import main
from rhetoscope.findings import claims
from rhetoscope.findings.evidence import Evidence, _disjoint
from rhetoscope.findings.page import pieces, visible

SENTENCES = ["Ruritania is seen as a threat.", "Allegedly Ruritania armed itself.", "Syldavia must answer."]
TEXT = "\n\n".join(SENTENCES)


def _frame(name: str, *rows: dict[str, object]) -> pl.DataFrame:
    """Rows of a table, absent columns filled with a value of their type."""
    fill = {pl.String: "x", pl.Int64: 0, pl.Float64: 0.0, pl.Boolean: False, pl.List: []}
    schema = tables.TABLES[name].schema
    full = [{c: row.get(c, fill.get(t.base_type())) for c, t in schema.items()} for row in rows]
    return pl.DataFrame(full, schema=schema)


def corpus(
    a: str = "Ruritania", b: str = "Syldavia", sentences: list[str] = SENTENCES, title: str = "T"
) -> claims.Corpus:
    """One article of three one-sentence paragraphs: two evidentials of `a`, one obligation of `b`."""
    starts = [sum(len(s) + 2 for s in sentences[:i]) for i in range(3)]
    rows = [
        {"sentence_id": f"d-{i}", "doc_id": "d", "paragraph": i, "start": at, "end": at + len(s), "text": s}
        for i, (at, s) in enumerate(zip(starts, sentences, strict=True))
    ]
    coding = {"doc_id": "d", "voice": "author", "target": None}
    evidential = coding | {"device": "impersonal_evidential", "actor": a}
    rate = {"level": "corpus", "unit": "all", "words": 1000}
    return claims.Corpus(
        articles=_frame("articles", {"doc_id": "d", "title": title, "text": "\n\n".join(sentences), "words": 12}),
        sentences=_frame("sentences", *rows),
        headlines=_frame("headlines", {"doc_id": "d", "list": "Latest", "title": "h"}),
        kept=_frame("kept", {"doc_id": "d", "line": 1, "text": "one two three"}),
        removed=_frame("removed", {"doc_id": "d", "line": 2, "text": "four", "kind": "site furniture"}),
        rejected=tables.empty("rejected"),
        topics=tables.empty("topics"),
        assignments=_frame("assignments", {"unit_id": "d-p0000", "topic": -1}),
        codings=_frame(
            "codings",
            evidential | {"coding_id": "1", "sentence_id": "d-0", "start": 10, "end": 20, "text": "is seen as"},
            evidential | {"coding_id": "2", "sentence_id": "d-1", "start": 32, "end": 41, "text": "Allegedly"},
            coding
            | {"coding_id": "3", "device": "obligation", "actor": b, "sentence_id": "d-2", "start": 76, "end": 80}
            | {"text": "must"},
        ),
        mentions=_frame(
            "mentions",
            {"doc_id": "d", "sentence_id": "d-0", "actor": a, "role": "patient", "start": 0, "end": 9},
            {"doc_id": "d", "sentence_id": "d-1", "actor": a, "role": "agent", "start": 42, "end": 51},
            *[
                {"doc_id": "d", "sentence_id": "d-2", "actor": b, "role": "agent", "start": 67 + i, "end": 75 + i}
                for i in range(3)
            ],
        ),
        rates=_frame(
            "rates",
            rate
            | {"device": "impersonal_evidential", "count": 2, "per_1000": 2.0, "low": 0.5, "high": 4.0, "enough": True},
            rate | {"device": "obligation", "count": 1, "per_1000": 1.0, "low": 0.0, "high": 3.0},
        ),
    )


def _texts(given: claims.Corpus) -> dict[str, str]:
    return {finding.key: finding.text for finding in findings.state(given)}


def test_sentences_carry_the_tables_numbers() -> None:
    texts = _texts(corpus())
    assert texts["read"] == (
        "1 page gave 1 article of 12 words. Of the 4 words on the page, 75 % are the article; "
        "0 % stand in a list of 1 other headline and 25.0 % are site furniture."
    )
    assert texts["evidentials"] == (
        "2 impersonal evidentials (such as “allegedly”) are said of Ruritania (2); "
        "none of Syldavia, which is mentioned 3 times."
    )
    assert texts["devices"] == (
        "The most frequent devices, per 1,000 words with 95 % intervals: impersonal evidential 2.0 (0.5 to 4.0); "
        "1 with too few codings to report."
    )
    assert texts["obligations"] == "1 obligation (such as “must”): Syldavia (1) is obliged."


def test_agency_has_the_wilson_interval() -> None:
    """3 of 3 and 1 of 2; Wilson (1927) gives 0.439 to 1 and 0.095 to 0.905."""
    assert _texts(corpus())["agency"] == (
        "Syldavia is mentioned 3 times and acts in 100 % of them (95 % interval 44 to 100 %), "
        "Ruritania (2 times) acts in 50 % of them (95 % interval 9 to 91 %)."
    )


def test_swapping_two_actors_swaps_them_in_the_sentences_and_nothing_else() -> None:
    one, other = _texts(corpus()), _texts(corpus("Syldavia", "Ruritania"))
    swapped = {
        key: text.replace("Ruritania", "\0").replace("Syldavia", "Ruritania").replace("\0", "Syldavia")
        for key, text in one.items()
    }
    assert swapped == other


def test_an_empty_corpus_is_put_in_words() -> None:
    nothing = claims.Corpus(**{name: tables.empty(name) for name in claims.Corpus.__dataclass_fields__})
    texts = _texts(nothing)
    assert texts["evidentials"].startswith("No impersonal evidential")
    assert texts["agency"] == "No actor is mentioned."
    assert texts["devices"] == "The text is too short to report the rate of any device."


def test_evidence_marks_the_coded_span_of_its_sentence() -> None:
    given = corpus()
    evidence = findings.of_codings(given.codings, given.sentences, given.articles)
    marked = [[part for part, coded in pieces(item) if coded] for item in evidence]
    assert marked == [["is seen as"], ["Allegedly"], ["must"]]
    assert [item.place for item in evidence] == ["T, paragraph 1", "T, paragraph 2", "T, paragraph 3"]
    assert evidence[2].note == "obligation of Syldavia"


def test_a_coding_of_an_unknown_sentence_is_refused() -> None:
    given = corpus()
    with pytest.raises(ValueError, match="not in `sentences`"):
        findings.of_codings(given.codings, given.sentences.head(1), given.articles)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda x: (x[0], x[0] + x[1]))))
def test_disjoint_spans_cover_the_same_characters(spans: list[tuple[int, int]]) -> None:
    merged = _disjoint(spans)
    assert {i for a, b in merged for i in range(a, b)} == {i for a, b in spans for i in range(a, b)}
    assert all(a[1] < b[0] for a, b in itertools.pairwise(merged))


@given(st.text(), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda x: tuple(sorted(x)))))
def test_pieces_are_the_whole_text(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(min(a, len(text)), min(b, len(text))) for a, b in spans]
    assert "".join(part for part, _ in pieces(Evidence("p", text, _disjoint(inside)))) == text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&</blockquote>\x07\u202eevil\u202c"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _parsed(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return parser


def test_hostile_text_is_shown_as_text() -> None:
    given = corpus(a=HOSTILE, title=HOSTILE, sentences=[HOSTILE + "is seen as", HOSTILE, HOSTILE])
    parsed = _parsed(findings.findings_html(findings.state(given), max_evidence=9))
    assert not {"script", "img"} & set(parsed.tags)
    text = "".join(parsed.text)
    assert "<script>alert(1)</script>" in text
    assert "\u202e" not in text
    assert "\x07" not in text


@given(st.text())
def test_no_text_makes_a_tag(text: str) -> None:
    parsed = _parsed(findings.evidence_html([Evidence(text, text, note=text)], 1))
    assert set(parsed.tags) <= {"details", "summary", "ol", "li", "blockquote", "bdi", "p"}


def test_visible_keeps_all_but_control_and_direction_characters() -> None:
    assert visible("Ağdam, Երևան\n\tок") == "Ağdam, Երևան\n\tок"
    assert visible("a\x00b\u202ec\u2066d") == "a\ufffdb\ufffdc\ufffdd"


def test_a_table_has_headings_escapes_its_cells_and_aligns_numbers() -> None:
    html = findings.table_html(pl.DataFrame({"per_1000": [1.5, None], "said": [HOSTILE, "b"], "enough": [True, False]}))
    parsed = _parsed(html)
    assert parsed.tags.count("th") == 3
    assert not {"script", "img"} & set(parsed.tags)
    assert '<th scope="col" class="number">per 1000</th>' in html
    assert [cell for cell in parsed.text if cell in ("1.5", "–", "yes", "no")] == ["1.5", "yes", "–", "no"]


def test_evidence_beyond_the_limit_is_counted() -> None:
    many = [Evidence("p", f"s{i}") for i in range(5)]
    html = findings.evidence_html(many, 2)
    assert html.count("<li>") == 2
    assert "3 more stand in" in html
    assert "Evidence: 5 sentences" in html


def test_a_figure_is_embedded_with_its_alt_text() -> None:
    figure, axes = figures.new()
    axes.plot([1, 2])
    html = findings.figure_html((figure, 'Two points "rise" <b>'), [], 1)
    assert 'alt="Two points &#34;rise&#34; &lt;b&gt;"' in html
    assert 'src="data:image/svg+xml;base64,' in html


@pytest.mark.parametrize(("n", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1200, "1,200 pages")])
def test_numbers_agree_with_their_nouns(n: int, said: str) -> None:
    assert claims.count(n, "page") == said


def test_summary_needs_the_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=r"data/findings/findings\.json is missing"):
        findings.summary()
    findings.write_sentences(findings.state(corpus()))
    assert json.loads((project / "data/findings/findings.json").read_text())["agency"].startswith("Syldavia")
    assert main(["summary"]) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 4
