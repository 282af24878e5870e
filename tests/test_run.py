"""Strict runs: what is refused, what is taken out, and that a failed run leaves nothing behind."""

import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from rhetoscope import InputError, run
from rhetoscope.__main__ import main


def _write(project: Path, *cells: str, parameters: str = "size = 3\nname = 'a'") -> Path:
    """Puts a notebook of these cells in the place of the stage clean."""
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    path = project / "notebooks" / "01_clean.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Title"), tagged, *map(new_code_cell, cells)]), path)
    return path


def _params(project: Path, **values: object) -> None:
    (project / "params.yaml").write_text(yaml.safe_dump({"clean": values}))


def test_parameters_are_the_literals_of_the_tagged_cell(project: Path) -> None:
    path = _write(project, parameters="# why\nsize = 3\nnames = ['a']  # why\nshare = -0.5")
    assert run.read_parameters(path) == {"size": 3, "names": ["a"], "share": -0.5}
    run.check_parameters({"share": 1}, {"share": 0.5}, "params.yaml")


@pytest.mark.parametrize("cell", ["size = 1 + len('a')", "import os", "a = b = 1", "a, b = 1, 2", "size += 1"])
def test_a_parameters_cell_of_anything_else_is_refused(project: Path, cell: str) -> None:
    path = _write(project, parameters=cell)
    with pytest.raises(InputError, match=r"01_clean\.ipynb: the parameters cell may only assign literals"):
        run.read_parameters(path)


@pytest.mark.parametrize(("given", "message"), [
    ({"sise": 3}, r"no parameter 'sise' \(did you mean 'size'\?\); known: flag, name, share, size"),
    ({"size": "3"}, "size must be a whole number, like 3, found '3'"),
    ({"size": 3.0}, "size must be a whole number, like 3, found 3.0"),
    ({"size": True}, "size must be a whole number, like 3, found True"),
    ({"flag": 1}, "flag must be true or false, like False, found 1"),
    ({"name": None}, "name must be a text, like 'a', found None"),
])  # fmt: skip
def test_unknown_and_mistyped_parameters_are_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        run.check_parameters(given, {"size": 3, "name": "a", "share": 0.5, "flag": False}, "params.yaml")


def test_a_run_takes_the_parameters_and_gives_the_same_bytes_twice(project: Path) -> None:
    _write(project, "import sys\nprint(size, name)\nprint('progress', file=sys.stderr)", "size + 1")
    _params(project, size=5, name="b")
    first = run.run_stage("clean").read_bytes()
    assert run.run_stage("clean").read_bytes() == first
    executed = nbformat.reads(first.decode(), as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert [o.get("text") or o.data["text/plain"] for o in outputs] == ["5 b\n", "6"]
    assert [cell.execution_count for cell in executed.cells if cell.cell_type == "code"] == [1, 2, 3, 4]
    assert "papermill" not in first.decode()


def test_a_run_has_the_stock_kernel_of_this_environment(project: Path) -> None:
    _params(project, size=3, name="a")
    _write(project, "import sys\nprint(sys.executable)")
    printed = nbformat.read(run.run_stage("clean"), as_version=4).cells[-1].outputs[0]["text"]
    assert printed.strip() == sys.executable


def test_a_failing_cell_is_named_and_leaves_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(project, "raise ValueError('broken on purpose')")
    _params(project, size=5, name="b")
    assert main(["run", "clean"]) == 1
    assert "01_clean.ipynb, cell 3: ValueError: broken on purpose" in capsys.readouterr().err
    assert not [file for file in (project / "data").rglob("*") if file.is_file()]


def test_an_input_error_in_a_notebook_is_its_sentence_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(project, "from rhetoscope import InputError\nraise InputError('no such folder: pages')")
    _params(project, size=5, name="b")
    assert main(["run", "clean"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "rhetoscope: no such folder: pages"


@pytest.mark.parametrize(("params", "message"), [
    ({"clean": {"size": 1}}, "section clean of params.yaml lacks name"),
    ({"clean": {"size": 1, "name": "a", "more": 1}}, "has no parameter 'more'"),
    ({"klean": {}}, "params.yaml has no section 'clean'"),
])  # fmt: skip
def test_params_yaml_must_hold_the_notebooks_parameters(project: Path, params: object, message: str) -> None:
    _write(project)
    (project / "params.yaml").write_text(yaml.safe_dump(params))
    with pytest.raises(InputError, match=message):
        run.run_stage("clean")


def test_refresh_writes_back_what_papermill_leaves_out(project: Path) -> None:
    path = _write(project, "size")
    run.refresh_notebook("clean")
    refreshed = nbformat.read(path, as_version=4)
    assert "injected" not in path.read_text()
    assert [cell.id for cell in refreshed.cells] == ["cell-00", "cell-01", "cell-02"]
    assert refreshed.cells[1].metadata == {"tags": ["parameters"]}


def test_saving_a_notebook_that_was_only_run_again_changes_nothing(project: Path) -> None:
    path = _write(project, "size")
    run.refresh_notebook("clean")
    again = nbformat.read(path, as_version=4)
    again.metadata.language_info = {"name": "python", "version": "3.99"}
    for cell in again.cells:
        cell.metadata.execution = {"iopub.status.busy": "2024-01-01T00:00:00Z"}
        if cell.cell_type == "code":
            cell.execution_count += 7
    model = {"type": "notebook", "content": again}
    run.normalise_before_save(model, path=str(path), contents_manager=None)
    assert nbformat.writes(model["content"]) + "\n" == path.read_text()
    model = {"type": "notebook", "content": nbformat.read(_write(project, "size"), as_version=4)}
    run.normalise_before_save(model)
    assert [cell.get("execution_count") for cell in model["content"].cells] == [None, None, None]


def test_no_project_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no dvc\.yaml with params\.yaml in"):
        run.find_notebook("clean")
