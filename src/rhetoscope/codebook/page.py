"""The codebook as a page to read: Markdown, one section a family."""

from __future__ import annotations

import json
from itertools import groupby

from rhetoscope.codebook import ACTOR_RULES, RULES, TARGET_RULES, Device


def render(devices: list[Device]) -> str:
    """All that the files say of the devices, in prose and lists."""
    lines = ["# Codebook", ""]
    lines += [f"{len(devices)} devices: what each is, what is looked for, and what the surface cannot decide.", ""]
    for family, members in groupby(devices, key=lambda device: device.family):
        lines.append(f"- **{family}**: {', '.join(device.name for device in members)}")
    lines.append("")
    for family, members in groupby(devices, key=lambda device: device.family):
        lines += [f"## {family}", ""]
        for device in members:
            lines += _device(device)
    return "\n".join(lines)


def _device(device: Device) -> list[str]:
    lines = [f"### {device.name}", "", device.definition, "", f"*{device.citation}*", ""]
    lines += [f"Said of: {ACTOR_RULES[device.actor]}. Target: {TARGET_RULES[device.target]}.", ""]
    lines += [f"Terms: {device.source} ({device.licence}).", ""]
    lines += _list("What the surface cannot decide, and what was decided", device.scope)
    if device.terms:
        lines += [f"**Terms** ({len(device.terms)}): {', '.join(device.terms)}", ""]
    if device.exact:
        lines += [f"**Terms in this case only**: {', '.join(device.exact)}", ""]
    if device.not_in:
        lines += [f"**Not within**: {', '.join(device.not_in)}", ""]
    if device.rule:
        lines += [f"**Rule**: {RULES[device.rule]}", ""]
    for pattern in device.patterns:
        lines += [f"**Pattern “{pattern.name}”**, looked for beside {', '.join(pattern.trigger)}", "", "```json"]
        lines += [json.dumps(node, ensure_ascii=False) for node in pattern.tokens or pattern.dependency or []]
        lines += [f"unless {json.dumps(node)}" for node in pattern.unless]
        lines += ["```", ""]
    lines += _list("Found in", tuple(f"{example.text} → {', '.join(example.spans)}" for example in device.examples))
    lines += _list("Not found in", device.counterexamples)
    return lines


def _list(title: str, entries: tuple[str, ...]) -> list[str]:
    return [f"**{title}**", "", *(f"- {entry}" for entry in entries), ""] if entries else []
