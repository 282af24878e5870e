"""Kills a run at random moments; the next one must end with the bytes of an undisturbed run.

The pages are the seed's, with their words shuffled into so many different ones, in a project of its own. Each kill is
told as it falls; the one row counts them.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from given import Given
from projects import Project
from table import ROOT, Row, goal

PACKAGES = ("dvc", "papermill")
MADE = ("data/clean", "data/topics", "data/rhetoric", "data/findings")


def rows(given: Given) -> Iterator[Row]:
    """One row, given anew after each kill: how many runs were harmed."""
    kills, pages = (1, 1) if given.small else (given.kills, given.pages)
    with tempfile.TemporaryDirectory() as folder:
        made = Project(Path(folder) / "project", None)
        write_pages(made.place / "pages", pages)
        made.set({"source": "pages"})
        started = time.monotonic()
        run(made).wait()
        length = time.monotonic() - started
        whole = digests(made.place)
        print(f"undisturbed: {length:.0f} s, {len(whole)} files", file=sys.stderr, flush=True)
        moments = random.Random(0)
        broken = other = harmed = 0
        for number in range(1, kills + 1):
            halves, moved = interrupted(made, whole, moments.uniform(0, length))
            broken, other, harmed = broken + bool(halves), other + bool(moved), harmed + bool(halves or moved)
            yield Row(
                "runs harmed by kill -9", f"four stages, {pages} pages, {length:.0f} s, at random moments",
                f"of {number} killed", harmed, goal=goal("none", not harmed),
                note=f"{broken} left a broken file; after {other} the next run ended with other bytes",
            )  # fmt: skip


def interrupted(made: Project, whole: dict[str, str], moment: float) -> tuple[list[str], list[str]]:
    """Kills a run after so many seconds: files it left half written, and files other than `whole` after the next."""
    forget(made.place)
    before = digests(made.place)
    killed = run(made)
    time.sleep(moment)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    left = digests(made.place)
    halves = [file for file, digest in left.items() if digest not in (whole.get(file), before.get(file))]
    ended = run(made).wait()
    after = digests(made.place)
    moved = [file for file in whole.keys() | after.keys() if whole.get(file) != after.get(file)]
    told = f"killed after {moment:.1f} s, {len(left) - len(before)} files made, broken: {', '.join(halves) or 'none'}"
    next_run = f"other bytes in {', '.join(sorted(moved))}" if moved else "the same bytes"
    print(f"{told}; next run: exit code {ended}, {next_run}", file=sys.stderr, flush=True)
    return halves, moved or ["exit code"] * bool(ended)


def run(made: Project) -> subprocess.Popen[bytes]:
    """`dvc repro` in a session of its own, to be killed with all it started there."""
    return subprocess.Popen(
        [sys.executable, "-m", "dvc", "repro", "--quiet"],
        cwd=made.place, env=made.environment, start_new_session=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def forget(project: Path) -> None:
    """Takes the project back to where nothing had run."""
    subprocess.run(["git", "checkout", "--quiet", "dvc.lock", "data"], cwd=project, check=True)
    for name in (".rhetoscope", ".dvc/cache", ".dvc/tmp", *MADE):
        shutil.rmtree(project / name, ignore_errors=True)
    subprocess.run(["git", "checkout", "--quiet", "data"], cwd=project, check=True)


def digests(project: Path) -> dict[str, str]:
    """SHA-256 of every file that a run makes."""
    files = [file for folder in MADE for file in sorted((project / folder).rglob("*")) if file.is_file()]
    return {
        file.relative_to(project).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if not file.name.endswith(".unfinished") and file.name != ".gitignore"
    }


def write_pages(folder: Path, pages: int) -> None:
    """So many pages of the seed's lines, no two alike."""
    folder.mkdir()
    (seed,) = (ROOT / "seeds").glob("*.txt")
    lines = seed.read_text(encoding="utf-8").split("\n")
    for number in range(pages):
        draw = random.Random(number)
        changed = [
            " ".join(draw.sample(words, len(words))) if len(words := line.split()) > 12 else line for line in lines
        ]
        (folder / f"{number:03}.txt").write_text("\n".join(changed), encoding="utf-8")
