"""The benchmark's measure of extraction by hand, and the goal on the labelled pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from rhetoscope.validate.html import Match, instrument, match, score, shingles
from rhetoscope.validate.pages import read

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "pages"


def test_shingles_by_hand() -> None:
    assert shingles("A b, c d A b c d") == {
        ("A", "b", "c", "d"): 2, ("b", "c", "d", "A"): 1, ("c", "d", "A", "b"): 1, ("d", "A", "b", "c"): 1,
    }  # fmt: skip
    assert shingles("Two words") == {("Two", "words"): 1}
    assert shingles("#") == shingles("") == {}


def test_matches_by_hand() -> None:
    assert match("a b c d e", "a b c d") == (0.5, 0, 0.5)  # of two runs one is found
    assert match("a b c d", "x y a b c d") == (1 / 3, 2 / 3, 0)
    assert match("", "") == (0, 0, 0)


def test_precision_and_recall_are_means_over_pages() -> None:
    f1, precision, recall = score([Match(0.5, 0, 0.5), Match(1 / 3, 2 / 3, 0), Match(0, 0, 0)])
    assert precision == pytest.approx((1 + 1 / 3) / 2)
    assert recall == pytest.approx((0.5 + 1) / 2)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert score([Match(0, 0, 1), Match(1, 0, 0)])[1:] == (1.0, 0.5)


@pytest.mark.skipif(not GOLD.is_dir(), reason="the labelled pages are not there")
def test_the_instrument_reaches_its_goal_on_labelled_pages() -> None:
    pages = read(GOLD)
    assert score([match(page.body, instrument(page.html)) for page in pages])[0] >= 0.97
