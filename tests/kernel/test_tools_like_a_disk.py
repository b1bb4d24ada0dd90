"""Whatever is done in an album, it ends as on a disk: the same answers, the same files.

Everything is done twice, in a directory of this machine and in an album, and compared.
"""

import json
import sys

import pytest

from g3fs.demo.library import Album, Library
from tests.kernel import habits
from tests.kernel.matrix import holdings, media_of, picture, put, queued
from tests.kernel.remote import python
from tests.kernel.support import run, wait_for

GROUPS = {
    "copying": habits.COPYING,
    "writing": habits.WRITING,
    "moving": habits.MOVING,
    "for a while": habits.FOR_A_WHILE,
    "attributes": habits.ATTRIBUTES,
    "open files": habits.OPEN_FILES,
}
BEHIND = {"numbered backups"}
"""Not when files are sent behind: what is renamed away may be on its way to the photo's item."""
LOOK = """
import hashlib, json, os, sys
found = {}
for top, folders, names in os.walk(sys.argv[1]):
    for name in folders:
        found[os.path.relpath(os.path.join(top, name), sys.argv[1]) + "/"] = ""
    for name in names:
        with open(os.path.join(top, name), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        found[os.path.relpath(os.path.join(top, name), sys.argv[1])] = digest
print(json.dumps(found))
"""


def looked(top):
    return json.loads(python(LOOK, top).ok().stdout)


class Places:
    """The same directories on a disk and in a gallery."""

    def __init__(self, mounted, tmp_path):
        self.mounted = mounted
        self.tops = (tmp_path / "disk", mounted.path)
        self.source, self.base, self.tmp_path = tmp_path / "source", tmp_path / "base", tmp_path
        put(self.source / "n.jpg", picture(11))
        put(self.source / "m.jpg", picture(12, width=300))
        put(self.base / "a.jpg", picture(1), stamp_ns=10**18)
        put(self.base / "b.jpg", picture(2, width=200), stamp_ns=10**18)

    def wait(self):
        """Until nothing is on its way."""
        wait_for(self._nothing_moves, 30, "everything has arrived")

    def _nothing_moves(self):
        return all(stage != "queued" for stage, _ in queued(self.mounted))

    def outcome(self, top, number, script):
        """What a script says, and what it leaves, in a new directory."""
        here, out = top / f"t{number}", self.tmp_path / f"out{number}-{top.name}"
        out.mkdir()
        run("mkdir", "-p", here).ok()
        run("cp", "-p", self.base / "a.jpg", self.base / "b.jpg", here).ok()
        self.wait()  # the number of a file changes when it arrives, and cp(1) looks at it
        argv = ["sh", "-ec", script]
        if script.startswith("\n"):
            argv = [sys.executable, "-c", habits.START + script]
        env = {"SRC": str(self.source), "OUT": str(out), "LC_ALL": "C"}
        ran = run(*argv, cwd=here, env=env)
        text = ran.stdout.replace(str(out), "OUT")
        return ran.returncode, text, ran.stderr if ran.returncode else "", looked(here)


@pytest.mark.parametrize("upload", ["close", "background"])
@pytest.mark.parametrize("group", GROUPS)
def test_everything_ends_as_on_a_disk(mount, serve, tmp_path, group, upload):
    server = serve(library=Library(children=(Album(name="album"),)))
    places = Places(mount(f"upload={upload}", server=server), tmp_path)
    differing = []
    for number, (name, script) in enumerate(GROUPS[group].items()):
        disk, gallery = (places.outcome(top, number, script) for top in places.tops)
        assert disk[0] == 0, (name, disk)
        if disk != gallery and not (upload == "background" and name in BEHIND):
            differing.append(f"{name}\n   on a disk: {disk}\n  in an album: {gallery}")
    assert not differing, "\n".join(differing)
    places.wait()
    here = {path for stage, path in queued(places.mounted) if stage in {"staged", "parked"}}
    shown = {path: digest for path, digest in looked(places.mounted.path).items() if digest}
    stored = set(media_of(holdings(server)).values())
    assert {d for path, d in shown.items() if path not in here} <= stored
