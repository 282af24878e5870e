"""Run notebooks so that parameters are checked and the same results give the same file.

An unknown parameter or a wrong type is an error, all that differs between two runs (such as times) is removed, and a
notebook is written completely or not at all.
"""

from __future__ import annotations

import ast
import difflib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoscope import InputError, project

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KINDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", list: "a list"}


def find_notebook(stage: str) -> Path:
    """Return the path of the committed notebook of a stage."""
    return project.find_root() / "notebooks" / f"{project.STAGES[stage]}.ipynb"


def read_parameters(path: Path) -> dict[str, Any]:
    """Read the names and defaults of a notebook's parameters from its cell with the tag `parameters`.

    Raises:
        InputError: there is no such cell or more than one, or a line in it does not assign a literal.
    """
    cells = [c for c in _read(path).cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError(f"{path.name} has {len(cells)} cells tagged 'parameters'; it needs exactly one")
    found = {}
    for statement in ast.parse(cells[0].source).body:
        try:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found[name] = ast.literal_eval(value)
                case _:
                    raise ValueError
        except ValueError as error:
            line = ast.unparse(statement)
            raise InputError(f"{path.name}: the parameters cell may only assign literals, not {line!r}") from error
    return found


def check_parameters(given: dict[str, Any], defaults: dict[str, Any], where: str) -> None:
    """Check that every given parameter is known and has the type of its default; an int is allowed for a float.

    Raises:
        InputError: a parameter is wrong; the message gives the known parameters or the right type.
    """
    for name, value in given.items():
        if name not in defaults:
            close = difflib.get_close_matches(name, defaults, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise InputError(f"{where} has no parameter {name!r}{hint}; known: {', '.join(sorted(defaults))}")
        wanted = type(defaults[name])
        if not (type(value) is wanted or (wanted is float and type(value) is int)):
            kind = _KINDS.get(wanted, wanted.__name__)
            raise InputError(f"{where}: {name} must be {kind}, like {defaults[name]!r}, found {value!r}")


def run_stage(stage: str) -> Path:
    """Run a stage's notebook with its section of `params.yaml`; return the executed copy in `data/<stage>/`.

    Raises:
        InputError: a parameter is unknown, missing or of the wrong type, or a cell ended in an error.
    """
    path = find_notebook(stage)
    defaults = read_parameters(path)
    given = project.read_params(stage)
    check_parameters(given, defaults, f"section {stage} of params.yaml")
    if missing := sorted(set(defaults) - set(given)):
        raise InputError(f"section {stage} of params.yaml lacks {', '.join(missing)}")
    project.clear_unfinished(stage)
    target = project.find_root() / "data" / stage / f"{stage}.ipynb"
    _execute(path, given, target)
    project.clear_unfinished(stage)  # a kernel that ended too slowly was killed, and did not delete its temporary files
    return target


def refresh_notebook(stage: str) -> Path:
    """Run a committed notebook with its own defaults, and replace it by the result, normalised."""
    path = find_notebook(stage)
    _execute(path, {}, path)
    return path


def normalise_notebook(notebook: NotebookNode) -> NotebookNode:
    """Remove from an executed notebook, in place, all that differs between two runs with the same results.

    Cells keep source, tags and outputs; their ids and counts follow from their position. Of the notebook's metadata,
    only the kernel and the language stay.
    """
    from nbformat import from_dict

    notebook.nbformat, notebook.nbformat_minor = 4, 5
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})
    count = 0
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position:02d}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code" or cell.execution_count is None:
            continue
        count += 1
        cell.execution_count = count
        # stderr is for the terminal: it has progress, and warnings with temporary paths
        cell.outputs = [o for o in cell.outputs if o.output_type != "stream" or o.name == "stdout"]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return notebook


def normalise_before_save(model: dict[str, Any], **_: Any) -> None:
    """Normalise, in place, a notebook that JupyterLab saves (`make lab`), so that running it again changes nothing."""
    from nbformat import from_dict

    if model.get("type") == "notebook" and model["content"].get("nbformat") == 4:
        model["content"] = normalise_notebook(from_dict(model["content"]))


def _read(path: Path) -> NotebookNode:
    import nbformat

    if not path.is_file():
        raise InputError(f"the notebook {path.name} is missing from {path.parent.name}/")
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise InputError(f"{path.name} is not a readable notebook: {error}") from error
    return notebook


def _execute(path: Path, given: dict[str, Any], target: Path) -> None:
    """Run a notebook in its own folder with the Python of this environment; write the result, normalised."""
    import logging

    import nbformat
    import papermill
    from traitlets.config import Config

    if sys.stderr.isatty():
        os.environ["RHETOSCOPE_PROGRESS"] = "1"
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder:
            notebook = papermill.execute_notebook(
                str(path),
                None,  # nothing is written before the run has ended without an error
                parameters=given,
                cwd=str(path.parent),
                kernel_name="python3",
                language="python",
                record_timing=False,
                progress_bar=sys.stderr.isatty(),
                stderr_file=sys.stderr,
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # the kernel logs its normal shutdown as an error
                # sockets in a private folder, so that no port is open to other users
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
    project.write_text(target, nbformat.writes(normalise_notebook(notebook)) + "\n")
