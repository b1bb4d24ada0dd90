"""The examples of docs/client-gallery3.md do what the page says."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3.client import Login, open_client
from g3fs.demo.server import DemoServer
from tests.contract.gallery3_servers import movie, picture

PAGE = Path(__file__).parents[2] / "docs" / "client-gallery3.md"
TEXT = PAGE.read_text()
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `client\.(\w+)` \| (.*) \|$", re.MULTILINE)
CALL = re.compile(r"`(gallery|item|client)((?:\.\w+)+)")


@pytest.fixture
def server():
    with DemoServer() as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "beach.jpg").write_bytes(picture().getvalue())
    (tmp_path / "other.jpg").write_bytes(picture(90, 70).getvalue())
    (tmp_path / "clip.mp4").write_bytes(movie().getvalue())
    with contextlib.chdir(tmp_path):
        yield tmp_path


def for_server(code: str, server: DemoServer) -> str:
    """The example with the address and the name of the reader's own gallery."""
    own = {"https://photos.example/gallery3": server.url, "ann": server.username}
    for theirs, ours in {**own, "secret": server.password}.items():
        code = code.replace(f'"{theirs}"', f'"{ours}"')
    return code


@pytest.mark.usefixtures("folder")
def test_the_examples_print_what_the_page_says(server):
    names: dict[str, object] = {}
    blocks = BLOCK.findall(TEXT)
    assert len(blocks) >= 10
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(for_server(code, server), str(PAGE), "exec"), names)
        assert printed.getvalue() == expected, code


def test_every_python_block_is_an_example():
    assert TEXT.count("```python") == len(BLOCK.findall(TEXT))
    assert TEXT.count("```text") == sum(bool(expected) for _, expected in BLOCK.findall(TEXT))


@pytest.fixture
def gallery(server):
    with open_client(server.url, Login(api_key=server.api_key)) as client:
        yield gallery3.Gallery(client)


def test_every_call_that_the_tables_name_exists(gallery):
    starts = {"gallery": gallery, "item": gallery.root, "client": gallery.client}
    calls = CALL.findall(TEXT.partition("## All of the API")[2])
    assert len(calls) >= 20
    for start, path in calls:
        found: object = starts[start]
        for name in path.strip(".").split("."):
            assert hasattr(type(found), name) or hasattr(found, name), f"{start}{path}"
            if start == "client":
                found = getattr(found, name)


def test_the_table_of_families_is_complete(gallery):
    """Each family with all of its public methods, and no other."""
    told = {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in ROW.findall(TEXT)}
    families = {
        name: family
        for name, family in vars(gallery.client).items()
        if not name.startswith("_") and name != "api"
    }
    assert set(told) - {"registry"} == set(families)
    for name, family in families.items():
        methods = {method for method in dir(family) if not method.startswith("_")}
        missing = methods - told[name] - {"reserved"}
        assert not missing, name
        options = {"scope", "kinds", "name"}
        assert not told[name] - methods - options, name
