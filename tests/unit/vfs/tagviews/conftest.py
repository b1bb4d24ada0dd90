"""Fixtures for the views of tags."""

from functools import partial

import pytest

from tests.fakes import FakeBackend
from tests.pictures import jpeg
from tests.unit.vfs.tagviews.tagging import OPTIONS, OTHER_TOP, TOP
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
