"""What the mount tells of itself, as text for people and as JSON for programs."""

import json
from collections.abc import Mapping, Sequence

Fact = str | int | float | bool | None | Sequence[str]
Report = Mapping[str, Mapping[str, Fact]]
"""Sections with their facts, in the order in which they are told."""

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def as_json(report: Report) -> bytes:
    """One JSON object with the sections as objects."""
    return (json.dumps(report, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def as_text(report: Report) -> bytes:
    """A heading for each section, and a line for each fact."""
    lines: list[str] = []
    for section, facts in report.items():
        lines.append(section)
        lines.extend(
            f"  {name.replace('_', ' ')}: {_told(name, fact)}" for name, fact in facts.items()
        )
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _told(name: str, fact: Fact) -> str:
    match fact:
        case None:
            return "-"
        case bool():
            return "yes" if fact else "no"
        case int() if name.endswith("_bytes") or name == "bytes":
            return in_units(fact)
        case str() | int() | float():
            return str(fact)
        case _:
            return "".join(f"\n    {line}" for line in fact) or "-"


def in_units(size_bytes: int) -> str:
    """`12.3 MiB`."""
    size = float(size_bytes)
    for unit in UNITS[:-1]:
        if abs(size) < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {UNITS[-1]}"
