"""Documents in batches, on as many workers as there are, each document once.

How many workers there are says nothing about the result, so it is no parameter of a stage but a setting of the
machine: the environment variable `RHETOSCOPE_WORKERS`, a number of processes or the address of a Dask scheduler.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from rhetoscope import InputError
from rhetoscope.progress import Progress
from rhetoscope.store import Store

if TYPE_CHECKING:
    from joblib import Parallel

T = TypeVar("T")
Frames = Mapping[str, pl.DataFrame]
"""Frames by name: what is kept of one document."""
VARIABLE = "RHETOSCOPE_WORKERS"
_PYTHONS = (700, 10, 10)
"""Thresholds of garbage collection, those of Python up to 3.12; a run of a stage has higher ones (`kernel`)."""
_IDLE = 60
"""Seconds after which a process without work ends, even if who started it was killed."""
_ONE_AT_A_TIME = Lock()
"""Held while a batch is worked on: a Dask worker may have many threads, and all would share one parser."""


def each(
    documents: Iterable[tuple[str, T]],
    do: Callable[[list[T]], Sequence[Frames]],
    store: Store,
    what: str,
    total: int,
    batch: int = 32,
) -> int:
    """Sees to it that the store holds the frames of every document; returns how many were computed.

    Args:
        documents: a key (see `store.key`) and what `do` needs, for each; gone through once.
        do: gives the frames of each document of a batch; a function other processes can import.
        store: where the frames are kept.
        what: is done, for the progress shown.
        total: number of documents.
        batch: documents computed together and kept together: what a killed run may lose a worker.

    Raises:
        InputError: a process that worked was killed, or no worker can be had.
    """
    from joblib import delayed

    progress = Progress(what, total)
    batches = _batches(documents, store, progress, batch)
    computed = 0
    with _told_of_the_killed(), _tidied(), _workers() as parallel:
        for keys, frames in parallel(delayed(_done)(do, *some) for some in batches):
            store.put(dict(zip(keys, frames, strict=True)))
            progress.add(len(keys))
            computed += len(keys)
    return computed


@contextmanager
def _tidied() -> Iterator[None]:
    """Garbage is looked for often, as Python does by itself: a parsed document is a circle around much memory."""
    before = gc.get_threshold()
    gc.set_threshold(*_PYTHONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def apart() -> Iterator[Executor]:
    """A process of its own for work that takes much memory: all of it is free again when the process ends."""
    from joblib.externals.loky import ProcessPoolExecutor

    process = ProcessPoolExecutor(1, timeout=_IDLE)
    try:
        with _told_of_the_killed():
            yield process
    finally:
        process.shutdown(kill_workers=True)


@contextmanager
def _told_of_the_killed() -> Iterator[None]:
    """Says in a sentence that a process was killed; what had been computed before is kept.

    That loky puts another in the place of one whose memory has grown needs no telling: nothing is lost by it.
    """
    from concurrent.futures.process import BrokenProcessPool

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
            yield
    except BrokenProcessPool as error:
        raise InputError(
            "a worker process was killed, most likely for want of memory. What was done is kept: run again to go on, "
            f"with fewer workers in {VARIABLE} where there are several"
        ) from error


def workers() -> int | str:
    """How many processes work, or the address of the Dask scheduler that knows; 1 unless `RHETOSCOPE_WORKERS` is set.

    Raises:
        InputError: it is neither a number from 1 nor an address such as `tcp://10.0.0.1:8786`.
    """
    given = os.environ.get(VARIABLE, "1").strip()
    if "://" in given:
        return given
    if not given.isdigit() or int(given) < 1:
        raise InputError(f"{VARIABLE} must be a number of processes or tcp://host:port of Dask, found {given!r}")
    return int(given)


def _batches(
    documents: Iterable[tuple[str, T]], store: Store, progress: Progress, batch: int
) -> Iterator[tuple[list[str], list[T]]]:
    """Keys and documents the store does not know, each once, in batches."""
    waiting: dict[str, T] = {}
    going = iter(documents)
    while some := dict(islice(going, 8 * batch)):
        known = store.known(list(some))
        progress.add(len(known))
        waiting |= {one: document for one, document in some.items() if one not in known}
        while len(waiting) >= batch:
            first = {one: waiting.pop(one) for one in list(islice(waiting, batch))}
            yield list(first), list(first.values())
    if waiting:
        yield list(waiting), list(waiting.values())


def _done(do: Callable[[list[T]], Sequence[Frames]], keys: list[str], some: list[T]) -> tuple[list[str], list[Frames]]:
    with _ONE_AT_A_TIME:
        return keys, list(do(some))


@contextmanager
def _workers() -> Iterator[Parallel]:
    """joblib's Parallel, whose results come one by one in the order of the work."""
    from joblib import Parallel, parallel_config

    count = workers()
    if isinstance(count, int):
        yield Parallel(n_jobs=count, return_as="generator", batch_size=1)
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(f"{VARIABLE} is {count!r}, which needs Dask: pip install distributed") from error
    try:
        client = Client(count, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError(f"{VARIABLE} is {count!r}, but no Dask scheduler answers there: {error}") from error
    with client, parallel_config(backend="dask"):
        yield Parallel(return_as="generator", batch_size=1)
