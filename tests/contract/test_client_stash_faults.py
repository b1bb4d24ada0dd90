"""The Stash client on a server that breaks: nothing hangs or is hidden, no key goes astray."""

import threading
from contextlib import contextmanager, suppress

import pytest

from g3fs.clients import stash
from g3fs.clients.stash import IdList, Login, Part, Text
from g3fs.demo.server import DemoServer
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.samples import stash_library
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    BytesLost,
    Cancelled,
    GalleryError,
    LoginRefused,
    Maintenance,
    NotSupported,
    ServerError,
    Stale,
    TimedOut,
    TooLarge,
    Unreachable,
)
from g3fs.http.cancel import Cancel
from g3fs.http.options import HttpOptions

OPTIONS = HttpOptions(timeout_s=1.5, read_timeout_s=1.5, attempts=1)


LIBRARY = stash_library()
"""Drawn once for all servers."""


@pytest.fixture
def options():
    return Options()


@pytest.fixture
def server(options):
    with DemoServer("stash", library=LIBRARY, options=options) as running:
        yield running


@pytest.fixture
def client(server):
    with stash.open_client(server.url, Login(api_key=server.api_key), options=OPTIONS) as opened:
        server.requests.clear()
        yield opened


@contextmanager
def opened(options):
    """A client of a server with these options."""
    with (
        DemoServer("stash", library=LIBRARY, options=options) as server,
        stash.connect(server.url, options=OPTIONS, api_key=server.api_key) as client,
    ):
        yield client


def first_file(client):
    image = client.images.in_gallery(3)[0]
    return image, image.files[0]


def test_a_whole_gallery_and_all_galleries_and_folders_are_one_request_each(server, client):
    for ask in (
        client.galleries.all,
        client.folders.all,
        lambda: client.images.in_gallery(3),
        lambda: client.places.in_folder(7),
        lambda: client.places.with_tag(1),
        lambda: client.directories.gallery(3),
        lambda: client.directories.folder(7),
        lambda: client.directories.tag(1),
        lambda: client.images.get_many(range(1, 30)),
    ):
        server.requests.clear()
        assert ask()
        assert len(server.requests) == 1


def test_connecting_is_two_requests(server):
    server.requests.clear()
    stash.connect(server.url, api_key=server.api_key).close()
    assert len(server.requests) == 2


def test_the_key_is_in_no_address(server, client):
    client.bytes.image(8).read()
    client.galleries.all()
    for entry in server.requests.entries():
        assert server.api_key not in entry.target
        assert entry.headers["apikey"] == server.api_key


@pytest.mark.parametrize(
    ("fault", "more", "kind"),
    [
        ("status", {"status": 502}, ServerError),
        ("status", {"status": 504}, ServerError),
        ("status", {"status": 413}, TooLarge),
        ("html", {}, BadReply),
        ("reset_before", {}, ServerError),
        ("stall", {}, TimedOut),
        ("reset_after", {}, GalleryError),
        ("truncate_json", {}, BadReply),
        ("redirect", {"location": "http://127.0.0.1:9"}, LoginRefused),
    ],
)
def test_a_broken_answer_is_told_and_the_next_one_is_fine(server, client, fault, more, kind):
    server.faults.plant(fault, **more)
    with pytest.raises(kind):
        client.galleries.all()
    server.faults.clear()
    assert client.galleries.all()


def test_a_reading_call_is_tried_again_and_a_counting_one_is_not(server):
    login = Login(api_key=server.api_key)
    patient = HttpOptions(timeout_s=5, attempts=3)
    with stash.open_client(server.url, login, options=patient) as client:
        server.faults.plant("reset_after", resource="findGalleries", times=1)
        assert client.galleries.all()
        before = client.images.get(8).o_count
        server.faults.plant("reset_after", resource="imageIncrementO", times=1)
        with pytest.raises(GalleryError):
            client.images.o_counter.increment(8)
        assert client.images.get(8).o_count == before + 1
        server.faults.plant("reset_after", resource="bulkImageUpdate", times=1)
        client.images.bulk_update([8], tag_ids=IdList("ADD", (1,)))
        assert 1 in [tag.id for tag in client.images.get(8).tags]


def test_a_server_that_went_away_is_unreachable_and_comes_back(server, client):
    server.hang_up()
    with pytest.raises(Unreachable):
        client.galleries.all()
    server.listen()
    assert client.galleries.all()


@pytest.mark.parametrize("fault", ["short", "cut"])
def test_bytes_that_are_cut_are_noticed(server, client, fault):
    image, file = first_file(client)
    server.faults.plant(fault, resource="image", times=1)
    part = Part(size_bytes=file.size_bytes)
    with pytest.raises((BadReply, TimedOut)), client.bytes.image(image.id, part) as stream:
        stream.read()


def test_bytes_too_many_never_reach_the_reader_nor_the_next_answer(server, client):
    first, second = client.images.in_gallery(3)[:2]
    data = client.bytes.image(second.id).read()
    server.faults.plant("long", resource="image", item=first.id)
    with client.bytes.image(first.id) as stream, suppress(BadReply):
        assert len(stream.read()) <= first.files[0].size_bytes
    assert client.bytes.image(second.id).read() == data


def test_a_read_that_waits_is_ended_from_another_thread(server, client):
    image, _ = first_file(client)
    planted = server.faults.plant("stall", resource="image")
    cancel = Cancel()
    ended: list[type] = []

    def read() -> None:
        try:
            client.bytes.image(image.id, cancel=cancel)
        except GalleryError as exc:
            ended.append(type(exc))

    server.requests.clear()
    thread = threading.Thread(target=read)
    thread.start()
    assert server.requests.wait_for(1)
    cancel.cancel()
    thread.join()
    assert ended == [Cancelled]
    assert planted.hits == 1


def test_a_file_that_is_gone_and_one_that_changed_are_told_apart(server, client):
    image, file = first_file(client)
    server.site.harm({"kind": "stale_size", "file": file.id, "by": 100})
    listed = client.images.get(image.id).files[0]
    with pytest.raises(Stale):
        client.bytes.image(image.id, Part(size_bytes=listed.size_bytes))
    server.site.harm({"kind": "lost_file", "file": file.id})
    with pytest.raises(BytesLost):
        client.bytes.image(image.id)
    assert image.id in [one.id for one in client.images.in_gallery(3)]


def test_a_bad_record_is_left_out_and_the_others_are_listed(server, client, caplog):
    image, file = first_file(client)
    whole = [one.id for one in client.images.in_gallery(3)]
    server.site.harm({"kind": "bad_record", "file": file.id})
    assert [one.id for one in client.images.in_gallery(3)] == whole[1:]
    assert [one.id for one in client.places.in_folder(file.folder_id).images] == whole[1:]
    assert f"image {image.id} is left out" in caplog.text
    directories = client.directories
    for images in (
        directories.gallery(3)[1],
        directories.folder(file.folder_id).members.images,
        directories.tag(image.tags[0].id)[1].images,
    ):
        assert image.id not in [one.id for one in images]
        assert set(whole[1:]) <= {one.id for one in images}


def test_a_changed_key_is_refused(server, client):
    server.site.harm({"kind": "new_key"})
    with pytest.raises(LoginRefused):
        client.galleries.all()
    with pytest.raises(LoginRefused):
        client.bytes.image(8)


def test_a_session_that_ended_is_begun_anew(server):
    words = {"username": server.username, "password": server.password}
    with stash.connect(server.url, options=OPTIONS, **words) as client:
        for ask in (client.galleries.all, lambda: client.bytes.image(8).read()):
            server.site.harm({"kind": "new_sessions"})
            assert ask()


def test_a_wrong_password_and_a_wrong_key_are_refused(server):
    for words in (
        {"api_key": "wrong-key"},
        {"username": server.username, "password": "wrong"},
        {},
    ):
        with pytest.raises(LoginRefused):
            stash.connect(server.url, options=OPTIONS, **words)


def test_a_locked_server_says_what_to_do(server, client):
    server.site.harm({"kind": "lock"})
    for ask in (client.galleries.all, lambda: client.bytes.image(8)):
        with pytest.raises(AccessDenied, match="locked itself"):
            ask()
    with pytest.raises(AccessDenied, match="locked itself"):
        stash.connect(server.url, options=OPTIONS)


@pytest.mark.parametrize("state", ["SETUP", "NEEDS_MIGRATION"])
def test_a_server_that_is_not_ready_is_not_opened(server, state):
    server.site.harm({"kind": "status", "status": state})
    with pytest.raises(Maintenance):
        stash.connect(server.url, options=OPTIONS, api_key=server.api_key)


def test_an_open_server_gets_no_key(options):
    options.username = ""
    with DemoServer("stash", library=LIBRARY, options=options) as server:
        with stash.connect(server.url, options=OPTIONS, api_key="some-key") as client:
            assert client.galleries.all()
            assert client.bytes.image(8).read()
        assert not any("apikey" in entry.headers for entry in server.requests.entries())


def test_a_server_below_a_path_with_another_idea_of_its_address(options):
    options.base_path, options.external_host = "/stash", "https://media.example"
    with DemoServer("stash", library=LIBRARY, options=options) as server:
        url = f"{server.origin}/stash/galleries/3?x=1"
        with stash.connect(url, options=OPTIONS, api_key=server.api_key) as client:
            image, file = first_file(client)
            assert client.url == f"{server.origin}/stash"
            with client.bytes.image(image.id, Part(size_bytes=file.size_bytes)) as stream:
                assert stream.read()


def test_an_older_server_is_read_with_what_it_has(options):
    options.version = "v0.27.2"
    with opened(options) as client:
        assert not client.facts.has_folders
        image, file = first_file(client)
        assert (image.title, file.zip_file_id) == ("", None)
        assert file.folder_id is not None
        assert client.images.at_path(file.path).id == image.id
        zipped = client.images.in_gallery(1)[0].files[0]
        assert zipped.zip_file_id is not None
        for ask in (client.folders.all, lambda: client.places.in_folder(1)):
            with pytest.raises(NotSupported):
                ask()
        assert client.galleries.create("old", organized=True).organized


def test_name_and_password_open_an_older_server(options):
    options.version = "v0.27.2"
    with DemoServer("stash", library=LIBRARY, options=options) as server:
        words = {"username": server.username, "password": server.password}
        with stash.connect(server.url, options=OPTIONS, **words) as client:
            assert client.bytes.image(8).read()
        with pytest.raises(LoginRefused):
            stash.connect(server.url, username=server.username, password="wrong")


@pytest.mark.parametrize(("trouble", "kind"), [("fail", ServerError), ("hang", TimedOut)])
def test_a_job_that_fails_or_never_ends_is_told(server, client, options, trouble, kind):
    options.job_trouble = trouble
    with pytest.raises(kind):
        client.jobs.wait(client.library.scan(None), timeout_s=0.3)


def test_times_in_another_zone_are_the_same_moments(options):
    options.zone_minutes = 330
    with opened(options) as client:
        gallery = client.galleries.all()[0]
        assert gallery.updated.text.endswith("+05:30")
        found = client.galleries.find(
            {"updated": stash.Moment(gallery.updated, "EQUALS"), "title": Text("", "IS_NULL")}
        )
        assert gallery.id in [one.id for one in found.items]
