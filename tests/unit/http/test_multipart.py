"""Bodies of uploads."""

import email
import io
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.gallery.errors import Invalid
from g3fs.http.messages import Request
from g3fs.http.multipart import FilePart, Multipart
from tests.unit.http.scripted import Peer, http_to, serving


def part(source, filename="a.jpg"):
    return FilePart(field="file", filename=filename, media_type="image/jpeg", source=source)


def parsed(body: Multipart) -> list[Message]:
    head = f"Content-Type: {body.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + b"".join(body))
    payload = message.get_payload()
    assert isinstance(payload, list)
    return payload


@given(st.binary(max_size=200_000), st.text(st.characters(blacklist_categories=["Cs"])))
def test_the_length_is_exact(data, value):
    body = Multipart({"entity": value}, part(io.BytesIO(data)))
    assert len(body) == sum(len(piece) for piece in body)


def test_fields_and_file_arrive():
    fields, file = parsed(Multipart({"entity": '{"a":1}'}, part(io.BytesIO(b"\x00\xff data"))))
    assert fields.get_param("name", header="content-disposition") == "entity"
    assert fields.get_payload() == '{"a":1}'
    assert file.get_filename() == "a.jpg"
    assert file.get_content_type() == "image/jpeg"
    assert file.get_payload(decode=True) == b"\x00\xff data"


def test_a_file_name_cannot_break_out_of_its_header():
    _, file = parsed(Multipart({"x": ""}, part(io.BytesIO(b""), 'a"\r\nX-Evil: 1')))
    assert file["X-Evil"] is None


def test_an_open_file_is_sent_from_where_it_stands_each_time():
    source = io.BytesIO(b"skipped kept")
    source.seek(8)
    body = Multipart({}, part(source))
    assert b"".join(body) == b"".join(body)
    assert body.file_bytes == 4
    assert b"skipped" not in b"".join(body)


def test_progress_ends_with_the_whole_length():
    told: list[int] = []
    body = Multipart({}, part(io.BytesIO(b"x" * 300_000)), progress=told.append)
    list(body)
    assert told == sorted(told)
    assert told[-1] == len(body)


def test_the_last_piece_is_announced_before_it_is_sent():
    events: list[str] = []
    body = Multipart({}, part(io.BytesIO(b"x" * 100)), before_last=lambda: events.append("last"))
    sent = 0
    for piece in body:
        sent += len(piece)
        events.append("end" if sent == len(body) else "piece")
    assert events[-2:] == ["last", "end"]
    assert events.count("last") == 1


def test_a_file_that_shrinks_meanwhile_stops_the_upload(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x" * 1000)
    body = Multipart({}, part(path))
    path.write_bytes(b"x" * 10)
    with pytest.raises(Invalid, match="shorter"):
        list(body)


def test_a_file_that_grows_meanwhile_is_sent_as_it_was(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x" * 10)
    body = Multipart({}, part(path))
    path.write_bytes(b"x" * 1000)
    assert sum(len(piece) for piece in body) == len(body)


def test_a_file_that_cannot_be_read_is_named_by_its_reason(tmp_path):
    with pytest.raises(Invalid, match="no such file"):
        Multipart({}, part(tmp_path / "missing.jpg"))


def test_an_answer_before_the_end_of_the_upload_is_the_answer():
    def script(peer: Peer) -> None:
        peer.read_head()
        peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        peer.wait_for_hang_up()

    body = Multipart({}, part(io.BytesIO(b"x" * 100_000)))
    with serving(script) as server, http_to(server) as http:
        assert http.request(Request(method="POST", target="/", body=body)).status == 413
