"""docs/semantics.md: tags as directories."""

import errno

from tests.kernel.remote import ERRNO_OF, Remote, python
from tests.kernel.support import counted, run, wait_for

SEA = "holidays/sea/sea-1.jpg"
WELCOME = "welcome.jpg"
SLASH = "\N{DIVISION SLASH}"


def names(path):
    return run("ls", "-A", path).ok().stdout.splitlines()


def tags_of(path):
    """As the server has them: asked anew."""
    found = run("getfattr", "--only-values", "--absolute-names", "-n", "user.xdg.tags", path)
    return set(found.stdout.split(",")) - {""}


def on_server(gallery, path):
    """The names of the tags that an item has."""
    remote = Remote(gallery)
    item = str(remote.id_of(path))
    found = set()
    for url in remote.get("tags", num="100")["members"]:
        tag = remote.get("tag/" + url.rpartition("/")[2])
        pairs = tag["relationships"]["items"]["members"]
        if item in {pair.rpartition(",")[2] for pair in pairs}:
            found.add(tag["entity"]["name"])
    return found


def all_on_server(gallery):
    remote = Remote(gallery)
    urls = remote.get("tags", num="100")["members"]
    return {remote.get("tag/" + url.rpartition("/")[2])["entity"]["name"] for url in urls}


def refusal(script, *argv):
    return python(ERRNO_OF + script, *argv).ok().stdout.split()


def test_tags_are_directories_of_links(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    assert set(names(tags)) == all_on_server(gallery)
    assert "Família" in names(tags)
    listed = run("ls", "-l", tags / "Sea").ok().stdout
    assert "sea-1.jpg -> ../../../../holidays" in listed
    assert names(tags / "Holiday")[0] == "holidays", "albums are tagged, too"
    for tag in ("Sea", "Holiday", "Família"):
        # Every link leads to something, whether or not anybody has been there.
        assert run("find", "-L", tags / tag, "-maxdepth", "1", "-type", "l").ok().stdout == ""
    link = tags / "Sea/sea-1.jpg"
    run("ls", mounted.path / "holidays/sea").ok()
    assert run("readlink", link).ok().stdout == f"../../../../{SEA}\n"
    assert run("readlink", "-f", link).ok().stdout == f"{mounted.path / SEA}\n"
    run("cmp", link, mounted.path / SEA).ok()
    inodes = run("stat", "-L", "-c", "%i", link, mounted.path / SEA).ok().stdout.split()
    assert inodes[0] == inodes[1]
    mounted.unmount()
    without = mount("views=off")
    assert "views" not in names(without.path / ".g3fs")


def test_listing_the_tags_costs_a_handful_of_requests(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    with counted(gallery) as requests:
        names(tags)
    assert requests.total() <= 2 + len(all_on_server(gallery)), requests
    with counted(gallery) as requests:
        names(tags / "Holiday")
    assert requests.total() <= 5, requests
    with counted(gallery) as requests:
        run("ls", "-l", tags / "Holiday", tags).ok()
    assert requests.total() == 0, requests


def test_a_new_link_tags_and_a_removed_one_untags(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    run("ln", "-s", f"../../../../{WELCOME}", tags / "Sea").ok()
    assert on_server(gallery, WELCOME) == {"garden", "Sea"}
    assert tags_of(mounted.path / WELCOME) == {"garden", "Sea"}
    assert WELCOME in names(tags / "Sea")
    run("ln", "-s", mounted.path / "holidays", tags / "Sea/all of it").ok()
    run("ln", "-sr", mounted.path / "holidays/hills", tags / "Sea").ok()
    assert {"all of it", "hills"} <= set(names(tags / "Sea"))
    assert on_server(gallery, "holidays") == {"Holiday", "Sea"}
    run("cp", "-P", tags / "garden" / WELCOME, tags / "Party").ok()
    assert on_server(gallery, WELCOME) == {"garden", "Sea", "Party"}
    run("rm", tags / "Sea" / WELCOME, tags / "Party" / WELCOME).ok()
    assert on_server(gallery, WELCOME) == {"garden"}
    assert tags_of(mounted.path / WELCOME) == {"garden"}
    run("rm", "-r", tags / "Sea/all of it").ok()
    assert on_server(gallery, "holidays") == {"Holiday"}
    assert SEA.rpartition("/")[2] in names(mounted.path / "holidays/sea"), "nothing was deleted"


def test_a_new_directory_is_a_tag_and_a_removed_one_is_none(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    run("mkdir", tags / "Beach").ok()
    assert "Beach" in all_on_server(gallery)
    assert names(tags / "Beach") == []
    run("ln", "-s", mounted.path / WELCOME, tags / "Beach").ok()
    assert "File exists" in run("mkdir", tags / "BEACH").stderr
    run("mv", tags / "Beach", tags / "Strand").ok()
    assert names(tags / "Strand") == [WELCOME]
    assert on_server(gallery, WELCOME) == {"garden", "Strand"}
    taken = refusal(
        "print(errno_of(os.rename, sys.argv[1], sys.argv[2]))", tags / "Strand", tags / "Sea"
    )
    assert taken == [errno.errorcode[errno.EEXIST]]
    assert on_server(gallery, WELCOME) == {"garden", "Strand"}
    run("rmdir", tags / "Strand").ok()
    assert "Strand" not in names(tags)
    assert on_server(gallery, WELCOME) == {"garden"}
    run("mkdir", tags / f"a{SLASH}b").ok()
    assert "a/b" in all_on_server(gallery)
    run("rm", "-r", tags / "Sea", tags / f"a{SLASH}b").ok()
    assert not {"Sea", "a/b"} & all_on_server(gallery)
    assert on_server(gallery, SEA) == {"Holiday"}
    run("cmp", mounted.path / SEA, tags / "Holiday/sea-1.jpg").ok()


def test_a_moved_link_puts_one_tag_in_the_place_of_another(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    run("mv", tags / "garden" / WELCOME, tags / "Sea").ok()
    assert on_server(gallery, WELCOME) == {"Sea"}
    assert WELCOME not in names(tags / "garden")
    run("cmp", tags / "Sea" / WELCOME, mounted.path / WELCOME).ok()
    run("mv", tags / "Sea/sea-1.jpg", tags / "Sea/sea-2.jpg", tags / "Holiday").ok()
    assert on_server(gallery, SEA) == {"Holiday"}
    assert not {"sea-1.jpg", "sea-2.jpg"} & set(names(tags / "Sea"))


def test_whatever_else_is_tried_among_the_tags_is_refused(mount, gallery):
    mounted = mount()
    top = mounted.path
    tags = top / ".g3fs/views/tags"
    names(tags / "Sea")
    script = """
top, tags = sys.argv[1:]
photo, link, sea = top + "/welcome.jpg", tags + "/Sea/sea-1.jpg", tags + "/Sea/"
calls = [
    (os.symlink, "/etc/passwd", sea + "x"), (os.symlink, "nothing", sea + "x"),
    (os.symlink, "../../../..", sea + "x"), (os.symlink, "welcome.jpg", tags + "/x"),
    (os.symlink, "welcome.jpg", top + "/x"), (os.mkdir, sea + "x"), (os.mkdir, tags + "/ "),
    (os.mkdir, top + "/.g3fs/views/x"), (os.rename, photo, sea + "x"),
    (os.rename, link, top + "/x"), (os.rename, link, sea + "x"), (os.rename, link, tags + "/x"),
    (os.rename, tags + "/Sea", tags + "/City/Sea"), (os.rename, tags + "/Sea", top + "/Sea"),
    (os.open, sea + "x", os.O_CREAT | os.O_WRONLY), (os.mknod, sea + "x"),
    (os.link, photo, sea + "x"), (os.rmdir, tags), (os.unlink, tags + "/Sea"), (os.rmdir, link),
    (os.setxattr, tags + "/Sea", "user.xdg.comment", b"x"),
]
for call, *args in calls:
    print(errno_of(call, *args))
for call, *args in [(os.utime, tags + "/Sea", (1, 1)), (os.chmod, tags + "/Sea", 0o700)]:
    print(errno_of(call, *args))
"""
    with counted(gallery) as requests:
        answers = refusal(script, top, tags)
    refused = ["EINVAL"] * 3 + ["EPERM"] * 3 + ["EINVAL"] + ["EPERM"] * 11
    assert answers == [*refused, "EISDIR", "ENOTDIR", "ENOTSUP", "OK", "OK"]
    assert not any(call.startswith(("POST", "PUT", "DELETE")) for call in requests), requests
    mounted.unmount()
    read_only = mount("ro")
    tags = read_only.path / ".g3fs/views/tags"
    assert run("stat", "-c", "%A", tags / "Sea").ok().stdout.startswith("dr-x")
    for argv in (["mkdir", tags / "x"], ["rm", tags / "Sea/sea-1.jpg"], ["rmdir", tags / "Sea"]):
        assert "Read-only file system" in run(*argv).stderr


def test_tags_that_others_change_show_after_the_time_to_live(mount, gallery):
    mounted = mount("ttl=1")
    tags = mounted.path / ".g3fs/views/tags"
    remote = Remote(gallery)
    assert "sea-1.jpg" in names(tags / "Sea")
    run("readlink", tags / "Sea/sea-1.jpg").ok()
    remote.rename(SEA, "first.jpg")
    wait_for(lambda: "first.jpg" in names(tags / "Sea"), 20, "the new name")
    run("test", "-f", tags / "Sea/first.jpg").ok()
    gone = tags / "Sea/sea-1.jpg"
    wait_for(lambda: run("readlink", gone).returncode != 0, 20, "the old name is forgotten")
    item = remote.id_of(WELCOME)
    url = remote.send("post", "tags", name="Elsewhere")["url"]
    rest = url.partition("/tag/")[0]
    remote.send("post", f"item_tags/{item}", tag=url, item=f"{rest}/item/{item}")
    wait_for(lambda: "Elsewhere" in names(tags), 20, "the new tag")
    assert names(tags / "Elsewhere") == [WELCOME]
    remote.send("delete", "tag/" + url.rpartition("/")[2])
    wait_for(lambda: "Elsewhere" not in names(tags), 20, "the tag is gone")


def test_what_is_tagged_or_moved_elsewhere_in_the_mount_shows_at_once(mount, gallery):
    mounted = mount()
    tags = mounted.path / ".g3fs/views/tags"
    photo = mounted.path / WELCOME
    assert run("ls", tags / "New").returncode != 0
    names(tags / "garden")
    run("setfattr", "-n", "user.xdg.tags", "-v", "New,Sea", photo).ok()
    assert names(tags / "New") == [WELCOME]
    assert WELCOME in names(tags / "Sea")
    run("mv", photo, mounted.path / "holidays/hello.jpg").ok()
    assert names(tags / "New") == ["hello.jpg"]
    link = tags / "New/hello.jpg"
    assert run("readlink", "-e", link).ok().stdout == f"{mounted.path}/holidays/hello.jpg\n"
    run("rm", mounted.path / "holidays/hello.jpg").ok()
    assert "hello.jpg" not in names(tags / "Sea")
