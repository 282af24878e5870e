"""Decode the bytes of pages into text."""

from __future__ import annotations

import codecs
import re

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD, _SAMPLE = 4096, 200_000
"""Bytes in which an HTML page declares its encoding, and from which an encoding is detected."""
_FEW = 0.1
"""Largest share of broken places among the letters beyond ASCII with which a text is still UTF-8."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01
"""Largest share of control characters with which data are text."""
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|section|span|br|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE
)
_NO_ENCODING = "it is binary, not text: neither UTF-8 nor any other encoding fits"


class UnreadablePage(Exception):
    """A page that cannot be read; the message is the sentence for the table `rejected`."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Decode a page; return its text, and a note if the encoding was inferred.

    The encoding is that of a byte order mark, else UTF-8 if it fits, else the one that the sender (`declared`) or the
    page's own head declares, else the one that fits the bytes best.

    Raises:
        UnreadablePage: the data are empty, white space, or no text.
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
    """Detect the encoding of a text from its first bytes, as `decode` does, with a note if it was inferred.

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
    """Tell whether the data are valid in an encoding; the last character may be cut off."""
    try:
        "".encode(encoding)  # fails for codecs that are no text, such as zlib
        codecs.getincrementaldecoder(encoding)().decode(data)
    except (LookupError, ValueError):
        return False
    return True


def _is_broken_utf8(data: bytes) -> bool:
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
