"""Trains the stance model anew: `python training/train_stance.py ../shared/gold`.

Reads NewsMTSC (`stance/<kind>/<part>.jsonl`), trains on `rw/train`, measures on the two development parts, and writes
`stance.npz` and `stance.json` into `src/rhetoscope/coding/weights/`. It takes some minutes on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

from rhetoscope.coding import stance
from rhetoscope.validation import measure_agreement

WEIGHTS = Path(stance.__file__).with_name("weights")
POLARITY = {2: -1, 4: 0, 6: 1}
"""NewsMTSC's polarities as stances."""
STRENGTH = 6e-4
"""Inverse strength of the L2 penalty: the best of 3e-4, 6e-4, 1e-3 and 2e-3 in three folds of the training part."""


def main() -> None:
    """Trains, measures and writes the weights with their card."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("gold", type=Path, help="folder of the public sets; stance/ is read")
    folder = reader.parse_args().gold / "stance"
    train = read_targets(folder / "rw" / "train.jsonl")
    np.savez_compressed(WEIGHTS / "stance.npz", **fit_weights(stance.read_features(train), train["gold"].to_numpy()))
    card = {
        "model": "logistic regression on the last token states of all-MiniLM-L6-v2",
        "data": f"NewsMTSC (github.com/fhamborg/NewsMTSC), rw train: {train.height:,} targets in US political news",
        "licence": "MIT",
        "limits": "English US political news; on conflict news a model like it took victims for blamed; no irony",
        "figures": {kind: measure_part(folder / kind / "dev.jsonl") for kind in ("rw", "mt")},
        "sha256": hashlib.sha256((WEIGHTS / "stance.npz").read_bytes()).hexdigest(),
    }
    (WEIGHTS / "stance.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(card["figures"], indent=1))


def read_targets(file: Path) -> pl.DataFrame:
    """The targets of a part of NewsMTSC: `text`, `start`, `end`, and `gold`: -1, 0 or 1."""
    sentences = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [
        (sentence["sentence_normalized"], target["from"], target["to"], POLARITY[int(target["polarity"])])
        for sentence in sentences
        for target in sentence["targets"]
    ]
    return pl.DataFrame(rows, schema=["text", "start", "end", "gold"], orient="row")


def fit_weights(features: np.ndarray, gold: np.ndarray) -> dict[str, np.ndarray]:
    """A logistic regression on standardised features, the scale folded into its weights; all labels weigh alike."""
    centre, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=100, class_weight="balanced")
    model.fit((features - centre) / scale, gold)
    coef = model.coef_ / scale
    return {"coef": coef.astype(np.float32), "bias": (model.intercept_ - coef @ centre).astype(np.float32)}


def measure_part(file: Path) -> dict[str, Any]:
    """Agreement of the stored weights with a development part, means over the three labels."""
    targets = read_targets(file)
    agreement = measure_agreement(targets["gold"].to_numpy(), stance.score_stance(targets)["label"].to_numpy())
    return {"part": f"{file.parent.name} {file.stem}"} | {
        name: round(value, 3) for name, value in agreement._asdict().items()
    }


if __name__ == "__main__":
    main()
