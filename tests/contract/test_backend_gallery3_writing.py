"""What writing to a Gallery 3 costs, foresees, and leaves behind when it is interrupted."""

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from g3fs.backends.gallery3.attributes import CAPTURED, COVER, ORDER, SLUG, SORT, TITLE
from g3fs.backends.gallery3.backend import Gallery3Backend
from g3fs.backends.registry import open_backend
from g3fs.demo.server import DemoServer
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    GalleryError,
    Invalid,
    NameTooLong,
    NotPermitted,
)
from g3fs.gallery.items import Album, Group, Listing, Media
from g3fs.gallery.writing import Naming, Upload, Wish
from tests.contract.backend_subjects import credentials_of, small_library
from tests.contract.gallery3_servers import picture
from tests.contract.writing_subjects import album, media, nobody


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(kind="gallery3", library=small_library()) as running:
        yield running


@pytest.fixture
async def backend(server: DemoServer) -> AsyncIterator[Gallery3Backend]:
    async with open_backend(credentials_of(server)) as opened:
        assert isinstance(opened, Gallery3Backend)
        yield opened


@pytest.fixture
async def holidays(backend: Gallery3Backend) -> Album:
    root = await backend.root()
    return album((await backend.list(root.id)).entries[0])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(picture().getvalue())
    return path


async def sent(backend: Gallery3Backend, holidays: Album, name: str, source: Path) -> Upload:
    mark = await backend.writer.mark(holidays.id, name)
    return Upload(album=holidays.id, name=name, source=source, mark=mark)


def asked(server: DemoServer) -> Counter[str]:
    return Counter(server.requests.counts())


async def test_an_upload_costs_a_post_and_a_look_at_it(
    server: DemoServer, backend: Gallery3Backend, holidays: Album, photo: Path
) -> None:
    first = await sent(backend, holidays, "first.jpg", photo)
    await backend.writer.create(first, nobody)
    server.requests.clear()
    for number in range(10):
        upload = await sent(backend, holidays, f"{number}.jpg", photo)
        await backend.writer.create(upload, nobody)
    assert asked(server) == {"POST item": 10, "GET item": 10}


STEMS = st.text("aA.bB_ \u00e9\u65e5/\\-&'0", min_size=1, max_size=8)
EXTENSIONS = st.sampled_from(["jpg", "JPG", "jpeg"])
NAMES = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""Of twenty and more names each, because opening a gallery takes longer than using it."""


@NAMES
@given(names=st.lists(st.builds("{}.{}".format, STEMS, EXTENSIONS), min_size=20, max_size=30))
async def test_the_name_of_an_upload_is_foreseen(
    server: DemoServer, photo: Path, names: list[str]
) -> None:
    async with open_backend(credentials_of(server)) as backend:
        assert isinstance(backend, Gallery3Backend)
        root = await backend.root()
        target = album(await backend.writer.make_album(root.id, secrets.token_hex(8)))
        for name in names:
            listing, wish = await backend.list(target.id), Wish(name=name, naming=Naming.FILE)
            try:
                foreseen = backend.writer.predicted(listing, wish, ())
            except AlreadyExists:
                with pytest.raises(AlreadyExists):
                    await backend.writer.mark(target.id, name)
                continue
            entry = await backend.writer.create(await sent(backend, target, name, photo), nobody)
            assert entry.name == foreseen


@NAMES
@given(names=st.lists(STEMS, min_size=20, max_size=30))
async def test_the_names_of_albums_and_of_renamed_files_are_foreseen(
    server: DemoServer, names: list[str]
) -> None:
    async with open_backend(credentials_of(server)) as backend:
        assert isinstance(backend, Gallery3Backend)
        holidays = (await backend.list((await backend.root()).id)).entries[0].item
        for name in names:
            listing = await backend.list(holidays.id)
            foreseen = foretold(backend, listing, Wish(name=name, naming=Naming.ALBUM))
            if foreseen is not None:
                made = await backend.writer.make_album(holidays.id, name)
                assert made.name == foreseen
                await backend.writer.remove_album(album(made))
            sea = next(entry for entry in listing.entries if entry.item.id == "3")
            foreseen = foretold(backend, listing, Wish(name=name, naming=Naming.FILE, entry=sea))
            if foreseen is not None:
                moved = await backend.writer.move(sea.item, holidays.id, name)
                assert moved.name == foreseen


def foretold(backend: Gallery3Backend, listing: Listing, wish: Wish) -> str | None:
    try:
        return backend.writer.predicted(listing, wish, ())
    except AlreadyExists:
        return None


async def test_a_path_that_would_be_too_long_is_foreseen(
    backend: Gallery3Backend, holidays: Album
) -> None:
    deep = await backend.writer.make_album(holidays.id, "d" * 200)
    listing = await backend.list(deep.item.id)
    wish = Wish(name="f" * 50 + ".jpg", naming=Naming.FILE)
    with pytest.raises(NameTooLong):
        backend.writer.predicted(listing, wish, ())
    with pytest.raises(NameTooLong):
        await backend.writer.mark(deep.item.id, wish.name)


async def test_a_new_type_of_data_changes_the_extension(
    backend: Gallery3Backend, holidays: Album, photo: Path, tmp_path: Path
) -> None:
    entry = await backend.writer.create(await sent(backend, holidays, "new.jpg", photo), nobody)
    source = tmp_path / "png"
    source.write_bytes(picture(kind="PNG").getvalue())
    replaced = await backend.writer.replace(media(entry), source, nobody)
    assert (replaced.name, media(replaced).media_type) == ("new.png", "image/png")
    assert replaced in (await backend.list(holidays.id)).entries


async def test_data_of_the_same_size_is_another_version_within_a_second(
    backend: Gallery3Backend, holidays: Album, photo: Path, tmp_path: Path
) -> None:
    entry = await backend.writer.create(await sent(backend, holidays, "new.jpg", photo), nobody)
    other = tmp_path / "other"
    other.write_bytes(picture().getvalue()[:-1] + b"x")
    replaced = await backend.writer.replace(media(entry), other, nobody)
    assert media(replaced).version != media(entry).version
    assert replaced in (await backend.list(holidays.id)).entries


async def test_a_name_that_others_took_meanwhile_shows_in_the_answer(
    server: DemoServer, backend: Gallery3Backend, holidays: Album, photo: Path
) -> None:
    upload = await sent(backend, holidays, "new.jpg", photo)
    async with open_backend(credentials_of(server)) as other:
        assert isinstance(other, Gallery3Backend)
        await other.writer.make_album(holidays.id, "new.x")
    entry = await backend.writer.create(upload, nobody)
    assert entry.name == "new-01.jpg"
    assert await backend.writer.mark(holidays.id, "other.jpg") == "other"


async def test_closing_stops_what_is_on_its_way_and_leaves_nothing(
    server: DemoServer, tmp_path: Path
) -> None:
    big = tmp_path / "big"
    big.write_bytes(picture().getvalue() + bytes(8 << 20))
    begun = trio.Event()

    async with trio.open_nursery() as nursery, open_backend(credentials_of(server)) as backend:
        assert isinstance(backend, Gallery3Backend)
        root = await backend.root()
        upload = await sent(backend, root, "big.jpg", big)

        async def create() -> None:
            with pytest.raises(GalleryError):
                await backend.writer.create(upload, note)

        def note(_sent_bytes: int) -> None:
            trio.from_thread.run_sync(begun.set)

        nursery.start_soon(create)
        await begun.wait()
    items = server.site.gallery.items
    assert "big.jpg" not in {item.name for item in items}


async def test_sorting_and_the_cover_of_an_album_are_set(
    backend: Gallery3Backend, holidays: Album
) -> None:
    writer = backend.writer
    assert album(await writer.set_fact(holidays, SORT, "name desc")).facts[SORT] == "name DESC"
    entries = (await backend.list(holidays.id)).entries
    assert [entry.name for entry in entries] == ["summit", "sea.jpg", "rain.jpg", "hill.jpg"]
    assert album(await writer.set_fact(holidays, SORT, None)).facts[SORT] == "created ASC"
    rain = next(entry for entry in entries if entry.name == "rain.jpg")
    for value in (f"id:{rain.item.id}", "rain.jpg"):
        made = album(await writer.set_fact(holidays, COVER, value))
        assert made.facts[COVER] == value
    renamed = album(await writer.set_fact(made, TITLE, "Other days"))
    assert renamed.facts[COVER] == "rain.jpg"
    with pytest.raises(Invalid):
        await writer.set_fact(holidays, COVER, "nothing.jpg")


async def test_an_album_is_put_into_an_order_by_hand(
    backend: Gallery3Backend, holidays: Album
) -> None:
    async def order() -> str | None:
        found = await backend.details(Group.DETAILS, [holidays.id])
        return found[holidays.id].facts.get(ORDER)

    writer = backend.writer
    assert await order() is None
    made = album(await writer.set_fact(holidays, ORDER, "hill.jpg\nsummit\n"))
    assert made.facts[SORT] == "weight ASC"
    wanted = ["hill.jpg", "summit", "sea.jpg", "rain.jpg"]
    assert sorted((await order() or "").split("\n")) == sorted(wanted)
    entries = (await backend.list(holidays.id)).entries
    assert (await order() or "").split("\n") == [entry.name for entry in entries]
    assert [entry.name for entry in entries][:2] == wanted[:2]
    with pytest.raises(Invalid, match="no 'nothing"):
        await writer.set_fact(holidays, ORDER, "sea.jpg\nnothing.jpg")
    await writer.set_fact(holidays, SORT, "name ASC")
    assert await order() is None


@pytest.mark.parametrize("name", ["moon.high.jpg", "the moon ({id}).jpg"])
async def test_a_photo_is_named_as_it_is_shown_where_the_server_calls_it_otherwise(
    backend: Gallery3Backend, holidays: Album, photo: Path, name: str
) -> None:
    upload = await sent(backend, holidays, "moon.high.jpg", photo)
    made = await backend.writer.create(upload, nobody)
    assert made.name == "moon_high.jpg"
    shown = name.format(id=made.item.id)
    await backend.writer.set_fact(holidays, COVER, shown)
    await backend.writer.set_fact(holidays, ORDER, f"rain.jpg\n{shown}")
    found = await backend.list(holidays.id)
    assert found.album.facts[COVER] == "moon_high.jpg"
    assert [entry.name for entry in found.entries][:2] == ["rain.jpg", "moon_high.jpg"]


async def test_the_time_of_capture_is_set_and_cleared(
    backend: Gallery3Backend, holidays: Album
) -> None:
    entries = (await backend.list(holidays.id)).entries
    photo = next(entry.item for entry in entries if entry.name == "sea.jpg")
    for value, seconds in (
        ("2023-07-14T18:30:00Z", 1689359400),
        ("1969-12-31T23:00:00-02:00", 3600),
    ):
        made = (await backend.writer.set_fact(photo, CAPTURED, value)).item
        assert isinstance(made, Media)
        assert made.times.captured_s == seconds
    made = (await backend.writer.set_fact(photo, CAPTURED, None)).item
    assert isinstance(made, Media)
    assert made.times.captured_s is None


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2023-07-14T18:30:00", "2039-01-01T00:00:00Z", "1969-12-31T23:59:00Z"],
)
async def test_a_time_of_capture_that_cannot_be_is_told_without_asking(
    backend: Gallery3Backend, value: str
) -> None:
    with pytest.raises(Invalid):
        backend.writer.checked_fact(None, CAPTURED, value)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        (SORT, "nonsense ASC", Invalid),
        (ORDER, None, NotPermitted),
        (SORT, "name sideways", Invalid),
        (COVER, None, NotPermitted),
        (SLUG, "other", NotPermitted),
        ("user.g3fs.unknown", "x", NotPermitted),
    ],
)
async def test_what_cannot_be_set_is_told_without_asking(
    backend: Gallery3Backend,
    holidays: Album,
    name: str,
    value: str | None,
    error: type[GalleryError],
) -> None:
    with pytest.raises(error):
        backend.writer.checked_fact(holidays, name, value)
    with pytest.raises(NotPermitted):
        backend.writer.checked_fact(None, name, value)


async def test_who_has_no_rights_is_told_before_anything_is_sent(
    server: DemoServer, backend: Gallery3Backend, holidays: Album, photo: Path
) -> None:
    entry = next(e for e in (await backend.list(holidays.id)).entries if e.name == "sea.jpg")
    mine, locked = replace(media(entry), can_edit=False), replace(holidays, can_edit=False)
    server.requests.clear()
    for refused in (
        lambda: backend.writer.replace(mine, photo, nobody),
        lambda: backend.writer.delete(mine),
        lambda: backend.writer.move(mine, holidays.id, "x.jpg"),
        lambda: backend.writer.set_fact(mine, COVER.replace("cover", "title"), "x"),
        lambda: backend.writer.remove_album(locked),
    ):
        with pytest.raises(AccessDenied):
            await refused()
    assert not server.requests.entries()


async def test_two_programs_take_turns_by_a_lock_file(server: DemoServer, tmp_path: Path) -> None:
    options = replace(credentials_of(server), lock_file=tmp_path / "locks" / "gallery")
    async with open_backend(options) as one, open_backend(options) as other:
        assert isinstance(one, Gallery3Backend)
        assert isinstance(other, Gallery3Backend)
        root = await one.root()
        async with trio.open_nursery() as nursery:
            for number in range(4):
                nursery.start_soon(one.writer.make_album, root.id, f"one {number}")
                nursery.start_soon(other.writer.make_album, root.id, f"other {number}")
        names = {entry.name for entry in (await one.list(root.id)).entries}
    assert len(names) == 9
    assert options.lock_file is not None
    assert options.lock_file.exists()


async def test_a_lock_file_that_cannot_be_made_ends_the_opening(
    server: DemoServer, photo: Path
) -> None:
    options = replace(credentials_of(server), lock_file=photo / "lock")
    with pytest.raises(GalleryError, match="lock file"):
        async with open_backend(options):
            pass
