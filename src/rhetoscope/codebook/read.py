"""Reads and checks a codebook file: every mistake ends in one sentence that names file and line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NoReturn

from rhetoscope import InputError
from rhetoscope.codebook import ACTOR_RULES, RULES, TARGET_RULES, Device, Example, Pattern

if TYPE_CHECKING:
    from spacy.vocab import Vocab

_TEXT = {"name", "definition", "citation", "source", "licence"}
_LISTS = {"scope", "terms", "exact", "not_in", "counterexamples"}
_RULES: dict[str, dict[str, str]] = {"actor": ACTOR_RULES, "target": TARGET_RULES}
_SHARED = {"citation", "source", "licence"}
"""Keys that a file may give once, for all its devices that do not give their own."""
_DEVICE = _TEXT | _LISTS | set(_RULES) | {"nearest_actor", "rule", "pattern", "example"}
_PATTERN = {
    "name",
    "trigger",
    "needs",
    "tokens",
    "dependency",
    "span",
    "anchor",
    "unless",
    "needs_actor",
    "reported",
} | set(_RULES)
_EXAMPLE = {"text", "spans", "actor", "target", "voice"}


def devices(text: str, file: str) -> dict[str, Device]:
    """The devices of one file by name; their family is the file's name, or its key `family`.

    Raises:
        InputError: unknown or missing key, wrong type, a device without example.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"codebook: {file} is not readable as TOML: {error}") from error
    top = _Place(file, text, "the file")
    top.known(table, {"family", "device"} | _SHARED)
    shared = {key: top.string(table, key) for key in sorted(_SHARED & set(table))}
    family = top.string(table, "family", PurePath(file).stem)
    found: dict[str, Device] = {}
    entries = top.tables(table, "device")
    if not entries:
        top.fail("has no [[device]]", "")
    for number, entry in enumerate(entries, start=1):
        name = entry.get("name")
        place = _Place(file, text, f"device {name!r}" if name else f"[[device]] number {number}", str(name or ""))
        device = _device(shared | entry, family, place)
        if device.name in found:
            place.fail("is given twice", device.name)
        found[device.name] = device
    return found


def tried(devices: dict[str, Device], text: str, file: str) -> dict[str, Device]:
    """The devices of a file, once spaCy has taken their patterns.

    Raises:
        InputError: it refuses one.
    """
    for device in devices.values():
        for pattern in device.patterns:
            if refusal := _refusal(pattern):
                place = _Place(file, text, f"pattern {pattern.name!r} of device {device.name!r}", pattern.name)
                place.fail(f"is no pattern spaCy takes: {refusal}", place.name)
    return devices


def _device(entry: dict[str, Any], family: str, place: _Place) -> Device:
    place.known(entry, _DEVICE)
    for key in sorted(_TEXT):
        if not place.string(entry, key):
            place.fail(f"lacks {key}", place.name)
    rules = {key: place.rule(entry, key, "subject" if key == "actor" else "none") for key in _RULES}
    examples = tuple(_example(each, place) for each in place.tables(entry, "example"))
    device = Device(
        family=family,
        name=place.name,
        definition=place.string(entry, "definition"),
        citation=place.string(entry, "citation"),
        source=place.string(entry, "source"),
        licence=place.string(entry, "licence"),
        scope=place.strings(entry, "scope"),
        terms=place.strings(entry, "terms"),
        exact=place.strings(entry, "exact"),
        not_in=place.strings(entry, "not_in"),
        actor=rules["actor"],
        target=rules["target"],
        nearest_actor=place.flag(entry, "nearest_actor"),
        rule=place.rule(entry, "rule", ""),
        patterns=tuple(_pattern(each, rules, place) for each in place.tables(entry, "pattern")),
        examples=examples,
        counterexamples=place.strings(entry, "counterexamples"),
    )
    if not (device.terms or device.exact) and not device.patterns and not device.rule:
        place.fail("needs terms, a [[device.pattern]] or a rule", device.name)
    if not examples or not device.counterexamples:
        place.fail("needs an example and a counterexample", device.name)
    return device


def _pattern(entry: dict[str, Any], rules: dict[str, str], device: _Place) -> Pattern:
    name = entry.get("name")
    place = _Place(device.file, device.text, f"pattern {name!r} of {device.what}", str(name or device.name))
    place.known(entry, _PATTERN)
    if not place.string(entry, "name"):
        place.fail("lacks name", device.name)
    if not entry.get("trigger"):
        place.fail("lacks trigger, the words of which a sentence must hold one", place.name)
    if ("tokens" in entry) == ("dependency" in entry):
        place.fail("needs either tokens or dependency", place.name)
    ids = [str(node.get("RIGHT_ID")) for node in place.tables(entry, "dependency")]
    for each in (*place.strings(entry, "span"), *([entry["anchor"]] if "anchor" in entry else [])):
        if each not in ids:
            place.fail(f"names {each!r}, which is no RIGHT_ID of its dependency pattern", place.name)
    return Pattern(
        name=place.string(entry, "name"),
        trigger=place.strings(entry, "trigger"),
        needs=_regex(entry, place),
        tokens=place.tables(entry, "tokens") or None,
        dependency=place.tables(entry, "dependency") or None,
        span=place.strings(entry, "span"),
        anchor=place.string(entry, "anchor"),
        unless=place.tables(entry, "unless"),
        actor=place.rule(entry, "actor", rules["actor"]),
        target=place.rule(entry, "target", rules["target"]),
        needs_actor=place.flag(entry, "needs_actor"),
        reported=place.flag(entry, "reported"),
    )


def _regex(entry: dict[str, Any], place: _Place) -> re.Pattern[str] | None:
    if not (needs := place.string(entry, "needs")):
        return None
    try:
        return re.compile(needs, re.IGNORECASE)
    except re.error as error:
        place.fail(f"needs no regular expression Python takes: {error}", place.name)


def _refusal(pattern: Pattern) -> str | None:
    """Why spaCy refuses the pattern; None where it takes it."""
    from spacy.matcher import DependencyMatcher, Matcher

    vocab = _vocab()
    nodes = [node.get("RIGHT_ATTRS", {}) for node in pattern.dependency or []]
    try:
        for tokens in [pattern.tokens or [], *[[each] for each in (*nodes, *pattern.unless)]]:
            if tokens:
                Matcher(vocab, validate=True).add("pattern", [tokens])
        if pattern.dependency:
            DependencyMatcher(vocab, validate=True).add("pattern", [pattern.dependency])
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
        return " ".join(str(error).split())
    return None


@lru_cache(maxsize=1)
def _vocab() -> Vocab:
    import spacy

    return spacy.blank("en").vocab


def _example(entry: dict[str, Any], place: _Place) -> Example:
    place.known(entry, _EXAMPLE)
    text, spans = place.string(entry, "text"), place.strings(entry, "spans")
    if not text or not spans:
        place.fail("has an example without text or spans", place.name)
    for span in spans:
        if span not in text:
            place.fail(f"has an example that does not hold its span {span!r}", text)
    return Example(text, spans, entry.get("actor"), entry.get("target"), entry.get("voice"))


@dataclass(frozen=True)
class _Place:
    """Where in which file a table stands, for messages."""

    file: str
    text: str
    what: str
    name: str = ""

    def fail(self, problem: str, near: str) -> NoReturn:
        line = next((n for n, each in enumerate(self.text.splitlines(), start=1) if near and near in each), None)
        where = f"{self.file}, line {line}" if line else self.file
        raise InputError(f"codebook: {where}: {self.what} {problem}")

    def known(self, table: dict[str, Any], keys: set[str]) -> None:
        for key in table:
            if key not in keys:
                self.fail(f"has the unknown key {key!r}; known are {', '.join(sorted(keys))}", key)

    def string(self, table: dict[str, Any], key: str, default: str = "") -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fail(f"must give {key} as text, not {value!r}", key)
        return value

    def strings(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.fail(f"must give {key} as a list of texts, none empty", key)
        return tuple(value)

    def tables(self, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fail(f"must give {key} as a list of tables", key)
        return value

    def flag(self, table: dict[str, Any], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fail(f"must give {key} as true or false, not {value!r}", key)
        return value

    def rule(self, table: dict[str, Any], key: str, default: str) -> str:
        value = self.string(table, key, default)
        known = {"": "none"} | RULES if key == "rule" else _RULES[key]
        if value not in known:
            named = "the rule" if key == "rule" else f"the {key} rule"
            self.fail(f"has {named} {value!r}; known are {', '.join(filter(None, known))}", f'"{value}"')
        return value
