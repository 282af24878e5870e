"""Find the actors that a text names, with a table of actors and their names (`actors.toml`)."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import Any

from rhetoscope import InputError, project

NAME, DEMONYM, PEOPLE, GROUP = "Ruritania", "Ruritanian", "Ruritanians", "community"
"""The stand-ins that are parsed in place of every name, demonym (such as "Armenian"), people and group without a name
of its own ("Armenian diaspora"), so that no parse depends on who is named. Ruritania is a land in a novel (Hope, A.
(1894). The Prisoner of Zenda)."""
_WORD_LISTS = ("ignore", "partitives", "representatives")


@dataclass(frozen=True)
class Alias:
    """A name of an actor; a demonym is its adjective ("Armenian") or its people ("Armenians")."""

    actor: str
    demonym: bool
    stand_in: str


@dataclass(frozen=True)
class Span:
    """A name found in a text: `text[start:end]`; the parser reads `stand_in` in its place."""

    start: int
    end: int
    actor: str
    demonym: bool
    stand_in: str = ""


@dataclass(frozen=True)
class ActorTable:
    """The names of all actors.

    Attributes:
        aliases: names as written, and in capitals.
        representatives: nouns that act for the state or group they belong to, such as "government".
        partitives: nouns for a part of what follows "of", such as "segments".
        pattern: matches any of the names, and the phrases that contain a name but mean something else.
        fingerprint: 16 hex digits, the same for tables loaded from the same files.
    """

    aliases: dict[str, Alias]
    representatives: frozenset[str]
    partitives: frozenset[str]
    pattern: re.Pattern[str]
    fingerprint: str

    @cached_property
    def actors(self) -> list[str]:
        """The canonical names of all actors, sorted."""
        return sorted({alias.actor for alias in self.aliases.values()})

    @cached_property
    def lands(self) -> frozenset[str]:
        """The actors with a demonym: lands and peoples, which "the country" can refer to."""
        return frozenset(alias.actor for alias in self.aliases.values() if alias.demonym)

    def find(self, text: str) -> list[Span]:
        """Find the names in a text, left to right; of overlapping names, the longest is found.

        A name matches only as a whole word, spelled as in the table or in capitals ("AZERBAIJAN"). A curly apostrophe
        equals a straight one.
        """
        found = []
        for match in self.pattern.finditer(text):
            alias = self.aliases.get(_unify(match.group()))
            if alias is not None:
                found.append(Span(match.start(), match.end(), alias.actor, alias.demonym, alias.stand_in))
        return found


def load_actors(extra: str = "") -> ActorTable:
    """Load the actor table of the package, and add a further TOML file, which decides about names that are in both.

    Args:
        extra: path of the further file, relative to the project; "" for none.

    Raises:
        InputError: the file is missing, is not TOML, or does not have the shape of `actors.toml`.
    """
    texts = [(files(__name__) / "actors.toml").read_text(encoding="utf-8")]
    tables = [_read_table(texts[0], "actors.toml")]
    if extra:
        path = project.resolve_path(extra)
        if not path.is_file():
            raise InputError(f'actors: {extra} is not a file; give a TOML file with [[actor]] tables, or "" for none')
        texts.append(path.read_text(encoding="utf-8"))
        tables.append(_read_table(texts[1], path.name))
    aliases: dict[str, Alias] = {}
    for table in tables:
        aliases |= _list_aliases(table.get("actor", []))
    ignored, partitives, representatives = (
        {words for table in tables for words in table.get(key, [])} for key in _WORD_LISTS
    )
    pattern = _compile_names({*aliases, *ignored})
    fingerprint = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    return ActorTable(aliases, frozenset(representatives), frozenset(partitives), pattern, fingerprint)


def _read_table(text: str, file: str) -> dict[str, Any]:
    """Read a table of actors and check its shape."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"actors: {file} is not readable as TOML: {error}") from error
    _check_lists(table, _WORD_LISTS, "actor", file)
    actors = table.get("actor", [])
    if not isinstance(actors, list) or not all(isinstance(actor, dict) for actor in actors):
        raise InputError(f"actors: {file} must give its actors as [[actor]] tables")
    for number, actor in enumerate(actors, start=1):
        where = f"[[actor]] number {number} in {file}"
        _check_lists(actor, ("aliases", "demonyms"), "name", where)
        if not isinstance(actor.get("name"), str) or not actor["name"]:
            raise InputError(f"actors: {where} needs a name")
        if not actor.get("aliases") and not actor.get("demonyms"):
            raise InputError(f"actors: {actor['name']!r} in {file} needs at least one alias or demonym")
    return table


def _check_lists(table: dict[str, Any], lists: tuple[str, ...], other: str, where: str) -> None:
    """Check that a table has no keys besides `lists`, which must be lists of strings, and `other`."""
    known = sorted([*lists, other])
    if unknown := sorted(set(table) - set(known)):
        raise InputError(f"actors: {where} has the unknown key {unknown[0]!r}; known are {', '.join(known)}")
    for key in lists:
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            raise InputError(f"actors: {key} of {where} must be a list of strings, none empty; found {values!r}")


def _list_aliases(actors: list[dict[str, Any]]) -> dict[str, Alias]:
    """List the names of one table, as written and in capitals.

    Raises:
        InputError: a name is given to two actors.
    """
    names: dict[str, Alias] = {}
    for actor in actors:
        demonyms = actor.get("demonyms", [])
        for name in (*actor.get("aliases", []), *demonyms):
            alias = Alias(actor["name"], name in demonyms, _find_stand_in(name, name in demonyms))
            owner = names.setdefault(name, alias).actor
            if owner != alias.actor:
                raise InputError(
                    f"actors: {name!r} is given to both {owner!r} and {alias.actor!r}; a name is one actor's"
                )
    aliases = {_unify(name): alias for name, alias in names.items()}
    # short names get no form in capitals, as it could be another word in a headline
    long = {name: alias for name, alias in names.items() if len(name) > 3 and not name.isupper()}
    capitals = {_unify(name).upper(): replace(alias, stand_in=alias.stand_in.upper()) for name, alias in long.items()}
    return aliases | capitals


def _find_stand_in(name: str, demonym: bool) -> str:
    if not demonym:
        return GROUP if name.rsplit(maxsplit=1)[-1].islower() else NAME
    return PEOPLE if name.endswith(("s", "hmen")) and not name.endswith("ss") else DEMONYM


def _unify(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace("’", "'"))


def _compile_names(names: set[str]) -> re.Pattern[str]:
    """Compile a pattern of all names, the longest first, as Python takes the first alternative that matches.

    Names are grouped by their first letter, so that a word is compared only with names that start with the same letter.
    """
    by_letter: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        by_letter.setdefault(name[0], []).append(_escape(name[1:]))
    groups = [f"{_escape(letter)}(?:{'|'.join(rest)})" for letter, rest in sorted(by_letter.items())]
    return re.compile(rf"(?<![\w@#])(?:{'|'.join(groups)})(?!\w)")


def _escape(name: str) -> str:
    return re.escape(name).replace("'", "['’]").replace(r"\ ", r"\s+")
