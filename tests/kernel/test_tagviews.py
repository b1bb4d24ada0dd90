"""The views of tags with the tools that people use."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from g3fs.demo.library import Album, Library
from g3fs.demo.proxy_link import Conditions
from g3fs.demo.synthetic import album_of
from tests.kernel.remote import ERRNO_OF, Remote, python
from tests.kernel.support import counted, run, wait_for

VIEWS = ".g3fs/views/tags"


def names(path):
    return set(run("ls", "-A", path).ok().stdout.splitlines())


def dangling(path):
    return run("find", "-L", path, "-type", "l").ok().stdout


def carriers(gallery, tag):
    """The numbers of the items that have a tag on the server; None where there is no such tag."""
    remote = Remote(gallery)
    for url in remote.get("tags", num="100")["members"]:
        found = remote.get("tag/" + url.rpartition("/")[2])
        if found["entity"]["name"] == tag:
            pairs = found["relationships"]["items"]["members"]
            return {pair.rpartition(",")[2] for pair in pairs}
    return None


def tagged_album(count, tag):
    """One album of so many tiny photos that all have one tag."""
    (album,) = album_of(count).children
    photos = tuple(replace(photo, tags=(tag,)) for photo in album.children)
    return Library(children=(Album(name=album.name, children=photos),))


def test_a_whole_tag_is_copied(mount, gallery, tmp_path):
    mounted = mount()
    tags = mounted.path / VIEWS
    sea = carriers(gallery, "Sea")
    run("cp", "-a", tags / "Sea", tags / "Copied").ok()
    assert carriers(gallery, "Copied") == sea
    run("rsync", "-a", f"{tags}/Sea/", tags / "Synced").ok()
    assert carriers(gallery, "Synced") == sea
    again = run("rsync", "-ai", f"{tags}/Sea/", tags / "Synced").ok().stdout
    assert [line for line in again.splitlines() if not line.startswith(".")] == []
    archive = tmp_path / "sea.tar"
    run("tar", "-cf", archive, "-C", tags / "Sea", ".").ok()
    run("mkdir", tags / "Unpacked").ok()
    run("tar", "-Pxf", archive, "-C", tags / "Unpacked").ok()
    assert carriers(gallery, "Unpacked") == sea
    for tag in ("Copied", "Synced", "Unpacked"):
        assert names(tags / tag) == names(tags / "Sea")
        assert dangling(tags / tag) == ""
    run("cp", "-rL", tags / "Sea", tmp_path / "photos").ok()
    run("diff", "-r", tmp_path / "photos", mounted.path / "holidays/sea").ok()


def test_a_tag_is_moved_while_somebody_is_in_it(mount, gallery):
    mounted = mount()
    tags = mounted.path / VIEWS
    sea = carriers(gallery, "Sea")
    script = "ls >/dev/null && mv ../Sea ../Ocean && ls && rm sea-2.jpg && ls ../Ocean"
    listed = run("sh", "-c", script, cwd=tags / "Sea").ok().stdout.splitlines()
    assert listed.count("sea-1.jpg") == 2
    assert listed.count("sea-2.jpg") == 1
    assert carriers(gallery, "Sea") is None
    assert len(carriers(gallery, "Ocean")) == len(sea) - 1
    assert "sea-1.jpg" in names(tags / "Ocean")
    assert "Sea" not in names(tags)


def test_names_given_to_links_stay_after_a_remount(mount, gallery):
    mounted = mount()
    tags = mounted.path / VIEWS
    run("ln", "-s", mounted.path / "welcome.jpg", tags / "Sea/0 first.jpg").ok()
    before = run("stat", "-c", "%i", tags / "Sea", tags / "Sea/0 first.jpg").ok().stdout
    mounted.unmount()
    again = mount()
    tags = again.path / VIEWS
    assert "0 first.jpg" in names(tags / "Sea")
    assert run("stat", "-c", "%i", tags / "Sea", tags / "Sea/0 first.jpg").ok().stdout == before
    run("cmp", tags / "Sea/0 first.jpg", again.path / "welcome.jpg").ok()
    run("rm", tags / "Sea/0 first.jpg").ok()
    run("ln", "-s", again.path / "welcome.jpg", tags / "Sea").ok()
    assert "welcome.jpg" in names(tags / "Sea")


def test_a_mounted_part_shows_tags_of_what_is_in_it(mount, gallery):
    mounted = mount("subdir=holidays")
    tags = mounted.path / VIEWS
    assert "sea-1.jpg" in names(tags / "Holiday")
    assert "holidays" not in names(tags / "Holiday"), "it is the root itself"
    assert names(tags / "garden") == set()
    assert dangling(tags / "Holiday") == ""
    link = tags / "Holiday/sea-1.jpg"
    assert run("readlink", "-f", link).ok().stdout == f"{mounted.path}/sea/sea-1.jpg\n"
    run("ln", "-s", mounted.path / "sea", tags / "garden").ok()
    assert str(Remote(gallery).id_of("holidays/sea")) in carriers(gallery, "garden")
    outside = run("ln", "-s", "../../../../../welcome.jpg", tags / "garden")
    assert "Invalid argument" in outside.stderr


def test_many_links_cost_few_requests(mount, serve):
    server = serve(library=tagged_album(300, "All"))
    mounted = mount(server=server)
    tags = mounted.path / VIEWS
    with counted(server) as requests:
        listed = run("ls", "-l", tags / "All").ok().stdout
    assert listed.count(" -> ") == 300
    assert requests.total() <= 10, requests
    with counted(server) as requests:
        assert dangling(tags / "All") == ""
    assert requests.total() <= 2, requests
    with counted(server) as requests:
        run("rm", "-r", tags / "All", timeout=120).ok()
    reads = sum(count for call, count in requests.items() if call.startswith("GET tree"))
    assert reads == 0, "links that were removed are known"
    assert carriers(server, "All") is None
    assert len(names(mounted.path / "many")) == 300


def test_many_link_at_once(mount, serve):
    server = serve(library=album_of(40))
    mounted = mount(server=server)
    tags = mounted.path / VIEWS
    run("mkdir", tags / "One", tags / "Two").ok()
    photos = sorted(names(mounted.path / "many"))

    def link(photo):
        for tag in ("One", "Two"):
            run("ln", "-s", f"../../../../many/{photo}", tags / tag).ok()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(link, photos))
    for tag in ("One", "Two"):
        assert names(tags / tag) == set(photos)
        assert len(carriers(server, tag)) == 40


def test_a_change_that_fails_is_told_and_shows_as_it_is(mount, gallery):
    mounted = mount("timeout=5")
    tags = mounted.path / VIEWS
    names(tags / "Sea")
    gallery.faults.plant("status", method="POST", resource="item_tags", times=10)
    failed = run("ln", "-s", mounted.path / "welcome.jpg", tags / "Sea")
    assert "Input/output error" in failed.stderr
    gallery.faults.clear()
    wait_for(lambda: run("ls", tags / "Sea").returncode == 0, 20, "the server counts as back")
    assert "welcome.jpg" not in names(tags / "Sea")
    gallery.faults.plant("status", method="DELETE", resource="tag_item", times=10)
    assert run("rm", tags / "Sea/sea-1.jpg").returncode == 1
    gallery.faults.clear()
    wait_for(lambda: run("ls", tags / "Sea").returncode == 0, 20, "the server counts as back")
    assert "sea-1.jpg" in names(tags / "Sea")


def test_tags_that_are_known_show_while_the_server_is_away(mount):
    mounted = mount("timeout=2", conditions=Conditions(round_trip_s=0.0), limit_s=90)
    tags = mounted.path / VIEWS
    before = names(tags / "Sea")
    mounted.proxy.refuse()
    assert names(tags / "Sea") == before
    run("readlink", tags / "Sea/sea-1.jpg").ok()
    script = ERRNO_OF + "print(errno_of(os.symlink, sys.argv[1], sys.argv[2]))"
    for _ in range(3):
        answer = python(script, "../../../../welcome.jpg", tags / "Sea/welcome.jpg", timeout=20)
    assert answer.ok().stdout.strip() in {"EHOSTUNREACH", "ETIMEDOUT"}
    mounted.proxy.heal()
    link = tags / "Sea/welcome.jpg"
    text = "../../../../welcome.jpg"
    wait_for(lambda: run("ln", "-s", text, link).returncode == 0, 45, "the mount recovers")


def test_where_the_tree_itself_has_the_tags_there_is_no_view_of_them(mount, serve):
    for kind in ("photoprism", "stash"):
        mounted = mount(server=serve(kind=kind))
        assert "views" not in names(mounted.path / ".g3fs")
        assert run("ls", mounted.path / VIEWS).returncode == 2
