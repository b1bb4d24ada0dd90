"""One run of one job: a server, a network before it, a mount with empty caches, and curl."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from g3fs.demo.proxy import DelayProxy
from g3fs.demo.proxy_heads import SeenRequest
from g3fs.demo.proxy_link import Conditions
from scripts.benchmarks import tools
from scripts.benchmarks.corpora import Scale

KEY_HEADER = "X-Gallery-Request-Key"
MOUNT_LIMIT_S = 60.0
SETTLE_S = 0.2
SETTLE_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Gallery:
    """Where the demo server of a job is, and how it is entered."""

    url: str
    username: str
    api_key: str

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port


@contextmanager
def serving(corpus: str, first: int, second: int = 0) -> Iterator[Gallery]:
    """Runs the demo server of a job."""
    argv = [sys.executable, "-m", "scripts.benchmarks.serve", corpus, str(first), str(second)]
    with tools.start_process(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Gallery(**json.loads(process.stdout.readline()))
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool took, and what went over the network on its account."""

    seconds: float
    cpu_s: float
    error: str
    output: str
    requests: tuple[SeenRequest, ...]
    bytes_down: int


class Mounted:
    """A running `g3fs mount` of this checkout."""

    def __init__(self, argv: Sequence[str], path: Path, env: dict[str, str], log: Path) -> None:
        self.path = path
        self._log = log
        with log.open("ab") as stderr:
            self._process = tools.start_process(argv, stderr=stderr.fileno(), env=env)

    def wait_until_mounted(self) -> None:
        """RuntimeError with what the mount said when it does not come up."""
        deadline = time.monotonic() + MOUNT_LIMIT_S
        while not tools.is_mounted(self.path):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"cannot mount: {self._log.read_text(errors='replace')}")
            time.sleep(0.002)

    @property
    def cpu_s(self) -> float:
        return tools.cpu_seconds(self._process.pid)

    @property
    def resident_bytes(self) -> int:
        return tools.resident_bytes(self._process.pid)

    def unmount(self) -> None:
        """Ends the mount, by force if it does not end by itself."""
        tools.run(["fusermount3", "-u", str(self.path)], limit_s=MOUNT_LIMIT_S)
        try:
            self._process.wait(MOUNT_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Whoever waits for the mount gets an error now."""
        self._process.kill()
        self._process.wait()
        tools.run(["fusermount3", "-uz", str(self.path)], limit_s=MOUNT_LIMIT_S)


class Trial:
    """A fresh start for one run: nothing is cached, counters are at zero."""

    def __init__(
        self, gallery: Gallery, conditions: Conditions, scale: Scale, turn: int = 0
    ) -> None:
        """`turn`: the number of this run, for jobs that change the order of their contenders."""
        self.scale = scale
        self.turn = turn
        self.gallery = gallery
        self.conditions = conditions
        self._stack = ExitStack()
        self._mounted: Mounted | None = None

    def __enter__(self) -> Self:
        home = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="g3fs-bench-"))
        self._home = Path(home)
        self.path = self._home / "gallery"
        """Where the gallery is mounted; beside it there is room for other files."""
        self.path.mkdir()
        self.proxy = self._stack.enter_context(
            DelayProxy("127.0.0.1", self.gallery.port, self.conditions)
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.unmount()
        self._stack.close()

    @property
    def url(self) -> str:
        """The gallery's address at this end of the network."""
        return self.proxy.url(urlsplit(self.gallery.url).path.rstrip("/"))

    def begin_mount(self, *options: str) -> Mounted:
        """Starts to mount with what earlier mounts of this trial left in state and cache."""
        self.unmount()
        argv = [sys.executable, "-m", "g3fs", "mount", self.url, str(self.path), "--foreground"]
        if options:
            argv += ["-o", ",".join(options)]
        env = {name: str(self._home / name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME")}
        env |= {name: str(self._home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        env |= {"G3FS_USERNAME": self.gallery.username, "G3FS_API_KEY": self.gallery.api_key}
        self._mounted = Mounted(argv, self.path, env, self._home / "log")
        return self._mounted

    def mount(self, *options: str) -> Mounted:
        """Mounts, and waits until the root answers."""
        mounted = self.begin_mount(*options)
        mounted.wait_until_mounted()
        tools.run(["stat", str(self.path)], limit_s=MOUNT_LIMIT_S)
        return mounted

    def unmount(self) -> None:
        if self._mounted is not None:
            self._mounted.unmount()
            self._mounted = None

    def tool(self, *argv: str | os.PathLike[str], stdin: str = "") -> Outcome:
        """Runs a tool on the mount."""
        return self._outcome(lambda: tools.run([os.fspath(x) for x in argv], stdin))

    def first_answer(self, name: str, *options: str) -> Outcome:
        """Mounts; the time is that from the command until a name in the root is there."""
        # Nothing is there before the gallery was asked and has answered.
        script = 'until [ -e "$1" ]; do n=$((n+1)); [ $n -lt 2000 ] || exit 1; sleep 0.005; done'

        def mount_and_look() -> tools.Run:
            start = time.monotonic()
            self.begin_mount(*options)
            ran = tools.run(["sh", "-c", script, "sh", str(self.path / name)])
            return replace(ran, seconds=time.monotonic() - start)

        self.unmount()
        return self._outcome(mount_and_look)

    def curl(self, targets: Sequence[str], byte_range: str = "") -> Outcome:
        """Fetches targets one after the other on one connection, as the key's owner."""
        config = [self.entry]
        if byte_range:
            config.append(f'range = "{byte_range}"')
        for target in targets:
            config += [f'url = "{self.proxy.url(target)}"', 'output = "/dev/null"']
        return self._outcome(lambda: tools.run(["curl", "--config", "-"], "\n".join(config)))

    @property
    def entry(self) -> str:
        """Begins a configuration of curl; a command line is there for everybody to read."""
        return f'silent\nshow-error\ngloboff\nheader = "{KEY_HEADER}: {self.gallery.api_key}"'

    def replay(self, outcome: Outcome) -> Outcome:
        """Curl of the same requests; those that only a POST can make are left out."""
        return self.curl([x.target for x in outcome.requests if x.method == "GET"])

    def fetch_json(self, target: str, *more: str) -> object:
        """What the gallery answers, unmeasured; to a GET unless `more` makes it something else."""
        config = [self.entry, f'url = "{self.gallery.url.rstrip("/")}/{target}"', *more]
        return json.loads(tools.run(["curl", "--config", "-"], "\n".join(config)).output)

    def public_targets(self) -> list[str]:
        """The public addresses of all files, sorted by name."""
        listing = self.fetch_json("rest/tree/1?fields=type,name,file_url_public")
        assert isinstance(listing, dict)
        entities = [x["entity"] for x in listing["entity"]]
        files = [x for x in entities if x["type"] != "album"]
        files.sort(key=lambda x: str(x["name"]))
        return [urlsplit(x["file_url_public"]).path for x in files]

    def _outcome(self, action: Callable[[], tools.Run]) -> Outcome:
        self._settle()
        self.proxy.reset_counters()
        ran = action()
        if ran.error.startswith("took more") and self._mounted is not None:
            self._mounted.kill()
        self._settle()
        counters = self.proxy.counters()
        return Outcome(
            ran.seconds, ran.cpu_s, ran.error, ran.output, counters.requests, counters.bytes_down
        )

    def _settle(self) -> None:
        """Waits for what goes on behind the tool's back: it belongs to the tool's account."""
        deadline = time.monotonic() + SETTLE_LIMIT_S
        last, since = self.proxy.counters(), time.monotonic()
        while time.monotonic() < min(since + SETTLE_S, deadline):
            time.sleep(0.02)
            now = self.proxy.counters()
            if now != last:
                last, since = now, time.monotonic()
