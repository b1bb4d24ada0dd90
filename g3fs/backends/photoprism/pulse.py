"""Whether anything has changed, from the server's counters and dates (reference: a few ms each)."""

import hashlib

from g3fs.clients.photoprism.client import Client


def felt(client: Client) -> str:
    """A token of the counters, the photo that was edited last, and the albums with their sizes.

    Three small requests. Likes, and changes of members that keep an album's count, do not move it.
    """
    edited = [
        (photo.uid, photo.updated_s) for photo in client.photos.search(order="updated", count=1)
    ]
    albums = [
        (album.uid, album.updated_s, album.photo_count)
        for album in client.albums.search(kind="album")
    ]
    told = (sorted(client.config().counts.items()), edited, albums)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
