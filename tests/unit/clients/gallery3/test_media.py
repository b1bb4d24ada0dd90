"""What data a file holds."""

import io

import pytest

from g3fs.clients.gallery3.media import extension_of, kind_of, photo_extension
from g3fs.gallery.errors import Invalid

JPEG = b"\xff\xd8\xff\xe0 and so on"
PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (JPEG, "jpg"),
        (PNG, "png"),
        (b"GIF89a", "gif"),
        (b"GIF87a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"%PDF-1.4", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(head, extension):
    assert photo_extension(head) == extension


@pytest.mark.parametrize(
    ("data", "name", "extension"),
    [
        (JPEG, "a.jpg", "jpg"),
        (JPEG, "a.jpeg", "jpeg"),
        (JPEG, "a.JPG", "jpg"),
        (PNG, "a.jpg", "png"),
        (JPEG, "a", "jpg"),
    ],
)
def test_the_data_decides_the_extension_of_a_photo(data, name, extension):
    source = io.BytesIO(data)
    assert extension_of(source, name, "photo") == extension
    assert source.tell() == 0


def test_the_name_decides_the_type_of_a_movie():
    assert extension_of(io.BytesIO(b"anything"), "a.MP4", "movie") == "mp4"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"text", "a.jpg", "photo"),
        (b"x", "a.mov", "movie"),
        (b"x", "a", "movie"),
        (b"", "a", "photo"),
    ],
)
def test_what_no_gallery_takes_is_refused(data, name, kind):
    with pytest.raises(Invalid):
        extension_of(io.BytesIO(data), name, kind)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Invalid, match="no such file"):
        extension_of(tmp_path / "missing.jpg", "a.jpg", "photo")


def test_names_of_movies_are_known():
    assert [kind_of(name) for name in ("a.mp4", "a.OGV", "a.jpg", "a")] == [
        "movie",
        "movie",
        "photo",
        "photo",
    ]
