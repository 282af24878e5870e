"""What our code, the notebooks and DVC add to the libraries' own time, and how soon a notebook gives its first result.

    python benchmarks/overhead.py [corpus.parquet size] [revision]

The same work is done twice, each time in a fresh clone: by `dvc repro`, and cell by cell in one plain interpreter a
stage, where a timer asks every few milliseconds of processor time which file is at work. It is not answered while
compiled code is at work; so what a line of ours gives to one call beyond the time of two questions is a library's, and
so are the matrix products that `pipeline.gemm` hands from spaCy to numpy; all that goes to other, shorter calls counts
as ours. Topics of a corpus are made as params.yaml has them. Without a corpus the pages are the seed's. With a
revision, the first result of each notebook is timed there too.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

import polars as pl
from pipeline import ROOT, SETTINGS, environment, set_up

from rhetoscope import project

EVERY = 0.005
"""Seconds of processor time between two questions."""
COLUMNS = {name: value for name, value in SETTINGS.items() if name not in {"embedding", "stability_runs"}}
"""Settings that name a corpus and its columns, and leave topics as they are shipped."""
STARTS = 5
"""Times each notebook is started; the middle one counts."""


def main(*given: str) -> None:
    """Prints seconds by stage, the sum, and the seconds to each notebook's first result."""
    corpus, size = (given[0], int(given[1])) if len(given) > 1 else ("", 0)
    with tempfile.TemporaryDirectory() as folder:
        whole, plain, before = (Path(folder) / name for name in ("whole", "plain", "before"))
        for place in (whole, plain):
            set_up(place, pl.read_parquet(corpus).sample(size, seed=0) if corpus else None, COLUMNS)
        repro = processor_seconds(["dvc", "repro", "--quiet", "--force"], whole)
        libraries = 0.0
        for stage in project.STAGES:
            command = [sys.executable, __file__, "--cells", stage]
            out = subprocess.run(command, cwd=plain, env=environment(plain), check=True, capture_output=True, text=True)
            theirs, ours = json.loads(out.stdout.splitlines()[-1])
            libraries += theirs
            print(f"{stage:9} libraries {theirs:6.1f} s of processor, our code {ours:5.1f} s", flush=True)
        print(f"dvc repro {repro:.1f} s, {repro - libraries:.1f} s beyond the libraries ({repro / libraries - 1:.0%})")
        places = {"now": whole}
        if len(given) % 2:
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(before)], check=True)
            subprocess.run(["git", "checkout", "--quiet", given[-1]], cwd=before, check=True)
            subprocess.run(["dvc", "repro", "--quiet"], cwd=before, check=True, env=environment(before))
            places[given[-1]] = before
        for stage in project.STAGES:
            seconds = {name: [first_result(place, stage) for _ in range(STARTS)] for name, place in places.items()}
            told = ", ".join(f"{name} {statistics.median(each):.1f} s" for name, each in seconds.items())
            print(f"{stage:9} from the start of the kernel to the first result: {told}", flush=True)


def processor_seconds(command: list[str], place: Path) -> float:
    """Of a command and all it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=place, env=environment(place), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
        file, name = (frame.f_code.co_filename, frame.f_code.co_name) if frame else ("", "")
        python = min(now - last, 2 * EVERY)
        spent[(file.startswith(own) or file == "cell") and name != "gemm"] += python
        spent[False] += now - last - python
        last = now

    signal.signal(signal.SIGPROF, ask)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    known: dict[str, Any] = {}
    for source in _sources(Path.cwd(), stage):
        exec(compile(source, "cell", "exec"), known)  # noqa: S102  # the project's own notebooks
        if "parameters" not in known:
            known |= {"parameters": None, **project.stage_params(stage)}
    signal.setitimer(signal.ITIMER_PROF, 0)
    return spent[False], spent[True]


def first_result(place: Path, stage: str) -> float:
    """Seconds by the clock from the start of a kernel until a cell of the notebook gives an output."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(place / "notebooks" / f"{project.STAGES[stage]}.ipynb", as_version=4)
    done: list[float] = []

    def note(cell: Any, **_: Any) -> None:
        if cell.get("outputs") and not done:
            done.append(time.monotonic())

    first = next(i for i, cell in enumerate(notebook.cells) if "nbval-check-output" in cell.metadata.get("tags", []))
    notebook.cells = notebook.cells[: first + 1]
    os.environ["PYTHONPATH"] = str(place / "src")
    quiet = ["--IPKernelApp.log_level=CRITICAL"]
    client = NotebookClient(notebook, kernel_name="python3", extra_arguments=quiet, on_cell_executed=note)
    started = time.monotonic()
    client.execute(cwd=str(place / "notebooks"))
    return done[0] - started


def _sources(place: Path, stage: str) -> list[str]:
    """The code cells of a notebook, the cell of parameters first."""
    notebook = json.loads((place / "notebooks" / f"{project.STAGES[stage]}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cells"]:
        print(json.dumps(cells(sys.argv[2])))
    else:
        main(*sys.argv[1:])
