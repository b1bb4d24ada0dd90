"""One file as it is now."""

from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.convert import Converter, real_files
from g3fs.backends.photoprism.ids import is_file, path_on_disk, unknown
from g3fs.clients.photoprism.client import Client
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Media


class Finder:
    """Asks for files by their ids."""

    def __init__(self, client: Client, convert: Converter, ask: Calls) -> None:
        self._client = client
        self._convert = convert
        self._ask = ask

    async def media(self, item: ItemId) -> Media:
        """One file, indexed or not; NotFound when it is gone."""
        path = path_on_disk(item)
        if path is not None:
            return await self._ask(partial(self._on_disk, path))
        if not is_file(item):
            raise unknown(item)
        return await self._ask(partial(self._indexed, item))

    def _on_disk(self, path: str) -> Media:
        entry = self._client.dav.stat(path)
        if entry.directory:
            raise NotFound(f"{path} is a directory")
        return self._convert.unindexed(entry)

    def _indexed(self, item: ItemId) -> Media:
        """Archived photos are in a list apart."""
        photos = self._client.photos.search(uid=item)
        if not photos:
            photos = self._client.photos.search(uid=item, archived=True)
        for photo, file in real_files(photos):
            if file.uid == item:
                return self._convert.media(photo, file)
        raise NotFound(f"the server has no file {item} any more")
