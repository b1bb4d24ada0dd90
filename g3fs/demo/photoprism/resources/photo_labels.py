"""photos/:uid/label: labels of one photo."""

from g3fs.demo.photoprism import labelling
from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.replies import Answer, bad_form, refused_bare, reply
from g3fs.demo.photoprism.resources.photo import photo_of
from g3fs.demo.photoprism.resources.photo_edits import tell
from g3fs.demo.photoprism.rows import Photo


def add_label(call: Call) -> Answer:
    """The label is made if it is new."""
    name, uncertainty = call.body.get("Name", ""), call.body.get("Uncertainty", 0)
    if not isinstance(name, str) or not isinstance(uncertainty, int):
        raise bad_form()
    photo = photo_of(call)
    labelling.attach(call.state.catalog, photo, name, uncertainty)
    return _labelled(call, photo)


def remove_label(call: Call) -> Answer:
    """By the number of the label; one that the server found stays, with uncertainty 100."""
    photo, number = _carried(call)
    if photo.labels[number].src == "manual":
        del photo.labels[number]
    else:
        photo.labels[number].uncertainty = 100
    return _labelled(call, photo)


def change_label(call: Call) -> Answer:
    """Its uncertainty here, its name everywhere."""
    label, uncertainty = call.body.get("Label"), call.body.get("Uncertainty")
    photo, number = _carried(call)
    if isinstance(label, dict) and isinstance(label.get("Name"), str):
        labelling.rename(call.state.catalog, call.state.catalog.labels[number], label["Name"])
    if isinstance(uncertainty, int):
        photo.labels[number].uncertainty = uncertainty
    return _labelled(call, photo)


def _carried(call: Call) -> tuple[Photo, int]:
    photo, text = photo_of(call), call.args["id"]
    if not text.isdecimal():
        raise bad_form()
    if int(text) not in photo.labels:
        raise refused_bare(404, "Record not found")
    return photo, int(text)


def _labelled(call: Call, photo: Photo) -> Answer:
    photo.updated = call.state.catalog.clock()
    tell(call, photo)
    return reply(call.state.details(photo))


ROUTES = tuple(
    Route(method=method, pattern=f"photos/:uid{below}", view=view, kind="photo", scope="photos")
    for method, below, view in (
        ("POST", "/label", add_label),
        ("DELETE", "/label/:id", remove_label),
        ("PUT", "/label/:id", change_label),
    )
)
