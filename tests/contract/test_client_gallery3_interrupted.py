"""Uploads whose answer never came, looked for by whoever has the file and the slug."""

from dataclasses import replace

import pytest

from g3fs.clients import gallery3
from g3fs.clients.gallery3 import Login, Upload
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of
from tests.contract.gallery3_servers import picture


@pytest.fixture
def server():
    with DemoServer(library=album_of(6)) as running:
        yield running


@pytest.fixture
def client(server):
    login = Login(username=server.username, password=server.password)
    with gallery3.open_client(server.url, login) as opened:
        yield opened


@pytest.fixture
def album(client):
    (child,) = gallery3.Gallery(client).root.children()
    return child


@pytest.fixture
def upload(tmp_path) -> Upload:
    path = tmp_path / "new.jpg"
    path.write_bytes(picture().getvalue())
    return Upload(name="new.jpg", source=path, slug="chosen")


@pytest.mark.parametrize("damage", [None, "misplaced", "lost_thumb", "lost_original"])
def test_an_upload_whose_answer_never_came_is_found_and_mended(
    server, client, album, upload, damage
):
    made = client.uploads.create(album.id, upload)
    if damage:
        server.site.harm({"kind": damage, "item": made.id})
    found = client.uploads.find(album.id, upload)
    assert found is not None
    assert (found.id, found.name, found.slug) == (made.id, made.name, "chosen")
    assert client.bytes.read(found.id) == picture().getvalue()
    assert client.items.get(found.id).id == found.id
    assert len(album.children()) == 7


def test_an_upload_that_was_crippled_is_not_found_and_made_anew(server, client, album, upload):
    made = client.uploads.create(album.id, upload)
    server.site.harm({"kind": "crippled", "item": made.id})
    assert client.uploads.find(album.id, upload) is None
    again = client.uploads.create(album.id, upload)
    assert (again.name, again.slug) == ("new.jpg", "chosen")
    assert len(album.children()) == 7


def test_other_data_under_the_slug_is_not_taken_for_the_upload(client, album, upload, tmp_path):
    other = tmp_path / "other.jpg"
    other.write_bytes(picture().getvalue()[:-1] + b"x")
    client.uploads.create(album.id, Upload(name="new.jpg", source=other, slug="chosen"))
    assert client.uploads.find(album.id, upload) is None
    assert client.uploads.find(album.id, replace(upload, slug="another")) is None
