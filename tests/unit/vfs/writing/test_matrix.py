"""The backend's matrix decides what a change means."""

from dataclasses import replace

from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.errors import NotPermitted, ReadOnly
from tests.unit.vfs.writing.disks import refusal


async def test_what_the_matrix_refuses_is_refused(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    backend.add_album("album")
    collection = backend.capabilities.collections[0]
    kept = {Operation.CREATE: Meaning.UPLOAD, Operation.UNLINK: Meaning.READ_ONLY}
    backend.capabilities = replace(
        backend.capabilities, collections=(replace(collection, cells=kept),)
    )
    async with disk() as here:
        await here.write("b.jpg", photo(2))
        assert await refusal(here.unlink, "a.jpg") is ReadOnly
        assert await refusal(here.rename, "a.jpg", "c.jpg") is NotPermitted
        assert await refusal(here.rename, "a.jpg", "album/a.jpg") is NotPermitted
        assert await refusal(here.mkdir, "other") is NotPermitted
        assert await refusal(here.rmdir, "album") is NotPermitted
