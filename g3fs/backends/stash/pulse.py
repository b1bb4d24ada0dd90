"""Whether anything has changed, from the server's numbers and the galleries (reference: 8 ms)."""

import hashlib

from g3fs.clients.stash.client import Client


def felt(client: Client) -> str:
    """A token of the numbers of all things, and of the galleries with their dates and sizes.

    Two requests. Edits of single images do not move it.
    """
    galleries = [
        (gallery.id, gallery.title, gallery.updated, gallery.image_count)
        for gallery in client.galleries.all()
    ]
    told = (client.server.stats(), galleries)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
