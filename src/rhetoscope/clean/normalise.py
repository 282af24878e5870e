"""Text made uniform, with a record of every change.

Two spellings of one word must be one word to every count. What the page prints stays in the ledger; articles and
headlines hold the normalised text, and all offsets refer to it.

| kind | what is changed | example |
|---|---|---|
| `space` | no-break, thin and other spaces, tabs, line separators, and runs of them | one plain space |
| `invisible` | zero-width characters, soft hyphens, direction marks, control characters | removed |
| `entity` | HTML entities left in the text | `&amp;` → `&` |
| `unicode` | composed characters, ligatures (NFC; `ﬁ` and the like) | `é` of two code points → one |
| `quote` | quotation marks and apostrophes made of other signs | ``` ``…'' ``` → `“…”`, `don´t` → `don’t` |
| `homoglyph` | letters of another script that look the same, inside a word of one script | Cyrillic `с` in “сlash” |

Typographic and straight quotation marks are both left as they are: they tell where a quotation begins and ends. A word
wholly of look-alike letters, such as Cyrillic “сор”, is a word of its script and stays.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from typing import NamedTuple

import polars as pl

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f]"
)
_JOINER = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])")
"""Joiners beside letters that do not join; Persian, Indic scripts and emoji need theirs."""
_ODD_SPACE = re.compile("[\t\x0b\x0c\r\n\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SPACES = re.compile("  +")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LIGATURE = re.compile("[\ufb00-\ufb06\u0132\u0133\u01c4-\u01cc]")
_DOUBLE_BEFORE = re.compile("``|,,(?=\\w)")
_DOUBLE_AFTER = re.compile("''(?!')")
_APOSTROPHE = re.compile("(?<=\\w)[`´\u2032\u02b9\u02bc\uff07](?=\\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")

_CONFUSABLE = {
    "CYRILLIC": dict(
        zip(
            "асеорхуіѕјһԁԛԝкёїАВСЕНІЈКМОРЅТХУЁЇ",
            "aceopxyisjhdqwkëïABCEHIJKMOPSTXYËÏ",
            strict=True,
        )
    ),
    "GREEK": dict(zip("αορνιυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopviuABEZHIKMNOPTYX", strict=True)),
}
"""Letters of two scripts that print alike (a selection of Unicode TR39's confusables): other script → Latin."""
_TO_LATIN = {other: latin for pairs in _CONFUSABLE.values() for other, latin in pairs.items()}
_FROM_LATIN = {
    script: {latin: other for other, latin in reversed(pairs.items())} for script, pairs in _CONFUSABLE.items()
}
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
_MIXED = re.compile("[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]")


class Change(NamedTuple):
    """One kind of change to one thing in a line.

    Attributes:
        kind: as in the table above.
        before: what the page prints; for spaces and invisible characters their code points.
        after: what stands there now.
        times: how often.
    """

    kind: str
    before: str
    after: str
    times: int


def normalise(text: str) -> tuple[str, list[Change]]:
    """A line as every count wants it, and what was changed; a normalised line is left as it is."""
    if text.isascii() and "&" not in text and "`" not in text and "''" not in text and _plain(text):
        return text.strip(" "), []
    counts: Counter[tuple[str, str, str]] = Counter()

    def put(kind: str, after: str | None = None, named: bool = False):  # type: ignore[no-untyped-def]
        def change(match: re.Match[str]) -> str:
            new = after if after is not None else html.unescape(match[0])
            if new != match[0]:
                counts[kind, _code(match[0]) if named else match[0], new] += 1
            return new

        return change

    text = _ENTITY.sub(put("entity"), text)
    text = _INVISIBLE.sub(put("invisible", "", named=True), text)
    text = _JOINER.sub(put("invisible", "", named=True), text)
    text = _ODD_SPACE.sub(put("space", " ", named=True), text)
    text = _SPACES.sub(put("space", " ", named=True), text).strip(" ")
    for word, composed in _composed(text):
        counts["unicode", word, composed] += 1
    text = unicodedata.normalize("NFC", _LIGATURE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text))
    text = _DOUBLE_BEFORE.sub(put("quote", "“"), text)
    text = _DOUBLE_AFTER.sub(put("quote", "”"), text)
    text = _APOSTROPHE.sub(put("quote", "’"), text)
    if _MIXED.search(text):

        def one_script(match: re.Match[str]) -> str:
            word = _unmixed(match[0])
            if word != match[0]:
                counts["homoglyph", match[0], word] += 1
            return word

        text = _WORD.sub(one_script, text)
    return text, [Change(*key, count) for key, count in sorted(counts.items())]


def by_change(normalised: pl.DataFrame) -> pl.DataFrame:
    """How often each change of the table `normalised` was made, most frequent first."""
    counts = normalised.group_by("kind", "before", "after").agg(times=pl.col("count").sum())
    return counts.sort("times", "kind", "before", descending=[True, False, False])


def _plain(text: str) -> bool:
    return not _INVISIBLE.search(text) and not _ODD_SPACE.search(text) and "  " not in text


def _code(text: str) -> str:
    """Code points, a run of spaces as two."""
    return " ".join(f"U+{ord(letter):04X}" for letter in text[:2])


def _composed(text: str) -> list[tuple[str, str]]:
    """Groups of characters between spaces that composing changes, before and after."""
    if unicodedata.is_normalized("NFC", text) and not _LIGATURE.search(text):
        return []
    pairs = []
    for word in text.split(" "):
        new = unicodedata.normalize("NFC", _LIGATURE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), word))
        if new != word:
            pairs.append((word, new))
    return pairs


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def _unmixed(word: str) -> str:
    """A word of two scripts in the one that most of its letters are of, if all others have a look-alike there.

    Where both scripts have as many letters and would do, it is Latin.
    """
    scripts = Counter(script for letter in word if (script := _script(letter)))
    if len(scripts) < 2 or sum(scripts.values()) < len(word):
        return word
    candidates = []
    for script in scripts:
        table = _TO_LATIN if script == "LATIN" else _FROM_LATIN[script]
        letters = [letter if _script(letter) == script else table.get(letter, "") for letter in word]
        if all(letters):
            candidates.append((-scripts[script], script != "LATIN", "".join(letters)))
    if not candidates:
        return word
    best = min(candidates)
    return best[2] if -best[0] * 2 >= sum(scripts.values()) else word
