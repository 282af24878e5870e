"""Find lists of headlines: the outlet's own agenda, kept as data and never part of the article.

In flattened text a list shows by its rhythm, dates with one to four headline-shaped lines between them, or by its name.
On an HTML page it shows by its structure: links in the same place of the tree, near one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise, takewhile
from statistics import median_low

from rhetoscope.clean.lines import Kind, Line

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
LINK = 0.7
"""A line with a larger share of links belongs to another article."""
_LONGEST = 220
"""Characters of the longest headline or deck."""
_PROSE = 1.8
"""A line of a higher score is a paragraph: about 160 characters that end in a full stop."""
_MOST_LINES = 4
"""Most lines between two dates of a list: the name of the next list, kicker, title, deck."""
_NAME_WORDS, _HEADING_WORDS = 4, 8
"""Most words of a list's name, in flattened text and in a heading of an HTML page."""
_TITLE_WORDS, _TITLE_LONGEST, _MEAN_WORDS = 4, 25, 5
"""Fewest and most words of a headline without a date; fewest words of a list's links on average."""
_FEWEST = 3
"""Entries of the shortest list without dates."""
_BETWEEN, _NAME_REACH = 8, 3
"""Most lines between two titles of an HTML page's list, and between a list and its name."""


@dataclass(frozen=True)
class Headline:
    """One entry of a list.

    Attributes:
        list: name of the list; None if the page does not name it.
        title: its first line.
        deck: the text below the title.
        published_at: its date as printed, without time zone.
        line: number of the title's line.
        lines: numbers of its other lines: deck and date.
        name_line: number of the line that names the list.
    """

    list: str | None
    title: str
    deck: str | None
    published_at: datetime | None
    line: int
    lines: tuple[int, ...]
    name_line: int | None = None


def find_dated_lists(lines: Sequence[Line]) -> list[Headline]:
    """Find the headlines of lists with dates, in page order; a date is below its headline or above it."""
    solid = [line for line in lines if line.text]
    headlines = []
    for first, last in _find_rhythms(solid):
        entries = _group_by_date(solid, first, last)
        if len(entries) < _FEWEST and not entries[0][-1]:
            continue  # two dates are no rhythm
        name: Line | None = None
        for date, (title, *decks), own_name in entries:
            name = own_name or name
            deck = " ".join(line.text for line in decks) or None
            at = date.stamp.at if date.stamp else None
            others = (*(line.number for line in decks), date.number)
            headlines.append(_make_headline(name, title.text, deck, at, title.number, others))
    return _split_merged(sorted(headlines, key=lambda headline: headline.line))


def find_named_lists(lines: Sequence[Line], passed: Container[int]) -> list[Headline]:
    """Find the headlines of lists without dates, in page order: headline-shaped lines right below a known list's name.

    A list ends at a line whose number is in `passed`: it belongs to the article or to another list.
    """
    headlines = []
    solid = [line for line in lines if line.text]
    for index, name in enumerate(solid):
        if name.kind != Kind.LIST or name.number in passed:
            continue
        entries: list[Line] = []
        for line in solid[index + 1 :]:
            if line.number in passed or line.kind not in (Kind.TEXT, Kind.COUNT):
                break
            if line.kind == Kind.COUNT:
                continue  # the rank of an entry, or how often it was read
            if not _TITLE_WORDS <= line.words <= _TITLE_LONGEST or line.text.endswith(".") or _is_prose(line):
                break
            entries.append(line)
        if len(entries) >= _FEWEST:
            headlines += [_make_headline(name, entry.text, None, None, entry.number) for entry in entries]
    return headlines


def find_linked_lists(lines: Sequence[Line], passed: Container[int]) -> list[Headline]:
    """Find the headlines of an HTML page's lists, in page order, each line in one headline only.

    Lines of the article, whose numbers are in `passed`, are no headlines; no line is blank.
    """
    headlines: list[Headline] = []
    for run in _find_runs(lines, passed):
        entries = _find_entries(lines, run)
        taken = {index for entry in entries for index in entry}
        name = _find_name(lines, run[0], passed, taken)
        for title, entry in zip(run, entries, strict=True):
            own = [lines[index] for index in entry if lines[index].number not in passed]
            headlines.append(_read_entry(name, lines[title], own))
    seen: set[int] = set()
    result = []
    for headline in sorted(headlines, key=lambda headline: headline.line):
        if headline.line not in seen:
            others = tuple(number for number in headline.lines if number not in seen)
            seen |= {headline.line, *others}
            result.append(replace(headline, lines=others))
    return result


def _make_headline(
    name: Line | None, title: str, deck: str | None, at: datetime | None, line: int, others: Iterable[int] = ()
) -> Headline:
    called, number = (name.text.rstrip(" :"), name.number) if name else (None, None)
    return Headline(called, title, deck, at, line, tuple(others), number)


def _split_merged(headlines: list[Headline]) -> list[Headline]:
    """Split a title that contains its deck, if another list of the page shows the two apart."""
    parts = {f"{headline.title} {headline.deck}": headline for headline in headlines if headline.deck}
    return [
        replace(headline, title=parts[headline.title].title, deck=parts[headline.title].deck)
        if headline.deck is None and headline.title in parts
        else headline
        for headline in headlines
    ]


# Flattened text: the rhythm of dates


def _find_rhythms(solid: list[Line]) -> list[tuple[int, int]]:
    """Find the indices of the first and the last date of each rhythm of two dates or more."""
    rhythms: list[tuple[int, int]] = []
    previous = None
    for index in [index for index, line in enumerate(solid) if _is_date(line)]:
        if previous is not None and _fits_between_dates(solid[previous + 1 : index]):
            rhythms[-1] = (rhythms[-1][0], index)
        else:
            rhythms.append((index, index))
        previous = index
    rhythms = [_without_article_date(solid, *rhythm) for rhythm in rhythms]
    return [(first, last) for first, last in rhythms if first < last]


def _is_date(line: Line) -> bool:
    return line.kind == Kind.DATE and len(line.rest.split()) <= 2


def _is_prose(line: Line) -> bool:
    return len(line.text) > _LONGEST or line.score > _PROSE


def _may_be_title(line: Line) -> bool:
    return line.kind in (Kind.TEXT, Kind.LIST, Kind.BYLINE) and not _is_prose(line)


def _may_be_deck(line: Line) -> bool:
    return line.kind == Kind.TEXT and not _is_prose(line)


def _fits_between_dates(between: list[Line]) -> bool:
    titles = sum(map(_may_be_title, between))
    return 1 <= titles <= _MOST_LINES and len(between) <= 2 * _MOST_LINES and not any(map(_is_prose, between))


def _without_article_date(solid: list[Line], first: int, last: int) -> tuple[int, int]:
    """Leave out a rhythm's last date if prose follows: it is the date of the article itself."""
    after = [line for line in solid[last + 1 : last + 4] if line.kind in (Kind.TEXT, Kind.LIST)]
    if last - first > 1 and after and any(map(_is_prose, after)):
        return first, max(index for index in range(first, last) if _is_date(solid[index]))
    return first, last


def _group_by_date(solid: list[Line], first: int, last: int) -> list[tuple[Line, list[Line], Line | None]]:
    """List the dates of a rhythm, each with the headline lines above or below it, and the name of a list it begins."""
    dated = [index for index in range(first, last + 1) if _is_date(solid[index])]
    between = [[line for line in solid[a + 1 : b] if _may_be_title(line)] for a, b in pairwise(dated)]
    usual = median_low(len(group) for group in between)
    above, name = _look_above(solid, first, usual)
    below = list(takewhile(_may_be_deck, solid[last + 1 : last + 1 + usual]))
    groups, place = ([above, *between], 0) if above else ([*between, below], -1)
    names = [name]
    for group in between:  # if dates are below headlines, the first line may name the next list, else the last
        named = len(group) > 1 and _names_list(group[place], surplus=len(group) > usual + 1)
        names.append(group.pop(place) if named else None)
    return [(solid[index], group, own) for index, group, own in zip(dated, groups, names, strict=True) if group]


def _look_above(solid: list[Line], first: int, usual: int) -> tuple[list[Line], Line | None]:
    lines: list[Line] = []
    for index in range(first - 1, max(-1, first - 2 - max(usual, 2)), -1):
        line = solid[index]
        if line.kind == Kind.LIST:
            return lines[::-1], line
        if not _may_be_deck(line):
            break
        lines.append(line)
    # without a known name, the usual number of lines is the headline, and a short line above it the name
    headline, rest = lines[:usual], lines[usual:]
    return headline[::-1], rest[0] if rest and _names_list(rest[0], surplus=True) else None


def _names_list(line: Line, surplus: bool) -> bool:
    return line.words <= _NAME_WORDS and not line.ends_sentence and (line.kind == Kind.LIST or surplus)


# HTML: the place of links in the tree


def _find_runs(lines: Sequence[Line], passed: Container[int]) -> list[list[int]]:
    """Find the indices of the titles of each list: links in the same place of the tree, near one another."""
    runs: list[list[int]] = []
    latest: dict[tuple[str, ...], list[int]] = {}
    stop = -1
    for index, line in enumerate(lines):
        if line.number in passed:
            stop = index
        elif line.linked > LINK and line.words >= _TITLE_WORDS and len(line.text) <= _LONGEST:
            path = tuple(step.tag for step in (line.node, *line.node.iterancestors()))
            run = latest.get(path)
            if run is None or index - run[-1] > _BETWEEN or run[-1] < stop:
                latest[path] = run = []
                runs.append(run)
            run.append(index)
    runs = [[index for index in run if _may_be_link_title(lines[index])] for run in runs]
    enough = [run for run in runs if len(run) >= _FEWEST]
    return [run for run in enough if sum(lines[index].words for index in run) >= _MEAN_WORDS * len(run)]


def _may_be_link_title(line: Line) -> bool:
    return line.kind == Kind.TEXT or (line.kind == Kind.DATE and len(line.rest.split()) >= _TITLE_WORDS)


def _find_entries(lines: Sequence[Line], run: list[int]) -> list[list[int]]:
    """Find for each title the indices of the lines in the largest element around it that contains no other title."""
    around = [[lines[index].node, *lines[index].node.iterancestors()] for index in run]
    held = Counter(step for steps in around for step in steps)
    owners = {}
    for number, steps in enumerate(around):
        own = [step for step in steps if held[step] == 1]
        if own:
            owners[own[-1]] = number
    entries: list[list[int]] = [[index] for index in run]
    for index in range(max(0, run[0] - _BETWEEN), min(len(lines), run[-1] + _BETWEEN + 1)):
        if index not in run:
            node = lines[index].node
            owner = next((owners[step] for step in (node, *node.iterancestors()) if step in owners), None)
            if owner is not None:
                entries[owner].append(index)
    return entries


def _find_name(lines: Sequence[Line], first: int, passed: Container[int], taken: set[int]) -> Line | None:
    above = [lines[index] for index in range(first - 1, -1, -1) if index not in taken]
    for line in above[:_NAME_REACH]:
        if line.number in passed:
            return None
        if (line.tag in HEADINGS or line.kind == Kind.LIST) and line.words <= _HEADING_WORDS:
            return line
    return None


def _read_entry(name: Line | None, title: Line, entry: list[Line]) -> Headline:
    others = sorted((line for line in entry if line is not title), key=lambda line: line.number)
    below = [line for line in others if line.number > title.number and line.text != title.text]
    deck = next((line.text for line in below if line.kind == Kind.TEXT and line.words >= _TITLE_WORDS), None)
    stamps = [line.stamp for line in others if line.kind == Kind.DATE and line.stamp]
    text = title.text
    if title.stamp is not None and title.linked < 1:
        text, stamps = title.rest, [title.stamp, *stamps]
    at = next((stamp.at for stamp in stamps if stamp.at), None) or _read_machine_time(entry)
    return _make_headline(name, text, deck, at, title.number, (line.number for line in others))


def _read_machine_time(entry: list[Line]) -> datetime | None:
    for step in (step for line in entry for step in line.node.iter("time")):
        try:
            return datetime.fromisoformat((step.get("datetime") or "").strip()).replace(tzinfo=None)
        except ValueError:
            continue
    return None
