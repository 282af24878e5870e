"""Devices in sentences: terms as words, exclusions, triggers of patterns, repeated openings."""

import polars as pl
import pytest

from rhetoscope import codebook
from rhetoscope.coding.devices import DeviceFinder, find_repeated_openings

DEVICES = {device.name: device for device in codebook.load_codebook()}


def found(device: str, *texts: str) -> list[tuple[int, str]]:
    terms = DeviceFinder([DEVICES[device]]).search(pl.Series(texts)).terms
    return [(number, texts[number][place.start : place.end]) for number in sorted(terms) for place in terms[number]]


def test_terms_match_whole_words_in_curly_signs_any_case_and_white_space() -> None:
    texts = ("PERHAPS not", "more\nor  less", "mighty", "as soon as possible", "it is possible that", "")
    assert found("hedge", *texts) == [(0, "PERHAPS"), (1, "more\nor  less"), (4, "it is possible that")]
    assert found("hedge", "Ağdam – “perhaps” 🙂 perhaps") == [(0, "perhaps"), (0, "perhaps")]
    assert found("self_mention", "They told us of the US.") == [(0, "us")]


def test_a_trigger_calls_for_its_patterns_where_the_sentence_holds_what_they_need() -> None:
    texts = pl.Series(["It was opened in May.", "Nothing opened.", ""])
    called = DeviceFinder([DEVICES["agentless_passive"]]).search(texts).patterns
    assert set(called) == {0}
    assert not DeviceFinder([DEVICES["agentless_passive"]]).search(texts, {0: ""}).patterns


@pytest.mark.parametrize(
    ("paragraphs", "openings"), [((0, 0, 0), ["We must"]), ((0, 1, 2), [])], ids=["one paragraph", "three"]
)
def test_repeated_openings_are_found_across_sentences_of_one_paragraph(paragraphs: tuple, openings: list) -> None:
    texts = ("We must talk.", "We must listen.", "They left.")
    places = find_repeated_openings(zip(paragraphs, texts, strict=True))
    assert [texts[number][start:end] for number, start, end in places] == openings


@pytest.mark.parametrize("text", ["In the east; in the west.", "Kofi Annan spoke; Kofi Annan left.", "He; he."])
def test_names_and_function_words_are_no_repeated_opening(text: str) -> None:
    assert not list(find_repeated_openings([(0, text)]))
