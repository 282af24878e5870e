"""The per-document cache: found by all a value depends on, each document once, on any number of workers."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, cache
from rhetoscope.cache import Cache

FRAME = pl.DataFrame({"a": [1, 2], "b": ["x", None]})


def test_frames_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    known = Cache(tmp_path / "s.sqlite")
    known.put({f"{n:03}": {"one": FRAME.with_columns(a=pl.lit(n)), "none": FRAME.head(0)} for n in range(600)})
    keys = [f"{n:03}" for n in reversed(range(600))]
    assert known.find_known([*keys, "other"]) == set(keys)
    assert [frame.height for frame in known.iterate_joined(keys, "one", together=256)] == [512, 512, 176]
    assert pl.concat(known.iterate_joined(keys, "one"))["a"].to_list() == [
        n for n in reversed(range(600)) for _ in "ab"
    ]
    assert [key for key, _ in known.iterate(["005", "other", "004"], "one")] == ["005", "004"]
    assert sum(frame.height for frame in known.iterate_joined(keys, "none")) == 0
    assert list(known.iterate_joined(keys, "unheard of")) == []


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_a_key_tells_its_parts_apart(one: list[str], other: list[str]) -> None:
    assert (cache.hash_parts(*one) == cache.hash_parts(*other)) == (one == other)


def test_a_key_depends_on_the_code_that_dvc_yaml_names(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "room").mkdir()
    (project / "room" / "a.py").write_text("x = 1")
    deps = ["src/rhetoscope/room", "src/rhetoscope/figures", "data/clean/articles.parquet"]
    (project / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"clean": {"deps": deps}}}))
    monkeypatch.setattr(cache, "_PACKAGE", project)
    before = cache.hash_code("clean")
    assert cache.hash_code("clean") == before
    (project / "room" / "b.toml").write_text("y = 1")
    assert cache.hash_code("clean") != before


def test_what_is_not_asked_for_is_forgotten(tmp_path: Path) -> None:
    known = Cache(tmp_path / "s.sqlite")
    known.put({"old": {"one": FRAME}, "new": {"one": FRAME}, "used": {"one": FRAME}})
    past = (date.today() - cache.KEPT - timedelta(days=1)).isoformat()
    with sqlite3.connect(known.path) as connection:
        connection.execute("update used set day = ? where key in ('old', 'used')", [past])
    assert known.find_known(["used"]) == {"used"}  # asked for today
    known.delete_old()
    assert known.find_known(["old", "new", "used"]) == {"new", "used"}


def test_what_breaks_off_is_not_kept_and_two_caches_write_the_same_file(tmp_path: Path) -> None:
    known = Cache(tmp_path / "s.sqlite")
    with pytest.raises(AttributeError):
        known.put({"whole": {"one": FRAME}, "broken": {"one": None}})  # type: ignore[dict-item]
    assert known.find_known(["whole", "broken"]) == set()
    one, other = Cache(tmp_path / "s.sqlite"), Cache(tmp_path / "s.sqlite")
    one.put({"a": {"one": FRAME}})
    other.put({"b": {"one": FRAME}, "a": {"one": FRAME}})
    assert one.find_known(["a", "b"]) == {"a", "b"}


def test_a_damaged_file_is_deleted_and_a_folder_that_cannot_be_written_named(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(InputError, match=r"s\.sqlite was damaged and is deleted; run again"):
        Cache(path)
    Cache(path).put({"key": {"one": FRAME}})
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"s\.sqlite cannot be written"):
        Cache(tmp_path / "file" / "s.sqlite")


def double(some: list[int]) -> list[dict[str, pl.DataFrame]]:
    return [{"doubled": pl.DataFrame({"n": [2 * number]})} for number in some]


def double_and_die(some: list[int], mark: str) -> list[dict[str, pl.DataFrame]]:
    """As `double`, but the first process to meet document 50 is killed."""
    if 50 in some:
        try:
            Path(mark).touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return double(some)


def _run(known: Cache, numbers: range, do: Any = double) -> tuple[int, list[int]]:
    documents = [(f"{number:04}", number) for number in numbers]
    computed = cache.compute_missing(documents, do, known, "doubling numbers", len(documents), batch=8)
    frames = known.iterate_joined([key for key, _ in documents], "doubled")
    return computed, [number for frame in frames for number in frame["n"]]


@pytest.fixture(params=["1", "2"])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(cache.WORKERS, request.param)
    return str(request.param)


def test_each_document_is_computed_once(tmp_path: Path, workers: str) -> None:
    known = Cache(tmp_path / "s.sqlite")
    assert _run(known, range(100)) == (100, [2 * n for n in range(100)])
    assert _run(known, range(100)) == (0, [2 * n for n in range(100)])
    assert _run(known, range(30, 101)) == (1, [2 * n for n in range(30, 101)])
    assert _run(known, range(0)) == (0, [])


def test_what_was_done_before_a_failure_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.WORKERS, "1")
    known = Cache(tmp_path / "s.sqlite")

    def documents() -> Iterator[tuple[str, int]]:
        yield from ((f"{number:04}", number) for number in range(80))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.compute_missing(documents(), double, known, "doubling numbers", 100, batch=8)
    assert _run(known, range(80))[0] < 80


@pytest.mark.parametrize("value", ["0", "many", "-2", "", "1.5"])
def test_a_setting_out_of_range_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.WORKERS, value)
    with pytest.raises(InputError, match=r"RHETOSCOPE_WORKERS must be a number of processes or tcp://host:port"):
        cache.count_workers()


def test_a_process_that_is_killed_is_told_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.WORKERS, "2")
    known, do = Cache(tmp_path / "s.sqlite"), partial(double_and_die, mark=str(tmp_path / "killed"))
    with pytest.raises(InputError, match="a worker process was killed"):
        _run(known, range(200), do)
    computed, found = _run(known, range(200), do)
    assert found == [2 * n for n in range(200)]
    assert 0 < computed <= 200


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    monkeypatch.setenv(cache.WORKERS, "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        _run(Cache(tmp_path / "s.sqlite"), range(9))


def test_a_cluster_that_loses_a_worker_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real scheduler with two worker processes, one of which is killed in the midst of its work."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    mark = tmp_path / "killed"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        monkeypatch.setenv(cache.WORKERS, cluster.scheduler_address)
        found = _run(Cache(tmp_path / "s.sqlite"), range(200), partial(double_and_die, mark=str(mark)))
    assert mark.exists()
    assert found == (200, [2 * n for n in range(200)])


def test_threads_of_one_process_take_turns() -> None:
    """A Dask worker with several threads must not parse two batches at once with one parser."""
    from concurrent.futures import ThreadPoolExecutor

    at_work: list[int] = []

    def alone(some: list[int]) -> list[dict[str, pl.DataFrame]]:
        at_work.append(1)
        time.sleep(0.01)
        assert len(at_work) == 1
        at_work.pop()
        return double(some)

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(cache._compute_batch, alone, [str(number)], [number]) for number in range(12)]
    assert [each.result()[1][0]["doubled"]["n"][0] for each in done] == [2 * number for number in range(12)]
