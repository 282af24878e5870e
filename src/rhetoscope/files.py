"""Files that are written whole or not at all; imports nothing that takes time, for the command that runs a stage."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rhetoscope import InputError, project

_UNFINISHED = ".unfinished"
_FULL = 1_000_000
"""Bytes below which a disk is taken for full."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file beside `path`, renamed onto it on success and deleted on failure.

    Raises:
        InputError: it cannot be written.
    """
    temporary = temporary_beside(path)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def temporary_beside(path: Path) -> Path:
    """An empty file beside `path`, named after it and this process."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.", suffix=_UNFINISHED)
        os.close(handle)
    except OSError as error:
        raise unwritable(path, error) from error
    return Path(name)


def temporary_until_exit(path: Path) -> Path:
    """As `temporary_beside`; the file is deleted when this process ends, and what a killed one leaves by `prepare`."""
    temporary = temporary_beside(path)
    atexit.register(temporary.unlink, missing_ok=True)
    return temporary


def unwritable(path: Path, error: Exception) -> InputError:
    """What to raise where a file could not be written; Polars does not always say that the disk is full."""
    full = shutil.disk_usage(path.parent).free < _FULL
    why = getattr(error, "strerror", "") or ("no space left on device" if full else error)
    return InputError(f"{_shown(path)} cannot be written: {why}")


def write_text(path: Path, text: str) -> None:
    """Writes a UTF-8 text file whole or not at all."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def prepare(stage: str) -> None:
    """Deletes what killed runs of a stage left unfinished; another run that is still at work keeps its own.

    Raises:
        InputError: the stage's folder cannot be written.
    """
    folder = project.root() / "data" / stage
    with whole(folder / ".probe"):
        pass
    (folder / ".probe").unlink(missing_ok=True)
    for file in folder.rglob(f".*{_UNFINISHED}"):
        writer = file.name.removesuffix(_UNFINISHED).split(".")[-2]
        if not (writer.isdigit() and _alive(int(writer))):
            file.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        pass
    return True


def _shown(path: Path) -> str:
    return path.relative_to(project.root()).as_posix() if path.is_relative_to(project.root()) else path.name
