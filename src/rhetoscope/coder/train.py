"""Trains the learned coder anew: `python -m rhetoscope.coder.train GOLD` writes `weights/` beside this file.

GOLD is a folder of labelled sets as `validate.gold` reads them; it must hold both genres of hedges, NewsMTSC's training
part and the UN Security Council speeches. Some ten minutes on two cores, most of them for the states of sentences.
Figures on data that also trained a head come from other folds or other sets, never from the final weights.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from rhetoscope import coder
from rhetoscope.validate.gold import Labelled, read
from rhetoscope.validate.measures import agreement

FOLDER = Path(__file__).parent / "weights"
STRENGTH = 2e-4
"""Inverse strength of the L2 penalty of heads on standardised states: thousands of them, so a strong one."""
MIN_TEXTS = 10
"""An n-gram of fewer sentences is left out."""
SMALL = 0.03
"""An n-gram whose weights are smaller is left out."""
SHARE = 0.7
"""Weight of the states beside the n-grams in the score of a hedge."""
_LICENCES = {
    "hedges": "CoNLL-2010 shared task, after PAJEAN/uncertaintyDetection: Wikipedia CC BY-SA, BioScope CC BY 2.0",
    "negative_evaluation": "NewsMTSC, rw train: MIT; UNSCon (linatal/UNSCon), CC BY-SA, sets the threshold only",
    "stance": "NewsMTSC (fhamborg/NewsMTSC), rw train: MIT",
}


def main(gold: Path) -> None:
    """Trains every head and writes weights and card."""
    sets = {labelled.name: labelled for labelled in read(gold)}
    FOLDER.mkdir(exist_ok=True)
    stance = _one(sets, "NewsMTSC rw train")
    hedges = [_one(sets, "wikiweasel"), _one(sets, "bioscope")]
    speeches = _one(sets, "UN Security Council")
    card: dict[str, Any] = {
        "model": "linear heads on frozen all-MiniLM-L6-v2 states (layers 4, 5 and 6), hedges with word n-grams",
        "use": "a second coder beside the rules; not evidence on its own, and English only",
        "limits": "trained on US news, an encyclopaedia and biology; names and topics can carry a label; no irony",
    }
    card["stance"] = _stance(stance)
    card["negative_evaluation"] = _negative(stance, speeches)
    card["hedge"] = _hedge(hedges)
    (FOLDER / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _stance(train: Labelled) -> dict[str, Any]:
    states, gold = coder.features("stance", train.frame), train.frame["gold"].to_numpy()
    coef, bias = _head(states, gold)
    _save("stance", coef=coef, bias=bias)
    return {
        "data": _LICENCES["stance"],
        "versions": [train.version],
        "how": "measured on the development parts, see reliability.csv",
    }


def _negative(train: Labelled, speeches: Labelled) -> dict[str, Any]:
    """Negative stance in news carries over to speeches, which are too few to train on: they set the threshold."""
    from rhetoscope.coder import states

    features = coder.features("stance", train.frame)[:, -states.WIDTH :]
    coef, bias = _head(features, (train.frame["gold"].to_numpy() < 0).astype(int))
    scores = coder.features("negative_evaluation", speeches.frame) @ coef[0] + bias[0]
    gold, meetings = speeches.frame["gold"].to_numpy(), speeches.frame["group"].to_numpy()
    coded = np.zeros_like(gold)
    for meeting in np.unique(meetings):
        here = meetings == meeting
        coded[here] = scores[here] > _threshold(scores[~here], gold[~here])
    _save("negative_evaluation", coef=coef, bias=bias - _threshold(scores, gold))
    return _described("negative_evaluation", [speeches], gold, coded, "threshold from the other meetings")


def _hedge(sets: list[Labelled]) -> dict[str, Any]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.model_selection import StratifiedKFold

    texts = [labelled.frame["text"].to_list() for labelled in sets]
    names = _names([coder.plain(text) for part in texts for text in part])

    def general(text: str) -> list[str]:
        return [ngram for ngram in coder.ngrams(text) if names.isdisjoint(ngram.split())]

    counters = [CountVectorizer(analyzer=general, min_df=MIN_TEXTS, binary=True) for _ in sets]
    heads, rows, described, tables = [], [], {}, []
    for labelled, words, counter, strength in zip(sets, texts, counters, (0.1, 0.3), strict=True):
        gold, counts = labelled.frame["gold"].to_numpy(), counter.fit_transform(words).tocsr()
        features = coder.features("hedge", labelled.frame)
        rows.append(features)

        scores, folds = np.zeros(len(gold)), np.zeros(len(gold), int)
        splits = StratifiedKFold(5, shuffle=True, random_state=0).split(features, gold)
        for fold, (train, test) in enumerate(splits):
            coef, bias, weights = _hedge_head(features[train], counts[train], gold[train], strength)
            scores[test], folds[test] = features[test] @ coef + bias + counts[test] @ weights, fold
        coded = np.zeros_like(gold)
        for fold in range(5):
            here = folds == fold
            coded[here] = scores[here] > _threshold(scores[~here], gold[~here])
        described[labelled.name] = _described("hedges", [labelled], gold, coded, "five folds")
        coef, bias, weights = _hedge_head(features, counts, gold, strength)
        heads.append((coef, bias - _threshold(scores, gold)))
        tables.append(dict(zip(counter.get_feature_names_out(), weights, strict=True)))
    gate, gate_bias = _head(np.concatenate(rows), np.repeat([0, 1], [len(part) for part in rows]))
    kept = sorted(n for n in tables[0].keys() | tables[1].keys() if max(abs(t.get(n, 0)) for t in tables) >= SMALL)
    listed = np.array([[table.get(ngram, 0.0) for table in tables] for ngram in kept])
    _save(
        "hedge",
        coef=np.stack([*(head[0] for head in heads), gate[0]]),
        bias=np.array([*(head[1] for head in heads), gate_bias[0]]),
        ngrams=listed,
    )
    (FOLDER / "ngrams.json").write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return described


def _hedge_head(
    features: np.ndarray, counts: Any, gold: np.ndarray, strength: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """Coefficients of the states, bias, and weights of the n-grams: two regressions whose scores are added."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced").fit(counts, gold)
    coef, bias = _head(features, gold)
    return SHARE * coef[0], SHARE * bias[0] + model.intercept_[0], model.coef_[0]


def _head(states: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A logistic regression on standardised states, scale folded into coefficients and bias; classes weigh alike."""
    from sklearn.linear_model import LogisticRegression

    centre, scale = states.mean(axis=0), states.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=100, class_weight="balanced").fit((states - centre) / scale, gold)
    coef = model.coef_ / scale
    return coef, model.intercept_ - coef @ centre


def _threshold(scores: np.ndarray, gold: np.ndarray) -> float:
    """The score above which F1 is highest, of thirty-nine quantiles."""
    from sklearn.metrics import f1_score

    tried = np.quantile(scores, np.arange(1, 40) / 40)
    return float(max(tried, key=lambda threshold: f1_score(gold, scores > threshold)))


def _names(texts: list[str]) -> set[str]:
    """Words that stand capitalised within sentences more often than not: names, left out of the n-grams."""
    within = [word for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Za-z]+", text)]
    lower, upper = (Counter(word.lower() for word in within if word[0].isupper() is case) for case in (False, True))
    return {word for word, count in upper.items() if count > lower[word] and word != "i"}


def _described(key: str, sets: list[Labelled], gold: np.ndarray, coded: np.ndarray, how: str) -> dict[str, Any]:
    measured = agreement(gold, coded)
    print(key, how, measured, flush=True)
    return {
        "data": _LICENCES[key],
        "versions": [labelled.version for labelled in sets],
        "how": how,
        **{k: v if k in ("n", "positive") else round(float(v), 3) for k, v in measured._asdict().items()},
    }


def _save(task: str, **arrays: np.ndarray) -> None:
    stored: dict[str, Any] = {name: array.astype(np.float32) for name, array in arrays.items()}
    np.savez_compressed(FOLDER / f"{task}.npz", **stored)


def _one(sets: dict[str, Labelled], part: str) -> Labelled:
    return next(labelled for name, labelled in sets.items() if part in name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
