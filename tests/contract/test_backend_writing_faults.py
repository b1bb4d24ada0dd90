"""Every change, on a Gallery 3 that fails before, in the middle or afterwards.

Either a change is answered and done, or it fails and nothing has changed; doing it again after a
failure gives what it would have given at once. So nothing is doubled, and nothing is lost.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from g3fs.backends.gallery3.attributes import TITLE
from g3fs.backends.registry import open_backend
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import GalleryError, NotFound
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Album, Entry, Group
from g3fs.gallery.writing import Upload, Writer, Writes
from g3fs.http.options import HttpOptions
from tests.contract.backend_subjects import credentials_of, small_library
from tests.contract.gallery3_servers import picture
from tests.contract.writing_subjects import album, media, nobody

PATIENCE = HttpOptions(timeout_s=0.5, read_timeout_s=0.5, attempts=1)
BEFORE = ("status", "reset_before", "stall", "html", "lock_timeout")
AFTER = ("status_after", "reset_after", "stall_after", "truncate_json")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A gallery with an album in which things are changed."""

    server: DemoServer
    backend: Backend
    writer: Writer
    entries: Mapping[str, Entry]
    album: ItemId
    comment: str
    upload: Upload
    known: frozenset[ItemId]
    other: Path
    """New data for `sea.jpg`."""

    async def state(self) -> object:
        """Everything that a change could have changed, asked with another connection."""
        async with open_backend(credentials_of(self.server)) as backend:
            return await self._told(backend, (await backend.root()).id)

    async def _told(self, backend: Backend, number: ItemId) -> object:
        """Of an album and all below, without times and without new ids."""
        told: dict[str, object] = {}
        for entry in (await backend.list(number)).entries:
            item = entry.item
            tags = (await backend.details(Group.TAGS, [item.id]))[item.id].tags
            comments = (await backend.details(Group.COMMENTS, [item.id]))[item.id].comments
            texts = [comment.text for comment in comments]
            same = item.id if item.id in self.known else None
            told[entry.name] = (same, item.title, tags, texts, await self._own(backend, entry))
        return told

    async def _own(self, backend: Backend, entry: Entry) -> object:
        if isinstance(entry.item, Album):
            return dict(entry.item.facts), await self._told(backend, entry.item.id)
        return dict(media(entry).facts), media(entry).size_bytes


@asynccontextmanager
async def scene(files: Path) -> AsyncIterator[Scene]:
    with DemoServer(kind="gallery3", library=small_library()) as server:
        options = replace(credentials_of(server), http=PATIENCE)
        async with open_backend(options) as backend:
            assert isinstance(backend, Writes)
            yield await _arranged(server, backend, backend.writer, files)


async def _arranged(server: DemoServer, backend: Backend, writer: Writer, files: Path) -> Scene:
    holidays = (await backend.list((await backend.root()).id)).entries[0].item.id
    await writer.make_album(holidays, "empty")
    entries = {entry.name: entry for entry in (await backend.list(holidays)).entries}
    sea = entries["sea.jpg"].item.id
    comments = (await backend.details(Group.COMMENTS, [sea]))[sea].comments
    data, other = files / "data", files / "other"
    data.write_bytes(picture().getvalue())
    other.write_bytes(picture(90, 80).getvalue())
    mark = await writer.mark(holidays, "new.jpg")
    return Scene(
        server=server,
        backend=backend,
        writer=writer,
        entries=entries,
        album=holidays,
        comment=comments[0].id,
        upload=Upload(album=holidays, name="new.jpg", source=data, mark=mark),
        known=frozenset(ItemId(str(item.id)) for item in server.site.gallery.items),
        other=other,
    )


async def create(scene: Scene) -> object:
    """As the queue does it: look first."""
    found = await scene.writer.find(scene.upload)
    return found or await scene.writer.create(scene.upload, nobody)


async def replace_data(scene: Scene) -> object:
    return await scene.writer.replace(media(scene.entries["sea.jpg"]), scene.other, nobody)


async def make_album(scene: Scene) -> object:
    return await scene.writer.make_album(scene.album, "sub")


async def move(scene: Scene) -> object:
    target = scene.entries["empty"].item.id
    return await scene.writer.move(scene.entries["sea.jpg"].item, target, "moved.jpg")


async def rename(scene: Scene) -> object:
    return await scene.writer.move(scene.entries["sea.jpg"].item, scene.album, "renamed.jpg")


async def move_album(scene: Scene) -> object:
    target = scene.entries["empty"].item.id
    return await scene.writer.move(scene.entries["summit"].item, target, "summit")


async def delete(scene: Scene) -> object:
    return await scene.writer.delete(media(scene.entries["sea.jpg"]))


async def remove_album(scene: Scene) -> object:
    return await scene.writer.remove_album(album(scene.entries["empty"]))


async def set_title(scene: Scene) -> object:
    return await scene.writer.set_fact(scene.entries["sea.jpg"].item, TITLE, "A title")


async def add_tag(scene: Scene) -> object:
    item = scene.entries["sea.jpg"].item.id
    return await scene.writer.change_tags(item, add=[TagName("New")])


async def make_tag(scene: Scene) -> object:
    return await add_tag(scene)


async def remove_tag(scene: Scene) -> object:
    item = scene.entries["sea.jpg"].item.id
    return await scene.writer.change_tags(item, remove=[TagName("Sea")])


async def add_comment(scene: Scene) -> object:
    return await scene.writer.add_comment(scene.entries["hill.jpg"].item.id, "New!")


async def remove_comment(scene: Scene) -> object:
    return await scene.writer.remove_comment(scene.entries["sea.jpg"].item.id, scene.comment)


Change = Callable[[Scene], Awaitable[object]]

REQUEST_OF: Mapping[Change, tuple[str, str]] = {
    create: ("POST", "item"),
    replace_data: ("PUT", "item"),
    make_album: ("POST", "item"),
    move: ("PUT", "item"),
    rename: ("PUT", "item"),
    move_album: ("PUT", "item"),
    delete: ("DELETE", "item"),
    remove_album: ("DELETE", "item"),
    set_title: ("PUT", "item"),
    add_tag: ("POST", "item_tags"),
    make_tag: ("POST", "tags"),
    remove_tag: ("DELETE", "tag_item"),
    add_comment: ("POST", "comments"),
    remove_comment: ("DELETE", "comment"),
}
"""What each change comes down to, and what is broken."""

DAMAGE: tuple[tuple[Change, str], ...] = (
    (create, "crippled"),
    (create, "misplaced"),
    (create, "lost_thumb"),
    (replace_data, "drop_put_file"),
    (move, "half_move"),
    (move_album, "half_move"),
)
CASES = (*((change, fault) for change in REQUEST_OF for fault in (*BEFORE, *AFTER)), *DAMAGE)


@pytest.mark.parametrize(
    ("change", "fault"), CASES, ids=[f"{change.__name__}-{fault}" for change, fault in CASES]
)
async def test_a_change_is_done_once_or_not_at_all(
    change: Change, fault: str, tmp_path: Path
) -> None:
    before, after = await expected(change, tmp_path)
    async with scene(tmp_path) as made:
        method, resource = REQUEST_OF[change]
        planted = made.server.faults.plant(fault, method=method, resource=resource, times=1)
        done = await _tried(change, made)
        assert planted.hits == 1
        assert await made.state() == (after if done else before)
        if fault in AFTER:
            assert done, "it was looked whether it is done"
        made.server.faults.clear()
        if not done:
            await change(made)
        assert await made.state() == after


@pytest.mark.parametrize("change", REQUEST_OF, ids=lambda change: change.__name__)
async def test_a_change_on_a_server_that_stays_broken_changes_nothing(
    change: Change, tmp_path: Path
) -> None:
    async with scene(tmp_path) as made:
        before = await made.state()
        method, resource = REQUEST_OF[change]
        made.server.faults.plant("status", method=method, resource=resource)
        with pytest.raises(GalleryError):
            await change(made)
        made.server.faults.clear()
        assert await made.state() == before


EXPECTED: dict[Change, tuple[object, object]] = {}
"""Of changes that were tried already: it takes a while, and is always the same."""


async def expected(change: Change, files: Path) -> tuple[object, object]:
    """What there is before a change, and after it if nothing fails."""
    if change not in EXPECTED:
        async with scene(files) as healthy:
            before = await healthy.state()
            await change(healthy)
            EXPECTED[change] = before, await healthy.state()
    before, after = EXPECTED[change]
    assert before != after
    return before, after


async def _tried(change: Change, scene: Scene) -> bool:
    try:
        await change(scene)
    except NotFound:
        raise
    except GalleryError:
        return False
    return True
