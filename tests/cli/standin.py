"""A mount that looks like g3fs to our commands, and whose queue goes by a script.

Run as a program: `python standin.py MOUNTPOINT SCENE`. SCENE has: `tree/`, what is mounted;
`queue.json`, a list of documents: each reader of `.g3fs/queue.json` gets the next, and then the
last again; `errors.json`, errno names by attribute. Changes and verbs are appended to SCENE/calls.
"""

import errno
import json
import os
import sys
from pathlib import Path

import pyfuse3
import trio

QUEUE = ".g3fs/queue.json"


class StandIn(pyfuse3.Operations):
    def __init__(self, scene):
        super().__init__()
        self._scene = scene
        self._tree = scene / "tree"
        self._documents = json.loads((scene / "queue.json").read_text())
        self._errors = json.loads((scene / "errors.json").read_text())
        self._paths = {pyfuse3.ROOT_INODE: ""}
        self._open = {}

    async def lookup(self, parent_inode, name, ctx):
        path = "/".join(filter(None, (self._paths[parent_inode], os.fsdecode(name))))
        entry = self._entry(path)
        self._paths[entry.st_ino] = path
        return entry

    async def getattr(self, inode, ctx):
        return self._entry(self._paths[inode])

    async def open(self, inode, flags, ctx):
        path = self._paths[inode]
        if path == QUEUE:
            content = json.dumps(self._documents[0]).encode()
            self._documents = self._documents[1:] or self._documents
        else:
            content = (self._tree / path).read_bytes()
        fh = len(self._open) + 1
        self._open[fh] = content
        return pyfuse3.FileInfo(fh=fh, direct_io=True)

    async def read(self, fh, off, size):
        return self._open[fh][off : off + size]

    async def getxattr(self, inode, name, ctx):
        if name == b"user.g3fs.id" and self._paths[inode].endswith(".jpg"):
            return b"%d" % inode
        if not name.startswith(b"user.g3fs.do."):
            raise pyfuse3.FUSEError(errno.ENODATA)
        self._called(inode, name)
        return b"ok"

    async def setxattr(self, inode, name, value, ctx):
        self._called(inode, name, value.decode())

    async def removexattr(self, inode, name, ctx):
        self._called(inode, name, None)

    def _called(self, inode, name, *value):
        with (self._scene / "calls").open("a") as calls:
            print(json.dumps([self._paths[inode], name.decode(), *value]), file=calls)
        if name.decode() in self._errors:
            raise pyfuse3.FUSEError(getattr(errno, self._errors[name.decode()]))

    def _entry(self, path):
        try:
            facts = (self._tree / path).stat()
        except OSError as error:
            raise pyfuse3.FUSEError(error.errno) from None
        entry = pyfuse3.EntryAttributes()
        entry.st_ino = facts.st_ino if path else pyfuse3.ROOT_INODE
        entry.st_mode, entry.st_size = facts.st_mode, facts.st_size
        entry.entry_timeout = entry.attr_timeout = 0
        return entry


if __name__ == "__main__":
    operations = StandIn(Path(sys.argv[2]))
    pyfuse3.init(operations, sys.argv[1], {"fsname=standin", "subtype=g3fs"})
    try:
        trio.run(pyfuse3.main)
    finally:
        pyfuse3.close()
