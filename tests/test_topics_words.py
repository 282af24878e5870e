"""What a word is, and what topics are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.topics.words import (
    content_words,
    has_content,
    keys_left_out,
    labels,
    stop_words,
    tokens,
    variants,
    written,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("#", []),
        ("the and of 2024, 3rd – a", []),
        ("The US told us", ["US"]),
        ("U.S. troops", ["US", "troop"]),
        ("PEACE TALKS BEGIN", ["begin", "peace", "talk"]),
        ("Baku's and Yerevan’s parties don't", ["baku", "party", "yerevan"]),
        ("Armenia-Azerbaijan talks at COP29", ["COP29", "armenia", "azerbaijan", "talk"]),
        ("Peace, peace and elections; an election", ["election", "peace"]),
        ("crisis, status, access", ["access", "crisis", "status"]),
        ("Türkiye’s O'Brien", ["o'brien", "türkiye"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert content_words(text) == words


@given(st.text(max_size=80))
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokens(text):
        assert token.surface.replace(".", "") in text[token.start : token.end].replace("’", "'").replace(".", "")


def test_ngrams_are_runs_of_counted_words_with_only_a_space_between() -> None:
    assert content_words("Peace talks in Baku, ceasefire", 2) == ["baku", "ceasefire", "peace", "peace talk", "talk"]
    assert content_words("oil gas price", 3) == ["gas", "gas price", "oil", "oil gas", "oil gas price", "price"]
    assert written(["peace talk"], ["Peace Talks began", "the Peace Talks"]) == ["Peace Talks"]
    assert labels([["peace talk", "talk", "oil"]], [["peace talks", "peace talks on oil"]]) == ["Peace talks & oil"]


def test_own_stop_words_leave_out_every_form() -> None:
    assert content_words("Elections and the election of US", 2, keys_left_out(["elections"])) == ["US"]


def test_a_topic_without_words_has_a_name() -> None:
    assert labels([[]], [["x"]]) == ["(no words)"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("israel", "israeli", True),
        ("ukraine", "ukrainian", True),
        ("armenia", "armenian", True),
        ("iran", "iraq", False),
        ("peace", "war", False),
        ("france", "francs", True),
    ],
)
def test_forms_of_one_word(one: str, other: str, same: bool) -> None:
    assert variants(one, other) is variants(other, one) is same


def test_words_are_shown_as_most_often_written() -> None:
    texts = ["Peace holds", "a peace in Baku", "the peace", "elections", "Elections", "an election", "elections"]
    assert written(["peace", "baku", "election", "absent"], texts) == ["peace", "Baku", "elections", "absent"]


def test_a_label_joins_three_words_and_leaves_out_their_forms() -> None:
    assert labels([["israel", "israeli", "iran", "gaza"]], [["Israel, Israeli, Iran and Gaza"]]) == [
        "Israel, Iran & Gaza"
    ]


def test_words_side_by_side_are_one_phrase() -> None:
    texts = ["President Ilham Aliyev spoke", "said President Ilham Aliyev", "peace, President Ilham Aliyev"]
    assert labels([["aliyev", "peace", "ilham", "president"]], [texts]) == ["President Ilham Aliyev & peace"]


def test_one_word_makes_a_label_and_two_topics_never_share_one() -> None:
    texts = ["peace talks"]
    assert labels([["peace"], ["peace"], ["peace"]], [texts] * 3) == ["Peace", "Peace (2)", "Peace (3)"]
    four = ["peace", "border", "gas", "oil"]
    assert labels([four, four], [[], []]) == ["Peace, border & gas", "Peace, border, gas & oil"]


def test_stop_words_are_those_of_scikit_learn_and_of_reporting() -> None:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    assert stop_words() - ENGLISH_STOP_WORDS >= {"said", "told", "yesterday"}
    assert stop_words() > ENGLISH_STOP_WORDS


_WORDS = st.sampled_from(["the", "The", "US", "a.b.", "it's", "oil", "oil.", "3rd", "X", "a's", "IT"])


@given(st.text(max_size=60) | st.lists(_WORDS).map(" ".join))
def test_a_text_has_content_where_a_token_counts(text: str) -> None:
    assert has_content(text) == any(token.key for token in tokens(text))
