"""What the words on a command line mean."""

from dataclasses import replace

import pytest

from g3fs.cli.exits import BUG, MOUNT_FAILED, OK, Failure
from g3fs.cli.helper import mount_helper
from g3fs.cli.install_helper import script
from g3fs.cli.ls import split_places
from g3fs.cli.main import called_by_mount, g3fs, guarded, run
from g3fs.cli.saying import explain, one_line
from g3fs.config.errors import ConfigError
from g3fs.config.logins import Login, store_login
from g3fs.config.secret import Secret
from g3fs.config.surroundings import Surroundings
from g3fs.gallery.errors import LoginRefused, NotFound


@pytest.fixture
def around(tmp_path):
    return Surroundings(
        uid=1,
        gid=1,
        config_files=(),
        cache_home=tmp_path / "c",
        state_home=tmp_path / "s",
        data_home=tmp_path / "d",
    )


@pytest.mark.parametrize(
    ("arguments", "by_mount"),
    [
        (["https://h/g", "/mnt", "-o", "rw,dev,suid"], True),
        (["home", "/mnt", "-orw"], True),
        (["mount", "https://h/g", "/mnt", "-o", "rw"], False),
        (["https://h/g", "/mnt"], False),
        (["--help"], False),
        ([], False),
    ],
)
def test_mount_fuse_is_recognised_by_its_arguments(arguments, by_mount):
    assert called_by_mount(arguments) is by_mount


COMMANDS = {
    *("comment", "cover", "demo", "info", "install-helper", "login", "ls", "mount", "queue"),
    *("refresh", "scan", "status", "tag", "title", "umount"),
}


def test_every_command_of_this_version_is_there():
    assert set(g3fs.commands) == COMMANDS


def test_without_any_word_the_help_is_shown_line_by_line(capsys):
    assert guarded(lambda: run([])) == OK
    assert "\nCommands:\n" in capsys.readouterr().out


def test_the_fake_flag_of_mount_does_nothing():
    assert mount_helper(["https://h/g", "/mnt/nowhere", "-f", "-o", "rw"]) == OK


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["https://h/g"], "usage"),
        (["https://h/g", "/mnt", "/mnt2", "-o", "rw"], "usage"),
        (["https://h/g", "/mnt", "-z"], "usage"),
        (["https://h/g", "/mnt/nowhere", "-o", "rw,remount"], "cannot be remounted"),
        (["https://h/g", "/mnt/nowhere", "-o", "tll=3", "-v"], "did you mean ttl"),
        (["https://me:pw@h/g", "/mnt/nowhere", "-o", "rw"], "g3fs login"),
        (["https://h/g", "/mnt/nowhere", "-o", "rw,thumbnails"], "not built yet"),
        (["https://h/g", "/mnt/nowhere", "-s", "-o", "rw,tll=3"], "does not exist"),
        (["https://h/g", "/mnt/nowhere", "-n", "-v", "-t", "g3fs", "-o", "rw"], "does not exist"),
    ],
)
def test_what_the_helper_cannot_mount_ends_with_32(arguments, complaint):
    with pytest.raises(Failure, match=complaint) as caught:
        mount_helper(arguments)
    assert caught.value.code == MOUNT_FAILED


def test_the_helper_script_survives_blanks_and_quotes_in_paths():
    assert "exec '/my venv/it'\"'\"'s/python' -I -m g3fs mount-helper" in script(
        "/my venv/it's/python"
    )


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("home", [("home", "")]),
        ("home/a/b c", [("home", "a/b c")]),
        ("https://h", [("https://h", "")]),
        (
            "https://h/g/A%20b/",
            [("https://h", "g/A b"), ("https://h/g", "A b"), ("https://h/g/A%20b", "")],
        ),
        ("https://h/index.php", [("https://h/index.php", "")]),
        (
            "https://h/g/index.php/a",
            [("https://h/g/index.php", "a"), ("https://h/g/index.php/a", "")],
        ),
        ("gallery3+http://h/g", [("gallery3+http://h", "g"), ("gallery3+http://h/g", "")]),
    ],
)
def test_where_the_address_of_a_gallery_may_end(source, places, around):
    assert list(split_places(source, around)) == places


def test_an_address_ends_where_the_one_that_was_logged_in_to_does(around):
    for url in ("https://h", "https://h/g", "https://h/gallery"):
        store_login(around.logins, url, Login(username=None, api_key=Secret("k")))
    assert list(split_places("https://h/g/a/b", around)) == [("https://h/g", "a/b")]


@pytest.mark.parametrize(
    ("exc", "line", "code"),
    [
        (Failure("no", 5), "no", 5),
        (ConfigError("no"), "no", MOUNT_FAILED),
        (NotFound(), "NotFound", MOUNT_FAILED),
        (LoginRefused("wrong key"), "wrong key (`g3fs login` stores a key that works)", 32),
    ],
)
def test_what_goes_wrong_has_one_line_and_a_code(exc, line, code):
    failure = explain(exc, MOUNT_FAILED)
    assert (str(failure), failure.code) == (line, code)


@pytest.mark.parametrize(
    ("said", "line"),
    [("no such album", "https://ex.org/g: no such album"), ("ex.org is away", "ex.org is away")],
)
def test_the_line_names_the_server_once(said, line):
    assert str(explain(NotFound(said), about="https://ex.org/g")) == line


def test_a_bug_is_one_line_that_says_where_the_rest_is(tmp_path):
    bugs = tmp_path / "state" / "bugs.log"
    failure = explain(KeyError("detail"), bugs=bugs)
    assert str(failure).startswith("internal error: KeyError;")
    assert str(failure).endswith(str(bugs))
    assert "detail" not in str(failure)
    assert failure.code == BUG
    assert "KeyError: 'detail'" in bugs.read_text()


def test_what_a_server_says_stays_on_one_line_of_the_terminal():
    assert one_line("a\r\n\x1b[31mb\t c") == "a \\x1b[31mb c"


def test_surroundings_do_not_show_what_the_environment_said(around):
    assert "hunter2" not in repr(replace(around, variables={"PASSWORD": Secret("hunter2")}))
