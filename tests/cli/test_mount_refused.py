"""A mount that cannot be: one line that names the cause, 32, nothing mounted, no process left."""

import os
import signal

import pytest

from tests.cli.support import (
    assert_one_line,
    daemons,
    key_of,
    refused_url,
    self_signed,
    silent_server,
    web_server,
)
from tests.kernel.support import mounted_device, run, wait_for

LIMIT_S = 15.0
"""For everything but servers that do not answer."""
GALLERY_KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def refuse(g3fs, place, tmp_path):
    """Tries to mount, and checks what holds for every refusal."""

    def check(source, words, *options, at=place, limit_s=LIMIT_S, **env):
        text = [word for option in options for word in ("-o", option)]
        done = g3fs("mount", source, at, *text, timeout=LIMIT_S + 20, **env)
        assert_one_line(done, words, 32)
        assert mounted_device(at) is None
        assert daemons(tmp_path) == []
        assert done.seconds < limit_s
        return done

    return check


def test_a_wrong_password(refuse, gallery):
    user = {"G3FS_USERNAME": gallery.username, "G3FS_PASSWORD": "not-the-password"}
    done = refuse(gallery.url, gallery.url, **user)
    assert "password" in done.stderr


def test_a_wrong_key(refuse, gallery):
    done = refuse(gallery.url, "does not accept the key", G3FS_API_KEY=GALLERY_KEY)
    assert GALLERY_KEY not in done.stderr


def test_no_credentials_where_guests_see_nothing(refuse, gallery):
    refuse(gallery.url, "a name or key is needed")


def test_a_web_server_that_is_no_gallery(refuse):
    with web_server() as url:
        refuse(url, "there is no Gallery 3", G3FS_API_KEY=GALLERY_KEY)


def test_an_address_below_a_gallery_that_is_none(refuse, gallery):
    site = gallery.url.removesuffix("/index.php")
    refuse(f"{site}/nowhere", f"but there is one at {site}", G3FS_API_KEY=gallery.api_key)


def test_a_host_that_does_not_exist(refuse):
    refuse("http://no-such-host.invalid/gallery3", "there is no host no-such-host.invalid")


def test_a_port_where_nobody_listens(refuse):
    refuse(refused_url(), "connection refused")


def test_a_gallery_whose_rest_module_is_off(refuse, gallery):
    run("curl", "-sf", "-d", '{"action": "rest_off"}', f"{gallery.origin}/demo/faults").ok()
    refuse(gallery.url, "REST module", **key_of(gallery))


def test_a_gallery_in_maintenance_mode(refuse, gallery):
    run("curl", "-sf", "-d", '{"action": "maintenance"}', f"{gallery.origin}/demo/faults").ok()
    refuse(gallery.url, "maintenance", **key_of(gallery))


def test_a_certificate_that_nobody_vouches_for(refuse, tmp_path):
    with web_server(self_signed(tmp_path)) as url:
        refuse(url, "certificate", SSL_CERT_FILE="", REQUESTS_CA_BUNDLE="", CURL_CA_BUNDLE="")


def test_tls_where_there_is_none(refuse, gallery):
    refuse(gallery.url.replace("http:", "https:"), "does not speak TLS")


def test_a_certificate_of_ones_own_is_trusted_with_cafile(refuse, tmp_path):
    with web_server(self_signed(tmp_path)) as url:
        refuse(url, "there is no Gallery 3", f"cafile={tmp_path / 'certificate.pem'}")


def test_a_server_that_never_answers(refuse):
    with silent_server() as url:
        refuse(url, "does not answer", "timeout=2", limit_s=9.0)


def test_a_server_that_drips(refuse, gallery):
    run("curl", "-sf", "-d", '{"action": "drip"}', f"{gallery.origin}/demo/faults").ok()
    refuse(gallery.url, "not answer", "timeout=2", limit_s=9.0, **key_of(gallery))


def test_who_loses_patience_leaves_nothing_behind(g3fs, place, tmp_path):
    with silent_server() as url, g3fs.start("mount", url, place) as process:
        wait_for(lambda: len(daemons(tmp_path)) > 1, LIMIT_S, "a process in the background")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, out, err.strip()) == (130, "", "g3fs: interrupted")
    assert daemons(tmp_path) == []
    assert mounted_device(place) is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda at: at.rmdir(), "does not exist"),
        (lambda at: (at.rmdir(), at.touch()), "is not a directory"),
        (lambda at: (at / "file").touch(), "is not empty"),
    ],
)
def test_a_mountpoint_that_cannot_be_used(refuse, place, make, words):
    make(place)
    refuse("http://never.asked.invalid/", f"mountpoint {place} {words}")


def test_a_mountpoint_that_is_taken(g3fs, gallery, place):
    g3fs("mount", gallery.url, place, **key_of(gallery)).ok()
    done = g3fs("mount", gallery.url, place, **key_of(gallery))
    assert_one_line(done, f"mountpoint {place} is busy: {gallery.url} is mounted there", 32)
    assert run("ls", place).ok().stdout


@pytest.mark.parametrize(
    ("source", "option", "words"),
    [
        ("https://me:hunter2@h/", "ro", "g3fs login"),
        ("https://h/?access_key=hunter2", "ro", "leave out"),
        ("https://h/", "cachesize=1G", "did you mean cache_size?"),
        ("https://h/", "password=hunter2", "credentials=FILE"),
        ("https://h/", "thumbnails", "not built yet"),
        ("https://h/", "credentials=/nowhere", "cannot read /nowhere"),
        ("https://h/", "subdir=..", "subdir"),
        ("home", "ro", "neither an address"),
    ],
)
def test_words_that_cannot_be(refuse, source, option, words):
    done = refuse(source, words, option)
    assert "hunter2" not in done.stderr


def test_a_directory_of_the_gallery_that_is_not_there(refuse, gallery):
    refuse(gallery.url, "no directory 'nowhere'", "subdir=nowhere", **key_of(gallery))


def test_a_machine_without_the_fuse_device(g3fs, place):
    if os.geteuid() != 0 or run("unshare", "-m", "true").returncode != 0:
        pytest.skip("needs a mount namespace of its own")
    command = g3fs.argv("mount", "http://never.asked.invalid/", place)
    hide = 'mount -t tmpfs none /dev && exec "$@"'
    done = run("unshare", "-m", "sh", "-c", hide, "sh", *command, env=g3fs.environment)
    assert_one_line(done, "there is no /dev/fuse", 32)


def test_a_machine_without_fusermount(g3fs, place, tmp_path):
    (tmp_path / "bin").mkdir()
    done = g3fs("mount", "http://never.asked.invalid/", place, PATH=str(tmp_path / "bin"))
    assert_one_line(done, "install the package fuse3", 32)


def test_a_bug_in_between_shows_no_traceback(g3fs, place, gallery):
    """A state directory that is a file stands for whatever nobody thought of."""
    (g3fs.home / "state").write_text("")
    done = g3fs("mount", gallery.url, place, **key_of(gallery))
    assert done.returncode in {4, 32}
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert mounted_device(place) is None
