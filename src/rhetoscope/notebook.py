"""Strict and reproducible notebook runs.

Papermill warns where a parameter is unknown, records times and random ids, and leaves half a notebook after a
failure. Here an unknown parameter or another type is an error, what varies between two runs is taken out, and a
notebook is written whole or not at all.
"""

from __future__ import annotations

import ast
import difflib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rhetoscope import InputError, files, kernel, project
from rhetoscope.imports import without

# grammars of addresses and durations, for checks no notebook has
with without("rfc3987_syntax", "rfc3986_validator", "isoduration"):
    import nbformat

KEPT_STREAMS = ("stdout",)
"""stderr carries progress and warnings that quote temporary paths: it goes to the terminal, not into the notebook."""


def path_of(stage: str) -> Path:
    """The committed notebook of a stage.

    Raises:
        InputError: there is no such stage.
    """
    if stage not in project.STAGES:
        raise InputError(f"no stage {stage!r}; the stages are {', '.join(project.STAGES)}")
    return project.root() / "notebooks" / f"{project.STAGES[stage]}.ipynb"


def parameters(path: Path) -> dict[str, Any]:
    """Names and defaults of a notebook's parameters: the literal assignments of its cell tagged `parameters`.

    Raises:
        InputError: no or several tagged cells, or a line there that is no assignment of a literal.
    """
    cells = [c for c in _read(path).cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError(f"{path.name} has {len(cells)} cells tagged 'parameters'; it needs exactly one")
    found = {}
    for statement in ast.parse(cells[0].source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    found[name] = ast.literal_eval(value)
                    continue
                except ValueError:
                    pass
        raise InputError(f"{path.name}: the parameters cell may only assign literals, not {ast.unparse(statement)!r}")
    return found


def check_parameters(given: dict[str, Any], defaults: dict[str, Any], where: str) -> None:
    """Every given parameter must be known and of its default's type; a whole number passes for a float.

    Raises:
        InputError: names the parameter, and lists the known ones or the type wanted.
    """
    for name, value in given.items():
        if name not in defaults:
            close = difflib.get_close_matches(name, defaults, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise InputError(f"{where} has no parameter {name!r}{hint}; known: {', '.join(sorted(defaults))}")
        wanted = type(defaults[name])
        if not (type(value) is wanted or (wanted is float and type(value) is int)):
            kind = _TYPES.get(wanted, wanted.__name__)
            raise InputError(f"{where}: {name} must be {kind}, like {defaults[name]!r}, found {value!r}")


_TYPES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", list: "a list"}


def run(stage: str) -> Path:
    """Runs a stage's notebook with its section of `params.yaml`; returns the executed copy in `data/<stage>/`.

    Raises:
        InputError: a parameter is unknown or of the wrong type, or a cell ended in an error.
    """
    path = path_of(stage)
    defaults = parameters(path)
    given = project.stage_params(stage)
    check_parameters(given, defaults, f"section {stage} of params.yaml")
    missing = sorted(set(defaults) - set(given))
    if missing:
        raise InputError(f"section {stage} of params.yaml lacks {', '.join(missing)}")
    files.prepare(stage)
    target = project.root() / "data" / stage / f"{stage}.ipynb"
    files.write_text(target, _dumps(_execute(path, given)))
    files.prepare(stage)  # a kernel that was slow to end was killed, and left what it kept on disk
    return target


def refresh(stage: str) -> Path:
    """Runs a committed notebook with its own defaults and writes it back, normalised."""
    path = path_of(stage)
    files.write_text(path, _dumps(_execute(path, {})))
    return path


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Takes out of an executed notebook, in place, whatever differs between two runs that gave the same results.

    Cells keep source, tags and outputs; ids and counts become their position; of the metadata the kernel's name stays.
    """
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    count = 0
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position:02d}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        if cell.execution_count is None:
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = [o for o in cell.outputs if o.output_type != "stream" or o.name in KEPT_STREAMS]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return notebook


def before_save(model: dict[str, Any], **_: Any) -> None:
    """Jupyter's pre-save hook in `make lab`: a notebook that was only run again is saved as it was.

    Args:
        model: Jupyter's contents model; its notebook is normalised in place.
    """
    if model.get("type") == "notebook" and model["content"].get("nbformat") == 4:
        model["content"] = normalise(nbformat.from_dict(model["content"]))


def _read(path: Path) -> nbformat.NotebookNode:
    if not path.is_file():
        raise InputError(f"the notebook {path.name} is missing from {path.parent.name}/")
    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
        return notebook
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise InputError(f"{path.name} is not a readable notebook: {error}") from error


def _dumps(notebook: nbformat.NotebookNode) -> str:
    return str(nbformat.writes(notebook)) + "\n"


@contextmanager
def _searched(folder: str) -> Iterator[None]:
    """Jupyter looks for kernels in this folder first."""
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (folder, before)))
    try:
        yield
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before


def _execute(path: Path, given: dict[str, Any]) -> nbformat.NotebookNode:
    """Runs a notebook in its own folder and in this environment's kernel; returns it normalised."""
    import logging
    import tempfile

    if sys.stderr.isatty():
        os.environ["RHETOSCOPE_PROGRESS"] = "1"
    import papermill
    from traitlets.config import Config

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder, _searched(folder):
            kernel.install(Path(folder))
            notebook = papermill.execute_notebook(
                str(path),
                None,  # else papermill writes it whole twice a cell; what is left of a failed run is of no use
                parameters=given,
                cwd=str(path.parent),
                kernel_name=kernel.NAME,
                language="python",
                record_timing=False,
                progress_bar=sys.stderr.isatty(),
                stderr_file=sys.stderr,
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # it calls its own shutdown an error
                # no port is opened for others to listen on; the sockets lie in a folder of this run's own
                config=Config(KernelManager={"transport": "ipc", "ip": str(Path(folder) / "kernel")}),
            )
    except papermill.PapermillExecutionError as error:
        if error.ename == InputError.__name__:
            raise InputError(error.evalue) from error
        raise InputError(
            f"{path.name}, cell {error.exec_count}: {error.ename}: {error.evalue}\n" + "\n".join(error.traceback)
        ) from error
    except OSError as error:
        raise InputError(f"temporary files of {path.name} cannot be written: {error}") from error
    return normalise(notebook)
