"""The demo server of one job in a process of its own, so that it does not slow its client down.

`python -m scripts.benchmarks.serve CORPUS A B` prints one line of JSON and serves until its
standard input ends.
"""

import json
import sys

from g3fs.demo.server import DemoServer
from scripts.benchmarks.corpora import CORPORA


def main() -> None:
    """Serve one corpus."""
    name, first, second = sys.argv[1:]
    library = CORPORA[name](int(first), int(second))
    with DemoServer(kind="gallery3", library=library, data=None, port=0) as server:
        facts = {"url": server.url, "username": server.username, "api_key": server.api_key}
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
