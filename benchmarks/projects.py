"""Clones of this project that read other pages, and what their stages cost."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl
from table import ROOT

from rhetoscope import project

COLUMNS = {"source": "pages.parquet", "outlet_column": "iso3", "date_column": "year", "bins": "year"}
"""Settings that name a corpus of speeches and its columns, and leave topics as they are shipped."""
QUICK = {**COLUMNS, "embedding": "static", "stability_runs": "0"}
"""Topics with the static embedding and without refits."""
KEPT = "earlier"
"""The folder of a clone that keeps a copy of its first topics."""


class Cost(NamedTuple):
    """Of one stage: seconds of processor and clock, and MB at most."""

    cpu: float
    wall: float
    memory: float


class Project:
    """A clone of what is committed here, in a folder of its own.

    Args:
        place: the folder, made now.
        pages: what it reads; None for the seed's.
        settings: parameters changed.
    """

    def __init__(self, place: Path, pages: pl.DataFrame | None, settings: Mapping[str, str] = QUICK) -> None:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True)
        self.place, self.pages, self.changed = place, pages, 0
        self.environment = os.environ | {"PYTHONPATH": str(place / "src")}
        if pages is not None:
            pages.write_parquet(place / "pages.parquet")
            self.set(settings)

    def set(self, settings: Mapping[str, str]) -> None:
        """Changes parameters, by their names."""
        params = self.place / "params.yaml"
        text = params.read_text()
        for name, value in settings.items():
            text, found = re.subn(rf"^  {name}: .*$", f"  {name}: {value}", text, flags=re.MULTILINE)
            assert found == 1, f"params.yaml has {found} lines {name}"
        params.write_text(text)

    def run(self) -> dict[str, Cost]:
        """All stages, each as DVC runs it, in processes of its own."""
        return {stage: self._stage(stage) for stage in project.STAGES}

    def change_one(self) -> None:
        """Adds a line to a document that was not changed yet."""
        assert self.pages is not None
        one = pl.int_range(pl.len()) == self.changed % self.pages.height
        self.changed += 1
        text = pl.when(one).then(pl.col("text") + f"\nThe talks go on for day {self.changed}.").otherwise("text")
        self.pages = self.pages.with_columns(text=text)
        self.pages.write_parquet(self.place / "pages.parquet")

    def keep_topics(self, kept: bool) -> None:
        """From now on topics are those of a copy of what is there, or fitted anew."""
        if kept:
            shutil.copytree(self.place / "data" / "topics", self.place / KEPT, dirs_exist_ok=True)
        self.set({"earlier": KEPT if kept else '""'})

    def repro(self, *options: str) -> tuple[float, float]:
        """`dvc repro`: seconds of processor and clock."""
        return self.command("repro", "--quiet", *options)

    def command(self, *arguments: str) -> tuple[float, float]:
        """A command of DVC: seconds of processor of it and all it starts, and of the clock."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", "dvc", *arguments]
        subprocess.run(command, cwd=self.place, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu, time.monotonic() - started

    def _stage(self, stage: str) -> Cost:
        started = time.monotonic()
        command = [sys.executable, "-m", "rhetoscope", "run", stage]
        process = subprocess.Popen(command, cwd=self.place, env=self.environment)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"the stage {stage} failed")
        return Cost(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss / 1024)


def speeches(corpus: Path, size: int = 0) -> pl.DataFrame:
    """So many speeches in random order, 0 for all; beyond that, copies with the words of each line in another order."""
    pages = pl.read_parquet(corpus).sample(fraction=1, shuffle=True, seed=0)
    copies = [pages]
    for number in range(1, -(-size // pages.height)):
        draw = random.Random(number)
        texts = ["\n".join(_shuffled(line, draw) for line in text.split("\n")) for text in pages["text"]]
        copies.append(pages.with_columns(text=pl.Series(texts)))
    return pl.concat(copies).head(size or pages.height)


def _shuffled(line: str, draw: random.Random) -> str:
    words = line.split()
    draw.shuffle(words)
    return " ".join(words)
