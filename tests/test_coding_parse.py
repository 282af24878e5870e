"""Parsing: stand-ins for names, one sentence a text, the same parse in every run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoscope import InputError, actors
from rhetoscope.coding import parse

TABLE = actors.load_actors()
ANNOTATIONS = ["HEAD", "DEP", "TAG", "POS", "MORPH", "LEMMA"]
TEXTS = [
    "“We will leave,” the Armenian Prime Minister Nikol Pashinyan said in Yerevan.",
    "There is a plan to end the war, and Baku isn't gonna like it.", "TALKS IN AZERBAIJAN",
    "The U.S.-led talks at www.armenia.am (see South Korea’s note)…", "", "#",
    "It has been said by many that the Republic of  Armenia and the Netherlands must  act.",
]  # fmt: skip


def parsed(*texts: str) -> list:
    return parse.parse_sentences(texts, names=[TABLE.find(text) for text in texts])


@pytest.mark.parametrize("text", TEXTS)
def test_a_parse_with_stand_ins_is_one_of_the_text_itself(text: str) -> None:
    (doc,) = parsed(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
    inside = [token.text for token in doc if token.i in doc.user_data.get(parse.NAMES, ())]
    assert all(any(text[span.start : span.end] in word for word in inside) for span in TABLE.find(text))
    assert all(doc.char_span(span.start, span.end, alignment_mode="expand") for span in TABLE.find(text))


@settings(max_examples=50)
@given(st.text(alphabet="US Iran’s.-\n/KAMALI()", max_size=40))
def test_any_text_is_restored(text: str) -> None:
    (doc,) = parsed(text)
    assert doc.text == text


def test_a_parse_does_not_depend_on_which_actor_is_named() -> None:
    sides = [
        ("Armenia", "Armenian"), ("Azerbaijan", "Azerbaijani"), ("South Korea", "South Korean"), ("US", "American"),
    ]  # fmt: skip
    docs = parsed(*(f"{name}'s army met the {others} one in {name}, seen as weak." for name, others in sides))
    for attribute in ("HEAD", "DEP", "TAG", "POS"):
        assert len({tuple(doc.to_array(attribute).tolist()) for doc in docs}) == 1


def test_a_parse_is_one_sentence_and_repeats() -> None:
    text = "It failed. Armenia left."
    first, second = parsed(text)[0], parsed(text)[0]
    assert len(list(first.sents)) == 1
    assert np.array_equal(first.to_array(ANNOTATIONS), second.to_array(ANNOTATIONS))


def test_parts_of_speech_and_lemmas_are_those_of_spacy() -> None:
    import spacy

    own = list(spacy.load(parse.MODEL, exclude=["ner"]).pipe(TEXTS[:1]))
    for ours, theirs in zip(parse.parse_sentences(TEXTS[:1]), own, strict=True):
        assert [(token.tag_, token.pos_, token.lemma_) for token in ours] == [
            (token.tag_, token.pos_, token.lemma_) for token in theirs
        ]


def test_entities_are_recognised_and_a_missing_parser_is_named() -> None:
    texts = ["Ali Aydin flew from Baku to Yerevan on 3 May.", "", "No one came."]
    found = parse.recognise_entities(texts)
    assert ("Ali Aydin", "PERSON") in found[0]
    assert found[1:] == [[], []]
    with pytest.raises(InputError, match="no spaCy model 'xx_none' is installed"):
        parse.load_parser("xx_none")
