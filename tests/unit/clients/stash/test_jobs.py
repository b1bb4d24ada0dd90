"""Waiting for work on the server."""

from dataclasses import replace
from typing import Any

import pytest

from g3fs.clients.stash.client import Client
from g3fs.gallery import errors
from g3fs.http.cancel import Cancel
from tests.recorded.stash.scripted import Wire, client_on
from tests.unit.http.scripted import Naps


def job(status: str, **more: Any) -> dict[str, Any]:
    return {"data": {"findJob": {"id": "5", "status": status, "description": "Scan", **more}}}


def waiting(*answers: Any) -> tuple[Client, Naps]:
    naps = Naps()
    client = client_on(Wire(*answers))
    client.jobs._pace = replace(client.jobs._pace, clock=naps.clock, sleep=naps.sleep)
    return client, naps


def test_progress_is_told_until_the_end():
    client, naps = waiting(job("READY"), job("RUNNING", progress=0.5), job("FINISHED", progress=1))
    told = []
    done = client.jobs.wait(5, progress=lambda one: told.append((one.state, one.progress)))
    assert told == [("READY", None), ("RUNNING", 0.5), ("FINISHED", 1.0)]
    assert done.over
    assert naps.taken == [0.05, 0.1]


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (job("FAILED", error="disk full"), errors.ServerError),
        (job("CANCELLED"), errors.Cancelled),
        ({"data": {"findJob": None}}, errors.NotFound),
        (job("DANCING"), errors.BadReply),
    ],
)
def test_each_bad_end_is_told(last, kind):
    client, _ = waiting(job("RUNNING"), last)
    with pytest.raises(kind):
        client.jobs.wait(5)


def test_a_job_without_end_is_given_up_in_time_with_ever_longer_pauses():
    client, naps = waiting(*[job("RUNNING")] * 100)
    with pytest.raises(errors.TimedOut):
        client.jobs.wait(5, timeout_s=60)
    assert sum(naps.taken) <= 60
    assert len(naps.taken) < 40


def test_waiting_can_be_given_up():
    client, _ = waiting(job("RUNNING"))
    cancel = Cancel()
    with pytest.raises(errors.Cancelled):
        client.jobs.wait(5, progress=lambda _: cancel.cancel(), cancel=cancel)


def test_an_empty_queue_is_null():
    assert client_on(Wire({"data": {"jobQueue": None}})).jobs.queue() == ()


def test_the_number_of_a_scan_is_known():
    wire = Wire({"data": {"metadataScan": "15"}})
    assert client_on(wire).library.scan(["/data"]) == 15
    with pytest.raises(errors.BadReply):
        client_on(Wire({"data": {"metadataScan": None}})).library.scan(["/data"])
