"""The table for people and the file for programs."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from scripts.benchmarks.samples import Median, Row, Sample, rows_of

_HEAD = ("#", "job", "network", "g3fs", "curl", "ratio", "requests", "MB fetched")


def machine() -> str:
    """One line that says where the numbers come from."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} x {model}, Linux {platform.release()}, Python "
        f"{platform.python_version()}, pyfuse3 {version('pyfuse3')}, load {os.getloadavg()[0]:.1f}"
    )


def table(samples: Sequence[Sample], given_up: Sequence[str]) -> str:
    """A markdown table of medians. Two figures with a slash are those of g3fs and of curl."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    rows = sorted(rows_of(samples), key=lambda x: x.job)
    lines += [_line(_cells(row)) for row in rows]
    errors = sorted({f"- {x.row}: {x.error}" for x in samples if x.error})
    errors += [f"- {x}" for x in given_up]
    if errors:
        lines += ["", "Failed:", *errors]
    return "\n".join(lines)


def as_json(samples: Sequence[Sample], settings: dict[str, object]) -> str:
    """Every sample of every run, with what is needed to compare it."""
    facts = {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        **settings,
        "samples": [x.as_json() for x in samples],
    }
    return json.dumps(facts, indent=1)


def _cells(row: Row) -> list[str]:
    ours, floor = row.contenders.get("g3fs"), row.contenders.get("curl")
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return [
        str(row.job),
        row.row,
        row.network,
        _value(ours),
        _value(floor),
        ratio,
        _pair([None if x is None else x.requests for x in (ours, floor)], 1, 0),
        _pair([None if x is None else x.bytes_down for x in (ours, floor)], 1e6, 2),
    ]


def _value(median: Median | None) -> str:
    if median is None:
        return ""
    failed = " (failed)" if median.error else ""
    return f"{_figure(median.value)} {median.unit}{failed}"


def _figure(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _pair(values: Sequence[float | None], unit: float, digits: int) -> str:
    known = [x for x in values if x is not None]
    return " / ".join(f"{x / unit:.{digits}f}" for x in known)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
