"""The one table of results: rows kept in `results.csv`, shown in `README.md`.

A part's rows take the place of its earlier ones; each is written as soon as it is known, with the day, the machine and
the versions it was measured with, since parts can be run alone.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.csv"
README = ROOT / "benchmarks" / "README.md"


class Row(NamedTuple):
    """One comparison.

    Attributes:
        what: is measured.
        work: is it measured on, the same for both.
        unit: of `ours` and `theirs`.
        ours: this project's figure; of several rounds the median, as all figures.
        beside: what one would pick instead; "" where there is none.
        theirs: its figure.
        ratio: how many times as fast or as good as it ours is; None where a ratio would say nothing.
        low: lowest ratio of the rounds, or the lower end of its interval.
        high: highest.
        goal: what was aimed at, and whether it is met.
        note: what the figures do not say.
    """

    what: str
    work: str
    unit: str
    ours: float
    beside: str = ""
    theirs: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    goal: str = ""
    note: str = ""


_NUMBERS = ("ours", "theirs", "ratio", "low", "high")
_COLUMNS = ("part", *Row._fields, "date", "machine", "project", "versions")
_SCHEMA = {name: pl.Float64 if name in _NUMBERS else pl.String for name in _COLUMNS}


def goal(said: str, met: bool) -> str:
    """The cell of a goal."""
    return f"{said}: {'met' if met else 'missed'}"


class Results:
    """The rows of one part as they come, in the file of all.

    Args:
        file: of the table.
        part: whose rows these are.
        packages: whose versions are told, ours and Python's aside.
        order: of the parts in the table.
    """

    def __init__(self, file: Path, part: str, packages: Sequence[str], order: Sequence[str]) -> None:
        self.file, self.part, self.order = file, part, order
        told = ", ".join(f"{package} {version(package)}" for package in packages)
        self.measured = (date.today().isoformat(), machine(), ours(), told)
        self.rows: dict[tuple[str, str, str], Row] = {}

    def add(self, row: Row) -> None:
        """Writes a row; one with the same `what`, `work` and `beside` gives way to it."""
        self.rows[row.what, row.work, row.beside] = row
        mine = [(self.part, *each, *self.measured) for each in self.rows.values()]
        others = read(self.file).filter(pl.col("part") != self.part)
        every = pl.concat([others, pl.DataFrame(mine, schema=_SCHEMA, orient="row")])
        place = pl.col("part").replace_strict({part: at for at, part in enumerate(self.order)}, default=len(self.order))
        beside = self.file.with_suffix(".unfinished")
        every.sort(place, maintain_order=True).with_columns(pl.col(_NUMBERS).round(4)).write_csv(beside)
        beside.replace(self.file)


def read(file: Path = RESULTS) -> pl.DataFrame:
    """The table as it was written; empty where there is none."""
    if not file.is_file():
        return pl.DataFrame(schema=_SCHEMA)
    return pl.read_csv(file, schema=_SCHEMA).with_columns(pl.col(pl.String).fill_null(""))


def markdown(table: pl.DataFrame) -> str:
    """What was measured when and with what, and the table."""
    lines = [*_heads(table), ""]
    lines += ["| | what | on | Rhetoscope | beside it | ratio | goal | note |", "|" + "---|" * 8]
    last = ""
    for part, *cells in table.select("part", *Row._fields).iter_rows():
        row = Row(*cells)
        peer = f"{row.beside} {figure(row.theirs)}".strip()
        span = f" ({figure(row.low)} to {figure(row.high)})" if row.low is not None else ""
        ratio = f"**{figure(row.ratio)}**{span}" if row.ratio is not None else ""
        number = f"{figure(row.ours)} {row.unit}".strip()
        told = ("" if part == last else part, row.what, row.work, number, peer, ratio)
        lines.append("| " + " | ".join([*told, row.goal, row.note]) + " |")
        last = part
    return "\n".join(lines)


def figure(number: float | None) -> str:
    """A number with three digits that count, or all of a larger one; "" for none."""
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 100 or number == 0 else f"{number:#.3g}".rstrip(".")


def put(name: str, text: str) -> None:
    """Puts text into `README.md`, between the two comments of that name."""
    first, last = f"<!-- {name}: written by bench.py -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"({re.escape(first)}\n).*?({re.escape(last)})", re.DOTALL)
    page, found = pattern.subn(lambda ends: f"{ends[1]}\n{text}\n\n{ends[2]}", README.read_text(encoding="utf-8"))
    if found != 1:
        raise SystemExit(f"{README.name} must hold {first} and {last} once, found {found} times")
    README.write_text(page, encoding="utf-8")


def machine() -> str:
    """Processor, cores and memory."""
    told = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*: (.*)$", told.read_text(), re.MULTILINE) if told.is_file() else []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = names[0] if names else platform.machine()
    return f"{os.cpu_count()} cores of {name}, {memory:.0f} GB, {platform.system()}"


def ours() -> str:
    """Version of this project with the commit, and of Python."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--exclude=*"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "src", "notebooks"], cwd=ROOT).returncode
    state = f"{commit}, changed" if changed else commit
    return f"rhetoscope {version('rhetoscope')} ({state}), Python {platform.python_version()}"


def _heads(table: pl.DataFrame) -> list[str]:
    """A line for each day, machine and version of ours, with the parts that were measured so."""
    lines = []
    for (day, on, project), rows in table.group_by("date", "machine", "project", maintain_order=True):
        packages = dict.fromkeys(each for told in rows["versions"] for each in told.split(", ") if each)
        parts = ", ".join(rows["part"].unique(maintain_order=True))
        lines.append(f"- {day}, {on}; {', '.join([project, *packages])}: {parts}.")
    return lines
