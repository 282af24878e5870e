"""Make the text of a page uniform: whole paragraphs, one spelling of every character, one known language.

The ledger keeps what the page prints; articles and headlines have the uniform text, and all offsets refer to it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from statistics import quantiles
from typing import Any, NamedTuple

import polars as pl

# Paragraphs broken into lines

_NARROWEST, _WIDEST = 30, 100
"""Characters of the lines that people break by hand."""
_RUNS_ON, _LEAST = 0.35, 5
"""Share and number of line breaks inside a sentence from which a page is broken text; prose has .6, lists of headlines
have .05."""
_SLACK = 4
"""Characters by which a line may be shorter than the width although the next word would fit."""
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"[^\W\d_]-$")


class Paragraph(NamedTuple):
    """A line, or a paragraph broken into several: number of its first line, text as printed, text on one line."""

    number: int
    raw: str
    text: str


def join_broken_lines(page: str) -> list[Paragraph]:
    """Join paragraphs that are broken into lines of one width, as in e-mails, wire reports and old transcripts.

    On a page where many sentences go on across line breaks, a break is a space if the sentence goes on in lower case
    below it, or if the next word had no room above it.

    Returns:
        The lines of the page, broken paragraphs as one; their `raw`, joined by `\\n`, is the page.
    """
    lines = page.split("\n")
    paragraphs = [Paragraph(number, line, line) for number, line in enumerate(lines, 1)]
    width = _find_width([line.strip() for line in lines])
    if not width:
        return paragraphs
    joined = paragraphs[:1]
    for last, line in zip(lines, paragraphs[1:], strict=False):
        if _goes_on(last.strip(), line.text.strip(), width):
            first = joined[-1]
            text = first.text.rstrip()
            space = "" if _HYPHEN.search(text) else " "
            joined[-1] = Paragraph(first.number, f"{first.raw}\n{line.raw}", text + space + line.text.lstrip())
        else:
            joined.append(line)
    return joined


def _find_width(lines: list[str]) -> int:
    """Find the width at which the text of a page is broken; 0 if it is not."""
    breaks = [(one, other) for one, other in pairwise(lines) if one and other]
    runs_on = sum(other[0].islower() and not _ENDS.search(one) for one, other in breaks)
    if runs_on < max(_LEAST, _RUNS_ON * len(breaks)):
        return 0
    lengths = [len(one) for one, other in breaks if other[0].islower()]
    width = round(quantiles(lengths, n=20)[-1])
    return width if _NARROWEST <= width <= _WIDEST else 0


def _goes_on(line: str, following: str, width: int) -> bool:
    if not line or not following:
        return False
    if following[0].islower() and not _ENDS.search(line):
        return True
    return len(following.split(maxsplit=1)[0]) + 1 > width - len(line) - _SLACK


# Characters

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f]"
)
_JOINER = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])")
"""Joiners beside letters that do not join; Persian, Indic scripts and emoji need joiners."""
_ODD_SPACE = re.compile("[\t\x0b\x0c\r\n\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SPACES = re.compile("  +")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LIGATURE = re.compile("[\ufb00-\ufb06\u0132\u0133\u01c4-\u01cc]")
_OPENING_QUOTE = re.compile("``|(?<![\\w,]),,(?=\\w)")
_CLOSING_QUOTE = re.compile("''(?!')")
_APOSTROPHE = re.compile("(?<=\\w)[`´\u2032\u02b9\u02bc\uff07](?=\\w)")
_UNUSUAL = re.compile("[&`\x00-\x1f\x7f]|  |''|,,")
"""What may need a change in an ASCII text; most lines have none of it."""
_GROUP, _WORD = re.compile("[^ ]+"), re.compile(r"[^\W\d_]{2,}")
_NOT_LATIN = re.compile("[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]")

_CYRILLIC = ("асеорхуіѕјһԁԛԝкёїАВСЕНІЈКМОРЅТХУЁЇ", "aceopxyisjhdqwkëïABCEHIJKMOPSTXYËÏ")
_GREEK = ("αορνιυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopviuABEZHIKMNOPTYX")
"""Letters that print like Latin letters: a selection of the confusables of Unicode TR39."""
_LOOK_ALIKES = {
    "LATIN": str.maketrans(_CYRILLIC[0] + _GREEK[0], _CYRILLIC[1] + _GREEK[1]),
    "CYRILLIC": str.maketrans(_CYRILLIC[1], _CYRILLIC[0]),
    "GREEK": str.maketrans(_GREEK[1], _GREEK[0]),
}
"""Tables that write the look-alike letters of other scripts in each script."""


class Change(NamedTuple):
    """One kind of change to one thing in a line.

    Attributes:
        kind: as in the table of `normalise_text`.
        before: what the page prints; code points for spaces and invisible characters.
        after: what it became.
        times: how often.
    """

    kind: str
    before: str
    after: str
    times: int


def normalise_text(text: str) -> tuple[str, list[Change]]:
    """Normalise the characters of a line and list the changes, so that every count takes a word for the same word.

    | kind | what is changed | example |
    |---|---|---|
    | `space` | no-break, thin and other spaces, tabs, line separators, and runs of them | one plain space |
    | `invisible` | zero-width characters, soft hyphens, direction marks, control characters | removed |
    | `entity` | HTML entities left in the text | `&amp;` → `&` |
    | `unicode` | composed characters, ligatures (NFC; `ﬁ` and the like) | `é` of two code points → one |
    | `quote` | quotation marks and apostrophes made of other signs | ``` ``…'' ``` → `“…”`, `don´t` → `don’t` |
    | `homoglyph` | look-alike letters of another script inside a word | Cyrillic `с` in “сlash” |

    Typographic and straight quotation marks both stay: they show where a quotation begins and ends. A word of only
    look-alike letters, such as Cyrillic “сор”, is a word of its script and stays.
    """
    if text.isascii() and not _UNUSUAL.search(text):
        return text.strip(" "), []
    counts: Counter[tuple[str, str, str]] = Counter()
    text = _replace(text, _ENTITY, html.unescape, "entity", counts)
    text = _replace(text, _INVISIBLE, lambda _: "", "invisible", counts)
    text = _replace(text, _JOINER, lambda _: "", "invisible", counts)
    text = _replace(text, _ODD_SPACE, lambda _: " ", "space", counts)
    text = _replace(text, _SPACES, lambda _: " ", "space", counts).strip(" ")
    if not text.isascii() and (_LIGATURE.search(text) or not unicodedata.is_normalized("NFC", text)):
        text = _replace(text, _GROUP, _compose, "unicode", counts)
    text = _replace(text, _OPENING_QUOTE, lambda _: "“", "quote", counts)
    text = _replace(text, _CLOSING_QUOTE, lambda _: "”", "quote", counts)
    text = _replace(text, _APOSTROPHE, lambda _: "’", "quote", counts)
    if _NOT_LATIN.search(text):
        text = _replace(text, _WORD, _unify_script, "homoglyph", counts)
    return text, [Change(*key, count) for key, count in sorted(counts.items())]


def summarise_changes(normalised: pl.DataFrame) -> pl.DataFrame:
    """Sum up how often each change of the table `normalised` was made, most frequent first."""
    counts = normalised.group_by("kind", "before", "after").agg(times=pl.col("count").sum())
    return counts.sort("times", "kind", "before", descending=[True, False, False])


def _replace(
    text: str, pattern: re.Pattern[str], new: Callable[[str], str], kind: str, counts: Counter[tuple[str, str, str]]
) -> str:

    def change(match: re.Match[str]) -> str:
        before, after = match[0], new(match[0])
        if before != after:
            if kind in ("space", "invisible"):  # a run of spaces is shown as two code points
                before = " ".join(f"U+{ord(letter):04X}" for letter in before[:2])
            counts[kind, before, after] += 1
        return after

    return pattern.sub(change, text)


def _compose(group: str) -> str:
    return unicodedata.normalize("NFC", _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), group))


def _unify_script(word: str) -> str:
    """Write a word of several scripts in the one of most of its letters, Latin in a tie, if all look alike there."""
    scripts = Counter(_find_script(letter) for letter in word)
    if len(scripts) > 1:
        for script, table in _LOOK_ALIKES.items():
            unified = word.translate(table)
            if 2 * scripts[script] >= len(word) and all(_find_script(letter) == script for letter in unified):
                return unified
    return word


def _find_script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in _LOOK_ALIKES if name.startswith(script)), "")


# Language

_SURE = 0.8
"""Probability below which a language is noted as in doubt."""
_CHARACTERS = 6_000
"""Characters of a text from which its language is identified."""
_DOUBT = "language in doubt"


def identify_language(text: str) -> tuple[str | None, float]:
    """Identify the language of a text: ISO 639-1 code and probability, 0 to 1; (None, 0) for a text without letters.

    By py3langid (Lui & Baldwin 2012, “langid.py”; 97 languages).
    """
    if not any(letter.isalpha() for letter in text[:_CHARACTERS]):
        return None, 0.0
    language, probability = _load_identifier().classify(text[:_CHARACTERS])
    return str(language), round(float(probability), 2)


def judge_language(text: str, languages: list[str]) -> tuple[str | None, str | None, str | None]:
    """Judge an article by its language; return the code, a note if it is in doubt, and the reason to set it aside.

    An article in doubt is kept. `languages` are the ISO 639-1 codes that are wanted; empty for all.
    """
    language, probability = identify_language(text)
    if language is None or probability < _SURE:
        return language, f"{_DOUBT}: {language or 'none'} with probability {probability:.2f}", None
    if languages and language not in languages:
        return language, None, f"its language is {language!r}, and clean.languages is {', '.join(languages)}"
    return language, None, None


def count_languages(articles: pl.DataFrame) -> pl.DataFrame:
    """Count the articles of each language, and those in doubt: columns `language`, `articles`, `in_doubt`."""
    doubt = pl.col("note").str.contains(_DOUBT, literal=True).fill_null(False)
    counts = articles.group_by("language").agg(articles=pl.len(), in_doubt=doubt.sum())
    return counts.sort("articles", "language", descending=[True, False])


@cache
def _load_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
