"""When the Gallery 3 client holds the lock over the structure, and for how long."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3 import Item, Login, NewAlbum, Properties, Upload
from g3fs.clients.gallery3.lock import Beat
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of
from tests.contract.gallery3_servers import movie, picture


class Diary:
    """A lock that excludes nobody and writes down what happens."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self._depth = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.events.append("read" if self._depth == 0 else "verify")
        yield

    @contextmanager
    def writing(self, _beat: Beat | None = None) -> Iterator[None]:
        self._depth += 1
        self.events.append("lock")
        try:
            yield
        finally:
            self.events.append("unlock")
            self._depth -= 1


@pytest.fixture
def server():
    with DemoServer(library=album_of(2)) as running:
        yield running


@pytest.fixture
def diary():
    return Diary()


@pytest.fixture
def client(server, diary):
    login = Login(api_key=server.api_key)
    with gallery3.open_client(server.url, login, structure=diary) as opened:
        yield opened


@pytest.fixture
def album(client, diary):
    (child,) = gallery3.Gallery(client).root.children()
    diary.events.clear()
    return child


LAST_BYTE = ["lock", "sent", "sent", "verify", "unlock"]
"""Its progress is told before it, too: whoever wants the file no more says so now, or never."""


def test_an_upload_travels_without_the_lock(client, diary, album):
    def told(_: int) -> None:
        diary.events.append("sent")

    upload = Upload(name="big.mp4", source=movie(1_500_000), progress=told)
    client.uploads.create(album.id, upload)
    during = diary.events[diary.events.index("sent") :]
    assert during.count("sent") >= 5
    lock = during.index("lock")
    assert during[:lock] == ["sent"] * lock
    assert during[lock:] == LAST_BYTE


def test_a_replacement_travels_without_the_lock(client, diary, album):
    photo = album.photos[0]
    diary.events.clear()
    photo.replace(picture(900, 700), progress=lambda _: diary.events.append("sent"))
    assert diary.events[-len(LAST_BYTE) :] == LAST_BYTE
    assert diary.events[0] == "sent"


@pytest.mark.parametrize(
    "change",
    [
        lambda client, album: client.albums.create(album.id, NewAlbum(name="x")),
        lambda client, album: client.albums.move(album.id, name="other"),
        lambda client, album: client.deletes.delete(album.photos[0].id),
    ],
)
def test_a_structural_change_is_locked_until_it_is_verified(client, diary, album, change):
    change(client, album)
    assert diary.events[-1] == "unlock"
    assert diary.events.count("lock") == 1
    assert "read" not in diary.events[diary.events.index("lock") :]


@pytest.mark.parametrize(
    "change",
    [
        lambda client, item: client.edits.update(item.id, Properties(title="x")),
        lambda client, item: client.tags.attach("x", item.id),
        lambda client, item: client.comments.add(item.id, "x"),
        lambda client, item: client.edits.reorder(item.id, []),
    ],
)
def test_what_does_not_touch_the_structure_takes_no_lock(client, diary, album, change):
    change(client, album)
    assert "lock" not in diary.events


def test_reads_that_make_the_server_compute_paths_wait_for_writers(client, diary, album: Item):
    photo = album.photos[0]
    for read, expected in (
        (lambda: client.items.get(photo.id), ["read"]),
        (lambda: client.tree.listing(album.id), ["read"]),
        (lambda: client.bytes.read(photo.id), ["read"]),
        (lambda: client.tree.naming(album.id), []),
        (lambda: client.tags.of_item(photo.id), []),
    ):
        diary.events.clear()
        read()
        assert diary.events == expected


def test_an_album_that_was_renamed_is_warmed_up_under_the_lock(server, client, album):
    server.requests.clear()
    client.albums.move(album.id, name="other")
    last = server.requests.entries()[-1]
    assert last.resource == "tree"
    assert "web_url" in last.target
