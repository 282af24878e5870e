"""The syntax tier: the codebook's patterns, found in parsed sentences by spaCy's matchers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rhetoscope import grammar
from rhetoscope.codebook import Pattern

if TYPE_CHECKING:
    from spacy.matcher import DependencyMatcher, Matcher
    from spacy.tokens import Doc, Span, Token
    from spacy.vocab import Vocab


ATTRIBUTES = ("TAG", "DEP", "POS", "LEMMA", "LOWER")
"""What is looked up before a pattern is tried."""


class PatternMatcher:
    """One pattern of the codebook, compiled for a model's vocabulary."""

    def __init__(self, pattern: Pattern, vocab: Vocab) -> None:
        from spacy.matcher import DependencyMatcher, Matcher

        self.pattern = pattern
        self._tokens: Matcher | None = None
        self._dependency: DependencyMatcher | None = None
        if pattern.tokens:
            self._tokens = Matcher(vocab)
            self._tokens.add(pattern.name, [pattern.tokens])
        if pattern.dependency:
            self._dependency = DependencyMatcher(vocab)
            self._dependency.add(pattern.name, [pattern.dependency])
        # most patterns called for by a word fail on another word: that is seen without trying them
        required = [node["RIGHT_ATTRS"] for node in pattern.dependency or []]
        required += [token for token in pattern.tokens or [] if token.get("OP", "1") in ("1", "+")]
        self._needs = [need for attributes in required for need in _needs(attributes, vocab)]
        self._unless = Matcher(vocab)
        if pattern.unless:
            self._unless.add("unless", [[attributes] for attributes in pattern.unless])

    def find(self, doc: Doc) -> Iterator[tuple[Span, Token]]:
        """The span of each match, with the token whose clause is read."""
        held = _held(doc)
        if any(held[attribute].isdisjoint(values) for attribute, values in self._needs):
            return
        for span, anchor in self._matches(doc):
            if not (self.pattern.unless and self._excluded(anchor)):
                yield span, anchor

    def _matches(self, doc: Doc) -> Iterator[tuple[Span, Token]]:
        if self._tokens is not None:
            for _, start, end in self._tokens(doc):
                yield doc[start:end], doc[start]
        if self._dependency is not None:
            ids = [str(node["RIGHT_ID"]) for node in self.pattern.dependency or []]
            for _, found in self._dependency(doc):
                place = dict(zip(ids, found, strict=True))
                spanned = [place[each] for each in self.pattern.span or ids]
                yield doc[min(spanned) : max(spanned) + 1], doc[place[self.pattern.anchor or ids[0]]]

    def _excluded(self, anchor: Token) -> bool:
        """Whether a dependent of the anchor, or of a verb coordinated with it ("backed and funded by"), is excluded."""
        excluded = {start for _, start, _ in self._unless(anchor.doc)}
        return any(child.i in excluded for verb in grammar.coordinated(anchor) for child in verb.children)


def _needs(attributes: dict[str, Any], vocab: Vocab) -> Iterator[tuple[str, set[int]]]:
    """What a sentence must hold for a token with such attributes to be in it: values, one of which is needed."""
    for name, value in attributes.items():
        values = [value] if isinstance(value, str) else value.get("IN") if isinstance(value, dict) else None
        if name in ATTRIBUTES and values is not None:
            yield name, {vocab.strings.add(each) for each in values}


@lru_cache(maxsize=1)
def _held(doc: Doc) -> dict[str, set[int]]:
    """The values of each attribute in a sentence, as spaCy numbers them."""
    columns = doc.to_array(list(ATTRIBUTES)).T.tolist()
    return dict(zip(ATTRIBUTES, map(set, columns), strict=True))
