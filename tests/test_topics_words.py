"""What a word is, what topics are called, and how coherent their words are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.topics.words import (
    are_variants,
    compute_coherence,
    compute_diversity,
    compute_npmi,
    find_keys,
    has_content,
    list_content_words,
    load_stopwords,
    name_topics,
    spell_words,
    split_words,
)


@pytest.mark.parametrize(("text", "words"), [
    ("", []), ("#", []), ("the and of 2024, 3rd – a", []), ("The US told us", ["US"]),
    ("U.S. troops", ["US", "troop"]), ("PEACE TALKS BEGIN", ["begin", "peace", "talk"]),
    ("Baku's and Yerevan’s parties don't", ["baku", "party", "yerevan"]),
    ("Armenia-Azerbaijan talks at COP29", ["COP29", "armenia", "azerbaijan", "talk"]),
    ("Peace, peace and elections; an election", ["election", "peace"]),
    ("crisis, status, access", ["access", "crisis", "status"]), ("Türkiye’s O'Brien", ["o'brien", "türkiye"]),
])  # fmt: skip
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert list_content_words(text) == words


@given(st.text(max_size=80))
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in split_words(text):
        assert token.surface.replace(".", "") in text[token.start : token.end].replace("’", "'").replace(".", "")


def test_ngrams_are_runs_of_counted_words_with_only_a_space_between() -> None:
    assert list_content_words("Peace talks in Baku, ceasefire", 2) == [
        "baku", "ceasefire", "peace", "peace talk", "talk",
    ]  # fmt: skip
    assert list_content_words("oil gas price", 3) == ["gas", "gas price", "oil", "oil gas", "oil gas price", "price"]
    assert spell_words(["peace talk"], ["Peace Talks began", "the Peace Talks"]) == ["Peace Talks"]


@pytest.mark.parametrize(("one", "other", "same"), [
    ("israel", "israeli", True), ("ukraine", "ukrainian", True), ("armenia", "armenian", True),
    ("iran", "iraq", False), ("peace", "war", False), ("france", "francs", True),
])  # fmt: skip
def test_forms_of_one_word(one: str, other: str, same: bool) -> None:
    assert are_variants(one, other) is are_variants(other, one) is same


def test_words_are_shown_as_most_often_written_and_own_stop_words_leave_out_every_form() -> None:
    texts = ["Peace holds", "a peace in Baku", "the peace", "elections", "Elections", "an election", "elections"]
    assert spell_words(["peace", "baku", "election", "absent"], texts) == ["peace", "Baku", "elections", "absent"]
    assert list_content_words("Elections and the election of US", 2, find_keys(["elections"])) == ["US"]


PHRASE = ["President Ilham Aliyev spoke", "said President Ilham Aliyev", "peace, President Ilham Aliyev"]


@pytest.mark.parametrize(("words", "texts", "label"), [
    ([], ["x"], "(no words)"),
    (["israel", "israeli", "iran", "gaza"], ["Israel, Israeli, Iran and Gaza"], "Israel, Iran & Gaza"),
    (["aliyev", "peace", "ilham", "president"], PHRASE, "President Ilham Aliyev & peace"),
    (["peace talk", "talk", "oil"], ["peace talks", "peace talks on oil"], "Peace talks & oil"),
])  # fmt: skip
def test_a_label_joins_three_words_and_phrases_and_leaves_out_their_forms(
    words: list[str], texts: list[str], label: str
) -> None:
    assert name_topics([words], [texts]) == [label]


def test_one_word_makes_a_label_and_two_topics_never_share_one() -> None:
    texts = ["peace talks"]
    assert name_topics([["peace"], ["peace"], ["peace"]], [texts] * 3) == ["Peace", "Peace (2)", "Peace (3)"]
    four = ["peace", "border", "gas", "oil"]
    assert name_topics([four, four], [[], []]) == ["Peace, border & gas", "Peace, border, gas & oil"]


def test_stop_words_are_function_words_and_words_of_reporting() -> None:
    assert load_stopwords() >= {"the", "of", "they", "would", "said", "told", "yesterday"}
    assert not load_stopwords() & {"war", "peace", "treaty", "minister"}
    assert len(load_stopwords()) == 332
    assert all(word == word.lower().strip() for word in load_stopwords())


_WORDS = st.sampled_from(["the", "The", "US", "a.b.", "it's", "oil", "oil.", "3rd", "X", "a's", "IT"])


@given(st.text(max_size=60) | st.lists(_WORDS).map(" ".join))
def test_a_text_has_content_where_a_token_counts(text: str) -> None:
    assert has_content(text) == any(token.key for token in split_words(text))


DOCUMENTS = [
    ["peace", "talks", "baku"], ["peace", "talks"], ["peace", "treaty"], ["war", "front"], ["war", "front", "talks"],
    ["treaty", "baku"],
]  # fmt: skip


def test_npmi_in_sight() -> None:
    """p(a) = p(b) = 1/2, p(a,b) = 1/4: independent. p(a) = p(b) = p(a,b): always together."""
    assert compute_npmi(1, 2, 2, 4) == 0
    assert compute_npmi(2, 2, 2, 4) == 1
    assert compute_npmi(0, 2, 2, 4) == -1
    assert compute_npmi(4, 4, 4, 4) == 1
    assert compute_npmi(1, 1, 2, 4) == pytest.approx(math.log(0.25 / (0.25 * 0.5)) / -math.log(0.25)) == 0.5


def test_coherence_as_gensim_has_it() -> None:
    """gensim 4.4.0, CoherenceModel(coherence="c_npmi", window_size=1000) on the same documents.

    Words that never meet are left out: gensim adds 1e-12 to their zero and comes to −.93 here, not to the limit −1.
    """
    topics = [["war", "front", "talks"], ["baku", "peace", "talks"]]
    expected = [0.3333333333373863, 0.08728650238435265]
    assert compute_coherence(topics, DOCUMENTS) == pytest.approx(expected, abs=1e-9)


def test_coherence_needs_two_words_and_diversity_is_the_share_of_distinct_ones() -> None:
    assert compute_coherence([["peace"], []], DOCUMENTS) == [None, None]
    assert compute_coherence([], []) == []
    assert compute_diversity([["peace", "war"], ["peace", "gas"]]) == 0.75
    assert compute_diversity([]) is None


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=5), min_size=1, max_size=12))
def test_coherence_lies_between_minus_one_and_one(documents: list[list[str]]) -> None:
    words = sorted({word for document in documents for word in document})
    value = compute_coherence([words], documents)[0]
    assert value is None or -1 - 1e-9 <= value <= 1 + 1e-9
