"""The project folder and its parameters, files written completely or not at all, and progress on a terminal."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from rhetoscope import InputError

STAGES = {
    "clean": "01_clean",
    "topics": "02_topics",
    "rhetoric": "03_rhetoric",
    "findings": "04_findings",
    "validation": "05_validation",
}
"""The stages in order, with the name of each stage's notebook."""

_UNFINISHED = ".unfinished"
_FULL = 1_000_000  # with fewer free bytes, a disk counts as full


def find_root() -> Path:
    """Find the project folder: this folder, or the nearest one above it, that has `dvc.yaml` and `params.yaml`.

    Raises:
        InputError: no such folder has both files.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file() and (folder / "params.yaml").is_file():
            return folder
    raise InputError(f"no dvc.yaml with params.yaml in {here} or above it: run this from inside a Rhetoscope project")


def resolve_path(path: str | Path) -> Path:
    """Resolve a path from the parameters: a relative path starts from the project folder."""
    path = Path(path)
    return path if path.is_absolute() else find_root() / path


def read_params(stage: str) -> dict[str, Any]:
    """Read the section of `params.yaml` for one stage.

    Raises:
        InputError: the file is not YAML, or has no such section.
    """
    try:
        params = yaml.safe_load((find_root() / "params.yaml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"params.yaml is not readable as YAML: {error}") from error
    if not isinstance(params, dict) or not isinstance(params.get(stage), dict):
        raise InputError(f"params.yaml has no section {stage!r}; the stages are {', '.join(STAGES)}")
    return dict(params[stage])


@contextmanager
def open_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary file in the folder of `path`; it replaces `path` only if there was no error.

    Raises:
        InputError: the file cannot be written.
    """
    temporary = _make_temporary(path)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except (OSError, pl.exceptions.ComputeError) as error:  # Polars raises the second on a full disk
        raise explain_unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file completely or not at all."""
    with open_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def make_scratch_file(path: Path) -> Path:
    """Make an empty temporary file beside `path`, deleted when this process ends (or by `clear_unfinished`)."""
    temporary = _make_temporary(path)
    atexit.register(temporary.unlink, missing_ok=True)
    return temporary


def _make_temporary(path: Path) -> Path:
    """Make an empty file beside `path`; its name contains the name of `path` and the number of this process."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.", suffix=_UNFINISHED)
        os.close(handle)
    except OSError as error:
        raise explain_unwritable(path, error) from error
    return Path(name)


def explain_unwritable(path: Path, error: Exception) -> InputError:
    """Make the error for a file that cannot be written, and find out whether the disk is full."""
    full = shutil.disk_usage(path.parent).free < _FULL
    why = getattr(error, "strerror", "") or ("no space left on device" if full else error)
    shown = path.relative_to(find_root()).as_posix() if path.is_relative_to(find_root()) else path.name
    return InputError(f"{shown} cannot be written: {why}")


def clear_unfinished(stage: str) -> None:
    """Delete the unfinished files of killed runs of a stage; the files of a run that still works are kept.

    Raises:
        InputError: the stage's folder cannot be written.
    """
    folder = find_root() / "data" / stage
    _make_temporary(folder / "probe").unlink()
    for file in folder.rglob(f".*{_UNFINISHED}"):
        writer = file.name.removesuffix(_UNFINISHED).split(".")[-2]
        if not (writer.isdigit() and _is_alive(int(writer))):
            file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # the process belongs to another user
        pass
    return True


class Progress:
    """A counter on the terminal: how much of the work is done, how fast, and how long the rest will take.

    It shows nothing if stderr is not a terminal. The kernel of a notebook has no terminal; if the command that starts
    it has one, it sets the environment variable `RHETOSCOPE_PROGRESS` for the kernel.
    """

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done = what, total, 0
        self._started = time.monotonic()

    def add(self, number: int) -> None:
        """Count `number` more items as done, and update the line on the terminal."""
        self.done += number
        if sys.stderr.isatty() or os.environ.get("RHETOSCOPE_PROGRESS"):
            ending = "\n" if self.done >= self.total else ""
            print(f"\r{self.format_line(time.monotonic() - self._started)}", end=ending, file=sys.stderr, flush=True)

    def format_line(self, seconds: float) -> str:
        """Format the line that is shown after `seconds`: done, total, rate, time left."""
        rate = self.done / max(seconds, 1e-9)
        left = (self.total - self.done) / max(rate, 1e-9)
        return f"{self.what}: {self.done:,} of {self.total:,}, {rate:,.0f} a second, {left:,.0f} s left "
