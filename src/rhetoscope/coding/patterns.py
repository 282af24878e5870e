"""The syntax tier: the codebook's patterns, found in parsed sentences by spaCy's matchers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rhetoscope import grammar
from rhetoscope.codebook import Pattern

if TYPE_CHECKING:
    from spacy.matcher import DependencyMatcher, Matcher
    from spacy.tokens import Doc, Span, Token
    from spacy.vocab import Vocab


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
        self._unless = Matcher(vocab)
        if pattern.unless:
            self._unless.add("unless", [[attributes] for attributes in pattern.unless])

    def find(self, doc: Doc) -> Iterator[tuple[Span, Token]]:
        """The span of each match, with the token whose clause is read."""
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
        dependents = [child for verb in grammar.coordinated(anchor) for child in verb.children]
        return any(self._unless(anchor.doc[child.i : child.i + 1]) for child in dependents)
