"""What the writer remembers of albums: never older than its own changes."""

import threading

import pytest

from g3fs.backends.gallery3.writing.places import KeptPlaces
from g3fs.clients.gallery3.places import Place
from g3fs.clients.gallery3.wire import WireItem

ALBUM = 5


def item(number: int, name: str) -> WireItem:
    return WireItem(id=number, kind="photo", name=f"{name}.jpg", slug=name)


class Server:
    """An album that can be looked at, and how often it was."""

    def __init__(self) -> None:
        self.children = [item(1, "a")]
        self.looks = 0
        self.now_s = 0.0
        self.looking = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def look(self, album: int) -> Place:
        self.looks += 1
        children = tuple(self.children)
        self.looking.set()
        self.go_on.wait(10)
        return Place(album=WireItem(id=album, kind="album"), children=children, path=(), slugs=())


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def places(server: Server) -> KeptPlaces:
    return KeptPlaces(server.look, lambda: server.now_s)


def names(place: Place) -> list[str]:
    return [child.name or "" for child in place.children if child.name]


def test_an_album_is_looked_at_once_and_kept_up_with_changes(
    server: Server, places: KeptPlaces
) -> None:
    assert names(places.place(ALBUM)) == ["a.jpg"]
    places.arrived(ALBUM, item(2, "b"))
    assert names(places.place(ALBUM)) == ["a.jpg", "b.jpg"]
    places.arrived(ALBUM, item(1, "c"))
    assert names(places.place(ALBUM)) == ["b.jpg", "c.jpg"]
    places.left(2)
    assert names(places.place(ALBUM)) == ["c.jpg"]
    assert server.looks == 1


def test_an_album_is_looked_at_again_after_a_while_whatever_we_do(
    server: Server, places: KeptPlaces
) -> None:
    places.place(ALBUM)
    server.now_s = 29
    places.arrived(ALBUM, item(2, "b"))
    server.now_s = 31
    assert names(places.place(ALBUM)) == ["a.jpg"]
    assert server.looks == 2


def test_what_is_forgotten_is_looked_at_again(server: Server, places: KeptPlaces) -> None:
    for forget in (lambda: places.forget(ALBUM), places.forget):
        before = server.looks
        places.place(ALBUM)
        forget()
        places.place(ALBUM)
        assert server.looks - before in (1, 2)
    places.place(ALBUM, fresh=True)
    assert server.looks == 4


def test_what_is_on_its_way_is_seen_by_others_and_not_by_itself(places: KeptPlaces) -> None:
    with places.claimed(ALBUM, item(0, "b")) as own:
        assert names(own) == ["a.jpg"]
        assert names(places.place(ALBUM)) == ["a.jpg", "b.jpg"]
    assert names(places.place(ALBUM)) == ["a.jpg"]


def test_a_mark_that_was_given_is_taken_until_its_item_comes(places: KeptPlaces) -> None:
    assert places.mark(ALBUM, lambda _: "B") == "B"
    slugs = {child.slug for child in places.place(ALBUM).children}
    assert slugs == {"a", "b"}
    with places.claimed(ALBUM, item(0, "b")) as own:
        assert {child.slug for child in own.children} == {"a"}


def test_what_arrives_while_somebody_looks_is_not_missed(
    server: Server, places: KeptPlaces
) -> None:
    server.go_on.clear()
    seen: list[Place] = []
    looker = threading.Thread(target=lambda: seen.append(places.place(ALBUM)))
    looker.start()
    server.looking.wait(10)
    places.arrived(ALBUM, item(2, "b"))
    server.go_on.set()
    looker.join()
    assert names(seen[0]) == ["a.jpg", "b.jpg"]
