"""Numbers and lists in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.wording import agree_verb, count_noun, format_percent, join_words, list_counts


def test_numbers_agree_with_their_nouns_and_verbs() -> None:
    assert [count_noun(n, "page") for n in (0, 1, 2, 1200)] == ["0 pages", "1 page", "2 pages", "1,200 pages"]
    assert [count_noun(n, "country", "countries") for n in (1, 2)] == ["1 country", "2 countries"]
    assert [agree_verb(n) for n in (0, 1, 2)] == ["were", "was", "were"]
    assert [agree_verb(n, "has", "have") for n in (1, 2)] == ["has", "have"]


def test_shares_are_whole_percentages() -> None:
    assert [format_percent(share) for share in (0, 0.004, 0.432, 1)] == ["0 %", "0 %", "43 %", "100 %"]


@pytest.mark.parametrize(("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")])
def test_lists_in_words(parts: list[str], said: str) -> None:
    assert join_words(parts) == said


def test_names_beyond_the_limit_are_told_by_number_and_sum() -> None:
    counts = [("France", 1200), ("Armenia", 5), ("Iran", 4), ("Peru", 1)]
    assert list_counts(counts) == "France (1,200), Armenia (5), Iran (4) and Peru (1)"
    assert list_counts(counts, 3) == list_counts(counts)  # one more name takes no more room than "1 other"
    assert list_counts(counts, 2) == "France (1,200), Armenia (5) and 2 others (5)"
    assert list_counts([]) == ""


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(1, 8))
def test_no_count_is_lost(counts: list[int], most: int) -> None:
    said = list_counts([("x", n) for n in counts], most)
    assert sum(
        int(part.rpartition("(")[2].rstrip(")")) for part in said.replace(" and ", ", ").split(", ") if part
    ) == (sum(counts))
