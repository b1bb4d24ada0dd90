"""The resource `server`: version, state, settings, numbers, and the key."""

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.wire.system import (
    API_KEY,
    CONFIGURATION,
    MAKE_API_KEY,
    STATS,
    STATUS,
    VERSION,
    WireConfiguration,
    WireStats,
    WireStatus,
    WireVersion,
    api_key_from,
    configuration_from,
    stats_from,
    status_from,
    version_from,
)
from g3fs.gallery.errors import BadReply, NotSupported


class Server:
    """Facts of the server as a whole."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def version(self) -> WireVersion:
        """Which program it is; the cheapest call (1 ms)."""
        return version_from(self._api.record(VERSION))

    def status(self) -> WireStatus:
        """Whether it can be used."""
        return status_from(self._api.record(STATUS))

    def stats(self) -> WireStats:
        """Numbers of all things; they change with most changes."""
        return stats_from(self._api.record(STATS))

    def configuration(self) -> WireConfiguration:
        """The settings that matter to clients: libraries, extensions."""
        return configuration_from(self._api.record(CONFIGURATION))

    def api_key(self) -> str | None:
        """The key of the server, for whoever is logged in; None: it has none. A secret."""
        key = api_key_from(self._api.record(API_KEY)) or None
        self._api.http.options.redactor.add(key)
        return key

    def make_api_key(self) -> str:
        """generateAPIKey: a new key; **the one before is dead at once**, for everybody.

        This client goes on with what it had. Connect again with the new key if that was the key.

        Raises:
            NotSupported: the server has no user name and password, so it needs no key.
        """
        key = self._api.value(MAKE_API_KEY, input={})
        if not isinstance(key, str):
            raise BadReply("generateAPIKey gave no key")
        if not key:
            raise NotSupported("this Stash is open: there is no key without a name and password")
        self._api.http.options.redactor.add(key)
        return key
