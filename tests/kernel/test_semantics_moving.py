"""docs/semantics.md: names that are given, attributes that are set, moving and deleting."""

import json
import os

from tests.kernel.matrix import STAMP_NS, Trip, holdings, media_of, on_a_trip, picture, put
from tests.kernel.remote import ERRNO_OF, Remote, python
from tests.kernel.support import counted, run


def sh(script, *argv):
    """Lines of shell, which end with the first failure."""
    return run("sh", "-ec", script, "sh", *argv)


def errnos(script, *argv):
    """What `answer(call, ...)` printed in a few lines of Python."""
    start = "def answer(call, *args, **options):\n    print(errno_of(call, *args, **options))\n"
    return python(ERRNO_OF + start + script, *argv).ok().stdout.split()


def test_a_name_that_the_server_spells_otherwise_is_kept_as_it_was_given(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    given = {"x.y.jpg": "x_y.jpg", "_x.jpg": "x.jpg", "u__v.jpg": "u_v.jpg", ".h.jpg": "h.jpg"}
    given |= {"png.jpg": "png.png"}
    data = {name: picture(n, "PNG" if "png" in name else "JPEG") for n, name in enumerate(given, 1)}
    for name, content in data.items():
        run("cp", put(tmp_path / name, content), trip.album).ok()
    run("mkdir", trip.album / "_x_").ok()
    assert {f"trip/{name}" for name in (*given.values(), "x")} <= set(holdings(trip.server))
    for top in (trip, None):
        if top is None:
            trip.mounted.unmount()
        now = top or Trip(mount(server=trip.server))
        listed = run("ls", "-A", now.album).ok().stdout.split()
        assert sorted(listed) == sorted([*given, "a.jpg", "b.jpg", "c.jpg", "_x_"])
        for name, theirs in given.items():
            for spelled in (name, theirs):
                run("cmp", tmp_path / name, now.album / spelled).ok()
    run("mv", now.album / "x.y.jpg", now.album / "z.z.jpg").ok()
    assert "trip/z_z.jpg" in holdings(trip.server)
    assert "z.z.jpg" in run("ls", now.album).ok().stdout.split()


def test_a_name_with_a_line_feed_is_found_as_it_was_given(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    source = put(tmp_path / "from/line\nfeed.jpg", picture(1))
    for _ in range(2):
        run("rsync", "-a", f"{source.parent}/", trip.album).ok()
        run("cmp", source, trip.album / source.name).ok()
    assert "line␊feed.jpg" in [path.name for path in trip.album.iterdir()]
    assert len([r for r in trip.server.requests.writes() if r.verb == "POST"]) == 1
    run("rm", trip.album / source.name).ok()
    assert "line␊feed.jpg" not in [path.name for path in trip.album.iterdir()]


def test_a_name_that_cannot_be_had_is_refused_before_anything_is_sent(mount, serve):
    trip = on_a_trip(mount, serve)
    script = r"""
top = os.fsencode(sys.argv[1]) + b"/"
def new(name):
    os.close(os.open(top + name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
def moved(name):
    os.rename(top + b"a.jpg", top + name)
emoji, long_name = "\N{SEEDLING}".encode(), "\N{EURO SIGN}".encode() * 80
for name in (b"a.txt", b"a", emoji + b".jpg", b"\xff.jpg", b"x" * 252 + b".jpg",
             long_name + b".jpg", b"B.JPG", b"b.png"):
    answer(new, name)
    answer(moved, name)
for name in (emoji, b"\xff", b"x" * 256, long_name, b".Trash-1000"):
    answer(os.mkdir, top + name)
answer(os.mkdir, top + b"../TRIP")
answer(os.mkdir, top + b"../trip")
"""
    with counted(trip.server):
        answers = errnos(script, trip.album)
    assert answers == [
        *("EINVAL", "EINVAL", "EINVAL", "EINVAL"),
        *("EILSEQ", "EILSEQ", "EILSEQ", "EILSEQ"),
        *("ENAMETOOLONG", "ENAMETOOLONG", "ENAMETOOLONG", "ENAMETOOLONG"),
        *("EEXIST", "EEXIST", "EEXIST", "EEXIST"),
        *("EILSEQ", "EILSEQ", "ENAMETOOLONG", "ENAMETOOLONG", "EPERM"),
        *("EEXIST", "EEXIST"),
    ]
    trip.assert_now({})
    assert trip.server.requests.writes() == []


def test_times_that_are_set_are_remembered(mount, serve, tmp_path):
    trip, new = on_a_trip(mount, serve), picture(82)
    source = put(tmp_path / "n.jpg", new)
    script = 'cp -p "$2" "$1"; touch -r "$2" "$1/a.jpg" "$1"; cat "$2" > "$1/b.jpg"'
    sh(script, trip.album, source).ok()
    now = trip.assert_now({"trip/n.jpg": new, "trip/b.jpg": new})
    assert now["trip/n.jpg"].mtime_ns == now["trip/a.jpg"].mtime_ns == STAMP_NS
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    sent = len(trip.server.requests.writes())
    seen = again.assert_now({})
    assert {path: file.mtime_ns for path, file in seen.items()} == {
        path: file.mtime_ns for path, file in now.items()
    }
    assert run("stat", "-c", "%.9Y", again.album).ok().stdout == "1234567890.123456789\n"
    run("cp", "-pu", source, again.album).ok()
    assert len(trip.server.requests.writes()) == sent
    run("cp", "--no-preserve=all", source, again.album).ok()
    assert again.assert_now({})["trip/n.jpg"].mtime_ns > STAMP_NS


def test_changing_mode_or_owner_succeeds_and_does_nothing(mount, serve):
    trip = on_a_trip(mount, serve)
    before = run("stat", "-c", "%a %u %g", trip.album, trip.album / "a.jpg").ok().stdout
    sh('chmod 600 "$1/a.jpg"; chmod 700 "$1"; chgrp "$(id -g)" "$1/a.jpg"', trip.album).ok()
    answers = errnos("answer(os.chown, sys.argv[1], os.getuid(), os.getgid())", trip.album)
    assert answers == ["OK"]
    after = run("stat", "-c", "%a %u %g", trip.album, trip.album / "a.jpg").ok().stdout
    assert before == after
    assert trip.server.requests.writes() == []


SETTING = """
cd "$1"
setfattr -n user.xdg.tags -v 'one,two words' a.jpg
setfattr -n user.g3fs.tags -v '["x, y","Zoë"]' b.jpg
setfattr -n user.g3fs.tags.add -v '["new"]' c.jpg .
setfattr -n user.g3fs.tags.remove -v '["sea"]' c.jpg
setfattr -n user.xdg.comment -v 'Grüße' a.jpg .
setfattr -x user.xdg.comment b.jpg
setfattr -n user.g3fs.title -v 'A title' a.jpg
setfattr -n user.g3fs.comment.new -v 'How nice' a.jpg
setfattr -n user.g3fs.cover -v b.jpg .
mv b.jpg away.jpg; mv c.jpg b.jpg
setfattr -n user.g3fs.cover -v b.jpg .
mv b.jpg c.jpg; mv away.jpg b.jpg
setfattr -n user.g3fs.order -v "$(printf 'c.jpg\nb.jpg')" .
test "$(ls -U | tr '\n' ' ')" = 'c.jpg b.jpg a.jpg '
setfattr -n user.g3fs.captured -v 2001-02-03T04:05:06Z b.jpg
cp b.jpg new.jpg
test "$(getfattr --only-values -n user.g3fs.order . | tr '\n' ' ')" = 'c.jpg b.jpg a.jpg new.jpg'
rm new.jpg
test "$(getfattr --only-values -n user.g3fs.order . | tr '\n' ' ')" = 'c.jpg b.jpg a.jpg'
"""


def test_attributes_are_written_to_the_server(mount, serve):
    trip = on_a_trip(mount, serve)
    sh(SETTING, trip.album).ok()
    now = holdings(trip.server)
    a, b, c, album = (now[f"trip{path}"] for path in ("/a.jpg", "/b.jpg", "/c.jpg", ""))
    assert (a.tags, b.tags) == (("one", "two words"), ("Zoë", "x, y"))
    assert (c.tags, album.tags) == (("new", "tag 3"), ("new", "train"))
    assert (a.description, b.description, album.description) == ("Grüße", None, "Grüße")
    assert (a.title, a.comments[-1], album.cover) == ("A title", "How nice", c.id)
    assert os.getxattr(trip.album / "b.jpg", "user.g3fs.captured") == b"2001-02-03T04:05:06Z"
    shown = run("getfattr", "--only-values", "-n", "user.g3fs.tags", trip.album / "b.jpg")
    assert set(json.loads(shown.ok().stdout)) == {"x, y", "Zoë"}
    known = run("getfattr", "--only-values", "-n", "user.g3fs.comments", trip.album / "a.jpg")
    last = json.loads(known.ok().stdout)[-1]["id"]
    run("setfattr", "-x", f"user.g3fs.comment.{last}", trip.album / "a.jpg").ok()
    assert "How nice" not in holdings(trip.server)["trip/a.jpg"].comments
    sent = len(trip.server.requests.writes())
    script = """
photo = sys.argv[1] + "/a.jpg"
for name, value in (
    ("user.g3fs.title", b"A title"), ("user.xdg.tags", "two words,one".encode()),
    ("user.g3fs.id", b"7"), ("user.mime_type", b"x"), ("user.other", b"x"), ("trusted.x", b"x"),
    ("user.xdg.comment", b"\\xff"), ("user.g3fs.tags", b"no array"),
    ("user.g3fs.title", b"x" * 300), ("user.xdg.comment", b"x" * 65536),
):
    answer(os.setxattr, photo, name, value)
answer(os.removexattr, photo, "user.nothing")
"""
    answers = errnos(script, trip.album)
    assert answers[:6] == ["OK", "OK", "EPERM", "EPERM", "ENOTSUP", "ENOTSUP"]
    assert answers[6:] == [*("EINVAL", "EINVAL"), *("E2BIG", "E2BIG"), "ENOTSUP"]
    assert len(trip.server.requests.writes()) == sent


def test_attributes_that_come_before_the_data_are_applied_after_it(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve), picture(83)
    source = put(tmp_path / "n.jpg", data)
    script = """
touch "$1/n.jpg" "$1/m.jpg.part"
for name in n.jpg m.jpg.part; do
  setfattr -n user.xdg.tags -v 'x,y' "$1/$name"
  setfattr -n user.g3fs.title -v 'Early' "$1/$name"
  getfattr --only-values -n user.g3fs.title "$1/$name"
done
cat "$2" > "$1/n.jpg"
cat "$2" > "$1/m.jpg.part"; mv "$1/m.jpg.part" "$1/m.jpg"
cat "$2" > "$1/.a.jpg.Ab12Cd"
setfattr -n user.xdg.comment -v 'Replaced' "$1/.a.jpg.Ab12Cd"; mv "$1/.a.jpg.Ab12Cd" "$1/a.jpg"
"""
    assert sh(script, trip.album, source).ok().stdout == "EarlyEarly"
    now = holdings(trip.server)
    for name in ("n.jpg", "m.jpg"):
        assert (now[f"trip/{name}"].title, now[f"trip/{name}"].tags) == ("Early", ("x", "y"))
    before, after = trip.first["trip/a.jpg"], now["trip/a.jpg"]
    assert (after.id, after.title, after.tags) == (before.id, before.title, before.tags)
    assert after.description == "Replaced"


def test_renaming_changes_the_item_and_moves_no_data(mount, serve):
    trip = on_a_trip(mount, serve)
    script = 'cd "$1"; mv trip/a.jpg trip/n.jpg; mv trip/b.jpg other/b.jpg; mv trip other/journey'
    sh(script, trip.top).ok()
    moved = {"trip": "other/journey", "trip/a.jpg": "other/journey/n.jpg"}
    moved |= {"trip/b.jpg": "other/b.jpg", "trip/c.jpg": "other/journey/c.jpg"}
    trip.assert_now({}, moved={new: old for old, new in moved.items()})
    assert sum(request.received for request in trip.server.requests.writes()) < 2000


def test_a_photo_renamed_over_another_takes_its_place(mount, serve):
    trip = on_a_trip(mount, serve)
    run("mv", trip.album / "a.jpg", trip.album / "b.jpg").ok()
    trip.assert_now({}, moved={"trip/b.jpg": "trip/a.jpg"})


def test_a_rename_that_cannot_be_done_says_why(mount, serve):
    trip = on_a_trip(mount, serve)
    script = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
top = sys.argv[1]
def renameat2(old, new, flags):
    old, new = (os.fsencode(top + "/" + path) for path in (old, new))
    if libc.renameat2(-100, old, -100, new, flags):
        raise OSError(ctypes.get_errno(), "renameat2")
for flags in (1, 2, 4):
    answer(renameat2, "trip/a.jpg", "trip/b.jpg", flags)
answer(renameat2, "empty", "trip", 0)
answer(renameat2, "trip/a.jpg", "empty", 0)
answer(renameat2, "empty", "trip/a.jpg", 0)
answer(renameat2, "trip/a.jpg", ".g3fs/a.jpg", 0)
"""
    answers = errnos(script, trip.top)
    assert answers[:3] == ["EEXIST", "EINVAL", "EINVAL"]
    assert answers[3:] == ["ENOTEMPTY", "EISDIR", "ENOTDIR", "EPERM"]
    trip.assert_now({})


def test_deleting_a_file_deletes_the_item(mount, serve):
    trip = on_a_trip(mount, serve)
    sh('cd "$1"; rm trip/a.jpg; rm -r other', trip.top).ok()
    trip.assert_now({"trip/a.jpg": None, "other/d.jpg": None})
    assert "other" not in holdings(trip.server)


def test_only_a_directory_that_is_empty_on_the_server_can_be_deleted(mount, serve):
    trip = on_a_trip(mount, serve)
    run("ls", "-R", trip.top).ok()
    assert "not empty" in run("rmdir", trip.album).stderr
    Remote(trip.server).add("empty", "came.jpg", picture(84))
    assert "not empty" in run("rmdir", trip.top / "empty").stderr
    Remote(trip.server).delete("empty/came.jpg")
    run("cp", "/dev/null", trip.top / "empty/x.tmp").ok()
    assert "not empty" in run("rmdir", trip.top / "empty").stderr
    sh('rm "$1/empty/x.tmp"; rmdir "$1/empty"; mkdir -p "$1/n/m"; rmdir "$1/n/m"', trip.top).ok()
    trip.assert_now({})
    assert {path for path, item in holdings(trip.server).items() if item.kind == "album"} == {
        *("", "trip", "other", "n")
    }


def test_with_delete_denied_nothing_is_deleted_or_replaced(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve, "delete=deny"), picture(85)
    put(tmp_path / "n.jpg", data)
    script = """
photo, other = sys.argv[1] + "/a.jpg", sys.argv[1] + "/b.jpg"
temporary = sys.argv[1] + "/.a.jpg.Ab12Cd"
os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY))
open(temporary, "wb").write(b"x" * 100)
answer(os.unlink, photo); answer(os.open, photo, os.O_WRONLY); answer(os.truncate, photo, 5)
answer(os.open, photo, os.O_RDWR | os.O_TRUNC); answer(os.rename, other, photo)
answer(os.rename, photo, photo + "~")
answer(os.rename, temporary, photo); answer(os.unlink, temporary)
answer(os.setxattr, photo, "user.xdg.tags", b"sea,tag 1")
"""
    assert errnos(script, trip.album) == ["EPERM"] * 7 + ["OK"] * 2
    trip.assert_now({})
    run("cp", tmp_path / "n.jpg", trip.album).ok()
    run("mv", trip.album / "n.jpg", trip.album / "m.jpg").ok()
    trip.assert_now({"trip/m.jpg": data})


def test_links_cannot_be_made(mount, serve):
    trip = on_a_trip(mount, serve)
    script = """
photo = sys.argv[1] + "/a.jpg"
answer(os.link, photo, photo + "2"); answer(os.symlink, photo, sys.argv[1] + "/n.jpg")
answer(os.mkfifo, sys.argv[1] + "/fifo.jpg")
"""
    assert errnos(script, trip.album) == ["EPERM"] * 3
    assert media_of(holdings(trip.server)) == media_of(trip.first)


def test_who_may_not_add_or_edit_is_refused_at_once(mount, gallery, tmp_path):
    bob = gallery.account("bob")
    login = {"G3FS_USERNAME": bob.username, "G3FS_API_KEY": bob.api_key}
    top, new = mount(env=login).path, put(tmp_path / "n.jpg", picture(86))
    run("find", top).ok()
    script = """
top, photo = sys.argv[1], sys.argv[1] + "/holidays/sea/sea-1.jpg"
answer(os.open, photo, os.O_WRONLY); answer(os.unlink, photo); answer(os.truncate, photo, 5)
answer(os.rename, photo, photo + ".jpg"); answer(os.mkdir, top + "/holidays/new")
answer(os.open, top + "/holidays/new.jpg", os.O_CREAT | os.O_WRONLY)
answer(os.setxattr, photo, "user.xdg.comment", b"x")
answer(os.rename, photo, top + "/shared/x.jpg")
answer(os.rename, top + "/shared/team.jpg", top + "/holidays/team.jpg")
answer(os.rmdir, top + "/dropbox")
"""
    with counted(gallery):
        assert errnos(script, top) == ["EACCES"] * 10
    assert gallery.requests.writes() == []
    modes = run("stat", "-c", "%a", *(top / name for name in ("holidays", "dropbox", "shared")))
    assert modes.ok().stdout.split() == ["555", "755", "755"]
    run("cp", new, top / "dropbox").ok()
    run("cp", new, top / "shared/team.jpg").ok()
    assert holdings(gallery)["dropbox/n.jpg"].sha256 == holdings(gallery)["shared/team.jpg"].sha256
