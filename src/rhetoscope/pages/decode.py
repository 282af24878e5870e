"""Bytes as text: unpacked within a limit, encoding known, declared or detected."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import IO

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BINARY = 0.01
"""A text with a larger share of control characters is no text."""
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4096
"""Bytes in which an HTML page declares its encoding."""
_SAMPLE = 200_000
"""Bytes an encoding is detected from."""
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|section|span|br|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE
)
"""What text that is HTML begins with or soon holds."""


class Unreadable(Exception):
    """One page cannot be read; the message is the sentence for `rejected`."""


def too_large(max_bytes: int) -> Unreadable:
    """The refusal of a page over the limit."""
    return Unreadable(f"it holds more than {max_bytes:,} bytes, which is clean.max_bytes")


def is_packed(file: Path) -> bool:
    """True where the ending says that a file is packed with gzip."""
    return file.suffix.lower() == ".gz"


def open_bytes(file: Path) -> IO[bytes]:
    """A file open for reading, unpacked on the way if its ending is `.gz`."""
    return gzip.open(file, "rb") if is_packed(file) else file.open("rb")  # type: ignore[return-value]


def read_bytes(file: Path, max_bytes: int) -> bytes:
    """All of a file, unpacked if its ending is `.gz`; never more than the limit is held.

    Raises:
        Unreadable: it is larger than the limit, or its gzip data are broken.
    """
    if not is_packed(file) and file.stat().st_size > max_bytes:
        raise too_large(max_bytes)
    try:
        with open_bytes(file) as stream:
            data = stream.read(max_bytes + 1)
    except EOFError as error:
        raise Unreadable("its gzip data break off before their end") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Unreadable(f"its gzip data are broken: {error}") from error
    if len(data) > max_bytes:
        raise too_large(max_bytes)
    return data


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Bytes as text with newlines as `\\n`, and a note where the encoding was inferred.

    The mark at the beginning decides, else UTF-8 where it fits, else what the page or its sender declares; only where
    that fails too is the encoding detected from the bytes.

    Args:
        data: the page.
        declared: the encoding its sender names; an HTML page's own declaration is found in its head.

    Raises:
        Unreadable: no bytes, only white space, or no text.
    """
    if not data.strip():
        raise Unreadable("it is empty")
    text, note = _decoded(data, declared)
    if len(_CONTROL.findall(text)) > _BINARY * len(text):
        raise Unreadable("it is binary, not text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("it is empty")
    return text, note


def encoding_of(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The encoding of a text from its first bytes, and a note where it was inferred.

    Raises:
        Unreadable: no encoding fits.
    """
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return name, None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # the last character may be cut
        return "utf-8", None
    except UnicodeDecodeError:
        pass
    own = _DECLARED.search(data[:_HEAD])
    for said in (declared, own[1].decode("ascii") if own else None):
        if said and _fits(data, said):
            return said, f"not valid UTF-8: read as {codecs.lookup(said).name}, the encoding it declares"
    return _detect(data)


def looks_like_html(text: str) -> bool:
    """True where a text begins as an HTML page or fragment does."""
    return text.lstrip()[:1] == "<" and _HTML.search(text, 0, 4000) is not None


def _decoded(data: bytes, declared: str | None) -> tuple[str, str | None]:
    name, note = encoding_of(data, declared)
    try:
        return data.decode(name), note
    except UnicodeDecodeError as error:
        if name not in ("utf-8", "utf-8-sig"):
            raise Unreadable("it is binary, not text: neither UTF-8 nor any other encoding fits") from error
        return data.decode(name, "replace"), "broken UTF-8: what cannot be read stands as \ufffd"


def _fits(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(data)
    except (LookupError, UnicodeDecodeError):
        return False
    return True


def _detect(data: bytes) -> tuple[str, str | None]:
    """The encoding that fits best; UTF-8 with replacements where only few bytes are wrong."""
    from charset_normalizer import from_bytes  # 0.2 s to import, and rarely needed

    replaced = data.decode("utf-8", "replace")
    wrong = replaced.count("\ufffd")
    if b"\x00" not in data and any(byte > 0xC1 for byte in data[:_SAMPLE]) and wrong <= _FEW * _letters(replaced):
        return "utf-8", None
    best = None if b"\x00" in data else from_bytes(data[:_SAMPLE]).best()
    if best is None or not _fits(data, best.encoding):
        raise Unreadable("it is binary, not text: neither UTF-8 nor any other encoding fits")
    return best.encoding, f"not valid UTF-8: read as {best.encoding}, the encoding that fits best"


_FEW = 0.1
"""Share of wrong bytes among the letters beyond ASCII up to which a text is UTF-8 with a few broken places."""


def _letters(text: str) -> int:
    return sum(letter > "\x7f" and letter != "\ufffd" for letter in text)
