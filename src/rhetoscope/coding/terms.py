"""The word-level tier: every term and trigger of a codebook found in one pass over a corpus (Aho & Corasick 1975).

Text and terms are compared as words between single blanks: letters and digits count, every other sign is a blank, case
does not matter. So "so-called" also finds "so called", curly apostrophes are straight ones, and a comma between two
words keeps them from being one term. An asterisk at the end of a term stands for any ending.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from rhetoscope.codebook import Device

_SIGN = r"[^\p{L}\p{M}\p{N}]"
_ENDING = re.compile(r"\w*")
Place = tuple[int, int]
"""Start and end of a span, in characters of its text."""


@dataclass
class Hits:
    """What one pass found, by row."""

    terms: dict[int, list[tuple[Device, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Devices with the places of their terms, left to right; none overlaps another of its device."""
    triggers: dict[int, list[tuple[Device, int]]] = field(default_factory=lambda: defaultdict(list))
    """Devices with the numbers of those of their patterns that a trigger calls for."""


class Index:
    """The terms, exclusions and triggers of a codebook, ready to be looked for."""

    def __init__(self, devices: list[Device]) -> None:
        self.devices = devices
        self._terms: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._excluded: dict[str, list[int]] = defaultdict(list)
        self._triggers: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._signs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, device in enumerate(devices):
            terms = {words(term) for term in device.terms}
            for key in terms:
                self._terms[key].append(number)
            for term in device.exact:
                self._exact[f" {term} "].append(number)
            for key in {words(phrase) for phrase in device.not_in} - terms:
                self._excluded[key].append(number)
            for place, pattern in enumerate(device.patterns):
                for trigger in pattern.trigger:
                    if any(sign.isalnum() for sign in trigger):
                        self._triggers[words(trigger)].append((number, place))
                    else:
                        self._signs[trigger].append((number, place))
        self._keys = sorted({*self._terms, *map(str.lower, self._exact), *self._excluded, *self._triggers})

    def find(self, texts: pl.Series, seen: Mapping[int, str] | None = None) -> Hits:
        """Terms and triggers in each text.

        Args:
            texts: what is looked through.
            seen: by row, what a pattern's `needs` are held against in place of the text.
        """
        seen = seen or {}
        found = Hits()
        called: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for row, matches in self._matches(texts):
            places: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
            for found_as, start, end in matches:
                key = found_as.lower()
                for device in self._exact.get(found_as, ()):
                    places[device].append((start, end, True))
                for device in self._terms.get(key, ()):
                    places[device].append((start, end, True))
                for device in self._excluded.get(key, ()):
                    places[device].append((start, end, False))
                called[row].update(self._triggers.get(key, ()))
            for device in sorted(places):
                found.terms[row] += [(self.devices[device], *place) for place in _longest(places[device])]
        for sign, patterns in self._signs.items():
            for row in texts.str.contains(sign, literal=True).arg_true():
                called[int(row)].update(patterns)
        for row, patterns_called in called.items():
            triggered = [(self.devices[device], place) for device, place in sorted(patterns_called)]
            found.triggers[row] = [
                each for each in triggered if _holds(seen.get(row, texts[row]), each[0].patterns[each[1]].needs)
            ]
        found.terms = {row: hits for row, hits in found.terms.items() if hits}
        found.triggers = {row: hits for row, hits in found.triggers.items() if hits}
        return found

    def _matches(self, texts: pl.Series) -> Iterator[tuple[int, list[tuple[str, int, int]]]]:
        """Rows with what they hold of the keys: key, start and end in characters."""
        if not self._keys or texts.is_empty():
            return
        # white space wider than a blank, such as a line break with an indent, counts as one
        wide = {int(row): _narrowed(texts[row]) for row in texts.str.contains(r"\s\s").arg_true()}
        if wide:
            texts = texts.clone().scatter(list(wide), [narrow for narrow, _ in wide.values()])
        frame = texts.alias("text").to_frame().with_row_index("row")
        frame = frame.with_columns(text=pl.format(" {} ", pl.col("text").str.replace_all(_SIGN, " ")))
        some = frame.filter(pl.col("text").str.contains_any(self._keys, ascii_case_insensitive=True))
        text_of = pl.col("text").str
        found = some.with_columns(
            at=text_of.find_many(self._keys, ascii_case_insensitive=True, overlapping=True),
            key=text_of.extract_many(self._keys, ascii_case_insensitive=True, overlapping=True),
        )
        for row, text, offsets, keys in found.iter_rows():
            is_ascii = text.isascii()
            origin = wide[row][1] if row in wide else None
            matches = []
            for offset, key in zip(offsets, keys, strict=True):
                # the text was given a blank in front, and a key opens with one
                start = offset if is_ascii else len(text.encode()[:offset].decode())
                end = start + len(key.strip())
                if not key.endswith(" "):
                    end = _ENDING.search(text, end + 1).end() - 1  # type: ignore[union-attr]
                if origin is not None:
                    start, end = origin[start], origin[end - 1] + 1
                matches.append((key, start, end))
            yield row, matches


def find(texts: pl.Series, device: Device) -> Iterator[tuple[int, int, int]]:
    """Where one device's terms stand: row, start and end in characters."""
    for row, hits in sorted(Index([device]).find(texts).terms.items()):
        for _, start, end in hits:
            yield row, start, end


def _narrowed(text: str) -> tuple[str, list[int]]:
    """The text with single blanks for all white space, and the place each of its characters comes from."""
    kept = [place for place, sign in enumerate(text) if not (sign.isspace() and place and text[place - 1].isspace())]
    return "".join(text[place] for place in kept), kept


def words(term: str) -> str:
    """A term as it is looked for: its words between blanks; open at the end for an asterisk."""
    body = re.sub(r"[\W_]", " ", term.lower()).strip()
    return f" {body}" if term.endswith("*") else f" {body} "


def _longest(places: list[tuple[int, int, bool]]) -> Iterable[Place]:
    """The places that count: longer before shorter, and none that overlaps one taken or lies within an exclusion."""
    if len(places) == 1:
        start, end, counts = places[0]
        return [(start, end)] if counts else []
    kept: list[tuple[int, int, bool]] = []
    for start, end, counts in sorted(places, key=lambda each: (each[0] - each[1], each[0], each[2])):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in kept):
            kept.append((start, end, counts))
    return sorted((start, end) for start, end, counts in kept if counts)


def _holds(text: str, needs: re.Pattern[str] | None) -> bool:
    return needs is None or needs.search(text) is not None
