"""The table of vectors: written in pieces, only what is new computed, the same bytes as at once."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from rhetoscope import InputError, tables, topics
from rhetoscope.topics import embedding
from rhetoscope.topics import vectors as module
from rhetoscope.topics.vectors import bend_towards, parse_seed_words

TEXTS = pl.Series([f"Talks on the {thing} resumed." for thing in ["border", "treaty", "prisoners", "corridor"]])


def units(texts: pl.Series) -> pl.DataFrame:
    """A unit each text, every one a document."""
    numbers = [f"{number:04}" for number in range(len(texts))]
    return pl.DataFrame({"unit_id": numbers, "text": texts, "document": keys(texts.cast(pl.String))})


def keys(texts: pl.Series) -> pl.Series:
    """The documents of texts."""
    return texts.str.to_lowercase().hash()


def embed(texts: pl.Series, seed_words: list[str] | None = None, sample: int = 20_000) -> topics.Vectors:
    made = units(texts)
    return topics.embed_texts(made, topics.list_documents(made), seed_words or [], sample=sample)


def read(vectors: topics.Vectors, texts: pl.Series) -> np.ndarray:
    """The vectors of all texts, read in pieces, in the order of `texts`."""
    numbers = keys(texts).rank("dense").to_numpy() - 1
    found = {
        number: vector for some, piece in vectors.read(numbers) for number, vector in zip(some, piece, strict=True)
    }
    return np.array([found[number] for number in numbers])


def table() -> bytes:
    return tables.TABLES["embeddings"].path.read_bytes()


@pytest.mark.parametrize("piece", [8_192, 3, 1])
def test_the_table_holds_each_text_once_and_is_the_same_in_any_order_and_piece(
    project: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    made = embed(pl.concat([TEXTS, TEXTS]))
    assert (made.computed, made.reused) == (4, 0)
    frame = tables.read("embeddings")
    assert tables.check("embeddings", frame).equals(frame)
    assert np.array_equal(read(made, TEXTS), topics.compute_vectors(TEXTS.to_list()))
    before = table()
    tables.TABLES["embeddings"].path.unlink()
    monkeypatch.setattr(module, "PIECE", piece)
    assert np.array_equal(read(embed(TEXTS.reverse()), TEXTS), read(made, TEXTS))
    assert table() == before


def test_only_new_texts_are_computed_and_those_no_longer_asked_for_dropped(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed(TEXTS)
    whole = table()
    embed(TEXTS[:2])
    assert tables.read("embeddings").height == 2
    again = embed(TEXTS)
    assert (again.computed, again.reused) == (2, 2)
    assert table() == whole
    monkeypatch.setattr(embedding, "load_model", lambda: pytest.fail("nothing was left to compute"))
    assert embed(TEXTS).computed == 0


def test_what_a_killed_run_had_computed_is_not_computed_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE", 1)
    compute, done = module.compute_vectors, []

    def dies(texts: list[str], *rest: object) -> np.ndarray:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.extend(texts)
        return compute(texts, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "compute_vectors", dies)
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS)
    assert not tables.TABLES["embeddings"].path.exists()
    done.clear()
    embed(TEXTS)
    assert len(done) == 1


def test_the_rest_comes_in_pieces_with_its_row_numbers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE", 2)
    plain, bent = embed(TEXTS, sample=1), embed(TEXTS, ["border"], sample=1)
    assert bent.sample.shape == (1, tables.DIMENSIONS)
    assert np.array_equal(bent.subjects, topics.compute_vectors(["border"]))
    assert sorted(row for rows, _ in bent.read_rest() for row in rows.tolist()) == [1, 2, 3]
    in_order = topics.compute_vectors(TEXTS.gather(keys(TEXTS).arg_sort()).to_list())
    assert np.array_equal(plain.sample, in_order[:1])
    for rows, piece in plain.read_rest():
        assert np.array_equal(piece, in_order[rows])


def test_no_texts_give_an_empty_table_and_vectors_of_two_models_never_mix(project: Path) -> None:
    made = embed(pl.Series([], dtype=pl.String))
    assert tables.read("embeddings").equals(tables.make_empty("embeddings"))
    assert made.sample.shape == (0, tables.DIMENSIONS)
    assert list(made.read_rest()) == []
    embed(TEXTS)
    made = units(TEXTS)
    with pytest.raises(InputError, match=r"topics\.embedding is 'no such model'"):
        topics.embed_texts(made, topics.list_documents(made), embedding="no such model")
    assert tables.read("embeddings").height == 4


def test_long_texts_are_counted(project: Path) -> None:
    made = units(pl.concat([TEXTS, pl.Series(["Talk " + "of treaties " * 130])]))
    documents = topics.list_documents(made)
    assert [topics.count_truncated(made, documents, model) for model in (topics.DEFAULT, topics.STATIC)] == [1, 0]
    assert topics.count_truncated(made[:0], documents[:0]) == 0


def test_subjects_bend_only_what_is_near_them() -> None:
    vectors = np.eye(4, dtype=np.float32)
    bent = bend_towards(vectors, np.array([[0.8, 0.6, 0, 0]], dtype=np.float32), vectors.mean(axis=0))
    assert bent[0] @ [0.8, 0.6, 0, 0] > 0.8
    assert (bent[2:] == vectors[2:]).all()
    assert np.linalg.norm(bent, axis=1) == pytest.approx(1)
    assert bend_towards(vectors, vectors[:0], vectors[0]) is vectors
    assert parse_seed_words(["ceasefire, truce", "election"]) == ["ceasefire truce", "election"]
    with pytest.raises(InputError, match=r"topics.seed_words must be texts such as"):
        parse_seed_words([" , "])
