"""A mount on a gallery that has an album for each operation, and what is expected of both."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from g3fs.demo.server import DemoServer
from tests.kernel.operations import NEW, NEW_SHA256, Operation
from tests.kernel.support import Mount, wait_for
from tests.kernel.writing import Hands, Items, held, ids, shown, status_of, without_covers

Fault = Mapping[str, Any]

CHANGING = ("POST", "PUT", "DELETE")
CALL_LIMIT_S = 15.0
"""For one call on a mount whose deadline is some seconds; whatever takes longer hangs."""
PATIENCE_S = 20.0


@dataclass(kw_only=True)
class Scene:
    """A mount, and the gallery behind it."""

    server: DemoServer
    mounted: Mount
    hands: Hands
    source: Path
    known: frozenset[int]
    wrong: list[str] = field(default_factory=list)

    def at(self, operation: Operation) -> Path:
        return self.mounted.path / operation.name

    def prepare(self, operation: Operation) -> Items:
        """What is in the album of an operation at first."""
        for call in operation.before(self.at(operation), self.source):
            assert self.hands(*call) == "OK"
        return self.held(operation)

    def do(self, operation: Operation) -> str:
        return self.hands(*operation.call(self.at(operation), self.source))

    def held(self, operation: Operation) -> Items:
        return held(self.server, operation.name, self.known)

    def shown(self, operation: Operation) -> Items:
        """Without what is on this machine only."""
        items = dict(shown(self.hands, self.at(operation), self.known))
        if operation.staged in items:
            assert items.pop(operation.staged).sha256 == NEW_SHA256
        return items

    def kept(self) -> Mapping[str, str]:
        """Digests of the refused files."""
        failed = self.mounted.path / ".g3fs/failed"
        names = self.hands.tell("listdir", failed)
        return {name: self.hands.tell("read", failed / name) for name in names}

    def expect(self, operation: Operation, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.wrong.append(f"{operation.name}: {what} {found}, not {wanted}")

    def expect_state(self, operation: Operation, wanted: Items) -> None:
        """The gallery has this, and the mount shows it."""
        there, here = self.held(operation), self.shown(operation)
        self.expect(operation, "the gallery has", *_different(there, wanted))
        self.expect(operation, "the mount shows", *_different(here, without_covers(there)))

    def expect_no_more(self) -> None:
        """Everything was as expected, and the gallery is whole."""
        assert not self.wrong, "\n".join(self.wrong)
        assert self.server.site.complaints() == []

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Something that the mount does behind; bounded."""
        wait_for(holds, PATIENCE_S, holds.__doc__ or holds.__name__)

    def wait_until_answering(self) -> None:
        """The mount has found out that the server answers again."""

        def answers() -> bool:
            """The server answers."""
            status = status_of(self.mounted, self.hands)
            return bool(status["server"]["state"] == "answering")

        self.wait_for(answers)

    def wait_until_shown(self, operation: Operation) -> None:
        """The mount shows what the gallery has; who looks while that is in doubt makes it ask."""

        def is_shown() -> bool:
            """The mount shows what the gallery has."""
            if self.hands("look", self.at(operation)) != "OK":
                return False  # it changes just now
            return self.shown(operation) == without_covers(self.held(operation))

        self.wait_for(is_shown)

    @contextmanager
    def broken(self, fault: Fault) -> Iterator[None]:
        """Every request that changes something is harmed, as often as the fault says."""
        planted = [self.server.faults.plant(**fault, method=method) for method in CHANGING]
        yield
        assert any(each.hits for each in planted)
        self.server.faults.clear()


def _different(found: Items, wanted: Items) -> tuple[Items, Items]:
    """What is not in both."""
    return (
        {path: item for path, item in found.items() if wanted.get(path) != item},
        {path: item for path, item in wanted.items() if found.get(path) != item},
    )


@contextmanager
def open_scene(mounted: Mount, files: Path) -> Iterator[Scene]:
    """The scene of a mount; new data is put into `files`."""
    source = files / "new data"
    source.write_bytes(NEW)
    with Hands(CALL_LIMIT_S) as hands:
        yield Scene(
            server=mounted.server,
            mounted=mounted,
            hands=hands,
            source=source,
            known=ids(mounted.server),
        )
