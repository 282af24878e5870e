"""Do the topics come out again? Refits in another order, with other seeds and with noise in the vectors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import InputError
from rhetoscope.tables import Frame
from rhetoscope.topics import measure
from rhetoscope.topics.assign import partition
from rhetoscope.topics.guard import used_neighbours
from rhetoscope.topics.model import TopicFit
from rhetoscope.topics.neighbours import nearest
from rhetoscope.topics.settings import Settings
from rhetoscope.topics.units import documents

if TYPE_CHECKING:
    import numpy as np

CHANGES = ("order", "seed", "noise")
"""What a refit changes: the order of the units, the seed, or the vectors by `NOISE`."""

NOISE = 5e-8
"""Standard deviation of the noise added to each coordinate: what separates two kinds of processor."""


@dataclass(frozen=True)
class Stability:
    """Agreement of refits with the fit.

    Attributes:
        refits: `change` (order, seed, noise), `run`, `agreement` (adjusted Rand index), `topics` (their number).
        fit: the fit with the column `stability` of its topics filled in.
    """

    refits: pl.DataFrame
    fit: TopicFit

    def finding(self) -> str:
        """The answer in a sentence: how often the topics come out the same."""
        if not self.refits.height:
            return "No refits were made, so nothing is known of the topics' stability."
        same = int((self.refits["agreement"] == 1).sum())
        each = ", ".join(
            f"{change} {value:.3f}"
            for change in CHANGES
            if (value := self.metrics()[f"stability_{change}"]) is not None
        )
        return (
            f"{same:,} of {self.refits.height:,} refits give the very same topics; "
            f"adjusted Rand index by what was changed: {each}."
        )

    def metrics(self) -> dict[str, float | None]:
        """`stability_<change>`: mean agreement over the refits of each change; null where none was made."""
        means = dict(self.refits.group_by("change").agg(pl.col("agreement").mean()).iter_rows())
        return {f"stability_{change}": means.get(change) for change in CHANGES}


def stability(fit: TopicFit, units: Frame, vectors: np.ndarray, runs: int) -> Stability:
    """Refits the topics `runs` times for each of `CHANGES` and compares the documents' topics with those of `fit`.

    Only the documents that were clustered are refitted and compared; the topics of others follow from theirs.

    Args:
        fit: the fit to be tried.
        units: the units it was made of.
        vectors: of the documents that were clustered, as given to it.
        runs: refits of each change, 0 for none.

    Raises:
        InputError: `runs` is negative.
    """
    import numpy as np

    if runs < 0:
        raise InputError(f"topics.stability_runs must be at least 0, found {runs}")
    schema = {"change": pl.String, "run": pl.Int64, "agreement": pl.Float64, "topics": pl.Int64}
    if not len(fit.topics) or not runs:
        return Stability(pl.DataFrame(schema=schema), fit)
    clustered = fit.documents.head(len(vectors))
    settings, before = fit.settings, clustered["topic"].to_numpy()
    among = pl.col("document").is_in(clustered["document"].implode())
    shown = units.lazy().select("unit_id", "document", "text").filter(among).collect()
    row_of = {document: row for row, document in enumerate(clustered["document"])}
    known = {_input(vectors, settings): before}
    rows, overlaps = [], []
    for change in CHANGES:
        for run in range(1, runs + 1):
            draw = np.random.default_rng([settings.seed, run])
            changed, refit_settings, order = vectors, settings, np.arange(len(vectors))
            if change == "order":
                shuffled = documents(shown[draw.permutation(len(shown)).tolist()])
                order = np.array([row_of[document] for document in shuffled["document"]])
                changed = vectors[order]
            elif change == "seed":
                refit_settings = replace(settings, seed=settings.seed + run)
            else:
                changed = (vectors + draw.normal(0, NOISE, vectors.shape)).astype(vectors.dtype)
            after = np.empty_like(before)
            after[order] = _refit(changed, refit_settings, known)
            rows.append((change, run, round(measure.agreement(before, after), 4), len(set(after.tolist()) - {-1})))
            overlaps.append(measure.best_overlap(before, after))
    refits = pl.DataFrame(rows, schema=schema, orient="row")
    survival = [round(sum(overlap[topic] for overlap in overlaps) / len(overlaps), 4) for topic in fit.topics["topic"]]
    measured = fit.topics.with_columns(pl.Series("stability", survival, dtype=pl.Float64))
    return Stability(refits, replace(fit, topics=measured))


def _refit(vectors: np.ndarray, settings: Settings, known: dict[str, np.ndarray]) -> np.ndarray:
    """The labels of a partition; one that was given the very same input before is not computed again."""
    key = _input(vectors, settings)
    if key not in known:
        known[key] = partition(vectors, settings).labels
    return known[key]


def _input(vectors: np.ndarray, settings: Settings) -> str:
    """A hash of all that the partition depends on: for Leiden on one fitted set the neighbours, not the vectors."""
    graph = settings.clustering == "leiden" and settings.outliers == "none" and not settings.leave_out
    seen = nearest(vectors, used_neighbours(len(vectors), settings)) if graph and len(vectors) > 1 else vectors
    return hashlib.sha256(seen.tobytes() + repr(settings).encode()).hexdigest()
