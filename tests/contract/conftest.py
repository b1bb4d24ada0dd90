"""Fixtures of the contract tests of the Gallery 3 client: `site` and `place`."""

import secrets
from collections.abc import Iterator

import pytest

from tests.contract.gallery3_servers import Place, has_real, real, stand_in


@pytest.fixture(scope="module", params=["stand-in", "real"])
def site(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A gallery, with an album of our own in it: of the stand-in, and of a real one if named."""
    if request.param == "real" and not has_real():
        pytest.skip("no real gallery is named in G3FS_TEST_GALLERY3_URL and its like")
    with stand_in() if request.param == "stand-in" else real() as place:
        yield place


@pytest.fixture
def place(site: Place) -> Place:
    """An album of its own for each test."""
    return Place(site.gallery, site.album.add_album(secrets.token_hex(4)))
