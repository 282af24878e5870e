"""Vectors: the published similarities, the same bits in any company, only pinned files."""

import random
import sys
import types

import numpy as np
import pytest

from rhetoscope import InputError, tables
from rhetoscope.topics import STATIC, compute_vectors, embedding
from rhetoscope.topics.embedding import batch_by_length, count_long_texts, find_model_file, hash_text, load_tokenizer

TEXTS = [
    "Talks resumed.", "Both sides agreed to a ceasefire along the border.",
    "Both sides blamed each other for the shelling of villages on the line of contact overnight.", "", "#",
    "peace " * 400,
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "published"), [
    ("The cat sits outside", "The dog plays in the garden", 0.2838),
    ("A man is playing guitar", "A woman watches TV", -0.0327),
    ("The new movie is awesome", "The new movie is so great", 0.8939),
])  # fmt: skip
def test_cosines_are_those_published_for_the_model(one: str, other: str, published: float) -> None:
    """Sentence Transformers' documentation, Semantic Textual Similarity, all-MiniLM-L6-v2; 8-bit weights cost .004."""
    left, right = compute_vectors([one, other])
    assert float(left @ right) == pytest.approx(published, abs=0.01)


def test_vectors_have_length_one() -> None:
    vectors = compute_vectors(TEXTS)
    assert vectors.shape == (len(TEXTS), tables.DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert compute_vectors([]).shape == (0, tables.DIMENSIONS)


def test_a_vector_has_the_same_bits_alone_and_in_any_batch_and_order() -> None:
    together = dict(zip(TEXTS, compute_vectors(TEXTS), strict=True))
    shuffled = random.Random(0).sample(TEXTS * 2, 2 * len(TEXTS))
    for text, vector in zip(shuffled, compute_vectors(shuffled), strict=True):
        assert np.array_equal(vector, together[text])
    for text in TEXTS:
        assert np.array_equal(compute_vectors([text])[0], together[text])


def test_batches_hold_one_length_each_and_every_row_once() -> None:
    lengths = [3, 5, 3, 256, 5, 3] + [256] * 70
    batches = list(batch_by_length(lengths))
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    assert all(len({lengths[row] for row in rows}) == 1 for rows in batches)
    assert all(len(rows) * lengths[rows[0]] <= 8192 for rows in batches)


def test_the_hash_holds_model_and_text_and_long_texts_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_text("peace")
    assert len({before, hash_text("Peace"), hash_text("peace", STATIC), hash_text("peace", "another")}) == 4
    monkeypatch.setitem(embedding.MODEL_NAMES, embedding.DEFAULT, "another")
    assert before != hash_text("peace")
    exactly = "peace " * (embedding.MAX_TOKENS - 2)  # two tokens mark the ends
    assert count_long_texts([*TEXTS, exactly, exactly + "now"]) == 2
    assert count_long_texts(TEXTS, STATIC) == count_long_texts([]) == 0


def test_only_the_pinned_file_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    package, name, _ = embedding.MODEL_FILES["model"]
    monkeypatch.setitem(embedding.MODEL_FILES, "model", (package, name, "0" * 64))
    with pytest.raises(InputError, match=r"SHA-256 8199be6f.*only 0000"):
        find_model_file("model")
    monkeypatch.setitem(embedding.MODEL_FILES, "model", ("no_such_package", name, "0" * 64))
    with pytest.raises(InputError, match=r"no_such_package with model\.onnx must be installed"):
        find_model_file("model")


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


def test_another_model_is_run_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", Fake("sentence_transformers"))
    assert compute_vectors(["peace"], "384").shape == (1, 384)
    with pytest.raises(InputError, match="gives 10 numbers a text; the tables hold 384"):
        compute_vectors(["peace"], "10")
    with pytest.raises(InputError, match="'missing', which cannot be loaded: no such model"):
        compute_vectors(["peace"], "missing")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(InputError, match="which needs sentence-transformers"):
        compute_vectors(["peace"], "all-MiniLM-L6-v2")


def test_static_vectors_are_means_of_token_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a made table: a text's vector is the sum of its tokens', in any order, scaled to length 1."""
    tokenizer = load_tokenizer(None)
    draw = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), tables.DIMENSIONS))
    monkeypatch.setattr(embedding, "load_token_vectors", lambda: draw.astype(np.float32))
    texts = ["war peace", "peace war", "", "peace " * 400]
    found = compute_vectors(texts, STATIC)
    rows = [tokenizer.token_to_id(word) for word in ("war", "peace")]
    expected = draw[rows].sum(axis=0)
    assert found[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert np.array_equal(found[0], found[1])
    assert found[3] == pytest.approx(draw[rows[1]] / np.linalg.norm(draw[rows[1]]), abs=1e-5)
    for text, vector in zip(texts, found, strict=True):
        assert np.array_equal(compute_vectors([text], STATIC)[0], vector)


def test_token_vectors_are_whitened_halfway_and_common_ones_weigh_less() -> None:
    draw = np.random.default_rng(0)
    tokens = draw.normal(size=(5000, 4)) @ draw.normal(size=(4, 4)) + 3
    share = 1 / (np.maximum(np.arange(5000) - 999, 0) + 2.7)
    white = embedding.weigh_tokens(tokens) * (1 + share / share.sum() / 1e-3)[:, None]
    root = white.T @ white / 5000
    assert np.allclose(root @ root, np.cov(tokens.T, bias=True), rtol=1e-3, atol=1e-3)
    lengths = np.linalg.norm(embedding.weigh_tokens(np.vstack([tokens, tokens[::-1]])), axis=1)
    assert lengths[1000] < lengths[9999 - 1000]
