"""What is had of packages without importing all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def folder(package: str) -> Path | None:
    """Where a package lies, found without importing it; None where it is not installed."""
    spec = find_spec(package)
    return next(map(Path, (spec.submodule_search_locations or ()) if spec else ()), None)


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """What is imported within finds none of these packages, save those that were imported before.

    A `None` in `sys.modules` is how Python says that a module cannot be imported; a package that has another as an
    extra knows what to do then.
    """
    absent = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
