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
import polars as pl
import pytest
import yaml

from rhetoscope import clean, notebook, project, tables
from rhetoscope.coding import corpus
from rhetoscope.stats import units

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "rhetoscope"
DVC = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())
STAGES = list(project.STAGES)
ORDER = [
    "pages",
    "sentences",
    "clean",
    "embed",
    "topics",
    "parsing",
    "codebook",
    "actors",
    "coding",
    "stats",
    "findings",
]
"""Rooms in the order of the data; those not named here (tables, figures, …) serve all stages."""


def _paths(stage: str, kind: str) -> set[str]:
    """Outputs, metrics or dependencies of a stage, without their options."""
    return {next(iter(item)) if isinstance(item, dict) else item for item in DVC[stage].get(kind, [])}


def _imports(code: str, here: Path) -> set[Path]:
    """The files of the package that some code imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(code)):
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
    cells = nbformat.read(notebook.path_of(stage), as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def test_stages_are_the_same_everywhere() -> None:
    assert list(DVC) == list(PARAMS) == STAGES
    assert sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb")) == list(project.STAGES.values())


@pytest.mark.parametrize("stage", STAGES)
def test_the_parameters_cell_holds_names_and_defaults_of_params_yaml(stage: str) -> None:
    assert notebook.parameters(notebook.path_of(stage)) == PARAMS[stage]
    assert DVC[stage]["params"] == (STAGES if stage == "findings" else [stage])


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


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_all_code_it_runs_and_on_no_other(stage: str) -> None:
    used = {str(p.relative_to(ROOT)) for p in _closure(_code(stage))}
    used -= {f"src/rhetoscope/{name}.py" for name in ("__init__", "project")}  # every stage's; no result hangs on them
    used |= {"src/rhetoscope/report.py"} if stage == "findings" else set()  # the command makes the page of the notebook
    declared = {dep for dep in _paths(stage, "deps") if dep.startswith("src/")}
    assert {path for path in used if not any(path == dep or path.startswith(f"{dep}/") for dep in declared)} == set()
    assert {dep for dep in declared if dep.endswith(".py") and dep not in used} == set()
    assert f"notebooks/{project.STAGES[stage]}.ipynb" in _paths(stage, "deps")


@pytest.mark.parametrize(("room", "kept_by"), [
    ("clean/__init__.py", clean._CODE), ("coding/__init__.py", corpus._CODE), ("stats/units.py", units._CODE),
])  # fmt: skip
def test_what_is_kept_of_a_document_is_forgotten_with_the_code_that_made_it(room: str, kept_by: tuple) -> None:
    module = SOURCE / room
    used = {str(path.relative_to(SOURCE)) for path in {module} | _closure(module.read_text())}
    # how files are read and written, what is kept and which worker does it have no say in what a document's rows hold
    used -= {f"{name}.py" for name in ("__init__", "files", "imports", "progress", "project", "store", "work")}
    used = {path for path in used if not path.startswith(("tables/", "pages/"))}
    assert {path for path in used if not any(path == part or path.startswith(f"{part}/") for part in kept_by)} == set()


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
        room = file.relative_to(SOURCE).parts[0].removesuffix(".py")
        if room in ORDER:
            rooms = {p.relative_to(SOURCE).parts[0].removesuffix(".py") for p in _imports(file.read_text(), file)}
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
        "pandera",
        "papermill",
        "nbconvert",
        "umap",
    ]
    code = f"import sys, {', '.join(modules)}; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_data_dictionary_is_the_schemas() -> None:
    assert tables.as_markdown() in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


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
    path = notebook.path_of(stage)
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
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_the_readme_opens_with_todays_finding() -> None:
    sentences = json.loads((ROOT / "data" / "findings" / "findings.json").read_text(encoding="utf-8"))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("> ", "").split())
    assert sentences["evidentials"] in readme


def test_schema_breaks_are_refused() -> None:
    frame = tables.empty("rejected")
    one = pl.DataFrame({"source": ["a"], "reason": ["b"]})
    assert tables.check("rejected", one).height == 1
    assert tables.check("rejected", frame).height == 0
    with pytest.raises(ValueError, match="table rejected: no column"):
        tables.check("rejected", one.drop("reason"))
    with pytest.raises(ValueError, match="table rejected"):
        tables.check("rejected", pl.concat([one, one]))
    with pytest.raises(ValueError, match="table rejected"):
        tables.check("rejected", one.with_columns(reason=pl.lit(None, pl.String)))


def test_make_lets_python_keep_what_it_compiled() -> None:
    command = ["make", "--silent", "--eval", "said:\n\t@echo said $$PYTHONDONTWRITEBYTECODE", "said"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["said"]
