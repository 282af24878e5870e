"""The language of articles, who is set aside, and dates of the future."""

import pytest

from builders import read
from rhetoscope import InputError
from rhetoscope.clean import clean_pages
from rhetoscope.clean.text import count_languages, identify_language, judge_language

ENGLISH = "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week. "
GERMAN = "Die Unterhändler beider Länder trafen sich am Montag in der Hauptstadt und setzten die Gespräche fort. "
RUSSIAN = "Переговорщики обеих стран встретились в понедельник в столице и решили продолжить переговоры. "


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de"), (RUSSIAN, "ru")])
def test_languages_are_told(text: str, language: str) -> None:
    code, probability = identify_language(text * 3)
    assert code == language
    assert probability > 0.9


@pytest.mark.parametrize("text", ["", "#", "12 34"])
def test_a_text_without_letters_has_none(text: str) -> None:
    assert identify_language(text) == (None, 0.0)
    assert judge_language(text, ["en"])[2] is None


def test_other_languages_are_set_aside_with_the_reason() -> None:
    pages = read({"source": "a", "text": ENGLISH * 4}, {"source": "b", "text": GERMAN * 4})
    frames = clean_pages(pages, 10, ["en", "fr"])
    assert frames["articles"].select("source", "language").rows() == [("a", "en")]
    assert frames.rejected.rows() == [("b", "its language is 'de', and clean.languages is en, fr")]
    assert count_languages(clean_pages(pages, 10)["articles"]).rows() == [("de", 1, 0), ("en", 1, 0)]


def test_future_and_unreadable_dates_are_noted() -> None:
    pages = read(
        {"source": "a", "text": ENGLISH * 4, "date": "2031-05-06T07:08:09Z"},
        {"source": "b", "text": ENGLISH * 5, "date": "03/04/2024"},
        {"source": "c", "text": ENGLISH * 6, "date": "2024-13-01"},
        {"source": "d", "text": ENGLISH * 7, "date": "6 May 2024"},
        {"source": "e", "text": ENGLISH * 8, "date": "2019"},
        {"source": "f", "text": ENGLISH * 9, "date": "2019-13"},
    )
    rows = (
        clean_pages(pages, 10, not_after="2025-01-01")["articles"].sort("source").select("published_at", "note").rows()
    )
    assert [at and f"{at:%Y-%m-%d %H:%M}" for at, _ in rows] == [
        "2031-05-06 07:08", None, None, "2024-05-06 00:00", "2019-01-01 00:00", None,
    ]  # fmt: skip
    assert [note for _, note in rows] == [
        "date 2031-05-06 lies in the future", "date “03/04/2024” cannot be read", "date “2024-13-01” cannot be read",
        None, "date “2019” names no day: taken for its first", "date “2019-13” cannot be read",
    ]  # fmt: skip


def test_parameters_out_of_range_are_named() -> None:
    with pytest.raises(InputError, match="found 'English'"):
        clean_pages([], 10, ["English"])
    with pytest.raises(InputError, match=r"clean\.not_after must be a date .* found 'soon'"):
        clean_pages([], 10, not_after="soon")
