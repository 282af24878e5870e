"""Measure how far codings agree with labels: precision, recall, F1 with its interval, and Krippendorff's α.

Label files are JSON Lines, one labelled text on each line; `codebook/labels/README.md` describes them. A text is
complete for a device if every passage with that device is labelled. Labels and codings are compared unit by unit. The
units of a device are:

1. each labelled passage; it counts as coded if a coding of the device overlaps it;
2. in a complete text, each other coding, which is wrong;
3. a complete text with neither label nor coding, on which both agree.

Besides devices, three attributes can be labelled: `stance` (towards a passage), `negative_evaluation` (of anyone in a
text) and `passive` (of a verb).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rhetoscope import InputError, actors, codebook, coding, project, stats, tables
from rhetoscope.actors import Span
from rhetoscope.coding.mentions import find_mentions, score_valence
from rhetoscope.coding.parse import parse_sentences
from rhetoscope.wording import count_noun

if TYPE_CHECKING:
    import numpy as np

LABELS = {"right": 1, "arguable": 0, "wrong": 0, "positive": 1, "neutral": 0, "negative": -1}
"""The labels of a passage and their values; an arguable passage does not count as the device."""
ATTRIBUTES = {"stance", "negative_evaluation", "passive"}  # what can be labelled besides devices
SPLITS = {"mend": True, "publish": False}
"""Whether authors of rules may read the texts of a split; only figures on texts of `publish` are out of sample."""
GOOD, FAIR = 0.8, 0.6
"""The lowest F1 for tier A and for tier B; below, a device is in tier C."""
ENOUGH = 20  # a device with fewer labelled units is in tier C, whatever its F1
IN_SAMPLE = "The rules were written with all these texts in view: expect less on new text."
RESAMPLES = 2_000  # bootstrap resamples behind an interval
_TEXT_KEYS = {"id", "text", "spans", "complete", "judged", "readers", "split", "read_on", "source", "licence"}
_SPAN_KEYS = {"start", "end", "device", "label", "readings"}
_PASSIVE = {"auxpass", "nsubjpass", "csubjpass"}  # spaCy's labels of a passive's auxiliary and of its subject
_UNITS = {
    "set": pl.String, "version": pl.String, "seen": pl.Boolean, "device": pl.String, "judged": pl.Boolean,
    "text": pl.String, "passage": pl.String, "label": pl.Int64, "coded": pl.Int64,
}  # fmt: skip


class Passage(NamedTuple):
    """A labelled or coded passage: its start and end in the text, and its value (see `LABELS`)."""

    start: int
    end: int
    value: int


class LabelledText(NamedTuple):
    """A sentence or heading with its labels."""

    text: str
    labels: dict[str, list[Passage]]  # by device; empty for a complete device without passages
    complete: frozenset[str]  # complete devices: every passage of them is labelled
    judged: frozenset[str]  # devices of which only codings were judged, so what the rules missed is unknown
    seen: bool  # whether authors of rules may read this text


class LabelSet(NamedTuple):
    """The labelled texts of one file, named after it."""

    name: str
    version: str  # first 12 hex digits of the SHA-256 of the file
    texts: list[LabelledText]


class Agreement(NamedTuple):
    """The agreement of two codings of the same units; all shares are from 0 to 1, α is from -1 to 1."""

    n: int
    positive: int  # units whose label is not 0
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    alpha: float


def read_labels(folder: str = "") -> list[LabelSet]:
    """Read the label sets of the package and of a folder, sorted by name.

    Args:
        folder: a folder of `.jsonl` files, relative to the project; "" for the labels of the package alone.

    Raises:
        InputError: the folder has no such file, or a line breaks the format; the message names file and line.
    """
    found = {file.name: file for file in (files("rhetoscope.codebook") / "labels").iterdir()}
    if folder:
        given = {file.name: file for file in project.resolve_path(folder).glob("*.jsonl")}
        if not given:
            raise InputError(f'labels: {folder!r} holds no .jsonl file; give a folder of label files, or "" for none')
        if twice := sorted(found.keys() & given.keys()):
            raise InputError(f"labels: the package has labels named {twice[0]} too; give the file another name")
        found |= given
    named = sorted(name for name in found if name.endswith(".jsonl"))
    return [_read_set(name.removesuffix(".jsonl"), found[name].read_bytes()) for name in named]


def _read_set(name: str, content: bytes) -> LabelSet:
    texts = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            texts += [_read_text(json.loads(line))] if line.strip() else []
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            problem = f"the key {error} is missing" if isinstance(error, KeyError) else error
            raise InputError(f"labels: {name}.jsonl, line {number}: {problem}") from error
    return LabelSet(name, hashlib.sha256(content).hexdigest()[:12], texts)


def _read_text(line: dict[str, Any]) -> LabelledText:
    """Read one line of a label file; raise a ValueError, TypeError or KeyError if it breaks the format."""
    text, labels = line["text"], {device: list[Passage]() for device in line.get("complete", [])}
    _check_known("key", line, _TEXT_KEYS)
    _check_known("split", [line["split"]], SPLITS)
    text.encode()  # fails for half of a surrogate pair, which JSON allows
    for span in line["spans"]:
        _check_known("key of a span", span, _SPAN_KEYS)
        _check_known("label", [span["label"]], LABELS)
        if not 0 <= span["start"] < span["end"] <= len(text):
            raise ValueError(f"no passage from {span['start']} to {span['end']} in a text of {len(text)} characters")
        labels.setdefault(span["device"], []).append(Passage(span["start"], span["end"], LABELS[span["label"]]))
    complete, judged = (frozenset(line.get(key, [])) for key in ("complete", "judged"))
    return LabelledText(text, labels, complete, judged, SPLITS[line["split"]])


def _check_known(what: str, found: Any, known: Any) -> None:
    if unknown := sorted(set(found) - set(known)):
        raise ValueError(f"unknown {what} {unknown[0]!r}; known are {', '.join(sorted(known))}")


def code_units(sets: Sequence[LabelSet], extra: str = "") -> pl.DataFrame:
    """List label and coding of each unit, in the order of the labels; `extra` is a further codebook file.

    Columns `set`, `version`, `seen`, `device` (or attribute), `judged` (whether only codings were judged), `text`,
    `passage`, `label` and `coded` (0 or 1; for stance -1, 0 or 1).

    Raises:
        InputError: a label names neither a device nor an attribute.
    """
    devices = {device.name: device for device in codebook.load_codebook(extra)}
    rows = []
    for each in sets:
        named = {name for text in each.texts for name in text.labels}
        if unknown := sorted(named - set(devices) - ATTRIBUTES):
            raise InputError(f"labels: {each.name} labels {unknown[0]!r}, which is neither a device nor an attribute")
        found = _code_texts(each.texts, [devices[name] for name in sorted(named & set(devices))], named)
        for row, text in enumerate(each.texts):
            for name in sorted(text.labels):
                head = (each.name, each.version, text.seen, name, name in text.judged, text.text)
                units = _pair(text, name, found[row, name])
                rows += [(*head, text.text[start:end], label, coded) for start, end, label, coded in units]
    return pl.DataFrame(rows, schema=_UNITS, orient="row")


def _pair(text: LabelledText, device: str, coded: list[Passage]) -> Iterator[tuple[int, int, int, int]]:
    """List the units of a device in a text: start, end, label and coded."""
    labels = text.labels[device]
    for label in labels:
        over = [each for each in coded if _overlap(each, label)]
        exact = [each for each in over if each[:2] == label[:2]]
        yield label.start, label.end, label.value, (exact or over)[0].value if over else 0
    if device in text.complete:
        for each in coded:
            if not any(_overlap(each, label) for label in labels):
                yield each.start, each.end, 0, each.value
        if not labels and not coded:
            yield 0, len(text.text), 0, 0


def _overlap(one: Passage, other: Passage) -> bool:
    return one.start < other.end and other.start < one.end


def _code_texts(
    texts: Sequence[LabelledText], devices: list[codebook.Device], named: set[str]
) -> dict[tuple[int, str], list[Passage]]:
    """Code each text with the rules; return passages by number of the text, and by device or attribute."""
    found: dict[tuple[int, str], list[Passage]] = defaultdict(list)
    known, every = actors.load_actors(), [text.text for text in texts]
    if devices or "negative_evaluation" in named:
        ids = [f"{row:08d}" for row in range(len(every))]  # each text is the only sentence of a document
        sentences = pl.DataFrame({"sentence_id": ids, "doc_id": ids, "text": every, "paragraph": 0, "start": 0})
        sentences = sentences.with_columns(end=pl.col("text").str.len_chars().cast(pl.Int64))
        codings, mentions = coding.code_sentences(sentences, devices, known)
        negative = mentions.filter(pl.col("valence") < 0).with_columns(device=pl.lit("negative_evaluation"))
        for frame in (codings, negative):
            for row, name, start, end in frame.select("sentence_id", "device", "start", "end").iter_rows():
                found[int(row), name].append(Passage(start, end, 1))
    if named & {"passive", "stance"}:
        docs = parse_sentences(every, names=[known.find(text) for text in every])
        for row, (text, doc) in enumerate(zip(texts, docs, strict=True)):
            passives = [token for token in doc if any(each.dep_ in _PASSIVE for each in token.children)]
            found[row, "passive"] = [Passage(token.idx, token.idx + len(token), 1) for token in passives]
            for label in text.labels.get("stance", []):
                target = Span(label.start, label.end, "target", demonym=False)
                value = next((score_valence(mention) for mention in find_mentions(doc, known, [target])), 0.0)
                found[row, "stance"].append(Passage(label.start, label.end, (value > 0) - (value < 0)))
    return found


def measure_reliability(units: pl.DataFrame, measured_on: str) -> pl.DataFrame:
    """Make the table `reliability` from the units of `code_units`; `measured_on` is its date, such as "2026-11-28".

    Recall, F1 with its interval, and α are null if only codings were judged.
    """
    schema = tables.make_empty("reliability").schema
    rows = []
    for (device, of, seen, version), some in units.group_by("device", "set", "seen", "version"):
        row: dict[str, Any] = {"device": device, "set": of, "seen": seen, "version": version, "date": measured_on}
        for name, value in measure_agreement(some["label"].to_numpy(), some["coded"].to_numpy())._asdict().items():
            known = name in ("n", "positive", "precision") or not some["judged"].any()
            row[name] = round(value, 3) if known and not math.isnan(value) else None
        rows.append(row | {"tier": assign_tier(row["f1"], row["positive"])})
    return pl.DataFrame(rows, schema=schema).sort("device", "set", "seen")


def assign_tier(f1: float | None, positive: int) -> str:
    """Return the tier of an F1: A for at least 0.8, B for at least 0.6, otherwise C; C if `positive` is below 20."""
    if f1 is None or f1 < FAIR or positive < ENOUGH:
        return "C"
    return "A" if f1 >= GOOD else "B"


def measure_agreement(label: np.ndarray, coded: np.ndarray) -> Agreement:
    """Measure the agreement of codings with labels of the same units; both are whole numbers.

    With n(l, c) units of label l that are coded c, precision is n(1, 1) / n(·, 1), recall n(1, 1) / n(1, ·), and F1 is
    2 n(1, 1) / (n(·, 1) + n(1, ·)); each is 0 where n(1, 1) is 0. `low` and `high` are the 95 % bootstrap interval of
    F1 over units, NaN for a single unit. If there are labels other than 0 and 1, each figure is the mean over the
    labels (macro); the mean of intervals is at least as wide as the interval of the mean.

    Raises:
        ValueError: the two differ in length, or are empty.
    """
    import numpy as np

    if len(label) != len(coded) or not len(label):
        raise ValueError(f"labels and codings must be of the same units, found {len(label)} and {len(coded)}")
    values = {*label.tolist(), *coded.tolist()}
    scores = [_score(label == value, coded == value) for value in ([1] if values <= {0, 1} else values)]
    precision, recall, f1, low, high = (float(mean) for mean in np.mean(scores, axis=0))
    positive = int(np.count_nonzero(label))
    return Agreement(len(label), positive, precision, recall, f1, low, high, measure_alpha(label, coded))


def _score(label: np.ndarray, coded: np.ndarray) -> tuple[float, ...]:
    """Compute precision, recall and F1 with its interval for one label, from two columns of true and false."""
    both, total = 2 * (label & coded), label.astype(int) + coded
    low, high = stats.bootstrap_interval(both[:, None], total, RESAMPLES, seed=0)  # F1 as a rate per 1,000
    right = both.sum() / 2
    f1 = 2 * right / max(1, total.sum())
    return right / max(1, coded.sum()), right / max(1, label.sum()), f1, low[0] / 1000, min(1.0, high[0] / 1000)


def measure_alpha(one: np.ndarray, other: np.ndarray) -> float:
    """Measure Krippendorff's nominal α of two codings of the same units: 1 for full agreement, 0 for chance agreement.

    It is 1 if both give every unit the same label. Krippendorff, K. (2019). Content Analysis, 4th ed., ch. 12.
    """
    import krippendorff
    import numpy as np

    if len({*one.tolist(), *other.tolist()}) == 1:
        return 1.0
    return float(krippendorff.alpha(np.stack([one, other]).astype(float), level_of_measurement="nominal"))


def list_disagreements(units: pl.DataFrame) -> pl.DataFrame:
    """List the units on which labels and codings differ: `set`, `device`, `difference`, `passage`, `text`."""
    extra, missed, other = map(pl.lit, ("coded, not confirmed", "labelled, not coded", "coded otherwise"))
    said = pl.when(pl.col("label") == 0).then(extra).when(pl.col("coded") == 0).then(missed).otherwise(other)
    different = units.filter(pl.col("label") != pl.col("coded")).with_columns(difference=said)
    return different.select("set", "device", "difference", "passage", "text").sort("set", "device", maintain_order=True)


def describe_reliability(table: pl.DataFrame) -> str:
    """Describe how far codings agree with labels, in two or three sentences."""
    rows = table.drop_nulls("f1").sort("f1", "device")
    if rows.is_empty():
        return "No text is marked completely, so no F1 can be measured."
    (worst, least), (best, most) = (rows.select("device", "f1").row(at) for at in (0, -1))
    kinds = count_noun(rows["device"].n_unique(), "kind of coding", "kinds of coding")
    sets = count_noun(rows["set"].n_unique(), "label set")
    said = [f"{kinds} measured on {sets}: F1 from {least:.2f} ({worst}) to {most:.2f} ({best})."]
    if few := rows.filter(pl.col("positive") < ENOUGH).height:
        said.append(f"{few} of {rows.height} rows rest on fewer than {ENOUGH} labelled passages, too few for a tier.")
    new = rows.filter(~pl.col("seen")).height
    said.append(f"{new} of {rows.height} rows are out of sample." if new else IN_SAMPLE)
    return " ".join(said).replace("_", " ")
