"""The stand-in Stash speaks over websockets as the real server did."""

import http.client
import json
import re
from itertools import groupby

import pytest
import simple_websocket

from tests.recorded.stash.library import site
from tests.recorded.stash.recording import HERE
from tests.recorded.stash.running import serving

PARTS = (HERE / "13-subscriptions.http").read_text().split("### ")[1:]
TALKS = {part.partition("\n")[0]: part for part in PARTS}
REFUSED = "Wrong key"
PROBE = "probe"
"""Id of a query that is sent last: its answer tells that all before it was heard."""
PATIENCE_S = 10


@pytest.fixture(scope="module")
def running():
    made = site()
    yield made
    made.close()


@pytest.fixture(scope="module")
def port(running):
    with serving(running) as port:
        yield port


def test_a_wrong_key_is_refused_at_the_handshake(port):
    handshake = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "ApiKey": "wrong",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", "/graphql", headers=handshake)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == "FormBased"
    connection.close()


@pytest.mark.parametrize("title", [title for title in TALKS if title != REFUSED])
def test_the_stand_in_says_what_the_real_server_said(running, port, title):
    told = TALKS[title]
    offered, chosen = re.findall("Sec-WebSocket-Protocol: (.*)", told)
    socket = simple_websocket.Client(
        f"ws://127.0.0.1:{port}/graphql", subprotocols=offered.split(", ")
    )
    assert socket.subprotocol == chosen
    said = [json.loads(line[2:]) for line in told.splitlines() if line.startswith("> ")]
    expected = [json.loads(line[2:]) for line in told.splitlines() if line.startswith("< ")]
    begin = "subscribe" if chosen == "graphql-transport-ws" else "start"
    query = {"id": PROBE, "type": begin, "payload": {"query": "{ __typename }"}}
    for message in [*said, query]:
        socket.send(json.dumps(message))
    heard = _until(socket, lambda message: message == {"id": PROBE, "type": "complete"})
    if "scanCompleteSubscribe" in told:
        running.world.scan(["/data/clips"])
        heard += _until(socket, lambda message: "scanCompleteSubscribe" in json.dumps(message))
    socket.close()
    assert _essence(heard) == _essence(expected)


def test_a_subscription_before_the_greeting_ends_the_conversation(port):
    socket = simple_websocket.Client(
        f"ws://127.0.0.1:{port}/graphql", subprotocols=["graphql-transport-ws"]
    )
    socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{ a }"}}))
    with pytest.raises(simple_websocket.ConnectionClosed) as end:
        socket.receive(timeout=PATIENCE_S)
    assert end.value.reason == 1002


def _until(socket, is_last):
    heard = []
    while not heard or not is_last(heard[-1]):
        text = socket.receive(timeout=PATIENCE_S)
        assert text is not None, heard
        heard.append(json.loads(text))
    return heard


def _essence(messages):
    """What was said in each matter: no signs of life, no ids of jobs, no steps of progress."""
    by_matter = {}
    for message in messages:
        if message["type"] != "ka" and message.get("id") != PROBE:
            by_matter.setdefault(message.get("id"), []).append(_short(message))
    return {matter: [one for one, _ in groupby(told)] for matter, told in by_matter.items()}


def _short(message):
    text = json.dumps(message, sort_keys=True)
    text = re.sub(r'"job": \{.*"status": "(\w+)".*?\}', r'"job": "\1"', text)
    return re.sub(r'"column": \d+', "", text)
