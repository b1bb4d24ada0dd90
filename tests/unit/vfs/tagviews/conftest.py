"""Fixtures for the views of tags."""

from functools import partial

import pytest

from tests.fakes import FakeBackend
from tests.pictures import jpeg
from tests.unit.vfs.tagviews.tagging import OPTIONS, OTHER_TOP, TOP, tag
from tests.unit.vfs.writing.disks import open_disk


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def photo():
    return jpeg


@pytest.fixture
def disk(backend, tmp_path):
    """Opens a file system with views of tags; the state stays between two openings."""
    return partial(open_disk, backend, tmp_path, tags=(OPTIONS, [TOP, OTHER_TOP]))


@pytest.fixture
def album(backend):
    return backend.add_album("album")


@pytest.fixture
def picture(backend, album):
    """An untagged photo; there are the tags Blue, on another one, and Red, on nothing."""
    tag(backend, backend.add_media("other.jpg", b"x"), "Blue")
    backend.tag_viewer.empty.add("Red")
    return backend.add_media("a.jpg", b"x", parent=album.id)
