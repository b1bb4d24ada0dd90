"""Two mounts of one server on one machine, both written to at once."""

import hashlib
import subprocess
import sys
from collections import Counter

import pytest

from g3fs.demo.library import Album, Library
from tests.kernel.support import run_g3fs
from tests.kernel.writing import Hands, photo, picture

WRITERS = 4
"""For each mount."""
PHOTOS = 4
LIMIT_S = 60.0

WRITER = """
import os, sys
top, own, source = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
data = open(source, "rb").read()
def write(path, tail):
    with open(path, "wb", buffering=0) as file:
        file.write(data + tail.encode())
os.mkdir(f"{top}/own {own}")
for number in range(int(PHOTOS)):
    write(f"{top}/shared/{own}-{number}.jpg", f"{own} shared {number}")
    write(f"{top}/own {own}/{number}.jpg", f"{own} own {number}")
    write(f"{top}/own {own}/.{number}.jpg.Ab12Cd", f"{own} again {number}")
    os.rename(f"{top}/own {own}/.{number}.jpg.Ab12Cd", f"{top}/own {own}/{number}.jpg")
os.rename(f"{top}/shared/{own}-0.jpg", f"{top}/own {own}/moved.jpg")
os.rename(f"{top}/shared/{own}-1.jpg", f"{top}/shared/{own}-renamed.jpg")
os.unlink(f"{top}/shared/{own}-2.jpg")
os.setxattr(f"{top}/own {own}/moved.jpg", "user.xdg.tags", f"Common,{own}".encode())
os.rename(f"{top}/own {own}", f"{top}/album {own}")
""".replace("PHOTOS", str(PHOTOS))


def sha256(tail: str) -> str:
    return hashlib.sha256(picture("source") + tail.encode()).hexdigest()


def left_by(own: str) -> dict[str, str]:
    """Digests of what a writer leaves, by path."""
    left = {f"album {own}/{n}.jpg": sha256(f"{own} again {n}") for n in range(PHOTOS)}
    left |= {f"shared/{own}-{n}.jpg": sha256(f"{own} shared {n}") for n in range(3, PHOTOS)}
    return left | {
        f"album {own}/moved.jpg": sha256(f"{own} shared 0"),
        f"shared/{own}-renamed.jpg": sha256(f"{own} shared 1"),
    }


@pytest.fixture
def server(serve):
    return serve(library=Library(children=(Album(name="shared", children=(photo("old.jpg"),)),)))


@pytest.fixture
def mounts(mount, server):
    return [mount("timeout=20", server=server, limit_s=120.0) for _ in range(2)]


def held(server):
    """Digests of the photos that the gallery has."""
    return {path: item.sha256 for path, item in server.site.snapshot().items() if item.sha256}


def test_many_writers_in_two_mounts_do_not_get_in_each_others_way(server, mounts, tmp_path):
    before = held(server)
    source = tmp_path / "source"
    source.write_bytes(picture("source"))
    names = [f"{mounted.path.name}w{n}" for mounted in mounts for n in range(WRITERS)]
    tops = [mounted.path for mounted in mounts for _ in range(WRITERS)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, top, own, source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for top, own in zip(tops, names, strict=True)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=LIMIT_S) for writer in writers]
    assert [(w.returncode, err) for w, (_, err) in zip(writers, said, strict=True)] == [
        (0, "")
    ] * len(writers)
    wanted = dict(before)
    for own in names:
        wanted |= left_by(own)
    assert held(server) == wanted
    for own in names:
        assert server.site.snapshot()[f"album {own}/moved.jpg"].tags == ("Common", own)
    assert server.site.complaints() == []
    with Hands() as hands:
        for mounted in mounts:
            run_g3fs("refresh", mounted.path, mounted.path / "shared").ok()
            seen = hands.tell("look", mounted.path)
            assert {path: item["sha256"] for path, item in seen.items() if item["sha256"]} == wanted


def test_one_name_that_both_want_loses_nothing(server, mounts, tmp_path):
    sources = []
    for number in range(2):
        sources.append(tmp_path / f"source {number}")
        sources[number].write_bytes(picture(f"source {number}"))
    with Hands() as first, Hands() as second:
        both = list(zip((first, second), mounts, sources, strict=True))
        for hands, mounted, _ in both:
            hands.tell("listdir", mounted.path / "shared")
        for hands, mounted, source in both:
            hands.begin("write", mounted.path / "shared/both.jpg", source)
        outcomes = [hands.end()[0] for hands, _, _ in both]
        kept = [
            {
                hands.tell("read", mounted.path / ".g3fs/failed" / name)
                for name in hands.tell("listdir", mounted.path / ".g3fs/failed")
            }
            for hands, mounted, _ in both
        ]
    assert "OK" in outcomes
    assert set(outcomes) <= {"OK", "EEXIST"}
    digests = Counter(held(server).values())
    for outcome, source, failed in zip(outcomes, sources, kept, strict=True):
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        assert digests[digest] == (1 if outcome == "OK" else 0)
        assert failed == (set() if outcome == "OK" else {digest})
    assert server.site.complaints() == []
