"""Labels, which g3fs shows as tags: the resource `labels`. Those of one photo are in `edits`."""

from collections.abc import Iterable

from g3fs.clients.photoprism.albums import ALL
from g3fs.clients.photoprism.api import AGAIN, ONCE, Api, uid
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.lists import WireLabel, label_from, labels_from
from g3fs.clients.photoprism.wire.queries import page_params


class Labels:
    """Labels of the whole library."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def search(
        self, *, everything: bool = True, q: str | None = None, count: int = ALL, offset: int = 0
    ) -> tuple[WireLabel, ...]:
        """GET labels; without `everything` only important ones.

        Raises:
            AccessDenied: the role, or the scope of the key, has no labels.
        """
        params = page_params(count, offset, None)
        if everything:
            params["all"] = "true"
        if q is not None:
            params["q"] = q
        return labels_from(self._api.get("labels", params))

    def rename(self, label: str, name: str) -> WireLabel:
        """PUT labels/:uid, for all photos; the slug stays, the custom slug follows."""
        return self._put(label, bodies.label_body(name, None))

    def set_priority(self, label: str, priority: int) -> WireLabel:
        """PUT labels/:uid: below 0 it is not important."""
        return self._put(label, bodies.label_body(None, priority))

    def like(self, label: str) -> None:
        """POST labels/:uid/like."""
        self._api.send_data("POST", f"labels/{uid(label)}/like", None, "", AGAIN)

    def unlike(self, label: str) -> None:
        """DELETE labels/:uid/like."""
        self._api.send_data("DELETE", f"labels/{uid(label)}/like", None, "", AGAIN)

    def delete(self, labels: Iterable[str]) -> None:
        """POST batch/labels/delete: photos lose them; used again, they come back."""
        body = bodies.labels_body(uid(label) for label in labels)
        self._api.send("POST", "batch/labels/delete", body, ONCE)

    def _put(self, label: str, body: bodies.Body) -> WireLabel:
        with self._api.changes.of(label):
            return label_from(self._api.send("PUT", f"labels/{uid(label)}", body, AGAIN))
