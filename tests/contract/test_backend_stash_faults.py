"""Stash: every fault of the server, in every method of the port, is the right gallery error."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import log_in, open_backend
from g3fs.clients import stash
from g3fs.demo.library import Content
from g3fs.demo.server import DemoServer
from g3fs.demo.stash.options import Options
from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    Busy,
    BytesLost,
    GalleryError,
    Invalid,
    LoginRefused,
    Maintenance,
    NotAGallery,
    NotFound,
    ServerError,
    Stale,
    TimedOut,
    Unreachable,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Group, Media, Rendition
from tests.contract.stash_demo import (
    IMPATIENT,
    ONCE,
    Fault,
    Site,
    entries,
    library,
    media_at,
    plant,
    read,
    running,
)

GALLERIES, FOLDER, GALLERY = ItemId("galleries"), ItemId("folder:2"), ItemId("gallery:1")
THUMB = Rendition("thumb")
SEA = "galleries/holidays/sea.jpg"


@dataclass(frozen=True)
class Failure:
    """A fault, and what it is to the port."""

    fault: Fault
    error: type[GalleryError]


FAILURES: Mapping[str, Failure] = {
    "401": Failure({"action": "status", "status": 401}, LoginRefused),
    "403": Failure({"action": "status", "status": 403}, AccessDenied),
    "404": Failure({"action": "status", "status": 404, "body": "Not Found"}, NotFound),
    "429": Failure({"action": "status", "status": 429}, Busy),
    "500": Failure({"action": "status", "status": 500}, ServerError),
    "502": Failure({"action": "status", "status": 502}, ServerError),
    "503": Failure({"action": "status", "status": 503}, ServerError),
    "odd status": Failure({"action": "status", "status": 418}, BadReply),
    "web page": Failure({"action": "html"}, BadReply),
    "half an answer": Failure({"action": "truncate_json"}, BadReply),
    "cut in the middle": Failure({"action": "cut", "size": 20}, BadReply),
    "ends too early": Failure({"action": "short", "size": 5}, BadReply),
    "elsewhere": Failure({"action": "redirect", "location": "http://x.example"}, LoginRefused),
    "reset": Failure({"action": "reset_before"}, ServerError),
    "silent": Failure({"action": "stall"}, TimedOut),
    "silent in the middle": Failure({"action": "stall_body", "size": 20}, TimedOut),
}

Method = Callable[[Backend, Media], Awaitable[object]]
METHODS: Mapping[str, Method] = {
    "root": lambda backend, _: backend.root(),
    "galleries": lambda backend, _: backend.list(GALLERIES),
    "gallery": lambda backend, _: backend.list(GALLERY),
    "folder": lambda backend, _: backend.list(FOLDER),
    "stat": lambda backend, media: backend.stat(media.id),
    "chapters": lambda backend, _: backend.details(Group.DETAILS, [GALLERY]),
    "original": read,
    "part": lambda backend, media: read(backend, media, offset=1000),
    "thumb": lambda backend, media: read(backend, media, THUMB),
}

EXPECTED: Mapping[tuple[str, str], type[GalleryError]] = {("thumb", "404"): BytesLost}
MAY_ANSWER = {("thumb", "half an answer")}
"""Nobody can tell that a smaller picture should be larger."""


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    fault = FAILURES[request.param].fault if hasattr(request, "param") else {}
    silent = str(fault.get("action", "")).startswith("stall")
    yield from running(library(), http=IMPATIENT if silent else ONCE)


@pytest.mark.parametrize(
    ("site", "name"), [(name, name) for name in FAILURES], indirect=["site"], ids=list(FAILURES)
)
async def test_every_fault_is_told_as_what_it_is(site: Site, name: str) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        for method, call in METHODS.items():
            plant(site, FAILURES[name].fault)
            if (method, name) in MAY_ANSWER:
                await call(backend, sea)
                site.server.faults.clear()
                continue
            with pytest.raises(GalleryError) as caught:
                await call(backend, sea)
            expected = EXPECTED.get((method, name), FAILURES[name].error)
            assert caught.type is expected, (method, caught.value)
            assert_harmless(site, str(caught.value))
            site.server.faults.clear()
            await call(backend, sea)


def assert_harmless(site: Site, message: str) -> None:
    """One line for people, without secrets."""
    assert message
    assert "\n" not in message
    assert site.server.api_key not in message


async def test_a_server_that_is_gone_is_unreachable(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.server.stop()
        for method in METHODS.values():
            with pytest.raises(Unreachable):
                await method(backend, sea)


async def test_a_file_that_is_gone_from_the_disk_is_lost(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.harm("lost_file", file=int(sea.id))
        for offset in (0, 1000):
            with pytest.raises(BytesLost):
                await read(backend, sea, offset=offset)


@pytest.mark.parametrize("by", [-7, 7])
async def test_a_size_that_no_scan_has_corrected_says_so(site: Site, by: int) -> None:
    site.harm("stale_size", file=site.file("sea.jpg").id, by=by)
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        with pytest.raises(BadReply, match="g3fs scan"):
            await read(backend, sea)


async def test_a_file_that_was_replaced_and_scanned_is_stale(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        world, file = site.server.site.world, site.file("sea.jpg")
        world.disk.write(file.path, Content(lambda: b"x" * 99), world.now() + 10)
        world.scan_now(["/data/pictures/holidays"])
        with pytest.raises(Stale):
            await read(backend, sea)


async def test_an_image_that_is_gone_is_not_found(site: Site) -> None:
    async with site.backend() as backend:
        rain = await media_at(backend, "galleries/holidays/rain.jpg")
        world = site.server.site.world
        world.disk.remove(site.file("rain.jpg").path)
        with stash.connect(site.server.url, api_key=site.server.api_key) as client:
            number = client.images.by_checksum(rain.version).id
            client.images.destroy([number])
        with pytest.raises(NotFound):
            await backend.stat(rain.id)
        with pytest.raises(NotFound):
            async with backend.open(rain, ORIGINAL, Extent(0)):
                pass


async def test_one_bad_record_hides_no_other(site: Site) -> None:
    async with site.backend() as backend:
        before = entries(await backend.list(FOLDER))
        site.harm("bad_record", file=site.file("rain.jpg").id)
        after = entries(await backend.list(FOLDER))

    assert before.keys() - after.keys() <= {"rain.jpg"}


async def test_a_thumbnail_of_another_type_gets_another_name(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        plant(site, {"action": "html", "content_type": "image/webp"}, resource="thumbnail")
        with pytest.raises(Stale):
            await read(backend, sea, THUMB)
        again = await media_at(backend, SEA)
        assert again.renditions[THUMB].media_type == "image/webp"
        assert await read(backend, again, THUMB)


async def test_a_key_that_was_changed_is_refused(site: Site) -> None:
    async with site.backend() as backend:
        site.harm("new_key")
        with pytest.raises(LoginRefused):
            await backend.list(GALLERIES)


async def test_a_session_that_expired_is_opened_anew(site: Site) -> None:
    words = {"username": site.server.username, "password": site.server.password}
    async with open_backend(replace(site.credentials(), api_key=None, **words)) as backend:
        assert backend.capabilities.user == site.server.username
        site.harm("new_sessions")
        assert (await backend.list(GALLERIES)).entries


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"api_key": "0" * 32}, LoginRefused),
        ({"api_key": None, "username": "admin", "password": "wrong"}, LoginRefused),
        ({"api_key": None}, LoginRefused),
        ({"kind": "gallery3"}, NotAGallery),
        ({"kind": "photoprism"}, NotAGallery),
    ],
)
async def test_wrong_credentials_and_kinds_are_refused(
    site: Site, changed: Mapping[str, Any], error: type[GalleryError]
) -> None:
    assert type(await failing_to_open(replace(site.credentials(), **changed))) is error


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        ({"kind": "lock"}, AccessDenied),
        ({"kind": "status", "status": "SETUP"}, Maintenance),
        ({"kind": "status", "status": "NEEDS_MIGRATION"}, Maintenance),
    ],
)
async def test_a_server_that_cannot_be_used_says_why(
    site: Site, harm: dict[str, Any], error: type[GalleryError]
) -> None:
    site.harm(**harm)

    assert type(await failing_to_open(site.credentials())) is error


async def test_the_kind_is_found_by_asking(site: Site) -> None:
    async with open_backend(replace(site.credentials(), kind=None)) as backend:
        assert backend.capabilities.server == "Stash v0.30.1"


async def test_an_open_server_gets_no_key() -> None:
    with DemoServer("stash", library=library(), options=Options(username="")) as server:
        options = ServerOptions(url=server.url, kind="stash", api_key="not needed")
        async with open_backend(options) as backend:
            assert backend.capabilities.user is None
            assert (await backend.list(GALLERIES)).entries
        with pytest.raises(Invalid, match="open to everybody"):
            log_in(ServerOptions(url=server.url, kind="stash", username="u", password="p"))


async def failing_to_open(options: ServerOptions) -> GalleryError:
    with pytest.raises(GalleryError) as caught:
        async with open_backend(options):
            pass
    assert "\n" not in str(caught.value)
    return caught.value
