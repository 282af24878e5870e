"""Agreement by visible arithmetic, how labels are read, and which units they make with codings."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, tables, validation
from rhetoscope.validation import measure_agreement, measure_alpha

TEXT = "Officials may agree and perhaps sign."
"""Two hedges: may (10 to 13) and perhaps (24 to 31)."""


def written(folder: Path, *lines: dict[str, Any] | str, name: str = "own.jsonl") -> str:
    """A folder with a label file of some lines."""
    folder.mkdir(exist_ok=True)
    said = [line if isinstance(line, str) else json.dumps({"spans": [], "split": "publish"} | line) for line in lines]
    (folder / name).write_text("\n".join(said) + "\n", "utf-8")
    return str(folder)


def span(start: int, end: int, device: str = "hedge", label: str = "right") -> dict[str, Any]:
    return {"start": start, "end": end, "device": device, "label": label}


def units(folder: Path, *lines: dict[str, Any]) -> pl.DataFrame:
    sets = validation.read_labels(written(folder, *lines))
    return validation.code_units([each for each in sets if each.name == "own"])


def test_agreement_by_hand() -> None:
    # two of three coded are right, two of four are found: F1 = 2 · 2 / (3 + 4)
    found = measure_agreement(np.array([1, 1, 1, 1, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0]))
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 1 / 2, 4 / 7))
    assert found.low <= found.f1 <= found.high
    assert (found.n, found.positive) == (7, 4)
    found = measure_agreement(np.array([1, 0]), np.array([0, 1]))
    assert (found.precision, found.recall, found.f1, found.low) == (0, 0, 0, 0)
    assert 0 < found.high <= 1
    with pytest.raises(ValueError, match="3 and 2"):
        measure_agreement(np.zeros(3), np.zeros(2))


def test_an_interval_narrows_with_the_root_of_the_units() -> None:
    label, coded = np.array([1, 1, 1, 0]), np.array([1, 1, 0, 1])
    few, many = (measure_agreement(np.tile(label, times), np.tile(coded, times)) for times in (10, 1000))
    assert few.f1 == many.f1
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(10, rel=0.2)


def test_more_than_two_labels_are_averaged() -> None:
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    one, other = rng.integers(-1, 2, 60), rng.integers(-1, 2, 60)
    found = measure_agreement(one, other)
    assert found.f1 == pytest.approx(f1_score(one, other, average="macro"))
    assert found.low <= found.f1 <= found.high


def test_alpha_of_krippendorffs_example_with_two_coders() -> None:
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section A: ten binary units, α = .095
    one = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    other = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert measure_alpha(one, other) == pytest.approx(0.095, abs=0.001)
    assert measure_alpha(np.zeros(3), np.zeros(3)) == 1.0


@pytest.mark.parametrize(("f1", "positive", "tier"), [
    (0.8, 20, "A"), (0.79, 20, "B"), (0.6, 20, "B"), (0.59, 20, "C"), (None, 20, "C"), (1.0, 19, "C"),
])  # fmt: skip
def test_tiers(f1: float | None, positive: int, tier: str) -> None:
    assert validation.assign_tier(f1, positive) == tier


def test_complete_marking_makes_other_codings_wrong_and_empty_texts_agreed(tmp_path: Path) -> None:
    found = units(
        tmp_path,
        {"text": TEXT, "spans": [span(10, 13)], "complete": ["hedge"]},
        {"text": "They sign.", "complete": ["hedge"]},
        {"text": "They will sign.", "spans": [span(5, 9)], "complete": ["hedge"]},
    )
    assert found.select("passage", "label", "coded").rows() == [
        ("may", 1, 1), ("perhaps", 0, 1), ("They sign.", 0, 0), ("will", 1, 0),
    ]  # fmt: skip
    assert not found["seen"].any()
    row = validation.measure_reliability(found, "2026-01-01").row(0, named=True)
    assert (row["n"], row["positive"], row["precision"], row["recall"], row["date"]) == (4, 2, 0.5, 0.5, "2026-01-01")
    assert validation.list_disagreements(found)["difference"].to_list() == [
        "coded, not confirmed",
        "labelled, not coded",
    ]


def test_passages_without_complete_marking_and_judged_codings(tmp_path: Path) -> None:
    found = units(tmp_path, {"text": TEXT, "spans": [span(10, 13, label="arguable"), span(14, 19, label="wrong")]})
    assert found.select("passage", "label", "coded").rows() == [("may", 0, 1), ("agree", 0, 0)]
    found = units(tmp_path, {"text": TEXT, "spans": [span(10, 13), span(24, 31, label="wrong")], "judged": ["hedge"]})
    row = validation.measure_reliability(found, "").row(0, named=True)
    assert row["precision"] == 0.5
    assert row["recall"] is row["f1"] is row["low"] is row["alpha"] is None
    assert row["tier"] == "C"


def test_attributes_are_read_by_the_rules(tmp_path: Path) -> None:
    found = units(
        tmp_path,
        {"text": "Iran was seen to act.", "spans": [span(9, 13, "passive"), span(17, 20, "passive", "wrong")]},
        {"text": "France condemned Iran.", "spans": [span(0, 22, "negative_evaluation")]},
        {"text": "Anna is an enemy.", "spans": [span(0, 4, "stance", "negative"), span(8, 16, "stance", "neutral")]},
    )  # fmt: skip
    assert found.select("device", "label", "coded").rows() == [
        ("passive", 1, 1), ("passive", 0, 0), ("negative_evaluation", 1, 1), ("stance", -1, -1), ("stance", 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), [
    ('{"text": "a"', "own.jsonl, line 1: .*delimiter"),
    ("[1]", "own.jsonl, line 1: "),
    ('{"text": "\\ud800", "spans": [], "split": "mend"}', "surrogates not allowed"),
    ('{"text": "a", "spans": []}', "line 1: the key 'split' is missing"),
    ({"text": "a", "split": "test"}, "unknown split 'test'; known are mend, publish"),
    ({"text": "a", "note": ""}, "unknown key 'note'; known are complete, id"),
    ({"text": "a", "spans": [span(0, 1) | {"by": "R1"}]}, "unknown key of a span 'by'"),
    ({"text": "a", "spans": [span(0, 2)]}, "no passage from 0 to 2 in a text of 1 characters"),
    ({"text": "a", "spans": [span(0, 1, label="yes")]}, "unknown label 'yes'; known are arguable"),
    ({"text": "a", "spans": [{"start": 0}]}, "line 1: the key 'label' is missing"),
])  # fmt: skip
def test_a_line_that_breaks_the_format_is_refused_in_a_sentence(tmp_path: Path, line: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        validation.read_labels(written(tmp_path, line))
    assert "\n" not in str(refused.value)


def test_unknown_devices_and_folders_without_labels_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="own labels 'irony', which is neither a device nor an attribute"):
        units(tmp_path / "labels", {"text": "a", "spans": [span(0, 1, "irony")]})
    with pytest.raises(InputError, match=r"holds no \.jsonl file"):
        validation.read_labels(str(tmp_path))
    with pytest.raises(InputError, match=r"the package has labels named seed\.jsonl too"):
        validation.read_labels(written(tmp_path / "twice", {"text": "a"}, name="seed.jsonl"))


def test_the_labels_of_the_package_are_sentences_of_the_seed_and_others_are_named_after_their_file(
    tmp_path: Path,
) -> None:
    first = validation.read_labels(written(tmp_path, {"text": "a"}))
    again = validation.read_labels(written(tmp_path, {"text": "b"}))
    assert [each.name for each in first] == ["own", "seed"]
    assert first[0].version != again[0].version
    assert first[1] == again[1]
    (seed,) = validation.read_labels()
    (file,) = (Path(__file__).parents[1] / "seeds").glob("*.txt")
    page = file.read_text("utf-8")
    assert all(text.text in page and text.seen and len(text.complete) == 6 for text in seed.texts)


def test_the_table_and_its_sentence() -> None:
    units = validation.code_units(validation.read_labels())
    table = tables.check("reliability", validation.measure_reliability(units, "2026-01-01"))
    assert table["n"].sum() == units.height
    said = validation.describe_reliability(table)
    assert said.startswith("6 kinds of coding measured on 1 label set: F1 from ")
    assert "in view" in said
    assert "no F1" in validation.describe_reliability(table.clear())
