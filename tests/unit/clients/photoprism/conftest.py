from collections.abc import Iterator

import pytest

from g3fs.clients.photoprism import Client
from tests.unit.clients.photoprism.site import Site, opened, running


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture
def prism(site: Site) -> Iterator[Client]:
    """A client with an app password."""
    with opened(site) as client:
        site.asked.clear()
        yield client
