"""Where the project lies, and what its parameters are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from rhetoscope import InputError

STAGES = {
    "clean": "01_clean",
    "topics": "02_topics",
    "rhetoric": "03_rhetoric",
    "findings": "04_findings",
    "validation": "05_validation",
}
"""Each stage, in order, with the name of its notebook."""


def root() -> Path:
    """The project folder: the nearest folder upwards of the working directory with `dvc.yaml` and `params.yaml`.

    Notebooks run in `notebooks/`, stages in the root and experiments in a copy of it: all find their own.

    Raises:
        InputError: no folder upwards holds the two files.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file() and (folder / "params.yaml").is_file():
            return folder
    raise InputError(f"no dvc.yaml with params.yaml in {here} or above it: run this from inside a Rhetoscope project")


def resolve(path: str | Path) -> Path:
    """A path of the parameters: absolute as it is, else relative to the project folder."""
    path = Path(path)
    return path if path.is_absolute() else root() / path


def stage_params(stage: str) -> dict[str, Any]:
    """The section of `params.yaml` for one stage, as plain Python values.

    Raises:
        InputError: the file is not YAML, or holds no such section.
    """
    file = root() / "params.yaml"
    try:
        params = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"params.yaml is not readable as YAML: {error}") from error
    if not isinstance(params, dict) or not isinstance(params.get(stage), dict):
        raise InputError(f"params.yaml has no section {stage!r}; the stages are {', '.join(STAGES)}")
    return dict(params[stage])
