"""Addresses of servers."""

import pytest

from g3fs.config.address import read_address
from g3fs.config.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        ("https://photos.example/gallery3", "https://photos.example/gallery3", None),
        ("https://photos.example/gallery3/", "https://photos.example/gallery3", None),
        ("HTTPS://Photos.Example:443/G", "https://photos.example/G", None),
        ("http://h:80", "http://h", None),
        ("http://h:8080/", "http://h:8080", None),
        ("http://[::1]:8080/g", "http://[::1]:8080/g", None),
        ("gallery3+https://h/g", "https://h/g", "gallery3"),
        ("stash+http://h:9999", "http://h:9999", "stash"),
        (
            "https://fotos.münchen.example/ä b",
            "https://fotos.xn--mnchen-3ya.example/%C3%A4%20b",
            None,
        ),
        ("https://h/a%20b", "https://h/a%20b", None),
        ("https://h/index.php", "https://h/index.php", None),
    ],
)
def test_an_address_has_one_normal_form(text, url, kind):
    address = read_address(text)
    assert (address.url, address.kind) == (url, kind)


def test_the_mount_table_shows_the_address_as_typed_so_that_fstab_recognises_it():
    assert read_address("gallery3+https://H/g/").shown_as == "gallery3+https://H/g/"


def test_an_address_that_is_not_ascii_is_shown_in_its_normal_form():
    assert read_address("https://h/ä").shown_as == "https://h/%C3%A4"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ftp://h/g", "begins with https:// or http://"),
        ("https:///g", "names no host"),
        ("https://h:port/", "is not an address"),
        ("https://h:99999/", "is not an address"),
        ("https://h/g?access_key=hunter2", "leave out what follows"),
        ("https://h/g#hunter2", "leave out what follows"),
        ("https://h/../g", "no '.' or '..'"),
        ("https://me:hunter2@h/g", "g3fs login"),
        ("https://me@h/g", "g3fs login"),
        ("flickr+https://h/", "unknown kind of server 'flickr'"),
        ("https://a b/", "not the name of a host"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_secrets(text, complaint):
    with pytest.raises(ConfigError) as caught:
        read_address(text)
    assert complaint in str(caught.value)
    assert "hunter2" not in str(caught.value)
