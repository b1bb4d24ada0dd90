"""The examples of docs/client-stash.md do what the page says, and its table is complete."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from g3fs.clients import stash
from g3fs.clients.stash.counters import Counter
from g3fs.demo.server import DemoServer

PAGE = Path(__file__).parents[2] / "docs" / "client-stash.md"
TEXT = PAGE.read_text()
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `s\.(\w+)` \| (.*) \|$", re.MULTILINE)
ASIDE = {"finder", "call", "page_from", "call_one", "one_from"}
"""What calls are made of, for other parts of the client."""


@pytest.fixture(scope="module")
def server():
    with DemoServer("stash") as running:
        yield running


def for_server(code: str, server: DemoServer) -> str:
    """The example with the address and the login of the reader's own server."""
    own = {
        "https://stash.example": server.url,
        "secret": server.api_key,
        "ann": server.username,
        "word": server.password,
    }
    for theirs, ours in own.items():
        code = code.replace(f'"{theirs}"', f'"{ours}"')
    return code


def test_the_examples_print_what_the_page_says(server):
    names: dict[str, object] = {}
    blocks = BLOCK.findall(TEXT)
    assert len(blocks) >= 9
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(for_server(code, server), str(PAGE), "exec"), names)
        assert printed.getvalue() == expected, code


def test_every_python_block_is_an_example():
    assert TEXT.count("```python") == len(BLOCK.findall(TEXT))
    assert TEXT.count("```text") == sum(bool(expected) for _, expected in BLOCK.findall(TEXT))


def test_the_table_has_each_family_with_each_of_its_calls(server):
    told = {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in ROW.findall(TEXT)}
    with stash.connect(server.url, api_key=server.api_key) as client:
        families = {
            name: {call for call in dir(family) if not call.startswith("_")} - ASIDE
            for name, family in vars(client).items()
            if not name.startswith("_") and name not in ("api", "facts")
        }
    for name in ("images", "scenes"):
        families[name] |= {call for call in dir(Counter) if not call.startswith("_")}
    assert told == families
