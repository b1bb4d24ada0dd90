"""Secure connections: what is trusted, and what is said when it is not."""

import shutil
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from g3fs.gallery.errors import Cancelled, ServerError, TlsFailed
from g3fs.http.exchange import Http
from g3fs.http.messages import Request
from g3fs.http.options import HttpOptions
from tests.unit.http.scripted import OK, Naps, Peer, always, serving

READ = Request(method="GET", target="/", repeatable=True)


@dataclass(frozen=True)
class Identity:
    certificate: Path
    key: Path

    def wrap(self, sock):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context.wrap_socket(sock, server_side=True)


@pytest.fixture(scope="module")
def make_identity(tmp_path_factory):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make certificates")

    def make(name: str, days: int = 2) -> Identity:
        folder = tmp_path_factory.mktemp("tls")
        certificate, key = folder / "cert.pem", folder / "key.pem"
        command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
        command += ["-addext", f"subjectAltName={name}", "-days", str(days)]
        command += ["-out", str(certificate), "-keyout", str(key)]
        subprocess.run(command, check=True, capture_output=True)
        return Identity(certificate, key)

    return make


@pytest.fixture(scope="module")
def identity(make_identity):
    return make_identity("IP:127.0.0.1")


def status(port: int, **options: object) -> int:
    http = Http(f"https://127.0.0.1:{port}", HttpOptions(**options), pace=Naps().pace())
    try:
        return http.request(READ).status
    finally:
        http.close()


def test_an_unknown_authority_is_named_with_the_way_out(identity):
    with (
        serving(always(lambda _: OK), identity.wrap) as server,
        pytest.raises(TlsFailed, match=r"unknown authority.*cafile=FILE.*insecure"),
    ):
        status(server.port)


def test_a_failed_handshake_is_not_repeated(identity):
    with serving(always(lambda _: OK), identity.wrap) as server:
        with pytest.raises(TlsFailed):
            status(server.port)
        assert server.connections == 1


def test_cafile_makes_a_server_trusted(identity):
    with serving(always(lambda _: OK), identity.wrap) as server:
        assert status(server.port, cafile=identity.certificate) == 200


def test_insecure_accepts_any_certificate_without_a_warning(identity, recwarn):
    with serving(always(lambda _: OK), identity.wrap) as server:
        assert status(server.port, insecure=True) == 200
    assert list(recwarn) == []


def test_a_certificate_for_another_name_is_refused(make_identity):
    other = make_identity("DNS:other.example")
    with (
        serving(always(lambda _: OK), other.wrap) as server,
        pytest.raises(TlsFailed, match="for another name than 127"),
    ):
        status(server.port, cafile=other.certificate)


def test_a_server_without_tls_is_named_as_such():
    with (
        serving(lambda peer: peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server,
        pytest.raises(TlsFailed, match="does not speak TLS"),
    ):
        status(server.port)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_cafile_that_cannot_be_used_is_said(tmp_path, content):
    cafile = tmp_path / "ca.pem"
    if content is not None:
        cafile.write_text(content)
    with pytest.raises(TlsFailed, match="cafile="):
        status(1, cafile=cafile)


def test_a_server_that_hangs_up_in_a_body_is_no_matter_of_tls(identity):
    write = Request(method="POST", target="/", body=bytes(8_000_000))
    options = HttpOptions(cafile=identity.certificate)
    with serving(lambda peer: peer.read_head(), identity.wrap) as server:
        http = Http(f"https://127.0.0.1:{server.port}", options, pace=Naps().pace())
        with pytest.raises(ServerError, match="without an answer"):
            http.request(write)
        assert server.connections == 1
        http.close()


def test_closing_from_another_thread_ends_a_blocked_secure_read(identity):
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nabc")
        peer.wait_for_hang_up()

    with serving(script, identity.wrap) as server:
        http = Http(f"https://127.0.0.1:{server.port}", HttpOptions(cafile=identity.certificate))
        stream = http.open(READ)
        assert stream.read1(100) == b"abc"
        closer = threading.Thread(target=stream.close)
        closer.start()
        with pytest.raises(Cancelled):
            stream.read1(100)
        closer.join()
        http.close()
