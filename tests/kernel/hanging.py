"""A file system whose every lookup hangs for ever, to show that the harness gets out of it.

Run as a program: `python hanging.py MOUNTPOINT`.
"""

import stat
import sys

import pyfuse3
import trio


class Hanging(pyfuse3.Operations):
    async def getattr(self, inode, ctx):
        entry = pyfuse3.EntryAttributes()
        entry.st_ino, entry.st_mode = inode, stat.S_IFDIR | 0o755
        return entry

    async def lookup(self, parent_inode, name, ctx):
        await trio.sleep_forever()


if __name__ == "__main__":
    pyfuse3.init(Hanging(), sys.argv[1], {"fsname=hanging", *pyfuse3.default_options})
    trio.run(pyfuse3.main)
