"""Find devices in sentences by their terms, by their patterns and by repeated openings.

**Terms** are found in one pass over many sentences (Aho & Corasick 1975), without a parse. Text and terms are compared
as words between single spaces: letters and digits count, every other character is a space, case does not matter. So
"so-called" also finds "so called", a curly apostrophe equals a straight one, and two words with a comma between them
are not one term. An asterisk at the end of a term means any ending.

**Patterns** are spaCy's, and need a parse. Each has trigger words, which are found in the same pass: only a sentence
with a trigger is parsed.

**Repeated openings** (anaphora) are neighbouring clauses of a paragraph that open with the same words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rhetoscope.codebook import Device, Pattern
from rhetoscope.coding import grammar
from rhetoscope.coding.grammar import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token
    from spacy.vocab import Vocab

_SIGN = r"[^\p{L}\p{M}\p{N}]"
_ENDING = re.compile(r"\w*")
_CLAUSE = re.compile(r"[^.;,:!?–—]+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Place(NamedTuple):
    """The place of a device in a sentence, in characters."""

    device: Device
    start: int
    end: int


class Hit(NamedTuple):
    """A device found in a parsed sentence."""

    device: Device
    start: int
    end: int
    anchor: Token
    """The token whose clause is read for actor, target and voice."""
    pattern: Pattern | None = None
    """The pattern that found it; None for a term."""


@dataclass
class WordHits:
    """The terms and triggers found in sentences, by the number of the sentence."""

    terms: dict[int, list[Place]] = field(default_factory=dict)
    """Places of terms; those of one device do not overlap."""
    patterns: dict[int, list[tuple[Device, int]]] = field(default_factory=dict)
    """The patterns to try because a trigger was found: the device, and the number of the pattern in it."""


class _Key(NamedTuple):
    """The meaning of a phrase in the codebook: a term, a trigger or an exclusion."""

    device: int
    pattern: int | None = None
    """The number of the pattern that a trigger belongs to; None for a term."""
    counts: bool = True
    """False for a phrase within which a term does not count."""
    exact: str = ""
    """The required spelling, with its capitals; "" for any case."""


class DeviceFinder:
    """A codebook compiled to search sentences for its devices.

    Args:
        devices: the codebook, as `codebook.load_codebook` returns it.
    """

    def __init__(self, devices: Sequence[Device]) -> None:
        self.devices = devices
        self._keys: dict[str, list[_Key]] = defaultdict(list)
        self._signs: dict[str, list[_Key]] = defaultdict(list)
        self._matchers: dict[tuple[str, int], PatternMatcher] = {}
        for number, device in enumerate(devices):
            terms = {_normalise(term) for term in device.terms}
            for term in terms:
                self._keys[term].append(_Key(number))
            for term in device.exact:
                self._keys[f" {term} ".lower()].append(_Key(number, exact=f" {term} "))
            for phrase in {_normalise(phrase) for phrase in device.not_in} - terms:
                self._keys[phrase].append(_Key(number, counts=False))
            for place, pattern in enumerate(device.patterns):
                for trigger in pattern.trigger:
                    if any(sign.isalnum() for sign in trigger):
                        self._keys[_normalise(trigger)].append(_Key(number, place))
                    else:
                        self._signs[trigger].append(_Key(number, place))

    def search(self, texts: pl.Series, parsed_as: Mapping[int, str] | None = None) -> WordHits:
        """Find the terms and triggers of the codebook in many sentences.

        Args:
            texts: the sentences.
            parsed_as: the text in which a pattern's `needs` is searched, by number of the sentence; the sentence itself
                by default.
        """
        called: dict[int, set[tuple[int, int]]] = defaultdict(set)
        found = WordHits()
        for number, matches in self._match(texts):
            places: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
            for phrase, start, end in matches:
                for key in self._keys.get(phrase.lower(), ()):
                    if key.pattern is not None:
                        called[number].add((key.device, key.pattern))
                    elif key.exact in ("", phrase):
                        places[key.device].append((start, end, key.counts))
            hits = [Place(self.devices[device], *place) for device in places for place in _pick_longest(places[device])]
            if hits:
                found.terms[number] = hits
        for sign, keys in self._signs.items():
            for number in texts.str.contains(sign, literal=True).arg_true().to_list():
                called[number].update((key.device, key.pattern or 0) for key in keys)
        for number, pairs in called.items():
            text = (parsed_as or {}).get(number, texts[number])
            patterns = [(self.devices[device], place) for device, place in sorted(pairs)]
            needs = [device.patterns[place].needs for device, place in patterns]
            patterns = [pair for pair, need in zip(patterns, needs, strict=True) if need is None or need.search(text)]
            if patterns:
                found.patterns[number] = patterns
        return found

    def match(self, doc: Doc, patterns: Iterable[tuple[Device, int]]) -> list[Hit]:
        """Find matches of patterns in a parsed sentence.

        Args:
            doc: the sentence.
            patterns: the patterns to try, as `search` returns them.
        """
        hits = []
        for device, number in patterns:
            pattern = device.patterns[number]
            if (device.name, number) not in self._matchers:
                self._matchers[device.name, number] = PatternMatcher(pattern, doc.vocab)
            for span, anchor in self._matchers[device.name, number].match(doc):
                hits.append(Hit(device, span.start_char, span.end_char, anchor, pattern))
        return hits

    def _match(self, texts: pl.Series) -> Iterator[tuple[int, list[tuple[str, int, int]]]]:
        """Find the phrases in each sentence: its number, and each phrase with its start and end in characters."""
        if not self._keys or texts.is_empty():
            return
        # several white-space characters, such as a line break with an indent, count as one space
        wide = {number: _narrow(texts[number]) for number in texts.str.contains(r"\s\s").arg_true().to_list()}
        if wide:
            texts = texts.clone().scatter(list(wide), [narrow for narrow, _ in wide.values()])
        phrases, text = sorted(self._keys), pl.col("text").str
        frame = texts.alias("text").to_frame().with_row_index("number")
        frame = frame.with_columns(text=pl.format(" {} ", text.replace_all(_SIGN, " ")))
        found = frame.filter(text.contains_any(phrases, ascii_case_insensitive=True)).with_columns(
            offsets=text.find_many(phrases, ascii_case_insensitive=True, overlapping=True),
            phrases=text.extract_many(phrases, ascii_case_insensitive=True, overlapping=True),
        )
        for number, words, offsets, matched in found.iter_rows():
            is_ascii = words.isascii()
            origin = wide[number][1] if number in wide else None
            matches = []
            for offset, phrase in zip(offsets, matched, strict=True):
                # offsets count bytes; the text got a space in front, and each phrase starts with a space
                start = offset if is_ascii else len(words.encode()[:offset].decode())
                end = start + len(phrase.strip())
                if not phrase.endswith(" "):
                    end = _ENDING.search(words, end + 1).end() - 1  # type: ignore[union-attr]
                if origin is not None:
                    start, end = origin[start], origin[end - 1] + 1
                matches.append((phrase, start, end))
            yield number, matches


class PatternMatcher:
    """One pattern of the codebook, compiled for a model's vocabulary.

    Args:
        pattern: a token or a dependency pattern.
        vocab: the vocabulary of the pipeline that parses.
    """

    def __init__(self, pattern: Pattern, vocab: Vocab) -> None:
        from spacy.matcher import DependencyMatcher, Matcher

        self.pattern = pattern
        self._tokens, self._dependency, self._unless = Matcher(vocab), DependencyMatcher(vocab), Matcher(vocab)
        if pattern.tokens:
            self._tokens.add(pattern.name, [pattern.tokens])
        if pattern.dependency:
            self._dependency.add(pattern.name, [pattern.dependency])
        if pattern.unless:
            self._unless.add("unless", [[attributes] for attributes in pattern.unless])

    def match(self, doc: Doc) -> Iterator[tuple[Span, Token]]:
        """Find the span of each match in a sentence, and the token whose clause is read."""
        if self.pattern.tokens:
            for _, start, end in self._tokens(doc):
                if not self._is_excluded(doc[start]):
                    yield doc[start:end], doc[start]
        if self.pattern.dependency:
            ids = [str(node["RIGHT_ID"]) for node in self.pattern.dependency]
            for _, tokens in self._dependency(doc):
                numbers = dict(zip(ids, tokens, strict=True))
                span = [numbers[each] for each in self.pattern.span or ids]
                anchor = doc[numbers[self.pattern.anchor or ids[0]]]
                if not self._is_excluded(anchor):
                    yield doc[min(span) : max(span) + 1], anchor

    def _is_excluded(self, anchor: Token) -> bool:
        """Tell whether `unless` matches a dependent of the anchor or of a verb joined to it by "and"."""
        if not self.pattern.unless:
            return False
        excluded = {start for _, start, _ in self._unless(anchor.doc)}
        return any(child.i in excluded for verb in grammar.list_coordinated(anchor) for child in verb.children)


def find_repeated_openings(sentences: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, int]]:
    """Find the clauses that open like the one before: number of the sentence, start and end of the opening.

    Args:
        sentences: paragraph and text of each sentence of a document, in order.
    """
    last_paragraph: int | None = None
    before: list[str] = []
    for number, (paragraph, text) in enumerate(sentences):
        if paragraph != last_paragraph:
            last_paragraph, before = paragraph, []
        for clause in _CLAUSE.finditer(text):
            words = list(_WORD.finditer(text, clause.start(), clause.end()))
            if not words:
                continue
            opening = [word.group().lower() for word in words]
            common = 0
            while common < min(len(before), len(opening)) and before[common] == opening[common]:
                common += 1
            if _is_figure([word.group() for word in words[:common]]):
                yield number, words[0].start(), words[common - 1].end()
            before = opening


def _is_figure(words: list[str]) -> bool:
    """Tell whether a repeated opening is rhetorical: no name, no repeated subject, and not only function words."""
    if len(words) < 2 or all(word[0].isupper() for word in words):
        return False
    lowered = {word.lower() for word in words}
    determiners = read_words("determiners")
    return bool(lowered - determiners - read_words("function_words")) and (len(words) > 2 or not lowered & determiners)


def _normalise(term: str) -> str:
    """Return a term in the form that is searched: words between single spaces; an asterisk leaves the end open."""
    body = re.sub(r"[\W_]", " ", term.lower()).strip()
    return f" {body}" if term.endswith("*") else f" {body} "


def _narrow(text: str) -> tuple[str, list[int]]:
    """Replace all white space by single spaces; return the text and the original place of each character."""
    kept = [place for place, sign in enumerate(text) if not (sign.isspace() and place and text[place - 1].isspace())]
    return "".join(text[place] for place in kept), kept


def _pick_longest(places: list[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    """Pick the longest places that do not overlap each other and are not within an exclusion."""
    picked: list[tuple[int, int, bool]] = []
    for start, end, counts in sorted(places, key=lambda place: (place[0] - place[1], place[0], place[2])):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in picked):
            picked.append((start, end, counts))
    return sorted((start, end) for start, end, counts in picked if counts)
