"""A wrong number in a figure fails: what is drawn is read from the figure and compared with its table."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from conftest import ROOT
from rhetoscope import figures, findings, project, tables
from rhetoscope.figures.style import shorten

Tables = dict[str, Any]
Rows = Counter[tuple[Any, ...]]
DEVICES = ["threat", "hedge", "label"]
TOLERANCE = 0.1
"""Points by which a coordinate may differ on another kind of processor."""


def record(kind: str, *values: Any) -> tuple[Any, ...]:
    return kind, *(round(float(v), 6) if isinstance(v, float | int | np.number) else v for v in values)


def read(figure: Figure) -> Rows:
    """All that a figure shows, by kind: dots and points of lines, baselines, spans, bars, corners of bands, texts."""
    found: Rows = Counter()
    for number, axes in enumerate(figure.axes):
        title, name = axes.get_title(loc="left"), axes.yaxis.get_major_formatter()
        named = isinstance(name, FuncFormatter)  # the rows have names
        lines = [(line, *np.asarray(line.get_data(), dtype=float).tolist()) for line in axes.lines]
        ends = {y[0]: x for line, x, y in lines if line.get_marker() == "None" and y[0] == y[-1]}
        texts = {text.xy[1]: text.get_text() for text in axes.texts if hasattr(text, "xy")}
        for line, xs, ys in lines:
            dotted = line.get_marker() == "o"
            for x, y in zip(xs, ys, strict=True):
                if dotted and named:
                    ends_here = ends.get(y, (None, None))
                    found[record("dot", title, name(round(y)), x, *ends_here, texts.get(y, ""))] += 1
                    found[record("place", name(round(y)), x)] += 1
                elif dotted:
                    found[record("point", title, None if line.get_markerfacecolor() == "white" else y)] += 1
            if not dotted and len(xs) == 2:
                found[record("baseline", title, xs[0]) if xs[0] == xs[1] else record("span", *xs)] += 1
        for bar in axes.patches:
            y = round(bar.get_y() + bar.get_height() / 2)  # type: ignore[attr-defined]
            if width := bar.get_width():  # type: ignore[attr-defined]
                found[record("bar", number, name(y) if named else y, width)] += 1
        for drawn in axes.collections:
            if isinstance(drawn, PathCollection):
                found[record("cloud", len(np.asarray(drawn.get_offsets())))] += 1
            else:
                corners = np.concatenate([path.vertices for path in drawn.get_paths()])  # type: ignore[misc]
                found |= Counter({record("corner", title, y): 1 for y in corners[:, 1]})
        lasts = [text.get_text().split("\n")[-1] for text in axes.texts]
        found += Counter(("text", text) for text in lasts if any(sign.isdigit() for sign in text))
    return found


def find_surplus(figure: Figure, wanted: Rows) -> tuple[Rows, Rows]:
    """What is drawn and not wanted, and what is wanted and not drawn, of the kinds that are wanted."""
    kinds = {row[0] for row in wanted}
    found: Rows = Counter({row: n for row, n in read(figure).items() if row[0] in kinds})
    return found - wanted, wanted - found


# --- what the tables say ---


def spell(name: str) -> str:
    return name.replace("_", " ")


def want_rates(rows: pl.DataFrame, title: Callable, name: Callable, text: Callable, few: bool = True) -> Rows:
    """A dot for each rate; without `few`, what is too little has no interval."""
    found: Rows = Counter()
    for r in rows.to_dicts():
        ends = (r["low"], r["high"]) if few or r["enough"] else (None, None)
        found[record("dot", title(r), name(r), r["per_1000"] or 0.0, *ends, text(r))] += 1
    return found


def spell_count(r: dict[str, Any]) -> str:
    """The rate with its interval and codings, as a dot of the whole corpus has it."""
    count = f", {r['count']:,} coding{'s' * (r['count'] != 1)}" if r["count"] else ""
    few = "" if r["enough"] else ": too little to report" if r["count"] else ": not found"
    return figures.format_rate(r["per_1000"] or 0.0, r["low"], r["high"]) + count + few


def want_profile(t: Tables) -> Rows:
    rows = t["rates"].filter((pl.col("level") == "corpus") & (pl.col("count") > 0))

    def name(r: dict[str, Any]) -> str:
        family = f" · {spell(r['family'])}" if r["family"] != r["device"] else ""
        return shorten(spell(r["device"]) + family, 40)

    return want_rates(rows, lambda _: "", name, spell_count)


def want_indicators(t: Tables) -> Rows:
    rows = t["rates"].filter((pl.col("level") == "corpus") & pl.col("family").str.ends_with("_journalism"))
    return want_rates(rows, lambda r: f"{spell(r['family'])} indicators", lambda r: spell(r["device"]), spell_count)


def want_units(t: Tables, level: str) -> Rows:
    devices, names = t["devices"][level][:6], t["names"] if level == "topic" else {}
    rows = t["rates"].filter((pl.col("level") == level) & pl.col("device").is_in(devices))
    largest = rows.unique("unit").sort("words", "unit", descending=[True, False])["unit"].head(8)
    whole = rows if level == "actor" else t["rates"].filter((pl.col("level") == "corpus") & pl.col("count").ge(0))
    pooled = whole.group_by("device").agg(1000 * pl.col("count").sum() / pl.col("words").sum())
    mean = {device: rate if level == "actor" else round(rate, 3) for device, rate in pooled.iter_rows()}
    few = {0: "none"}
    drawn = want_rates(
        rows.filter(pl.col("unit").is_in(largest.implode())),
        lambda r: spell(r["device"]),
        lambda r: shorten(names.get(r["unit"], r["unit"]), 40),
        lambda r: figures.format_rate(r["per_1000"]) if r["enough"] else few.get(r["count"], f"{r['count']} found"),
        few=False,
    )
    return drawn + Counter(record("baseline", spell(device), mean[device]) for device in devices)


def want_shares(t: Tables) -> Rows:
    rows = t["shares"].filter(pl.col("level") == "outlet").join(t["topics"].select("topic", "label"), on="topic")
    rows = rows.with_columns(pl.col("share", "low", "high") * 100)
    return Counter(
        record("dot", shorten(r["label"], 26), r["unit"], r["share"], r["low"], r["high"], f"{r['share']:.0f} %")
        for r in rows.to_dicts()
    )


def want_differences(t: Tables) -> Rows:
    here, found = t["by_outlet"].with_columns(enough=True), Counter()
    for rows in (here, here.with_columns(per_1000="rest", low="rest_low", high="rest_high")):
        found += want_rates(rows, lambda r: r["name"], lambda r: spell(r["device"]), lambda _: "")
    return found


def want_lines(rows: Iterable[tuple[str, float | None, float | None, float | None]]) -> Rows:
    """A point for each value, and the corners of the band for its ends."""
    found: Rows = Counter()
    for title, value, *ends in rows:
        found[record("point", title, value)] += 1
        found |= Counter({record("corner", title, end): 1 for end in ends if value is not None})
    return found


def want_over_time(t: Tables) -> Rows:
    rows = t["rates"].filter((pl.col("level") == "month") & pl.col("device").is_in(DEVICES))
    value = pl.when("enough").then("per_1000")
    return want_lines(rows.select(pl.col("device").str.replace_all("_", " "), value, "low", "high").iter_rows())


def want_timeline(t: Tables) -> Rows:
    rows = t["over_time"].join(t["topics"].head(6), on="topic")
    return want_lines(rows.select("label", pl.col("share", "low", "high") * 100).iter_rows())


def want_anatomy(t: Tables) -> Rows:
    """Of one page a bar a line, and the size of each run of five lines or more; of several their shares."""
    lines = t["lines"].filter(pl.col("kind") != "blank").sort("line")
    if t["articles"].height > 1:
        rows = lines.group_by("doc_id", "kind").agg(pl.col("words").sum())
        rows = rows.with_columns(share=100 * pl.col("words") / pl.col("words").sum().over("doc_id"))
        order = rows.filter(pl.col("kind") == "article").sort("share", descending=True)["doc_id"].to_list()
        return Counter(record("bar", 0, order.index(r["doc_id"]), r["share"]) for r in rows.to_dicts())
    starts = pl.col("reason").fill_null("").str.starts_with("name of")
    run = (pl.col("kind").ne_missing(pl.col("kind").shift()) | starts).cum_sum()
    runs = lines.group_by(run).agg(pl.col("words").sum(), n=pl.len()).filter(pl.col("n") >= 5)
    texts = Counter(("text", f"{words:,} words on {n} lines") for _, words, n in runs.iter_rows())
    return texts + Counter(record("bar", 0, n, min(100, max(1, words))) for n, words in enumerate(lines["words"]))


def want_chrome(t: Tables) -> Rows:
    found: Rows = Counter()
    for r in t["effect"].to_dicts():
        text = f"{r['article']:,} → {r['page']:,}" if r["page"] > r["article"] else f"{r['article']:,}"
        found += Counter(record("dot", "", r["actor"], r[place], None, None, text) for place in ("page", "article"))
    return found


def want_sizes(t: Tables) -> Rows:
    rows = t["topics"].head(20).to_dicts()
    texts = (f"{r['size']:,} (coherence {r['coherence']:+.2f})".replace("-", "−") for r in rows)
    bars = Counter(record("bar", 0, shorten(r["label"], 40), r["size"]) for r in rows)
    return bars + Counter(("text", text) for text in texts)


def want_map(t: Tables) -> Rows:
    sizes = dict(t["documents"].group_by("topic").len().iter_rows())
    rows = t["topics"].head(20).select("topic", "label").iter_rows()
    labels = Counter(("text", f"{shorten(label, 40)} ({sizes[topic]:,})") for topic, label in rows)
    return labels + Counter(record("cloud", size) for size in sizes.values())


def want_stability(t: Tables) -> Rows:
    rows = t["topics"].select("label", "stability").iter_rows()
    dots = Counter(record("dot", "", shorten(label, 40), s, None, None, f"{s:.2f}") for label, s in rows)
    return dots + Counter([record("baseline", "", 0.5)])


def want_joints(t: Tables) -> Rows:
    heights = dict(t["hierarchy"].select("parent", "distance").iter_rows())
    spans = [(heights.get(child, 0.0), top) for child, _, top in t["hierarchy"].iter_rows()]
    return Counter(record("span", low, high) for low, high in spans if low != high)


def want_roles(t: Tables) -> Rows:
    found: Rows = Counter()
    largest = t["mentions"].group_by("actor").len().sort(["len", "actor"], descending=[True, False]).head(8)
    for actor, mentions in largest.iter_rows():
        own = t["mentions"].filter(pl.col("actor") == actor)
        roles = own["role"].value_counts()["count"].to_list()
        judged = [n for n in ((own["valence"] > 0).sum(), -int((own["valence"] < 0).sum())) if n]
        written = [n for n in roles if 40 * n > largest["len"].max() * len(str(n))]  # those that fit into their bar
        found += Counter(
            record("bar", axes, shorten(actor, 40), n) for axes, ns in enumerate((roles, judged)) for n in ns
        )
        found += Counter(("text", f"{abs(n):,}") for n in (mentions, *written, *judged))
    return found


def want_evidentials(t: Tables) -> Rows:
    length = t["sentences"].group_by("doc_id").agg(length=pl.col("end").max())
    placed = t["evidentials"].join(length, on="doc_id").with_columns(pl.col("actor").fill_null("no actor"))
    known = dict(t["mentions"].group_by("actor").len().sort(["len", "actor"], descending=[True, False]).iter_rows())
    fallen = Counter(placed["actor"])
    spared = [actor for actor in known if actor not in fallen][:2]
    texts = [f"{fallen[name]} on {known.get(name, 0)}" for name in (*fallen, *spared) if name != "no actor"]
    texts += [f"{fallen['no actor']}"] if "no actor" in fallen else []
    dots = Counter(record("place", r["actor"], 100 * r["start"] / r["length"]) for r in placed.to_dicts())
    return dots + Counter(("text", text) for text in texts)


def want_square(t: Tables) -> Rows:
    found: Rows = Counter()
    views = t["square"]["perspective"].unique().sort().to_list()
    cells = t["square"].filter(pl.col("said") != "nothing").group_by("perspective", "side", "said")
    for r in cells.agg(pl.col("mentions", "emphasised", "mitigated").sum()).to_dicts():
        n, raised, lowered = r["mentions"], r["emphasised"], r["mitigated"]
        found["text", f"{n}" + (f": {raised} emphasised, {lowered} mitigated" if raised or lowered else "")] += 1
        row = f"{'good' if r['said'] == 'good' else 'ill'} of {r['side']}"
        found += Counter({record("bar", views.index(r["perspective"]), row, n): bool(n)})
    return found


# --- tables with several outlets, months, topics and actors ---


def fill(name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of a table, its other columns null."""
    schema = tables.make_empty(name).schema
    return pl.DataFrame([dict.fromkeys(schema) | dict(zip(columns.split(), row, strict=True)) for row in rows], schema)


@pytest.fixture(scope="module")
def made() -> Tables:
    draw = np.random.default_rng(5)
    units = {"corpus": ["all"], "outlet": ["A", "B"], "actor": ["Ruritania", "Syldavia"], "topic": ["0", "1"],
             "month": ["2024-01", "2024-02", "2024-03", "2024-05"]}  # fmt: skip
    families = {"threat": "threat", "hedge": "metadiscourse", "label": "labelling", "zero_sum": "war_journalism",
                "good_bad": "war_journalism", "win_win": "peace_journalism"}  # fmt: skip
    counts = [
        (level, unit, families[device], device, 1 if device == "win_win" else int(draw.integers(0, 30)), 1000)
        for level, named in units.items() for unit in named for device in families
    ]  # fmt: skip
    rates = fill("rates", "level unit family device count words", counts).with_columns(
        enough=pl.col("count") > 3, per_1000=pl.col("count").cast(float), low=pl.col("count") / 2,
        high=pl.col("count") * 1.7 + 1, cluster=pl.lit("document"), clusters=pl.lit(9),
    )  # fmt: skip
    labels = ["Peace, talks & truce", "War & front", "Oil", "Vote", "A label that is longer than a row's name can be"]
    sizes = [9, 7, 5, 4, 3]
    topics = [(n, label, sizes[n], 0.1 * n - 0.2, 0.9 - 0.13 * n) for n, label in enumerate(labels)]
    over_time = [
        (n, datetime(2024, month, 1), 20, 0.1 + 0.02 * n + 0.03 * month, 0.01 * n, 0.5)
        for n in range(5) for month in (1, 2, 3, 4)
    ]  # fmt: skip
    shares = [
        ("outlet", unit, n, 90, 0.1 + (0.04 * n + 0.01) * (unit == "A"), 0.05, 0.6) for n in range(5) for unit in "AB"
    ]
    roles = [("Ruritania", "agent")] * 5 + [("Ruritania", "other")] * 2 + [("Syldavia", "patient")] * 3
    mentions = [("d", actor, role, 7 * n, n % 3 - 1.0) for n, (actor, role) in enumerate(roles)]
    square = [
        (view, side, actor, said, n, 1, 0)
        for view, us, them in (("X", "X", "Y"), ("Y", "Y", "X"))
        for side, actor, said, n in (("us", us, "good", 1), ("us", us, "bad", 2), ("them", them, "good", 3),
                                     ("them", them, "bad", 4))
    ]  # fmt: skip
    differences = pl.DataFrame(
        [
            {"level": "outlet", "unit": unit, "name": unit, "device": device, "words": 1000, "per_1000": 2.0 + n,
             "low": 1.0 + n, "high": 4.0 + n, "rest": 1.5 + n, "rest_low": 1.2, "rest_high": 9.0, "log_odds": 0.5,
             "z": 3.0 - n, "apart": n == 0}
            for unit in "AB" for n, device in enumerate(DEVICES)
        ]
    )  # fmt: skip
    joints = [(0, 5, 0.4), (1, 5, 0.4), (2, 6, 0.5), (3, 6, 0.5), (5, 7, 0.8), (6, 7, 0.8), (4, 8, 1.1), (7, 8, 1.1)]
    kinds = [("article", "body", None), ("headline list", None, "headline in the list “Latest”"),
             ("site furniture", None, "menu"), ("blank", None, "blank line")]  # fmt: skip
    lines = [(doc, n, words + 3 * n, *kind) for doc, words in (("d", 80), ("e", 60)) for n, kind in enumerate(kinds)]
    documents = pl.DataFrame({"topic": [n for n, size in enumerate(sizes) for _ in range(size)] + [-1, -1]})
    return {
        "rates": rates,
        "topics": fill("topics", "topic label size coherence stability", topics),
        "over_time": fill("over_time", "topic start units share low high", over_time),
        "shares": fill("shares", "level unit topic units share low high", shares),
        "mentions": fill("mentions", "doc_id actor role start valence", mentions),
        "square": fill("square", "perspective side actor said mentions emphasised mitigated", square),
        "by_outlet": differences,
        "by_month": differences,
        "effect": fill(
            "chrome_effect", "actor article page ratio", [("Ruritania", 4, 9, 2.25), ("Syldavia", 3, 3, 1.0)]
        ),
        "sentences": pl.DataFrame({"doc_id": ["d"], "start": [0], "end": [100]}),
        "evidentials": fill(
            "codings", "doc_id actor start", [("d", "Syldavia", 0), ("d", "Syldavia", 1), ("d", None, 2)]
        ),
        "hierarchy": pl.DataFrame(joints, ["child", "parent", "distance"], orient="row"),
        "lines": pl.DataFrame(lines, ["doc_id", "line", "words", "kind", "part", "reason"], orient="row"),
        "articles": pl.DataFrame({"doc_id": ["d", "e"], "source": ["d.txt", "e.txt"]}),
        "documents": documents,
        "vectors": draw.normal(size=(documents.height, 8)).astype(np.float32),
        "devices": dict.fromkeys(("actor", "outlet", "topic"), DEVICES),
        "names": {"0": "Peace", "1": "War"},
        "refits": pl.DataFrame({"change": ["order", "seed"], "agreement": [0.9, 0.8]}),
    }


def select_page(t: Tables) -> Tables:
    return t | {name: t[name].filter(pl.col("doc_id") == "d") for name in ("lines", "articles")}


def draw_anatomy(t: Tables) -> tuple[Figure, str]:
    return figures.draw_page_anatomy(t["lines"], t["articles"])


def draw_units(t: Tables, level: str) -> tuple[Figure | None, str]:
    return figures.draw_rates_by_unit(t["rates"], level, t["devices"][level], t["names"] if level == "topic" else None)


CASES: dict[str, tuple[Callable, Callable, str, str]] = {
    "page": (lambda t: draw_anatomy(select_page(t)), lambda t: want_anatomy(select_page(t)), "lines", "words"),
    "anatomy": (draw_anatomy, want_anatomy, "lines", "words"),
    "chrome": (lambda t: figures.draw_chrome_effect(t["effect"], 8), want_chrome, "effect", "page"),
    "topics": (lambda t: figures.draw_topic_sizes(t["topics"], 60), want_sizes, "topics", "size"),
    "map": (
        lambda t: figures.draw_topic_map(t["topics"], t["documents"], t["vectors"]),
        want_map,
        "documents",
        "topic",
    ),
    "stability": (lambda t: figures.draw_stability(t["topics"], t["refits"]), want_stability, "topics", "stability"),
    "hierarchy": (
        lambda t: figures.draw_topic_hierarchy(t["topics"], t["hierarchy"]),
        want_joints,
        "hierarchy",
        "distance",
    ),
    "timeline": (
        lambda t: figures.draw_topic_timeline(t["topics"], t["over_time"], "month"),
        want_timeline,
        "over_time",
        "share",
    ),
    "devices": (lambda t: figures.draw_device_profile(t["rates"]), want_profile, "rates", "high"),
    "indicators": (lambda t: figures.draw_indicators(t["rates"]), want_indicators, "rates", "per_1000"),
    "actors": (lambda t: figures.draw_actor_roles(t["mentions"]), want_roles, "mentions", "valence"),
    "evidentials": (
        lambda t: figures.draw_evidentials(t["evidentials"], t["sentences"], t["mentions"]),
        want_evidentials,
        "evidentials",
        "start",
    ),
    "square": (lambda t: figures.draw_square(t["square"]), want_square, "square", "mitigated"),
    "beside": (lambda t: figures.draw_differences(t["by_outlet"], ""), want_differences, "by_outlet", "rest_high"),
    "over_time": (
        lambda t: figures.draw_rates_over_time(t["rates"], t["by_month"], ""),
        want_over_time,
        "rates",
        "per_1000",
    ),
    "outlets": (lambda t: draw_units(t, "outlet"), lambda t: want_units(t, "outlet"), "rates", "low"),
    "spoken_of": (lambda t: draw_units(t, "actor"), lambda t: want_units(t, "actor"), "rates", "count"),
    "in_topics": (lambda t: draw_units(t, "topic"), lambda t: want_units(t, "topic"), "rates", "high"),
    "shares": (lambda t: figures.draw_topics_by_outlet(t["shares"], t["topics"], ""), want_shares, "shares", "share"),
}
"""How a figure is drawn, what it must hold, and a column that it shows; named as the report's files are."""


@pytest.mark.parametrize("name", CASES)
def test_what_is_drawn_is_what_the_table_says(name: str, made: Tables) -> None:
    draw, want, *_ = CASES[name]
    assert find_surplus(draw(made)[0], want(made)) == ({}, {})


@pytest.mark.parametrize("name", CASES)
def test_a_changed_table_is_seen(name: str, made: Tables) -> None:
    """The comparison can fail: a figure of tables in which a column is a little larger is not taken for theirs."""
    draw, want, table, column = CASES[name]
    changed = made[table].with_columns(pl.col(column) + (1 if made[table].schema[column].is_integer() else 0.004))
    assert find_surplus(draw(made | {table: changed})[0], want(made)) != ({}, {})


# --- the figures of this project's own run ---


@pytest.fixture(scope="module")
def run() -> Tables:
    """The tables that the pipeline made last."""
    names = ("topics", "mentions", "square", "hierarchy", "chrome_effect", "shares", "over_time", "rates", "codings")
    if not all(tables.TABLES[name].path.is_file() for name in (*names, "kept", "removed", "articles", "sentences")):
        pytest.skip("the pipeline has not run here")
    found = {name: tables.read(name) for name in names}
    corpus = findings.load_corpus()
    compared = findings.compare_all(corpus, project.read_params("findings")["min_words"])
    telling = {level: table["device"].unique(maintain_order=True).to_list() for level, table in compared.items()}
    of_actors = ["obligation", "threat", "impersonal_evidential", "label", "loaded_language", "agentless_passive"]
    return found | {
        "lines": corpus.lines.collect(), "articles": corpus.pages, "sentences": tables.read("sentences"),
        "rates": found["rates"].filter(pl.col("level") != "document"), "effect": found["chrome_effect"],
        "evidentials": found["codings"].filter(pl.col("device") == "impersonal_evidential"),
        "by_outlet": compared["outlet"], "by_month": compared["month"], "devices": telling | {"actor": of_actors},
        "names": {str(topic): label for topic, label in found["topics"].select("topic", "label").iter_rows()},
    }  # fmt: skip


def draw_report(t: Tables) -> dict[str, Figure]:
    """The figures of notebook 04 by the names of their files; those with nothing to draw are left out."""
    drawn = {
        name: draw(t)[0] for name, (draw, *_) in CASES.items() if name not in ("page", "map", "stability", "hierarchy")
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def test_the_figures_of_the_report_hold_the_numbers_of_its_tables(run: Tables) -> None:
    for name, figure in draw_report(run).items():
        surplus, missing = find_surplus(figure, CASES[name][1](run))
        assert not surplus, name
        assert name in ("chrome", "beside") or not missing, name  # these show the largest alone


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

    def ask(*words: str) -> str:
        command = [git, *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8").stdout

    folder, drawn = "data/findings/figures", draw_report(run)
    assert {path.rsplit("/", 1)[1] for path in ask("ls-files", folder).split()} == {f"{name}.svg" for name in drawn}
    wrong = {
        name: differ(ask("show", f":{folder}/{name}.svg"), figures.render_svg(figure)) for name, figure in drawn.items()
    }
    assert not {name: what for name, what in wrong.items() if what}, "run `make` and commit its figures"


def test_a_changed_number_makes_the_committed_figure_differ(made: Tables) -> None:
    changes = {
        "actors": ("mentions", pl.lit("agent").alias("role")),
        "evidentials": ("evidentials", pl.col("start") + 1),
    }
    said = []
    for name, (table, change) in changes.items():
        changed = made | {table: made[table].with_columns(change)}
        one, same, other = (figures.render_svg(CASES[name][0](t)[0]) for t in (made, made, changed))
        assert differ(one, same) == ""
        said.append(differ(one, other).split()[0])
    assert said == ["texts:", "coordinates,"]
