"""The codebook: the rhetorical devices, one TOML file for each family, and how reliable their codings are.

A device has a definition with its citation, the terms and patterns that find it, notes on what cannot be decided from
the words alone, and examples that run as tests. The analyst can give a further file in the same format, which adds
devices or replaces those of the same name. `labels/` has labelled texts, `reliability.csv` the agreement with them.
"""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import groupby

import polars as pl

from rhetoscope import InputError, project
from rhetoscope.codebook.device import (
    ACTOR_RULES,
    RULES,
    TARGET_RULES,
    Device,
    Example,
    Pattern,
    check_patterns,
    parse_devices,
)

__all__ = [
    "ACTOR_RULES", "RULES", "TARGET_RULES", "Device", "Example", "Pattern",
    "format_codebook", "list_devices", "load_codebook", "read_measured", "read_reliability",
]  # fmt: skip


def load_codebook(extra: str = "") -> list[Device]:
    """Load all devices, of the package and of one further TOML file, sorted by family and name.

    Args:
        extra: path of the further file, relative to the project; "" for none.

    Raises:
        InputError: the file is missing, or a codebook file breaks the format; the message names file and line.
    """
    devices: dict[str, Device] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            devices |= parse_devices(file.read_text(encoding="utf-8"), file.name)  # a test tries these patterns
    if extra:
        path = project.resolve_path(extra)
        if not path.is_file():
            raise InputError(
                f'codebook: {extra} is not a file; give a TOML file with [[device]] tables, or "" for none'
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"codebook: {extra} is not UTF-8: {error}") from error
        added = parse_devices(text, path.name)
        check_patterns(added.values(), text, path.name)
        devices |= added
    return sorted(devices.values(), key=lambda device: (device.family, device.name))


def list_devices(devices: list[Device]) -> pl.DataFrame:
    """List the devices as a table: `family`, `device`, number of `terms` and of `patterns`, `definition`."""
    rows = [
        (device.family, device.name, len(device.terms), len(device.patterns), device.definition) for device in devices
    ]
    return pl.DataFrame(rows, schema=["family", "device", "terms", "patterns", "definition"], orient="row")


def format_codebook(devices: list[Device]) -> str:
    """Format the codebook as Markdown, with everything that its files contain about each device.

    Args:
        devices: sorted by family, as `load_codebook` returns them.
    """
    families = [(family, list(members)) for family, members in groupby(devices, key=lambda device: device.family)]
    lines = ["# Codebook", ""]
    lines += [f"{len(devices)} devices: what each is, what is looked for, and what the surface cannot decide.", ""]
    lines += [f"- **{family}**: {', '.join(device.name for device in members)}" for family, members in families]
    for family, members in families:
        lines += ["", f"## {family}"]
        for device in members:
            lines += ["", *_format_device(device)]
    return "\n".join(lines) + "\n"


def _format_device(device: Device) -> list[str]:
    parts = [
        f"### {device.name}",
        device.definition,
        f"*{device.citation}*",
        f"Said of: {ACTOR_RULES[device.actor]}. Target: {TARGET_RULES[device.target]}.",
        f"Terms: {device.source} ({device.licence}).",
        _format_list("What the surface cannot decide, and what was decided", device.scope),
        f"**Terms** ({len(device.terms)}): {', '.join(device.terms)}" if device.terms else "",
        f"**Terms in this case only**: {', '.join(device.exact)}" if device.exact else "",
        f"**Not within**: {', '.join(device.not_in)}" if device.not_in else "",
        f"**Rule**: {RULES[device.rule]}" if device.rule else "",
    ]
    for pattern in device.patterns:
        nodes = [json.dumps(node, ensure_ascii=False) for node in pattern.tokens or pattern.dependency or []]
        nodes += [f"unless {json.dumps(node)}" for node in pattern.unless]
        parts.append(f"**Pattern “{pattern.name}”**, looked for where a sentence holds {', '.join(pattern.trigger)}")
        parts.append("\n".join(["```json", *nodes, "```"]))
    examples = tuple(f"{example.text} → {', '.join(example.spans)}" for example in device.examples)
    parts += [_format_list("Found in", examples), _format_list("Not found in", device.counterexamples)]
    return ["\n\n".join(filter(None, parts))]


def _format_list(title: str, entries: tuple[str, ...]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {entry}" for entry in entries)]) if entries else ""


def read_measured() -> pl.DataFrame:
    """Read the agreement of codings with public labelled sets, as last measured and committed.

    Columns `device`, `set`, `n`, `positive`, `precision`, `recall`, `f1` with its 95 % interval `low` and `high`,
    `alpha`, `tier`, `seen`, `date` and `version`: those of the table `reliability` (`validation.measure_reliability`).
    `python benchmarks/gold.py GOLD OUT --reliability` measures it again.
    """
    with (files(__name__) / "reliability.csv").open("rb") as file:
        return pl.read_csv(file)


def read_reliability() -> pl.DataFrame:
    """Read the agreement with labels of every device of the codebook; a device without labels has a row of tier C."""
    known = read_measured()
    missing = [device.name for device in load_codebook() if device.name not in set(known["device"])]
    return pl.concat([known, pl.DataFrame({"device": missing}).with_columns(tier=pl.lit("C"))], how="diagonal")
