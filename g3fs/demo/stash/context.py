"""What a resolver knows of the request."""

from dataclasses import dataclass

from g3fs.demo.stash.options import Options
from g3fs.demo.stash.store import Store
from g3fs.demo.stash.times import time_text
from g3fs.demo.stash.world import World


@dataclass(frozen=True, slots=True)
class Context:
    """One request."""

    world: World
    base: str
    """Scheme, host and prefix, as the server believes them to be."""

    @property
    def store(self) -> Store:
        """The records."""
        return self.world.store

    @property
    def options(self) -> Options:
        """How the server is set up."""
        return self.world.options

    def time(self, seconds: float) -> str:
        """As the server writes it."""
        return time_text(seconds, self.options.zone_minutes)

    def with_key(self, address: str) -> str:
        """The address with the API key behind it, as those of scenes have it."""
        key = self.world.settings.api_key
        if not key:
            return address
        return f"{address}{'&' if '?' in address else '?'}apikey={key}"
