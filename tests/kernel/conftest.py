"""Fixtures of the kernel tests: `serve`, `gallery`, `mount`.

def test_an_album_is_a_directory(mount):
    mounted = mount("ttl=60")
    assert run("ls", mounted.path).ok().stdout

def test_a_slow_gallery(mount, serve):
    mounted = mount(server=serve(library=album_of(1000)), conditions=Conditions(0.03))
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from g3fs.demo.library import Library
from g3fs.demo.proxy import DelayProxy
from g3fs.demo.proxy_link import Conditions
from g3fs.demo.server import DemoServer
from tests.kernel.support import Mount, assert_no_traceback, why_no_fuse

pytest.register_assert_rewrite("tests.kernel.crashing")

_HERE = Path(__file__).parent


class Serve(Protocol):
    """Starts a demo server that ends with the test."""

    def __call__(
        self,
        *,
        kind: str = "gallery3",
        library: Library | None = None,
        data: Path | None = None,
        options: object | None = None,
    ) -> DemoServer:
        """The sample library of the kind, in memory, unless told otherwise."""


class MountFactory(Protocol):
    """Mounts a demo server with the real command, in a process of its own."""

    def __call__(
        self,
        *options: str,
        server: DemoServer | None = None,
        conditions: Conditions | None = None,
        limit_s: float = 60.0,
        at: Path | None = None,
        env: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Mount:
        """Mounts with `-o` options; returns when it is mounted, or without `wait` at once.

        The server is the fixture `gallery` unless given; with `conditions` a proxy stands in
        front of it. All mounts of a test share state and cache directories, so unmounting and
        mounting again is a remount. A mount that lives longer than `limit_s` is aborted and fails
        the test.
        """


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.fuse)


@pytest.fixture(autouse=True)
def _fuse() -> None:
    """Skips where nothing can be mounted; but where it must be possible, that is a failure."""
    reason = why_no_fuse()
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(
            *,
            kind: str = "gallery3",
            library: Library | None = None,
            data: Path | None = None,
            options: object | None = None,
        ) -> DemoServer:
            server = DemoServer(kind=kind, library=library, data=data, port=0, options=options)
            return stack.enter_context(server)

        yield start


@pytest.fixture
def gallery(serve: Serve) -> DemoServer:
    return serve()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Environment that puts every file of g3fs below the test's own directory."""
    kinds = {"XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}
    kinds |= {"XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run", "HOME": "home"}
    places = {name: tmp_path / "home" / part for name, part in kinds.items()}
    for place in places.values():
        place.mkdir(parents=True, mode=0o700)
    return {name: str(place) for name, place in places.items()}


class _Mounts:
    """All mounts of one test."""

    def __init__(
        self, tmp_path: Path, home: Mapping[str, str], default: Callable[[], DemoServer]
    ) -> None:
        self._default = default
        self._tmp_path = tmp_path
        self._home = home
        self._made: list[Mount] = []
        self._numbers = count()
        """Threads of a test may mount at the same time."""
        self._stack = ExitStack()

    def mount(
        self,
        *options: str,
        server: DemoServer | None = None,
        conditions: Conditions | None = None,
        limit_s: float = 60.0,
        at: Path | None = None,
        env: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Mount:
        server, number = server or self._default(), next(self._numbers)
        proxy = self._proxy(server, conditions)
        source = server.url if proxy is None else proxy.url(urlsplit(server.url).path)
        path = at or self._tmp_path / f"mount{number}"
        argv = [sys.executable, "-m", "g3fs", "mount", source, str(path), "--foreground"]
        credentials = {"G3FS_USERNAME": server.username, "G3FS_API_KEY": server.api_key}
        mount = Mount(
            [*argv, *(["-o", ",".join(options)] if options else [])],
            path,
            self._tmp_path / f"mount{number}.log",
            {**self._home, **credentials, **(env or {})},
            limit_s,
        )
        mount.server, mount.proxy = server, proxy
        self._made.append(mount)
        if wait:
            mount.wait_until_mounted()
        return mount

    def _proxy(self, server: DemoServer, conditions: Conditions | None) -> DelayProxy | None:
        if conditions is None:
            return None
        port = urlsplit(server.url).port
        assert port is not None
        return self._stack.enter_context(DelayProxy("127.0.0.1", port, conditions))

    def end(self) -> None:
        """Takes everything down first, then complains."""
        for mount in reversed(self._made):
            mount.destroy()
        self._stack.close()
        for mount in self._made:
            assert not mount.watchdog.bit, f"{mount.path} hung and was aborted: {mount.log}"
            assert_no_traceback(mount.log)
        for bugs in Path(self._home["XDG_STATE_HOME"]).glob("**/bugs.log"):
            pytest.fail(bugs.read_text())


@pytest.fixture
def mount(
    serve: Serve,  # started first, so that servers outlive mounts
    request: pytest.FixtureRequest,
    tmp_path: Path,
    home: dict[str, str],
) -> Iterator[MountFactory]:
    mounts = _Mounts(tmp_path, home, lambda: request.getfixturevalue("gallery"))
    try:
        yield mounts.mount
    finally:
        mounts.end()
