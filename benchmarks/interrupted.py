"""Kills a run at random moments; the next one must end with the bytes of an undisturbed run.

    python benchmarks/interrupted.py [times] [pages]

The pages are the seed's, with their words shuffled into so many different ones, in a project folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MADE = ("data/clean", "data/topics", "data/rhetoric", "data/findings")


def main(times: int = 20, pages: int = 12) -> int:
    """Prints, for each kill, when it fell and whether the next run ended with the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        subprocess.run(["git", "clone", "--quiet", ROOT, project], check=True)
        write_pages(project / "pages", pages)
        params = project / "params.yaml"
        params.write_text(params.read_text().replace("source: seeds", "source: pages"))
        started = time.monotonic()
        run(project).wait()
        length = time.monotonic() - started
        whole = digests(project)
        print(f"undisturbed: {length:.0f} s, {len(whole)} files")
        moments = random.Random(0)
        broken = 0
        for number in range(times):
            forget(project)
            before = digests(project)
            moment = moments.uniform(0, length)
            killed = run(project)
            time.sleep(moment)
            os.killpg(killed.pid, signal.SIGKILL)
            killed.wait()
            left = digests(project)
            halves = [file for file, digest in left.items() if digest not in (whole.get(file), before.get(file))]
            ended = run(project).wait()
            after = digests(project)
            moved = [file for file in whole.keys() | after.keys() if whole.get(file) != after.get(file)]
            broken += bool(ended or halves or moved)
            what = f"DIFFERENT: {', '.join(sorted(moved))}" if ended or moved else "the same bytes"
            print(
                f"{number + 1:2}: killed after {moment:5.1f} s, {len(left) - len(before)} files made, "
                f"broken: {', '.join(halves) or 'none'}; next run: {what}",
                flush=True,
            )
    return int(broken > 0)


def run(project: Path) -> subprocess.Popen[bytes]:
    """`dvc repro` in a session of its own, to be killed with all it started there."""
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    return subprocess.Popen(
        ["dvc", "repro", "--quiet"],
        cwd=project, env=environment, start_new_session=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def forget(project: Path) -> None:
    """Takes the project back to where nothing had run."""
    subprocess.run(["git", "checkout", "--quiet", "dvc.lock", "data"], cwd=project, check=True)
    for name in (".rhetoscope", ".dvc/cache", ".dvc/tmp", *MADE):
        shutil.rmtree(project / name, ignore_errors=True)
    subprocess.run(["git", "checkout", "--quiet", "data"], cwd=project, check=True)


def digests(project: Path) -> dict[str, str]:
    """SHA-256 of every file that a run makes."""
    files = [file for folder in MADE for file in sorted((project / folder).rglob("*")) if file.is_file()]
    return {
        file.relative_to(project).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if not file.name.endswith(".unfinished") and file.name != ".gitignore"
    }


def write_pages(folder: Path, pages: int) -> None:
    """So many pages of the seed's lines, no two alike."""
    folder.mkdir()
    (seed,) = (ROOT / "seeds").glob("*.txt")
    lines = seed.read_text(encoding="utf-8").split("\n")
    for number in range(pages):
        draw = random.Random(number)
        changed = [
            " ".join(draw.sample(words, len(words))) if len(words := line.split()) > 12 else line for line in lines
        ]
        (folder / f"{number:03}.txt").write_text("\n".join(changed), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
