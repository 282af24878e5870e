"""Ways to do the same work timed in turns: a busy machine slows all of them, so their ratio stands."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from table import Row

ROUNDS = 3
Work = Callable[[], object]


def in_turns(
    ways: Mapping[str, Sequence[Work]],
    rounds: int = ROUNDS,
    before: Work | None = None,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Seconds of each way in each round.

    Args:
        ways: by name the pieces of the work, as many for each way: after each piece the next way has its turn.
        rounds: how often all is done.
        before: is called before each round.
        clock: processor time, or what else is to be counted.
    """
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        if before:
            before()
        gc.collect()
        gc.freeze()  # what lies in memory is out of the collector's reach
        taken = dict.fromkeys(ways, 0.0)
        for pieces in zip(*ways.values(), strict=True):
            for name, piece in zip(ways, pieces, strict=True):
                started = clock()
                piece()
                taken[name] += clock() - started
        gc.unfreeze()
        for name, seconds in taken.items():
            spent[name].append(seconds)
    return spent


def beside(
    what: str, work: str, spent: Mapping[str, Sequence[float]], pair: tuple[str, str], amount: float, unit: str
) -> Row:
    """The row of two ways: how much each does in a second, and the median, lowest and highest ratio of the rounds.

    Args:
        what: is done.
        work: is done it on.
        spent: as `in_turns` gives it.
        pair: ours and the peer, by their names there.
        amount: of the work, in units.
        unit: a second of what, such as "pages a CPU second".
    """
    ours, theirs = (spent[name] for name in pair)
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    rates = [amount / median(seconds) for seconds in (ours, theirs)]
    return Row(what, work, unit, rates[0], pair[1], rates[1], median(ratios), min(ratios), max(ratios))
