"""How many threads and connections there are fits together."""

from g3fs.http.options import HttpOptions
from g3fs.tasks.threads import Threads


async def test_there_is_a_connection_for_every_thread_that_may_want_one() -> None:
    threads = Threads()
    wanting = (threads.metadata, threads.bulk, threads.uploads, threads.changes)
    assert sum(limiter.total_tokens for limiter in wanting) <= HttpOptions().max_connections
