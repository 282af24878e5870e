"""The words of texts and topics: which words count, how they are written, and how topics are named."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W_]+)*")
"""An abbreviation with dots (U.S.), or letters and digits with apostrophes inside."""

_NUMBER = re.compile(r"\d+(?:st|nd|rd|th)?")

ACRONYM = 6
"""Longest acronym. A word in capitals with 2 to this many letters is an acronym: US is not the pronoun us."""


class Token(NamedTuple):
    """A word of a text: how it is counted (`key`, None for stop words and numbers), how it is written, and where."""

    key: str | None
    surface: str
    start: int
    end: int


@cache
def load_stopwords() -> frozenset[str]:
    """Load the stop words from `stop_words.toml`: English function words and words of news reporting."""
    groups = tomllib.loads((Path(__file__).parent / "stop_words.toml").read_text(encoding="utf-8"))
    return frozenset(word for words in groups.values() for word in words.split())


def split_words(text: str) -> Iterator[Token]:
    """Yield the words of a text in order.

    The key of a word is in lower case and in the singular, without possessive 's. Acronyms keep their capitals, except
    in a text that is mostly in capitals. Hyphens separate words. Numbers, ordinals, single letters and stop words have
    no key.
    """
    for match in _TOKEN.finditer(text):
        surface, _, tail = match[0].replace("’", "'").partition("'")
        if tail and tail.lower() not in ("s", "t", "re", "ve", "ll", "d", "m"):
            surface = match[0]
        acronym = surface.replace(".", "")
        if acronym.isupper() and 2 <= len(acronym) <= ACRONYM and ("." in surface or not _is_mostly_capitals(text)):
            yield Token(acronym, acronym, match.start(), match.end())
            continue
        word = surface.lower()
        counts = len(word) > 1 and tail.lower() != "t" and word not in load_stopwords()
        counts = counts and not _NUMBER.fullmatch(word)
        yield Token(_make_singular(word) if counts else None, surface, match.start(), match.end())


def has_content(text: str) -> bool:
    """Tell whether a text has a content word: one that is no number, single letter or stop word."""
    return any(token.key for token in split_words(text))


@lru_cache(maxsize=1)
def _is_mostly_capitals(text: str) -> bool:
    return 2 * sum(map(str.isupper, text)) > sum(map(str.isalpha, text))


def _make_singular(word: str) -> str:
    """Remove the plural ending, so that "elections" and "election" are one word (Harman 1991, the S stemmer).

    A wrong result (for "politics") is never shown: topics show words as the texts write them.
    """
    if len(word) < 5 or not word.endswith("s") or word.endswith(("us", "ss", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def list_content_words(text: str, ngram_max: int = 1, excluded: frozenset[str] = frozenset()) -> list[str]:
    """List the distinct content words of a text and runs of up to `ngram_max` words, sorted, without `excluded`."""
    return sorted({key for key, _ in _find_ngrams(text, ngram_max, excluded)})


def find_keys(words: Iterable[str]) -> frozenset[str]:
    """Return the keys of words, so that the stop word "elections" excludes "election" too."""
    return frozenset(token.key for word in words for token in split_words(word) if token.key)


def _find_ngrams(text: str, ngram_max: int, excluded: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Yield key and spelling of the content words, and of their runs with only a space between the words."""
    words = [token for token in split_words(text) if token.key and token.key not in excluded]
    for first, token in enumerate(words):
        key, end = str(token.key), token.end
        yield key, token.surface
        for following in words[first + 1 : first + ngram_max]:
            if text[end : following.start] != " ":
                break
            key, end = f"{key} {following.key}", following.end
            yield key, text[token.start : end]


def are_variants(one: str, other: str) -> bool:
    """Tell whether two words are forms of one word (Israel, Israeli), by their common beginning."""
    shorter = min(len(one), len(other))
    shared = max(4, math.ceil(0.8 * shorter))
    return shorter >= 4 and one.lower()[:shared] == other.lower()[:shared]


def spell_words(words: Sequence[str], texts: Iterable[str]) -> list[str]:
    """Return the words in their most common spelling in the texts, such as "elections" for the key `election`."""
    spellings: dict[str, Counter[str]] = {word: Counter() for word in words}
    longest = max((word.count(" ") + 1 for word in words), default=1)
    for text in texts:
        for key, spelling in _find_ngrams(text, longest):
            if key in spellings:
                spellings[key][spelling] += 1
    # in a tie, the last spelling in the order of code points: lower case
    return [max(found, key=lambda form: (found[form], form)) if found else word for word, found in spellings.items()]


def name_topics(words: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> list[str]:
    """Name the topics for readers, as in "Azerbaijan, Armenia & peace".

    A name consists of the topic's first 3 words that are not forms of each other, in their most common spelling. Words
    that are mostly next to each other form one phrase (President Ilham Aliyev). No two topics have the same name.

    Args:
        words: the words of each topic, highest weight first.
        texts: the texts of each topic's documents.
    """
    names: list[str] = []
    for topic_words, topic_texts in zip(words, texts, strict=True):
        parts = _join_phrases(topic_words, topic_texts) or ["(no words)"]
        options = [_join_parts(parts[:count]) for count in range(3, max(4, len(parts) + 1))]
        name = next((option for option in options if option not in names), None)
        names.append(name or f"{options[0]} ({len(names) + 1})")
    return names


def _join_parts(parts: Sequence[str]) -> str:
    name = f"{', '.join(parts[:-1])} & {parts[-1]}" if len(parts) > 1 else parts[0]
    return name[:1].upper() + name[1:]


def _join_phrases(words: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Spell the words, join those that are mostly next to each other, and leave out forms of earlier words."""
    spelling = dict(zip(words, spell_words(words, texts), strict=True))
    after = _find_neighbours(words, texts)
    before = {right: left for left, right in after.items()}
    parts: list[str] = []
    used: list[str] = []
    for word in words:
        if any(part == other or are_variants(part, other) for part in word.split() for other in used):
            continue
        phrase = [word]
        while (left := before.get(phrase[0])) and left not in phrase:
            phrase.insert(0, left)
        while (right := after.get(phrase[-1])) and right not in phrase:
            phrase.append(right)
        used.extend(part for one in phrase for part in one.split())
        parts.append(" ".join(spelling[one] for one in phrase))
    return parts


def _find_neighbours(words: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """Find the words that follow each other 2 or more times, and in most of the places where either occurs."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        last: Token | None = None
        for token in split_words(text):
            if token.key in words:
                single[str(token.key)] += 1
                if last and last.key in words and text[last.end : token.start] == " ":
                    pairs[str(last.key), str(token.key)] += 1
            last = token
    return {
        left: right
        for (left, right), count in pairs.items()
        if count >= 2 and 2 * count > max(single[left], single[right]) and not are_variants(left, right)
    }


def compute_npmi(both: int, one: int, other: int, total: int) -> float:
    """Compute the normalised pointwise mutual information of two words (Bouma 2009, eq. 4), -1 to 1.

    It is ln(p(a,b) / (p(a) p(b))) / -ln p(a,b), where p is the share of documents with the word or with both words. The
    limits are -1 if no document has both words, and 1 if all documents have both.

    Args:
        both: number of documents with both words.
        one: number of documents with the first word.
        other: number of documents with the second word.
        total: number of all documents.
    """
    if both == 0:
        return -1.0
    if both == total:
        return 1.0
    return math.log(both * total / (one * other)) / -math.log(both / total)


def compute_coherence(topics: Sequence[Sequence[str]], documents: Sequence[Sequence[str]]) -> list[float | None]:
    """Compute the coherence of each topic: the mean NPMI of all pairs of its words, -1 to 1; None for under 2 words.

    The measure is that of Aletras & Stevenson 2013, with whole documents as the window (Röder, Both & Hinneburg 2015,
    C_NPMI with Boolean documents). 0 is chance; words that nearly always occur in the same documents are near 1.

    Args:
        topics: the words of each topic.
        documents: the distinct words of each document.
    """
    holders: dict[str, set[int]] = {word: set() for words in topics for word in words}
    for row, words in enumerate(documents):
        for word in holders.keys() & words:
            holders[word].add(row)
    found: list[float | None] = []
    for words in topics:
        values = [
            compute_npmi(len(one & other), len(one), len(other), len(documents))
            for one, other in combinations([holders[word] for word in words], 2)
        ]
        found.append(math.fsum(values) / len(values) if values else None)
    return found


def compute_diversity(topics: Sequence[Sequence[str]]) -> float | None:
    """Compute the share of distinct words in the words of all topics, 0 to 1, or None (Dieng, Ruiz & Blei 2020)."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else None
