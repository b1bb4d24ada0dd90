"""Websockets: subscriptions."""

from werkzeug.wrappers import Request

from g3fs.demo.stash.answers import Answer, text
from g3fs.demo.stash.world import World


def serve_socket(world: World, request: Request, base: str) -> Answer:
    """Speak until one of the two hangs up."""
    return text(400, "not yet")
