"""Stash: asking the server to look at its disk."""

import pytest

from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.demo.stash.options import Options
from g3fs.gallery.backend import Scan, Scans
from g3fs.gallery.errors import Invalid, NotFound
from g3fs.gallery.ids import ItemId
from tests.contract.backend_subjects import photo
from tests.contract.stash_demo import Site, at, entries, library, running, site
from tests.fakes import FakeBackend

__all__ = ["site"]

FOLDER = "folders/pictures/holidays"


async def ended(scans: Scans, scan: Scan) -> Scan:
    while not scan.over:
        scan = await scans.scanned(scan.id)
    return scan


@pytest.mark.parametrize("path", [FOLDER, "galleries/holidays", "folders", "galleries"])
async def test_a_scan_finds_what_came(site: Site, path: str) -> None:
    world = site.server.site.world
    async with site.backend() as backend:
        folder, asked = (await at(backend, FOLDER)).id, (await at(backend, path)).id
        world.disk.write("/data/pictures/holidays/new.jpg", photo("new").content, world.now())
        scans = Guarded(backend, GuardOptions()).scans
        assert scans is not None
        done = await ended(scans, await scans.scan(asked))
        names = entries(await backend.list(folder))

    assert not done.error
    assert "new.jpg" in names


async def test_what_is_not_on_the_disk_cannot_be_scanned(site: Site) -> None:
    async with site.backend() as backend:
        assert isinstance(backend, Scans)
        for path in ("galleries/Nothing", "tags/Sea", "tags"):
            album = (await at(backend, path)).id
            with pytest.raises(Invalid):
                await backend.scan(album)
        for unknown in ("folder:99", "1", "nonsense"):
            with pytest.raises(NotFound):
                await backend.scan(ItemId(unknown))


async def test_a_scan_that_nobody_knows_is_over(site: Site) -> None:
    async with site.backend() as backend:
        assert isinstance(backend, Scans)
        forgotten = await backend.scanned("99")
        with pytest.raises(Invalid):
            await backend.scanned("x")

    assert forgotten.over
    assert forgotten.error


async def test_a_scan_that_failed_says_why() -> None:
    for failing in running(library(), options=Options(job_trouble="fail")):
        async with failing.backend() as backend:
            assert isinstance(backend, Scans)
            done = await ended(backend, await backend.scan(ItemId("folders")))

        assert done.error


def test_a_server_without_scans_has_none() -> None:
    assert Guarded(FakeBackend(), GuardOptions()).scans is None
