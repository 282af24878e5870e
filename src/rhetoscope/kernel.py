"""The kernel that stages run in: Jupyter's own, started without its debugger."""

from __future__ import annotations

from typing import Any

from ipykernel.ipkernel import IPythonKernel

from rhetoscope.imports import without


class Kernel(IPythonKernel):
    """IPython's kernel for a run that nobody steps through: the debugger is a third of the stock kernel's start."""

    def __init__(self, **given: Any) -> None:
        with without("debugpy"):
            super().__init__(**given)  # type: ignore[no-untyped-call]
