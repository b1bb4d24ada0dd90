"""Links by which an album is shared: the resource `albums/:uid/links`.

All but listing needs the key of a session; app passwords are refused (AccessDenied).
"""

from g3fs.clients.photoprism.api import AGAIN, Api, uid
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.albums import WireLink, link_from, links_from


class Links:
    """Share links. Their tokens are secrets."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def all(self, album: str) -> tuple[WireLink, ...]:
        """GET albums/:uid/links."""
        return tuple(self._kept(link) for link in links_from(self._api.get(_path(album))))

    def create(
        self, album: str, *, expires_s: int = 0, max_views: int = 0, slug: str = ""
    ) -> WireLink:
        """POST albums/:uid/links; `expires_s` from now, 0: never."""
        body = bodies.link_body(expires_s=expires_s, max_views=max_views, slug=slug)
        return self._kept(link_from(self._api.send("POST", _path(album), body)))

    def update(
        self, album: str, link: str, *, expires_s: int = 0, max_views: int = 0, slug: str = ""
    ) -> WireLink:
        """PUT albums/:uid/links/:link."""
        body = bodies.link_body(expires_s=expires_s, max_views=max_views, slug=slug)
        return self._kept(link_from(self._api.send("PUT", _path(album, link), body, AGAIN)))

    def delete(self, album: str, link: str) -> None:
        """DELETE albums/:uid/links/:link."""
        self._api.send("DELETE", _path(album, link))

    def _kept(self, link: WireLink) -> WireLink:
        self._api.http.options.redactor.add(link.token)
        return link


def _path(album: str, link: str = "") -> str:
    path = f"albums/{uid(album)}/links"
    return f"{path}/{uid(link)}" if link else path
