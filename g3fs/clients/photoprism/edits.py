"""Changing photos: texts, times, flags, labels, files, and groups of photos at once.

Parallel changes of one photo are lost by the server: here they wait for each other. Other programs
may still overwrite; read back what matters.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Unpack

from g3fs.clients.photoprism.albums import batches
from g3fs.clients.photoprism.api import AGAIN, Api, Call, uid
from g3fs.clients.photoprism.photos import Photos
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.bodies import TEXT_NAMES, PhotoChanges
from g3fs.clients.photoprism.wire.photos import WirePhotoDetails, details_from
from g3fs.gallery.errors import BadReply, Invalid, NotFound, NotPermitted, ServerError

_BATCH_S = 120.0


class Edits:
    """Changes of photos; all but `toggle_private` may be repeated."""

    def __init__(self, api: Api, photos: Photos) -> None:
        self._api = api
        self._photos = photos

    def update(self, photo: str, **changes: Unpack[PhotoChanges]) -> WirePhotoDetails:
        """PUT photos/:uid: only what is given changes, all of it in one request (20 to 70 ms).

        Keywords, notes, subject, artist, copyright, license and software are one block on the
        server, which is read first and written as a whole.

        Raises:
            ValueTooLong: a title of more than 200 or a caption of more than 4096 characters.
            Invalid: a time zone that nobody knows, or a value that the server refuses.
            ServerError: the server answered well, and dropped the title or caption.
        """
        with self._api.changes.of(photo):
            texts = None
            if any(name in changes for name in TEXT_NAMES):
                texts = self._photos.get(photo).texts
                if texts is None:
                    raise BadReply(f"photo {photo} came without its details")
            body = bodies.photo_body(changes, texts)
            details = details_from(self._api.send("PUT", f"photos/{uid(photo)}", body, AGAIN))
        _check_stored(changes, details)
        return details

    def like(self, photo: str) -> WirePhotoDetails:
        """POST photos/:uid/like: mark as favorite (3 ms); moves no time stamp."""
        return self._flag("POST", photo, "like")

    def unlike(self, photo: str) -> WirePhotoDetails:
        """DELETE photos/:uid/like."""
        return self._flag("DELETE", photo, "like")

    def approve(self, photo: str) -> WirePhotoDetails:
        """POST photos/:uid/approve: no longer to be reviewed; a title or caption does it too."""
        return self._flag("POST", photo, "approve")

    def add_label(
        self, photo: str, name: str, *, uncertainty: int = 0, priority: int = 0
    ) -> WirePhotoDetails:
        """POST photos/:uid/label: the label is made if it is new.

        The server writes names in title case and cuts them at 160 characters; the slug decides
        which label it is. `uncertainty` is in percent, and must be below 100.

        Raises:
            Invalid: no name, of which the server would make `Unknown`.
        """
        if not name.strip():
            raise Invalid("a label needs a name")
        body = bodies.photo_label_body(name, uncertainty=uncertainty, priority=priority)
        with self._api.changes.of(photo):
            return details_from(self._api.send("POST", f"photos/{uid(photo)}/label", body, AGAIN))

    def remove_label(self, photo: str, label_id: int) -> WirePhotoDetails:
        """DELETE photos/:uid/label/:id, by the number that `photos.get(...).labels` tells.

        A label that the server had set stays with an uncertainty of 100: treat it as absent.

        Raises:
            NotFound: the photo has no such label.
        """
        path = f"photos/{uid(photo)}/label/{label_id:d}"
        with self._api.changes.of(photo):
            return details_from(self._api.send("DELETE", path))

    def archive(self, photos: Iterable[str]) -> None:
        """POST batch/photos/archive: hide from all lists, and leave all albums for good.

        Reversible but for the albums: remember those of `photos.get` before. Unknown uids are
        ignored by the server.
        """
        self._batch("archive", photos)

    def restore(self, photos: Iterable[str]) -> None:
        """POST batch/photos/restore: back in lists, not in albums."""
        self._batch("restore", photos)

    def approve_many(self, photos: Iterable[str]) -> None:
        """POST batch/photos/approve."""
        self._batch("approve", photos)

    def toggle_private(self, photos: Iterable[str]) -> None:
        """POST batch/photos/private: turns each around; `update(private=...)` sets it instead."""
        wanted = [uid(photo) for photo in photos]
        for batch in batches(wanted):
            with self._all(batch):
                self._api.send("POST", "batch/photos/private", bodies.photos_body(batch))

    def delete(self, photos: Iterable[str]) -> None:
        """POST batch/photos/delete: all files of these photos leave the disk, archived or not.

        Raises:
            NotFound: none of them exists.
            ReadOnly, AccessDenied: the site, its settings or the role forbid it.
        """
        wanted = [uid(photo) for photo in photos]
        call = Call(changes_files=True, timeout_s=_BATCH_S)
        for batch in batches(wanted):
            with self._all(batch):
                try:
                    body = bodies.photos_body(batch)
                    self._api.send("POST", "batch/photos/delete", body, call)
                except Invalid:
                    raise NotFound("none of these photos exists") from None

    def clear_archive(self) -> tuple[str, ...]:
        """Delete the photos that are archived now, with their files; their uids.

        By name, and not by the wish for "all" that the server also knows: what is archived while
        this runs is not deleted.
        """
        found = tuple(photo.uid for photo in self._photos.search(archived=True, merged=False))
        self.delete(found)
        return found

    def set_primary(self, photo: str, file: str) -> WirePhotoDetails:
        """POST photos/:uid/files/:fuid/primary: this file stands for the photo."""
        with self._api.changes.of(photo):
            return details_from(self._api.send("POST", _file(photo, file, "primary"), call=AGAIN))

    def unstack(self, photo: str, file: str) -> WirePhotoDetails:
        """POST photos/:uid/files/:fuid/unstack: the file becomes a photo of its own.

        The server renames it on disk. The result is the old photo, read back.
        """
        return self._rewritten("POST", photo, _file(photo, file, "unstack"), None)

    def set_orientation(self, photo: str, file: str, orientation: int) -> WirePhotoDetails:
        """PUT photos/:uid/files/:fuid/orientation, 1 to 8 as EXIF counts.

        The server writes the JPEG anew: it gets another hash and size.
        """
        body = bodies.orientation_body(orientation)
        return self._rewritten("PUT", photo, _file(photo, file, "orientation"), body)

    def delete_file(self, photo: str, file: str) -> WirePhotoDetails:
        """DELETE photos/:uid/files/:fuid: one file of several leaves the disk.

        Raises:
            NotPermitted: it is the primary file; make another one primary before.
            NotFound: no such file.
        """
        with self._api.changes.of(photo):
            call = Call(changes_files=True)
            try:
                return details_from(self._api.send("DELETE", _file(photo, file), call=call))
            except ServerError:
                files = self._photos.get(photo).photo.files or ()
                if any(one.uid == file and one.primary for one in files):
                    raise NotPermitted("the primary file of a photo cannot be deleted") from None
                raise

    def _flag(self, method: str, photo: str, word: str) -> WirePhotoDetails:
        with self._api.changes.of(photo):
            path = f"photos/{uid(photo)}/{word}"
            return details_from(self._api.send(method, path, call=AGAIN))

    def _rewritten(
        self, method: str, photo: str, path: str, body: bodies.Body | None
    ) -> WirePhotoDetails:
        with self._api.changes.of(photo):
            self._api.send(method, path, body, Call(changes_files=True))
            return self._photos.get(photo)

    def _batch(self, word: str, photos: Iterable[str]) -> None:
        wanted = [uid(photo) for photo in photos]
        call = Call(repeatable=True, timeout_s=_BATCH_S)
        for batch in batches(wanted):
            with self._all(batch):
                self._api.send("POST", f"batch/photos/{word}", bodies.photos_body(batch), call)

    @contextmanager
    def _all(self, photos: Iterable[str]) -> Iterator[None]:
        """Nobody else changes any of them; in one order, so that two calls cannot block."""
        with ExitStack() as held:
            for photo in sorted(set(photos)):
                held.enter_context(self._api.changes.of(photo))
            yield


def _file(photo: str, file: str, word: str = "") -> str:
    path = f"photos/{uid(photo)}/files/{uid(file)}"
    return f"{path}/{word}" if word else path


def _check_stored(changes: PhotoChanges, details: WirePhotoDetails) -> None:
    """A text without its source was dropped, though the server said 200."""
    if changes.get("title", "").strip() and not details.title_src:
        raise ServerError("the server did not store the title")
    if changes.get("caption", "").strip() and not details.caption_src:
        raise ServerError("the server did not store the caption")
