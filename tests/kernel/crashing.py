"""Uploads whose mount is killed: the tools that bring files, and what must have become of these."""

import hashlib
import json
import os
import signal
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from g3fs.demo.gallery3.snapshot import Shown
from g3fs.demo.library import Album, Content, Library, Media, Remark
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import tiny_jpeg
from tests.kernel.conftest import MountFactory
from tests.kernel.support import MOUNT_LIMIT_S, Mount, run, wait_for

ALBUM = "album"
OLD = tuple(f"old-{number}.jpg" for number in range(8))
"""Photos that are there from the beginning, to be replaced."""
SETTLING_S = 30.0
"""How long a mount may take to send what an earlier one left; reached only when it never does."""


def photo(text: str, size_bytes: int = 0) -> bytes:
    """A small JPEG with a comment of its own, and if need be with a tail."""
    head, note = tiny_jpeg(), text.encode()
    data = head[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + head[2:]
    return data.ljust(size_bytes, b".")


def library() -> Library:
    """An album whose photos have what a replacement must not lose."""
    return Library(children=(Album(name=ALBUM, children=tuple(map(_old_photo, OLD))),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file that a tool brings into the album."""

    name: str
    tool: str
    """A line of shell: $1 is the source, $2 the target."""
    again: str = ""
    """The same for whoever finds that it failed; "": as before."""
    tagged: bool = False
    """The source has tags and a description, and the tool brings them."""

    @property
    def path(self) -> str:
        """Of the item on the server."""
        return f"{ALBUM}/{self.name}"

    @property
    def replaces(self) -> bool:
        """Whether there is something by this name before."""
        return self.name in OLD

    @property
    def data(self) -> bytes:
        """What is brought."""
        return photo(f"new data of {self.name}")


TAGS = ("brought", "with it")
DESCRIPTION = "brought, too"


class Scene:
    """A gallery of its own, with files to bring into it."""

    def __init__(
        self, mount: MountFactory, server: DemoServer, place: Path, **environment: str
    ) -> None:
        """`place`: a directory to make, for sources and mountpoint."""
        self.server = server
        self._mount = mount
        self._environment = environment
        self.sources, self.mountpoint = place / "sources", place / "mount"
        self.sources.mkdir(parents=True)
        self.mountpoint.mkdir()
        self._before: Mapping[str, Shown] = server.site.snapshot()

    @property
    def album(self) -> Path:
        """Where the files go."""
        return self.mountpoint / ALBUM

    def mount(
        self,
        *options: str,
        failpoint: str | None = None,
        wait: bool = True,
        at: Path | None = None,
    ) -> Mount:
        """Mount at the usual place; with a failpoint it will end by it."""
        env = dict(self._environment)
        if failpoint is not None:
            env["G3FS_FAILPOINT"] = failpoint
        place = at or self.mountpoint
        return self._mount(*options, server=self.server, at=place, env=env, wait=wait)

    def source(self, job: Job) -> Path:
        """The file to bring."""
        path = self.sources / job.name
        if not path.exists():
            path.write_bytes(job.data)
            if job.tagged:
                os.setxattr(path, "user.xdg.tags", ",".join(TAGS).encode())
                os.setxattr(path, "user.xdg.comment", DESCRIPTION.encode())
        return path

    def bring(self, jobs: Sequence[Job], *, again: bool = False) -> list[Job]:
        """Run the tools one after the other; those jobs whose tool says that it succeeded."""
        return [job for job in jobs if self._run(job, again=again) == 0]

    def recover(self, jobs: Sequence[Job], done: Collection[Job], *options: str) -> None:
        """Mount again after a crash, and see that all is well, before and after a second try."""
        mounted = self.mount(*options)
        try:
            self.settle()
            self.check(jobs, done)
            rest = [job for job in jobs if job not in done]
            assert self.bring(rest, again=True) == rest
            self.settle()
            self.check(jobs, jobs)
            self.check_shown(jobs)
            assert mounted.unmount() == 0
        except AssertionError as error:
            error.add_note(f"done before: {[job.name for job in done]}\n{mounted.log}")
            raise

    def settle(self) -> None:
        """Wait until nothing is on its way to the server."""
        settle(self.mountpoint)

    def in_stage(self, stage: str) -> list[str]:
        """Paths of the files that the mount keeps in a stage."""
        return in_stage(self.mountpoint, stage)

    def check(self, jobs: Sequence[Job], done: Collection[Job]) -> None:
        """See that the jobs that are done are done, that the others are whole or not at all."""
        now: Mapping[str, Shown] = self.server.site.snapshot()
        for job in jobs:
            if job in done or job.path in now:
                self._check_item(job, now[job.path], done=job in done)
        strangers = now.keys() - self._before.keys() - {job.path for job in jobs}
        assert not strangers, f"nobody brought {strangers}"
        assert now.keys() >= self._before.keys()
        assert self.server.site.complaints() == []
        assert self.in_stage("failed") == []

    def check_shown(self, jobs: Sequence[Job]) -> None:
        """See that the mount shows what the server has, and whole staged files beside it."""
        now: Mapping[str, Shown] = self.server.site.snapshot()
        wanted = {path: shown.sha256 for path, shown in now.items() if shown.kind != "album"}
        shown = self.digests()
        assert {path: shown.get(path) for path in wanted} == wanted
        local = {path: shown[path] for path in shown.keys() - wanted.keys()}
        assert sorted(local) == sorted(self.in_stage("staged"))
        assert set(local.values()) <= {digest(job.data) for job in jobs}
        assert self.in_stage("parked") == []

    def digests(self) -> dict[str, str]:
        """Of all files on the mount, by their paths."""
        lines = run("find", ".", "-type", "f", "-exec", "sha256sum", "{}", "+", cwd=self.mountpoint)
        pairs = (line.split("  ./", 1) for line in lines.ok().stdout.splitlines())
        return {path: digest for digest, path in pairs}

    def _run(self, job: Job, *, again: bool) -> int:
        line = job.again if again and job.again else job.tool
        return run("sh", "-c", line, "sh", self.source(job), self.album / job.name).returncode

    def _check_item(self, job: Job, shown: Shown, *, done: bool) -> None:
        new = digest(job.data)
        before = self._before.get(job.path)
        if before is None:
            assert shown.sha256 == new, job
        else:
            assert shown.sha256 in ({new} if done else {new, before.sha256}), job
            kept = ("id", "title", "tags", "comments", "description")
            assert [getattr(shown, name) for name in kept] == [
                getattr(before, name) for name in kept
            ], job
        if job.tagged and done:
            assert (shown.tags, shown.description) == (TAGS, DESCRIPTION), job


def digest(data: bytes) -> str:
    """As the server's snapshot has it."""
    return hashlib.sha256(data).hexdigest()


def settle(mountpoint: Path) -> None:
    """Wait until nothing is on its way from a mount to its server."""
    wait_for(lambda: not in_stage(mountpoint, "queued"), SETTLING_S, "an empty queue")


def in_stage(mountpoint: Path, stage: str) -> list[str]:
    """Paths of the files that a mount keeps in a stage."""
    document = run("cat", mountpoint / ".g3fs/queue.json").ok().stdout
    return [file["path"] for file in json.loads(document)["files"] if file["stage"] == stage]


def kill(mounted: Mount) -> None:
    """End a mount without any warning, and clean up after it."""
    mounted.process.kill()
    wait_for_death(mounted)


def wait_for_death(mounted: Mount) -> None:
    """Wait until the mount's process has killed itself; clean up after it."""
    assert mounted.process.wait(MOUNT_LIMIT_S) == -signal.SIGKILL, mounted.log
    mounted.destroy()


def _old_photo(name: str) -> Media:
    return Media(
        name=name,
        content=Content(lambda: photo(f"old data of {name}, of another size")),
        title=f"The {name}",
        width=60,
        height=40,
        tags=("kept",),
        remarks=(Remark(text="well done", author="bob"),),
    )
