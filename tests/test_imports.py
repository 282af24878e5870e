"""Imports without a package, and nothing of it left behind."""

import importlib
import sys

import pytest

from rhetoscope.imports import without


def test_a_package_is_not_found_within_and_found_again_after() -> None:
    with without("antigravity", "sys"), pytest.raises(ImportError):
        importlib.import_module("antigravity")
    assert "antigravity" not in sys.modules
    assert sys.modules["sys"] is sys  # imported before, it stays


def test_an_error_within_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), without("antigravity"):
        raise ZeroDivisionError
    assert "antigravity" not in sys.modules
