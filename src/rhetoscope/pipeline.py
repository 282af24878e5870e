"""What makes spaCy's pipeline quick here, beside its networks; each part gives the same result as spaCy's own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from rhetoscope.networks import use_products, use_transitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


def quicken(pipeline: Language) -> None:
    """Puts the parts of this module and of `networks` in the place of spaCy's; sentences are taken as split already."""
    from spacy.language import Language

    if not Language.has_factory("rhetoscope_one_sentence"):
        Language.component("rhetoscope_one_sentence", func=_one_sentence)
        Language.factory("rhetoscope_forms", func=lambda nlp, name: Forms())
    use_products(pipeline)
    use_transitions(pipeline, "parser")
    if "attribute_ruler" in pipeline.pipe_names:
        forms = cast("Forms", pipeline.add_pipe("rhetoscope_forms", before="attribute_ruler"))
        _, forms.ruler = pipeline.remove_pipe("attribute_ruler")
        lemmatizer: Any = pipeline.get_pipe("lemmatizer") if "lemmatizer" in pipeline.pipe_names else None
        if getattr(lemmatizer, "mode", "") == "rule" and not lemmatizer.overwrite:
            _, forms.lemmatizer = pipeline.remove_pipe("lemmatizer")
            index = lemmatizer.lookups.get_table("lemma_index")
            for part_of_speech, words in index.items():
                index[part_of_speech] = frozenset(words)  # a list as it comes: each look-up went through all of it
    # the parser keeps to boundaries set before it: sentences were already split by the clean stage
    pipeline.add_pipe("rhetoscope_one_sentence", first=True)


class Forms:
    """spaCy's attribute ruler and rules for lemmas, remembered.

    What they set follows from a word, its tag and its dependency alone, and of the dependencies only those count that
    the ruler's rules name. Rules over two tokens ("gonna", "there is") are left to the ruler itself.
    """

    FIRST = frozenset(["ai", "gon", "got", "let", "c'm", "y", "y'", "expl"])
    SECOND = frozenset(["n't", "nt", "na", "ta", "'s", "on", "all", "is", "are", "was", "were", "'re"])
    """Words, or the dependency `expl`, that rules over two tokens name."""
    REGEX = frozenset(["n't", "nt", "nothin'", "nuthin'", "nouthin'"])
    """Forms that the ruler's regular expressions match."""

    def __init__(self) -> None:
        self.ruler: Any = None
        self.lemmatizer: Any = None
        self._named: dict[str, frozenset[int]] = {}
        self._known: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._ruled: dict[tuple[int, ...], tuple[int, int, int]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """The document with its parts of speech, forms and lemmas set."""
        named = self._named or self._names(doc.vocab)
        tokens = doc.to_array(["ORTH", "TAG", "DEP", "LOWER"]).tolist()
        first, second, known = named["first"], named["second"], self._known
        if any(then[3] in second and (one[3] in first or one[2] in first) for one, then in pairwise(tokens)):
            doc = self.ruler(doc)
            return doc if self.lemmatizer is None else cast("Doc", self.lemmatizer(doc))
        deps, own, of_own = named["deps"], named["own"], named["own deps"]
        words = [
            (orth, tag, dep if dep in deps or (lower in own and dep in of_own) else 0)
            for orth, tag, dep, lower in tokens
        ]
        new = [place for place, word in enumerate(words) if word not in known]
        if new:
            self._learn(doc, words, new)
        if words:
            doc.from_array(["POS", "MORPH", "LEMMA"], _numbers([known[word] for word in words]))
        return doc

    def _learn(self, doc: Doc, words: list[tuple[int, int, int]], new: list[int]) -> None:
        """Remembers what ruler and lemmatizer say of new words, given by their places in a document."""
        from spacy.tokens import Doc

        # by the ruler's rules most words are alike: it is asked once for all of them
        lexemes = [doc.vocab[words[place][0]] for place in new]
        lowers = [lexeme.lower if lexeme.lower in self._named["LOWER"] else 0 for lexeme in lexemes]
        keys = [(*words[place][1:], low, lex.is_space) for place, low, lex in zip(new, lowers, lexemes, strict=True)]
        if any(key not in self._ruled for key in keys):
            found = self.ruler(doc).to_array(["POS", "MORPH", "LEMMA"]).tolist()
            self._ruled.update((key, tuple(found[place])) for key, place in zip(keys, new, strict=True))
        bare = []
        for key, lexeme, word in zip(keys, lexemes, (words[place] for place in new), strict=True):
            pos, morph, lemma = self._known[word] = self._ruled[key]
            if not lemma and self.lemmatizer is not None:
                bare.append((word, lexeme.text, pos, morph))
        if bare:
            alone = Doc(doc.vocab, words=[text for _, text, _, _ in bare])
            alone.from_array(["POS", "MORPH"], _numbers([(pos, morph) for *_, pos, morph in bare]))
            for token, (word, _, pos, morph) in zip(alone, bare, strict=True):
                self._known[word] = (pos, morph, doc.vocab.strings.add(self.lemmatizer.lemmatize(token)[0]))

    def _names(self, vocab: Vocab) -> dict[str, frozenset[int]]:
        """The words and dependencies that the ruler's rules name, as spaCy numbers them.

        `LOWER` holds all words, `deps` the dependencies that count for any word, `own deps` those for the words `own`.
        """
        names = {"LOWER": set(self.REGEX), "first": set(self.FIRST), "second": set(self.SECOND)}
        names |= {"deps": set[str](), "own": set[str](), "own deps": set[str]()}
        for token in (token for rule in self.ruler.patterns for pattern in rule["patterns"] for token in pattern):
            lower, dep = _values(token.get("LOWER", {})), _values(token.get("DEP", {}))
            names["LOWER"] |= lower
            names["own deps" if "LOWER" in token else "deps"] |= dep
            names["own"] |= lower if dep else set()
        self._named = {kind: frozenset(vocab.strings.add(name) for name in some) for kind, some in names.items()}
        return self._named


def _values(named: str | dict[str, list[str]]) -> set[str]:
    """What an attribute of a rule is held against."""
    return {named} if isinstance(named, str) else set(named.get("IN", named.get("NOT_IN", [])))


def _numbers(rows: Sequence[Sequence[int]]) -> Any:
    import numpy as np

    return np.array(rows, dtype="uint64")


def _one_sentence(doc: Doc) -> Doc:
    starts = [(1,), *[(-1 % 2**64,)] * (len(doc) - 1)]
    doc.from_array(["SENT_START"], _numbers(starts[: len(doc)]))
    return doc
