"""The codebook: devices as data, one TOML file a family.

A device has a definition and its citation, scope notes, the terms and patterns it is found by, and examples that are
run as tests. `read.py` reads and checks the files, `page.py` renders them for a reader. An analyst's own file has the
same shape: its devices are added, or replace those of the same name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl

from rhetoscope import InputError, project

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
"""How the actor a coding is said of is found."""
TARGET_RULES = {
    "none": "no one",
    "object": "the object of the clause, or what follows to, on or against",
    "subject": "the subject of the clause",
}
"""How the target of a coding is found."""
RULES = {"repeated_opening": "neighbouring clauses of a paragraph open with the same words"}
"""Rules that are code and neither terms nor patterns."""


@dataclass(frozen=True)
class Pattern:
    """A spaCy pattern: `tokens` for the Matcher, or `dependency` for the DependencyMatcher."""

    name: str
    trigger: tuple[str, ...]
    """Words of which a sentence must hold one to be parsed for this pattern."""
    needs: re.Pattern[str] | None
    """What a sentence must hold besides, so that fewer are parsed; None for nothing."""
    tokens: list[dict[str, Any]] | None
    dependency: list[dict[str, Any]] | None
    span: tuple[str, ...]
    """`RIGHT_ID`s whose tokens the coding spans; all where empty."""
    anchor: str
    """`RIGHT_ID` of the token whose clause is read; the first token where empty."""
    unless: list[dict[str, Any]]
    """Token patterns: no dependent of the anchor, nor of a verb coordinated with it, may match one."""
    actor: str
    target: str
    needs_actor: bool
    """Whether a match without an actor is dropped."""
    reported: bool
    """Whether a match in the author's own voice is dropped."""


@dataclass(frozen=True)
class Example:
    """A sentence in which the device must be found, at these spans, of these actors where given."""

    text: str
    spans: tuple[str, ...]
    actor: str | None
    target: str | None
    voice: str | None


@dataclass(frozen=True)
class Device:
    """One rhetorical device, as its codebook file gives it."""

    family: str
    name: str
    definition: str
    citation: str
    source: str
    """Where its terms come from."""
    licence: str
    scope: tuple[str, ...]
    """What the surface cannot decide, and what was decided."""
    terms: tuple[str, ...]
    exact: tuple[str, ...]
    """Terms that count only in the case given: "us", not "US"."""
    not_in: tuple[str, ...]
    """Phrases within which a term does not count."""
    actor: str
    target: str
    nearest_actor: bool
    """Whether the actor nearest before it in subject position serves where the rule finds none."""
    rule: str
    """A key of `RULES`, or "" for none."""
    patterns: tuple[Pattern, ...]
    examples: tuple[Example, ...]
    counterexamples: tuple[str, ...]


def load(extra: str = "") -> list[Device]:
    """Every device, by family and name: the package's, and those of a further TOML file.

    Args:
        extra: path of the file, relative to the project; "" for none.

    Raises:
        InputError: the file is missing, or a codebook file breaks the format; the message names file and line.
    """
    from rhetoscope.codebook import read

    devices: dict[str, Device] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            devices |= read.devices(file.read_text(encoding="utf-8"), file.name)  # a test tries these
    if extra:
        path = project.resolve(extra)
        if not path.is_file():
            raise InputError(
                f'codebook: {extra} is not a file; give a TOML file with [[device]] tables, or "" for none'
            )
        text = path.read_text(encoding="utf-8")
        devices |= read.tried(read.devices(text, path.name), text, path.name)
    return sorted(devices.values(), key=lambda device: (device.family, device.name))


def overview(devices: list[Device]) -> pl.DataFrame:
    """The devices as a table: `family`, `device`, `terms`, `patterns`, `definition`."""
    rows = [
        (device.family, device.name, len(device.terms), len(device.patterns), device.definition) for device in devices
    ]
    return pl.DataFrame(rows, schema=["family", "device", "terms", "patterns", "definition"], orient="row")


def as_markdown(devices: list[Device]) -> str:
    """The codebook as a page to read."""
    from rhetoscope.codebook import page

    return page.render(devices)
