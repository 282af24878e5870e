"""The contracts between params.yaml, dvc.yaml, the notebooks, the package, the data dictionary and the README."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from rhetoscope import project, run, tables

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "rhetoscope"
DVC = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())
STAGES = list(project.STAGES)
ORDER = ["pages", "sentences", "actors", "clean", "topics", "codebook", "coding", "findings"]
"""Rooms in the order of the data; `stats`, `figures`, `validation` and the foundation serve several stages."""
FOUNDATION = {"__init__", "cache", "project", "run", "show", "tables", "wording"}
"""Modules that every stage shares and that make no number."""


def _paths(stage: str, kind: str) -> set[str]:
    """Outputs, metrics or dependencies of a stage, without their options."""
    return {next(iter(item)) if isinstance(item, dict) else item for item in DVC[stage].get(kind, [])}


def _imports(code: str, here: Path) -> set[Path]:
    """The files of the package that some code imports anywhere, but for imports that only name types."""
    found = set()
    tree = ast.parse(code)
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {id(inner) for node in typing for inner in ast.walk(node)}
    for node in (node for node in ast.walk(tree) if id(node) not in skipped):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rhetoscope"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("rhetoscope")]
        for name in names:
            parts = name.split(".")[1:]
            for depth in range(1, len(parts) + 1):
                base = SOURCE.joinpath(*parts[:depth])
                found |= {p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()}
    return found - {here}


def _closure(code: str) -> set[Path]:
    """The files of the package that some code imports, directly or through others."""
    seen: set[Path] = set()
    waiting = _imports(code, Path())
    while waiting:
        file = waiting.pop()
        seen.add(file)
        waiting |= _imports(file.read_text(), file) - seen
    return seen


def _code(stage: str) -> str:
    cells = nbformat.read(run.find_notebook(stage), as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def test_stages_are_the_same_everywhere() -> None:
    assert list(DVC) == list(PARAMS) == STAGES
    assert sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb")) == list(project.STAGES.values())


@pytest.mark.parametrize("stage", STAGES)
def test_the_parameters_cell_holds_names_and_defaults_of_params_yaml(stage: str) -> None:
    assert run.read_parameters(run.find_notebook(stage)) == PARAMS[stage]
    assert DVC[stage]["params"] == (STAGES[: STAGES.index(stage) + 1] if stage == "findings" else [stage])


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_is_commented_in_params_yaml(stage: str) -> None:
    lines = (ROOT / "params.yaml").read_text().splitlines()
    start = lines.index(f"{stage}:")
    section = lines[start + 1 : next((i for i in range(start + 1, len(lines)) if re.match(r"\w", lines[i])), None)]
    names = [i for i, line in enumerate(section) if re.match(r"  \w+:", line)]
    assert len(names) == len(PARAMS[stage])
    comments = [i for i, line in enumerate(section) if line.strip().startswith("#")]
    assert comments
    assert comments[0] < names[0]


def _room(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_its_notebook_and_the_rooms_it_uses(stage: str) -> None:
    """A room that an earlier stage depends on is seen through its tables, if only another room uses it."""
    declared = {dep.split("/")[2].removesuffix(".py") for dep in _paths(stage, "deps") if dep.startswith("src/")}
    earlier = {
        dep.split("/")[2].removesuffix(".py")
        for before in STAGES[: STAGES.index(stage)]
        for dep in _paths(before, "deps")
        if dep.startswith("src/")
    }
    direct = {_room(file) for file in _imports(_code(stage), Path())} - FOUNDATION
    through = {_room(file) for file in _closure(_code(stage))} - FOUNDATION
    assert direct - declared == set()
    assert through - declared - earlier == set()
    assert declared - through == set()
    assert len(declared) <= 6
    assert f"notebooks/{project.STAGES[stage]}.ipynb" in _paths(stage, "deps")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_the_tables_it_reads_and_writes_its_own(stage: str) -> None:
    own = {f"data/{t.stage}/{t.name}.parquet" for t in tables.TABLES.values() if t.stage == stage}
    written = {path for path in _paths(stage, "outs") if path.endswith(".parquet")}
    assert written == own
    code = _code(stage) + "".join(p.read_text() for p in _closure(_code(stage)) if p.parent.name == stage)
    read = {t for t in re.findall(r'(?:tables\.read|\bread)\("(\w+)"\)', code) if tables.TABLES[t].stage != stage}
    declared = {Path(dep).stem for dep in _paths(stage, "deps") if dep.endswith(".parquet")}
    assert read <= declared
    assert _paths(stage, "metrics") == {f"data/{stage}/metrics.json"}


def test_no_module_imports_a_later_stage() -> None:
    for file in SOURCE.rglob("*.py"):
        room = _room(file)
        if room in ORDER:
            rooms = {_room(other) for other in _imports(file.read_text(), file)}
            later = {other for other in rooms & set(ORDER) if ORDER.index(other) > ORDER.index(room)}
            assert not later, f"{file.name} imports {later}"


def test_importing_the_package_loads_nothing_heavy() -> None:
    modules = [
        ".".join(("rhetoscope", *p.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for p in SOURCE.rglob("*.py")
        if p.name != "__main__.py"
    ]
    heavy = [
        "spacy",
        "bertopic",
        "scipy",
        "sklearn",
        "onnxruntime",
        "matplotlib",
        "papermill",
        "nbconvert",
        "umap",
    ]
    code = f"import sys, {', '.join(modules)}; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_data_dictionary_is_the_schemas() -> None:
    assert tables.format_dictionary() in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def test_the_data_dictionary_names_every_output() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    outputs = {path for stage in STAGES for kind in ("outs", "metrics") for path in _paths(stage, kind)}
    assert {path for path in outputs if f"`{path}`" not in text and f"`{path}/`" not in text} == set()


@pytest.mark.parametrize("stage", STAGES)
def test_the_tables_of_the_last_run_fit_their_schemas(stage: str) -> None:
    for table in tables.TABLES.values():
        if table.stage == stage:
            frame = tables.read(table.name)
            assert tables.check(table.name, frame).equals(frame)


@pytest.mark.parametrize("stage", STAGES)
def test_committed_notebooks_compare_something(stage: str) -> None:
    """nbval passes a notebook without stored counts or outputs; and what is stored must not tell where it was made."""
    path = run.find_notebook(stage)
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    checked = [cell for cell in cells if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert len(checked) >= 3
    assert all(cell.execution_count for cell in cells)
    assert all(cell.outputs for cell in checked)
    assert not [
        out for cell in cells for out in cell.outputs if out.output_type == "error" or out.get("name") == "stderr"
    ]
    assert str(ROOT) not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", STAGES)
def test_notebooks_are_arguments_not_modules(stage: str) -> None:
    tree = ast.parse(_code(stage))
    assert sum(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)) <= 6
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_the_readme_opens_with_todays_finding() -> None:
    sentences = json.loads((ROOT / "data" / "findings" / "findings.json").read_text(encoding="utf-8"))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("> ", "").split())
    assert sentences["evidentials"] in readme


def test_make_lets_python_keep_what_it_compiled() -> None:
    command = ["make", "--silent", "--eval", "said:\n\t@echo said $$PYTHONDONTWRITEBYTECODE", "said"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["said"]


def test_the_package_stays_small() -> None:
    """The goal is 11,500 lines with all features; until it is reached the package may not grow again."""
    lengths = [len(file.read_text(encoding="utf-8").splitlines()) for file in SOURCE.rglob("*.py")]
    assert len(lengths) <= 60
    assert max(lengths) <= 450
    assert sum(lengths) <= 12_500


TRICKS = (
    r"sys\.modules|meta_path|ModuleType\(|importlib\.abc",  # what other packages find is not changed
    r"\bgc\.|os\.environ\.setdefault|os\.putenv",  # nor the interpreter's settings
    r"set_param\(|replace_node|transition_states|init_batch|kwdoc",  # no internals of spaCy, thinc or matplotlib
    r"from (spacy|thinc|trafilatura|sklearn|matplotlib|bertopic|lxml)[\w.]*\._|import _\w+ *$",
    r"^(\w+\.)+\w+ = (lambda|_\w+)",  # nothing of another module is replaced
)


@pytest.mark.parametrize("trick", TRICKS)
def test_the_package_plays_no_tricks(trick: str) -> None:
    found = [
        f"{file.name}: {line.strip()}"
        for file in SOURCE.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(trick, line)
    ]
    assert found == []
