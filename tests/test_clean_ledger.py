"""The ledger's sentence: its shares sum to 100 and none contradicts another."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.clean import describe_cleaning, read_ledger, scan_ledger, summarise_reasons
from rhetoscope.clean.ledger import format_shares
from test_figures_clean import _articles, _page


@pytest.mark.parametrize(("counts", "told"), [
    ([60, 30, 10], ["60", "30", "10"]),
    ([996, 0, 4], ["99.6", "0", "0.4"]),  # not "100 % … and 0.4 %"
    ([1036, 692, 5], ["59.8", "39.9", "0.3"]),  # 59.78, 39.93 and .29
    ([1, 1, 1], ["34", "33", "33"]),  # the largest remainder, the first of equals
    ([99_999, 0, 1], ["99.999", "0", "0.001"]),
    ([1, 0, 0], ["100", "0", "0"]),
    ([0, 0, 0], ["0", "0", "0"]),
])  # fmt: skip
def test_shares_have_the_decimals_it_takes(counts: list[int], told: list[str]) -> None:
    assert format_shares(counts) == told


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=4))
def test_shares_sum_to_a_hundred_and_only_nothing_reads_as_nothing(counts: list[int]) -> None:
    told = [float(share) for share in format_shares(counts)]
    if sum(counts):
        assert sum(told) == pytest.approx(100)
        assert [share == 100 for share in told] == [count == sum(counts) for count in counts]
        assert all(abs(share - 100 * n / sum(counts)) < 1 for share, n in zip(told, counts, strict=True))
        if min([n for n in counts if n]) * 1000 * 100 >= sum(counts):
            assert [share == 0 for share in told] == [n == 0 for n in counts]


def test_the_sentence_and_the_reasons_are_those_of_the_lines_in_any_order() -> None:
    pages = [_page(str(n), *shares) for n, shares in enumerate([(99_600, 0, 400), (900, 0, 100)])]
    kept, removed = (pl.concat(frames) for frames in zip(*pages, strict=True))
    articles, none = _articles("0", "1"), pl.DataFrame()
    whole, scan = read_ledger(kept, removed), scan_ledger(kept.lazy(), removed.lazy())
    said = "99.5 % are the articles; no list of other headlines was found and 0.5 % are site furniture."
    for each in (whole, scan):
        assert describe_cleaning(each, articles, none) == f"Of the 101,000 words on 2 pages, {said}"
    assert summarise_reasons(whole).equals(summarise_reasons(scan))
    assert summarise_reasons(scan).row(0) == ("menu, label or link outside the article", 2, 500, 0.5)
