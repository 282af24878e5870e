"""The table of vectors: written in pieces, only what is new computed, the same bytes as at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, cache, embed, tables, topics
from rhetoscope.topics import vectors

TEXTS = pl.Series([f"Talks on the {thing} resumed." for thing in ["border", "treaty", "prisoners", "corridor"]])


def units(texts: pl.Series) -> pl.DataFrame:
    """A unit each text, every one a document."""
    numbers = [f"{number:04}" for number in range(len(texts))]
    return pl.DataFrame({"unit_id": numbers, "text": texts, "document": keys(texts.cast(pl.String))})


def stored(texts: pl.Series, further: list[str] | None = None) -> topics.Stored:
    made = units(texts)
    return topics.stored(made, topics.documents(made), further or [])


def keys(texts: pl.Series) -> pl.Series:
    """The documents of texts."""
    return texts.str.to_lowercase().hash()


def table() -> bytes:
    return tables.TABLES["embeddings"].path.read_bytes()


def test_the_table_holds_each_text_once_and_is_the_same_in_any_order_and_piece(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stored(pl.concat([TEXTS, TEXTS]))
    assert (made.computed, made.reused) == (4, 0)
    frame = tables.read("embeddings")
    assert tables.check("embeddings", frame).equals(frame)
    assert frame.equals(embed.embed(TEXTS.to_list()).frame)
    before = table()
    tables.TABLES["embeddings"].path.unlink()
    monkeypatch.setattr(vectors, "_PIECE", 2)  # and so the store is used
    stored(TEXTS.reverse())
    assert table() == before


def test_only_new_texts_are_computed_and_those_no_longer_asked_for_dropped(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(TEXTS)
    whole = table()
    stored(TEXTS[:2])
    assert tables.read("embeddings").height == 2
    again = stored(TEXTS)
    assert (again.computed, again.reused) == (2, 2)
    assert table() == whole
    monkeypatch.setattr(embed.minilm, "session", lambda: pytest.fail("nothing was left to compute"))
    assert stored(TEXTS).computed == 0


def test_what_a_killed_run_had_computed_is_not_computed_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PIECE", 1)
    monkeypatch.setattr(work, "apart", partial(ThreadPoolExecutor, 1))  # where the next patch is seen
    compute, done = embed.minilm.vectors, []

    def dies(texts: list[str], progress: object) -> np.ndarray:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.extend(texts)
        return compute(texts, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(embed.minilm, "vectors", dies)
    with pytest.raises(KeyboardInterrupt):
        stored(TEXTS)
    assert not tables.TABLES["embeddings"].path.exists()
    done.clear()
    stored(TEXTS)
    assert len(done) == 1


def test_many_texts_are_embedded_in_a_process_of_their_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PIECE", 3)
    monkeypatch.setattr(vectors, "_TASK", 1)
    monkeypatch.setattr(embed.minilm, "session", lambda: pytest.fail("the model was loaded here"))
    assert stored(TEXTS).computed == 4


def test_an_error_in_that_process_is_told_as_it_is_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PIECE", 3)
    made = units(TEXTS)
    with pytest.raises(InputError, match=r"topics\.embedding is 'no such model'"):
        topics.stored(made, topics.documents(made), embedding="no such model")
    assert not tables.TABLES["embeddings"].path.exists()


def test_vectors_are_read_in_the_order_of_the_texts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PIECE", 3)
    made = stored(TEXTS)
    assert np.array_equal(made.matrix(keys(TEXTS)), embed.embed(TEXTS.to_list()).matrix(TEXTS.to_list()))
    assert made.matrix(keys(TEXTS[:0])).shape == (0, tables.DIMENSIONS)
    with pytest.raises(KeyError, match="not embedded"):
        made.matrix(keys(pl.Series(["war"])))


def test_the_rest_comes_in_pieces_with_its_row_numbers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PIECE", 2)
    made = stored(TEXTS, ["border"])
    guided = topics.guided(made, pl.DataFrame({"document": keys(TEXTS)}), 1)
    assert guided.sample.shape == (1, tables.DIMENSIONS)
    rows = np.concatenate([rows for rows, _ in guided.rest()])
    assert sorted(rows.tolist()) == [1, 2, 3]
    assert np.array_equal(made.subjects(), embed.embed(["border"]).matrix(["border"]))
    made = stored(TEXTS)
    plain = topics.guided(made, pl.DataFrame({"document": keys(TEXTS)}), 1)
    for rows, piece in plain.rest():
        assert np.array_equal(piece, made.matrix(keys(TEXTS)[rows.tolist()]))


def test_no_texts_give_an_empty_table(project: Path) -> None:
    made = stored(pl.Series([], dtype=pl.String))
    assert tables.read("embeddings").equals(tables.make_empty("embeddings"))
    assert topics.guided(made, pl.DataFrame(schema={"document": pl.UInt64}), 100).sample.shape == (0, 384)


def test_long_texts_are_counted_once_and_as_if_all_were_looked_at(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_SIGNS", 1)
    monkeypatch.setattr(vectors, "_GROUPS", 2)
    seen: list[str] = []
    count = embed.truncated

    def counted(texts: pl.Series) -> int:
        seen.extend(texts)
        return count(texts)

    monkeypatch.setattr(embed, "truncated", counted)

    def truncated(texts: pl.Series) -> int:
        made = units(texts)
        documents = topics.documents(made)
        seen.clear()
        return topics.truncated(made, documents, topics.stored(made, documents))

    long = pl.Series([f"Talk {n} " + "of treaties " * 130 for n in range(3)])
    several = pl.concat([TEXTS, long, pl.Series([f"Round {n} of the talks." for n in range(40)])])
    assert truncated(several) == 3
    assert sorted(seen) == sorted(several)
    assert truncated(several.reverse()) == 3
    assert seen == []
    more = pl.concat([several, pl.Series(["One more " + "round of talks " * 100])])
    assert truncated(more) == 4
    assert 0 < len(seen) < len(more) / 2  # those whose hashes begin like the new one's
    assert truncated(more[:0]) == 0
