"""The Gallery 3 client on a server that breaks: nothing doubled, nothing lost, nothing hidden."""

import contextlib
import io
import threading

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3 import Item, Login
from g3fs.clients.gallery3.wire import LISTING_FIELDS
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of
from g3fs.gallery.errors import (
    BadReply,
    BytesLost,
    Maintenance,
    NotFound,
    ServerError,
    TimedOut,
    TooLarge,
)
from g3fs.http.options import HttpOptions
from tests.contract.gallery3_servers import picture

OPTIONS = HttpOptions(timeout_s=1.5, read_timeout_s=1.5, attempts=1)


@pytest.fixture
def server():
    with DemoServer(library=album_of(6)) as running:
        yield running


@pytest.fixture
def client(server):
    login = Login(username=server.username, password=server.password)
    with gallery3.open_client(server.url, login, options=OPTIONS) as opened:
        server.requests.clear()
        yield opened


@pytest.fixture
def album(client):
    """An album with six photos."""
    (child,) = gallery3.Gallery(client).root.children()
    return child


def sizes(album: Item) -> dict[str, int | None]:
    return {child.name: child.facts.size_bytes for child in album.children()}


@pytest.mark.parametrize("fault", ["status_after", "reset_after", "stall_after", "truncate_json"])
def test_an_upload_that_was_stored_is_found_and_not_doubled(server, album, fault):
    planted = server.faults.plant(fault, method="POST", resource="item", times=1)
    photo = album.add_photo(picture(), name="new.jpg")
    assert planted.hits == 1
    assert photo.name == "new.jpg"
    assert photo.read() == picture().getvalue()
    assert len(album.children()) == 7


@pytest.mark.parametrize("fault", ["status", "reset_before", "stall", "lock_timeout"])
def test_an_upload_that_was_not_stored_fails_and_is_not_sent_twice(server, album, fault):
    planted = server.faults.plant(fault, method="POST", resource="item")
    with pytest.raises((ServerError, TimedOut)):
        album.add_photo(picture(), name="new.jpg")
    assert planted.hits == 1
    assert len(album.children()) == 6
    server.faults.clear()
    assert album.add_photo(picture(), name="new.jpg").name == "new.jpg"


@pytest.mark.parametrize("fault", ["status_after", "reset_after"])
def test_an_album_that_was_made_is_found_and_not_doubled(server, album, fault):
    server.faults.plant(fault, method="POST", resource="item", times=1)
    assert album.add_album("sub").name == "sub"
    assert len(album.albums) == 1


@pytest.mark.parametrize("fault", ["status_after", "reset_after", "stall_after"])
def test_a_change_that_was_done_counts(server, album, fault):
    server.faults.plant(fault, method="PUT", resource="item", times=1)
    assert album.update(title="New").title == "New"
    server.faults.plant(fault, method="PUT", resource="item", times=1)
    assert album.rename("other").name == "other"


def test_a_change_that_was_not_done_fails(server, album):
    server.faults.plant("reset_before", method="PUT", resource="item", times=1)
    with pytest.raises(ServerError):
        album.update(title="New")
    assert album.refresh().title != "New"


@pytest.mark.parametrize("fault", ["status_after", "reset_after", "stall_after"])
def test_a_deletion_that_was_done_counts(server, album, fault):
    photo = album.children()[0]
    server.faults.plant(fault, method="DELETE", resource="item", times=1)
    photo.delete()
    assert len(album.children()) == 5


def test_a_deletion_that_fails_is_tried_again_and_then_reported(server, album):
    planted = server.faults.plant("status", method="DELETE", resource="item")
    with pytest.raises(ServerError):
        album.children()[0].delete()
    assert planted.hits == 3
    assert len(album.children()) == 6


def test_a_move_by_half_is_mended(server, album):
    target = album.add_album("target")
    photo = album.photos[0]
    data = photo.read()
    server.faults.plant("half_move", method="PUT", resource="item", times=1)
    photo.move_to(target)
    assert [item.id for item in target.children()] == [photo.id]
    assert photo.id not in {item.id for item in album.children()}
    assert photo.read() == data


def test_a_crippled_upload_is_made_anew(server, album):
    server.faults.plant("crippled", method="POST", resource="item", times=1)
    photo = album.add_photo(picture(), name="new.jpg")
    assert photo.refresh().read() == picture().getvalue()
    assert len(album.children()) == 7


def test_an_upload_that_is_crippled_again_is_reported(server, album):
    server.faults.plant("crippled", method="POST", resource="item")
    with pytest.raises(ServerError, match="damaged, twice"):
        album.add_photo(picture(), name="new.jpg")


def test_a_misplaced_upload_is_put_in_place(server, album):
    before = sizes(album)
    server.faults.plant("misplaced", method="POST", resource="item", times=1)
    photo = album.add_photo(picture(), name="new.jpg")
    assert (photo.facts.slug, photo.read()) == ("new", picture().getvalue())
    assert sizes(album) == before | {"new.jpg": len(picture().getvalue())}
    photo.delete()
    assert sizes(album) == before


def test_what_somebody_else_stored_misplaced_is_never_deleted(server, album):
    before = sizes(album)
    stray = album.add_photo(picture(), name="new.jpg")
    server.site.harm({"kind": "misplaced", "item": stray.id})
    with pytest.raises(ServerError, match="delete other files"):
        stray.delete()
    assert sizes(album).keys() == before.keys() | {"new.jpg"}


def test_data_of_the_same_size_is_not_believed_after_a_failure(server, album):
    """A comment edited in place: nothing but the bytes tells whether it was done."""
    photo = album.add_photo(picture(), name="new.jpg")
    edited = picture().getvalue()[:-1] + b"x"
    server.faults.plant("reset_before", method="PUT", resource="item", times=1)
    with pytest.raises(ServerError):
        photo.replace(io.BytesIO(edited))
    assert photo.refresh().read() == picture().getvalue()
    server.faults.plant("reset_after", method="PUT", resource="item", times=1)
    assert photo.replace(io.BytesIO(edited)).read() == edited


def test_a_file_that_was_dropped_is_not_taken_for_replaced(server, album):
    photo = album.photos[0]
    before = photo.read()
    server.faults.plant("drop_put_file", method="PUT", resource="item", times=1)
    with pytest.raises(TooLarge, match="dropped"):
        photo.replace(picture(500, 400))
    assert photo.read() == before


def test_a_rotated_upload_is_accepted_as_it_is(server, album):
    server.faults.plant("rotate_upload", method="POST", resource="item", times=1)
    photo = album.add_photo(picture(60, 40), name="new.jpg")
    assert photo.facts.width == 40


def test_a_replacement_that_was_rotated_is_accepted_as_it_is(server, album):
    photo = album.add_photo(picture(60, 40), name="new.jpg")
    server.faults.plant("rotate_upload", method="PUT", resource="item", times=1)
    assert photo.replace(picture(80, 50)).facts.width == 50


@pytest.mark.parametrize("damage", ["lost_thumb", "lost_original"])
def test_a_replacement_whose_files_were_lost_is_mended(server, album, damage):
    photo = album.photos[0]
    planted = server.faults.plant(damage, method="PUT", resource="item", times=1)
    photo.replace(picture(80, 50))
    assert planted.hits == 1
    assert photo.refresh().read() == picture(80, 50).getvalue()
    assert [line for line in server.site.complaints() if "albums" in line] == []


def test_a_photo_that_was_misplaced_when_it_was_moved_is_put_in_place(server, album):
    target = album.add_album("target")
    photo = album.photos[0]
    data = photo.read()
    planted = server.faults.plant("misplaced", method="PUT", resource="item", times=1)
    photo.move_to(target)
    assert planted.hits == 1
    assert photo.refresh().read() == data
    assert server.site.complaints() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status_after", "method": "PUT", "skip": 1},
        {"action": "status", "method": "GET", "path": "/rest/tree/.*file_size"},
    ],
)
def test_mending_that_fails_leaves_no_other_address_behind(server, album, fault):
    target = album.add_album("target")
    photo = album.photos[0]
    slug = photo.facts.slug
    server.faults.plant("misplaced", method="PUT", resource="item", times=1)
    planted = server.faults.plant(**fault, times=1)
    with pytest.raises(ServerError):
        photo.move_to(target)
    assert planted.hits == 1
    assert photo.refresh().facts.slug == slug


def test_what_is_below_an_album_is_put_in_place_when_that_was_renamed(server, client, album):
    data = [photo.read() for photo in album.photos]
    planted = server.faults.plant("misplaced", method="PUT", resource="item", times=1)
    moved = client.albums.move(album.id, name="other")
    assert planted.hits == 1
    assert (moved.name, moved.slug) == ("other", "other")
    assert [photo.read() for photo in album.refresh().photos] == data
    assert server.site.complaints() == []


def test_equal_names_of_uploads_cannot_swap_bytes(server, album):
    server.faults.plant("swap_equal_filenames", method="POST", resource="item", seconds=60)
    first = album.add_photo(picture(colour=1, kind="PNG"), name="one.png")
    second = album.add_photo(picture(colour=2, kind="PNG"), name="two.png")
    assert first.read() == picture(colour=1, kind="PNG").getvalue()
    assert second.read() == picture(colour=2, kind="PNG").getvalue()


@pytest.mark.parametrize("kind", ["lost_thumb", "lost_original", "misplaced", "crippled"])
def test_a_broken_item_never_hides_its_album(server, client, album, kind):
    victim = album.photos[2].id
    server.site.harm({"kind": kind, "item": victim})
    items = client.tree.listing(album.id)
    assert len(items) == 7
    broken = next(item for item in items if item.id == victim)
    assert broken.name is not None
    healthy = [item for item in items[1:] if item.id != victim]
    assert all(item.size_bytes and not item.lost for item in healthy)


def test_a_lost_original_is_told_and_gives_no_bytes(server, client, album):
    victim = album.photos[2].id
    server.site.harm({"kind": "lost_original", "item": victim})
    item = client.tree.one(victim, LISTING_FIELDS)
    assert "full" in item.lost
    with pytest.raises(BytesLost):
        client.bytes.open(victim)


def test_an_item_without_its_thumbnail_is_revived(server, client, album):
    victim = album.photos[2].id
    server.site.harm({"kind": "lost_thumb", "item": victim})
    with pytest.raises(NotFound):
        client.items.get(victim)
    assert client.items.many([victim]).missing == (victim,)
    assert client.edits.revive(victim).id == victim
    assert client.items.get(victim).id == victim


def test_a_listing_that_fails_for_one_item_is_completed_around_it(server, client, album, caplog):
    """An over-long path makes the server fail with every listing that needs paths."""
    victim = album.photos[2].id
    server.faults.plant("status", method="GET", resource="tree", path="file_size", times=1)
    items = client.tree.listing(album.id)
    assert len(items) == 7
    assert victim in {item.id for item in items}
    assert all(item.size_bytes for item in items[1:])
    assert "broken item" in caplog.text


def test_one_broken_item_costs_few_requests(server, client, album):
    server.faults.plant("status", method="GET", resource="tree", path="depth=1.*file_size")
    server.site.harm({"kind": "lost_thumb", "item": album.photos[2].id})
    server.requests.clear()
    assert len(client.tree.listing(album.id)) == 7
    assert len(server.requests) <= 2 + 1 + 2 * 3 + 2


def test_maintenance_is_told_from_data(server, client, album):
    photo = album.photos[0]
    server.faults.plant("maintenance")
    for call in (
        lambda: client.tree.listing(album.id),
        lambda: client.items.get(photo.id),
        lambda: client.bytes.open(photo.id),
        lambda: client.tags.create("x"),
        lambda: photo.update(title="x"),
        photo.delete,
    ):
        with pytest.raises(Maintenance):
            call()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", Maintenance),
        ("truncate_json", BadReply),
        ("cut", BadReply),
        ("cut_clean", BadReply),
        ("short", BadReply),
        ("reset_before", ServerError),
        ("reset_after", ServerError),
        ("stall", TimedOut),
        ("stall_body", TimedOut),
        ("redirect", BadReply),
        ("status", ServerError),
    ],
)
def test_every_fault_of_a_listing_is_a_gallery_error(server, client, album, fault, kind):
    more = {"location": "http://elsewhere.example"} if fault == "redirect" else {}
    server.faults.plant(fault, resource="tree", **more)
    with pytest.raises(kind):
        client.tree.listing(album.id)
    server.faults.clear()
    assert len(client.tree.listing(album.id)) == 7


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("cut", (BadReply, ServerError)),
        ("cut_clean", BadReply),
        ("short", BadReply),
        ("stall_body", TimedOut),
    ],
)
def test_bytes_that_do_not_all_come_are_an_error(server, client, album, fault, kind):
    photo = album.photos[0]
    data = photo.read()
    server.faults.plant(fault, resource="data")
    with pytest.raises(kind):
        client.bytes.read(photo.id)
    server.faults.clear()
    assert client.bytes.read(photo.id) == data


def test_bytes_too_many_never_reach_the_reader_nor_the_next_answer(server, client, album):
    first, second = album.photos[:2]
    data = second.read()
    server.faults.plant("long", resource="data", item=first.id)
    with client.bytes.open(first.id) as stream:
        got = b""
        with contextlib.suppress(BadReply):
            while piece := stream.read1(1 << 16):
                got += piece
        assert len(got) <= (first.facts.size_bytes or 0)
    assert client.bytes.read(second.id) == data


def test_a_download_is_left_in_the_middle_from_another_thread(server, client, album):
    photo = album.photos[0]
    server.faults.plant("stall_body", resource="data", size=10)
    stream = client.bytes.open(photo.id)
    assert stream.read1(100)
    errors: list[BaseException] = []

    def read() -> None:
        try:
            stream.read1(100)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the test looks at it
            errors.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    stream.close()
    reader.join()
    assert [type(exc).__name__ for exc in errors] == ["Cancelled"]
