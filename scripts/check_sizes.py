#!/usr/bin/env python3
"""Refuses files and functions that are too long to be read in one go.

A file has at most 400 lines, a function 40 (its docstring and decorators not counted). What has to
be longer stands in EXCUSES, with the reason.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 40
ROOTS = ("g3fs", "tests", "scripts")

EXCUSES: dict[str, str] = {}
"""`path` or `path:function` -> why it may be longer."""


def main() -> int:
    """Print every file and function that is too long; 1 if there is any, or an idle excuse."""
    top = Path(__file__).parent.parent
    found = [problem for root in ROOTS for problem in _problems(top, top / root)]
    unexcused = [line for place, line in found if place not in EXCUSES]
    idle = EXCUSES.keys() - {place for place, _ in found}
    for line in unexcused:
        sys.stdout.write(f"{line}\n")
    for place in sorted(idle):
        sys.stdout.write(f"{place}: needs no excuse any more\n")
    return 1 if unexcused or idle else 0


def _problems(top: Path, root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(root.rglob("*.py")):
        place = str(file.relative_to(top))
        text = file.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > FILE_LINES:
            yield place, f"{place}: {lines} lines, at most {FILE_LINES}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = _length(node)
                if length > FUNCTION_LINES:
                    yield (
                        f"{place}:{node.name}",
                        f"{place}:{node.lineno}: {node.name} has {length} lines, "
                        f"at most {FUNCTION_LINES}",
                    )


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    end = function.end_lineno or function.lineno
    length = end - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


if __name__ == "__main__":
    sys.exit(main())
