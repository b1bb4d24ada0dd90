"""Times that utimensat(2) was told: kept in the state, and believed while the data is the same."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import trio

from g3fs.cache.catalog import Catalog
from g3fs.cache.state import State
from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import Version
from g3fs.gallery.items import Listing, Media
from g3fs.tasks.gather import gather
from g3fs.vfs.nodes import AlbumNode, GalleryNode, LinkNode, MediaNode, key_of

log = logging.getLogger(__name__)

SameBytes = Callable[[Media, Version], Awaitable[bool]]
"""Asks the server whether an original is what it was at an earlier version."""

ASKED_AT_ONCE = 4
ASKING_S = 5.0
"""How long a directory waits for these answers; what is open then is asked the next time."""

UNKNOWN = ""
"""The version of an album that nobody has listed."""


@dataclass(frozen=True, slots=True)
class Believed:
    """Which of the remembered times hold."""

    times: Mapping[str, RememberedTimes] = field(default_factory=dict)
    """By the keys of their nodes."""
    open: frozenset[str] = frozenset()
    """Those of which the server did not say whether the data is the same."""


class SetTimes:
    """Sets and finds them."""

    def __init__(self, catalog: Catalog, state: State, same_bytes: SameBytes) -> None:
        self._catalog = catalog
        self._state = state
        self._same_bytes = same_bytes

    async def set(self, node: GalleryNode, times: RememberedTimes) -> None:
        """Remember; on a full disk only the log knows that it will not be for long."""
        try:
            await self._state.remember_times({key_of(node): times})
        except GalleryError as error:
            log.warning("times that are set now may be others after a remount: %s", error)

    async def believed(
        self, nodes: Mapping[str, GalleryNode], remembered: Mapping[str, RememberedTimes]
    ) -> Believed:
        """What is `remembered` (State.times) of nodes, by their keys, and still holds."""
        holding: dict[str, RememberedTimes] = {}
        judged: dict[str, RememberedTimes] = {}
        versions: dict[str, str] = {}
        doubtful: dict[str, MediaNode] = {}
        for key, times in remembered.items():
            node, version = nodes[key], self.version(nodes[key])
            if version in {times.version, UNKNOWN}:
                holding[key] = times
            elif times.version == UNKNOWN:
                judged[key], versions[key] = times, version
            elif isinstance(node, MediaNode):
                doubtful[key] = node
            else:
                judged[key] = times
        answers = await self._ask(doubtful, remembered)
        for key, same in answers.items():
            judged[key] = remembered[key]
            if same:
                versions[key] = self.version(nodes[key])
        await self._judge(judged, versions)
        open_ones = doubtful.keys() - answers.keys()
        holding |= {key: replace(judged[key], version=version) for key, version in versions.items()}
        holding |= {key: remembered[key] for key in open_ones}
        return Believed(holding, frozenset(open_ones))

    async def rewritten(self, before: MediaNode, after: MediaNode, *, same_bytes: bool) -> None:
        """An own write gave an item another version: its times hold for that, or for nothing."""
        key, version = key_of(before), self.version(before)
        remembered = await self._state.times([key])
        judged = {key: times for key, times in remembered.items() if times.version == version}
        await self._judge(judged, dict.fromkeys(judged, self.version(after)) if same_bytes else {})

    def version(self, node: GalleryNode) -> str:
        """Of the data for which times hold."""
        match node:
            case MediaNode(item=media):
                return media.version
            case AlbumNode(item=album):
                listing = self._catalog.known(album.id)
                return UNKNOWN if listing is None else version_of(listing)
            case LinkNode():
                return "link"

    async def _ask(
        self, doubtful: Mapping[str, MediaNode], remembered: Mapping[str, RememberedTimes]
    ) -> Mapping[str, bool]:
        """Whether the bytes are the same, as far as the server says so in time."""
        answers: dict[str, bool] = {}

        async def ask(key: str, media: Media) -> None:
            try:
                answers[key] = await self._same_bytes(media, Version(remembered[key].version))
            except GalleryError as error:
                log.debug("times of %s: %s", media.title, error)

        with trio.move_on_after(ASKING_S):
            asking = (partial(ask, key, node.item) for key, node in doubtful.items())
            await gather(*asking, limit=ASKED_AT_ONCE)
        return answers

    async def _judge(
        self, judged: Mapping[str, RememberedTimes], versions: Mapping[str, str]
    ) -> None:
        if not judged:
            return
        try:
            await self._state.judge_times(judged, versions)
        except GalleryError as error:
            log.debug("times are judged again the next time: %s", error)


def version_of(listing: Listing) -> str:
    """Differs when something came into an album, or left it."""
    return f"{newest_arrival_s(listing)}/{len(listing.entries)}"


def newest_arrival_s(listing: Listing) -> int:
    """When the newest of its entries was created; 0 when there is none."""
    return max((entry.item.times.created_s for entry in listing.entries), default=0)
