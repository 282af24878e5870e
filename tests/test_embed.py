"""Vectors: the published similarities, the same bits in any company, reuse by text hash."""

from __future__ import annotations

import random
import sys
import types

import numpy as np
import pytest

from rhetoscope import InputError, embed, tables

TEXTS = [
    "Talks resumed.",
    "Both sides agreed to a ceasefire along the border.",
    "Both sides blamed each other for the shelling of villages on the line of contact overnight.",
    "",
    "#",
    "peace " * 400,
]


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ("The cat sits outside", "The dog plays in the garden", 0.2838),
        ("A man is playing guitar", "A woman watches TV", -0.0327),
        ("The new movie is awesome", "The new movie is so great", 0.8939),
    ],
)
def test_cosines_are_those_published_for_the_model(one: str, other: str, published: float) -> None:
    """Sentence Transformers' documentation, Semantic Textual Similarity, all-MiniLM-L6-v2; 8-bit weights cost .004."""
    left, right = embed.embed([one, other]).matrix([one, other])
    assert float(left @ right) == pytest.approx(published, abs=0.01)


def test_vectors_have_length_one_and_the_table_s_schema() -> None:
    found = embed.embed(TEXTS)
    assert found.matrix(TEXTS).shape == (len(TEXTS), tables.DIMENSIONS)
    assert np.allclose(np.linalg.norm(found.matrix(TEXTS), axis=1), 1, atol=1e-6)
    tables.check("embeddings", found.frame)


def test_a_vector_has_the_same_bits_alone_and_in_any_batch_and_order() -> None:
    shuffled = random.Random(0).sample(TEXTS * 2, 2 * len(TEXTS))
    together = embed.embed(shuffled)
    assert together.frame.equals(embed.embed(TEXTS).frame)
    for text in TEXTS:
        assert np.array_equal(embed.embed([text]).matrix([text])[0], together.matrix([text])[0])


def test_batches_hold_one_length_each_and_every_row_once() -> None:
    lengths = [3, 5, 3, 256, 5, 3] + [256] * 70
    batches = list(embed.minilm.batches(lengths))
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    assert all(len({lengths[row] for row in rows}) == 1 for rows in batches)
    assert all(len(rows) * lengths[rows[0]] <= 8192 for rows in batches)


def test_known_texts_are_reused_and_those_no_longer_asked_for_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    first = embed.embed(TEXTS[:3])
    assert (first.computed, first.reused) == (3, 0)
    second = embed.embed(TEXTS[1:4], first.frame)
    assert (second.computed, second.reused) == (1, 2)
    assert second.frame.equals(embed.embed(TEXTS[1:4]).frame)
    monkeypatch.setattr(embed.minilm, "session", lambda: pytest.fail("nothing was left to compute"))
    assert embed.embed(TEXTS[1:4], second.frame).computed == 0


def test_the_hash_holds_model_and_text(monkeypatch: pytest.MonkeyPatch) -> None:
    before = embed.text_hash("peace")
    assert before != embed.text_hash("Peace")
    monkeypatch.setattr(embed.minilm, "MODEL", "another")
    assert before != embed.text_hash("peace")


def test_no_texts_give_no_rows() -> None:
    found = embed.embed([])
    assert found.frame.equals(tables.make_empty("embeddings"))
    assert found.matrix([]).shape == (0, tables.DIMENSIONS)
    assert embed.truncated([]) == 0


def test_long_texts_are_counted() -> None:
    assert embed.truncated(TEXTS) == 1


def test_a_text_not_embedded_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError, match="not embedded"):
        embed.embed(["peace"]).matrix(["war"])


def test_only_the_pinned_file_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    package, name, _ = embed.minilm.FILES["model"]
    monkeypatch.setitem(embed.minilm.FILES, "model", (package, name, "0" * 64))
    with pytest.raises(InputError, match=r"SHA-256 8199be6f.*only 0000"):
        embed.minilm.file("model")
    monkeypatch.setitem(embed.minilm.FILES, "model", ("no_such_package", name, "0" * 64))
    with pytest.raises(InputError, match=r"no_such_package with model\.onnx must be installed"):
        embed.minilm.file("model")


class Fake(types.ModuleType):
    """Stands for sentence-transformers; its models give vectors of the length their name says."""

    class SentenceTransformer:
        def __init__(self, name: str) -> None:
            if name == "missing":
                raise OSError("no such model")
            self.length = int(name)

        def encode(self, texts: list[str], normalize_embeddings: bool) -> np.ndarray:
            assert normalize_embeddings
            return np.ones((len(texts), self.length)) / self.length**0.5


def test_another_model_is_named_and_its_vectors_never_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", Fake("sentence_transformers"))
    embed._named_model.cache_clear()
    own = embed.embed(["peace"])
    other = embed.embed(["peace"], own.frame, "384")
    assert (other.computed, other.reused) == (1, 0)
    assert other.matrix(["peace"]).shape == (1, 384)
    with pytest.raises(InputError, match="gives 10 numbers a text; the tables hold 384"):
        embed.embed(["peace"], embedding="10")
    with pytest.raises(InputError, match="'missing', which cannot be loaded: no such model"):
        embed.embed(["peace"], embedding="missing")


def test_another_model_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    embed._named_model.cache_clear()
    with pytest.raises(InputError, match="which needs sentence-transformers"):
        embed.embed(["peace"], embedding="all-MiniLM-L6-v2")


def test_static_vectors_are_means_of_token_vectors(project: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a made table: a text's vector is the sum of its tokens', in any order, scaled to length 1."""
    from rhetoscope.embed import static

    draw = np.random.default_rng(0).normal(size=(static._tokenizer().get_vocab_size(), tables.DIMENSIONS))
    monkeypatch.setattr(static, "tokens", lambda: draw.astype(np.float32))
    texts = ["war peace", "peace war", "", "peace " * 400]
    found = embed.embed(texts, None, embed.STATIC).matrix(texts)
    rows = [static._tokenizer().token_to_id(word) for word in ("war", "peace")]
    expected = draw[rows].sum(axis=0)
    assert found[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert np.array_equal(found[0], found[1])
    assert found[3] == pytest.approx(draw[rows[1]] / np.linalg.norm(draw[rows[1]]), abs=1e-5)
    for text, vector in zip(texts, found, strict=True):
        assert np.array_equal(embed.embed([text], None, embed.STATIC).matrix([text])[0], vector)
    assert embed.text_hash("war") != embed.text_hash("war", embed.STATIC)
    assert embed.truncated(texts, embed.STATIC) == 0


def test_token_vectors_are_whitened_halfway_and_common_ones_weigh_less() -> None:
    from rhetoscope.embed import static

    draw = np.random.default_rng(0)
    tokens = draw.normal(size=(5000, 4)) @ draw.normal(size=(4, 4)) + 3
    share = 1 / (np.maximum(np.arange(5000) - 999, 0) + 2.7)
    white = static._weighted(tokens) * (1 + share / share.sum() / 1e-3)[:, None]
    root = white.T @ white / 5000
    assert np.allclose(root @ root, np.cov(tokens.T, bias=True), rtol=1e-3, atol=1e-3)
    lengths = np.linalg.norm(static._weighted(np.vstack([tokens, tokens[::-1]])), axis=1)
    assert lengths[1000] < lengths[9999 - 1000]
