"""A cache by document: a new run computes only new or changed documents, with all available workers.

Each stage has one SQLite file in `.rhetoscope/`, outside DVC and git. Deleting it is safe; the next run only takes
longer. The key of a value is a hash of all it depends on (document, parameters, code), so a value is never out of date.
Values are written in transactions: a killed run keeps its finished values, and the next run continues from there.

The number of workers does not change any result. It depends on the machine, so it is not a parameter of the project but
the environment variable `RHETOSCOPE_WORKERS`: a number of processes, or the address of a Dask scheduler.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import sys
import tempfile
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import polars as pl
import yaml

from rhetoscope import InputError, project

if TYPE_CHECKING:
    from joblib import Parallel

T = TypeVar("T")
Frames = Mapping[str, pl.DataFrame]
"""Frames by name: the value that is stored for one document."""
KEPT = timedelta(days=30)  # a value that no run used in this time is deleted
WORKERS = "RHETOSCOPE_WORKERS"
"""The environment variable with the number of processes or the address of a Dask scheduler."""
_PACKAGE = Path(__file__).parent
_QUERY = 256  # keys in one query, whose frames are in memory at once; old versions of SQLite allow up to 999
_WAIT = 60.0  # seconds that a run waits while another run writes
_FEW = 4  # with fewer batches, starting other processes takes longer than it saves
_ONE_AT_A_TIME = Lock()  # one batch at a time: the threads of a Dask worker share one parser


def hash_parts(*parts: str | bytes) -> str:
    """Hash some parts, in this order, to 32 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


def hash_code(stage: str) -> str:
    """Hash the code that a stage depends on (by `dvc.yaml`), the schemas of the tables, and the environment.

    Figures are left out: they only draw the results.
    """
    root = project.find_root()
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    listed = [dep for dep in stages[stage]["deps"] if dep.startswith("src/rhetoscope/") and "/figures" not in dep]
    places = [_PACKAGE / "tables", *(_PACKAGE / dep.removeprefix("src/rhetoscope/") for dep in sorted(listed))]
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    lock = root / "requirements.lock"
    locked = [lock.read_bytes()] if lock.is_file() else []
    return hash_parts(sys.version.split()[0], *locked, *(f.read_bytes() for f in files if f.suffix in {".py", ".toml"}))


def open(stage: str) -> Cache:
    """Open the cache of a stage of this project."""
    return Cache(project.find_root() / ".rhetoscope" / f"{stage}.sqlite")


def make_temporary() -> Cache:
    """Make a cache that is deleted together with the last reference to it."""
    folder = tempfile.mkdtemp()
    made = Cache(Path(folder) / "cache.sqlite")
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


class Cache:
    """Frames by key and name in one file; every method raises an InputError if the file cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._today = date.today().isoformat()
        with self._connect() as connection:
            connection.execute("pragma auto_vacuum = full")
            connection.execute("create table if not exists used (key text primary key, day text) without rowid")
            connection.execute("create table if not exists part (key text, name text, frame blob)")
            connection.execute("create unique index if not exists place on part (key, name)")

    def find_known(self, keys: Iterable[str]) -> set[str]:
        """Return the keys that have a value, and mark them as used today."""
        found: set[str] = set()
        with self._connect() as connection:
            for some in _split(keys, _QUERY):
                within = f"key in ({', '.join('?' * len(some))})"
                days = [self._today, self._today]
                connection.execute(f"update used set day = ? where day != ? and {within}", [*days, *some])  # noqa: S608
                found.update(key for (key,) in connection.execute(f"select key from used where {within}", some))  # noqa: S608
        return found

    def put(self, values: Mapping[str, Frames]) -> None:
        """Store frames by key and name: all of them, or none after an error."""
        parts = [
            (key, name, frame.write_ipc_stream(None, compression="zstd").getvalue())
            for key, frames in values.items()
            for name, frame in frames.items()
        ]
        with self._connect() as connection:
            connection.executemany("insert or replace into part values (?, ?, ?)", parts)
            connection.executemany("insert or replace into used values (?, ?)", [(key, self._today) for key in values])

    def iterate(self, keys: Iterable[str], name: str) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield each key that has a frame with this name, and the frame, in the order of the keys."""
        for some in _split(keys, _QUERY):
            with self._connect() as connection:
                marks = ", ".join("?" * len(some))
                query = f"select key, frame from part where name = ? and key in ({marks})"  # noqa: S608
                found = dict(connection.execute(query, [name, *some]))
            for key in some:
                if key in found:
                    yield key, pl.read_ipc_stream(io.BytesIO(found[key]))

    def iterate_joined(self, keys: Iterable[str], name: str, together: int = 512) -> Iterator[pl.DataFrame]:
        """Yield the frames with this name in the order of the keys, `together` frames joined into one."""
        for some in _split((frame for _, frame in self.iterate(keys, name)), together):
            yield pl.concat(some)

    def delete_old(self) -> None:
        """Delete the values that no run used in the last days (`KEPT`)."""
        before = (date.today() - KEPT).isoformat()
        with self._connect() as connection:
            connection.execute("delete from part where key in (select key from used where day < ?)", [before])
            connection.execute("delete from used where day < ?", [before])

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for one transaction; processes and threads never share a connection."""
        shown = f".rhetoscope/{self.path.name}"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_WAIT)) as connection, connection:
                # safe if the process is killed; a file damaged by a power cut is deleted and made again
                connection.execute("pragma synchronous = off")
                yield connection
        except sqlite3.OperationalError as error:
            raise InputError(f"{shown} cannot be written: {error}") from error
        except sqlite3.DatabaseError as error:
            self.path.unlink(missing_ok=True)
            raise InputError(f"{shown} was damaged and is deleted; run again: {error}") from error
        except OSError as error:
            raise InputError(f"{shown} cannot be written: {error.strerror or error}") from error


def _split(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in order, `size` at a time."""
    going = iter(items)
    while some := list(islice(going, size)):
        yield some


def compute_missing(
    documents: Iterable[tuple[str, T]],
    compute: Callable[[list[T]], Sequence[Frames]],
    cache: Cache,
    what: str,
    total: int,
    batch: int = 32,
) -> int:
    """Compute the frames of all documents that are not in the cache; return the number of these documents.

    Args:
        documents: for each document, its key (see `hash_parts`) and its input for `compute`.
        compute: returns the frames of each document of a batch; a function that other processes can import.
        cache: where the frames are stored.
        what: the name of the work, shown with the progress.
        total: number of documents.
        batch: documents computed and stored together; a killed run loses at most one batch for each worker.

    Raises:
        InputError: a worker process was killed, or no worker is available.
    """
    from joblib import delayed

    progress = project.Progress(what, total)
    batches = _batch_missing(documents, cache, progress, batch)
    first = list(islice(batches, _FEW))
    computed = 0
    with _start_workers(many=len(first) == _FEW) as parallel:
        for keys, frames in parallel(delayed(_compute_batch)(compute, *some) for some in chain(first, batches)):
            cache.put(dict(zip(keys, frames, strict=True)))
            progress.add(len(keys))
            computed += len(keys)
    return computed


def _batch_missing(
    documents: Iterable[tuple[str, T]], cache: Cache, progress: project.Progress, batch: int
) -> Iterator[tuple[list[str], list[T]]]:
    """Yield the keys and documents that are not in the cache, each once, in batches."""
    waiting: dict[str, T] = {}
    for some in _split(documents, 8 * batch):
        found = dict(some)
        known = cache.find_known(found)
        progress.add(len(known))
        waiting |= {key: document for key, document in found.items() if key not in known}
        while len(waiting) >= batch:
            full = {key: waiting.pop(key) for key in list(islice(waiting, batch))}
            yield list(full), list(full.values())
    if waiting:
        yield list(waiting), list(waiting.values())


def _compute_batch(
    compute: Callable[[list[T]], Sequence[Frames]], keys: list[str], some: list[T]
) -> tuple[list[str], list[Frames]]:
    with _ONE_AT_A_TIME:
        return keys, list(compute(some))


def count_workers() -> int | str:
    """Return the number of worker processes (by default all cores), or the address of a Dask scheduler.

    Raises:
        InputError: `RHETOSCOPE_WORKERS` is neither a number, 1 or more, nor an address such as `tcp://10.0.0.1:8786`.
    """
    given = os.environ.get(WORKERS, str(os.cpu_count() or 1)).strip()
    if "://" in given:
        return given
    if not given.isdigit() or int(given) < 1:
        raise InputError(f"{WORKERS} must be a number of processes or tcp://host:port of Dask, found {given!r}")
    return int(given)


@contextmanager
def _start_workers(many: bool) -> Iterator[Parallel]:
    """Start joblib's Parallel, which yields the results one by one in the order of the tasks."""
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, parallel_config

    count = count_workers()
    if isinstance(count, int):
        try:
            with warnings.catch_warnings():
                # loky replaces a process whose memory has grown, with a warning; no result is lost
                warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
                yield Parallel(n_jobs=count if many else 1, return_as="generator", batch_size=1)
        except BrokenProcessPool as error:
            raise InputError(
                "a worker process was killed, most likely for want of memory. What was done is kept: run again to go "
                f"on, with fewer workers in {WORKERS} where there are several"
            ) from error
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(f"{WORKERS} is {count!r}, which needs Dask: pip install distributed") from error
    try:
        client = Client(count, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError(f"{WORKERS} is {count!r}, but no Dask scheduler answers there: {error}") from error
    with client, parallel_config(backend="dask"):
        yield Parallel(return_as="generator", batch_size=1)
