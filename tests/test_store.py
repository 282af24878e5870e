"""What is kept between runs: found by all it depends on, whole or not at all."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, store
from rhetoscope.store import Store

FRAME = pl.DataFrame({"a": [1, 2], "b": ["x", None]})


def test_frames_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    known = Store(tmp_path / "s.sqlite")
    known.put({f"{n:03}": {"one": FRAME.with_columns(a=pl.lit(n)), "none": FRAME.head(0)} for n in range(600)})
    keys = [f"{n:03}" for n in reversed(range(600))]
    assert known.known([*keys, "other"]) == set(keys)
    assert [frame.height for frame in known.frames(keys, "one", together=256)] == [512, 512, 176]
    assert pl.concat(known.frames(keys, "one"))["a"].to_list() == [n for n in reversed(range(600)) for _ in "ab"]
    assert [key for key, _ in known.each(["005", "other", "004"], "one")] == ["005", "004"]
    assert sum(frame.height for frame in known.frames(keys, "none")) == 0
    assert list(known.frames(keys, "unheard of")) == []


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_a_key_tells_its_parts_apart(one: list[str], other: list[str]) -> None:
    assert (store.key(*one) == store.key(*other)) == (one == other)


def test_a_key_depends_on_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("x = 1")
    monkeypatch.setattr(store, "__file__", str(tmp_path / "store.py"))
    before = store.code("room")
    assert store.code("room") == before
    (tmp_path / "room" / "b.toml").write_text("y = 1")
    assert store.code("room") != before


def test_what_is_not_asked_for_is_forgotten(tmp_path: Path) -> None:
    known = Store(tmp_path / "s.sqlite")
    known.put({"old": {"one": FRAME}, "new": {"one": FRAME}, "used": {"one": FRAME}})
    past = (date.today() - store.FORGOTTEN - timedelta(days=1)).isoformat()
    with sqlite3.connect(known.path) as connection:
        connection.execute("update used set day = ? where key in ('old', 'used')", [past])
    assert known.known(["used"]) == {"used"}  # asked for today
    known.forget()
    assert known.known(["old", "new", "used"]) == {"new", "used"}


def test_what_breaks_off_is_not_kept(tmp_path: Path) -> None:
    known = Store(tmp_path / "s.sqlite")
    with pytest.raises(AttributeError):
        known.put({"whole": {"one": FRAME}, "broken": {"one": None}})  # type: ignore[dict-item]
    assert known.known(["whole", "broken"]) == set()


def test_a_damaged_file_is_deleted_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(InputError, match=r"s\.sqlite was damaged and is deleted; run again"):
        Store(path)
    Store(path).put({"key": {"one": FRAME}})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"s\.sqlite cannot be written"):
        Store(tmp_path / "file" / "s.sqlite")


def test_two_stores_write_the_same_file(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "s.sqlite"), Store(tmp_path / "s.sqlite")
    one.put({"a": {"one": FRAME}})
    other.put({"b": {"one": FRAME}, "a": {"one": FRAME}})
    assert one.known(["a", "b"]) == {"a", "b"}
