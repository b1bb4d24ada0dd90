"""Options of connections, and what the environment adds to them."""

from pathlib import Path

import pytest

from g3fs.gallery.errors import Invalid
from g3fs.http.options import HttpOptions, from_environment
from g3fs.http.origin import origin_of

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://photos.example/", {"https_proxy": PROXY}, PROXY),
        ("https://photos.example/", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://photos.example/", {"http_proxy": PROXY}, None),
        ("http://photos.example/", {"http_proxy": PROXY}, PROXY),
        ("http://photos.example/", {"HTTP_PROXY": PROXY}, None),
        ("http://photos.example/", {"all_proxy": "proxy.example:3128"}, PROXY),
        ("http://photos.example/", {"http_proxy": PROXY, "no_proxy": "photos.example"}, None),
        ("http://photos.example/", {"http_proxy": PROXY, "no_proxy": "a, .example"}, None),
        ("http://photos.example/", {"http_proxy": PROXY, "no_proxy": "*.example"}, None),
        ("http://photos.example/", {"http_proxy": PROXY, "no_proxy": "*"}, None),
        ("http://photos.example/", {"http_proxy": PROXY, "NO_PROXY": "otos.example"}, PROXY),
        ("http://photos.example/", {}, None),
    ],
)
def test_the_proxy_comes_from_the_usual_variables(url, environ, proxy):
    assert from_environment(HttpOptions(), url, environ).proxy == proxy


def test_what_is_given_wins_over_the_environment(tmp_path):
    other = tmp_path / "ca.pem"
    other.touch()
    options = HttpOptions(proxy="http://mine:1", cafile=Path("mine.pem"))
    environ = {"http_proxy": PROXY, "SSL_CERT_FILE": str(other)}
    filled = from_environment(options, "http://photos.example/", environ)
    assert (filled.proxy, filled.cafile) == ("http://mine:1", Path("mine.pem"))


def test_the_trusted_certificates_come_from_the_environment(tmp_path):
    cafile = tmp_path / "ca.pem"
    cafile.touch()
    environ = {"SSL_CERT_FILE": str(tmp_path / "missing"), "CURL_CA_BUNDLE": str(cafile)}
    url = "https://photos.example/"
    assert from_environment(HttpOptions(), url, environ).cafile is None
    del environ["SSL_CERT_FILE"]
    assert from_environment(HttpOptions(), url, environ).cafile == cafile
    assert from_environment(HttpOptions(insecure=True), url, environ).cafile is None


@pytest.mark.parametrize("proxy", ["socks5://host:1", "host:1", "http://"])
def test_a_proxy_of_another_kind_is_refused(proxy):
    with pytest.raises(Invalid):
        HttpOptions(proxy=proxy)


def test_a_repr_shows_no_secret():
    options = HttpOptions(proxy="http://me:pr0xyw0rd@host:1", headers={"X-Front": "s3cret"})
    shown = repr(options)
    assert "X-Front" in shown
    assert "pr0xyw0rd" not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("url", "text", "place"),
    [
        ("https://Photos.Example/gallery3", "https://photos.example", "photos.example:443"),
        ("http://h:80/", "http://h", "h:80"),
        ("http://h:8080/x?y", "http://h:8080", "h:8080"),
        ("https://[::1]:8443/", "https://[::1]:8443", "[::1]:8443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, text, place):
    origin = origin_of(url)
    assert (str(origin), origin.place) == (text, place)


@pytest.mark.parametrize(
    "url", ["photos.example", "ftp://h/", "http://", "http://h:x/", "http://h:0/", "http://[", ""]
)
def test_what_is_no_web_address_is_invalid(url):
    with pytest.raises(Invalid):
        origin_of(url)


def test_credentials_inside_an_address_are_refused_without_repeating_them():
    with pytest.raises(Invalid) as caught:
        origin_of("http://me:w0rdw0rd@h/")
    assert "w0rdw0rd" not in str(caught.value)
