"""One document added, changed or removed: only that one is done again, and the result is that of a full run."""

import gc
from pathlib import Path

import polars as pl
import pytest

from rhetoscope import actors, cache, codebook, tables
from rhetoscope.cache import Cache
from rhetoscope.clean import TABLES, CleanedPages, clean_pages
from rhetoscope.coding import code_corpus
from rhetoscope.coding.parse import MODEL
from rhetoscope.pages import read_pages

DEVICES, ACTORS = codebook.load_codebook(), actors.load_actors()
STORY = """Talks number {n} continue
The ministers of Armenia and Azerbaijan met in round {n} and agreed to go on with the talks in the week after it.
Observers said that France is seen as partial, and that Baku must release the {n} prisoners before a treaty is signed.
The European Union may send {n} monitors to the border, although the Turkish government has warned against the mission.
"""


def _clean(folder: Path, known: Cache) -> CleanedPages:
    return clean_pages(read_pages(folder), 20, ["en"], not_after="2026-01-01", known=known, actors=ACTORS)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(STORY.format(n=number + 2))
    return folder


@pytest.mark.parametrize(
    ("name", "story", "pages_done"),
    [("03.txt", 77, 1), ("99.txt", 99, 1), ("98.txt", 2, 1), ("05.txt", None, 0)],
    ids=["changed", "added", "copied", "removed"],
)
def test_only_what_is_new_is_cleaned_and_coded(
    name: str, story: int | None, pages_done: int, pages: Path, tmp_path: Path
) -> None:
    kept, fresh = Cache(tmp_path / "kept.sqlite"), Cache(tmp_path / "fresh.sqlite")
    first = _clean(pages, kept)
    assert first.computed == 12
    assert _clean(pages, kept).computed == 0
    code_corpus(first["sentences"].lazy(), DEVICES, ACTORS, MODEL, kept)
    (pages / name).unlink(missing_ok=True)
    if story:
        (pages / name).write_text(STORY.format(n=story))
    again, anew = _clean(pages, kept), _clean(pages, fresh)
    assert again.computed == pages_done
    for name in TABLES:
        assert tables.check(name, again[name]).equals(tables.check(name, anew[name])), name
    assert again.count_chrome_effect().equals(anew.count_chrome_effect())
    coded = code_corpus(again["sentences"].lazy(), DEVICES, ACTORS, MODEL, kept)
    full = code_corpus(anew["sentences"].lazy(), DEVICES, ACTORS, MODEL, fresh)
    assert (coded.computed, full.computed) == (pages_done, len(anew.keys))
    for name in ("codings", "mentions"):
        assert pl.concat(coded.batches(name)).equals(pl.concat(full.batches(name)))
    assert coded.unknown.equals(full.unknown)


def test_another_codebook_codes_anew(pages: Path, tmp_path: Path) -> None:
    known = Cache(tmp_path / "kept.sqlite")
    sentences = _clean(pages, known)["sentences"].lazy()
    assert code_corpus(sentences, DEVICES, ACTORS, MODEL, known).computed == 12
    assert code_corpus(sentences, DEVICES[1:], ACTORS, MODEL, known).computed == 12
    assert code_corpus(sentences, DEVICES, ACTORS, MODEL, known).computed == 0


def test_two_workers_code_what_one_does(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = Cache(tmp_path / "one.sqlite"), Cache(tmp_path / "two.sqlite")
    sentences = _clean(pages, one)["sentences"].lazy()
    alone = code_corpus(sentences, DEVICES, ACTORS, MODEL, one)
    monkeypatch.setenv("RHETOSCOPE_WORKERS", "2")
    assert _clean(pages, two).computed == 12
    shared = code_corpus(sentences, DEVICES, ACTORS, MODEL, two)
    for name in ("codings", "mentions"):
        assert pl.concat(alone.batches(name)).equals(pl.concat(shared.batches(name)))


def test_a_changed_table_of_actors_is_another_table(pages: Path, tmp_path: Path) -> None:
    known = Cache(tmp_path / "kept.sqlite")
    first = _clean(pages, known)
    code_corpus(first["sentences"], DEVICES, ACTORS, MODEL, known)
    own = tmp_path / "own.toml"
    own.write_text('ignore = ["talks with Armenia"]\n')
    other = actors.load_actors(str(own))
    assert other.fingerprint != ACTORS.fingerprint
    assert actors.load_actors().fingerprint == ACTORS.fingerprint
    assert code_corpus(first["sentences"], DEVICES, other, MODEL, known).computed == 12
    assert clean_pages(read_pages(pages), 20, ["en"], not_after="2026-01-01", known=known, actors=other).computed == 12


def test_a_temporary_store_goes_with_its_last_user() -> None:
    kept = cache.make_temporary()
    folder = kept.path.parent
    assert folder.is_dir()
    del kept
    gc.collect()
    assert not folder.exists()
