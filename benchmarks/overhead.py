"""What our code, the notebooks and DVC add to the libraries' own time, and how soon a notebook gives its first result.

The same work is done twice, each time in a fresh clone: by `dvc repro`, and cell by cell in one plain interpreter a
stage, where a timer asks every few milliseconds of processor time which file is at work. It is not answered while
compiled code is at work; so what a line of ours gives to one call beyond the time of two questions is a library's, and
so are the steps of spaCy's networks that `rhetoscope.networks` calls; all that goes to other, shorter calls counts as
ours. Topics of a corpus are made as params.yaml has them. With a revision, the first result of each notebook is
timed there too.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any

from given import Given
from projects import COLUMNS, Project, speeches
from table import Row, goal

from rhetoscope import project

PACKAGES = ("dvc", "papermill", "ipykernel")
EVERY = 0.005
"""Seconds of processor time between two questions."""
SPEECHES = 300
STARTS = 5
"""Times each notebook is started; the middle one counts."""


def rows(given: Given) -> Iterator[Row]:
    """The seed, a corpus, and the start of each notebook."""
    size = 3 if given.small else given.speeches or SPEECHES
    with tempfile.TemporaryDirectory() as folder:
        whole = Project(Path(folder) / "whole", None)
        yield _added("the seed's page", whole, Project(Path(folder) / "plain", None), 20.0)
        yield from _starts(whole, given, Path(folder) / "before")
    with tempfile.TemporaryDirectory() as folder:
        pages = speeches(given.debates, size)
        whole, plain = (Project(Path(folder) / name, pages, COLUMNS) for name in ("whole", "plain"))
        yield _added(f"{size:,} speeches", whole, plain, None)


def _added(work: str, whole: Project, plain: Project, seconds: float | None) -> Row:
    """The row of `dvc repro` beside the libraries' own time; the goal is a number of seconds added, or 10 %."""
    repro, _ = whole.repro("--force")
    libraries = own = 0.0
    for stage in project.STAGES:
        command = [sys.executable, __file__, stage]
        out = subprocess.run(
            command, cwd=plain.place, env=plain.environment, check=True, capture_output=True, text=True
        )
        theirs, ours = json.loads(out.stdout.splitlines()[-1])
        libraries, own = libraries + theirs, own + ours
    added = repro - libraries
    said = f"adds at most {seconds:.0f} s" if seconds else "adds at most 10 %"
    return Row(
        "dvc repro, all stages", work, "s of processor", repro, "the libraries' own time", libraries, libraries / repro,
        goal=goal(said, added <= (seconds or 0.1 * libraries)),
        note=f"adds {added:.1f} s, {added / libraries:.0%}: {own:.1f} s our code, else DVC, papermill and kernels",
    )  # fmt: skip


def _starts(now: Project, given: Given, place: Path) -> Iterator[Row]:
    """Seconds to the first result of each notebook, beside a revision where one is named."""
    before: Project | None = None
    if given.before:
        before = Project(place, None)
        subprocess.run(["git", "checkout", "--quiet", given.before], cwd=before.place, check=True)
        before.repro()
    empty = [first_result(now, "") for _ in range(1 if given.small else STARTS)]
    yield Row("kernel's start to first result", "a notebook of one `1`", "s by the clock", median(empty))
    for stage in project.STAGES:
        ours, theirs = [], []
        for _ in range(1 if given.small else STARTS):
            ours.append(first_result(now, stage))
            theirs += [first_result(before, stage)] if before else []
        row = Row("kernel's start to first result", f"notebook {stage}", "s by the clock", median(ours))
        if before:
            ratios = [old / new for new, old in zip(ours, theirs, strict=True)]
            row = row._replace(beside=f"revision {given.before}", theirs=median(theirs))
            row = row._replace(ratio=median(ratios), low=min(ratios), high=max(ratios))
        yield row


def cells(stage: str) -> tuple[float, float]:
    """Processor seconds of libraries and of our code in the cells of a stage, run one after the other."""
    import matplotlib

    matplotlib.use("agg")
    own = str(Path.cwd() / "src")
    spent = {True: 0.0, False: 0.0}
    last = 0.0  # what the interpreter and its first imports took is no code of ours

    def ask(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        file = frame.f_code.co_filename if frame else ""
        python = min(now - last, 2 * EVERY)
        spent[(file.startswith(own) or file == "cell")] += python
        spent[False] += now - last - python
        last = now

    signal.signal(signal.SIGPROF, ask)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    known: dict[str, Any] = {}
    for source in _sources(Path.cwd(), stage):
        exec(compile(source, "cell", "exec"), known)  # noqa: S102  # the project's own notebooks
        if "parameters" not in known:
            known |= {"parameters": None, **project.read_params(stage)}
    signal.setitimer(signal.ITIMER_PROF, 0)
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)  # that embed many texts: a model at work
    return spent[False] + helpers.ru_utime + helpers.ru_stime, spent[True]


def first_result(of: Project, stage: str) -> float:
    """Seconds by the clock from the start of a kernel until a cell gives an output; without a stage, of one `1`."""
    import nbformat
    from nbclient import NotebookClient

    if stage:
        notebook = nbformat.read(of.place / "notebooks" / f"{project.STAGES[stage]}.ipynb", as_version=4)
    else:
        code = nbformat.v4.new_code_cell("1", metadata={"tags": ["nbval-check-output"]})
        notebook = nbformat.v4.new_notebook(cells=[code])
    done: list[float] = []

    def note(cell: Any, **_: Any) -> None:
        if cell.get("outputs") and not done:
            done.append(time.monotonic())

    first = next(i for i, cell in enumerate(notebook.cells) if "nbval-check-output" in cell.metadata.get("tags", []))
    notebook.cells = notebook.cells[: first + 1]
    os.environ["PYTHONPATH"] = of.environment["PYTHONPATH"]
    quiet = ["--IPKernelApp.log_level=CRITICAL"]
    client = NotebookClient(notebook, kernel_name="python3", extra_arguments=quiet, on_cell_executed=note)
    started = time.monotonic()
    client.execute(cwd=str(of.place / "notebooks"))
    return done[0] - started


def _sources(place: Path, stage: str) -> list[str]:
    """The code cells of a notebook, the cell of parameters first."""
    notebook = json.loads((place / "notebooks" / f"{project.STAGES[stage]}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


if __name__ == "__main__":
    print(json.dumps(cells(sys.argv[1])))
