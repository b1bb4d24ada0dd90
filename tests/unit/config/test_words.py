"""The words of -o."""

import pytest

from g3fs.config.errors import ConfigError, NotBuilt
from g3fs.config.words import OPTIONS, read_words, split_words

FSTAB = (
    "rw,_netdev,nofail,noauto,user,users,x-systemd.automount,x-gvfs-notrash,defaults,nosuid,nodev,"
    "comment=mine,relatime,dev,suid,auto,async,exec"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (",ro,,", [("ro", None)]),
        ("ro, ttl=5", [("ro", None), ("ttl", "5")]),
        (r"subdir=a\,b,ro", [("subdir", "a,b"), ("ro", None)]),
        ('subdir="a,b",ro', [("subdir", "a,b"), ("ro", None)]),
        ("proxy=http://h:1/?a=b", [("proxy", "http://h:1/?a=b")]),
        ("ttl=", [("ttl", "")]),
    ],
)
def test_options_are_split_at_commas_that_are_not_protected(text, words):
    assert split_words(text) == words


def test_words_that_fstab_adds_mean_nothing_to_us():
    assert read_words(split_words(FSTAB)) == {}


def test_the_last_word_wins():
    assert read_words(split_words("ttl=5,ttl=6")) == {"ttl": 6.0}


def test_words_that_the_kernel_carries_out_are_kept():
    assert read_words(split_words("noexec,noatime")) == {"noexec": True, "noatime": True}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("cache_size=10G", "cache_size", 10 * 1024**3),
        ("cache_size=1.5MiB", "cache_size", 1536 * 1024),
        ("cache_size=7", "cache_size", 7),
        ("ttl=5m", "ttl", 300.0),
        ("ttl=0", "ttl", 0.0),
        ("timeout=2.5", "timeout", 2.5),
        ("umask=077", "umask", 0o077),
        ("fmask=0133", "fmask", 0o133),
        ("uid=root", "uid", 0),
        ("gid=12", "gid", 12),
        ("subdir=/a//b/", "subdir", "a/b"),
        ("proxy=cache:3128", "proxy", "http://cache:3128"),
        ("ro", "ro", True),
        ("insecure", "insecure", True),
        ("delete=allow", "delete", "allow"),
        ("delete=deny", "delete", "deny"),
        ("delete=trash", "delete", "trash"),
        ("upload=close", "upload", "close"),
        ("upload=background", "upload", "background"),
    ],
)
def test_a_value_is_read_as_what_it_means(text, name, value):
    assert read_words(split_words(text)) == {name: value}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cachesize=1G", "unknown option 'cachesize', did you mean cache_size?"),
        ("allow-other", "unknown option 'allow-other', did you mean allow_other?"),
        ("qqqqqq", "unknown option 'qqqqqq'"),
        ("remount", "cannot be remounted"),
        ("password=hunter2", "credentials=FILE"),
        ("ro=1", "ro takes no value"),
        ("ttl", "ttl needs a value: ttl=60"),
        ("ttl=", "ttl needs a value"),
        ("ttl=-1", "ttl: '-1' is not a time"),
        ("ttl=soon", "ttl: 'soon' is not a time"),
        ("timeout=0", "timeout: '0' is too short"),
        ("cache_size=lots", "cache_size: 'lots' is not a size"),
        ("umask=99", "umask: '99' is not a mask"),
        ("umask=7777", "umask: '7777' is not a mask"),
        ("uid=nobody-of-that-name", "there is no user"),
        ("uid=4294967295", "not the number of a user"),
        ("mtime=guess", "'guess' is not one of captured, updated, created"),
        ("delete=never", "'never' is not one of allow, deny, trash"),
        ("upload=later", "'later' is not one of close, background"),
        ("views=on", "is not one of hidden, shown, off"),
        ("subdir=../etc", "without '.' and '..'"),
        ("proxy=http://me:secret@host", "visible to everybody"),
        ("proxy=socks5://host", "is not a proxy"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(text, complaint):
    with pytest.raises(ConfigError) as caught:
        read_words(split_words(text))
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["password=hunter2", "proxy=http://me:hunter2@host"])
def test_a_complaint_does_not_repeat_a_secret(text):
    with pytest.raises(ConfigError) as caught:
        read_words(split_words(text))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["thumbnails", "upload_path=/x"])
def test_what_is_not_built_yet_is_refused_as_such(text):
    with pytest.raises(NotBuilt, match=rf"option {text} is not built yet"):
        read_words(split_words(text))


def test_the_sloppy_flag_of_mount_lets_unknown_words_pass_but_no_wrong_values():
    assert read_words(split_words("nonsense,ro"), ignore_unknown=True) == {"ro": True}
    with pytest.raises(ConfigError):
        read_words(split_words("ttl=soon"), ignore_unknown=True)


def test_every_option_says_what_it_is_for():
    assert all(option.help for option in OPTIONS.values())
    assert all(option.example for option in OPTIONS.values() if option.read is not None)
