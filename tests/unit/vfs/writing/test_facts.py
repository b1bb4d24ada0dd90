"""What is no JSON array of tags is refused, whatever it is."""

import pytest

from g3fs.gallery.errors import Invalid
from tests.unit.vfs.writing.disks import refusal

DEEP = "[" * 60_000


@pytest.mark.parametrize("value", ["", "red", "{}", "[1]", "[null]", DEEP, "9" * 60_000])
@pytest.mark.parametrize("name", ["user.g3fs.tags.add", "user.g3fs.tags.remove"])
async def test_what_is_no_array_of_texts_is_invalid(disk, backend, photo, name, value):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        for path in ("a.jpg", "x.tmp"):
            if path == "x.tmp":
                await here.write(path, photo(2))
            assert await refusal(here.set, path, name, value) is Invalid
