"""Lists of dated headlines: the outlet's own agenda, harvested as data and never part of the article.

A list shows itself by its rhythm: dates at short, regular distances with one to three headline-shaped lines between
them. The date may stand below its headline or above it. A list without dates is known by its name alone.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from statistics import median_low

from rhetoscope.clean.lines import BYLINE, COUNT, DATE, LIST, TEXT, Line

_LONGEST = 220
"""Characters of the longest headline or deck."""
_PROSE = 1.8
"""A line of a higher score is a paragraph: about 160 characters that end in a full stop."""
_MOST_LINES = 4
"""Lines between two dates of a list at most: the name of the next list, kicker, title, deck."""
_NAME_WORDS = 4
_TITLE_WORDS, _TITLE_LONGEST = 4, 25
"""Words of a headline that no date gives away."""
_FEWEST = 3
"""Entries of the shortest list without dates."""


@dataclass(frozen=True)
class Headline:
    """One entry of a list.

    Attributes:
        list: the list as the page names it; None where it does not.
        title: the first line.
        deck: what follows it.
        published_at: its date as printed, without time zone.
        line: number of the line its title stands on.
        lines: numbers of its other lines: deck and date.
    """

    list: str | None
    title: str
    deck: str | None
    published_at: datetime | None
    line: int
    lines: tuple[int, ...]


@dataclass
class _Group:
    """A date with the lines that belong to it, and the name of the list that begins with it."""

    stamp: Line
    lines: list[Line]
    name: Line | None = None


def harvest(lines: list[Line]) -> tuple[list[Headline], dict[int, str | None]]:
    """The headlines of a page in page order, and the line numbers of list names with the name."""
    solid = [line for line in lines if line.text]
    headlines: list[Headline] = []
    names: dict[int, str | None] = {}
    for first, last in _runs(solid):
        groups = _groups(solid, first, last)
        if len(groups) < 3 and not groups[0].name:
            continue  # two dates alone are no rhythm
        name: str | None = None
        for group in groups:
            if group.name:
                name = group.name.text.rstrip(" :")
                names[group.name.number] = name
            title, *decks = group.lines
            headlines.append(
                Headline(
                    name,
                    title.text,
                    " ".join(deck.text for deck in decks) or None,
                    group.stamp.stamp.at if group.stamp.stamp else None,
                    title.number,
                    (*(deck.number for deck in decks), group.stamp.number),
                )
            )
    return _split_merged(sorted(headlines, key=lambda headline: headline.line)), names


def undated(lines: list[Line], passed: Container[int]) -> tuple[list[Headline], dict[int, str]]:
    """The headlines of lists whose entries show no date, and the line numbers of their names with the name.

    Without dates only a known name shows a list, and only lines shaped like headlines right below it are entries.

    Args:
        lines: the page.
        passed: numbers of lines that belong to the article or to another list; a list ends where they begin.
    """
    headlines: list[Headline] = []
    names: dict[int, str] = {}
    solid = [line for line in lines if line.text]
    for index, heading in enumerate(solid):
        if heading.kind != LIST or heading.number in passed:
            continue
        entries: list[Line] = []
        for line in solid[index + 1 :]:
            if line.number in passed or line.kind not in (TEXT, COUNT):
                break
            if line.kind == COUNT:
                continue  # the rank of an entry, or how often it was read
            if not _TITLE_WORDS <= line.words <= _TITLE_LONGEST or line.text.endswith(".") or _is_prose(line):
                break
            entries.append(line)
        if len(entries) >= _FEWEST:
            name = names[heading.number] = heading.text.rstrip(" :")
            headlines += [Headline(name, entry.text, None, None, entry.number, ()) for entry in entries]
    return headlines, names


def _runs(solid: list[Line]) -> list[tuple[int, int]]:
    """First and last date (as indices) of each rhythm of two dates or more."""
    runs: list[tuple[int, int]] = []
    previous = None
    for index in [index for index, line in enumerate(solid) if line.kind == DATE and _is_date(line)]:
        if previous is not None and _fits(solid[previous + 1 : index]):
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
        previous = index
    runs = [_without_article_head(solid, run) for run in runs]
    return [run for run in runs if run[0] < run[1]]


def _is_date(line: Line) -> bool:
    return line.kind == DATE and len(line.rest.split()) <= 2


def _fits(between: list[Line]) -> bool:
    titles = [line for line in between if _may_be_title(line)]
    return 1 <= len(titles) <= _MOST_LINES and len(between) <= 2 * _MOST_LINES and not any(map(_is_prose, between))


def _may_be_title(line: Line) -> bool:
    return line.kind in (TEXT, LIST, BYLINE) and not _is_prose(line)


def _is_prose(line: Line) -> bool:
    return len(line.text) > _LONGEST or line.score > _PROSE


def _without_article_head(solid: list[Line], run: tuple[int, int]) -> tuple[int, int]:
    """The run without its last date where that is followed by prose: it is the date of the article itself."""
    first, last = run
    after = [line for line in solid[last + 1 : last + 4] if line.kind in (TEXT, LIST)]
    if last - first > 1 and after and any(map(_is_prose, after)):
        earlier = [i for i in range(first, last) if _is_date(solid[i])]
        return first, earlier[-1]
    return run


def _groups(solid: list[Line], first: int, last: int) -> list[_Group]:
    """The dates of a run, each with its headline's lines, which stand above it or below it."""
    stamps = [index for index in range(first, last + 1) if _is_date(solid[index])]
    between = [[line for line in solid[a + 1 : b] if _may_be_title(line)] for a, b in pairwise(stamps)]
    usual = median_low(len(group) for group in between) if between else 1
    above, name = _above(solid, first, usual)
    if above:
        groups = [_Group(solid[stamps[0]], above, name)]
        for stamp, group in zip(stamps[1:], between, strict=True):
            begins = len(group) > 1 and _names_list(group[0], len(group) > usual + 1)
            groups.append(_Group(solid[stamp], group[1:] if begins else group, group[0] if begins else None))
        return groups
    groups = []
    for stamp, group in zip(stamps, between, strict=False):
        ends = len(group) > 1 and _names_list(group[-1], len(group) > usual + 1)
        groups.append(_Group(solid[stamp], group[:-1] if ends else group, name))
        name = group[-1] if ends else None
    below = []
    for line in solid[last + 1 : last + 1 + usual]:
        if line.kind != TEXT or _is_prose(line):
            break
        below.append(line)
    if below:
        groups.append(_Group(solid[last], below, name))
    return groups


def _above(solid: list[Line], first: int, usual: int) -> tuple[list[Line], Line | None]:
    """The headline's lines above the first date, and the name of the list above them."""
    lines: list[Line] = []
    for index in range(first - 1, max(-1, first - 2 - max(usual, 2)), -1):
        line = solid[index]
        if line.kind == LIST:
            return lines[::-1], line
        if line.kind != TEXT or _is_prose(line):
            break
        lines.append(line)
    # without a known name, the usual number of lines is the headline and a short line above it the name
    headline, rest = lines[:usual], lines[usual:]
    name = rest[0] if rest and rest[0].words <= _NAME_WORDS and not rest[0].ends_sentence else None
    return headline[::-1], name


def _names_list(line: Line, surplus: bool) -> bool:
    return line.words <= _NAME_WORDS and not line.ends_sentence and (line.kind == LIST or surplus)


def _split_merged(headlines: list[Headline]) -> list[Headline]:
    """Splits a title that has its deck run into it, where another list of the page shows the two apart."""
    parts = {f"{headline.title} {headline.deck}": headline for headline in headlines if headline.deck}
    return [
        replace(headline, title=parts[headline.title].title, deck=parts[headline.title].deck)
        if headline.deck is None and headline.title in parts
        else headline
        for headline in headlines
    ]
