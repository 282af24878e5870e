"""The stages as a user runs them: from a folder of their own, with input that can be used and input that cannot."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml
from lxml.html import document_fromstring

from rhetoscope.__main__ import main

ROOT = Path(__file__).parents[1]


def _set(project: Path, stage: str, **values: object) -> None:
    """Changes parameters in the project's params.yaml."""
    file = project / "params.yaml"
    params = yaml.safe_load(file.read_text())
    params[stage] |= values
    file.write_text(yaml.safe_dump(params))


def _folder(project: Path, **files: bytes) -> None:
    (project / "pages").mkdir()
    for name, content in files.items():
        (project / "pages" / f"{name}.txt").write_bytes(content)
    _set(project, "clean", source="pages")


def _table(project: Path, path: str) -> pl.DataFrame:
    return pl.read_parquet(project / "data" / f"{path}.parquet")


@pytest.mark.parametrize(("source", "files", "said"), [
    ("nowhere", {}, "nowhere"), ("pages", {}, "pages"), ("pages", {"a": b""}, "a.txt"),
    ("pages", {"a": b"\x00\x01\x02\xff" * 99}, "a.txt"),
], ids=["missing folder", "empty folder", "only an empty file", "only a binary file"])  # fmt: skip
def test_input_that_cannot_be_used_ends_in_a_sentence_naming_it(
    project: Path, capfd: pytest.CaptureFixture[str], source: str, files: dict[str, bytes], said: str
) -> None:
    _folder(project, **files)
    _set(project, "clean", source=source)
    assert main(["run", "clean"]) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("rhetoscope: ")
    assert said in last


def test_bad_pages_are_set_aside_and_the_good_one_goes_through_all_stages(project: Path) -> None:
    seed = next((ROOT / "seeds").glob("*.txt")).read_bytes()
    _folder(project, a=b"", b=b"\x00\xff" * 99, c=seed)
    _set(project, "rhetoric", bootstrap=100)
    _set(project, "topics", stability_runs=2)
    for stage in ("clean", "topics", "rhetoric", "findings"):
        assert main(["run", stage]) == 0
    assert _table(project, "clean/rejected")["source"].to_list() == ["a.txt", "b.txt"]
    assert _table(project, "clean/articles")["source"].to_list() == ["c.txt"]
    assert _table(project, "rhetoric/codings").height > 0
    assert "2 pages could not be used" in (project / "data/findings/findings.html").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files cannot be limited there")
@pytest.mark.parametrize(("most", "said"), [
    (0, r"temporary files of 01_clean\.ipynb cannot be written: .*No usable temporary directory"),
    (10_000, r"\.rhetoscope/clean\.sqlite cannot be written: "),
    (100_000, r"\S+\.txt cannot be taken apart on this machine: "),  # a model is unpacked among temporary files
])  # fmt: skip
def test_a_full_disk_ends_in_a_sentence_and_leaves_earlier_results_whole(project: Path, most: int, said: str) -> None:
    """No file may grow beyond so many bytes, which is how a full disk looks to who writes."""
    import resource

    command = [sys.executable, "-m", "rhetoscope", "run", "clean"]
    subprocess.run(command, check=True)
    before = _digests(project)
    shutil.rmtree(project / ".rhetoscope")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    full = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit)
    assert full.returncode == 1
    assert re.match(f"rhetoscope: {said}.", full.stderr.splitlines()[-1])
    assert _digests(project) == before


def _digests(project: Path) -> dict[str, str]:
    """SHA-256 of every file in the project's `data`."""
    files = (file for file in sorted((project / "data").rglob("*")) if file.is_file())
    return {str(file.relative_to(project)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_two_runs_at_once_leave_what_one_leaves(project: Path) -> None:
    def run(count: int) -> dict[str, str]:
        """Digests of every file made by so many runs of a stage, started together on nothing."""
        for made in ("data", ".rhetoscope"):
            shutil.rmtree(project / made, ignore_errors=True)
        command = [sys.executable, "-m", "rhetoscope", "run", "clean"]
        running = [subprocess.Popen(command) for _ in range(count)]
        assert [each.wait() for each in running] == [0] * count
        return _digests(project)

    assert run(2) == run(1)


def test_unknown_parameters_and_missing_input_stop_the_stage(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _set(project, "topics", min_topics=8)
    assert main(["run", "topics"]) == 1
    assert "section topics of params.yaml has no parameter 'min_topics'" in capfd.readouterr().err
    assert main(["run", "rhetoric"]) == 1
    assert "run the stage clean first (dvc repro clean)" in capfd.readouterr().err


def test_the_report_is_self_contained() -> None:
    page = (ROOT / "data" / "findings" / "findings.html").read_text(encoding="utf-8")
    tree = document_fromstring(page)
    urls = tree.xpath("//@src | //@href | //@data | //@action | //@poster | //@srcset")
    assert [url[:40] for url in urls if not url.startswith(("data:", "#"))] == []
    assert len(tree.xpath("//script")) == 1  # the page's own, which its policy names by hash
    assert not tree.xpath("//img[not(string(@alt))]")
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in page
    assert f"script-src 'sha256-{digest}'" in page
    assert "@import" not in page
    assert len(urls) >= 5
