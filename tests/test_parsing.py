"""Parsing: stand-ins for names, and the same parse in every company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoscope import actors, parsing

TABLE = actors.load_actors()
ANNOTATIONS = ["HEAD", "DEP", "TAG", "POS", "MORPH", "LEMMA"]
TEXTS = [
    "“We will leave,” the Armenian Prime Minister Nikol Pashinyan said in Yerevan.",
    "There is a plan to end the war, and Baku isn't gonna like it.",
    "TALKS IN AZERBAIJAN",
    "The U.S.-led talks at www.armenia.am (see South Korea’s note)…",
    "",
    "#",
    "It has been said by many that the Republic of  Armenia and the Netherlands must  act.",
]


def parsed(*texts: str) -> list:
    return parsing.parse(texts, names=[TABLE.find(text) for text in texts])


@pytest.mark.parametrize("text", TEXTS)
def test_a_parse_with_stand_ins_is_one_of_the_text_itself(text: str) -> None:
    (doc,) = parsed(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
    inside = [token.text for token in doc if token.i in doc.user_data.get("names", ())]
    assert all(any(text[span.start : span.end] in word for word in inside) for span in TABLE.find(text))
    assert all(doc.char_span(span.start, span.end, alignment_mode="expand") for span in TABLE.find(text))


@settings(max_examples=50)
@given(st.text(alphabet="US Iran’s.-\n/KAMALI()", max_size=40))
def test_any_text_is_restored(text: str) -> None:
    (doc,) = parsed(text)
    assert doc.text == text


def test_a_parse_does_not_hang_on_which_actor_is_named() -> None:
    sides = [
        ("Armenia", "Armenian"),
        ("Azerbaijan", "Azerbaijani"),
        ("South Korea", "South Korean"),
        ("US", "American"),
    ]
    docs = parsed(*(f"{name}'s army met the {others} one in {name}, seen as weak." for name, others in sides))
    for attribute in ("HEAD", "DEP", "TAG", "POS"):
        assert len({tuple(doc.to_array(attribute).tolist()) for doc in docs}) == 1


def test_a_sentence_is_parsed_alike_alone_and_in_company() -> None:
    alone = [parsed(text)[0] for text in TEXTS]
    together = parsed(*TEXTS, *TEXTS * 40)
    for one, other in zip(alone, together, strict=False):
        assert np.array_equal(one.tensor, other.tensor)
        assert np.array_equal(one.to_array(ANNOTATIONS), other.to_array(ANNOTATIONS))
