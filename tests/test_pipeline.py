"""The quick pipeline gives what spaCy's own gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import networks, parsing

TEXTS = [
    "There is no way he ain't gonna leave; y'all gotta see, let's go, c'mon!",
    "The talks were held, and it has been said that rules' makers were lying there.",
    "Its leaders met; the better plan was to have met earlier, wasn't it?",
    "Ministers left at 5 p.m., didn't they, nothin' doing.",
    "",
]


@pytest.fixture(scope="module")
def own():
    import spacy

    nlp = spacy.load(parsing.MODEL, exclude=["ner"])

    def one_sentence(doc):
        for token in doc:
            token.is_sent_start = token.i == 0
        return doc

    from spacy.language import Language

    Language.component("test_one_sentence", func=one_sentence)
    nlp.add_pipe("test_one_sentence", first=True)
    return nlp


def test_forms_and_lemmas_are_those_of_spacy(own) -> None:
    for _ in range(2):  # learnt and remembered
        for quick, slow in zip(parsing.parse(TEXTS), own.pipe(TEXTS), strict=True):
            for attribute in ("tag_", "dep_", "pos_", "lemma_"):
                assert [getattr(t, attribute) for t in quick] == [getattr(t, attribute) for t in slow]
            assert [str(t.morph) for t in quick] == [str(t.morph) for t in slow]
            assert [t.head.i for t in quick] == [t.head.i for t in slow]


def test_names_are_those_of_spacy_and_of_each_sentence_alone() -> None:
    import spacy

    texts = ["Ali Aydin flew from Baku to Yerevan on 3 May.", "The United Nations met.", "", "No one came."] * 2
    own = spacy.load(parsing.MODEL).pipe(texts)
    expected = [[(entity.text, entity.label_) for entity in doc.ents] for doc in own]
    assert parsing.entities(texts) == expected
    assert any(expected)
    assert [parsing.entities([text])[0] for text in texts] == expected


@pytest.mark.parametrize("ahead", [networks.AHEAD, 20])
def test_a_sentence_is_parsed_alike_alone_and_beside_others(ahead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "AHEAD", ahead)
    many = [" ".join(TEXTS[: 1 + number % 4]) for number in range(70)]
    assert isinstance(parsing.load().get_pipe("parser"), networks.Transitions)
    for alone, beside in zip(many, parsing.parse(many), strict=True):
        (doc,) = parsing.parse([alone])
        assert np.array_equal(doc.to_array(["HEAD", "DEP", "TAG"]), beside.to_array(["HEAD", "DEP", "TAG"]))


def test_a_parser_with_beams_keeps_its_own_loop() -> None:
    import spacy
    from spacy.pipeline import DependencyParser

    nlp = spacy.load(parsing.MODEL, exclude=["ner"])
    nlp.get_pipe("parser").cfg["beam_width"] = 4
    networks.use_transitions(nlp, "parser")
    assert isinstance(nlp.get_pipe("parser"), DependencyParser)


@given(rows=st.integers(1, 600), width=st.integers(1, 12), out=st.booleans())
def test_products_by_blocks_are_products(rows: int, width: int, out: bool) -> None:
    numbers = np.random.default_rng(rows).normal(size=(rows, width)).astype("float32")
    weights = np.random.default_rng(width).normal(size=(5, width)).astype("float32")
    into = np.empty((rows, 5), dtype="float32") if out else None
    found = networks.products().gemm(numbers, weights, out=into, trans2=True)
    assert found.shape == (rows, 5)
    np.testing.assert_allclose(found, numbers @ weights.T, rtol=1e-4, atol=1e-5)
    alone = networks.products().gemm(numbers[-1:], weights, trans2=True)
    assert np.array_equal(found[-1:], alone)


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_the_largest_piece_is_that_of_thinc(pieces: int) -> None:
    from thinc.api import NumpyOps

    numbers = np.random.default_rng(pieces).normal(size=(50, 7, pieces)).astype("float32")
    best, _ = networks.products().maxout(numbers)
    assert np.array_equal(best, NumpyOps().maxout(numbers)[0])


def test_words_have_the_same_vectors_when_met_again_and_when_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = parsing.load()
    docs, layers = [quick.make_doc(text) for text in TEXTS if text], quick.get_pipe("tok2vec").model
    first = layers.predict(docs)
    monkeypatch.setattr(networks, "MEMORY", 3)
    for _ in range(2):
        for again, before in zip(layers.predict(docs), first, strict=True):
            assert np.array_equal(again, before)
        assert np.array_equal(layers.predict(docs[1:2])[0], first[1])
