"""Coding a corpus: the seed read sentence by sentence, voices, unknown names, evidence; each document by itself."""

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import make_sentences as sentences
from rhetoscope import InputError, actors, codebook, project, tables
from rhetoscope.clean import clean_pages
from rhetoscope.coding import CodedDocuments, code_corpus, code_sentences, list_concordance, list_evidence
from rhetoscope.coding.corpus import count_names, select_coded, sum_names
from rhetoscope.pages import read_pages

TABLE = actors.load_actors()
DEVICES = codebook.load_codebook()
WORDS = ["Armenia", "Iran", "must", "might", "be", "seen", "as", "“", "”", ":", ",", "said", "is", "by", "war", "’s"]


def voices(text: str) -> list[tuple[str, str]]:
    found = code_corpus(sentences(text), DEVICES, TABLE)["codings"]
    return list(found.filter(pl.col("device") == "hedge").select("text", "voice").iter_rows())


@pytest.fixture(scope="module")
def seed() -> tuple[pl.DataFrame, pl.DataFrame, CodedDocuments]:
    cleaned = clean_pages(read_pages(str(project.find_root() / "seeds")), 50)
    return cleaned["articles"], cleaned["sentences"], code_corpus(cleaned["sentences"], DEVICES, TABLE)


def of(coded: CodedDocuments, device: str) -> list[tuple[str, str | None, str | None, str]]:
    found = coded["codings"].filter(pl.col("device") == device)
    return list(found.select("text", "actor", "target", "voice").iter_rows())


def test_the_seed_says_impersonal_evidentials_of_one_side_obliges_and_threatens(seed: tuple) -> None:
    assert [row[:2] for row in of(seed[2], "impersonal_evidential")] == [
        ("is seen as", "France"), ("allegedly", "France"), ("are believed", "Armenian diaspora"),
        ("is perceived as", "France"), ("are seen as", "Armenia"), ("There is speculation", "United States"),
    ]  # fmt: skip
    assert "Azerbaijan" in set(seed[2]["mentions"]["actor"])
    assert of(seed[2], "obligation") == [
        ("must", None, None, "Azerbaijan"), ("must", "Armenia", None, "author"), ("must", None, None, "author"),
        ("must", "International community", None, "author"),
    ]  # fmt: skip
    assert of(seed[2], "threat") == [
        ("lead to renewed conflict", "Azerbaijan", None, "Azerbaijan"),
        ("trigger for further hostilities", "Azerbaijan", None, "Azerbaijan"),
        ("will be met with", "Azerbaijan", "Armenia", "Azerbaijan"),
        ("will respond", "Azerbaijan", None, "author"),
        ("prepared for conflict", "Azerbaijan", None, "author"),
        ("ready to defend", "Azerbaijan", None, "author"),
    ]


def kinds(actor: str) -> dict[str, str]:
    """For each stand-in a name of the actor that has it, the longest: names of many words are the harder case."""
    names = [(alias.stand_in, name) for name, alias in TABLE.aliases.items() if alias.actor == actor]
    return dict(sorted(names, key=lambda each: (len(each[1]), each[1])))


COUNTRIES = [actor for actor in TABLE.actors if set(kinds(actor)) >= {actors.NAME, actors.DEMONYM, actors.PEOPLE}]


def renamed(places: pl.DataFrame, others: dict[str, str]) -> pl.DataFrame:
    """The sentences with each name of some actors replaced by one, of the same kind, of another actor."""
    texts = []
    for text in places["text"]:
        for span in reversed(TABLE.find(text)):
            if span.actor in others:
                text = text[: span.start] + kinds(others[span.actor])[span.stand_in] + text[span.end :]
        texts.append(text)
    ends = (pl.col("text").str.len_chars().cast(pl.Int64) + 1).cum_sum()
    new = places.with_columns(text=pl.Series(texts)).with_columns(end=ends)
    return new.with_columns(start=pl.col("end") - pl.col("text").str.len_chars())


def assert_follows(seed: tuple, others: dict[str, str]) -> None:
    """Holds codings and mentions of the seed with other actors' names against its own, row by row."""
    places = seed[1].filter(pl.col("start").is_not_null())
    coded = code_corpus(renamed(places, others), DEVICES, TABLE)
    one, other = (
        each["codings"].select("sentence_id", "device", "actor", "target", "voice") for each in (seed[2], coded)
    )
    assert other.equals(one.with_columns(pl.col("actor", "target", "voice").replace(others)))
    one, other = (each["mentions"].select("sentence_id", "actor", "role", "valence") for each in (seed[2], coded))
    assert other.equals(one.with_columns(pl.col("actor").replace(others)))


def test_the_seed_with_its_sides_exchanged_has_its_results_exchanged(seed: tuple) -> None:
    sides = {"Armenia": "Azerbaijan", "Armenian diaspora": "Azerbaijani diaspora"}
    assert_follows(seed, sides | {other: one for one, other in sides.items()})


@settings(max_examples=10)
@given(st.lists(st.sampled_from(COUNTRIES), min_size=3, max_size=3, unique=True))
def test_what_is_found_does_not_depend_on_who_is_named(seed: tuple, three: list[str]) -> None:
    there = set(seed[2]["mentions"]["actor"])
    assume(there.isdisjoint(three))
    assert_follows(seed, dict(zip(("Armenia", "Azerbaijan", "France"), three, strict=True)))


@pytest.fixture(scope="module")
def company(seed: tuple) -> pl.DataFrame:
    """The seed between documents whose quotations run on, and 20 short ones."""
    texts = ("“We are tired of the long war,” Iran said. “We may talk.", "Peace might come.", "It must be seen.")
    quoting = sentences(*texts).with_columns(doc_id=pl.lit("a"), paragraph=pl.lit(0))
    follows = sentences("Rain might come.”", "Rain might come.").with_columns(doc_id=pl.lit("b"))
    opens = sentences("“The sun is hot.", "Rain might come.”").with_columns(doc_id=pl.lit("c"), paragraph=pl.lit(0))
    warned = [f"France has warned that {number} soldiers must be released by Baku." for number in range(20)]
    short = [sentences(text).with_columns(doc_id=pl.lit(f"d{number}")) for number, text in enumerate(warned)]
    read = select_coded(seed[1]).select(quoting.columns)
    together = pl.concat([each.cast({"paragraph": pl.Int64}) for each in (quoting, read, follows, opens, *short)])
    return together.with_columns(sentence_id=pl.format("{}-{}", "doc_id", "start"))


def test_a_document_is_coded_alike_alone_and_among_others(company: pl.DataFrame) -> None:
    together = code_sentences(company, DEVICES, TABLE)
    alone = [code_sentences(document, DEVICES, TABLE) for document in company.partition_by("doc_id")]
    for whole, parts in zip(together, zip(*alone, strict=True), strict=True):
        assert whole.equals(pl.concat(sorted(parts, key=lambda part: part["doc_id"].to_list()[:1])))
    hedges = together[0].filter(pl.col("device") == "hedge", pl.col("doc_id").is_in(["a", "b", "c"]))
    assert hedges["voice"].to_list() == ["Iran", "Iran", "author", "author", "unnamed"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_tables_depend_on_neither_order_nor_workers(
    company: pl.DataFrame, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    codings, mentions = code_sentences(company, DEVICES, TABLE)
    monkeypatch.setenv("RHETOSCOPE_WORKERS", workers)
    coded = code_corpus(company, DEVICES, TABLE)
    shuffled = code_corpus(company.sample(fraction=1, shuffle=True, seed=3), DEVICES, TABLE)
    for one in (coded, shuffled):
        assert one["codings"].equals(codings)
        assert one["mentions"].equals(mentions)
        assert one.unknown.equals(coded.unknown)
    assert coded.unknown.height > 0


def test_names_of_batches_sum_to_those_of_all(seed: tuple) -> None:
    rows = select_coded(seed[1])
    parts = [count_names(rows[start : start + 7]) for start in range(0, rows.height, 7)]
    assert sum_names(pl.concat(parts[::-1])).equals(count_names(rows))


def test_spans_are_the_text_of_the_page_and_tables_keep_their_contract(seed: tuple) -> None:
    articles, _, coded = seed
    for frame, column in ((coded["codings"], "text"), (coded["mentions"], "surface")):
        placed = frame.join(articles.select("doc_id", page="text"), on="doc_id", how="left", validate="m:1")
        cut = placed.select(
            pl.col("page").str.slice(pl.col("start"), pl.col("end") - pl.col("start")) == pl.col(column)
        )
        assert cut.to_series().all()
    tables.check("codings", seed[2]["codings"])
    tables.check("mentions", seed[2]["mentions"])


def test_a_table_without_sentences_gives_tables_without_rows() -> None:
    coded = code_corpus(tables.make_empty("sentences"), DEVICES, TABLE)
    assert coded["codings"].equals(tables.make_empty("codings"))
    assert coded["mentions"].equals(tables.make_empty("mentions"))
    assert coded.unknown.columns == ["entity", "kind", "count", "sentence"]


@pytest.mark.parametrize("text", ["", "#", " ", "...", "“”", "must", "is", "perhaps", "The"])
def test_edge_texts_are_coded_without_complaint(text: str) -> None:
    coded = code_corpus(sentences(text, text), DEVICES, TABLE)
    assert (coded["codings"]["end"] > coded["codings"]["start"]).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_row_of_words_is_coded_within_its_bounds(words: list[str]) -> None:
    text = " ".join(words)
    coded = code_corpus(sentences(text), DEVICES, TABLE)
    for start, end, found in coded["codings"].select("start", "end", "text").iter_rows():
        assert text[start:end] == found
    one = coded["codings"].filter(pl.col("device") == "hedge").sort("start")
    assert (one["start"].slice(1) >= one["end"].head(max(0, one.height - 1))).all()


@pytest.mark.parametrize(("text", "voice"), [
    ("Armenia might sign.", "author"), ("Azerbaijan insists that Armenia might sign.", "Azerbaijan"),
    ("Armenia's leadership warned that Azerbaijan might attack.", "Armenia"),
    ("Russia said that Ukraine believes that Poland might help.", "Ukraine"),
    ("It is said that Iran might attack.", "author"), ("According to Israel, Iran might attack.", "Israel"),
    ("“We might well decide to leave the talks,” Pakistan said.", "Pakistan"),
    ("The message from Tehran is clear: Israel might be wrong.", "Iran"),
    ("Local farmers said that rain might come.", "Local farmers"), ("The “might makes right” school lost.", "author"),
])  # fmt: skip
def test_the_voice_is_that_of_the_innermost_source(text: str, voice: str) -> None:
    assert {found for _, found in voices(text)} == {voice}


def test_a_voice_is_direct_or_indirect_of_a_known_named_or_anonymous_source() -> None:
    texts = (
        "Iran said that Israel might attack.",
        "“Israel might well attack us again,” John Smith said.",
        "Local farmers said that rain might come.",
        "Rain might come.",
    )
    found = code_corpus(sentences(*texts), DEVICES, TABLE)["codings"].filter(pl.col("device") == "hedge")
    assert found.select("voice", "mode", "source").rows() == [
        ("Iran", "indirect", "actor"),
        ("John Smith", "direct", "named"),
        ("Local farmers", "indirect", "anonymous"),
        ("author", "author", None),
    ]


def test_a_quotation_is_followed_to_its_end() -> None:
    texts = ("“We are tired of the long war,” Iran said. “We may talk.", "Peace might come.”", "Rain might come.")
    one = sentences(*texts).with_columns(paragraph=pl.lit(0))
    found = code_corpus(one, DEVICES, TABLE)["codings"].filter(pl.col("device") == "hedge")
    assert found.select("voice", "mode").rows() == [("Iran", "direct"), ("Iran", "direct"), ("author", "author")]


def test_several_actors_of_a_coding_are_named_and_unknown_entities_counted() -> None:
    coded = code_corpus(sentences("Armenia and Azerbaijan must sign the treaty."), DEVICES, TABLE)["codings"]
    assert coded.filter(pl.col("device") == "obligation")["actors"].to_list() == [["Armenia", "Azerbaijan"]]
    unknown = code_corpus(sentences("Armenia met John Smith.", "John Smith left France."), DEVICES, TABLE).unknown
    assert unknown.select("entity", "kind", "count").rows() == [("John Smith", "PERSON", 2)]


def test_a_concordance_shows_each_coding_in_its_context(seed: tuple) -> None:
    articles, text, coded = seed
    lines = list_concordance(coded["codings"], articles, device="impersonal_evidential", actor="France", width=20)
    assert lines["text"].to_list() == ["is seen as", "allegedly", "is perceived as"]
    assert lines["left"].str.len_chars().max() <= 20
    assert lines["right"][0].startswith(" a significant adver")
    assert list_concordance(coded["codings"], articles, voice="Azerbaijan").height > 0
    every = list_concordance(coded["codings"], articles)
    assert list_concordance(coded["codings"].lazy(), articles.lazy(), first=7).equals(every.head(7))
    doc = articles["doc_id"][0]
    units = pl.DataFrame({"unit_id": [f"{doc}-p0000", f"{doc}-p0002"], "topic": [0, 1]})
    in_first = list_concordance(coded["codings"], articles, topic=0, assignments=units)
    assert 0 < in_first.height < coded["codings"].height
    assert (in_first["start"] < len(articles["text"][0].split("\n\n")[0])).all()
    with pytest.raises(InputError, match="topic 1 needs the table assignments"):
        list_concordance(coded["codings"], articles, topic=1)
    shown = list_evidence(coded["codings"], text, device="threat", actor="Azerbaijan")
    assert shown.height == 6
    assert all(span in sentence for span, sentence in shown.select("text", "sentence").iter_rows())
    with pytest.raises(InputError, match="width must be 0 or more characters, found -1"):
        list_concordance(seed[2]["codings"], seed[0], width=-1)
