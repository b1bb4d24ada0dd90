"""The sample library: what it says of its files is what a server finds in them."""

import hashlib
import io
import struct

import pytest

from g3fs.demo.gallery3.media import movie_facts, photo_facts
from g3fs.demo.gallery3.site import Gallery3Site, Options
from g3fs.demo.library import Album, Library
from g3fs.demo.metadata import with_iptc
from g3fs.demo.samples import sample_library
from g3fs.demo.synthetic import album_of, big_file, tiny_jpeg, tree_of


@pytest.fixture(scope="module")
def library() -> Library:
    return sample_library()


def test_about_forty_files_of_five_kinds_lie_three_albums_deep(library):
    media = list(library.media())
    assert len(media) >= 40
    assert len({m.mime_type for _, m in media}) == 5
    assert max(len(path) for path, _ in media) == 4


def test_every_picture_is_another(library):
    digests = {hashlib.sha256(m.content.read()).digest() for _, m in library.media()}
    assert len(digests) == len(list(library.media()))


def test_the_same_pictures_are_drawn_every_time(library):
    again = dict(sample_library().media())
    for path, media in list(library.media())[::7]:
        assert again[path].content.read() == media.content.read()


def test_the_library_says_of_its_photos_what_an_upload_would_find_in_them(library):
    for path, media in library.media():
        if media.mime_type.startswith("image/"):
            facts = photo_facts(io.BytesIO(media.content.read()))
            assert facts is not None, path
            assert (facts.width, facts.height) == (media.width, media.height)
            assert (facts.mime_type, facts.captured) == (media.mime_type, media.captured)
            if media.mime_type == "image/jpeg":
                assert (facts.keywords, facts.caption) == (media.tags, media.caption), path


def test_the_movie_is_a_sound_mp4_with_its_index_at_the_end(library):
    (movie,) = (m for _, m in library.media() if m.mime_type == "video/mp4")
    data = movie.content.read()
    kinds, at = [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.append(kind)
        at += size
    assert (kinds, at) == ([b"ftyp", b"mdat", b"moov"], len(data))
    assert 200_000 < len(data) < 900_000
    facts = movie_facts(io.BytesIO(data), "x.mp4")
    assert (facts.width, facts.height) == (movie.width, movie.height)


def test_frames_of_the_movie_stand_where_its_index_says(library):
    (movie,) = (m for _, m in library.media() if m.mime_type == "video/mp4")
    data = movie.content.read()
    at = data.index(b"stco") + 12
    (offset,) = struct.unpack(">I", data[at : at + 4])
    assert data[offset : offset + 2] == b"\xff\xd8"


def test_albums_are_hidden_from_guests_and_from_members():
    site = Gallery3Site(sample_library(), Options())
    rules = [grants.rules for grants in site.gallery.grants]
    assert {"1:view": False} in rules
    assert {"1:view": False, "2:view": False} in rules


def test_iptc_data_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        with_iptc(tiny_jpeg(), ["k" * 60_000, "l" * 10_000], None)


def test_synthetic_libraries_have_the_size_asked_for():
    assert len(list(album_of(50).media())) == 50
    assert len({m.content.read() for _, m in album_of(50).media()}) == 50
    (_, big) = next(big_file(1_000_000).media())
    assert len(big.content.read()) == 1_000_000


def _albums(node: Library | Album) -> int:
    inner = [child for child in node.children if isinstance(child, Album)]
    return len(inner) + sum(map(_albums, inner))


@pytest.mark.parametrize("count", [1, 9, 10, 100])
def test_a_tree_has_as_many_albums_as_asked_for(count):
    assert _albums(tree_of(count)) == count


def test_a_gallery_keeps_every_name_of_the_samples(library):
    site = Gallery3Site(library, Options())
    names = {item.name for item in site.gallery.items}
    assert {name for path, _ in library.media() for name in path} <= names
