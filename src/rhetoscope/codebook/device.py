"""Define devices, and read them from TOML files; every error is one sentence that names file and line.

The keys of a codebook file are the fields of `Device`, `Pattern` and `Example`; `[[device]]`, `[[device.pattern]]` and
`[[device.example]]` start their tables. `citation`, `source` and `licence` can be given once, above all devices.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NoReturn

from rhetoscope import InputError

ACTOR_RULES = {
    "subject": "the subject of its clause, also understood",
    "obliged": 'the subject of an active clause; of a passive, who is named by "by"',
    "threatener": 'the subject of an active clause; of a passive, who is named by "by"',
    "patient": "the subject of the passive",
    "complement": "the subject of the clause that follows",
    "modified": "the noun it stands before, or its possessor",
    "labelled": "whom the word names, describes or belongs to",
    "speaker": "the source in whose voice it stands",
    "none": "no one",
}
"""The rules that find the actor of a coding."""
TARGET_RULES = {
    "none": "no one",
    "object": "the object of the clause, or what follows to, on or against",
    "subject": "the subject of the clause",
}
"""The rules that find the target of a coding."""
RULES = {"repeated_opening": "neighbouring clauses of a paragraph open with the same words"}
"""The rules written in Python, for devices without terms and patterns."""


@dataclass(frozen=True)
class Pattern:
    """A spaCy pattern: `tokens` for the Matcher, or `dependency` for the DependencyMatcher."""

    name: str
    trigger: tuple[str, ...]
    """Words; a sentence is parsed for this pattern only if it contains one of them."""
    needs: re.Pattern[str] | None
    """What a sentence must also contain, so that fewer sentences are parsed; None for nothing."""
    tokens: list[dict[str, Any]] | None
    dependency: list[dict[str, Any]] | None
    span: tuple[str, ...]
    """`RIGHT_ID`s of the tokens that the coding covers; empty for all."""
    anchor: str
    """`RIGHT_ID` of the token whose clause is read; "" for the first token."""
    unless: list[dict[str, Any]]
    """Token patterns; a match is dropped if a dependent of the anchor, or of a verb coordinated with it, fits one."""
    actor: str
    target: str
    needs_actor: bool
    """Whether a match without an actor is dropped."""
    reported: bool
    """Whether a match in the author's own voice is dropped."""


@dataclass(frozen=True)
class Example:
    """A sentence in which the device must be found: at these spans and, if given, with this actor, target and voice."""

    text: str
    spans: tuple[str, ...]
    actor: str | None
    target: str | None
    voice: str | None


@dataclass(frozen=True)
class Device:
    """One rhetorical device, as its codebook file defines it."""

    family: str
    name: str
    definition: str
    citation: str
    source: str
    """Where its terms come from."""
    licence: str
    scope: tuple[str, ...]
    """What cannot be decided from the words alone, and what was decided."""
    terms: tuple[str, ...]
    exact: tuple[str, ...]
    """Terms that count only with these small and capital letters: "us", not "US"."""
    not_in: tuple[str, ...]
    """Phrases within which a term does not count."""
    actor: str
    """A key of `ACTOR_RULES`."""
    target: str
    """A key of `TARGET_RULES`."""
    nearest_actor: bool
    """Whether the nearest subject before the device is its actor if the rule finds none."""
    rule: str
    """A key of `RULES`, or "" for none."""
    patterns: tuple[Pattern, ...]
    examples: tuple[Example, ...]
    counterexamples: tuple[str, ...]


def parse_devices(text: str, file: str) -> dict[str, Device]:
    """Read the devices of one TOML file, by name; their family is the key `family`, or by default the file's name.

    Raises:
        InputError: a key is unknown or missing, a type is wrong, a rule is unknown, or a device has no example.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"codebook: {file} is not readable as TOML: {error}") from error
    top = _Entry(file, text, "the file", table)
    values = top.check(_FILE_KEYS)
    shared = {key: values[key] for key in _SHARED_KEYS if values[key]}
    found: dict[str, Device] = {}
    for number, given in enumerate(values["device"], start=1):
        name = given.get("name")
        what = f"device {name!r}" if name else f"[[device]] number {number}"
        entry = _Entry(file, text, what, shared | given, near=str(name or ""))
        device = _read_device(entry, values["family"] or PurePath(file).stem)
        if device.name in found:
            entry.fail("is given twice")
        found[device.name] = device
    if not found:
        top.fail("has no [[device]]")
    return found


def check_patterns(devices: Iterable[Device], text: str, file: str) -> None:
    """Check every pattern of a file's devices with spaCy.

    Raises:
        InputError: spaCy does not accept a pattern.
    """
    import spacy
    from spacy.matcher import DependencyMatcher, Matcher

    vocab = spacy.blank("en").vocab
    for device in devices:
        for pattern in device.patterns:
            dependency = pattern.dependency or []
            nodes = [node.get("RIGHT_ATTRS", {}) for node in dependency]
            try:
                Matcher(vocab, validate=True).add("tokens", [[*(pattern.tokens or []), *nodes, *pattern.unless]])
                if dependency:
                    DependencyMatcher(vocab, validate=True).add("dependency", [dependency])
            except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
                what = f"pattern {pattern.name!r} of device {device.name!r}"
                reason = " ".join(str(error).split())
                _Entry(file, text, what, {}, near=pattern.name).fail(f"is no pattern that spaCy takes: {reason}")


_SHARED_KEYS = dict.fromkeys(("citation", "source", "licence"), "")
_FILE_KEYS: dict[str, Any] = _SHARED_KEYS | {"family": "", "device": []}
_DEVICE_KEYS: dict[str, Any] = {
    **dict.fromkeys(("name", "definition", "rule", *_SHARED_KEYS), ""),
    **dict.fromkeys(("scope", "terms", "exact", "not_in", "counterexamples"), ()),
    "pattern": [],
    "example": [],
    "actor": "subject",
    "target": "none",
    "nearest_actor": False,
}
_PATTERN_KEYS: dict[str, Any] = {
    **dict.fromkeys(("name", "needs", "anchor"), ""),
    **dict.fromkeys(("trigger", "span"), ()),
    "tokens": [],
    "dependency": [],
    "unless": [],
    **dict.fromkeys(("needs_actor", "reported"), False),
}
_EXAMPLE_KEYS: dict[str, Any] = {"text": "", "spans": (), "actor": "", "target": "", "voice": ""}
"""The keys of an example with their defaults, as above for the other tables; a value must have its default's type."""
_KINDS = {str: "a text", tuple: "a list of texts, none empty", list: "a list of tables", bool: "true or false"}
_RULES = {"actor": ACTOR_RULES, "target": TARGET_RULES, "rule": {"": "none"} | RULES}


@dataclass(frozen=True)
class _Entry:
    """A table of a codebook file, with what an error message needs to name its place."""

    file: str
    text: str
    what: str
    table: Mapping[str, Any]
    near: str = ""
    """A text in the table; an error names the first line that contains it, unless the error gives a closer text."""

    def fail(self, problem: str, near: str = "") -> NoReturn:
        """Raise an `InputError` with file, line, table and problem."""
        near = near or self.near
        line = next((n for n, each in enumerate(self.text.splitlines(), start=1) if near and near in each), None)
        where = f"{self.file}, line {line}" if line else self.file
        raise InputError(f"codebook: {where}: {self.what} {problem}")

    def check(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of each key, or its default; fail for an unknown key or a value of another type."""
        for key in self.table:
            if key not in defaults:
                self.fail(f"has the unknown key {key!r}; known are {', '.join(sorted(defaults))}", key)
        values = {}
        for key, default in defaults.items():
            value = self.table.get(key, default)
            if not _fits(value, default):
                self.fail(f"must give {key} as {_KINDS[type(default)]}, not {value!r}", key)
            values[key] = tuple(value) if isinstance(default, tuple) else value
        return values

    def check_rules(self, values: Mapping[str, Any]) -> None:
        """Fail for an unknown actor rule, target rule or rule."""
        for key, known in _RULES.items():
            value = values.get(key, "")
            if key in values and value not in known:
                self.fail(f"has {key} = {value!r}; known are {', '.join(filter(None, known))}", f'"{value}"')


def _fits(value: Any, default: Any) -> bool:
    """Tell whether a value has the type of its key's default."""
    if isinstance(default, tuple):
        return isinstance(value, list | tuple) and all(isinstance(each, str) and each.strip() for each in value)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return type(value) is type(default)


def _read_device(entry: _Entry, family: str) -> Device:
    values = entry.check(_DEVICE_KEYS)
    for key in ("name", "definition", *_SHARED_KEYS):
        if not values[key]:
            entry.fail(f"lacks {key}")
    entry.check_rules(values)
    patterns = tuple(_read_pattern(given, values, entry) for given in values.pop("pattern"))
    examples = tuple(_read_example(given, entry) for given in values.pop("example"))
    device = Device(family=family, patterns=patterns, examples=examples, **values)
    if not (device.terms or device.exact or device.patterns or device.rule):
        entry.fail("needs terms, a [[device.pattern]] or a rule")
    if not device.examples or not device.counterexamples:
        entry.fail("needs an example and a counterexample")
    return device


def _read_pattern(given: dict[str, Any], of: dict[str, Any], device: _Entry) -> Pattern:
    what = f"pattern {given.get('name')!r} of {device.what}"
    entry = _Entry(device.file, device.text, what, given, near=str(given.get("name") or device.near))
    values = entry.check(_PATTERN_KEYS | {"actor": of["actor"], "target": of["target"]})
    entry.check_rules(values)
    if not values["name"] or not values["trigger"]:
        entry.fail("lacks name or trigger, the words of which a sentence must hold one")
    if bool(values["tokens"]) == bool(values["dependency"]):
        entry.fail("needs either tokens or dependency")
    ids = [node.get("RIGHT_ID") for node in values["dependency"]]
    for each in (*values["span"], *filter(None, [values["anchor"]])):
        if each not in ids:
            entry.fail(f"names {each!r}, which is no RIGHT_ID of its dependency pattern")
    try:
        values["needs"] = re.compile(values["needs"], re.IGNORECASE) if values["needs"] else None
    except re.error as error:
        entry.fail(f"has needs = {values['needs']!r}, which is no regular expression: {error}", "needs")
    return Pattern(**values | {"tokens": values["tokens"] or None, "dependency": values["dependency"] or None})


def _read_example(given: dict[str, Any], device: _Entry) -> Example:
    entry = _Entry(device.file, device.text, f"an example of {device.what}", given, near=device.near)
    values = entry.check(_EXAMPLE_KEYS)
    if not values["text"] or not values["spans"]:
        entry.fail("lacks text or spans")
    for span in values["spans"]:
        if span not in values["text"]:
            entry.fail(f"does not hold its span {span!r}", values["text"])
    actor, target, voice = (values[key] or None for key in ("actor", "target", "voice"))
    return Example(values["text"], values["spans"], actor, target, voice)
