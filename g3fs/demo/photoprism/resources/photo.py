"""photos/:uid and files/:hash: one photo, one file."""

from g3fs.demo.photoprism.calls import ADMIN, MEMBERS, Call, Route
from g3fs.demo.photoprism.rendering.files import file_details
from g3fs.demo.photoprism.rendering.yaml import photo_yaml
from g3fs.demo.photoprism.replies import Answer, no_entity, plain, reply
from g3fs.demo.photoprism.rows import Photo


def photo_of(call: Call) -> Photo:
    """The photo of the address, archived or lost ones too. Refused: there is none."""
    photo = call.state.catalog.photos.get(call.args["uid"])
    if photo is None:
        raise no_entity()
    return photo


def one(call: Call) -> Answer:
    """Everything about a photo, for anybody with a key who knows its uid."""
    return reply(call.state.details(photo_of(call)))


def yaml(call: Call) -> Answer:
    """The same as text."""
    text = photo_yaml(photo_of(call), call.state.caption)
    return plain(200, text.encode("utf-8", "replace"), "text/x-yaml; charset=utf-8")


def file(call: Call) -> Answer:
    """A file by its SHA-1."""
    found = call.state.catalog.file_with(call.args["hash"])
    if found is None:
        raise no_entity()
    return reply(file_details(found, call.state.catalog.photos[found.photo_uid]))


ROUTES = (
    Route(method="GET", pattern="photos/:uid", view=one, kind="photo", scope="photos",
          roles=MEMBERS),
    Route(method="GET", pattern="photos/:uid/yaml", view=yaml, kind="photo", scope="photos"),
    Route(method="GET", pattern="files/:hash", view=file, kind="files", scope="files",
          roles=ADMIN | {"client"}),
)  # fmt: skip
