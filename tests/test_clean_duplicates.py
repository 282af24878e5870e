"""Copies: exact, near and under another title, in any order."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError
from rhetoscope.clean import clean_pages, duplicates
from rhetoscope.clean.duplicates import copies, links, runs, similarity, sketch
from rhetoscope.pages import PAGES, Pages, doc_id

WORDS = [f"word{n}" for n in range(400)]


def _articles(*rows: tuple[str, datetime | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"doc_id": pl.String, "published_at": pl.Datetime("us"), "text": pl.String}, orient="row"
    )


def _links(frame: pl.DataFrame, threshold: float = 0.7) -> dict[str, str | None]:
    texts = dict(frame.select("doc_id", "text").iter_rows())
    sketches = sketch(frame.with_columns(source="doc_id"))
    found = links(sketches, lambda names: {name: texts[name] for name in names}, threshold)
    return {name: found.get(name) for name in sorted(texts)}


def test_runs_and_their_similarity_by_hand() -> None:
    one, other = runs("A b, c d e f"), runs("a b c d e g")
    assert one == {"a b c d e", "b c d e f"}
    assert similarity(one, other) == 1 / 3
    assert runs("Two words") == {"two words"}
    assert runs("#") == runs("") == frozenset()
    assert similarity(frozenset(), frozenset()) == 0


def test_copies_are_linked_to_the_first_instance() -> None:
    text = " ".join(WORDS)
    frame = _articles(
        ("c", datetime(2024, 1, 2), text),
        ("b", datetime(2024, 1, 1), text.upper() + "!"),  # the same words, first to appear
        ("a", None, " ".join(WORDS[20:])),  # undated reprint without its first lines
        ("d", datetime(2024, 1, 1), " ".join(reversed(WORDS))),
    )
    assert _links(frame) == {"a": "b", "b": None, "c": "b", "d": None}
    assert _links(frame, 1.0) == {"a": None, "b": None, "c": "b", "d": None}


def test_few_and_short_articles() -> None:
    assert _links(_articles()) == {}
    assert _links(_articles(("a", None, "One"))) == {"a": None}
    assert _links(_articles(("a", None, ""), ("b", None, ""))) == {"a": None, "b": "a"}


def test_hashing_finds_what_comparing_all_pairs_finds() -> None:
    draw = random.Random(0)
    rows = []
    for n in range(40):
        words = WORDS[:200] if n % 4 == 0 else [draw.choice(WORDS) for _ in range(200)]
        for _ in range(draw.randrange(12)):
            words = [*words]
            words[draw.randrange(len(words))] = "other"
        rows.append((f"{n:02}", None, " ".join(words)))
    found = {(one, other) for one, other in _links(_articles(*rows)).items() if other}
    alike = {(b[0], a[0]) for a, b in combinations(rows, 2) if similarity(runs(a[2]), runs(b[2])) >= 0.7}
    assert {pair for pair in alike if pair[1] == "00"} <= found
    assert {one for one, _ in found} == {one for one, _ in alike}


@given(st.permutations(range(6)))
def test_order_has_no_say(order: list[int]) -> None:
    rows = [(str(n), None, " ".join(WORDS[n % 3 * 10 : n % 3 * 10 + 300])) for n in range(6)]
    assert _links(_articles(*(rows[n] for n in order))) == _links(_articles(*rows))


def test_pages_of_the_same_text_are_all_kept() -> None:
    text = (
        "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week.\n" * 3
    )
    rows = [{"source": f"{name}/x.txt", "outlet": name, "html": False, "text": text} for name in ("b", "a")]
    batch = Pages(pl.DataFrame(rows, schema=PAGES), pl.DataFrame(schema={"source": pl.String, "reason": pl.String}))
    articles = clean_pages([batch], 10)["articles"].sort("source")
    assert articles["doc_id"].to_list() == [doc_id(text), doc_id(f"{text}\0b/x.txt")]
    assert articles["duplicate_of"].to_list() == [None, doc_id(text)]
    assert copies(articles).select("source", "source_first").rows() == [("b/x.txt", "a/x.txt")]


@pytest.mark.parametrize("value", [0.0, -1.0, 1.5])
def test_a_threshold_out_of_range_is_named(value: float) -> None:
    with pytest.raises(InputError, match=rf"clean.near_duplicate must be above 0 and at most 1, found {value}"):
        clean_pages([], 10, near_duplicate=value)


@pytest.mark.parametrize("threshold", [0.1, 0.35, 0.65, 0.85, 0.95])
def test_candidates_are_looked_for_as_with_scipys_integral(threshold: float, monkeypatch: pytest.MonkeyPatch) -> None:
    duplicates._datasketch()
    from datasketch import lsh
    from scipy.integrate import quad

    found = []
    for area in (duplicates._area, quad):
        monkeypatch.setattr(lsh, "integrate", area)
        found.append(lsh._optimal_param(threshold, duplicates._PERMUTATIONS, 0.5, 0.5))
    assert found[0] == found[1]
