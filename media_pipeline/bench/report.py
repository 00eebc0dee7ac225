"""The figures as a table for people."""

from __future__ import annotations

from typing import Any


def table(found: dict[str, Any]) -> str:
    """Return the costs with their share of the structure that costs most, waiting times, and quality."""
    lines = [f"{found['date']}, {found['cores']} cores"]
    for part, seconds in (("costs", found["clip_s"]), ("by_hand", found["by_hand_s"])):
        for kind, costs in found[part].items():
            lines += _cost_lines(f"{kind}, {seconds:g} s", costs)
    lines += ["", f"{'first play after the last byte':<46}{'s':>9}"]
    lines += [f"  {name:<44}{seconds:>9.2f}" for name, seconds in found["first_playable_s"].items()]
    lines += ["", f"{'VMAF':<46}{'ours':>9}{'direct':>9}"]
    lines += [f"  {name:<44}{scores['ours']:>9.2f}{scores['direct']:>9.2f}" for name, scores in found["vmaf"].items()]
    return "\n".join(lines)


def _cost_lines(title: str, costs: dict[str, Any]) -> list[str]:
    most = max(cost["cpu_s"] for cost in costs.values())
    lines = ["", f"{title:<46}{'CPU s':>9}{'wall s':>9}{'MB':>9}{'of most':>9}"]
    for name, cost in costs.items():
        size = cost["size_bytes"] / 1e6
        lines.append(
            f"  {name:<44}{cost['cpu_s']:>9.1f}{cost['wall_s']:>9.1f}{size:>9.1f}{cost['cpu_s'] / most:>9.2f}"
        )
    return lines
