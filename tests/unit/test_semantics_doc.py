"""docs/semantics.md and the kernel tests say the same."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


def promises():
    text = (ROOT / "docs/semantics.md").read_text()
    return [re.sub(r"[^a-z0-9]+", "_", heading.lower()) for heading in HEADING.findall(text)]


def proven():
    names = set()
    for file in (ROOT / "tests/kernel").glob("test_semantics*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names.add(node.name.removeprefix("test_"))
    return names


def test_every_promise_has_a_kernel_test_of_its_name():
    assert [promise for promise in promises() if promise not in proven()] == []


def test_every_kernel_test_of_semantics_is_promised():
    assert sorted(proven() - set(promises())) == []


def test_no_promise_is_made_twice():
    assert len(promises()) == len(set(promises()))
