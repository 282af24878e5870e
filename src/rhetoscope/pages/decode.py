"""Turn bytes into text: the one place where encodings are judged."""

from __future__ import annotations

import codecs
import re

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4096
"""Bytes in which an HTML page declares its encoding."""
_SAMPLE = 200_000
"""Bytes from which an encoding is detected."""
_FEW = 0.1
"""A text is UTF-8 with some broken places while at most this share of its letters beyond ASCII is wrong."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01
"""With a larger share of control characters, data are binary."""
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|section|span|br|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE
)
_NO_ENCODING = "it is binary, not text: neither UTF-8 nor any other encoding fits"


class UnreadablePage(Exception):
    """A page that cannot be read; the message is the sentence for the table `rejected`."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Decode a page: its text, and a note where the encoding was inferred.

    A byte order mark decides, else UTF-8 where it fits, else the declared encoding. Only where that fails too is the
    encoding detected from the bytes.

    Args:
        data: the page.
        declared: the encoding that the sender names; an HTML page's own declaration is found in its head.

    Raises:
        UnreadablePage: there are no bytes, only white space, or no text.
    """
    if not data.strip():
        raise UnreadablePage("it is empty")
    encoding, note = detect_encoding(data, declared)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding not in ("utf-8", "utf-8-sig"):
            raise UnreadablePage(_NO_ENCODING) from error
        text, note = data.decode(encoding, "replace"), "broken UTF-8: what cannot be read stands as \ufffd"
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise UnreadablePage("it is binary, not text")
    if not text.strip():
        raise UnreadablePage("it is empty")
    return text, note


def detect_encoding(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Detect the encoding of a text from its first bytes; with a note where it was inferred.

    Raises:
        UnreadablePage: no encoding fits.
    """
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return encoding, None
    if _fits(data, "utf-8"):
        return "utf-8", None
    own = _DECLARED.search(data[:_HEAD])
    for name in (declared, own[1].decode("ascii") if own else None):
        if name and _fits(data, name):
            return name, f"not valid UTF-8: read as {codecs.lookup(name).name}, the encoding it declares"
    if _is_broken_utf8(data):
        return "utf-8", None
    return _guess(data)


def is_html(text: str) -> bool:
    """Tell whether a text begins as an HTML page or fragment does."""
    return text.lstrip()[:1] == "<" and _HTML.search(text, 0, 4000) is not None


def _fits(data: bytes, encoding: str) -> bool:
    """Whether the data are valid in an encoding; the last character may be cut off."""
    try:
        "".encode(encoding)  # refuses codecs that make no text, such as zlib
        codecs.getincrementaldecoder(encoding)().decode(data)
    except (LookupError, ValueError):
        return False
    return True


def _is_broken_utf8(data: bytes) -> bool:
    """Whether the data are UTF-8 but for a few bytes among their letters beyond ASCII."""
    if b"\x00" in data or not any(byte > 0xC1 for byte in data[:_SAMPLE]):
        return False
    text = data.decode("utf-8", "replace")
    letters = sum(letter > "\x7f" and letter != "\ufffd" for letter in text)
    return text.count("\ufffd") <= _FEW * letters


def _guess(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # 0.2 s to import, and rarely needed

    best = None if b"\x00" in data else from_bytes(data[:_SAMPLE]).best()
    if best is None or not _fits(data, best.encoding):
        raise UnreadablePage(_NO_ENCODING)
    return best.encoding, f"not valid UTF-8: read as {best.encoding}, the encoding that fits best"
