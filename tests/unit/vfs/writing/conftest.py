"""Fixtures for what is written."""

from functools import partial

import pytest

from tests.fakes import FakeBackend
from tests.pictures import jpeg
from tests.unit.vfs.writing.disks import open_disk


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def photo():
    return jpeg


@pytest.fixture
def disk(backend, tmp_path):
    """Opens the file system; state and queue stay between two openings."""
    return partial(open_disk, backend, tmp_path)
