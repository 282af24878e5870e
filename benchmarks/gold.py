"""Public labelled sets in the plain label format, and the codebook's reliability measured on them.

    python benchmarks/gold.py ../shared/gold OUT              # writes OUT/<set>.jsonl, for the notebook 05
    python benchmarks/gold.py ../shared/gold OUT --reliability  # and measures the codebook's reliability.csv anew

| files | labelled | passage | licence |
|---|---|---|---|
| `hedges/<part>_<genre>_{un,}certain_sentences.txt` | hedge | sentence | CC BY-SA (Wikipedia), CC BY 2.0 (BioScope) |
| `negative_evaluation/*.csv` | negative_evaluation | sentence | CC BY-SA |
| `stance/<kind>/*.jsonl` | stance | target in a sentence | MIT |
| `events/*.json` | threat | event record | CC BY-SA 4.0 |
| `syntax/*.conllu` | passive, agentless_passive | verb | CC BY-SA 3.0 |

The layouts are those of the published sets, so a part that is held out can be read too: `--split publish` says that the
rules were not written with it in view.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from rhetoscope import codebook, validation

POLARITY = {2: "negative", 4: "neutral", 6: "positive"}
"""NewsMTSC's polarities."""
PASSIVE = {"aux:pass", "nsubj:pass", "csubj:pass"}
Labels = list[tuple[str, list[dict[str, Any]]]]
"""Texts, each with its labelled passages."""


def read_gold(folder: Path) -> Iterator[tuple[str, Labels]]:
    """Each set in a folder: its name and its texts."""
    yield from _read_hedges(folder / "hedges")
    yield from _read_negative_evaluation(folder / "negative_evaluation")
    yield from _read_stance(folder / "stance")
    yield from _read_events(folder / "events")
    yield from _read_syntax(folder / "syntax")


def write_labels(folder: Path, out: Path, split: str = "mend") -> list[Path]:
    """Writes each set of a folder as a file of labels; returns the files.

    Args:
        folder: the public sets, in their own layouts.
        out: where the label files go.
        split: a key of `validation.SPLITS`.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, texts in read_gold(folder):
        lines = [
            {"id": f"{name}-{number:05d}", "text": text, "spans": spans, "split": split}
            for number, (text, spans) in enumerate(texts)
        ]
        file = out / f"{name}.jsonl"
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        written.append(file)
    if not written:
        raise SystemExit(f"{folder} holds none of the sets; hedges/, stance/, events/ and others are looked for in it")
    return written


def _read_hedges(folder: Path) -> Iterator[tuple[str, Labels]]:
    genres: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*certain_sentences.txt")):
        genres.setdefault(file.stem.removesuffix("_sentences").rsplit("_", 1)[0], []).append(file)
    for genre, files in sorted(genres.items()):
        lines = [(file, line.strip()) for file in files for line in file.read_text("utf-8").splitlines()]
        texts = [(line, [_whole(line, "hedge", "uncertain" in file.stem)]) for file, line in lines if line]
        yield f"hedges_{genre}", texts


def _read_negative_evaluation(folder: Path) -> Iterator[tuple[str, Labels]]:
    tables = [pl.read_csv(file, infer_schema=False) for file in sorted(folder.glob("*.csv"))]
    if tables:
        rows = pl.concat(table.select("sentence_text", "A0") for table in tables).iter_rows()
        lines = [(" ".join(text.split()), "NegEval" in (label or "")) for text, label in rows]
        texts = [(text, [_whole(text, "negative_evaluation", negative)]) for text, negative in lines]
        yield "un_security_council", texts


def _read_stance(folder: Path) -> Iterator[tuple[str, Labels]]:
    for file in sorted(folder.glob("*/*.jsonl")):
        texts = []
        for sentence in map(json.loads, file.read_text("utf-8").splitlines()):
            targets = [
                {"start": each["from"], "end": each["to"], "device": "stance", "label": POLARITY[int(each["polarity"])]}
                for each in sentence["targets"]
            ]
            texts.append((sentence["sentence_normalized"], targets))
        yield f"newsmtsc_{file.parent.name}_{file.stem}", texts


def _read_events(folder: Path) -> Iterator[tuple[str, Labels]]:
    for file in sorted(folder.glob("*.json")):
        records = [each for each in json.loads(file.read_text("utf-8")) if "text" in each]
        texts = [(each["text"], [_whole(each["text"], "threat", each["event"] == "THREATEN")]) for each in records]
        yield f"events_{file.stem}", texts


def _read_syntax(folder: Path) -> Iterator[tuple[str, Labels]]:
    for file in sorted(folder.glob("*.conllu")):
        blocks = file.read_text("utf-8").strip().split("\n\n")
        yield f"syntax_{file.stem}", [_read_sentence(block) for block in blocks]


def _read_sentence(block: str) -> tuple[str, list[dict[str, Any]]]:
    """A sentence with its gold parse: each verb is a passive or none, and an agentless one or none.

    A passive has a passive auxiliary or subject; its agent is an oblique with "by".
    """
    lines = block.splitlines()
    text = next(line.removeprefix("# text = ") for line in lines if line.startswith("# text = "))
    tokens = [token for line in lines if (token := line.split("\t"))[0].isdigit()]
    below: dict[str, list[list[str]]] = {}
    for token in tokens:
        below.setdefault(token[6], []).append(token)
    spans, place = [], 0
    for number, form, _, kind, *_ in tokens:
        start = text.find(form, place)
        if start < 0:
            continue  # a word within a contraction, spelt out
        place = start + len(form)
        if kind == "VERB":
            passive = any(each[7] in PASSIVE for each in below.get(number, []))
            obliques = [each for each in below.get(number, []) if each[7].startswith("obl")]
            cases = [case for each in obliques for case in below.get(each[0], []) if case[7] == "case"]
            agent = any(case[1].lower() == "by" for case in cases)
            spans += [_span(start, place, "passive", passive)]
            spans += [_span(start, place, "agentless_passive", passive and not agent)]
    return text, spans


def _whole(text: str, device: str, holds: bool) -> dict[str, Any]:
    return _span(0, len(text), device, holds)


def _span(start: int, end: int, device: str, holds: bool) -> dict[str, Any]:
    return {"start": start, "end": end, "device": device, "label": "right" if holds else "wrong"}


def main() -> None:
    """Writes the label files, and with `--reliability` the codebook's table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("gold", type=Path, help="folder of the public sets")
    reader.add_argument("out", type=Path, help="folder for the label files")
    reader.add_argument("--split", choices=validation.SPLITS, default="mend", help="publish: for sets held out")
    reader.add_argument("--reliability", action="store_true", help="measure the codebook's reliability.csv anew")
    given = reader.parse_args()
    files = write_labels(given.gold, given.out, given.split)
    print(*files, sep="\n")
    if given.reliability:
        names = {file.stem for file in files}
        sets = [each for each in validation.read_labels(str(given.out.resolve())) if each.name in names]
        table = validation.measure_reliability(validation.code_units(sets), date.today().isoformat())
        table.write_csv(Path(codebook.__file__).with_name("reliability.csv"))
        print(validation.describe_reliability(table))


if __name__ == "__main__":
    main()
