"""Each document once, on any number of workers, with the same result."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rhetoscope import InputError, work
from rhetoscope.store import Store


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


def _run(known: Store, numbers: range, do: Any = double) -> tuple[int, list[int]]:
    documents = [(f"{number:04}", number) for number in numbers]
    computed = work.each(documents, do, known, "doubling numbers", len(documents), batch=8)
    frames = known.frames([key for key, _ in documents], "doubled")
    return computed, [number for frame in frames for number in frame["n"]]


@pytest.fixture(params=["1", "2"])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(work.VARIABLE, request.param)
    return str(request.param)


def test_each_document_is_computed_once(tmp_path: Path, workers: str) -> None:
    known = Store(tmp_path / "s.sqlite")
    assert _run(known, range(100)) == (100, [2 * n for n in range(100)])
    assert _run(known, range(100)) == (0, [2 * n for n in range(100)])
    assert _run(known, range(30, 101)) == (1, [2 * n for n in range(30, 101)])
    assert _run(known, range(0)) == (0, [])


def test_what_was_done_before_a_failure_is_kept(tmp_path: Path) -> None:
    known = Store(tmp_path / "s.sqlite")

    def documents() -> Iterator[tuple[str, int]]:
        yield from ((f"{number:04}", number) for number in range(80))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work.each(documents(), double, known, "doubling numbers", 100, batch=8)
    assert _run(known, range(80))[0] < 80


@pytest.mark.parametrize("value", ["0", "many", "-2", "", "1.5"])
def test_a_setting_out_of_range_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(work.VARIABLE, value)
    with pytest.raises(InputError, match=r"RHETOSCOPE_WORKERS must be a number of processes or tcp://host:port"):
        work.workers()


def test_a_process_that_is_killed_is_told_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functools import partial

    monkeypatch.setenv(work.VARIABLE, "2")
    known, do = Store(tmp_path / "s.sqlite"), partial(double_and_die, mark=str(tmp_path / "killed"))
    with pytest.raises(InputError, match="a worker process was killed"):
        _run(known, range(200), do)
    computed, found = _run(known, range(200), do)
    assert found == [2 * n for n in range(200)]
    assert 0 < computed <= 200


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    monkeypatch.setenv(work.VARIABLE, "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        _run(Store(tmp_path / "s.sqlite"), range(9))


def test_a_cluster_that_loses_a_worker_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real scheduler with two worker processes, one of which is killed in the midst of its work."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    from functools import partial

    mark = tmp_path / "killed"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        monkeypatch.setenv(work.VARIABLE, cluster.scheduler_address)
        found = _run(Store(tmp_path / "s.sqlite"), range(200), partial(double_and_die, mark=str(mark)))
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
        done = [threads.submit(work._done, alone, [str(number)], [number]) for number in range(12)]
    assert [each.result()[1][0]["doubled"]["n"][0] for each in done] == [2 * number for number in range(12)]


def grow(rounds: int) -> int:
    """As work that holds on to memory: more than loky lets one process have."""
    kept.append(bytearray(400_000_000))
    time.sleep(1.1)  # loky looks once a second
    return rounds


kept: list[bytearray] = []


def test_a_process_that_has_grown_is_replaced_without_a_word(recwarn: pytest.WarningsRecorder) -> None:
    with work.apart() as process:
        assert [each.result() for each in [process.submit(grow, number) for number in range(3)]] == [0, 1, 2]
    assert not [str(warning.message) for warning in recwarn if "worker stopped" in str(warning.message)]
