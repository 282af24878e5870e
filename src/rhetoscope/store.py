"""What was computed of each document, kept between runs: a rerun computes only what it does not find.

One SQLite file a stage lies in `.rhetoscope/`, outside DVC and git: deleting it costs time, nothing else. A value is
found by a hash of all it depends on (the document, the parameters, the code), so it is never out of date. It is
written in transactions: a run that is killed leaves what it had finished, and the next goes on from there.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import sqlite3
import sys
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import polars as pl

from rhetoscope import InputError, project

FORGOTTEN = timedelta(days=30)
"""Time after which a value that no run asked for is deleted."""
_MANY = 256
"""Keys in one question, whose frames are held at once: SQLite's oldest limit is 999."""
_LITTLE = 4_096
"""Bytes of a frame that is read three times as fast as it stands, and hardly smaller compressed."""
_SECONDS = 60.0
"""How long a run waits for another that writes."""


def key(*parts: str | bytes) -> str:
    """32 hex digits that stand for these parts in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


def code(*modules: str) -> str:
    """A key for the source of modules and packages of Rhetoscope, and for the environment they run in.

    Args:
        *modules: paths below the package, such as `clean` or `sentences.py`.
    """
    package = Path(__file__).parent
    files = [package / module for module in modules]
    files += [file for folder in files if folder.is_dir() for file in folder.rglob("*")]
    sources = sorted(file for file in files if file.suffix in {".py", ".toml"} and file.is_file())
    lock = project.root() / "requirements.lock"
    locked = [lock.read_bytes()] if lock.is_file() else []
    return key(sys.version.split()[0], *locked, *(file.read_bytes() for file in sources))


def of(stage: str) -> Store:
    """The store of a stage of this project."""
    return Store(project.root() / ".rhetoscope" / f"{stage}.sqlite")


def temporary() -> Store:
    """A new store that is deleted with the last reference to it."""
    folder = tempfile.mkdtemp()
    made = Store(Path(folder) / "store.sqlite")
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


class Store:
    """Frames by key and name.

    Args:
        path: of its file, made where there is none.

    Raises:
        InputError: the file cannot be written; so does every method.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._today = date.today().isoformat()
        with self._open() as connection:
            connection.execute("pragma auto_vacuum = full")
            connection.execute("create table if not exists used (key text primary key, day text) without rowid")
            connection.execute("create table if not exists part (key text, name text, frame blob)")
            connection.execute("create unique index if not exists place on part (key, name)")

    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that have a value; it counts as asked for today."""
        found: set[str] = set()
        with self._open() as connection:
            for some in _slices(keys):
                marks = ", ".join("?" * len(some))
                rows = connection.execute(f"select key, day from used where key in ({marks})", some).fetchall()  # noqa: S608
                old = [(self._today, one) for one, day in rows if day != self._today]
                connection.executemany("update used set day = ? where key = ?", old)
                found.update(one for one, _ in rows)
        return found

    def put(self, values: Mapping[str, Mapping[str, pl.DataFrame]]) -> None:
        """Keeps frames by key and name, all or none of them."""
        parts = [(one, name, _packed(frame)) for one, frames in values.items() for name, frame in frames.items()]
        with self._open() as connection:
            connection.executemany("insert or replace into part values (?, ?, ?)", parts)
            connection.executemany("insert or replace into used values (?, ?)", [(one, self._today) for one in values])

    def each(self, keys: Iterable[str], name: str) -> Iterator[tuple[str, pl.DataFrame]]:
        """Those of the keys that have a frame of that name, in their order, with it."""
        for some in _slices(list(keys)):
            with self._open() as connection:
                marks = ", ".join("?" * len(some))
                question = f"select key, frame from part where name = ? and key in ({marks})"  # noqa: S608
                found = dict(connection.execute(question, [name, *some]))
            for one in some:
                if one in found:
                    yield one, pl.read_ipc_stream(io.BytesIO(found[one]))

    def frames(self, keys: Iterable[str], name: str, together: int = 512) -> Iterator[pl.DataFrame]:
        """The frames of that name in the order of the keys, so many joined in one."""
        found = (frame for _, frame in self.each(keys, name))
        while some := list(islice(found, together)):
            yield pl.concat(some)

    def forget(self) -> None:
        """Deletes what no run asked for in a long time."""
        before = (date.today() - FORGOTTEN).isoformat()
        with self._open() as connection:
            connection.execute("delete from part where key in (select key from used where day < ?)", [before])
            connection.execute("delete from used where day < ?", [before])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction: forked workers and other threads share none."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_SECONDS)) as connection, connection:
                # a killed process loses nothing by it; after a power cut the file may be damaged and is begun anew
                connection.execute("pragma synchronous = off")
                yield connection
        except sqlite3.OperationalError as error:
            raise InputError(f".rhetoscope/{self.path.name} cannot be written: {error}") from error
        except sqlite3.DatabaseError as error:
            self.path.unlink(missing_ok=True)
            raise InputError(f".rhetoscope/{self.path.name} was damaged and is deleted; run again: {error}") from error
        except OSError as error:
            raise InputError(f".rhetoscope/{self.path.name} cannot be written: {error.strerror or error}") from error


def _packed(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="zstd" if frame.estimated_size() > _LITTLE else "uncompressed")
    return buffer.getvalue()


def _slices(keys: Sequence[str], size: int = _MANY) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
