"""PhotoPrism: every fault of the server, in every method of the port, is the right error."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.photoprism.options import Options
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    Busy,
    BytesLost,
    GalleryError,
    LoginRefused,
    NotAGallery,
    NotFound,
    NotSupported,
    ServerError,
    Stale,
    TimedOut,
    Unreachable,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Group, Media, Rendition
from tests.contract.photoprism_demo import (
    IMPATIENT,
    ONCE,
    Fault,
    Site,
    library,
    media_at,
    plant,
    read,
    running,
)

SEA = "albums/Best/sea.jpg"
ALBUMS, FOLDER = ItemId("albums"), ItemId("folder:holidays")


@dataclass(frozen=True)
class Failure:
    """A fault, and what it is to the port."""

    fault: Fault
    error: type[GalleryError]


FAILURES: Mapping[str, Failure] = {
    "401": Failure({"action": "status", "status": 401}, LoginRefused),
    "403": Failure({"action": "status", "status": 403}, AccessDenied),
    "404": Failure(
        {"action": "status", "status": 404, "body": '{"code":404,"error":"Entity not found"}'},
        NotFound,
    ),
    "429": Failure({"action": "status", "status": 429}, Busy),
    "500": Failure({"action": "status", "status": 500}, ServerError),
    "502": Failure({"action": "status", "status": 502}, ServerError),
    "503": Failure({"action": "status", "status": 503}, ServerError),
    "odd status": Failure({"action": "status", "status": 418}, BadReply),
    "web page": Failure({"action": "html"}, BadReply),
    "login page of a proxy": Failure({"action": "login_page"}, BadReply),
    "icon": Failure({"action": "icon"}, BadReply),
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
    "albums": lambda backend, _: backend.list(ALBUMS),
    "folder": lambda backend, _: backend.list(FOLDER),
    "stat": lambda backend, media: backend.stat(media.id),
    "tags": lambda backend, media: backend.details(Group.TAGS, [media.id]),
    "original": read,
    "part": lambda backend, media: read(backend, media, offset=1000),
    "thumb": lambda backend, media: read(backend, media, Rendition("tile_224")),
}
IN_BYTES = ("original", "part")
EXPECTED: Mapping[tuple[str, str], tuple[type[GalleryError], ...]] = {
    **dict.fromkeys([(method, "icon") for method in IN_BYTES], (Stale,)),
    ("original", "half an answer"): (Stale,),
    ("thumb", "icon"): (BytesLost,),
    ("thumb", "404"): (BytesLost,),
    # Disk and index are asked at once; each has its own words, and the first failure is told.
    ("folder", "404"): (NotSupported, NotFound),
    ("folder", "401"): (LoginRefused, AccessDenied),
}
"""What fails in another way: bytes by their length, a listed picture that is not there, WebDAV."""
MAY_ANSWER = {("tags", "404"), ("thumb", "half an answer")}
"""What is gone is left out; and nobody can tell that a smaller picture should be larger."""


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
        await backend.list(FOLDER)
        for method, call in METHODS.items():
            plant(site, FAILURES[name].fault)
            if (method, name) in MAY_ANSWER:
                await call(backend, sea)
                site.server.faults.clear()
                continue
            with pytest.raises(GalleryError) as caught:
                await call(backend, sea)
            expected = EXPECTED.get((method, name), (FAILURES[name].error,))
            assert caught.type in expected, (method, caught.value)
            assert_harmless(site, str(caught.value))
            site.server.faults.clear()
            if name != "401":  # a refused login is not tried again for a minute
                await call(backend, sea)


def assert_harmless(site: Site, message: str) -> None:
    """One line for people, without secrets."""
    admin = site.server.site.state.accounts.admin
    assert message
    assert "\n" not in message
    for secret in (site.server.password, admin.download_token, admin.preview_token):
        assert secret not in message


async def test_a_server_that_is_gone_is_unreachable(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.server.stop()
        for method in METHODS.values():
            with pytest.raises(Unreachable):
                await method(backend, sea)


async def test_a_session_that_expired_is_opened_anew(site: Site) -> None:
    async with site.backend() as backend:
        site.harm("expire_sessions")
        await backend.list(ALBUMS)

    assert site.requests() == ["GET albums", "POST login", "GET albums", "DELETE session"]


@pytest.mark.parametrize("damage", ["restart", "expire_tokens"])
@pytest.mark.parametrize("rendition", [ORIGINAL, Rendition("fit_720")])
async def test_tokens_that_are_refused_are_renewed_once(
    site: Site, damage: str, rendition: Rendition
) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        before = await read(backend, sea, rendition)
        site.harm(damage)
        site.server.requests.clear()

        assert await read(backend, sea, rendition) == before
        assert len(site.requests()) == 3
        assert site.requests()[1] == "GET session"


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
        ({"password": "sesame-street"}, LoginRefused),
        ({"password": None, "api_key": "sesame-street"}, LoginRefused),
        ({"username": None, "password": None}, LoginRefused),
        ({"kind": "gallery3"}, NotAGallery),
    ],
)
async def test_wrong_credentials_and_kinds_are_refused(
    site: Site, changed: Mapping[str, str], error: type[GalleryError]
) -> None:
    assert type(await failing_to_open(replace(site.credentials(), **changed))) is error


async def test_too_many_failed_logins_are_told_as_what_they_are(site: Site) -> None:
    site.harm("limit_logins")

    assert isinstance(await failing_to_open(site.credentials()), Busy)


async def test_an_address_of_another_server_is_no_gallery(site: Site) -> None:
    plant(site, {"action": "html", "body": "<html>My blog</html>"})

    error = await failing_to_open(replace(site.credentials(), kind=None))

    assert type(error) is NotAGallery
    assert "Gallery 3" in str(error)
    assert "PhotoPrism" in str(error)


async def test_the_kind_of_server_is_found_by_asking_it(site: Site) -> None:
    async with open_backend(replace(site.credentials(), kind=None)) as backend:
        assert "PhotoPrism" in backend.capabilities.server


@pytest.mark.parametrize("address", ["", "/library/browse?view=cards", "/api/v1/"])
async def test_a_base_path_is_found_in_what_people_copy(address: str) -> None:
    with DemoServer(
        kind="photoprism", library=library(), options=Options(base_path="/pics")
    ) as server:
        site = Site(server=server)
        url = f"{server.url}{address}".partition("?")[0]
        async with open_backend(replace(site.credentials(), url=url)) as backend:
            sea = await media_at(backend, "folders/holidays/sea.jpg")
            assert len(await read(backend, sea)) == sea.size_bytes
