"""A site behind a web server of its own, for a moment."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from g3fs.demo.faults import FaultPlan
from g3fs.demo.faulty import Faulty
from g3fs.demo.httpd import Httpd
from g3fs.demo.requestlog import RequestLog
from g3fs.demo.stash.site import StashSite


@contextmanager
def serving(site: StashSite) -> Iterator[int]:
    """The port on which it answers inside the block."""
    httpd = Httpd(0, Faulty(site, FaultPlan()), RequestLog())
    thread = threading.Thread(target=httpd.serve, daemon=True)
    thread.start()
    try:
        yield httpd.port
    finally:
        httpd.finish()
        thread.join()
