"""The PhotoPrism client on the stand-in: the page that shows it, and what it promises."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from g3fs.clients import photoprism
from g3fs.clients.photoprism import Client, Part
from g3fs.demo.server import DemoServer
from g3fs.gallery.errors import AlreadyExists, Invalid, NotFound, Stale

PAGE = Path(__file__).parents[2] / "docs" / "client-photoprism.md"
TEXT = PAGE.read_text()
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def _picture(colour: int) -> io.BytesIO:
    """A picture of a content of its own."""
    buffer = io.BytesIO()
    Image.new("RGB", (90, 60), (colour, 90, 200)).save(buffer, "JPEG")
    buffer.seek(0)
    return buffer


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(kind="photoprism") as running:
        yield running


@pytest.fixture
def prism(server: DemoServer) -> Iterator[Client]:
    with photoprism.connect(server.url, api_key=server.api_key) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "beach.jpg").write_bytes(_picture(11).read())
    (tmp_path / "other.jpg").write_bytes(_picture(120).read())
    with contextlib.chdir(tmp_path):
        yield


def _for_server(code: str, server: DemoServer) -> str:
    """The example with the address and the name of the reader's own library."""
    own = {"https://photos.example": server.url, "ann": server.username}
    for theirs, ours in {**own, "secret": server.password}.items():
        code = code.replace(f'"{theirs}"', f'"{ours}"')
    return code


@pytest.mark.usefixtures("folder")
def test_the_examples_of_the_page_print_what_it_says(server: DemoServer):
    names: dict[str, object] = {}
    blocks = BLOCK.findall(TEXT)
    assert TEXT.count("```python") == len(blocks) >= 10
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(_for_server(code, server), str(PAGE), "exec"), names)
        assert printed.getvalue() == expected, code


def test_an_upload_is_kept_byte_for_byte_and_known_the_second_time(prism: Client):
    data = _picture(21).read()
    first = prism.uploads.add(io.BytesIO(data), "a b.jpg", albums=["Made here"])
    assert prism.bytes.original(first.file.hash).read() == data
    second = prism.uploads.add(io.BytesIO(data), "other.jpg")
    assert (first.known, second.known) == (False, True)
    assert second.file.photo_uid == first.file.photo_uid
    assert [one.title for one in prism.photos.get(first.file.photo_uid).albums or ()] == [
        "Made here"
    ]


def test_what_is_no_photo_is_dropped_and_said_so(prism: Client):
    with pytest.raises(Invalid):
        prism.uploads.add(io.BytesIO(b"hello"), "notes.txt")


def test_a_replaced_file_keeps_its_photo_and_is_stale_until_the_index(prism: Client):
    old, new = _picture(31).read(), _picture(90).read() + b"\0" * 10
    prism.dav.put("r.jpg", io.BytesIO(old), modified_s=1600000000)
    prism.index.run("/")
    (photo,) = prism.photos.search(filename="r.jpg")
    file = photo.originals[0]
    prism.edits.update(photo.uid, title="Kept")
    with pytest.raises(AlreadyExists):
        prism.dav.put("r.jpg", io.BytesIO(new))
    prism.dav.put("r.jpg", io.BytesIO(new), overwrite=True, modified_s=1600000009)
    with pytest.raises(Stale):
        prism.bytes.original(file.hash, Part(size_bytes=file.size_bytes))
    prism.index.run("/")
    after = prism.photos.get(photo.uid)
    assert after.photo.title == "Kept"
    assert [one.size_bytes for one in after.photo.originals] == [len(new)]
    with pytest.raises(NotFound):
        prism.photos.file(file.hash)


def test_pages_hold_what_the_whole_list_holds(prism: Client):
    whole = {photo.uid: photo.files for photo in prism.photos.search()}
    assert len(whole) >= 3
    paged = {photo.uid: photo.files for photo in prism.photos.iterate(rows_per_request=3)}
    assert {uid: {file.uid for file in files or ()} for uid, files in paged.items()} == {
        uid: {file.uid for file in files or ()} for uid, files in whole.items()
    }


def test_every_original_of_the_library_has_the_size_and_bytes_that_the_index_says(prism: Client):
    originals = [file for photo in prism.photos.search() for file in photo.originals]
    assert originals
    for file in originals:
        with prism.bytes.original(file.hash, Part(size_bytes=file.size_bytes)) as stream:
            assert len(stream.read()) == file.size_bytes


def test_a_deleted_album_comes_back_and_is_said_to(prism: Client):
    album = prism.albums.create("Come and go").album.uid
    prism.albums.delete(album)
    back = prism.albums.create("Come and go")
    assert (back.outcome, back.album.uid) == ("revived", album)
