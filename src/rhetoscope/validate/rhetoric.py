"""Coding measured on labelled sets: the rules and the learned coder against human labels, and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from rhetoscope import coder
from rhetoscope.validate import Row, gold, rules
from rhetoscope.validate.measures import Agreement, agreement, alpha

MEASURED = "measured"
"""How a figure came about on data whose labels did not train the coder; rules may have been written
with it in view."""
_FIGURES = ("n", "positive", "precision", "recall", "f1", "low", "high", "alpha")


def rows(folder: Path) -> list[Row]:
    """The rows of the validation table for every labelled set that the folder holds."""
    found: list[Row] = []
    for each in measured(folder).iter_rows(named=True):
        of, device, n = each["set"], each["device"], each["n"]
        system = each["coder"] if each["how"] == MEASURED else f"{each['coder']}, {each['how']}"
        found.append(Row(of, f"{device}: F1", system, n, each["f1"], each["low"], each["high"]))
        found += [Row(of, f"{device}: {name}", system, n, each[name]) for name in ("precision", "recall")]
        found.append(Row(of, f"{device}: Krippendorff's α", system, n, each["alpha"]))
    return found


@lru_cache(maxsize=2)
def measured(folder: Path) -> pl.DataFrame:
    """Each coder on each set: `device`, `set`, `coder`, `how`, the fields of `Agreement`, `coders_alpha`, `version`.

    `how` is `measured`, or says how a cross-validated figure of the model card came about: on data that trained the
    coder that is all that is given, for figures in-sample show no reliability. `coders_alpha` is Krippendorff's α of
    the two coders, null where the learned one was not measured.
    """
    found = [row for labelled in gold.read(folder) for row in _measured(labelled)]
    return pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame()


def coders_agree(labelled: gold.Labelled) -> float:
    """Krippendorff's α of the rules and the learned coder on the units of a set, whatever its labels say.

    Raises:
        InputError: the learned coder has no such task.
    """
    return alpha(rules.code(labelled), _learned(labelled))


def _measured(labelled: gold.Labelled) -> Iterator[dict[str, Any]]:
    truth = labelled.frame.get_column("gold").to_numpy()
    head = {"device": labelled.device, "set": labelled.name}
    by_rules = rules.code(labelled)
    found = {**head, "coder": "rules", "how": MEASURED, **_figures(agreement(truth, by_rules))}
    tail: dict[str, Any] = {"coders_alpha": None, "version": labelled.version}
    if labelled.device not in coder.TASKS:
        yield {**found, **tail}
        return
    trained = list(_trained_on(coder.card()[labelled.device], labelled.version))
    if trained:
        yield {**found, **tail}
        figures = ({"how": card["how"], **{key: card[key] for key in _FIGURES}} for card in trained if "f1" in card)
        yield from ({**head, "coder": "learned", **each, **tail} for each in figures)
        return
    learned = _learned(labelled)
    tail["coders_alpha"] = round(alpha(by_rules, learned), 3)
    yield {**found, **tail}
    yield {**head, "coder": "learned", "how": MEASURED, **_figures(agreement(truth, learned)), **tail}


def _learned(labelled: gold.Labelled) -> np.ndarray:
    return coder.predict(labelled.device, labelled.frame).get_column("label").to_numpy()


def _figures(found: Agreement) -> dict[str, float]:
    return {
        name: value if name in ("n", "positive") else round(float(value), 3) for name, value in found._asdict().items()
    }


def _trained_on(card: dict[str, Any], version: str) -> Iterator[dict[str, Any]]:
    """The entries of a model card that name this version of the data."""
    if version in card.get("versions", ()):
        yield card
    for each in card.values():
        if isinstance(each, dict):
            yield from _trained_on(each, version)
