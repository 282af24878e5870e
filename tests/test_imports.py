"""Imports without a package, and nothing of it left behind."""

import importlib
import sys

import pytest

from rhetoscope.imports import instead, without


def test_a_package_is_not_found_within_and_found_again_after() -> None:
    with without("antigravity", "sys"), pytest.raises(ImportError):
        importlib.import_module("antigravity")
    assert "antigravity" not in sys.modules
    assert sys.modules["sys"] is sys  # imported before, it stays


def test_an_error_within_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), without("antigravity"):
        raise ZeroDivisionError
    assert "antigravity" not in sys.modules


def test_a_stand_in_is_found_within_and_the_module_itself_after() -> None:
    with instead("this_module_is_not_there", poem=1):
        assert importlib.import_module("this_module_is_not_there").poem == 1
    with pytest.raises(ImportError):
        importlib.import_module("this_module_is_not_there")
    with instead("sys", argv=None):
        assert importlib.import_module("sys").argv  # imported before, it stays
