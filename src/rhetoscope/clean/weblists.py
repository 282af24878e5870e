"""Headline lists of an HTML page: links that stand in the same place of the same structure, one after another.

Where flattened text shows a list by the rhythm of its dates only, the page's structure shows it with or without dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rhetoscope.clean.body import HEADINGS
from rhetoscope.clean.flatten import Block
from rhetoscope.clean.lines import DATE, LIST, TEXT, Line
from rhetoscope.clean.lists import Headline

_WORDS = 4
"""Words of the shortest headline; a shorter link is a menu's or a section's name."""
_MEAN = 5
"""Words its headlines have on average at least; menus have fewer."""
_LINK = 0.7
_FEWEST = 3
"""Links that make a list."""
_BETWEEN = 8
"""Lines between the titles of two neighbours of a list at most."""
_NAME_REACH = 3
_NAME_WORDS = 8
_LONGEST = 220


def harvest(
    blocks: list[Block], lines: list[Line], kept: Callable[[int], bool]
) -> tuple[list[Headline], dict[int, str | None]]:
    """The headlines of a page in page order, and the line numbers of list names with the name.

    Args:
        blocks: the page.
        lines: the same lines.
        kept: whether the line at an index belongs to the article; such lines are no headlines.
    """
    headlines: list[Headline] = []
    names: dict[int, str | None] = {}
    for run in _runs(blocks, lines, kept):
        entries = _entries(blocks, run)
        if all(len(entry) == 1 for entry in entries):
            entries = _following(blocks, lines, run, kept)
        taken = {index for entry in entries for index in entry}
        name = _name(blocks, lines, run[0], kept, taken)
        if name is not None:
            names[lines[name].number] = lines[name].text.rstrip(" :")
        list_name = names[lines[name].number] if name is not None else None
        for title, entry in zip(run, entries, strict=True):
            headlines.append(_headline(blocks, lines, title, [i for i in entry if not kept(i)], list_name))
    return _once(sorted(headlines, key=lambda headline: headline.line)), names


def _runs(blocks: list[Block], lines: list[Line], kept: Callable[[int], bool]) -> list[list[int]]:
    """Indices of the titles of each list: links of the same path, near one another."""
    runs: list[list[int]] = []
    open_runs: dict[int, list[int]] = {}
    paths = _Paths()
    for index, block in enumerate(blocks):
        if block.linked <= _LINK or kept(index) or lines[index].words < _WORDS or len(block.text) > _LONGEST:
            continue
        path = paths.of(block.node)
        run = open_runs.get(path)
        if run is not None and index - run[-1] <= _BETWEEN and not any(map(kept, range(run[-1], index))):
            run.append(index)
        else:
            open_runs[path] = run = [index]
            runs.append(run)
    runs = [[index for index in run if _may_be_title(lines[index])] for run in runs if len(run) >= _FEWEST]
    return [run for run in runs if len(run) >= _FEWEST and sum(lines[index].words for index in run) >= _MEAN * len(run)]


def _may_be_title(line: Line) -> bool:
    """True for text, and for text with its date on the same line."""
    return line.kind == TEXT or (line.kind == DATE and len(line.rest.split()) >= _WORDS)


class _Paths:
    """Numbers the distinct paths of tags from the page's root down to an element."""

    def __init__(self) -> None:
        self._of: dict[Any, int] = {}
        self._known: dict[tuple[int, str], int] = {}

    def of(self, node: Any) -> int:
        """The number of an element's path, the same for elements in the same place of the structure."""
        steps = []
        while node is not None and node not in self._of:
            steps.append(node)
            node = node.getparent()
        path = self._of[node] if node is not None else -1
        for step in reversed(steps):
            path = self._of[step] = self._known.setdefault((path, step.tag), len(self._known))
        return path


def _entries(blocks: list[Block], run: list[int]) -> list[list[int]]:
    """For each title the indices of the lines in the largest element around it that holds no other title."""
    around = [[blocks[index].node, *blocks[index].node.iterancestors()] for index in run]
    held = Counter(step for steps in around for step in steps)
    owners = {next((step for step in reversed(steps) if held[step] == 1), None): n for n, steps in enumerate(around)}
    owners.pop(None, None)
    entries: list[list[int]] = [[index] for index in run]
    for index in range(max(0, run[0] - _BETWEEN), min(len(blocks), run[-1] + _BETWEEN + 1)):
        if index in run:
            continue
        node = blocks[index].node
        owner = next((owners[step] for step in (node, *node.iterancestors()) if step in owners), None)
        if owner is not None:
            entries[owner].append(index)
    return entries


def _following(blocks: list[Block], lines: list[Line], run: list[int], kept: Callable[[int], bool]) -> list[list[int]]:
    """Where the structure ties nothing to a title: the decks and dates between it and the next one."""
    entries = []
    for index, following in zip(run, [*run[1:], run[-1] + _NAME_REACH], strict=True):
        others = []
        for other in range(index + 1, min(following, len(blocks))):
            if kept(other) or lines[other].kind not in (TEXT, DATE) or blocks[other].tag in HEADINGS:
                break
            others.append(other)
        entries.append([index, *others])
    return entries


def _name(
    blocks: list[Block], lines: list[Line], first: int, kept: Callable[[int], bool], taken: set[int]
) -> int | None:
    """The heading right above a list."""
    above = [index for index in range(first - 1, -1, -1) if index not in taken][:_NAME_REACH]
    for index in above:
        if kept(index):
            return None
        if (blocks[index].tag in HEADINGS or lines[index].kind == LIST) and lines[index].words <= _NAME_WORDS:
            return index
    return None


def _headline(blocks: list[Block], lines: list[Line], title: int, entry: list[int], name: str | None) -> Headline:
    text, own = lines[title].text, lines[title].stamp if blocks[title].linked < 1 else None
    others = [index for index in entry if index != title]
    decks = [
        index
        for index in others
        if index > title and lines[index].kind == TEXT and lines[index].words >= _WORDS and lines[index].text != text
    ]
    stamps = [stamp for index in others if lines[index].kind == DATE and (stamp := lines[index].stamp)]
    if own is not None:
        text, stamps = lines[title].rest, [own, *stamps]
    at: datetime | None = next((stamp.at for stamp in stamps if stamp.at), None)
    return Headline(
        name,
        text,
        lines[decks[0]].text if decks else None,
        at or next((when for index in entry if (when := _machine_time(blocks[index].node))), None),
        lines[title].number,
        tuple(lines[index].number for index in sorted(others)),
    )


def _machine_time(node: Any) -> datetime | None:
    """The time an element `time` inside gives for machines, as it stands there, without zone."""
    for step in node.iter("time"):
        try:
            return datetime.fromisoformat((step.get("datetime") or "").strip()).replace(tzinfo=None)
        except ValueError:
            continue
    return None


def _once(headlines: list[Headline]) -> list[Headline]:
    """Each line in one headline only, the first that claims it."""
    seen: set[int] = set()
    result = []
    for headline in headlines:
        if headline.line in seen:
            continue
        lines = tuple(number for number in headline.lines if number not in seen)
        seen |= {headline.line, *lines}
        result.append(
            Headline(headline.list, headline.title, headline.deck, headline.published_at, headline.line, lines)
        )
    return result
