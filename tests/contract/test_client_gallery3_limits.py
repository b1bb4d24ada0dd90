"""The Gallery 3 client at the limits of a server, and beside other clients."""

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3 import Login, Upload
from g3fs.demo.gallery3.rest import Limits
from g3fs.demo.gallery3.site import Options
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of
from g3fs.gallery.errors import AlreadyExists, LoginRefused, ServerError, TooLarge
from tests.contract.gallery3_servers import movie, picture
from tests.contract.test_client_gallery3_faults import album, client, server

__all__ = ["album", "client", "server"]  # fixtures


def test_a_key_that_is_reset_before_an_upload_is_fetched_again(server, client, album):
    place = client.places.look(album.id)
    server.site.accounts.reset_key("admin")
    stored = client.uploads.create(place, Upload(name="new.jpg", source=picture()))
    assert client.bytes.read(stored.id) == picture().getvalue()
    assert server.requests.counts()["POST login"] == 1


def test_a_refused_key_without_password_is_a_refused_login(server):
    with gallery3.open_client(server.url, Login(api_key=server.api_key)) as client:
        server.faults.plant("status", status=403, body="[]")
        with pytest.raises(LoginRefused):
            client.tree.listing(1)


@pytest.mark.parametrize("limit", ["body", "post", "file"])
def test_a_file_above_a_limit_is_too_large(limit):
    limits = Limits(**{limit: 20_000})
    with DemoServer(library=album_of(1), options=Options(limits=limits)) as server:
        login = {"username": server.username, "password": server.password}
        with gallery3.connect(server.url, **login) as gallery:
            album = gallery.root.add_album("a")
            photo = album.add_photo(picture(), name="small.jpg")
            with pytest.raises(TooLarge):
                album.add_movie(movie(30_000), name="big.mp4")
            clip = album.add_movie(movie(), name="clip.mp4")
            with pytest.raises(TooLarge):
                clip.replace(movie(30_000))
            assert clip.refresh().read() == movie().getvalue()
            assert [item.id for item in album.children()] == [photo.id, clip.id]


def test_what_somebody_else_stored_meanwhile_is_not_taken_for_ours(server, client, album):
    """It has the slug that was sent; ours was given another one, and the answer is lost."""
    place = client.places.look(album.id)
    album.add_photo(picture(colour=1), name="new.jpg")
    server.faults.plant("reset_before", method="POST", resource="item", times=1)
    with pytest.raises(ServerError):
        client.uploads.create(place, Upload(name="new.jpg", source=picture(70, 50)))


def test_a_name_that_somebody_else_took_meanwhile_is_seen_in_the_answer(client, album):
    """Another program was faster: the server renames, and the client says how."""
    place = client.places.look(album.id)
    album.add_photo(picture(), name="new.jpg")
    stored = client.uploads.create(place, Upload(name="new.jpg", source=picture()))
    assert (stored.name, stored.slug) == ("new-01.jpg", "new-01")
    with pytest.raises(AlreadyExists):
        client.uploads.create(album.id, Upload(name="new.jpg", source=picture()))
