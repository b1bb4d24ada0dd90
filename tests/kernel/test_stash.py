"""A Stash through the kernel, with the tools that people use."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from g3fs.demo.library import Library
from g3fs.demo.server import DemoServer
from g3fs.demo.stash.options import Options
from g3fs.demo.synthetic import album_of
from tests.contract.backend_subjects import photo
from tests.kernel.support import counted, run, run_g3fs, wait_for

LIBRARY = "folders/pictures"
"""Where the sample pictures are in the mount."""


@pytest.fixture
def gallery(serve) -> DemoServer:
    """What `mount` mounts unless told otherwise."""
    return serve(kind="stash")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def originals(server: DemoServer) -> dict[str, str]:
    """SHA-256 of images and scenes of the server, by path below /data; zips are directories."""
    world = server.site.world
    sums = {}
    for file in world.store.files.rows.values():
        if file.typename != "GalleryFile":
            sums[file.path.removeprefix("/data/")] = sha256(world.blob(file).read())
    return sums


def below(top: str, sums: dict[str, str]) -> dict[str, str]:
    """Those of one directory, by path below it."""
    return {
        path.removeprefix(f"{top}/"): digest
        for path, digest in sums.items()
        if path.startswith(f"{top}/")
    }


def sums_of(directory: Path) -> dict[str, str]:
    """The same of a local directory."""
    files = [Path(top) / name for top, _, names in os.walk(directory) for name in names]
    return {str(path.relative_to(directory)): sha256(path.read_bytes()) for path in files}


def inode(path: Path) -> str:
    return run("stat", "-c", "%i", path).ok().stdout.strip()


def test_the_whole_library_can_be_listed(mount):
    listed = run("ls", "-lR", mount().path).ok().stdout

    for name in ("comic.cbz", "Holidays", "Best of (11)", "a\N{DIVISION SLASH}b", "surf.mp4", "14"):
        assert name in listed
    assert "Summer \N{DIVISION SLASH} Winter" in listed


def test_a_copy_of_the_folders_is_what_lies_on_the_server(mount, gallery, tmp_path):
    run("cp", "-r", mount().path / "folders", tmp_path / "copy").ok()

    assert sums_of(tmp_path / "copy") == originals(gallery)


def test_a_copy_of_a_gallery_is_what_lies_in_its_folder_or_zip(mount, gallery, tmp_path):
    galleries, sums = mount().path / "galleries", originals(gallery)
    for name in ("comic.cbz", "set one.zip", "Copies", "Best of"):
        run("cp", "-r", "--no-preserve=mode", galleries / name, tmp_path / name).ok()

    inner = below("pictures/Archives/set one.zip", sums)
    assert sums_of(tmp_path / "comic.cbz") == below("pictures/Archives/comic.cbz", sums)
    assert sums_of(tmp_path / "set one.zip") == {
        path.replace("/", "\N{DIVISION SLASH}"): digest for path, digest in inner.items()
    }
    assert sums_of(tmp_path / "Copies") == below("pictures/Shapes/Copies", sums)
    assert set(sums_of(tmp_path / "Best of").values()) == {
        sums[f"pictures/{path}"]
        for path in (
            *(f"Holidays/beach-0{n}.jpg" for n in (1, 2, 3)),
            "Shapes/big.jpg",
            "Shapes/copy.jpg",
        )
    }


def test_rsync_copies_the_folders_once(mount, tmp_path):
    folders = mount().path / "folders"

    run("rsync", "-a", f"{folders}/", tmp_path / "copy").ok()
    again = run("rsync", "-a", "--itemize-changes", f"{folders}/", tmp_path / "copy").ok()

    assert [line for line in again.stdout.splitlines() if line.startswith((">f", "cd", "hf"))] == []


def test_a_file_is_one_inode_under_all_its_names(mount):
    top = mount().path
    names = (
        f"{LIBRARY}/Holidays/beach-01.jpg", "galleries/Holidays/beach-01.jpg",
        "galleries/Best of/beach-01.jpg", "tags/Sea/beach-01.jpg",
        "studios/Green Studio/beach-01.jpg", "performers/Ann Example/beach-01.jpg",
    )  # fmt: skip

    assert len({inode(top / name) for name in names}) == 1
    assert run("stat", "-c", "%h", top / names[0]).ok().stdout.strip() == "2"
    assert inode(top / f"{LIBRARY}/Shapes/copy.jpg") != inode(top / "galleries/Copies/the same.jpg")


def test_galleries_are_links_in_tags_performers_and_studios(mount):
    top = mount().path
    for place in ("tags/Sea", "performers/Ann Example", "studios/Green Studio"):
        target = run("readlink", top / place / "Best of").ok().stdout.strip()
        names = run("ls", f"{top / place / 'Best of'}/").ok().stdout

        assert target == "../../galleries/Best of (10)"
        assert "big.jpg" in names


def test_the_end_of_a_scene_is_read_first(mount, serve, gallery):
    scene = mount().path / "folders/clips/surf.mp4"
    run("ls", "-l", scene).ok()

    with counted(gallery) as requests:
        tail = run("sh", "-c", f"tail -c 1000 {scene} | sha256sum").ok().stdout

    world = gallery.site.world
    file = next(f for f in world.store.files.rows.values() if f.basename == "surf.mp4")
    assert tail.split()[0] == sha256(world.blob(file).read()[-1000:])
    assert sum(requests.values()) <= 2, requests


def test_attributes_are_those_of_the_image_and_of_the_gallery(mount):
    top = mount().path
    image = run("getfattr", "-d", top / "galleries/Holidays/beach-01.jpg").ok().stdout
    album = run("getfattr", "-d", top / "galleries/Best of").ok().stdout
    info = run("getfattr", "--only-values", "-n", "user.g3fs.info", top / "galleries/Best of")

    for line in (
        'user.xdg.tags="Sea"',
        'user.baloo.rating="8"',
        'user.g3fs.rating="80"',
        'user.g3fs.organized="1"',
        'user.g3fs.photographer="Ann"',
        'user.g3fs.code="B-1"',
        'user.g3fs.studio="Green Studio"',
    ):
        assert line in image
    assert 'user.xdg.comment="What we like most.\\012Two lines."' in album
    told = json.loads(info.ok().stdout)
    assert told["user.g3fs.cover"] == "big.jpg"
    assert json.loads(told["user.g3fs.chapters"]) == [
        {"title": "At the sea", "image": "beach-01.jpg"},
        {"title": "Elsewhere", "image": "big.jpg"},
    ]


def test_attributes_of_many_files_cost_nothing_beyond_their_listing(mount, serve):
    photos = tuple(photo(f"{n}.jpg", tags=("Sea",)) for n in range(200))
    server = serve(kind="stash", library=Library(children=photos))
    folder = mount(server=server).path / LIBRARY

    with counted(server) as requests:
        told = run("getfattr", "-d", "-R", folder).ok().stdout

    assert told.count('user.xdg.tags="Sea"') == 200
    assert sum(requests.values()) <= 3, requests


def test_a_gallery_of_hundreds_is_one_request(mount, serve):
    server = serve(kind="stash", library=album_of(300, "many"))
    galleries = mount(server=server).path / "galleries"
    run("ls", galleries).ok()

    with counted(server) as requests:
        listed = run("ls", "-l", galleries / "many").ok().stdout

    assert len(listed.splitlines()) == 301
    assert sum(requests.values()) == 1, requests


def test_thumbnails_have_names_that_fit_what_is_sent(mount):
    small = mount().path / ".g3fs/renditions/thumb"

    for name, magic in (
        ("galleries/Holidays/beach-01.jpg", b"\xff\xd8\xff"),
        (f"{LIBRARY}/Shapes/chart.jpg", b"\xff\xd8\xff"),
        ("folders/clipimages/loop.mp4", b"\0\0\0"),
    ):
        told = run("sh", "-c", f"head -c 3 '{small / name}' | od -An -tx1").ok().stdout
        assert bytes.fromhex(told) == magic, name


def test_a_file_changed_behind_the_scan_is_one_clear_error(mount, gallery):
    gallery.site.harm({"kind": "lost_file", "file": 10})
    gallery.site.harm({"kind": "stale_size", "file": 11, "by": 7})
    mounted = mount()
    folder = mounted.path / "galleries/Holidays"

    lost = run("cat", folder / "beach-01.jpg")
    changed = run("cat", folder / "beach-02.jpg")

    assert "Input/output error" in lost.stderr
    assert "Input/output error" in changed.stderr
    wait_for(lambda: "gone from the disk" in mounted.log, 5, "the reason in the log")
    wait_for(lambda: "it was changed" in mounted.log, 5, "the reason in the log")


@pytest.mark.parametrize(
    "options",
    [
        Options(base_path="/stash"),
        Options(username=""),
        Options(external_host="http://elsewhere.example:1"),
        Options(zone_minutes=330),
    ],
    ids=["base path", "open", "another host in answers", "another zone"],
)
def test_other_setups_are_mounted_alike(mount, serve, options, tmp_path):
    server = serve(kind="stash", options=options)

    run("cp", "-r", mount(server=server).path / "folders/pictures/Shapes", tmp_path / "copy").ok()

    assert sums_of(tmp_path / "copy") == below("pictures/Shapes", originals(server))


def test_an_old_server_has_no_folders(mount, serve):
    mounted = mount(server=serve(kind="stash", options=Options(version="v0.27.2")))

    assert run("ls", mounted.path).ok().stdout.split() == [
        *("galleries", "performers", "studios", "tags"),
    ]
    run(
        "cmp",
        mounted.path / "galleries/Best of/beach-01.jpg",
        mounted.path / "galleries/Holidays/beach-01.jpg",
    ).ok()


def test_status_tells_what_it_is(mount):
    status = run("cat", mount().path / ".g3fs/status.json").ok().stdout

    assert json.loads(status)["server"]["kind"] == "Stash v0.30.1"


def test_a_scan_shows_what_came_on_the_disk_of_the_server(mount, gallery):
    folder = mount().path / LIBRARY / "Holidays"
    run("ls", folder).ok()
    world = gallery.site.world
    world.disk.write("/data/pictures/Holidays/new.jpg", photo("new.jpg").content, world.now())

    done = run_g3fs("scan", folder).ok()

    assert done.stdout.endswith("Done.\n")
    assert "new.jpg" in run("ls", folder).ok().stdout


def test_a_scan_of_everything_shows_its_progress_in_lines(mount, serve):
    server = serve(kind="stash", options=Options(job_pause_s=0.1))

    done = run_g3fs("scan", mount(server=server).path).ok()

    assert len(done.stdout.splitlines()) > 1
    assert "%" in done.stdout


def test_a_scan_that_fails_or_cannot_be_is_one_clear_line(mount, serve, gallery):
    top = mount().path
    failing = mount(server=serve(kind="stash", options=Options(job_trouble="fail"))).path
    other = mount(server=serve()).path

    for path, reason in (
        (top / "tags/Sea", "has no place on the server's disk"),
        (top / "galleries/Best of", "has no place on the server's disk"),
        (other, "cannot be asked to look at its disk"),
        (other.parent, "is not on a g3fs mount"),
        (failing, "the job was told to fail"),
    ):
        done = run_g3fs("scan", path)
        assert done.returncode == 1
        assert reason in done.stderr
        assert done.stderr.count("\n") == 1
