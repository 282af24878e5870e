"""Bytes as text: encodings known, declared and detected, and what is no text."""

import pytest

from rhetoscope.pages.decode import UnreadablePage, decode, is_html


@pytest.mark.parametrize(("data", "text"), [
    (b"\xef\xbb\xbfArmenia\nAzerbaijan\n", "Armenia\nAzerbaijan\n"), ("Türkiye".encode("utf-16"), "Türkiye"),
    ("Türkiye — “peace”".encode(), "Türkiye — “peace”"),
])  # fmt: skip
def test_encodings_that_are_known(data: bytes, text: str) -> None:
    assert decode(data) == (text, None)


def test_what_had_to_be_detected_or_mended_is_noted() -> None:
    russian = "Переговоры о мирном договоре между двумя странами продолжились на этой неделе в столице. " * 5
    text, note = decode(russian.encode("cp1251"))
    assert text == russian
    assert note is not None
    assert "cp1251" in note
    text, note = decode(("Переговоры о мире. " * 20).encode() + b"\xff end")
    assert text.startswith("Переговоры о мире.")
    assert text.endswith("\ufffd end")
    assert note is not None
    assert "broken UTF-8" in note


def test_the_encoding_that_a_page_or_its_sender_declares() -> None:
    page = '<html><head><meta charset="windows-1254"></head><body>Türkiye görüşmeleri</body></html>'
    text, note = decode(page.encode("cp1254"))
    assert text == page
    assert note == "not valid UTF-8: read as cp1254, the encoding it declares"
    assert decode("Türkiye".encode("cp1254"), "windows-1254")[0] == "Türkiye"
    assert decode("Türkiye".encode(), "no-such-encoding") == ("Türkiye", None)
    assert "cp" in str(decode("Türkiye görüşmeleri".encode("cp1254"), "zlib_codec")[1])  # a codec that makes no text


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "it is empty"), (b" \r\n\t ", "it is empty"), (b"\xef\xbb\xbf\n", "it is empty"),
    (bytes(range(256)) * 40, "binary"), (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "binary"),
])  # fmt: skip
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("text", "html"),
    [("<p>One</p>", True), ("\n<!DOCTYPE html>\n<html>", True), ("a < b > c", False), ("", False), ("<3 <3 <3", False)],
)
def test_html_is_told_from_text(text: str, html: bool) -> None:
    assert is_html(text) is html
