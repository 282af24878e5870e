"""What all tests share, those of the notebooks too."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the cells of each notebook back in order: pytest-randomly shuffles them, and a cell needs those before it."""
    cells = [item for item in items if item.path.suffix == ".ipynb"]
    others = [item for item in items if item.path.suffix != ".ipynb"]
    items[:] = others + sorted(cells, key=lambda cell: (str(cell.path), cell.cell_num))  # type: ignore[attr-defined]
