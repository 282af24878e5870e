"""The kernel of a run: ipykernel's, without what no run asks for, which is a tenth of its start and more."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

NAME = "rhetoscope"


def install(folder: Path) -> None:
    """Writes what Jupyter must know to start this kernel, in this environment, into a folder of its search path."""
    place = folder / "kernels" / NAME
    place.mkdir(parents=True)
    # -P: the notebook's folder must not shadow a library
    start = [sys.executable, "-P", "-m", __name__, "-f", "{connection_file}"]
    about = {"argv": start, "display_name": "Rhetoscope", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(about), encoding="utf-8")


def main() -> None:
    """Runs the kernel with the arguments it was started with."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # as if it were not installed: no run is stopped at a line
    import matplotlib.artist
    from ipykernel.kernelapp import IPKernelApp

    # every notebook draws; matplotlib writes the manual of all its shapes when it is imported
    matplotlib.artist.kwdoc = lambda artist: ""
    # importing libraries and drawing figures leave few circles of garbage: a twentieth of a stage was spent in looking
    gc.set_threshold(50_000, 20, 50)
    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()
