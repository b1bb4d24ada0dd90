"""Who we are to a server."""

import os
from dataclasses import replace

import pytest

from g3fs.config.credentials import find_credentials, read_credentials
from g3fs.config.errors import ConfigError
from g3fs.config.headers import read_headers
from g3fs.config.logins import Login, read_logins, store_login
from g3fs.config.options import Credentials
from g3fs.config.secret import Secret
from g3fs.config.surroundings import take_variables

URL = "https://h/g"
BY_FILE = Credentials(username="ann", password=Secret("of file"))
BY_VARIABLES = Credentials(username="bob", api_key=Secret("of variables"))
BY_STORE = Credentials(username="cy", api_key=Secret("of store"))


@pytest.mark.parametrize(
    ("file", "variables", "stored", "expected"),
    [
        (True, True, True, BY_FILE),
        (False, True, True, BY_VARIABLES),
        (False, False, True, BY_STORE),
        (False, False, False, Credentials()),
    ],
)
def test_the_first_place_that_knows_wins(around, private, file, variables, stored, expected):
    named = private("username=ann\npassword=of file\n") if file else None
    if variables:
        values = {"USERNAME": Secret("bob"), "API_KEY": Secret("of variables")}
        around = replace(around, variables=values)
    if stored:
        store_login(around.logins, URL, Login(username="cy", api_key=Secret("of store")))
    assert find_credentials(URL, named, around) == expected


def test_a_login_for_another_server_is_not_used(around):
    store_login(around.logins, URL, Login(username="cy", api_key=Secret("k")))
    assert find_credentials("https://other/g", None, around).guest


def test_a_stored_login_replaces_only_that_of_its_server(around):
    for url, key in ((URL, "old"), ("https://b", "b"), (URL, "new")):
        store_login(around.logins, url, Login(username=None, api_key=Secret(key)))
    keys = {url: login.api_key.reveal() for url, login in read_logins(around.logins).items()}
    assert keys == {URL: "new", "https://b": "b"}


def test_only_the_owner_may_read_the_store(around):
    store_login(around.logins, URL, Login(username=None, api_key=Secret("k")))
    assert around.logins.stat().st_mode & 0o777 == 0o600
    around.logins.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        find_credentials(URL, None, around)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"logins": {"u": 1}}', '{"logins": {"u": {}}}'])
def test_a_damaged_store_is_named(around, text):
    around.logins.parent.mkdir()
    around.logins.write_text(text)
    around.logins.chmod(0o600)
    with pytest.raises(ConfigError, match=r"logins\.json is damaged"):
        find_credentials(URL, None, around)


def test_a_credentials_file_may_have_comments_blanks_and_equals_signs(private):
    file = private("# mine\n\n Username = ann\npassword = a=b#c \n")
    assert read_credentials(file) == Credentials(username="ann", password=Secret("a=b#c"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_of_secrets_that_others_can_open_is_refused(private, mode):
    file = private("api_key=k\n", mode=mode)
    with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
        read_credentials(file)
    with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
        read_headers(file)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "neither a password nor an api_key"),
        ("username=ann", "neither a password nor an api_key"),
        ("password=hunter2", "a password but no username"),
        ("hunter2", "line 1"),
        ("username=ann\nsecret=hunter2", "line 2"),
    ],
)
def test_a_credentials_file_that_is_not_enough_is_refused_without_repeating_it(
    private, text, complaint
):
    with pytest.raises(ConfigError) as caught:
        read_credentials(private(text))
    assert complaint in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_missing_or_odd_credentials_file_is_named(tmp_path, private):
    with pytest.raises(ConfigError, match=r"cannot read .*nowhere: No such file"):
        read_credentials(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"is not a file|Is a directory"):
        read_credentials(tmp_path)
    binary = private("")
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_credentials(binary)


def test_half_of_what_is_needed_in_the_environment_is_an_error(around):
    around = replace(around, variables={"PASSWORD": Secret("p")})
    with pytest.raises(ConfigError, match="environment"):
        find_credentials(URL, None, around)


def test_taking_the_variables_removes_them(around):
    failpoint = {"G3FS_FAILPOINT": "upload.after_send"}
    environ = {"G3FS_PASSWORD": "p", "G3FS_API_KEY": "k", "HOME": "/h", **failpoint}
    taken = take_variables(environ)
    assert taken == {"PASSWORD": Secret("p"), "API_KEY": Secret("k")}
    assert environ == {"HOME": "/h", **failpoint}


def test_a_header_file_gives_names_and_values(private):
    file = private("# front door\nX-Token: abc: d\n\nCookie:  a=b \n")
    assert read_headers(file) == {"X-Token": "abc: d", "Cookie": "a=b"}


@pytest.mark.parametrize(
    "text", ["hunter2", "X Y: hunter2", ": hunter2", "X:", "X: hunter2\x07", "Host: hunter2"]
)
def test_a_line_that_is_no_header_is_refused_without_repeating_it(private, text):
    with pytest.raises(ConfigError) as caught:
        read_headers(private(text))
    assert "line 1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__])
def test_a_secret_does_not_show(show):
    credentials = Credentials(username="ann", password=Secret("hunter2"), api_key=Secret("k3y"))
    assert show(Secret("hunter2")) == "***"
    assert "hunter2" not in show(credentials)
    assert "k3y" not in show(credentials)


def test_secrets_are_written_where_only_the_owner_can_look(around):
    before = os.umask(0)
    try:
        store_login(around.logins, URL, Login(username=None, api_key=Secret("k")))
    finally:
        os.umask(before)
    assert around.logins.stat().st_mode & 0o777 == 0o600
    assert around.logins.parent.stat().st_mode & 0o777 == 0o700
