"""docs/semantics.md: attributes, changing, the control directory, trouble, ending."""

import json
import signal

import pytest

from g3fs.demo.proxy_link import Conditions
from g3fs.demo.synthetic import album_of, big_file
from tests.kernel.remote import ERRNO_OF, Remote, library_bytes, make_hostile, python
from tests.kernel.support import counted, mounted_device, run, run_g3fs, wait_for

SEA = "holidays/sea/sea-1.jpg"


def attribute(path, name):
    found = run("getfattr", "--only-values", "--absolute-names", "-n", name, path).ok()
    return found.stdout


def test_tags_and_the_description_are_extended_attributes(mount, gallery):
    mounted = mount()
    path = mounted.path / SEA
    assert set(attribute(path, "user.xdg.tags").split(",")) == {"Sea", "Holiday"}
    assert attribute(path, "user.xdg.comment") == "A day at the sea"
    assert set(json.loads(attribute(path, "user.g3fs.tags"))) == {"Sea", "Holiday"}
    comments = json.loads(attribute(path, "user.g3fs.comments"))
    assert [comment["text"] for comment in comments][:1] != []
    texts = {comment["text"] for comment in comments}
    assert texts == {"Lovely!", "Água fria? Brrr.\nSecond line."}
    one = comments[0]
    assert attribute(path, f"user.g3fs.comment.{one['id']}") == one["text"]
    assert attribute(path, "user.g3fs.id") == str(Remote(gallery).id_of(SEA))
    assert attribute(path, "user.mime_type") == "image/jpeg"
    assert attribute(path, "user.g3fs.captured").endswith("Z")
    assert attribute(mounted.path / "holidays", "user.xdg.comment") == "Sea and hills"
    assert attribute(mounted.path / "holidays", "user.xdg.tags") == "Holiday"
    assert attribute(mounted.path / "holidays", "user.g3fs.kind") == "album"
    info = run_g3fs("info", path).ok().stdout
    assert "A day at the sea" in info


def test_only_what_a_copy_should_carry_is_listed(mount):
    mounted = mount()
    listed = run("getfattr", "--absolute-names", mounted.path / SEA).ok().stdout
    names = {line for line in listed.splitlines() if line.startswith("user.")}
    assert {"user.xdg.tags", "user.xdg.comment"} <= names
    assert names <= {"user.xdg.tags", "user.xdg.comment", "user.g3fs.title"}


def test_attributes_of_other_namespaces_are_refused_at_once(mount, gallery):
    mounted = mount()
    run("stat", mounted.path / SEA).ok()
    script = ERRNO_OF + (
        "for name in ('security.selinux', 'system.posix_acl_access', 'trusted.x', 'user.nothing'):"
        "\n    print(errno_of(os.getxattr, sys.argv[1], name))"
    )
    with counted(gallery) as requests:
        answers = python(script, mounted.path / SEA).ok().stdout.split()
    assert answers[0] == answers[1] == "ENOTSUP"
    assert answers[3] == "ENODATA"
    assert requests.total() == 0, requests


def test_tags_of_a_whole_album_come_in_a_handful_of_requests(mount, serve):
    server = serve(library=album_of(200))
    mounted = mount(server=server)
    run("ls", mounted.path / "many").ok()
    with counted(server) as requests:
        run("getfattr", "-d", "-R", mounted.path / "many", timeout=60).ok()
    assert requests.total() <= 8, requests


def test_the_control_directory_is_there_but_not_listed(mount):
    mounted = mount()
    assert ".g3fs" not in run("ls", "-A", mounted.path).ok().stdout.splitlines()
    control = mounted.path / ".g3fs"
    assert {"status", "status.json", "log", "renditions"} <= set(
        run("ls", control).ok().stdout.split()
    )
    status = json.loads(run("cat", control / "status.json").ok().stdout)
    assert mounted.server.api_key not in json.dumps(status)
    assert run("cat", control / "log").ok().stdout
    mounted.unmount()
    shown = mount("views=shown")
    assert ".g3fs" in run("ls", "-A", shown.path).ok().stdout.splitlines()


def test_the_smaller_pictures_are_trees_of_their_own(mount, gallery):
    mounted = mount()
    thumbs = mounted.path / ".g3fs/renditions/thumb"
    listed = run("ls", thumbs / "holidays/sea").ok().stdout.splitlines()
    assert "sea-1.jpg" in listed
    movie = next(m for _, m in gallery.library.media() if m.mime_type.startswith("video/"))
    stem = movie.name.rpartition(".")[0]
    assert f"{stem}.jpg" in listed, "the thumb of a movie is a picture"
    kind = run("file", "--brief", thumbs / "holidays/sea/sea-1.jpg").ok().stdout
    assert kind.startswith("JPEG image data")
    resized = mounted.path / ".g3fs/renditions/resize" / SEA
    size = int(run("stat", "-c", "%s", resized).ok().stdout)
    assert 0 < size < len(library_bytes(gallery, SEA))
    mounted.unmount()
    without = mount("views=off")
    assert "renditions" not in run("ls", without.path / ".g3fs").ok().stdout


def test_asking_for_a_refresh_shows_what_the_server_has_now(mount, gallery):
    mounted = mount()
    album = mounted.path / "holidays/sea"
    run("ls", album).ok()
    Remote(gallery).delete("holidays/sea/sea-3.jpg")
    assert "sea-3.jpg" in run("ls", album).ok().stdout
    run_g3fs("refresh", album).ok()
    assert "sea-3.jpg" not in run("ls", album).ok().stdout


def test_every_call_returns_within_the_deadline_when_the_server_is_silent(mount):
    mounted = mount("timeout=2", conditions=Conditions(round_trip_s=0.0), limit_s=60)
    run("ls", mounted.path).ok()
    mounted.proxy.black_hole()
    script = ERRNO_OF + "print(errno_of(os.listdir, sys.argv[1]))"
    first = python(script, mounted.path / "holidays", timeout=20)
    assert first.stdout.strip() in {"ETIMEDOUT", "EHOSTUNREACH"}
    # What is known goes on working, and so does what never asks.
    run("ls", mounted.path).ok()
    run("df", mounted.path).ok()
    run("stat", mounted.path / "holidays").ok()


def test_a_server_that_went_away_is_told_at_once_and_found_again(mount):
    mounted = mount("timeout=2", conditions=Conditions(round_trip_s=0.0), limit_s=90)
    run("cat", mounted.path / SEA).ok()
    mounted.proxy.refuse()
    script = ERRNO_OF + "print(errno_of(os.listdir, sys.argv[1]))"
    for album in ("shared", "formats", "shared"):
        answer = python(script, mounted.path / album, timeout=20).ok()
        assert answer.stdout.strip() in {"EHOSTUNREACH", "ETIMEDOUT"}
    answer = python(script, mounted.path / "shared", timeout=20).ok()
    assert answer.stdout.strip() == "EHOSTUNREACH"
    run("cat", mounted.path / SEA).ok()
    mounted.proxy.heal()
    wait_for(lambda: run("ls", mounted.path / "shared").returncode == 0, 45, "the mount recovers")


def test_a_download_that_stops_moving_ends_within_the_deadline(mount, serve):
    server = serve(library=big_file(3_000_000))
    mounted = mount("timeout=2", server=server, limit_s=60)
    path = mounted.path / "big/big.jpg"
    run("stat", path).ok()
    for resource in ("data", "public"):
        server.faults.plant("stall_body", resource=resource, size=200_000)
    failed = run("cat", path, timeout=30)
    assert "timed out" in failed.stderr or "No route to host" in failed.stderr
    server.faults.clear()
    # One that moves goes on, however slow it is.
    for resource in ("data", "public"):
        server.faults.plant("throttle", resource=resource, rate=900_000)
    wait_for(lambda: run("cat", path, timeout=60).returncode == 0, 50, "the slow one ends")


def test_a_server_that_only_drips_is_given_up(mount, serve):
    server = serve(library=big_file(3_000_000))
    mounted = mount("timeout=2", server=server, limit_s=60)
    path = mounted.path / "big/big.jpg"
    server.faults.plant("drip", resource="tree", rate=1)
    assert run("ls", path.parent, timeout=30).returncode == 2
    server.faults.clear()
    wait_for(lambda: run("ls", path.parent).returncode == 0, 30, "the listing is back")
    for resource in ("data", "public"):
        server.faults.plant("drip", resource=resource, rate=1)
    assert run("cat", path, timeout=30).returncode == 1
    server.faults.clear()
    wait_for(lambda: run("cat", path).returncode == 0, 30, "the photo is back")


def test_a_download_that_breaks_is_taken_up_again(mount, serve):
    server = serve(library=big_file(3_000_000))
    mounted = mount(server=server)
    for resource in ("data", "public"):
        server.faults.plant("cut", resource=resource, size=700_000, times=1)
    copied = mounted.log_path.with_name("copy.jpg")
    run("cp", mounted.path / "big/big.jpg", copied).ok()
    assert copied.read_bytes() == library_bytes(server, "big/big.jpg")


def test_a_web_page_is_never_taken_for_a_photo(mount, gallery):
    mounted = mount()
    path = mounted.path / SEA
    run("stat", path).ok()
    for resource in ("data", "public"):
        gallery.faults.plant("maintenance", resource=resource)
    failed = run("cat", path)
    assert "Input/output error" in failed.stderr
    assert failed.stdout == ""
    gallery.faults.clear()
    copied = mounted.log_path.with_name("copy.jpg")
    wait_for(lambda: run("cp", path, copied).returncode == 0, 20, "the photo is back")
    assert copied.read_bytes() == library_bytes(gallery, SEA)


def test_a_gallery_that_was_switched_off_has_not_lost_its_albums(mount, gallery):
    mounted = mount("ttl=0")
    before = run("ls", "-R", mounted.path).ok().stdout
    run("cat", mounted.path / SEA).ok()
    gallery.faults.plant("rest_off")
    run("ls", "-R", mounted.path)
    wait_for(lambda: "REST module" in mounted.log, 20, "the log says why")
    assert run("ls", "-R", mounted.path).ok().stdout == before
    run("cmp", mounted.path / SEA, mounted.path / SEA).ok()
    gallery.faults.clear()


def test_a_hostile_listing_breaks_nothing(mount, serve):
    server = serve()
    make_hostile(server)
    mounted = mount(server=server)
    run("ls", "-lR", mounted.path).ok()
    run("find", mounted.path, "-type", "f", "-exec", "head", "-c", "10", "{}", "+")
    run("getfattr", "-d", "-R", mounted.path)
    outside = run("find", mounted.path, "-name", "..*").ok()
    assert "/../" not in outside.stdout
    run("ls", mounted.path).ok()


def test_the_key_goes_to_the_gallery_and_nowhere_else(mount, serve, tmp_path):
    server = serve()
    mounted = mount("debug", server=server)
    run("cat", mounted.path / SEA).ok()
    run("getfattr", "-d", mounted.path / SEA).ok()
    key = server.api_key
    assert key not in mounted.log
    assert key not in run("cat", mounted.path / ".g3fs/status").ok().stdout
    assert key not in run("cat", mounted.path / ".g3fs/log").ok().stdout
    assert key not in run("cat", "/proc/self/mountinfo").ok().stdout
    process = f"/proc/{mounted.process.pid}"
    for file in ("cmdline", "environ"):
        assert key not in run("cat", f"{process}/{file}").ok().stdout
    for entry in server.requests.entries(resource="public"):
        assert key not in entry.headers.values()
    with_other = serve()
    address = with_other.url.partition("/index.php")[0]
    server.faults.plant("redirect", resource="data", location=address)
    server.faults.plant("redirect", resource="public", location=address)
    run("cat", mounted.path / "holidays/sea/sea-2.jpg")
    for entry in with_other.requests.entries():
        assert key not in entry.headers.values()


@pytest.mark.parametrize("how", ["umount", "fusermount3 -u", "g3fs umount", "TERM", "INT"])
def test_unmounting_works_by_every_common_way(mount, how):
    mounted = mount()
    run("cat", mounted.path / SEA).ok()
    if how == "g3fs umount":
        run_g3fs("umount", mounted.path).ok()
    elif how in {"TERM", "INT"}:
        mounted.process.send_signal(getattr(signal, f"SIG{how}"))
    else:
        run(*how.split(), mounted.path).ok()
    assert mounted.wait() == 0
    assert mounted_device(mounted.path) is None
