"""A stand-in mount with files in its queue; see standin.py."""

import json
import sys
from pathlib import Path

from g3fs.cache.queue.record import Stage
from tests.kernel.support import MountedProcess, run
from tests.unit.cli.queues import document, waiting

_PROGRAM = Path(__file__).parent / "standin.py"
LIMIT_S = 25.0

FAILED = waiting(1, Stage.FAILED, reason="no JPEG")
QUEUED = waiting(1)
STAGED = waiting(3, Stage.STAGED, name=".x.jpg.part")


class Scene:
    """A stand-in mount, and what it was asked."""

    def __init__(self, directory, place):
        self.directory, self.place = directory, place
        self.tree = directory / "tree"
        (self.tree / "album").mkdir(parents=True)
        (self.tree / ".g3fs" / "failed").mkdir(parents=True)
        for name in ("queue.json", "status"):
            (self.tree / ".g3fs" / name).touch()
        for name in ("1.jpg", "2.jpg"):
            (self.tree / "album" / name).write_bytes(b"x" * 1000)
        self.mounted = None

    def mount(self, *queues, errors=None):
        """Mount; each of `queues` is what one look at the queue finds."""
        documents = [document(*files) for files in queues or [[]]]
        (self.directory / "queue.json").write_text(json.dumps(documents))
        (self.directory / "errors.json").write_text(json.dumps(errors or {}))
        argv = [sys.executable, str(_PROGRAM), str(self.place), str(self.directory)]
        self.mounted = MountedProcess(
            argv, self.place, self.directory / "log", {"PYTHONPATH": ""}, limit_s=LIMIT_S
        )
        self.mounted.wait_until_mounted()
        return self.place

    @property
    def calls(self):
        """Changes and verbs, in their order."""
        file = self.directory / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def on_a_terminal(g3fs, *words, answer=""):
    """Run a command with a terminal around it, and type an answer."""
    command = " ".join(f"'{word}'" for word in g3fs.argv(*words))
    return run("script", "-qec", command, "/dev/null", env=g3fs.environment, stdin=answer)
