"""How fast coding is, beside spaCy's tagger and parser alone, and the terms tier beside Empath, in one run.

    python benchmarks/coding.py corpus.parquet [words]

The corpus is a Parquet file with a column `text`, paragraphs by line. Each pair is timed three times, one after the
other in processor time, and the middle ratio is printed: a busy machine slows both. Empath is no dependency: it is
measured where it is installed (pip install empath).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from rhetoscope import actors, codebook, parsing
from rhetoscope.coding import terms
from rhetoscope.coding.corpus import code_corpus
from rhetoscope.sentences import boundaries, word_count

ROUNDS = 3


def main(path: str, words: int = 300_000) -> None:
    """Prints words a second of each, and the ratios."""
    rows = _sentences(path, words)
    total = int(rows["words"].sum())
    texts = rows["text"]
    print(f"{rows.height:,} sentences, {total:,} words")
    import spacy

    alone = spacy.load(parsing.MODEL, exclude=["ner", "attribute_ruler", "lemmatizer"])
    devices, table = codebook.load(), actors.load()
    code_corpus(rows.head(50), devices, table)  # loads the models
    list(alone.pipe(texts.head(50)))
    index = terms.Index([replace(device, patterns=()) for device in devices])
    coded = f"coding, {len(devices)} devices", lambda: code_corpus(rows, devices, table)
    _compare(total, coded, ("spaCy, tagger and parser", lambda: list(alone.pipe(texts, batch_size=256))))
    try:
        import textdescriptives  # noqa: F401  # registers its components
    except ImportError:
        print("TextDescriptives is not installed: pip install textdescriptives in an environment of its own")
    else:
        described = spacy.load(parsing.MODEL, exclude=["ner"])
        described.add_pipe("textdescriptives/descriptive_stats")
        described.add_pipe("textdescriptives/dependency_distance")
        described.add_pipe("textdescriptives/pos_proportions")
        described_by = "TextDescriptives, three components", lambda: list(described.pipe(texts, batch_size=256))
        _compare(total, coded, described_by)
    try:
        from empath import Empath
    except ImportError:
        print("Empath is not installed: pip install empath in an environment of its own")
        return
    lexicon = Empath()
    few = texts.head(100)
    _compare(
        total,
        ("terms alone", lambda: index.find(texts)),
        ("Empath, a call a sentence", lambda: [lexicon.analyze(text) for text in few]),
        int(rows.head(100)["words"].sum()),
    )


def _sentences(path: str, words: int) -> pl.DataFrame:
    """Sentences from texts of some 2,000 words all over the corpus as a table `sentences`, up to so many words."""
    found: list[tuple[str, int, int, int, int, str]] = []
    count = 0
    texts = pl.read_parquet(path, columns=["text"])["text"]
    for number, text in enumerate(texts.gather_every(max(1, 2_000 * texts.len() // words))):
        offset = 0
        for paragraph, line in enumerate(text.split("\n")):
            for place, (start, end) in enumerate(boundaries(line)):
                found.append((f"{number:06}", paragraph, place, offset + start, offset + end, line[start:end]))
                count += line[start:end].count(" ") + 1
            offset += len(line) + 1
        if count > words:
            break
    schema = ["doc_id", "paragraph", "sentence", "start", "end", "text"]
    frame = pl.DataFrame(found, schema=schema, orient="row").with_row_index("row")
    return frame.with_columns(
        sentence_id=pl.format("{}-{}", "doc_id", "row"), part=pl.lit("body"), words=word_count(pl.col("text"))
    )


def _compare(
    words: int, ours: tuple[str, Callable[[], object]], other: tuple[str, Callable[[], object]], other_words: int = 0
) -> None:
    ratios, speeds = [], []
    for _ in range(ROUNDS):
        mine, theirs = words / _seconds(ours[1]), (other_words or words) / _seconds(other[1])
        speeds.append((mine, theirs))
        ratios.append(mine / theirs)
    mine, theirs = (statistics.median(each) for each in zip(*speeds, strict=True))
    print(
        f"{ours[0]}: {mine:,.0f} words a second; {other[0]}: {theirs:,.0f}; ratio {statistics.median(ratios):,.2f} "
        f"({min(ratios):,.2f} to {max(ratios):,.2f})"
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
