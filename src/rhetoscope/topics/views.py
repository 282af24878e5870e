"""Views of the topics: how stable they are, how they join, and when and in which outlets they occur."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.stats import wilson_interval
from rhetoscope.tables import Frame
from rhetoscope.topics.clustering import Settings, cluster_documents, count_neighbours, find_centres, find_nearest
from rhetoscope.topics.model import TopicFit
from rhetoscope.topics.units import list_documents

CHANGES = ("order", "seed", "noise")
"""What a refit changes: the order of the units, the seed, or the vectors (by `NOISE`)."""

NOISE = 5e-8
"""Standard deviation of the noise added to each coordinate: as large as the difference between processors."""

BINS = {"day": "1d", "week": "1w", "month": "1mo", "year": "1y"}
"""Values of the parameter `bins`, and their names in Polars; weeks begin on Monday."""

LEVELS = ("outlet", "section")
"""Columns of `articles` by which topics are counted."""


@dataclass(frozen=True)
class Stability:
    """How well refits agree with a fit.

    Attributes:
        refits: `change` (order, seed, noise), `run`, `agreement` (adjusted Rand index), `topics` (number of topics).
        fit: the fit, with values in the column `stability` of its topics.
    """

    refits: pl.DataFrame
    fit: TopicFit

    def compute_metrics(self) -> dict[str, float | None]:
        """Return the mean agreement of the refits of each change, as `stability_<change>`; null without refits."""
        means = dict(self.refits.group_by("change").agg(pl.col("agreement").mean()).iter_rows())
        return {f"stability_{change}": means.get(change) for change in CHANGES}


def describe_stability(stability: Stability) -> str:
    """Say in one sentence how often refits give the same topics."""
    refits = stability.refits
    if not refits.height:
        return "No refits were made, so nothing is known of the topics' stability."
    same = int((refits["agreement"] == 1).sum())
    means = ", ".join(
        f"{name.removeprefix('stability_')} {mean:.3f}" for name, mean in stability.compute_metrics().items()
    )
    return (
        f"{same:,} of {refits.height:,} refits give the very same topics; "
        f"adjusted Rand index by what was changed: {means}."
    )


def measure_stability(fit: TopicFit, units: Frame, vectors: np.ndarray, runs: int) -> Stability:
    """Refit the topics `runs` times for each of `CHANGES` and compare the documents' topics with those of `fit`.

    Only the documents that were clustered are refitted and compared; the topics of the others follow from them.

    Args:
        fit: the fit to test.
        units: the units of the fit.
        vectors: of the documents that were clustered, as in the fit.
        runs: refits for each change; 0 for none.

    Raises:
        InputError: `runs` is negative.
    """
    if runs < 0:
        raise InputError(f"topics.stability_runs must be at least 0, found {runs}")
    schema = {"change": pl.String, "run": pl.Int64, "agreement": pl.Float64, "topics": pl.Int64}
    if not len(fit.topics) or not runs:
        return Stability(pl.DataFrame(schema=schema), fit)
    clustered = fit.documents.head(len(vectors))
    before = clustered["topic"].to_numpy()
    among = pl.col("document").is_in(clustered["document"].implode())
    shown = units.lazy().select("unit_id", "document", "text").filter(among).collect()
    known = {_hash_input(vectors, fit.settings): before}
    rows, overlaps = [], []
    for change in CHANGES:
        for run in range(1, runs + 1):
            draw = np.random.default_rng([fit.settings.seed, run])
            changed, settings, order = vectors, fit.settings, np.arange(len(vectors))
            if change == "order":
                shuffled = list_documents(shown[draw.permutation(len(shown)).tolist()])
                order = clustered["document"].search_sorted(shuffled["document"]).to_numpy()
                changed = vectors[order]
            elif change == "seed":
                settings = replace(settings, seed=settings.seed + run)
            else:
                changed = (vectors + draw.normal(0, NOISE, vectors.shape)).astype(vectors.dtype)
            key = _hash_input(changed, settings)
            if key not in known:
                known[key] = cluster_documents(changed, settings).labels
            after = np.empty_like(before)
            after[order] = known[key]
            rows.append((change, run, round(measure_agreement(before, after), 4), len(set(after.tolist()) - {-1})))
            overlaps.append(find_best_overlaps(before, after))
    refits = pl.DataFrame(rows, schema=schema, orient="row")
    survival = [round(sum(overlap[topic] for overlap in overlaps) / len(overlaps), 4) for topic in fit.topics["topic"]]
    measured = fit.topics.with_columns(pl.Series("stability", survival, dtype=pl.Float64))
    return Stability(refits, replace(fit, topics=measured))


def _hash_input(vectors: np.ndarray, settings: Settings) -> str:
    """Hash all that the labels depend on (for plain Leiden only the neighbours), so that equal inputs run once."""
    only_graph = settings.clustering == "leiden" and settings.outliers == "none" and not settings.leave_out
    used = find_nearest(vectors, count_neighbours(len(vectors), settings)) if only_graph else vectors
    return hashlib.sha256(used.tobytes() + repr(settings).encode()).hexdigest()


def measure_agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Compute the adjusted Rand index of two labellings: 1 if equal, 0 for chance (Hubert & Arabie 1985).

    Documents without a topic (-1) count as one group.
    """
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def find_best_overlaps(one: np.ndarray, other: np.ndarray) -> dict[int, float]:
    """Find the largest Jaccard overlap, 0 to 1, of each topic of the first labelling with a topic of the other.

    This is the cluster-wise stability of Hennig 2007; the label -1 is no topic.
    """
    from sklearn.metrics.cluster import contingency_matrix

    table = contingency_matrix(one, other).astype(float)
    overlap = table / (table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table)
    rows, columns = sorted(set(one.tolist())), sorted(set(other.tolist()))
    if columns[0] == -1:
        overlap[:, 0] = 0.0
    return {topic: float(row.max()) for topic, row in zip(rows, overlap, strict=True) if topic != -1}


def build_hierarchy(fit: TopicFit, vectors: np.ndarray) -> pl.DataFrame:
    """Make the table `hierarchy`: which topics join, two at a time, and at what distance.

    The method is average linkage (Sokal & Michener 1958) on the cosine distance, 0 to 2, between the topics' mean
    vectors minus the mean of all documents. n topics have n - 1 joints; the first has the number n, the last joins all.

    Args:
        fit: a fit; with fewer than two topics the table is empty.
        vectors: shape (n, dimensions), of the documents that were clustered.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import pdist

    count = fit.topics.height
    if count < 2:
        return tables.make_empty("hierarchy")
    _, centres = find_centres(vectors, fit.documents["topic"].head(len(vectors)).to_numpy(), count)
    # a topic without documents is at distance 1; rounding makes equal distances equal on every processor
    joints = linkage(np.nan_to_num(pdist(centres, "cosine"), nan=1).round(6), method="average")
    rows = [
        (int(child), count + place, round(float(distance), 4))
        for place, (left, right, distance, _) in enumerate(joints.tolist())
        for child in (left, right)
    ]
    return pl.DataFrame(rows, schema=tables.TABLES["hierarchy"].schema, orient="row").sort("child")


def count_over_time(fit: TopicFit, bins: str) -> pl.DataFrame:
    """Make the table `over_time`: the share of each topic in the dated units of each bin of time.

    Every topic has a row in every bin that has a dated unit, even if its count there is 0. Bins without a dated unit
    have no row, because nothing is known about them.

    Args:
        fit: a fit; units without a date are left out.
        bins: a key of `BINS`.

    Raises:
        InputError: `bins` is not a key of `BINS`.
    """
    if bins not in BINS:
        raise InputError(f"topics.bins is {bins!r}; known are {', '.join(BINS)}")
    dated = fit.assignments.filter(pl.col("published_at").is_not_null())
    placed = dated.select("topic", start=pl.col("published_at").dt.truncate(BINS[bins]))
    return _count_shares("over_time", placed, fit.topics, ["start"])


def count_by_outlet(fit: TopicFit, articles: pl.DataFrame) -> pl.DataFrame:
    """Make the table `shares`: the share of each topic in the units of each outlet and each section.

    Args:
        fit: a fit.
        articles: the table `articles`; a unit has the outlet and section of its page.
    """
    pages = articles.select("doc_id", *LEVELS)
    known = fit.assignments.select("doc_id", "topic").join(pages, on="doc_id", how="left", validate="m:1")
    placed = known.unpivot(LEVELS, index="topic", variable_name="level", value_name="unit").drop_nulls("unit")
    return _count_shares("shares", placed, fit.topics, ["level", "unit"])


def _count_shares(name: str, placed: pl.DataFrame, topics: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Make a table of shares: the rows of each topic in `placed`, divided by all rows of the same group of `by`."""
    groups = placed.group_by(by).agg(units=pl.len())
    counts = placed.group_by("topic", *by).agg(count=pl.len())
    every = groups.join(topics.select("topic"), how="cross").join(counts, on=["topic", *by], how="left")
    shares = every.with_columns(pl.col("count").fill_null(0)).with_columns(
        share=(pl.col("count") / pl.col("units")).round(4),
        # units count as independent; paragraphs of one article are not quite, so the interval is a little too narrow
        **{name: end.round(4) for name, end in wilson_interval(pl.col("count"), pl.col("units")).items()},
    )
    table = tables.TABLES[name]
    return shares.select(list(table.schema)).cast(dict(table.schema)).sort(table.key)  # type: ignore[arg-type]
