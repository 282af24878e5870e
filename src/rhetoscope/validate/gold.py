"""Labelled sets of rhetoric, read from a folder by the pattern of their file names.

| files | device | unit |
|---|---|---|
| `hedges/<part>_<genre>_{un,}certain_sentences.txt` | hedge | sentence |
| `negative_evaluation/*.csv` | negative_evaluation | sentence |
| `stance/<kind>/*.jsonl` | stance | target in a sentence |
| `events/*.json` | threat | event record |
| `syntax/*.conllu` | passive, agentless_passive | verb |

The layouts are those of the published sets, so any part of them can be measured, one held out too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

POLARITY = {2: -1, 4: 0, 6: 1}
"""NewsMTSC's polarity as the sign of the stance."""
_SCHEMA = {"text": pl.String, "start": pl.Int64, "end": pl.Int64, "group": pl.String, "gold": pl.Int8}


@dataclass(frozen=True)
class Labelled:
    """One labelled set.

    Attributes:
        name: the set, with its genre or part.
        device: what was labelled: a device of the codebook, or a task of the learned coder.
        frame: one row a unit: `text`, `start` and `end` of the target or verb in it (null where the sentence is the
            unit), `group` (what the unit was drawn from: text, meeting; null where unknown), and `gold`: 1 or 0,
            for stance -1, 0 or 1.
        version: first 12 hex digits of the SHA-256 of the files' contents, in the order of their names.
    """

    name: str
    device: str
    frame: pl.DataFrame
    version: str


def read(folder: Path) -> list[Labelled]:
    """Every set that the folder holds, in a fixed order; none where it holds none."""
    return [labelled for reader in (_hedges, _negative, _stance, _events, _syntax) for labelled in reader(folder)]


def version(files: list[Path]) -> str:
    """The version of a set: it changes with any byte of any of its files."""
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files, key=lambda file: file.name)]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()[:12]


def _hedges(folder: Path) -> Iterator[Labelled]:
    genres: dict[str, list[Path]] = {}
    for file in sorted((folder / "hedges").glob("*certain_sentences.txt")):
        parts = file.stem.removesuffix("_sentences").rsplit("_", 1)
        genres.setdefault(parts[0], []).append(file)
    for genre, files in sorted(genres.items(), reverse=True):
        rows = [
            (text, None, None, None, int(file.stem.endswith("uncertain_sentences")))
            for file in files
            for line in file.read_text(encoding="utf-8").splitlines()
            if (text := line.strip())
        ]
        yield Labelled(f"hedges: {genre}", "hedge", _frame(rows), version(files))


def _negative(folder: Path) -> Iterator[Labelled]:
    files = sorted((folder / "negative_evaluation").glob("*.csv"))
    if files:
        tables = [pl.read_csv(file, infer_schema=False).select("sentence_text", "basename", "A0") for file in files]
        rows = [
            (" ".join(text.split()), None, None, meeting, int("NegEval" in (label or "")))
            for text, meeting, label in pl.concat(tables).iter_rows()
        ]
        yield Labelled("UN Security Council", "negative_evaluation", _frame(rows), version(files))


def _stance(folder: Path) -> Iterator[Labelled]:
    for file in sorted((folder / "stance").glob("*/*.jsonl")):
        rows: list[tuple[Any, ...]] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            sentence = json.loads(line)
            text, group = sentence["sentence_normalized"], sentence["primary_gid"]
            rows += [
                (text, each["from"], each["to"], group, POLARITY[int(each["polarity"])]) for each in sentence["targets"]
            ]
        yield Labelled(f"NewsMTSC {file.parent.name} {file.stem}", "stance", _frame(rows), version([file]))


def _events(folder: Path) -> Iterator[Labelled]:
    for file in sorted((folder / "events").glob("*.json")):
        records = json.loads(file.read_text(encoding="utf-8"))
        rows = [
            (each["text"], None, None, None, int(each["event"] == "THREATEN")) for each in records if "text" in each
        ]
        yield Labelled(f"events: {file.stem}", "threat", _frame(rows), version([file]))


def _syntax(folder: Path) -> Iterator[Labelled]:
    for file in sorted((folder / "syntax").glob("*.conllu")):
        verbs = [verb for block in file.read_text(encoding="utf-8").split("\n\n") for verb in _verbs(block)]
        for device in ("passive", "agentless_passive"):
            rows = [(text, start, end, None, int(labels[device])) for text, start, end, labels in verbs]
            yield Labelled(f"syntax: {file.stem}", device, _frame(rows), version([file]))


def _verbs(block: str) -> Iterator[tuple[str, int, int, dict[str, bool]]]:
    """The verbs of one parsed sentence: its text, their place in it, and whether each is a passive without agent.

    A passive has a passive auxiliary or subject; its agent is an oblique with "by".
    """
    lines = block.strip().splitlines()
    text = next((line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")), "")
    tokens = [line.split("\t") for line in lines if line[:1].isdigit()]
    tokens = [token for token in tokens if token[0].isdigit()]
    children: dict[str, list[list[str]]] = {}
    for token in tokens:
        children.setdefault(token[6], []).append(token)
    place = 0
    for token in tokens:
        start = text.find(token[1], place)
        if start < 0:
            continue  # a word within a contraction, spelt out
        place = start + len(token[1])
        if token[3] != "VERB":
            continue
        below = children.get(token[0], [])
        passive = any(each[7] in ("aux:pass", "nsubj:pass", "csubj:pass") for each in below)
        obliques = (each for each in below if each[7].startswith("obl"))
        agent = any(
            case[1].lower() == "by" for each in obliques for case in children.get(each[0], []) if case[7] == "case"
        )
        yield text, start, place, {"passive": passive, "agentless_passive": passive and not agent}


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
