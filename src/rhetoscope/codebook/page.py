"""The codebook as a page to read: Markdown, one section a family."""

from __future__ import annotations

import json
from itertools import groupby

from rhetoscope.codebook.device import ACTOR_RULES, RULES, TARGET_RULES, Device


def format_codebook(devices: list[Device]) -> str:
    """The codebook as Markdown: all that its files say of each device.

    Args:
        devices: sorted by family, as `load_codebook` gives them.
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
