"""The words of texts and topics: what counts as a word, which words describe a topic, and its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from runpy import run_path
from typing import NamedTuple, cast

from rhetoscope.imports import folder

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W_]+)*")
"""A dotted abbreviation (U.S.), or letters and digits with inner apostrophes."""

_NUMBER = re.compile(r"\d+(?:st|nd|rd|th)?")

_PLAIN = re.compile(r"(?<!\S)[a-z]{2,}(?!\S)")
"""A token that is nothing but a word in lower case: it counts unless it is a stop word."""

ACRONYM = 6
"""An all-capital word of 2 to this many signs in running text is an acronym: US is not the pronoun us."""


class Token(NamedTuple):
    """A word of a text: how it is counted (`key`, null for stop words and numbers), how it is written, and where."""

    key: str | None
    surface: str
    start: int
    end: int


_REPORTING = "according announce announced announces latest new recent recently said say says today told yesterday"
"""Words by which news is told; they stand in every topic and name none."""


@cache
def stop_words() -> frozenset[str]:
    """English stop words of scikit-learn (Glasgow list) and words of reporting."""
    return frozenset(_glasgow()).union(_REPORTING.split())


def _glasgow() -> Iterable[str]:
    """scikit-learn's list, from its file alone: all of scikit-learn takes 2 s to import."""
    package = folder("sklearn")
    file = package / "feature_extraction" / "_stop_words.py" if package else None
    if file is None or not file.is_file():
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return cast("Iterable[str]", ENGLISH_STOP_WORDS)
    return cast("Iterable[str]", run_path(str(file))["ENGLISH_STOP_WORDS"])


def tokens(text: str) -> list[Token]:
    """The words of a text in order.

    Words are counted in lower case and in the singular, without possessive 's; acronyms keep their capitals, except
    in a text that is mostly capitals. Hyphens separate. Numbers, ordinals, single letters and stop words have no key.
    """
    return list(_tokens(text))


def has_content(text: str) -> bool:
    """Whether a text holds a word that counts."""
    stop = stop_words()  # of most texts a plain word tells, in less than half the time
    return any(match[0] not in stop for match in _PLAIN.finditer(text)) or any(token.key for token in _tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        surface, _, tail = match[0].replace("’", "'").partition("'")
        if tail and tail.lower() not in ("s", "t", "re", "ve", "ll", "d", "m"):
            surface = match[0]
        acronym = surface.replace(".", "")
        if acronym.isupper() and 2 <= len(acronym) <= ACRONYM and ("." in surface or not _shouted(text)):
            yield Token(acronym, acronym, match.start(), match.end())
            continue
        word = surface.lower()
        counts = len(word) > 1 and tail.lower() != "t" and word not in stop_words() and not _NUMBER.fullmatch(word)
        yield Token(_singular(word) if counts else None, surface, match.start(), match.end())


@lru_cache(maxsize=1)
def _shouted(text: str) -> bool:
    """Whether more than half of a text's letters are capitals."""
    letters = [sign for sign in text if sign.isalpha()]
    return 2 * sum(sign.isupper() for sign in letters) > len(letters)


def _singular(word: str) -> str:
    """The word without a plural ending: elections and election are one word (Harman 1991, the S stemmer).

    What it takes off wrongly (politics) is never shown: topics show words as texts write them.
    """
    if len(word) < 5 or not word.endswith("s") or word.endswith(("us", "ss", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def content_words(text: str, ngram_max: int = 1, left_out: frozenset[str] = frozenset()) -> list[str]:
    """The distinct words of a text that count, sorted; empty for a text of stop words, numbers or punctuation."""
    return sorted({token.key for token in _counted(text, ngram_max, left_out) if token.key})


def keys_left_out(stop_words: Iterable[str]) -> frozenset[str]:
    """The given stop words as they are counted, so that "elections" leaves out election too."""
    return frozenset(token.key for word in stop_words for token in tokens(word) if token.key)


def _counted(text: str, ngram_max: int = 1, left_out: frozenset[str] = frozenset()) -> list[Token]:
    """The tokens that count, and runs of two to `ngram_max` of them with only a space between."""
    single = [token for token in tokens(text) if token.key and token.key not in left_out]
    found = list(single)
    for first in range(len(single) if ngram_max > 1 else 0):
        run = [single[first]]
        for token in single[first + 1 : first + ngram_max]:
            if text[run[-1].end : token.start] != " ":
                break
            run.append(token)
            key = " ".join(str(one.key) for one in run)
            found.append(Token(key, text[run[0].start : token.end], run[0].start, token.end))
    return found


def variants(one: str, other: str) -> bool:
    """Whether two words are forms of one (Israel, Israeli; Ukraine, Ukrainian), judged by their common beginning."""
    shared = 0
    for left, right in zip(one.lower(), other.lower(), strict=False):
        if left != right:
            break
        shared += 1
    return shared >= 4 and shared >= 0.8 * min(len(one), len(other))


def written(words: Sequence[str], texts: Iterable[str]) -> list[str]:
    """The words as the texts most often write them: `us` as US, `election` as elections."""
    surfaces: dict[str, Counter[str]] = {word: Counter() for word in words}
    longest = max((word.count(" ") + 1 for word in words), default=1)
    for text in texts:
        for token in _counted(text, longest):
            if token.key in surfaces:
                surfaces[token.key][token.surface] += 1
    return [_usual(surfaces[word], word) for word in words]


def labels(words: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> list[str]:
    """Names of topics that a person can read: "Azerbaijan, Armenia & peace".

    A name joins a topic's first three words that are no forms of each other, written as its texts most often write
    them; words that mostly stand side by side are one phrase (President Ilham Aliyev). Two topics never share a name.

    Args:
        words: for each topic its words, most telling first.
        texts: for each topic the texts of its documents.
    """
    names: list[str] = []
    for topic_words, topic_texts in zip(words, texts, strict=True):
        parts = _parts(topic_words, topic_texts)
        options = [_joined(parts[:count]) for count in range(3, max(4, len(parts) + 1))]
        name = next((option for option in options if option not in names), None)
        names.append(name or f"{options[0]} ({len(names) + 1})")
    return names


def _parts(words: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The words as written, phrases joined, forms of an earlier one left out."""
    surface = dict(zip(words, written(words, texts), strict=True))
    after = _side_by_side(words, texts)
    before = {right: left for left, right in after.items()}
    parts: list[str] = []
    used: list[str] = []
    for word in words:
        if any(part == other or variants(part, other) for part in word.split() for other in used):
            continue
        phrase = [word]
        while (left := before.get(phrase[0])) and left not in phrase:
            phrase.insert(0, left)
        while (right := after.get(phrase[-1])) and right not in phrase:
            phrase.append(right)
        used.extend(part for one in phrase for part in one.split())
        parts.append(" ".join(surface[one] for one in phrase))
    return parts


def _side_by_side(words: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """For each word the one that follows it, where that happens twice or more and is what both mostly do."""
    single: Counter[str | None] = Counter()
    pairs: Counter[tuple[str | None, str | None]] = Counter()
    for text in texts:
        last: Token | None = None
        for token in tokens(text):
            if token.key in words:
                single[token.key] += 1
                if last and last.key in words and text[last.end : token.start] == " ":
                    pairs[last.key, token.key] += 1
            last = token
    return {
        left: right
        for (left, right), count in pairs.items()
        if left and right and count >= 2 and 2 * count > max(single[left], single[right]) and not variants(left, right)
    }


def _usual(forms: Counter[str], word: str) -> str:
    """The commonest spelling; of equally common ones the last in code-point order, lower case."""
    return max(forms, key=lambda form: (forms[form], form)) if forms else word


def _joined(parts: Sequence[str]) -> str:
    if not parts:
        return "(no words)"
    name = ", ".join(parts[:-1]) + " & " + parts[-1] if len(parts) > 1 else "".join(parts)
    return name[:1].upper() + name[1:]
