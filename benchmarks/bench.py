"""Rhetoscope beside what one would use instead: every part in a process of its own, one table of results.

    python benchmarks/bench.py CORPORA GOLD
    python benchmarks/bench.py CORPORA GOLD --only coding --only topics
    python benchmarks/bench.py CORPORA GOLD --only interrupted --kills 20

Parts without peers are measured in the environment that is shipped, named by `--shipped`: torch, which peers bring, is
imported by spaCy and BERTopic wherever it is installed, and would slow what no user has to wait for.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cost
import table
from given import Given
from table import RESULTS, ROOT, Results

WITH_PEERS = ("coding", "embedding", "topics", "refits")
ASKED = ("cleaning", "coding", "workers", "embedding", "topics", "cost", "overhead")
NAMED = ("refits", "shipped", "interrupted")
"""Parts that take long and are run only when named."""
PARTS = (*ASKED, *NAMED)


def main() -> int:
    """Runs the parts; returns 1 where one failed."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("corpora", type=Path, help="folder of the corpora")
    reader.add_argument("gold", type=Path, help="folder of the labelled data")
    reader.add_argument("--only", action="append", choices=PARTS, help=f"this part, {', '.join(NAMED)} too; repeatable")
    reader.add_argument("--small", action="store_true", help="tiny sizes, nothing written: does it run?")
    reader.add_argument("--shipped", default=sys.executable, help="Python of the environment without peers")
    reader.add_argument("--speeches", type=int, default=0, help="for overhead (300) and shipped (all)")
    reader.add_argument("--before", default="", metavar="REVISION", help="for overhead: notebooks' start beside it")
    reader.add_argument("--vectors", type=Path, help="for topics and refits: folder that keeps vectors between runs")
    reader.add_argument("--refits", type=int, default=2, help="for refits: of ours for each change")
    reader.add_argument("--kills", type=int, default=20, help="for interrupted: runs killed")
    reader.add_argument("--pages", type=int, default=6, help="for interrupted: pages these are over")
    reader.add_argument("--within", help=argparse.SUPPRESS)
    reader.add_argument("--results", type=Path, help=argparse.SUPPRESS)
    options = vars(reader.parse_args())
    only, shipped, within, results = (options.pop(name) for name in ("only", "shipped", "within", "results"))
    for name in ("corpora", "gold", "vectors"):
        options[name] = options[name] and options[name].resolve()
    if within:
        _part(within, Given(**options), results)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / RESULTS.name if options["small"] else RESULTS
        failed = [part for part in only or ASKED if not _started(part, options, shipped, file)]
        if options["small"]:
            print(table.markdown(table.read(file)))
    if not options["small"]:
        table.put("results", table.markdown(table.read()))
        if cost.TABLE.is_file():
            table.put("cost", cost.markdown())
    return int(bool(failed))


def _started(part: str, options: dict[str, object], shipped: str, file: Path) -> bool:
    """Runs a part in a process of its own; True where it came to its end."""
    python = sys.executable if part in WITH_PEERS else str(Path(shipped).absolute())
    command = [
        python,
        __file__,
        str(options["corpora"]),
        str(options["gold"]),
        "--within",
        part,
        "--results",
        str(file),
    ]
    for name, value in options.items():
        if name not in ("corpora", "gold") and value:
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    environment["PATH"] = os.pathsep.join([str(Path(python).parent), environment.get("PATH", "")])
    print(f"{part} …", file=sys.stderr, flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment).returncode
    minutes = (time.monotonic() - started) / 60
    failed = f"failed with exit code {code}; the rows it had measured are kept and the other parts go on"
    print(f"{part}: {minutes:.1f} minutes, {failed if code else 'done'}", file=sys.stderr, flush=True)
    return code == 0


def _part(part: str, given: Given, file: Path) -> None:
    """Measures a part in this process, row by row."""
    module = importlib.import_module(part)
    results = Results(file, part, module.PACKAGES, PARTS)
    for row in module.rows(given):
        results.add(row)
        peer = f"; {row.beside}: {table.figure(row.theirs)}" if row.beside else ""
        number = f"{table.figure(row.ours)} {row.unit}".strip()
        print(f"  {row.what}, {row.work}: {number}{peer}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
