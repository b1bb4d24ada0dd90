"""Gallery 3: every fault of the server, in every method of the port, is the right gallery error."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.gallery3.gallery import Rules
from g3fs.demo.gallery3.site import Options
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import (
    BadReply,
    Busy,
    GalleryError,
    LoginRefused,
    Maintenance,
    NotAGallery,
    NotFound,
    NotSupported,
    ServerError,
    TimedOut,
    Unreachable,
)
from g3fs.gallery.items import Group, Media, Rendition
from tests.contract.backend_subjects import credentials_of, small_library
from tests.contract.gallery3_demo import (
    HILL,
    HOLIDAYS,
    IMPATIENT,
    ONCE,
    SEA,
    Fault,
    Site,
    media_of,
    plant,
    read,
    running,
)
from tests.ports import refused_port


@dataclass(frozen=True)
class Failure:
    """A fault and what it is to the port."""

    fault: Fault
    error: type[GalleryError]


FAILURES: Mapping[str, Failure] = {
    "403": Failure({"action": "status", "status": 403}, LoginRefused),
    "404": Failure({"action": "status", "status": 404, "body": "[]"}, NotFound),
    "500": Failure({"action": "status", "status": 500}, ServerError),
    "502": Failure({"action": "status", "status": 502}, ServerError),
    "503": Failure({"action": "status", "status": 503, "retry_after": "9999"}, Busy),
    "429": Failure({"action": "status", "status": 429}, Busy),
    "odd status": Failure({"action": "status", "status": 418}, BadReply),
    "web page": Failure({"action": "html"}, Maintenance),
    "maintenance": Failure({"action": "maintenance"}, Maintenance),
    "REST module off": Failure({"action": "rest_off"}, Maintenance),
    "not JSON": Failure({"action": "html", "content_type": "application/json"}, BadReply),
    "half an answer": Failure({"action": "truncate_json"}, BadReply),
    "cut in the middle": Failure({"action": "cut", "size": 20}, BadReply),
    "ends too early": Failure({"action": "short", "size": 5}, BadReply),
    "elsewhere": Failure({"action": "redirect", "location": "http://other.example"}, BadReply),
    "reset": Failure({"action": "reset_before"}, ServerError),
    "silent": Failure({"action": "stall"}, TimedOut),
    "silent in the middle": Failure({"action": "stall_body", "size": 20}, TimedOut),
}

Method = Callable[[Backend, Media], Awaitable[object]]
METHODS: Mapping[str, Method] = {
    "root": lambda backend, _: backend.root(),
    "list": lambda backend, _: backend.list(HOLIDAYS),
    "stat": lambda backend, _: backend.stat(HILL),
    "tags": lambda backend, _: backend.details(Group.TAGS, [SEA, HILL]),
    "comments of one": lambda backend, _: backend.details(Group.COMMENTS, [SEA]),
    "comments of many": lambda backend, _: backend.details(Group.COMMENTS, [SEA, HILL]),
    "original": read,
    "part": lambda backend, media: read(backend, media, offset=1000),
    "thumb": lambda backend, media: read(backend, media, Rendition("thumb")),
    "same bytes": lambda backend, media: backend.same_bytes(media, media.version),
}
MAY_ANSWER: Mapping[tuple[str, str], object] = {
    ("same bytes", "404"): False,
    ("tags", "404"): {},
    ("comments of one", "404"): {},
}
"""Where a fault is an answer: what is gone is left out, or is not the same."""


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    fault = FAILURES[request.param].fault if hasattr(request, "param") else {}
    silent = str(fault.get("action", "")).startswith("stall")
    yield from running(small_library(), IMPATIENT if silent else ONCE)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("site", "name"), [(name, name) for name in FAILURES], indirect=["site"], ids=list(FAILURES)
)
async def test_every_fault_is_told_as_what_it_is(site: Site, name: str, method: str) -> None:
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)
        plant(site, FAILURES[name].fault)
        if (method, name) in MAY_ANSWER:
            assert await METHODS[method](backend, sea) == MAY_ANSWER[method, name]
            return
        with pytest.raises(GalleryError) as caught:
            await METHODS[method](backend, sea)

        assert caught.type is FAILURES[name].error, caught.value
        message = str(caught.value)
        assert message
        assert "\n" not in message
        assert site.server.api_key not in message

        site.server.faults.clear()
        await METHODS[method](backend, sea)


async def test_a_server_that_is_gone_is_unreachable(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)
        site.server.stop()
        for method in METHODS.values():
            with pytest.raises(Unreachable):
                await method(backend, sea)


async def test_a_key_that_was_reset_is_got_again(site: Site) -> None:
    async with site.backend() as backend:
        site.server.site.accounts.reset_key("admin")
        await backend.list(HOLIDAYS)

    assert [entry.resource for entry in site.requests()] == ["tree", "login", "tree"]


async def failing_to_open(options: ServerOptions) -> GalleryError:
    with pytest.raises(GalleryError) as caught:
        async with open_backend(options):
            pass
    assert "\n" not in str(caught.value)
    assert options.password is None or options.password not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"password": "hunter2"}, LoginRefused),
        ({"username": "nobody"}, LoginRefused),
        ({"username": None, "password": None, "api_key": "0" * 32}, LoginRefused),
        ({"username": None, "password": None}, LoginRefused),
        ({"kind": "photoprism"}, NotAGallery),
        ({"kind": "stash"}, NotAGallery),
        ({"kind": "flickr"}, NotSupported),
    ],
)
async def test_wrong_credentials_and_kinds_are_refused(
    site: Site, changed: Mapping[str, Any], error: type[GalleryError]
) -> None:
    options = replace(credentials_of(site.server), **changed)

    assert type(await failing_to_open(options)) is error


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"action": "rest_off"}, NotSupported),
        ({"action": "maintenance"}, Maintenance),
        ({"action": "html", "body": "<html>My blog</html>"}, NotAGallery),
        ({"action": "status", "status": 404, "body": "no"}, NotAGallery),
        ({"action": "status", "status": 500}, ServerError),
        ({"action": "stall"}, TimedOut),
    ],
)
async def test_what_is_no_usable_gallery_says_so(
    site: Site, fault: Fault, error: type[GalleryError]
) -> None:
    plant(site, fault)

    found = await failing_to_open(replace(credentials_of(site.server), http=IMPATIENT))

    assert type(found) is error, found


async def test_an_address_where_nobody_listens_is_unreachable() -> None:
    url = f"http://127.0.0.1:{refused_port()}/gallery3"
    error = await failing_to_open(ServerOptions(url=url))

    assert type(error) is Unreachable


async def test_a_guest_reads_where_the_gallery_has_guests() -> None:
    options = Options(rules=Rules(guest_access=True))
    with DemoServer(library=small_library(), options=options) as server:
        async with open_backend(ServerOptions(url=server.url)) as backend:
            assert backend.capabilities.user is None
            assert len((await backend.list(HOLIDAYS)).entries) == 4


async def test_a_key_alone_is_enough(site: Site) -> None:
    options = ServerOptions(url=site.server.url, kind="gallery3", api_key=site.server.api_key)
    async with open_backend(options) as backend:
        assert backend.capabilities.user == "(API key)"
        await backend.list(HOLIDAYS)

    assert not site.requests("login")


async def test_opening_costs_five_requests_at_most(site: Site) -> None:
    async with open_backend(credentials_of(site.server)) as backend:
        assert backend.capabilities.user == "admin"

    assert len(site.requests()) <= 5


def test_options_show_no_secrets() -> None:
    shown = repr(ServerOptions(url="http://x", username="u", password="hidden", api_key="secret"))

    assert "hidden" not in shown
    assert "secret" not in shown
