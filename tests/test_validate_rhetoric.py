"""Agreement by visible arithmetic, the readers of labelled sets, and floors under the coders where the labels are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rhetoscope.codebook import reliability
from rhetoscope.validate import gold
from rhetoscope.validate.measures import agreement, alpha

GOLD = Path(__file__).parents[2] / "shared" / "gold"


def test_agreement_by_hand() -> None:
    # two of three coded are right, two of four are found: F1 = 2 · 2 / (3 + 4)
    found = agreement(np.array([1, 1, 1, 1, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0]))
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 1 / 2, 4 / 7))
    assert found.low <= found.f1 <= found.high
    assert (found.n, found.positive) == (7, 4)


def test_more_than_two_labels_are_averaged() -> None:
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    one, other = rng.integers(-1, 2, 60), rng.integers(-1, 2, 60)
    assert agreement(one, other).f1 == pytest.approx(f1_score(one, other, average="macro"))


def test_alpha_of_krippendorffs_example_with_two_coders() -> None:
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section A: ten binary units, α = .095
    one = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    other = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert alpha(one, other) == pytest.approx(0.095, abs=0.001)
    assert alpha(np.zeros(3), np.zeros(3)) == 1.0


def test_two_codings_must_be_of_the_same_units() -> None:
    with pytest.raises(ValueError, match="3 and 2"):
        agreement(np.zeros(3), np.zeros(2))


def test_sets_are_found_by_the_pattern_of_their_names(tmp_path: Path) -> None:
    for name, text in (("uncertain", "It may.\n\n"), ("certain", "It is.\nIt was.\n")):
        (tmp_path / "hedges").mkdir(exist_ok=True)
        (tmp_path / "hedges" / f"test_any_{name}_sentences.txt").write_text(text)
    (tmp_path / "stance" / "mt").mkdir(parents=True)
    target = {"from": 0, "to": 4, "mention": "Anna", "polarity": 2.0}
    line = json.dumps({"primary_gid": "a", "sentence_normalized": "Anna failed.", "targets": [target]})
    (tmp_path / "stance" / "mt" / "test.jsonl").write_text(line + "\n")
    hedges, stance = gold.read(tmp_path)
    assert (hedges.name, hedges.device, hedges.frame["gold"].to_list()) == ("hedges: test_any", "hedge", [0, 0, 1])
    assert stance.frame.row(0) == ("Anna failed.", 0, 4, "a", -1)
    assert hedges.version != stance.version


def test_a_passive_with_by_has_an_agent(tmp_path: Path) -> None:
    columns = ["1 It it PRON 3 nsubj:pass", "2 was be AUX 3 aux:pass", "3 seen see VERB 0 root", "4 by by ADP 5 case",
               "5 us we PRON 3 obl"]  # fmt: skip
    lines = ["\t".join([i, form, lemma, pos, "_", "_", head, label, "_", "_"])
             for i, form, lemma, pos, head, label in map(str.split, columns)]  # fmt: skip
    (tmp_path / "syntax").mkdir()
    (tmp_path / "syntax" / "a.conllu").write_text("# text = It was seen by us\n" + "\n".join(lines) + "\n\n")
    assert [(each.device, each.frame.rows()) for each in gold.read(tmp_path)] == [
        ("passive", [("It was seen by us", 7, 11, None, 1)]),
        ("agentless_passive", [("It was seen by us", 7, 11, None, 0)]),
    ]


def test_the_committed_table_has_a_tier_for_every_device() -> None:
    table = reliability.table()
    measured = table.filter(table["f1"].is_not_null())
    assert (measured.filter(measured["f1"] >= 0.8)["tier"] == "A").all()
    assert (measured.filter(measured["f1"] < 0.6)["tier"] == "C").all()
    assert (table.filter(table["f1"].is_null())["tier"] == "C").all()
    assert {"hedge", "threat", "stance", "agentless_passive", "negative_evaluation"} <= set(measured["device"])


@pytest.mark.skipif(not (GOLD / "stance").is_dir(), reason="the labelled sets are not here")
@pytest.mark.parametrize(("part", "floor"), [("rw dev", 0.72), ("mt dev", 0.69)])
def test_the_learned_coder_reads_stance(part: str, floor: float) -> None:
    from rhetoscope import coder

    labelled = next(each for each in gold.read(GOLD) if each.name == f"NewsMTSC {part}")
    coded = coder.predict("stance", labelled.frame)["label"].to_numpy()
    assert agreement(labelled.frame["gold"].to_numpy(), coded).f1 >= floor
