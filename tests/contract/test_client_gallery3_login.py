"""Finding a Gallery 3, getting in, and what a user may do there."""

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3 import Login, Properties
from g3fs.demo.gallery3.gallery import Rules
from g3fs.demo.gallery3.site import Options
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    LoginRefused,
    Maintenance,
    NotAGallery,
    NotFound,
    NotSupported,
    ServerError,
    TimedOut,
    Unreachable,
)
from g3fs.http.options import HttpOptions
from tests.contract.gallery3_servers import picture
from tests.ports import refused_port

ONCE = HttpOptions(attempts=1, timeout_s=1.5, read_timeout_s=1.5)


@pytest.fixture(scope="module")
def sample():
    with DemoServer() as running:
        yield running


@pytest.fixture
def server(sample):
    sample.faults.clear()
    sample.requests.clear()
    return sample


def admin(server: DemoServer) -> Login:
    return Login(username=server.username, password=server.password)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/",
        "/index.php",
        "/index.php/",
        "/index.php/holidays/sea?page=2",
        "/index.php/rest/item/1",
        "/holidays/sea",
    ],
)
def test_any_address_of_the_site_leads_to_the_gallery(server, page):
    with gallery3.open_client(server.origin + page, admin(server)) as client:
        assert client.url == server.url
        assert client.items.get(1).id == 1


@pytest.mark.parametrize("page", ["/photos", "/photos/index.php/a/b", "/photos/a/b#c"])
def test_a_gallery_in_a_directory_is_found(page):
    options = Options(base_path="/photos")
    with (
        DemoServer(library=album_of(1), options=options) as server,
        gallery3.open_client(server.origin + page, admin(server)) as client,
    ):
        assert client.url == server.url


def test_opening_costs_three_requests(server):
    with gallery3.open_client(server.url, admin(server)) as client:
        assert len(server.requests) == 3  # is it one; the login; does the key work
        client.tree.listing(1)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("fault", "more", "kind"),
    [
        ("rest_off", {}, NotSupported),
        ("maintenance", {}, Maintenance),
        ("html", {}, NotAGallery),
        ("status", {"status": 404}, NotAGallery),
        ("status", {"status": 200, "body": "{}"}, NotAGallery),
        ("status", {"status": 401}, LoginRefused),
        ("status", {"status": 500}, ServerError),
        ("status", {"status": 502}, ServerError),
        ("redirect", {"location": "https://elsewhere.example"}, BadReply),
        ("stall", {}, TimedOut),
        ("reset_before", {}, ServerError),
    ],
)
def test_what_answers_instead_is_told_apart(server, fault, more, kind):
    server.faults.plant(fault, **more)
    with pytest.raises(kind) as caught:
        gallery3.open_client(server.url, admin(server), options=ONCE)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_nothing_at_the_address_is_unreachable():
    with pytest.raises(Unreachable):
        gallery3.connect(f"http://127.0.0.1:{refused_port()}/index.php", options=ONCE)


def test_detection_needs_no_credentials_and_tells_of_guests(server):
    found = gallery3.detect_at(server.origin)
    assert (found.base, found.guests) == ("/index.php", False)
    rules = Rules(guest_access=True)
    with DemoServer(library=album_of(1), options=Options(rules=rules)) as open_server:
        assert gallery3.detect_at(open_server.origin).guests


@pytest.mark.parametrize(
    "login",
    [
        Login(username="admin", password="wrong"),
        Login(username="nobody", password="x"),
        Login(username="admin", password=""),
        Login(api_key="0" * 32),
        Login(),
    ],
)
def test_wrong_credentials_are_refused(server, login):
    with pytest.raises(LoginRefused):
        gallery3.open_client(server.url, login)


def test_a_key_alone_is_enough(server):
    with gallery3.connect(server.url, api_key=server.api_key) as gallery:
        assert gallery.root.id == 1
    assert "POST login" not in server.requests.counts()


def test_an_old_key_is_replaced_by_logging_in(server):
    login = Login(username=server.username, password=server.password, api_key="0" * 32)
    with gallery3.open_client(server.url, login) as client:
        client.tree.listing(1)
    assert server.requests.counts()["POST login"] == 1


def test_the_key_is_in_a_header_and_nowhere_else(server):
    with gallery3.connect(server.url, api_key=server.api_key) as gallery:
        for child in gallery.root.children():
            url = child.facts.thumb_url_public
            if url is not None:
                gallery.client.bytes.open_public(url).close()
        photo = gallery.root.photos[0]
        assert photo.facts.file_url_public is not None
        gallery.client.bytes.open_public(photo.facts.file_url_public).close()
    assert server.requests.entries(resource="public")
    for request in server.requests.entries():
        assert server.api_key not in request.target
        carries = [name for name, value in request.headers.items() if server.api_key in value]
        expected = [] if request.resource == "public" else ["x-gallery-request-key"]
        asked_without = request.number == 1
        assert carries == ([] if asked_without else expected)


def test_no_secret_shows_in_a_login():
    login = Login(username="me", password="w0rdw0rd", api_key="k3yk3y")
    assert "w0rdw0rd" not in repr(login)
    assert "k3yk3y" not in repr(login)


def test_a_guest_reads_what_everybody_may_and_writes_nothing():
    rules = Rules(guest_access=True)
    with (
        DemoServer(options=Options(rules=rules)) as server,
        gallery3.connect(server.url) as gallery,
    ):
        names = {child.name for child in gallery.root.children()}
        assert "holidays" in names
        assert "members" not in names
        with pytest.raises(AccessDenied):
            gallery.root.add_album("x")
        with pytest.raises(AccessDenied):
            gallery.root.update(title="x")


@pytest.fixture
def member(server):
    """An ordinary user."""
    account = server.account("bob")
    with gallery3.connect(server.url, username="bob", password=account.password) as gallery:
        yield gallery


def named(gallery: gallery3.Gallery, name: str) -> gallery3.Item:
    return next(child for child in gallery.root.children() if child.name == name)


def test_a_hidden_album_is_not_there(server, member):
    assert "private" not in {child.name for child in member.root.children()}
    with gallery3.open_client(server.url, admin(server)) as client:
        hidden = next(item.id for item in client.tree.listing(1) if item.name == "private")
    with pytest.raises(NotFound):
        member.item(hidden)


def test_what_may_not_be_changed_is_refused_before_anything_is_sent(server, member):
    album = named(member, "holidays")
    server.requests.clear()
    for change in (
        lambda: album.update(title="x"),
        lambda: album.rename("x"),
        lambda: album.reorder([]),
        lambda: album.add_photo(picture(), name="x.jpg"),
        lambda: album.add_album("x"),
        lambda: album.delete(recursive=True),
    ):
        with pytest.raises(AccessDenied):
            change()
    assert {request.verb for request in server.requests.entries()} == {"GET"}


def test_a_refusal_by_the_server_is_told_from_a_failure(server, member):
    """Both are 500; the rights are looked up afterwards."""
    album = named(member, "holidays")
    with pytest.raises(AccessDenied):
        member.client.edits.update(album.id, Properties(title="x"))
    shared = named(member, "shared")
    server.faults.plant("status", method="PUT", times=1)
    with pytest.raises(ServerError):
        member.client.edits.update(shared.id, Properties(title="x"))
    assert shared.update(title="Still shared").title == "Still shared"


def test_a_comment_needs_the_right_to_edit(member):
    with pytest.raises(AccessDenied):
        named(member, "holidays").add_comment("x")


def test_tags_and_comments_are_managed_by_administrators(server, member):
    with gallery3.open_client(server.url, admin(server)) as client:
        tag_id = next(client.tags.ids())
        comment_id = next(client.comments.ids())
    for change in (
        lambda: member.client.tags.rename(tag_id, "x"),
        lambda: member.client.tags.delete(tag_id),
        lambda: member.client.comments.delete(comment_id),
        lambda: named(member, "holidays").untag("Holiday"),
    ):
        with pytest.raises(AccessDenied):
            change()


def test_a_tag_is_attached_by_whoever_may_view(member):
    assert "By bob" in named(member, "holidays").tag("By bob").tags


def test_an_original_that_may_not_be_had_is_denied_and_its_resize_is_served(member):
    photo = named(member, "previews").photos[0]
    assert photo.facts.size_bytes is None
    assert photo.facts.lost == frozenset()
    with pytest.raises(AccessDenied):
        photo.read()
    assert photo.resize.read()[:2] == b"\xff\xd8"


def test_a_user_who_may_only_add_adds(member):
    album = named(member, "dropbox")
    photo = album.add_photo(picture(), name="mine.jpg")
    assert photo.name == "mine.jpg"
    with pytest.raises(AccessDenied):
        photo.rename("other.jpg")
    with pytest.raises(AccessDenied):
        photo.delete()


@pytest.mark.parametrize(
    "own_site",
    [
        "https://a.much.longer.name.example/gallery3/index.php",
        "http://g/index.php",
        "http://inside:8080",
    ],
)
def test_a_server_that_believes_to_be_elsewhere_is_used_all_the_same(own_site):
    options = Options(own_site=own_site)
    with DemoServer(library=album_of(3), options=options) as server:
        login = {"username": server.username, "password": server.password}
        with gallery3.connect(server.url, **login) as gallery:
            assert gallery.client.api.prefix == f"{own_site}/rest"
            (album,) = gallery.root.children()
            photo, other = album.photos[:2]
            assert len(gallery.client.items.many([photo.id, other.id]).found) == 2
            sub = album.add_album("sub")
            photo.move_to(sub).tag("Tag")
            assert photo.parent.id == sub.id
            assert [item.id for item in gallery.tagged("tag")] == [photo.id]
            photo.add_comment("text")
            assert [item.name for item in gallery.client.items.ancestors(photo.id)][1:] == [
                "many",
                "sub",
                photo.name,
            ]


def test_the_prefix_is_asked_once(server):
    with gallery3.open_client(server.url, admin(server)) as client:
        server.requests.clear()
        client.items.many([1])
        client.items.many([1])
        assert server.requests.counts() == {"GET items": 2}


def test_a_user_who_may_not_see_the_root_uses_our_own_prefix(server):
    with gallery3.open_client(server.url, admin(server)) as client:
        album = client.tree.listing(1)[1]
        server.faults.plant("status", status=404, body="[]", resource="item", item=1)
        other = gallery3.open_client(server.url, Login(api_key=server.api_key))
        with other:
            assert [item.id for item in other.items.many([album.id]).found] == [album.id]


def test_a_whole_album_costs_one_request_and_details_one_per_hundred():
    with (
        DemoServer(library=album_of(250)) as server,
        gallery3.open_client(server.url, admin(server)) as client,
    ):
        album = client.tree.listing(1)[1]
        server.requests.clear()
        items = client.tree.listing(album.id)
        assert len(items) == 251
        assert len(server.requests) == 1
        many = client.items.many([item.id for item in items])
        assert len(many.found) == 251
        assert len(server.requests) == 4
        assert client.items.many([*(item.id for item in items), 9999]).missing == (9999,)


def test_more_than_a_hundred_tags_come_in_pages():
    with (
        DemoServer(library=album_of(1)) as server,
        gallery3.open_client(server.url, admin(server)) as client,
    ):
        photo = client.tree.listing(client.tree.listing(1)[1].id)[1]
        ids = [client.tags.attach(f"tag {n}", photo.id) for n in range(205)]
        server.requests.clear()
        assert list(client.tags.ids()) == sorted(ids)
        assert len(server.requests) == 3
