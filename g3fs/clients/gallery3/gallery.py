"""A gallery as scripts and notebooks want it: `with connect(...) as gallery: gallery.root`."""

from types import TracebackType
from typing import Self

from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.client import Client, Login, open_client
from g3fs.clients.gallery3.item import Item
from g3fs.http.options import HttpOptions


def connect(
    url: str,
    *,
    username: str | None = None,
    password: str | None = None,
    api_key: str | None = None,
    options: HttpOptions | None = None,
) -> "Gallery":
    """Open the gallery at an address as the browser shows it; nobody in particular is a guest.

    Raises:
        LoginRefused: wrong name, password or key, or guests see nothing.
        NotAGallery, NotSupported, Maintenance: what answers there is no gallery that can be used.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    login = Login(username=username, password=password, api_key=api_key)
    return Gallery(open_client(url, login, options=options))


class Gallery:
    """One gallery, seen by one user; a context manager."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @property
    def root(self) -> "Item":
        """The root album, as it is now."""
        return self.item(ROOT_ID)

    def item(self, item_id: int) -> "Item":
        """One item, as it is now."""
        return Item(self.client, self.client.items.get(item_id))

    def random_image(self) -> "Item | None":
        """A photo from anywhere in the gallery; None when there is none."""
        return self.root.random_image()

    def tags(self) -> dict[str, tuple[int, ...]]:
        """All tags by name, with the ids of the items that carry them."""
        return {tag.name: tag.item_ids for tag in self.client.tags.all()}

    def tagged(self, *names: str) -> "list[Item]":
        """The items that carry any of these tags; names are equal whatever their case."""
        wanted = {name.casefold() for name in names}
        tags = (tag for tag in self.client.tags.all() if tag.name.casefold() in wanted)
        ids = dict.fromkeys(item_id for tag in tags for item_id in tag.item_ids)
        return [Item(self.client, item) for item in self.client.items.many(list(ids)).found]

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
