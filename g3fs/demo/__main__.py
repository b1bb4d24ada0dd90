"""python -m g3fs.demo: a demo server alone; says how to reach it in one line of JSON."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from g3fs.demo.kinds import KINDS
from g3fs.demo.server import DemoServer


def serve(kind: str, port: int, data: Path | None) -> int:
    """Run a server until SIGINT or SIGTERM; 0, or 1 when the port is taken."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with DemoServer(kind, port=port, data=data) as server:
            sys.stdout.write(json.dumps(server.describe()) + "\n")
            sys.stdout.flush()
            ended.wait()
    except OSError as exc:
        sys.stderr.write(f"cannot serve on port {port}: {exc.strerror}\n")
        return 1
    return 0


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m g3fs.demo", description=__doc__)
    parser.add_argument("--kind", choices=sorted(KINDS), default="gallery3")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--data", type=Path, help="directory that keeps the gallery")
    options = parser.parse_args()
    return serve(options.kind, options.port, options.data)


if __name__ == "__main__":
    sys.exit(main())
