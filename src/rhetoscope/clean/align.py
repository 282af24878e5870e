"""Which lines of a page stand in a text that was extracted from it.

An extraction is, but for white space, a selection from the words of the page in their order. The two sequences of
words are matched by lines that stand once in both, then between them by runs of words that are rare on the page: of
each the longest chain in both orders, extended word by word (patience differences, after Bram Cohen).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, chain

_WORD = re.compile(r"\w+")
_RUNS = (6, 3, 1)
"""Words of a run: long ones first, as they are rarely there twice."""
_RARE = 4
"""A run that stands on the page more often than this tells no place."""


def words(text: str) -> list[str]:
    """The words of a text in small letters."""
    return _WORD.findall(text.lower())


def align(lines: Sequence[str], extracted: str) -> list[bool]:
    """For each line of a page whether more than half of its words stand in the extracted text, in order.

    A line that stands on the page twice and in the text once is found once; one without words never.
    """
    by_line = [words(line) for line in lines]
    by_text = [words(line) for line in extracted.split("\n")]
    found = _matched(by_line, by_text)
    result, place = [], 0
    for line in by_line:
        result.append(2 * sum(found[place : place + len(line)]) > len(line))
        place += len(line)
    return result


def _matched(by_line: list[list[str]], by_text: list[list[str]]) -> bytearray:
    """For each word of the page 1 where it stands in the text, else 0."""
    page, text = list(chain(*by_line)), list(chain(*by_text))
    found = bytearray(len(page))
    waiting = []
    p = t = 0
    for at_text, at_page, size in [*_whole_lines(by_line, by_text), (len(text), len(page), 0)]:
        waiting.append((p, at_page, t, at_text, 0))
        found[at_page : at_page + size] = b"\x01" * size
        p, t = at_page + size, at_text + size
    while waiting:
        page_start, page_end, text_start, text_end, size = waiting.pop()
        if size == len(_RUNS) or page_start >= page_end or text_start >= text_end:
            continue
        p, t, run = page_start, text_start, _RUNS[size]
        for at_text, at_page in _runs(page, text, (page_start, page_end, text_start, text_end), run):
            if at_text < t or at_page < p:
                continue
            start, back = at_page, at_text
            while start > p and back > t and page[start - 1] == text[back - 1]:
                start, back = start - 1, back - 1
            end, on = at_page + run, at_text + run
            while end < page_end and on < text_end and page[end] == text[on]:
                end, on = end + 1, on + 1
            found[start:end] = b"\x01" * (end - start)
            waiting.append((p, start, t, back, size + 1))
            p, t = end, on
        waiting.append((p, page_end, t, text_end, size + 1))
    return found


def _whole_lines(by_line: list[list[str]], by_text: list[list[str]]) -> list[tuple[int, int, int]]:
    """Lines that stand on the page once and in the text once: their place in the text, on the page, and their words."""
    places = [_once(lines) for lines in (by_text, by_line)]
    pairs = sorted((at, -places[1][line]) for line, at in places[0].items() if line in places[1])
    sizes = {at: len(line) for line, at in places[0].items()}
    return [(at_text, at_page, sizes[at_text]) for at_text, at_page in _increasing(pairs)]


def _once(lines: list[list[str]]) -> dict[tuple[str, ...], int]:
    """Lines of some length that are there once, with the number of the word they begin at."""
    counts = Counter(tuple(line) for line in lines)
    starts = accumulate(map(len, lines), initial=0)
    return {
        tuple(line): start
        for line, start in zip(lines, starts, strict=False)
        if len(line) >= _RUNS[0] and counts[tuple(line)] == 1
    }


def _runs(page: list[str], text: list[str], span: tuple[int, int, int, int], run: int) -> list[tuple[int, int]]:
    """Places of runs in text and page, both increasing: the longest such chain."""
    page_start, page_end, text_start, text_end = span
    in_text: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(text_start, text_end - run + 1):
        in_text[tuple(text[i : i + run])].append(i)
    on_page: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(page_start, page_end - run + 1):
        key = tuple(page[i : i + run])
        if key in in_text:
            on_page[key].append(i)
    pairs = sorted(
        (places[0], -place)
        for key, places in in_text.items()
        if len(places) == 1 and len(on_page.get(key, ())) <= _RARE
        for place in on_page.get(key, ())
    )
    return _increasing(pairs)


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs (a, -b) in which a and b increase, as (a, b); by patience sorting."""
    tails: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, minus) in enumerate(pairs):
        pile = bisect_left(tails, -minus)
        before[index] = last[pile - 1] if pile else -1
        if pile == len(tails):
            tails.append(-minus)
            last.append(index)
        else:
            tails[pile], last[pile] = -minus, index
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append((pairs[index][0], -pairs[index][1]))
        index = before[index]
    return chain[::-1]
