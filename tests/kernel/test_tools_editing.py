"""Programs that change a photo in its place, each in its own order of calls; the item stays."""

from shutil import which

import pytest

from tests.kernel.matrix import STAMP_NS, on_a_trip, picture, put
from tests.kernel.remote import python
from tests.kernel.support import run

VIM = "vim -u NONE -N -b --not-a-term -c 'set %s' -c '%%s/photo 1/PHOTO 1/' -c wq \"$1\""
TOOLS = {
    "exiftool -overwrite_original": 'exiftool -q -overwrite_original -Artist=me "$1"',
    "exiftool": 'exiftool -q -Artist=me "$1"',
    "exiftool in place": 'exiftool -q -overwrite_original_in_place -Artist=me "$1"',
    "mogrify": 'mogrify -resize 50% "$1"',
    "mogrify twice": 'mogrify -flip "$1"; mogrify -rotate 90 "$1"',
    "sed -i": "sed -i 's/photo 1/PHOTO 1/' \"$1\"",
    "sed -i with backup": "sed -i.bak 's/photo 1/PHOTO 1/' \"$1\"",
    "vim": VIM % "backupcopy=auto",
    "vim, overwriting": VIM % "backupcopy=yes",
    "vim, renaming": VIM % "backupcopy=no",
    "vim with backup": VIM % "backup",
    "perl -i": "perl -pi -e 's/photo 1/PHOTO 1/' \"$1\"",
    "dd": 'printf PHOTO | dd of="$1" bs=1 seek=200 conv=notrunc status=none',
    "shell": 'printf tail >> "$1"',
    "truncate": 'truncate -s +1000 "$1"',
    "gio save": 'cat "$1" "$1" | gio save "$1"',
    "tee": 'cat "$1" "$1" > "$1.tmp"; tee "$1" < "$1.tmp" > /dev/null; rm "$1.tmp"',
}
"""A line of shell for each; `$1` is the photo."""


@pytest.mark.parametrize("tool", TOOLS)
def test_a_photo_changed_by_a_tool_is_the_same_item(mount, serve, tmp_path, tool):
    trip = on_a_trip(mount, serve)
    local = put(tmp_path / "local/a.jpg", trip.original("trip/a.jpg"))
    for place in (local, trip.album / "a.jpg"):
        run("sh", "-ec", TOOLS[tool], "sh", place, env={"LC_ALL": "C", "TERM": "dumb"}).ok()
    changed = local.read_bytes()
    assert changed != trip.original("trip/a.jpg")
    left = {f"trip/{f.name}": f.read_bytes() for f in local.parent.iterdir() if f != local}
    trip.assert_now({"trip/a.jpg": changed}, here=left)


START = """
import mmap, os, sys
photo, new = sys.argv[1], open(sys.argv[2], "rb").read()
folder, name = os.path.split(photo)
def written(path, flags=os.O_CREAT | os.O_EXCL, mode=0o600):
    fd = os.open(path, os.O_RDWR | flags, mode)
    at = 0
    while at < len(new):
        at += os.write(fd, new[at : at + 4096])
    return fd
"""
PROGRAMS = {
    # A lock beside it; truncated and written, synchronised, closed.
    "nano": """
lock = f"{folder}/.{name}.swp"
os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
open(lock, "wb").write(b"b0nano")
fd = os.open(photo, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
with os.fdopen(fd, "wb") as file:
    file.write(new); file.flush(); os.fsync(fd)
os.unlink(lock)
""",
    # With a backup beside it, which it deletes and makes anew.
    "nano -B": """
if os.path.exists(photo + "~"): os.unlink(photo + "~")
old = open(photo, "rb").read(); stat = os.stat(photo)
fd = os.open(photo + "~", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
os.write(fd, old); os.fchmod(fd, 0o644)
os.utime(fd, ns=(stat.st_atime_ns, stat.st_mtime_ns)); os.close(fd)
fd = os.open(photo, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
os.write(fd, new); os.fsync(fd); os.close(fd)
os.unlink(photo + "~")
""",
    # Renamed over the photo while it is still open.
    "GIMP, gedit": """
temporary = f"{folder}/.goutputstream-K3XZ71"
fd = written(temporary)
os.fchmod(fd, 0o644); os.fsync(fd); os.rename(temporary, photo); os.close(fd)
""",
    # Written, closed; what it replaces is deleted, and then it is renamed.
    "kioclient5 --overwrite": """
part = photo + ".part"
os.stat(photo)
fd = written(part)
os.fchmod(fd, 0o644); os.utime(fd, ns=(1, 1)); os.close(fd)
os.unlink(photo); os.rename(part, photo)
""",
    "QSaveFile": """
fd = written(photo + ".QxTzAb")
os.fsync(fd); os.close(fd)
os.chmod(photo + ".QxTzAb", 0o644)
os.rename(photo + ".QxTzAb", photo)
""",
    "jhead": """
os.rename(photo, photo + ".t")
os.close(written(photo)); os.unlink(photo + ".t")
""",
    "temporary beside, hard way": """
fd = written(photo + ".tmp", os.O_CREAT | os.O_TRUNC)
os.close(fd); os.replace(photo + ".tmp", photo)
""",
    "many handles": """
fds = [os.open(photo, os.O_RDWR) for _ in range(3)]
os.ftruncate(fds[0], len(new))
half = len(new) // 2
os.pwrite(fds[1], new[half:], half); os.pwrite(fds[2], new[:half], 0)
for fd in fds: os.close(fd)
""",
    # The pages come after the handle is closed.
    "mmap": """
fd = os.open(photo, os.O_RDWR)
os.ftruncate(fd, len(new))
pages = mmap.mmap(fd, len(new))
os.close(fd)
pages[:] = new
pages.flush(); pages.close()
""",
    "mmap, closed last": """
fd = os.open(photo, os.O_RDWR)
os.ftruncate(fd, len(new))
pages = mmap.mmap(fd, len(new))
pages[:] = new
pages.close(); os.close(fd)
""",
}
"""The system calls of programs, as seen by strace; `new` is what the photo is to be."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_photo_saved_by_a_program_is_the_same_item(mount, serve, tmp_path, program):
    trip, new = on_a_trip(mount, serve), picture(31, width=640)
    source = put(tmp_path / "new", new)
    python(START + PROGRAMS[program], trip.album / "a.jpg", source).ok()
    trip.assert_now({"trip/a.jpg": new})


VERIFY = """
import os, random, sys, zlib
path, seed, head, block = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), 4096
chance = random.Random(seed)
fd = os.open(path, os.O_RDWR)
count = (os.fstat(fd).st_size - head) // block
def content(number, turn):
    data = random.Random(f"{number}/{turn}").randbytes(block - 4)
    return data + zlib.crc32(data).to_bytes(4, "big")
turns = {}
for turn in range(3):
    for number in chance.sample(range(count), count * 2 // 3):
        assert os.pwrite(fd, content(number, turn), head + number * block) == block
        turns[number] = turn
        if chance.random() < 0.02:
            os.fsync(fd)
        if chance.random() < 0.1:
            known = chance.choice(list(turns))
            assert os.pread(fd, block, head + known * block) == content(known, turns[known])
def verify(fd):
    for number, turn in turns.items():
        assert os.pread(fd, block, head + number * block) == content(number, turn), number
verify(fd)
os.close(fd)
fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
import mmap
pages = mmap.mmap(-1, (head // block + count + 2) * block)
os.preadv(fd, [pages], 0)
for number, turn in turns.items():
    at = head + number * block
    assert pages[at : at + block] == content(number, turn), number
sys.stdout.write(str(zlib.crc32(pages[: os.fstat(fd).st_size])))
"""


def test_blocks_written_in_any_order_are_read_back(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    head = picture(33)
    trip_file = put(tmp_path / "big.jpg", head + bytes(2_000_000))
    run("cp", trip_file, trip.album / "a.jpg").ok()
    for seed in (1, 2):
        for path in (trip_file, trip.album / "a.jpg"):
            python(VERIFY, path, str(seed), str(len(head)), timeout=60).ok()
    trip.assert_now({"trip/a.jpg": trip_file.read_bytes()})


JOB = """
[global]
filename=%s
offset=%d
size=2m
bs=4k
ioengine=psync
fallocate=none
randseed=%d
verify=crc32c
verify_fatal=1
verify_state_save=0
[job]
rw=%s
fsync=%d
"""


@pytest.mark.skipif(which("fio") is None, reason="fio is not installed")
@pytest.mark.parametrize(("pattern", "fsync"), [("randwrite", 0), ("randrw", 100), ("write", 1)])
def test_fio_finds_what_it_wrote(mount, serve, tmp_path, pattern, fsync):
    trip, photo = on_a_trip(mount, serve), picture(33)
    offset = -(-len(photo) // 4096) * 4096
    place = trip.album / "a.jpg"
    run("cp", put(tmp_path / "big.jpg", photo.ljust(offset + (2 << 20), b"\0")), place).ok()
    job = put(tmp_path / "job", (JOB % (place, offset, 7, pattern, fsync)).encode())
    run("fio", job, timeout=60).ok()
    run("fio", "--direct=1", "--verify_only", job, timeout=60).ok()
    now = place.read_bytes()
    assert now.startswith(photo)
    assert len(now) == offset + (2 << 20)
    trip.assert_now({"trip/a.jpg": now})


def test_touching_a_photo_changes_its_time_and_nothing_on_the_server(mount, serve):
    trip = on_a_trip(mount, serve)
    written = len(trip.server.requests.writes())
    run("touch", "-d", "2001-02-03T04:05:06.789Z", trip.album / "a.jpg").ok()
    run("touch", "-r", trip.album / "a.jpg", trip.album / "b.jpg").ok()
    run("touch", trip.album / "c.jpg").ok()
    seen = trip.assert_now({})
    assert seen["trip/a.jpg"].mtime_ns == seen["trip/b.jpg"].mtime_ns == 981173106_789000000
    assert seen["trip/c.jpg"].mtime_ns > STAMP_NS
    assert len(trip.server.requests.writes()) == written


def test_a_file_made_by_touch_is_uploaded_when_it_is_written(mount, serve):
    trip = on_a_trip(mount, serve)
    run("touch", trip.album / "new.jpg").ok()
    trip.assert_now({}, here={"trip/new.jpg": b""})
    new = picture(34)
    script = "import sys; open(sys.argv[1], 'r+b').write(bytes.fromhex(sys.argv[2]))"
    python(script, trip.album / "new.jpg", new.hex()).ok()
    trip.assert_now({"trip/new.jpg": new})


@pytest.mark.parametrize("size", ["1000", "0"])
def test_a_photo_is_never_cut_off(mount, serve, size):
    trip = on_a_trip(mount, serve)
    cut = run("truncate", "-s", size, trip.album / "a.jpg")
    assert (cut.returncode == 0) == (size == "0"), "closed empty, it is the old file again"
    failed = run("ls", trip.top / ".g3fs/failed").ok().stdout.split()
    assert failed == ([] if size == "0" else ["a.jpg"])
    trip.assert_now({}, refused=len(failed))
