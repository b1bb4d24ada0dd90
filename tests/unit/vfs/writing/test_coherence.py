"""What the kernel remembers of names and inodes stays right without asking for them by name."""

import os


async def test_a_photo_changed_in_its_place_is_read_back_by_its_number(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    new, stamp = photo(2, 3000), 1_500_000_000_123_456_789
    async with disk() as here:
        ino = await here.ino("a.jpg")
        assert await here.read("a.jpg") == photo(1)
        fh = (await here.fs.open(ino, os.O_WRONLY | os.O_TRUNC)).fh
        await here.changes.write(fh, 0, new)
        await here.utimens("a.jpg", stamp)
        await here.fs.flush(fh)
        here.fs.release(fh)
        await here.changes.settle()
        attr = here.fs.getattr(ino)
        assert (attr.size_bytes, attr.mtime_ns) == (len(new), stamp)
        fh = (await here.fs.open(ino, os.O_RDONLY)).fh
        assert await here.fs.read(fh, 0, 10_000) == new
        here.fs.release(fh)
