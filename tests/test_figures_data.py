"""A wrong number in a figure fails: what is drawn is read from the figure and compared with its table."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from conftest import ROOT
from rhetoscope import figures, findings, project, tables
from rhetoscope.figures.style import shorten

Tables = dict[str, Any]
Rows = Counter[tuple[Any, ...]]
DEVICES = ["threat", "hedge", "label"]
TOLERANCE = 0.1
"""Points by which a coordinate may differ on another kind of processor."""


# --- what stands in a figure ---


def round_row(*values: Any) -> tuple[Any, ...]:
    return tuple(round(float(value), 6) if isinstance(value, float | int | np.number) else value for value in values)


def read_row_names(axes: Any) -> list[str]:
    """What the rows are called; panels side by side have their names at the first."""
    panels = axes.get_shared_y_axes().get_siblings(axes)
    return max(([label.get_text() for label in panel.get_yticklabels()] for panel in panels), key=len)


def read_dots(figure: Figure) -> Rows:
    """Panel, row, value, ends of the interval and text of every dot; panel and value of every baseline."""
    found: Rows = Counter()
    for axes in figure.axes:
        title, names = axes.get_title(loc="left"), read_row_names(axes)
        lines = [(line.get_marker(), *np.asarray(line.get_data()).tolist()) for line in axes.lines]
        ends = {y[0]: x for marker, x, y in lines if marker == "None" and y[0] == y[-1]}
        texts = {text.xy[1]: text.get_text() for text in axes.texts if text.get_text()}  # type: ignore[attr-defined]
        for marker, x, y in lines:
            if marker == "o":
                dot = (names[round(y[0])], x[0], *ends.get(y[0], (None, None)), texts.get(y[0], ""))
                found[round_row(title, *dot)] += 1
            elif y[0] != y[-1]:
                found[round_row(title, "baseline", x[0])] += 1
    return found


def read_bars(figure: Figure) -> Rows:
    """Panel, row and length of every bar that has one, and every text with a number."""
    found: Rows = read_numbers(figure)
    for number, axes in enumerate(figure.axes):
        names = read_row_names(axes)
        for bar in axes.patches:
            y = round(bar.get_y() + bar.get_height() / 2)  # type: ignore[attr-defined]
            if width := bar.get_width():  # type: ignore[attr-defined]
                found[round_row(number, names[y] if y < len(names) else y, width)] += 1
    return found


def read_numbers(figure: Figure) -> Rows:
    texts = (text.get_text() for axes in figure.axes for text in axes.texts)
    return Counter((text,) for text in texts if any(sign.isdigit() for sign in text))


def read_lines(figure: Figure) -> Rows:
    """Panel, value and ends of the interval of every time; of a time without a value, None."""
    found: Rows = Counter()
    for axes in figure.axes:
        title = axes.get_title(loc="left")
        if not title:
            continue
        for line in axes.lines:
            hollow = line.get_markerfacecolor() == "white"
            found += Counter(round_row(title, None if hollow else y) for y in np.asarray(line.get_ydata()))
        for band in axes.collections:
            corners = np.concatenate([path.vertices for path in band.get_paths()])  # type: ignore[misc]
            found += Counter({round_row(title, "corner", y): 1 for y in corners[:, 1]})
    return found


# --- what the tables say ---


def want_rates(rows: pl.DataFrame, title: Callable, name: Callable, text: Callable, few: bool = True) -> Rows:
    """What `read_dots` finds where each rate is drawn; without `few`, what is too little has no interval."""
    return Counter(
        round_row(
            title(r), name(r), r["per_1000"] or 0.0,
            *((r["low"], r["high"]) if few or r["enough"] else (None, None)), text(r),
        )
        for r in rows.iter_rows(named=True)
    )  # fmt: skip


def spell(name: str) -> str:
    return name.replace("_", " ")


def spell_count(r: dict[str, Any]) -> str:
    """The rate with its interval and codings, as a dot of the whole corpus has it."""
    count = f", {r['count']:,} coding{'s' * (r['count'] != 1)}" if r["count"] else ""
    few = "" if r["enough"] else ": too little to report" if r["count"] else ": not found"
    return figures.format_rate(r["per_1000"] or 0.0, r["low"], r["high"]) + count + few


def want_profile(t: Tables) -> Rows:
    rows = t["rates"].filter((pl.col("level") == "corpus") & (pl.col("count") > 0))
    several = rows["family"].n_unique() > 1

    def name(r: dict[str, Any]) -> str:
        family = f" · {spell(r['family'])}" if several and r["family"] != r["device"] else ""
        return shorten(spell(r["device"]) + family, 40)

    return want_rates(rows, lambda _: "", name, spell_count)


def want_indicators(t: Tables) -> Rows:
    rows = t["rates"].filter((pl.col("level") == "corpus") & pl.col("family").str.ends_with("_journalism"))
    return want_rates(rows, lambda r: f"{spell(r['family'])} indicators", lambda r: spell(r["device"]), spell_count)


def want_units(t: Tables, level: str) -> Rows:
    devices, names = t["devices"][level][:6], t["names"] if level == "topic" else {}
    rows = t["rates"].filter((pl.col("level") == level) & pl.col("device").is_in(devices))
    largest = rows.unique("unit").sort("words", "unit", descending=[True, False])["unit"].head(8)
    corpus = t["rates"].filter(pl.col("level") == "corpus").select("device", "per_1000")
    pooled = rows.group_by("device").agg(1000 * pl.col("count").sum() / pl.col("words").sum())
    line = dict((pooled if level == "actor" else corpus).iter_rows())

    def text(r: dict[str, Any]) -> str:
        few = f"{r['count']} found" if r["count"] else "none"
        return figures.format_rate(r["per_1000"]) if r["enough"] else few

    def name(r: dict[str, Any]) -> str:
        return shorten(names.get(r["unit"], r["unit"]), 40)

    rows = rows.filter(pl.col("unit").is_in(largest.implode()))
    lines = Counter(round_row(spell(device), "baseline", line[device]) for device in devices)
    return want_rates(rows, lambda r: spell(r["device"]), name, text, few=False) + lines


def want_shares(t: Tables) -> Rows:
    rows = t["shares"].filter(pl.col("level") == "outlet").join(t["topics"].select("topic", "label"), on="topic")
    spread = rows.group_by("topic").agg(s=pl.col("share").max() - pl.col("share").min())
    drawn = spread.sort("s", "topic", descending=[True, False]).head(6)
    return Counter(
        round_row(
            shorten(r["label"], 26), r["unit"], 100 * r["share"], 100 * r["low"], 100 * r["high"],
            f"{100 * r['share']:.0f} %",
        )
        for r in rows.join(drawn, on="topic").iter_rows(named=True)
    )  # fmt: skip


def want_differences(t: Tables) -> Rows:
    here = want_rates(
        t["by_outlet"].with_columns(enough=True), lambda r: r["name"], lambda r: spell(r["device"]), lambda _: ""
    )
    rest = t["by_outlet"].with_columns(enough=True, per_1000="rest", low="rest_low", high="rest_high")
    return here + want_rates(rest, lambda r: r["name"], lambda r: spell(r["device"]), lambda _: "")


def want_over_time(t: Tables) -> Rows:
    found: Rows = Counter()
    for r in t["rates"].filter((pl.col("level") == "month") & pl.col("device").is_in(DEVICES)).iter_rows(named=True):
        found[round_row(spell(r["device"]), r["per_1000"] if r["enough"] else None)] += 1
        if r["enough"]:
            found |= Counter({round_row(spell(r["device"]), "corner", r[end]): 1 for end in ("low", "high")})
    return found


def want_timeline(t: Tables) -> Rows:
    found: Rows = Counter()
    for r in t["over_time"].join(t["topics"].head(6), on="topic").iter_rows(named=True):
        found[round_row(r["label"], 100 * r["share"])] += 1
        found |= Counter({round_row(r["label"], "corner", 100 * r[end]): 1 for end in ("low", "high")})
    return found


def want_page(t: Tables) -> Rows:
    """A bar a line, and a label beside each run of five lines or more of the same kind and list."""
    lines = t["lines"].filter(pl.col("kind") != "blank").sort("line").to_dicts()
    runs: list[dict[str, Any]] = []
    for line in lines:
        reason = line["reason"] or ""
        if not runs or runs[-1]["kind"] != line["kind"] or reason.startswith("name of"):
            runs.append({"kind": line["kind"], "name": "", "sizes": []})
        named = re.search("list (“.*”)$", reason)
        runs[-1]["name"] = runs[-1]["name"] or (named[1] if named else "")
        runs[-1]["sizes"].append(line["words"])
    unnamed = {"article": "the article", "headline list": "a list of headlines"}
    texts = []
    for run in runs:
        label, sizes = run["name"] or unnamed.get(run["kind"], run["kind"]), run["sizes"]
        texts += [f"{label}\n{sum(sizes):,} words on {len(sizes)} lines"] if len(sizes) >= 5 else []
    bars = [round_row(0, place, min(100, max(1, line["words"]))) for place, line in enumerate(lines)]
    return Counter([*bars, *((text,) for text in texts)])


def want_pages(t: Tables) -> Rows:
    rows = t["lines"].filter(pl.col("kind") != "blank").group_by("doc_id", "kind").agg(pl.col("words").sum())
    rows = rows.with_columns(share=100 * pl.col("words") / pl.col("words").sum().over("doc_id"))
    articles = rows.filter(pl.col("kind") == "article").sort("share", descending=True)["doc_id"].to_list()
    return Counter(round_row(0, articles.index(r["doc_id"]), r["share"]) for r in rows.to_dicts() if r["share"])


def want_chrome(t: Tables) -> Rows:
    found: Rows = Counter()
    for r in t["effect"].iter_rows(named=True):
        text = f"{r['article']:,} → {r['page']:,}" if r["page"] > r["article"] else f"{r['article']:,}"
        found += Counter([(r["actor"], r["page"]), (r["actor"], r["article"]), (text,)])
    return found


def read_points(figure: Figure) -> Rows:
    """Row and place of every dot, and every text with a number."""
    (axes,) = figure.axes
    names = read_row_names(axes)
    dots = [np.asarray(line.get_data()).T for line in axes.lines if line.get_marker() == "o"]
    return read_numbers(figure) + Counter(round_row(names[round(y)], x) for some in dots for x, y in some)


def want_sizes(t: Tables) -> Rows:
    rows = t["topics"].head(20).to_dicts()
    texts = Counter((f"{r['size']:,} (coherence {r['coherence']:+.2f})".replace("-", "−"),) for r in rows)
    return texts + Counter(round_row(0, shorten(r["label"], 40), r["size"]) for r in rows)


def want_map(t: Tables) -> Rows:
    sizes = dict(t["documents"].group_by("topic").len().iter_rows())
    rows = t["topics"].head(20).select("topic", "label").iter_rows()
    labels = Counter((f"{shorten(label, 40)} ({sizes[topic]:,})",) for topic, label in rows)
    return labels + Counter([("dots", size) for size in sizes.values()])


def read_map(figure: Figure) -> Rows:
    (axes,) = figure.axes
    return read_numbers(figure) + Counter(("dots", len(np.asarray(dots.get_offsets()))) for dots in axes.collections)


def want_stability(t: Tables) -> Rows:
    rows = t["topics"].sort("stability", "topic").head(20)
    return Counter(
        round_row("", shorten(r["label"], 40), r["stability"], None, None, f"{r['stability']:.2f}")
        for r in rows.to_dicts()
    ) + Counter([("", "baseline", 0.5)])


def read_joints(figure: Figure) -> Rows:
    """Where the lines of the tree begin and end."""
    lines = [line.get_xdata() for line in figure.axes[0].lines]
    return Counter(round_row(*x) for x in lines if x[0] != x[1])  # type: ignore[index]


def want_joints(t: Tables) -> Rows:
    heights = dict(t["hierarchy"].select("parent", "distance").iter_rows())
    rows = t["hierarchy"].iter_rows()
    lines = [(heights.get(child, 0.0), distance) for child, _, distance in rows]
    return Counter(round_row(*line) for line in lines if line[0] != line[1])


def want_roles(t: Tables) -> Rows:
    found: Rows = Counter()
    largest = t["mentions"].group_by("actor").len().sort(["len", "actor"], descending=[True, False]).head(8)
    for actor, mentions in largest.iter_rows():
        own = t["mentions"].filter(pl.col("actor") == actor)
        roles = own["role"].value_counts()["count"].to_list()
        judged = [n for n in ((own["valence"] > 0).sum(), -int((own["valence"] < 0).sum())) if n]
        written = [n for n in roles if 40 * n > largest["len"].max() * len(str(n))]  # those that fit into their bar
        found += Counter(round_row(0, shorten(actor, 40), n) for n in roles)
        found += Counter(round_row(1, shorten(actor, 40), n) for n in judged)
        found += Counter((f"{abs(n):,}",) for n in (mentions, *written, *judged))
    return found


def want_evidentials(t: Tables) -> Rows:
    length = t["sentences"].group_by("doc_id").agg(length=pl.col("end").max())
    placed = t["evidentials"].join(length, on="doc_id").with_columns(pl.col("actor").fill_null("no actor"))
    mentions = t["mentions"].group_by("actor").len().sort(["len", "actor"], descending=[True, False])
    fallen = Counter(placed["actor"])
    spared = mentions.filter(~pl.col("actor").is_in(list(fallen)))["actor"].head(2)
    known = dict(mentions.iter_rows())
    texts = [f"{fallen[name]} on {known.get(name, 0)}" for name in (*fallen, *spared) if name != "no actor"]
    texts += [f"{fallen['no actor']}"] if "no actor" in fallen else []
    dots = Counter(round_row(r["actor"], 100 * r["start"] / r["length"]) for r in placed.to_dicts())
    return dots + Counter((text,) for text in texts)


def want_square(t: Tables) -> Rows:
    found: Rows = Counter()
    views = t["square"]["perspective"].unique().sort().to_list()
    cells = t["square"].filter(pl.col("said") != "nothing").group_by("perspective", "side", "said")
    for r in cells.agg(pl.col("mentions", "emphasised", "mitigated").sum()).to_dicts():
        n, raised, lowered = r["mentions"], r["emphasised"], r["mitigated"]
        found[(f"{n}" + (f": {raised} emphasised, {lowered} mitigated" if raised or lowered else ""),)] += 1
        if n:
            row = f"{'good' if r['said'] == 'good' else 'ill'} of {r['side']}"
            found[round_row(views.index(r["perspective"]), row, n)] += 1
    return found


# --- tables with several outlets, months, topics and actors ---


def fill(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of a table, their other columns null."""
    schema = tables.make_empty(name).schema
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


@pytest.fixture(scope="module")
def made() -> Tables:
    draw = np.random.default_rng(5)
    units = {
        "corpus": ["all"], "outlet": ["A", "B"], "actor": ["Ruritania", "Syldavia"], "topic": ["0", "1"],
        "month": ["2024-01", "2024-02", "2024-03", "2024-05"],
    }  # fmt: skip
    families = {"threat": "threat", "hedge": "metadiscourse", "label": "labelling", "zero_sum": "war_journalism",
                "good_bad": "war_journalism", "win_win": "peace_journalism"}  # fmt: skip
    rates = []
    for level, named in units.items():
        for place, unit in enumerate(named):
            for device, family in families.items():
                count = int(draw.integers(0, 30)) if device != "win_win" else 1
                at = {"level": level, "unit": unit, "family": family, "device": device, "enough": count > 3}
                ends = {"low": count / 2, "high": count * 1.7 + 1, "cluster": "document", "clusters": 9}
                rates.append(at | ends | {"count": count, "words": 1000 - place, "per_1000": float(count)})
    labels = ["Peace, talks & truce", "War & front", "Oil", "Vote", "A label that is longer than a row's name can be"]
    sizes = [9, 7, 5, 4, 3]
    topics = [
        {"topic": n, "label": label, "size": sizes[n], "coherence": 0.1 * n - 0.2, "stability": 0.9 - 0.13 * n}
        for n, label in enumerate(labels)
    ]
    months = [datetime(2024, month, 1) for month in (1, 2, 3, 4)]
    over_time = [
        {"topic": n, "start": month, "units": 20, "share": 0.1 + 0.02 * n + 0.03 * k, "low": 0.01 * n, "high": 0.5}
        for n in range(5) for k, month in enumerate(months)
    ]  # fmt: skip
    shares = [
        {"level": "outlet", "unit": unit, "topic": n, "units": 90, "share": 0.1 + (0.04 * n + 0.01) * (unit == "A"),
         "low": 0.05, "high": 0.6}
        for n in range(5) for unit in ("A", "B")
    ]  # fmt: skip
    mentions = [
        {"doc_id": "d", "actor": actor, "role": role, "start": 7 * n, "valence": float(n % 3 - 1)}
        for n, (actor, role) in enumerate(
            [("Ruritania", "agent")] * 5 + [("Ruritania", "other")] * 2 + [("Syldavia", "patient")] * 3
        )
    ]
    square = [
        {"perspective": view, "side": side, "actor": actor, "said": said, "mentions": n, "emphasised": 1,
         "mitigated": 0}
        for view, actors in (("X", "XY"), ("Y", "YX"))
        for (side, actor), said, n in zip(
            [("us", actors[0])] * 2 + [("them", actors[1])] * 2, ["good", "bad"] * 2, (1, 2, 3, 4), strict=True
        )
    ]  # fmt: skip
    differences = [
        {"level": "outlet", "unit": unit, "name": unit, "device": device, "words": 1000, "count": 9,
         "per_1000": 2.0 + n, "low": 1.0 + n, "high": 4.0 + n, "rest": 1.5 + n, "rest_low": 1.2, "rest_high": 9.0,
         "log_odds": 0.5, "z": 3.0 - n, "q": 0.01, "apart": n == 0}
        for unit in ("A", "B") for n, device in enumerate(DEVICES)
    ]  # fmt: skip
    joints = [(0, 5, 0.4), (1, 5, 0.4), (2, 6, 0.5), (3, 6, 0.5), (5, 7, 0.8), (6, 7, 0.8), (4, 8, 1.1), (7, 8, 1.1)]
    lines = [
        {"doc_id": doc, "line": n, "kind": kind, "words": words + 3 * n, "part": part, "reason": reason}
        for doc, words in (("d", 80), ("e", 60))
        for n, (kind, part, reason) in enumerate(
            [("article", "body", None), ("headline list", None, "headline in the list “Latest”"),
             ("site furniture", None, "menu"), ("blank", None, "blank line")]
        )
    ]  # fmt: skip
    documents = pl.DataFrame({"topic": [n for n, size in enumerate(sizes) for _ in range(size)] + [-1, -1]})
    effect = pl.DataFrame(
        [("Ruritania", 4, 9, 2.25), ("Syldavia", 3, 3, 1.0)], ["actor", "article", "page", "ratio"], orient="row"
    )
    return {
        "rates": fill("rates", rates), "topics": fill("topics", topics), "over_time": fill("over_time", over_time),
        "shares": fill("shares", shares), "mentions": fill("mentions", mentions), "square": fill("square", square),
        "by_outlet": pl.DataFrame(differences), "by_month": pl.DataFrame(differences), "effect": effect,
        "sentences": pl.DataFrame({"doc_id": ["d"], "start": [0], "end": [100]}),
        "evidentials": fill("codings", [{"doc_id": "d", "actor": actor, "start": n}
                                        for n, actor in enumerate(["Syldavia", "Syldavia", None])]),
        "hierarchy": pl.DataFrame(joints, ["child", "parent", "distance"], orient="row"),
        "lines": pl.DataFrame(lines), "articles": pl.DataFrame({"doc_id": ["d", "e"], "source": ["d.txt", "e.txt"]}),
        "documents": documents, "vectors": draw.normal(size=(documents.height, 8)).astype(np.float32),
        "devices": dict.fromkeys(("actor", "outlet", "topic"), DEVICES), "names": {"0": "Peace", "1": "War"},
        "refits": pl.DataFrame({"change": ["order", "seed"], "agreement": [0.9, 0.8]}),
    }  # fmt: skip


def only(t: Tables, doc_id: str = "d") -> Tables:
    return t | {name: t[name].filter(pl.col("doc_id") == doc_id) for name in ("lines", "articles")}


def draw_units(t: Tables, level: str) -> tuple[Figure | None, str]:
    return figures.draw_rates_by_unit(t["rates"], level, t["devices"][level], t["names"] if level == "topic" else None)


CASES: dict[str, tuple[Callable, Callable, Callable, str, str]] = {
    "page": (
        lambda t: figures.draw_page_anatomy(only(t)["lines"], only(t)["articles"]), read_bars,
        lambda t: want_page(only(t)), "lines", "words",
    ),
    "anatomy": (
        lambda t: figures.draw_page_anatomy(t["lines"], t["articles"]), read_bars,
        lambda t: want_page(t) if t["articles"].height == 1 else want_pages(t), "lines", "words",
    ),
    "chrome": (lambda t: figures.draw_chrome_effect(t["effect"], 8), read_points, want_chrome, "effect", "page"),
    "topics": (lambda t: figures.draw_topic_sizes(t["topics"], 60), read_bars, want_sizes, "topics", "size"),
    "map": (
        lambda t: figures.draw_topic_map(t["topics"], t["documents"], t["vectors"]), read_map, want_map,
        "documents", "topic",
    ),
    "stability": (
        lambda t: figures.draw_stability(t["topics"], t["refits"]), read_dots, want_stability, "topics", "stability",
    ),
    "hierarchy": (
        lambda t: figures.draw_topic_hierarchy(t["topics"], t["hierarchy"]), read_joints, want_joints,
        "hierarchy", "distance",
    ),
    "timeline": (
        lambda t: figures.draw_topic_timeline(t["topics"], t["over_time"], "month"), read_lines, want_timeline,
        "over_time", "share",
    ),
    "devices": (lambda t: figures.draw_device_profile(t["rates"]), read_dots, want_profile, "rates", "high"),
    "indicators": (lambda t: figures.draw_indicators(t["rates"]), read_dots, want_indicators, "rates", "per_1000"),
    "actors": (lambda t: figures.draw_actor_roles(t["mentions"]), read_bars, want_roles, "mentions", "valence"),
    "evidentials": (
        lambda t: figures.draw_evidentials(t["evidentials"], t["sentences"], t["mentions"]), read_points,
        want_evidentials, "evidentials", "start",
    ),
    "square": (lambda t: figures.draw_square(t["square"]), read_bars, want_square, "square", "mitigated"),
    "beside": (
        lambda t: figures.draw_differences(t["by_outlet"], ""), read_dots, want_differences, "by_outlet", "rest_high",
    ),
    "over_time": (
        lambda t: figures.draw_rates_over_time(t["rates"], t["by_month"], ""), read_lines, want_over_time,
        "rates", "per_1000",
    ),
    "outlets": (lambda t: draw_units(t, "outlet"), read_dots, lambda t: want_units(t, "outlet"), "rates", "low"),
    "spoken_of": (lambda t: draw_units(t, "actor"), read_dots, lambda t: want_units(t, "actor"), "rates", "count"),
    "in_topics": (lambda t: draw_units(t, "topic"), read_dots, lambda t: want_units(t, "topic"), "rates", "high"),
    "shares": (
        lambda t: figures.draw_topics_by_outlet(t["shares"], t["topics"], ""), read_dots, want_shares,
        "shares", "share",
    ),
}  # fmt: skip
"""How a figure is drawn and read, what it must hold, and a column that it shows; named as the report's files are."""


@pytest.mark.parametrize("name", CASES)
def test_what_is_drawn_is_what_the_table_says(name: str, made: Tables) -> None:
    draw, read, want, *_ = CASES[name]
    figure, _ = draw(made)
    assert read(figure) == want(made)


@pytest.mark.parametrize("name", CASES)
def test_a_changed_table_is_seen(name: str, made: Tables) -> None:
    """The comparison can fail: a figure of tables in which a column is a little larger is not taken for theirs."""
    draw, read, want, table, column = CASES[name]
    changed = made[table].with_columns(pl.col(column) + (1 if made[table].schema[column].is_integer() else 0.004))
    figure, _ = draw(made | {table: changed})
    assert read(figure) != want(made)


# --- the figures of this project's own run ---


@pytest.fixture(scope="module")
def run() -> Tables:
    """The tables that the pipeline made last."""
    names = ("topics", "mentions", "square", "hierarchy", "chrome_effect", "shares", "over_time", "rates", "codings")
    if not all(tables.TABLES[name].path.is_file() for name in (*names, "kept", "removed", "articles", "sentences")):
        pytest.skip("the pipeline has not run here")
    read = {name: tables.read(name) for name in names}
    corpus = findings.load()
    compared = findings.compared(corpus, project.read_params("findings")["min_words"])
    telling = {level: table["device"].unique(maintain_order=True).to_list() for level, table in compared.items()}
    of_actors = ["obligation", "threat", "impersonal_evidential", "label", "loaded_language", "agentless_passive"]
    return read | {
        "lines": corpus.lines.collect(), "articles": corpus.pages, "sentences": tables.read("sentences"),
        "rates": read["rates"].filter(pl.col("level") != "document"), "effect": read["chrome_effect"],
        "evidentials": read["codings"].filter(pl.col("device") == "impersonal_evidential"),
        "by_outlet": compared["outlet"], "by_month": compared["month"],
        "devices": telling | {"actor": of_actors}, "names": findings.names(corpus, "topic"),
    }  # fmt: skip


NOT_IN_THE_REPORT = {"page", "map", "stability", "hierarchy"}


def draw_report(t: Tables) -> dict[str, Figure]:
    """The figures of notebook 04 by the names of their files; those with nothing to draw are left out."""
    drawn = {name: draw(t)[0] for name, (draw, *_) in CASES.items() if name not in NOT_IN_THE_REPORT}
    return {name: figure for name, figure in drawn.items() if figure is not None}


def test_the_figures_of_the_report_hold_the_numbers_of_its_tables(run: Tables) -> None:
    for name, figure in draw_report(run).items():
        _, read, want, *_ = CASES[name]
        found, wanted = read(figure), want(run)
        assert not found - wanted, name
        assert name in ("chrome", "beside") or not wanted - found, name  # these show the largest alone


def read_svg(svg: str) -> tuple[list[str], list[str], list[float]]:
    """Texts of a drawn SVG, what else it is made of, and all its numbers."""
    texts = re.findall(r"<!-- (.*?) -->", svg)
    svg = re.sub(r'(id="|="#|url\(#)\w+', r"\1", re.sub(r"<!--.*?-->", "", svg))  # names are hashes of what they name
    number = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
    return texts, re.split(number, svg), [float(found) for found in re.findall(number, svg)]


def differ(committed: str, drawn: str) -> str:
    """In what two SVGs differ; empty where they are the same but for the last digits."""
    (texts, parts, numbers), (drawn_texts, drawn_parts, drawn_numbers) = read_svg(committed), read_svg(drawn)
    if texts != drawn_texts:
        return f"texts: {sorted(set(texts) ^ set(drawn_texts))[:6]}"
    if parts != drawn_parts:
        return "what is drawn"
    furthest = max((abs(a - b) for a, b in zip(numbers, drawn_numbers, strict=True)), default=0.0)
    return f"coordinates, by {furthest:.2f} points" if furthest > TOLERANCE else ""


def test_the_committed_figures_are_those_of_the_tables(run: Tables) -> None:
    """What is staged counts as committed, so that `git add` is enough after a change."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("without git nothing is committed")
    folder = "data/findings/figures"
    listed = subprocess.run([git, "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    committed = {path.rsplit("/", 1)[1].removesuffix(".svg") for path in listed.stdout.split()}
    drawn = draw_report(run)
    assert set(drawn) == committed
    wrong = {}
    for name, figure in drawn.items():
        show = [git, "show", f":{folder}/{name}.svg"]
        svg = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8").stdout
        wrong[name] = differ(svg, figures.render_svg(figure))
    assert not {name: what for name, what in wrong.items() if what}, "run `make` and commit its figures"


def test_a_changed_number_makes_the_committed_figure_differ(made: Tables) -> None:
    changed = made["mentions"].with_columns(role=pl.lit("agent"))
    one, other = (figures.render_svg(figures.draw_actor_roles(t)[0]) for t in (made["mentions"], changed))  # type: ignore[arg-type]
    assert differ(one, other).startswith("texts: ")
    moved = made["evidentials"].with_columns(pl.col("start") + 1)
    one, other = (
        figures.render_svg(figures.draw_evidentials(t, made["sentences"], made["mentions"])[0])  # type: ignore[arg-type]
        for t in (made["evidentials"], moved)
    )
    assert differ(one, one) == ""
    assert differ(one, other).startswith("coordinates, by ")
