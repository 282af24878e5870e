"""Findings: sentences that follow from the tables, evidence under each, and a page on which no text can act."""

import dataclasses
import itertools
import json
import re
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from builders import fill, parse
from rhetoscope import InputError, findings, tables
from rhetoscope.__main__ import main
from rhetoscope.coding import build_square
from rhetoscope.figures.style import new_figure
from rhetoscope.findings import Corpus, Finding
from rhetoscope.findings.evidence import Evidence, Passage, check_address, merge_spans
from rhetoscope.findings.page import escape_invisible, split_at_spans
from rhetoscope.findings.statements import measure_share

SENTENCES = ["Ruritania is seen as a threat.", "Allegedly Ruritania armed itself.", "Syldavia must answer."]
TEXT = "\n\n".join(SENTENCES)


def made(**frames: pl.DataFrame) -> Corpus:
    """A corpus of tables, those that grow with it as scans."""
    lazy = {field.name for field in dataclasses.fields(Corpus) if "Lazy" in str(field.type)}
    return Corpus(**{name: frame.lazy() if name in lazy else frame for name, frame in frames.items()})


def corpus(
    a: str = "Ruritania", b: str = "Syldavia", sentences: list[str] = SENTENCES, title: str = "T", url: str = ""
) -> Corpus:
    """One article of three one-sentence paragraphs: two evidentials of `a`, one obligation of `b`."""
    starts = [sum(len(s) + 2 for s in sentences[:i]) for i in range(3)]
    rows = [
        {"sentence_id": f"d-{i}", "doc_id": "d", "paragraph": i, "start": at, "end": at + len(s), "text": s}
        for i, (at, s) in enumerate(zip(starts, sentences, strict=True))
    ]
    page = {"doc_id": "d", "title": title, "text": "\n\n".join(sentences), "words": 12, "duplicate_of": None,
            "source": "p.txt", "url": url, "outlet": None}  # fmt: skip
    codings = [
        {"coding_id": str(n), "doc_id": "d", "sentence_id": f"d-{n}", "device": device, "actor": actor,
         "actors": [actor], "voice": "author", "target": None, "start": start, "end": end, "text": text}
        for n, (device, actor, start, end, text) in enumerate([
            ("impersonal_evidential", a, 10, 20, "is seen as"), ("impersonal_evidential", a, 32, 41, "Allegedly"),
            ("obligation", b, 76, 80, "must"),
        ])
    ]  # fmt: skip
    mentions = [
        {"doc_id": "d", "sentence_id": sentence, "actor": actor, "role": role, "start": start, "end": start + 9}
        for sentence, actor, role, start in [
            ("d-0", a, "patient", 0), ("d-1", a, "agent", 42), *(("d-2", b, "agent", 67 + i) for i in range(3)),
        ]
    ]  # fmt: skip
    rates = [
        {"level": "corpus", "unit": "all", "words": 1000, "device": device, "count": count, "per_1000": count,
         "low": low, "high": high, "enough": count > 1}
        for device, count, low, high in [("impersonal_evidential", 2, 0.5, 4), ("obligation", 1, 0, 3)]
    ]  # fmt: skip
    empty = ("rejected", "chrome_effect", "over_time", "shares", "square", "topics")
    return made(
        articles=fill("articles", page), sentences=fill("sentences", *rows),
        headlines=fill("headlines", {"doc_id": "d", "list": "Latest", "title": "h"}),
        kept=fill("kept", {"doc_id": "d", "line": 1, "text": "one two three", "words": 3}),
        removed=fill("removed", {"doc_id": "d", "line": 2, "text": "four", "kind": "site furniture", "words": 1}),
        assignments=fill("assignments", {"unit_id": "d-p0000", "doc_id": "d", "topic": -1}),
        codings=fill("codings", *codings), mentions=fill("mentions", *mentions), rates=fill("rates", *rates),
        **{name: tables.make_empty(name) for name in empty},
    )  # fmt: skip


def state(given: Corpus) -> list[Finding]:
    return findings.state_findings(given, findings.compare_all(given, 1))


def shown(evidence: Evidence) -> str:
    """A finding with this evidence as HTML."""
    return findings.show_findings([Finding("key", "A finding.", evidence)]).html


def _texts(given: Corpus) -> dict[str, str]:
    return {finding.key: finding.text for finding in state(given)}


def test_sentences_carry_the_tables_numbers() -> None:
    texts = _texts(corpus())
    assert texts["read"] == (
        "1 page gave 1 article of 12 words. Of the 4 words on the page, 75 % are the article; "
        "0 % stand in a list of 1 other headline and 25 % are site furniture."
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


def test_agency_has_the_wider_of_two_intervals_and_claims_no_difference_of_few() -> None:
    """3 of 3 and 1 of 2: Wilson (1927) gives .439 to 1 and .095 to .905; the bootstrap by sentence of (0 of 1, 1 of 1)
    is 0 to 1, and wider."""
    assert _texts(corpus())["agency"] == (
        "Syldavia acts in 100 % of 3 mentions (44 to 100 %) and Ruritania acts in 50 % of 2 mentions (0 to 100 %); "
        "too few to compare."
    )


def _mentions(actor: str, acts: int, others: int) -> list[dict[str, object]]:
    """Mentions of an actor, each in a document of its own."""
    return [
        {"doc_id": f"{actor}{n}", "sentence_id": f"{actor}{n}-0", "actor": actor, "start": n,
         "role": "agent" if n < acts else "other", "predicate": None}
        for n in range(acts + others)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("acts", "said"),
    [(19, "the 95 % intervals lie apart."), (6, "the 95 % intervals overlap, so no difference is claimed.")],
)
def test_a_difference_is_claimed_only_where_intervals_lie_apart(acts: int, said: str) -> None:
    """19 of 20 against 4 of 20: Wilson .76 to .99 and .08 to .42; 6 of 20: .15 to .52."""
    both = fill("mentions", *_mentions("Ruritania", acts, 20 - acts), *_mentions("Syldavia", 4, 16))
    given = dataclasses.replace(corpus(), mentions=both.with_columns(sentence_id=pl.lit("d-0")).lazy())
    assert _texts(given)["agency"].endswith(said)


@given(st.integers(0, 12), st.integers(0, 12))
def test_an_interval_holds_its_share_and_is_no_narrower_than_wilsons(yes: int, no: int) -> None:
    if yes + no:
        rows = pl.DataFrame(_mentions("A", yes, no))
        share = measure_share(rows, pl.col("role") == "agent")
        wilson = binomtest(yes, yes + no).proportion_ci(method="wilson")
        assert (share.hits, share.total) == (yes, yes + no)
        assert 0 <= share.low <= yes / (yes + no) + 1e-9
        assert yes / (yes + no) - 1e-9 <= share.high <= 1
        assert share.low <= wilson.low + 1e-9
        assert share.high >= wilson.high - 1e-9


def _square(us: str, them: str) -> dict[str, str]:
    """The square's sentences by perspective, from ten judgements of each actor, nine and two of them good."""
    rows = [
        {"doc_id": f"{actor}{n}", "sentence_id": "d-0", "actor": actor, "start": n, "role": "other", "predicate": None,
         "valence": 1.0 if n < good else -1.0}
        for actor, good in (("Ruritania", 9), ("Syldavia", 2))
        for n in range(10)
    ]  # fmt: skip
    mentions = fill("mentions", *rows)
    table = build_square(mentions, tables.make_empty("codings"), [us], [them])
    texts = _texts(dataclasses.replace(corpus(), mentions=mentions.lazy(), square=table))
    return {text.split(",")[0]: text for key, text in texts.items() if key.startswith("square")}


def test_flipping_the_perspective_gives_the_same_sentences_and_each_mirrors_the_other() -> None:
    one, other = _square("Ruritania", "Syldavia"), _square("Syldavia", "Ruritania")
    assert one == other
    assert one["Seen from Ruritania"] == (
        "Seen from Ruritania, 9 of 10 judgements of us (Ruritania) are good (90 %; 60 to 100 %) and 2 of 10 judgements "
        "of them (Syldavia) are good (20 %; 0 to 51 %); the 95 % intervals lie apart."
    )
    mine, yours = (text.split(", ", 1)[1].removesuffix("; the 95 % intervals lie apart.") for text in one.values())
    exchanged = mine.replace(" us (", "\0").replace(" them (", " us (").replace("\0", " them (")
    assert exchanged.split(" and ") == list(reversed(yours.split(" and ")))


def test_swapping_two_actors_swaps_them_in_the_sentences_and_nothing_else() -> None:
    one, other = _texts(corpus()), _texts(corpus("Syldavia", "Ruritania"))
    swap = {"Ruritania": "Syldavia", "Syldavia": "Ruritania"}
    assert {key: re.sub("|".join(swap), lambda name: swap[name[0]], text) for key, text in one.items()} == other


def test_an_empty_corpus_is_put_in_words() -> None:
    nothing = made(**{name: tables.make_empty(name) for name in Corpus.__dataclass_fields__ if name in tables.TABLES})
    texts = _texts(nothing)
    assert texts["evidentials"].startswith("No impersonal evidential")
    assert texts["agency"] == "No actor is mentioned."
    assert texts["devices"] == "The text is too short to report the rate of any device."


def test_evidence_marks_the_coded_span_of_its_sentence() -> None:
    given = corpus()
    evidence = findings.find_evidence(given.codings, given)
    marked = [[part for part, coded in split_at_spans(item) if coded] for item in evidence.passages]
    assert marked == [["is seen as"], ["Allegedly"], ["must"]]
    assert [(item.title, item.where, item.source) for item in evidence.passages] == [
        ("T", f"paragraph {n}", "p.txt") for n in (1, 2, 3)
    ]
    assert evidence.passages[2].note == "obligation of Syldavia"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 9))
def test_sentences_shown_are_the_first_of_so_many_parts_of_equal_length(each: list[int], most: int) -> None:
    """Of n sentences the k-th part begins at the first whole number of n k / most or more."""
    rows = [
        {"sentence_id": f"d-{n:02}", "doc_id": "d", "paragraph": n, "start": 9 * n, "end": 9 * n + 5, "text": f"{n:05}"}
        for n in range(len(each))
    ]
    codings = [
        {"doc_id": "d", "sentence_id": f"d-{n:02}", "start": 9 * n + k, "end": 9 * n + k + 1, "voice": "author",
         "actor": None, "target": None}
        for n, found in enumerate(each) for k in range(found)
    ]  # fmt: skip
    given = dataclasses.replace(corpus(), sentences=fill("sentences", *rows).lazy(), max_evidence=most)
    evidence = findings.find_evidence(fill("codings", *codings), given)
    coded = [f"{n:05}" for n, found in enumerate(each) if found]
    starts = {-(-len(coded) * k // most) for k in range(most)} if len(coded) > most else range(len(coded))
    assert [passage.text for passage in evidence.passages] == [coded[start] for start in sorted(starts)]
    assert evidence.total == len(coded)


def test_evidence_of_unknown_sentences_is_counted_and_refused() -> None:
    given = corpus()
    assert given.count_strays() == 0
    assert dataclasses.replace(given, sentences=given.sentences.head(2)).count_strays() == 1 + 3  # must, Syldavia
    assert dataclasses.replace(given, sentences=given.sentences.head(0)).count_strays() == 3 + 5
    given = corpus()
    with pytest.raises(ValueError, match="not in `sentences`"):
        findings.find_evidence(given.codings, dataclasses.replace(given, sentences=given.sentences.head(1)))


@pytest.mark.parametrize(
    ("url", "kept"),
    [("https://a.example/b?c=d#e", True), ("http://a.example", True), ("javascript:alert(1)", False), ("", False),
     (" https://a.example", False), ("https://a.example/\u202egpj", False), ("data:text/html,x", False), (None, False),
     ("//a.example/b", False), ("https:///b", False), ("ftp://a.example", False), ("http://[", False)],
)  # fmt: skip
def test_only_addresses_of_the_web_are_links(url: str | None, kept: bool) -> None:
    assert check_address(url) == (url if kept else "")
    given = corpus(url=url or "")
    assert ("<a href=" in shown(findings.find_evidence(given.codings, given))) is kept


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda x: (x[0], x[0] + x[1]))))
def test_merged_spans_cover_the_same_characters(spans: list[tuple[int, int]]) -> None:
    merged = merge_spans(spans)
    assert {i for a, b in merged for i in range(a, b)} == {i for a, b in spans for i in range(a, b)}
    assert all(a[1] < b[0] for a, b in itertools.pairwise(merged))


@given(st.text(), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda x: tuple(sorted(x)))))
def test_parts_are_the_whole_text(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(min(a, len(text)), min(b, len(text))) for a, b in spans]
    assert "".join(part for part, _ in split_at_spans(Passage(text, spans=merge_spans(inside)))) == text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&</blockquote>\x07\u202eevil\u202c"


def test_hostile_text_is_shown_as_text() -> None:
    given = corpus(a=HOSTILE, title=HOSTILE, sentences=[HOSTILE + "is seen as", HOSTILE, HOSTILE])
    tree = parse(findings.show_findings(state(given)).html)
    assert not tree.xpath("//script | //img")
    text = tree.text_content()
    assert "<script>alert(1)</script>" in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "\u2407[U+202E]evil[U+202C]" in text


@given(st.text())
def test_no_text_makes_a_tag(text: str) -> None:
    tree = parse(shown(Evidence((Passage(text, note=text, title=text, outlet=text, source=text),), 1)))
    assert {element.tag for element in tree.iterdescendants()} <= {
        "details",
        "summary",
        "ol",
        "li",
        "blockquote",
        "bdi",
        "p",
    }


def test_what_would_act_and_not_be_seen_is_shown() -> None:
    assert escape_invisible("Ağdam, Երևան\n\tok می\u200cخواهم") == "Ağdam, Երևան\n\tok می\u200cخواهم"
    assert escape_invisible("a\x00b\u202ec\u2066d\x7f\x85\ud800") == "a\u2400b[U+202E]c[U+2066]d\u2421[U+0085]\ufffd"


@given(st.text())
def test_escaped_text_has_no_control_or_direction_character(text: str) -> None:
    kinds = {unicodedata.category(sign) for sign in escape_invisible(text) if sign not in "\n\t\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs"}


def test_a_table_has_headings_escapes_its_cells_and_aligns_numbers() -> None:
    frame = pl.DataFrame({"per_1000": [1.5, None], "said": [HOSTILE, "b"], "enough": [True, False]})
    html = findings.show_table(frame, "T").html
    assert not parse(html).xpath("//script | //img")
    assert '<th scope="col" class="number"><button type="button">per 1000</button></th>' in html
    cells = [[cell.text_content().strip() for cell in row] for row in parse(html).iter("tr")]
    assert [len(row) for row in cells] == [3, 3, 3]
    assert [[row[0], row[2]] for row in cells[1:]] == [["1.5", "yes"], ["–", "no"]]


def test_evidence_beyond_the_limit_is_counted() -> None:
    html = shown(Evidence((Passage("a"), Passage("b")), 5))
    assert html.count("<li>") == 2
    assert "2 of 5 sentences, spread evenly over the pages; all stand in the tables." in html
    assert "Evidence: 5 sentences" in html


def test_a_figure_is_embedded_with_its_alt_text_and_nothing_to_draw_is_a_sentence() -> None:
    figure, axes = new_figure()
    axes.plot([1, 2])
    html = findings.show_figure((figure, 'Two points "rise" <b>')).html
    assert 'alt="Two points &#34;rise&#34; &lt;b&gt;"' in html
    assert 'src="data:image/svg+xml;base64,' in html
    html = findings.show_figure((None, "Nothing <b>")).html
    assert "<bdi>Nothing &lt;b&gt;</bdi>" in html
    assert "<img" not in html


def test_a_notebook_keeps_each_sentence_once_as_text_and_takes_no_dollar_for_a_formula() -> None:
    stored = findings.show_findings([Finding("a", "It costs $1."), Finding("b", "It costs $2.")])._repr_mimebundle_()
    assert stored["text/plain"] == "It costs $1.\nIt costs $2."
    assert stored["text/html"].startswith('<div class="mathjax_ignore tex2jax_ignore">')
    assert stored["text/html"].count("It costs $1.") == 1


def test_summary_needs_the_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=r"data/findings/findings\.json is missing"):
        findings.summarise_report()
    findings.write_sentences(findings.state_findings(corpus(), {}))
    assert json.loads((project / "data/findings/findings.json").read_text())["agency"].startswith("Syldavia")
    assert main(["summary"]) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 4
