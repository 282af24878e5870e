"""The measures of validation, by visible arithmetic, and a floor under the instrument where the labelled pages are."""

from __future__ import annotations

from pathlib import Path

import pytest

from rhetoscope.__main__ import main
from rhetoscope.validate import mean
from rhetoscope.validate.flatten import FLATTENERS
from rhetoscope.validate.pages import dense_run, f1, kept_lines, labels, over_80, read

GOLD = Path(__file__).parents[2] / "shared" / "gold"
HTML = """<html><head><title>No</title></head><body><nav><a>Home</a> <a>World</a></nav><h1>Talks
go on</h1><script>var x = 1;</script><p>One <b>bold</b> word.<br>Next line.</p><table><tr><td>1</td><td>two</td></tr>
</table><noscript>turn it on</noscript><ul><li>first</li><li>second</li></ul>tail</body></html>"""


def test_a_line_is_body_if_its_words_stand_in_the_body() -> None:
    assert labels(["One, two!", "two three", "three", "one three", "—", "wo"], "ONE two. Three") == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_f1_is_weighted_by_characters() -> None:
    # 10 of 15 kept characters are body, of 20 body characters: 2 · 10 / (15 + 20)
    lines = ["b" * 10, " " + "x" * 5, "y" * 10]
    assert f1(lines, [True, False, True], [True, True, False]) == pytest.approx(20 / 35)
    assert f1(lines, [False] * 3, [False] * 3) == 1.0
    assert f1(lines, [True] * 3, [False] * 3) == 0.0


def test_baselines() -> None:
    long = "a" * 81
    page = "\n".join([long, "", "x", "x", "x", "", "x", long, "x", long, long[:80]])
    assert [i for i, kept in enumerate(over_80(page)) if kept] == [0, 7, 9]
    assert [i for i, kept in enumerate(dense_run(page)) if kept] == [7, 8, 9]


def test_an_interval_holds_its_mean() -> None:
    row = mean("set", "measure", "system", [0.0, 1.0] * 50)
    assert row.low is not None
    assert row.high is not None
    # the standard error is .5 / √100
    assert row.value == 0.5
    assert (row.low, row.high) == (pytest.approx(0.4, abs=0.03), pytest.approx(0.6, abs=0.03))


def test_ways_of_flattening() -> None:
    flat = {name: flatten(HTML) for name, flatten in FLATTENERS.items()}
    assert flat["blocks"].split("\n") == [
        "Home World", "Talks go on", "One bold word.", "Next line.", "1", "two", "first", "second", "tail",
    ]  # fmt: skip
    assert flat["dump"].split("\n") == [
        "Home World", "Talks", "go on", "One bold word.Next line.", "1two", "turn it on", "first", "second", "tail",
    ]  # fmt: skip
    assert flat["browser"].startswith("    Home World\n\n    Talks go on\n\n    One bold word.\n    Next line.\n")


def test_a_folder_without_labelled_data_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path)]) == 1
    assert "holds no labelled data" in capsys.readouterr().err


@pytest.mark.skipif(not (GOLD / "pages").is_dir(), reason="the labelled pages are not here")
def test_the_floor_on_labelled_pages() -> None:
    """So that a change that costs more than a point is seen; today .944, .947 and .944."""
    pages = read(GOLD / "pages")
    for flatten in FLATTENERS.values():
        texts = [flatten(page.html) for page in pages]
        scores = [
            f1(text.split("\n"), labels(text.split("\n"), page.body), kept_lines(text))
            for text, page in zip(texts, pages, strict=True)
        ]
        assert sum(scores) / len(scores) > 0.93
