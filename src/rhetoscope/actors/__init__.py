"""Who is spoken of: the table of actors and their names, and where a text names them.

`actors.toml` is the table; `roles.py` reads in which role a clause puts them, `reference.py` which other words stand
for them, `valence.py` what is said of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import Any

from rhetoscope import InputError, project

KEYS = {"name", "aliases", "demonyms"}


NAME, DEMONYM, PEOPLE, GROUP = "Ruritania", "Ruritanian", "Ruritanians", "community"
"""What the parser reads for any name of an actor, any demonym, any people and any group that is no proper name
("Armenian diaspora"): a land of a novel (Hope, A. (1894). The Prisoner of Zenda), so that no parse hangs on which actor
is named."""


@dataclass(frozen=True)
class Alias:
    """One name of an actor; a demonym is an adjective or its people."""

    actor: str
    demonym: bool
    stand_in: str


@dataclass(frozen=True)
class Span:
    """A name found in a text: `text[start:end]`."""

    start: int
    end: int
    actor: str
    demonym: bool
    stand_in: str = ""
    """The word that the parser reads in its place."""


@dataclass(frozen=True)
class ActorTable:
    """Every name and the actor it stands for, and the nouns that pass a role on to their actor."""

    aliases: dict[str, Alias]
    representatives: frozenset[str]
    partitives: frozenset[str]
    pattern: re.Pattern[str]

    @cached_property
    def actors(self) -> list[str]:
        """Canonical names, sorted."""
        return sorted({alias.actor for alias in self.aliases.values()})

    @cached_property
    def lands(self) -> frozenset[str]:
        """Actors that have a demonym: lands and peoples, which "the country" can stand for."""
        return frozenset(alias.actor for alias in self.aliases.values() if alias.demonym)

    @cached_property
    def keys(self) -> list[str]:
        """Of each name its longest word, or the name where all its words are short: what a text must hold for one."""
        longest = {name: max(re.findall(r"\w+", name), key=len) for name in self.aliases}
        return sorted({word if len(word) > 2 else name for name, word in longest.items()})

    @cached_property
    def fingerprint(self) -> str:
        """The same for two tables that find and read the same names, in 16 hex digits."""
        names = [(name, alias.actor, alias.demonym, alias.stand_in) for name, alias in sorted(self.aliases.items())]
        said = [names, sorted(self.representatives), sorted(self.partitives), self.pattern.pattern]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def find(self, text: str) -> list[Span]:
        """The names in a text, left to right, longest first, never overlapping.

        A name matches as written in the table or in capitals ("AZERBAIJAN"), as a whole word; curly apostrophes
        count as straight ones.
        """
        found = []
        for match in self.pattern.finditer(text):
            alias = self.aliases.get(_key(match.group()))
            if alias is not None:
                found.append(Span(match.start(), match.end(), alias.actor, alias.demonym, alias.stand_in))
        return found


def load(extra: str = "") -> ActorTable:
    """The packaged table, with the actors and names of a further TOML file; a name given anew goes to its new actor.

    Args:
        extra: path, relative to the project; "" for none.

    Raises:
        InputError: the file is missing, is not TOML, or does not have the shape of `actors.toml`.
    """
    source = files(__name__) / "actors.toml"
    tables = [_read(source.read_text(encoding="utf-8"), "actors.toml")]
    if extra:
        path = project.resolve(extra)
        if not path.is_file():
            raise InputError(f'actors: {extra} is not a file; give a TOML file with [[actor]] tables, or "" for none')
        tables.append(_read(path.read_text(encoding="utf-8"), path.name))
    aliases: dict[str, Alias] = {}
    for table in tables:
        names: dict[str, Alias] = {}
        for actor in table.get("actor", []):
            for name in (*actor.get("aliases", []), *actor.get("demonyms", [])):
                demonym = name in actor.get("demonyms", [])
                owner = names.setdefault(name, Alias(actor["name"], demonym, _stand_in(name, demonym))).actor
                if owner != actor["name"]:
                    raise InputError(
                        f"actors: {name!r} is given to both {owner!r} and {actor['name']!r}; a name is one actor's"
                    )
        aliases |= {_key(name): alias for name, alias in names.items()}
        # "AZERBAIJAN"; short names stay as they are, or "US" would be found in "USE" headlines and "us" in capitals
        aliases |= {
            _key(name).upper(): replace(alias, stand_in=alias.stand_in.upper())
            for name, alias in names.items()
            if len(name) > 3 and not name.isupper()
        }
    ignore = [phrase for table in tables for phrase in table.get("ignore", [])]
    return ActorTable(
        aliases,
        frozenset(word for table in tables for word in table.get("representatives", [])),
        frozenset(word for table in tables for word in table.get("partitives", [])),
        _pattern([*aliases, *ignore]),
    )


def _stand_in(name: str, demonym: bool) -> str:
    if not demonym:
        return GROUP if name.rsplit(maxsplit=1)[-1].islower() else NAME
    return PEOPLE if name.endswith(("s", "hmen")) and not name.endswith("ss") else DEMONYM


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"actors: {name} is not readable as TOML: {error}") from error
    known = {"actor", "ignore", "representatives", "partitives"}
    if unknown := sorted(set(table) - known):
        raise InputError(f"actors: {name} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    for key in known:
        entries = table.get(key, [])
        if key != "actor" and not _is_strings(entries):
            raise InputError(f"actors: {key} in {name} must be a list of strings")
    actors = table.get("actor", [])
    if not isinstance(actors, list):
        raise InputError(f"actors: {name} must give its actors as [[actor]] tables")
    for number, actor in enumerate(actors, start=1):
        where = f"[[actor]] number {number} in {name}"
        if unknown := sorted(set(actor) - KEYS):
            raise InputError(f"actors: {where} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}")
        if not isinstance(actor.get("name"), str) or not actor["name"]:
            raise InputError(f"actors: {where} needs a name")
        if not all(_is_strings(actor.get(key, [])) for key in ("aliases", "demonyms")):
            raise InputError(f"actors: aliases and demonyms of {where} must be lists of strings, none empty")
        if not actor.get("aliases") and not actor.get("demonyms"):
            raise InputError(f"actors: {actor['name']!r} in {name} needs at least one alias or demonym")
    return table


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _key(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace("’", "'"))


def _pattern(names: list[str]) -> re.Pattern[str]:
    """One alternation, longest name first: Python's engine takes the first alternative that matches.

    Names are sorted by their first signs, so that a word is held against the few that open as it does.
    """
    by_opening: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        by_opening.setdefault(name[:1], []).append(_escaped(name[1:]))
    parts = [f"{_escaped(opening)}(?:{'|'.join(rest)})" for opening, rest in sorted(by_opening.items())]
    return re.compile(rf"(?<![\w@#])(?:{'|'.join(parts)})(?!\w)")


def _escaped(name: str) -> str:
    return re.escape(name).replace("'", "['’]").replace(r"\ ", r"\s+")
