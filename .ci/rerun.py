"""Proves the lock: a clean clone rebuilt twice gives the same bytes, and the committed dvc.lock.

Vectors differ in the eighth decimal from one kind of processor to another. Where the lock was made on another kind,
outputs computed from vectors may therefore differ: their integers and texts not at all, their floats by 1e-4. This
script says which of the two it proved, and exits 1 where neither holds. `--record` stores what that comparison needs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import yaml
from polars.testing import assert_frame_equal

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
FROM_VECTORS = ("data/topics/", "data/findings/")
TABLES = ("topics", "assignments", "embeddings")
TOLERANCE = 1e-4


def main() -> int:
    """Runs the proof, or records its reference."""
    if sys.argv[1:] == ["--record"]:
        record()
        return 0
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        repro(clone)
        first, locked = hashes(clone), committed(clone)
        (clone / "data" / "topics" / "embeddings.parquet").unlink()  # kept between runs: embed anew as well
        shutil.rmtree(clone / ".rhetoscope")  # and take apart and code anew
        repro(clone, "--force")
        if moved := differing(first, hashes(clone)):
            print(f"rerun: FAILED: a second run changed {', '.join(moved)}")
            return 1
        print(f"rerun: two runs of a clean clone gave the same bytes in {len(first)} files")
        return compare_with_lock(clone, first, locked)


def compare_with_lock(clone: Path, first: dict[str, str], locked: dict[str, str]) -> int:
    """The committed lock against the clone's outputs."""
    moved = differing(locked, {path: first[path] for path in locked})
    if not moved:
        print("rerun: dvc.lock is unchanged")
        return 0
    here, there = cpu(), json.loads((REFERENCE / "machine.json").read_text())["cpu"]
    print(f"rerun: dvc.lock was made on {there}, this is {here}; changed: {', '.join(moved)}")
    stray = [path for path in moved if not path.startswith(FROM_VECTORS)]
    if here == there or stray:
        why = "the processor is the same" if here == there else f"{', '.join(stray)} hold nothing computed from vectors"
        print(f"rerun: FAILED: {why}")
        return 1
    for name in TABLES:
        ours = pl.read_parquet(clone / "data" / "topics" / f"{name}.parquet")
        theirs = pl.read_parquet(REFERENCE / f"{name}.parquet")
        assert_frame_equal(ours, theirs, check_exact=False, rel_tol=0, abs_tol=TOLERANCE)
    print(f"rerun: another processor; integers and texts are the same, floats within {TOLERANCE}")
    return 0


def repro(clone: Path, *options: str) -> None:
    """`dvc repro` in the clone, with the clone's own package."""
    environment = os.environ | {"PYTHONPATH": str(clone / "src")}
    subprocess.run(["dvc", "repro", "--quiet", *options], cwd=clone, env=environment, check=True)


def hashes(clone: Path) -> dict[str, str]:
    """MD5 of every output by path: the hash that the lock holds."""
    files = sorted(p for p in (clone / "data").rglob("*") if p.is_file() and p.name != ".gitignore")
    return {str(p.relative_to(clone)): hashlib.md5(p.read_bytes(), usedforsecurity=False).hexdigest() for p in files}


def committed(clone: Path) -> dict[str, str]:
    """The single-file outputs of the committed lock and their MD5."""
    text = subprocess.run(["git", "show", "HEAD:dvc.lock"], cwd=clone, capture_output=True, check=True).stdout
    stages = yaml.safe_load(text)["stages"].values()
    return {out["path"]: out["md5"] for stage in stages for out in stage["outs"] if not out["md5"].endswith(".dir")}


def differing(a: dict[str, str], b: dict[str, str]) -> list[str]:
    """Paths that are not the same in both."""
    return sorted(path for path in a.keys() | b.keys() if a.get(path) != b.get(path))


def cpu() -> str:
    """The processor's name, and a short hash of what it can do: the name alone is the same for many kinds."""
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor() or platform.machine()
    lines = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
    facts = {key.strip(): value.strip() for key, value in lines.items()}
    flags = hashlib.sha256(facts.get("flags", "").encode()).hexdigest()[:8]
    return f"{facts.get('model name', platform.machine())} ({flags})"


def record() -> None:
    """Stores the tables computed from vectors and the processor that made them."""
    REFERENCE.mkdir(exist_ok=True)
    for name in TABLES:
        shutil.copyfile(ROOT / "data" / "topics" / f"{name}.parquet", REFERENCE / f"{name}.parquet")
    (REFERENCE / "machine.json").write_text(json.dumps({"cpu": cpu()}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
