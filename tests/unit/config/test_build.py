"""From words to options."""

from dataclasses import replace
from pathlib import Path

import pytest

from g3fs.config.build import asked_for, mount_options, source_options
from g3fs.config.errors import ConfigError, NotBuilt
from g3fs.config.secret import Secret
from g3fs.config.words import split_words

URL = "https://h/g"


@pytest.fixture
def build(around):
    """Mount options from a source and the text of -o."""

    def make(source=URL, text="", mountpoint=Path("/mnt/g"), around=around):
        asked = asked_for(source, split_words(text), around)
        return mount_options(asked, mountpoint, around, foreground=False)

    return make


def test_a_mount_without_options_has_the_documented_defaults(build, around):
    options = build()
    assert (options.uid, options.gid) == (around.uid, around.gid)
    assert (options.fmask, options.dmask) == (0o022, 0o022)
    assert (options.ttl_s, options.source.timeout_s) == (60.0, 30.0)
    assert options.cache_size_bytes == 10 * 1024**3
    assert (options.mtime, options.views, options.subdir) == ("captured", "hidden", "")
    assert (options.delete, options.upload) == ("allow", "close")
    switches = (options.ro, options.allow_other, options.nonempty, options.log.debug)
    assert not any(switches)
    assert options.source.credentials.guest


def test_umask_stands_for_the_masks_that_are_not_given(build):
    options = build(text="umask=077,fmask=0133")
    assert (options.fmask, options.dmask) == (0o133, 0o077)


def test_the_deadline_holds_for_connecting_and_reading_too(build):
    http = build(text="timeout=5").source.http
    assert (http.connect_timeout_s, http.read_timeout_s, http.timeout_s) == (5.0, 5.0, 5.0)


def test_a_profile_gives_address_and_options_and_the_command_line_wins(build, around):
    around.config_files[0].write_text(
        '[profiles.home]\nurl = "https://home/g/"\nttl = 5\ncache_size = "1G"\ninsecure = true\n'
        "allow_other = false\nmtime = 'updated'\n"
    )
    options = build("home", "ttl=7")
    assert options.source.url == "https://home/g"
    assert options.source.http.insecure
    assert not options.allow_other
    assert (options.ttl_s, options.cache_size_bytes, options.mtime) == (7.0, 1024**3, "updated")


def test_profile_as_an_option_adds_its_options_to_an_address(build, around):
    around.config_files[0].write_text('[profiles.slow]\nurl = "https://x"\ntimeout = 90\n')
    options = build(URL, "profile=slow")
    assert (options.source.url, options.source.timeout_s) == (URL, 90.0)


def test_the_system_wide_file_is_used_where_the_user_has_none(build, around):
    around.config_files[1].write_text('[profiles.home]\nurl = "https://system"\n')
    assert build("home").source.url == "https://system"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[profiles.home", "config.toml: "),
        ("profiles = 3", "config.toml: profiles is not a table"),
        ("[profiles]\nhome = 3", "profiles.home is not a table"),
        ("[profiles.home]\nttl = 3", 'profiles.home: url = "https://…" is missing'),
        ("[profiles.home]\nurl = 3", 'profiles.home: url = "https://…" is missing'),
        ("[profiles.home]\nurl='https://h'\ntll = 3", "profiles.home.tll: unknown option 'tll'"),
        ("[profiles.home]\nurl='https://h'\nttl = 'x'", "profiles.home.ttl: option ttl: 'x'"),
        ("[profiles.home]\nurl='https://h'\nttl = true", "profiles.home.ttl: expected a text"),
        ("[profiles.home]\nurl='https://h'\nro = 'yes'", "profiles.home.ro: expected true or"),
        ("[profiles.home]\nurl='https://h'\nttl = [1]", "profiles.home.ttl: expected a text"),
        ("[profiles.home]\nurl='https://h'\nprofile = 'x'", "a profile cannot name another"),
        ("[profiles.home]\nurl='https://h'\npassword = 'hunter2'", "credentials=FILE"),
        ("[profiles.hom]\nurl='https://h'", "nor a profile in .*, did you mean hom"),
        (None, "nor a profile: there is no .*config.toml"),
    ],
)
def test_an_error_in_the_config_file_names_the_file_and_the_key(build, around, text, complaint):
    if text is not None:
        around.config_files[0].write_text(text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        build("home")
    assert str(around.config_files[0]) in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_what_is_not_built_is_refused_in_a_profile_too(build, around):
    around.config_files[0].write_text("[profiles.home]\nurl='https://h'\nthumbnails = true\n")
    with pytest.raises(NotBuilt, match=r"profiles\.home\.thumbnails: .* not built yet"):
        build("home")


def test_each_server_and_user_has_directories_of_their_own(build, around):
    def user(**variables):
        return replace(around, variables={name: Secret(text) for name, text in variables.items()})

    mounts = [
        build(),
        build("https://h/other"),
        build(around=user(USERNAME="ann", API_KEY="1")),
        build(around=user(USERNAME="bob", API_KEY="1")),
        build(around=user(API_KEY="1")),
        build(around=user(API_KEY="2")),
    ]
    assert len({mount.cache_dir for mount in mounts}) == len(mounts)
    assert len({mount.state_dir for mount in mounts}) == len(mounts)
    assert len({mount.queue_parent for mount in mounts}) == len(mounts)


def test_what_is_not_sent_yet_is_user_data(build, around):
    options = build()
    assert options.queue_parent == around.data_home / options.state_dir.name


def test_all_users_of_a_server_share_its_lock(build, around):
    def lock(source, user="ann"):
        variables = {"USERNAME": Secret(user), "API_KEY": Secret("1")}
        return build(source, around=replace(around, variables=variables)).source.lock_file

    spellings = ("https://h/g", "https://h:443/g/", "gallery3+https://H/g", "https://h/g/index.php")
    locks = {lock(spelling) for spelling in spellings} | {lock("http://h/g", "bob")}
    assert len(locks) == 1
    assert locks.pop().is_relative_to(around.state_home)
    assert lock("https://h/other") != lock("https://h/g") != lock("https://i/g")


def test_a_lock_is_in_no_directory_of_one_user(build):
    options = build()
    assert options.source.lock_file.parent not in {options.state_dir, options.queue_parent}


def test_a_user_keeps_the_directories_when_the_key_changes(build, around):
    def with_key(key):
        variables = {"USERNAME": Secret("Ann"), "API_KEY": Secret(key)}
        return build(around=replace(around, variables=variables)).state_dir

    assert with_key("old") == with_key("new")


def test_the_cache_goes_where_it_is_told_and_two_servers_do_not_meet_there(build):
    one, two = (build(url, "cache_dir=/var/cache/g3fs") for url in (URL, "https://two"))
    assert one.cache_dir.parent == two.cache_dir.parent == Path("/var/cache/g3fs")
    assert one.cache_dir != two.cache_dir


@pytest.mark.parametrize("text", ["cache_dir=/mnt/g/cache", "log=/mnt/g/log"])
def test_what_the_mount_needs_itself_cannot_lie_on_it(build, text):
    with pytest.raises(ConfigError, match="on the mount itself"):
        build(text=text)


@pytest.mark.parametrize("home", ["cache_home", "state_home", "data_home"])
def test_no_directory_of_ours_can_lie_on_the_mount(build, around, home):
    with pytest.raises(ConfigError, match="on the mount itself"):
        build(around=replace(around, **{home: Path("/mnt/g/home")}))


def test_no_secret_shows_in_the_options(build, around, private):
    headers = private("X-Door: knock-knock\n", "headers")
    file = private("username=ann\npassword=hunter2\napi_key=0123456789abcdef\n")
    options = build(text=f"credentials={file},headers={headers}")
    for secret in ("hunter2", "0123456789abcdef", "knock-knock"):
        assert secret not in repr(options)
        assert secret not in options.source.http.redactor.text(f"it says {secret}")


def test_proxy_and_certificates_come_from_the_environment_unless_given(around, tmp_path):
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    environ = {"https_proxy": "http://proxy:1", "SSL_CERT_FILE": str(ca)}
    around = replace(around, environ=environ)
    http = source_options(asked_for(URL, [], around), around).http
    assert (http.proxy, http.cafile) == ("http://proxy:1", ca)
    http = source_options(asked_for(URL, split_words("proxy=other:2"), around), around).http
    assert http.proxy == "http://other:2"


def test_a_certificate_file_that_is_missing_is_named(build):
    with pytest.raises(ConfigError, match=r"cannot read /nowhere/ca\.pem"):
        build(text="cafile=/nowhere/ca.pem")
