"""Trains the learned coder anew: `python -m rhetoscope.coder.train GOLD` writes `weights/` beside this file.

GOLD is a folder of labelled sets as `validate.gold` reads them; it must hold both genres of hedges, NewsMTSC's training
part and the UN Security Council speeches. Needs PyTorch (the extra `train`) and some forty minutes on two cores,
most of them for the hedges; names of tasks after GOLD train these alone.
Figures on data that also trained a head come from other folds or other sets, never from the final weights.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from joblib import Parallel, delayed

from rhetoscope import coder
from rhetoscope.coder import fit, tune, tuned
from rhetoscope.validate.gold import Labelled, read
from rhetoscope.validate.measures import agreement

FOLDER = Path(__file__).parent / "weights"
STRENGTH = 2e-4
"""Inverse strength of the L2 penalty of heads on standardised states: thousands of them, so a strong one."""
FOLDS = 3
EPOCHS = 3
"""Looks at each sentence that hedges are learned of."""
NEWS_EPOCHS = 2
"""Looks at each sentence that negative evaluation is learned of."""
WORKERS = 2
"""Models trained at a time, each by one thread."""
MIN_TEXTS = 10
"""An n-gram of fewer sentences is left out."""
SMALL = (0.02, 0.02, 0.2)
"""An n-gram whose weights are smaller, for the hedges of either register and for telling these, is left out."""
SHARES = (0.0, 0.2, 0.4, 0.7, 1.0)
"""Weights of n-grams beside a head that are tried."""
_LICENCES = {
    "hedge": "CoNLL-2010 shared task, after PAJEAN/uncertaintyDetection: Wikipedia CC BY-SA, BioScope CC BY 2.0",
    "negative_evaluation": "NewsMTSC, rw train: MIT; UNSCon (linatal/UNSCon), CC BY-SA, sets the threshold only",
    "stance": "NewsMTSC (fhamborg/NewsMTSC), rw train: MIT",
}


def main(gold: Path, tasks: list[str]) -> None:
    """Trains tasks and writes their weights, and the card of all."""
    sets = {labelled.name: labelled for labelled in read(gold)}
    FOLDER.mkdir(exist_ok=True)
    stance, speeches = _one(sets, "NewsMTSC rw train"), _one(sets, "UN Security Council")
    file = FOLDER / "card.json"
    card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    card |= {
        "model": "all-MiniLM-L6-v2, for negative evaluation and the hedges of an encyclopaedia tuned (biases, layer "
        f"norms, a product of rank {tune.RANK} a matrix), else as it is; on it heads over tokens, with word n-grams "
        "for hedges, and a linear head for stance",
        "use": "a second coder beside the rules; not evidence on its own, and English only",
        "limits": "trained on US news, an encyclopaedia and biology; names and topics can carry a label; no irony",
    }
    if "hedge" in tasks:
        card["hedge"] = _hedge([_one(sets, "wikiweasel"), _one(sets, "bioscope")])
    if "negative_evaluation" in tasks:
        card["negative_evaluation"] = _negative(stance, speeches)
    if "stance" in tasks:
        card["stance"] = _stance(stance)
    stored = sorted(each for each in FOLDER.iterdir() if each != file)
    card["sha256"] = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in stored}
    file.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _stance(train: Labelled) -> dict[str, Any]:
    states, gold = coder.features(train.frame), train.frame["gold"].to_numpy()
    coef, bias = _head(states, gold)
    _save("stance", np.float32, coef=coef, bias=bias)
    return {
        "data": _LICENCES["stance"],
        "versions": [train.version],
        "how": "measured on the development parts, see reliability.csv",
    }


def _negative(train: Labelled, speeches: Labelled) -> dict[str, Any]:
    """Negative stance in news carries over to speeches, which are too few to train on: they set the threshold."""
    news = train.frame.group_by("text", maintain_order=True).agg(gold=(pl.col("gold") < 0).any().cast(pl.Int64))
    texts = [coder.plain(text) for text in news["text"]]
    learned = tune.fit(texts, news["gold"].to_numpy(), np.arange(len(texts)), NEWS_EPOCHS)
    scores = tuned.scores([coder.plain(text) for text in speeches.frame["text"]], learned)
    gold, meetings = speeches.frame["gold"].to_numpy(), speeches.frame["group"].to_numpy()
    coded = np.zeros_like(gold)
    for meeting in np.unique(meetings):
        here = meetings == meeting
        coded[here] = scores[here] > _threshold(scores[~here], gold[~here])
    learned["head.intercept"] = learned["head.intercept"] - _threshold(scores, gold)
    _save("negative_evaluation", np.float16, **learned)
    return _described("negative_evaluation", speeches, gold, coded, "threshold from the other meetings")


def _hedge(sets: list[Labelled]) -> dict[str, Any]:
    """A coder a register and a gate between them; all of it is measured on folds that trained none.

    An encyclopaedia's hedges take a tuned model, biology's a head on the model as it is; n-grams help both.
    """
    from sklearn.model_selection import StratifiedKFold

    frame = pl.concat(labelled.frame for labelled in sets)
    gold, texts = frame["gold"].to_numpy(), [coder.plain(text) for text in frame["text"]]
    register = np.repeat(np.arange(len(sets)), [labelled.frame.height for labelled in sets])
    counts, listed = _counts(texts)

    folds = np.zeros(len(gold), int)
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(gold, 2 * register + gold)
    for fold, (_, test) in enumerate(splits):
        folds[test] = fold
    trains = [np.arange(len(gold)), *(np.flatnonzero(folds != fold) for fold in range(FOLDS))]
    run, split = Parallel(n_jobs=WORKERS), sets[0].frame.height
    models = run(delayed(tune.fit)(texts[:split], gold, rows[rows < split], EPOCHS) for rows in trains)
    tokens = fit.tokens(texts[split:])
    heads = run(delayed(fit.fit)(tokens, gold[split:], rows[rows >= split] - split, EPOCHS) for rows in trains)
    words = [_words(counts, gold, register, rows) for rows in trains]

    scores, gate = np.zeros((len(gold), 2, 2)), np.zeros(len(gold))  # scores: by register, of the model and of n-grams
    for fold in range(FOLDS):
        rows = np.flatnonzero(folds == fold)
        coef, bias = words[fold + 1]
        counted = counts[rows] @ coef + bias
        gate[rows], scores[rows, :, 1] = counted[:, 2], counted[:, :2]
        one, other = rows[rows < split], rows[rows >= split]
        scores[one, 0, 0] = tuned.scores([texts[row] for row in one], models[fold + 1])
        scores[other, 1, 0] = fit.scored(tokens, other - split, heads[fold + 1])
    coded = np.zeros_like(gold)
    for fold in range(FOLDS):
        here = folds == fold
        chosen = [_chosen(scores[~here & (register == n), n], gold[~here & (register == n)]) for n in (0, 1)]
        moved = np.stack([scores[here, n] @ [1, share] - threshold for n, (share, threshold) in enumerate(chosen)], 1)
        coded[here] = coder.mixed(moved, gate[here]) > 0.5

    (coef, bias), head = words[0], fit.unscaled(tokens, heads[0])
    for number, (learned, name) in enumerate([(models[0], "head.intercept"), (head, "intercept")]):
        share, threshold = _chosen(scores[register == number, number], gold[register == number])
        coef[:, number] *= share
        learned[name] = learned[name] + share * bias[number] - threshold
    kept = (np.abs(coef) >= SMALL).any(axis=1)
    _save("hedge_tuned", np.float16, **models[0])
    _save("hedge", np.float16, **head, ngrams=coef[kept], gate=bias[2])
    named = [ngram for ngram, keep in zip(listed, kept, strict=True) if keep]
    (FOLDER / "ngrams.json").write_text(json.dumps(named, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return {
        labelled.name: _described("hedge", labelled, gold[register == number], coded[register == number], "three folds")
        for number, labelled in enumerate(sets)
    }


def _counts(texts: list[str]) -> tuple[Any, list[str]]:
    """Which n-grams each text holds, and what these are: those of `MIN_TEXTS` texts or more that hold no name."""
    from sklearn.feature_extraction.text import CountVectorizer

    names = _names(texts)

    def general(text: str) -> list[str]:
        return [ngram for ngram in coder.ngrams(text) if names.isdisjoint(ngram.split())]

    counter = CountVectorizer(analyzer=general, min_df=MIN_TEXTS, binary=True)
    return counter.fit_transform(texts).tocsr(), counter.get_feature_names_out().tolist()


def _words(counts: Any, gold: np.ndarray, register: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of n-grams for the hedges of either register and for telling the registers, and the biases."""
    from sklearn.linear_model import LogisticRegression

    parts = [(rows[register[rows] == 0], gold, 0.1), (rows[register[rows] == 1], gold, 0.3), (rows, register, 1.0)]
    models = [
        LogisticRegression(C=strength, solver="liblinear", class_weight="balanced").fit(counts[part], label[part])
        for part, label, strength in parts
    ]
    return np.stack([model.coef_[0] for model in models], 1), np.array([model.intercept_[0] for model in models])


def _chosen(scores: np.ndarray, gold: np.ndarray) -> tuple[float, float]:
    """The weight of n-grams beside a model, by average precision, and the threshold; scores: of either, (n, 2)."""
    from sklearn.metrics import average_precision_score

    share = max(SHARES, key=lambda share: average_precision_score(gold, scores @ [1, share]))
    return share, _threshold(scores @ [1, share], gold)


def _head(states: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A logistic regression on standardised states, scale folded into coefficients and bias; classes weigh alike."""
    from sklearn.linear_model import LogisticRegression

    centre, scale = states.mean(axis=0), states.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=100, class_weight="balanced").fit((states - centre) / scale, gold)
    coef = model.coef_ / scale
    return coef, model.intercept_ - coef @ centre


def _threshold(scores: np.ndarray, gold: np.ndarray) -> float:
    """The score above which F1 is highest, of ninety-nine quantiles."""
    from sklearn.metrics import f1_score

    tried = np.quantile(scores, np.arange(1, 100) / 100)
    return float(max(tried, key=lambda threshold: f1_score(gold, scores > threshold)))


def _names(texts: list[str]) -> set[str]:
    """Words that stand capitalised within sentences more often than not: names, left out of the n-grams."""
    within = [word for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Za-z]+", text)]
    lower, upper = (Counter(word.lower() for word in within if word[0].isupper() is case) for case in (False, True))
    return {word for word, count in upper.items() if count > lower[word] and word != "i"}


def _described(task: str, labelled: Labelled, gold: np.ndarray, coded: np.ndarray, how: str) -> dict[str, Any]:
    measured = agreement(gold, coded)
    print(labelled.name, how, measured, flush=True)
    return {
        "data": _LICENCES[task],
        "versions": [labelled.version],
        "how": how,
        **{k: v if k in ("n", "positive") else round(float(v), 3) for k, v in measured._asdict().items()},
    }


def _save(task: str, kind: type[np.floating[Any]], **arrays: np.ndarray) -> None:
    stored: dict[str, Any] = {name: array.astype(kind) for name, array in arrays.items()}
    np.savez_compressed(FOLDER / f"{task}.npz", **stored)


def _one(sets: dict[str, Labelled], part: str) -> Labelled:
    return next(labelled for name, labelled in sets.items() if part in name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(coder.TASKS))
