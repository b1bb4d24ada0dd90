"""Orders of calls that are rare, and were wrong once."""

from g3fs.gallery.errors import Invalid
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored


async def test_an_empty_file_does_not_replace_a_photo_when_it_is_renamed_over_it(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.close(await here.create("b.jpg"))
        assert await refusal(here.rename, "b.jpg", "a.jpg") is Invalid
        assert await here.read("a.jpg") == photo(1)
        assert await here.read("b.jpg") == b""
    async with disk() as here:
        assert await here.read("a.jpg") == photo(1)
