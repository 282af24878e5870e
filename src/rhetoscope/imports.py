"""What is had of packages without importing all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def folder(package: str) -> Path | None:
    """Where a package lies, found without importing it; None where it is not installed."""
    spec = find_spec(package)
    return next(map(Path, (spec.submodule_search_locations or ()) if spec else ()), None)


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """What is imported within finds none of these packages, save those that were imported before.

    A package that has another as an extra knows what to do then.
    """
    absent = _Absent(name for name in packages if name not in sys.modules)
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


@contextmanager
def instead(name: str, **has: object) -> Iterator[None]:
    """What is imported within finds a module of that name that has these names alone, unless it was imported before."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = ModuleType(name)
    vars(sys.modules[name]).update(has)
    try:
        yield
    finally:
        del sys.modules[name]


class _Absent(MetaPathFinder):
    """Says of some packages what Python says of those that are not installed."""

    def __init__(self, packages: Iterable[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """None, by which Python looks further, for all others."""
        if fullname in self._packages:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
