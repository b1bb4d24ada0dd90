"""labels and subjects."""

from g3fs.demo.photoprism import labelling
from g3fs.demo.photoprism.calls import STAFF, Call, Route
from g3fs.demo.photoprism.rendering.labels import label_details, label_row, subject_row
from g3fs.demo.photoprism.replies import Answer, message, no_entity, refused, reply
from g3fs.demo.photoprism.rows import Label, Photo
from g3fs.demo.photoprism.times import SECOND


def search(call: Call) -> Answer:
    """Labels that photos carry; with `all` those without photos too."""
    count, offset = call.count(), call.number("offset")
    uses, words = call.state.catalog.label_uses(), call.query("q").lower()
    everything = call.query("all").lower() in ("true", "1")
    found = [
        label
        for label in sorted(call.state.catalog.labels.values(), key=lambda x: x.custom_slug)
        if label.deleted is None
        and words in label.name.lower()
        and (everything or (uses.get(label.id) and label.priority >= 0))
    ]
    page = found[offset:] if count < 0 else found[offset : offset + count]
    rows = [
        label_row(label, len(uses.get(label.id, ())), cover_of(call, uses.get(label.id, [])))
        for label in page
    ]
    answer = call.listing(rows, len(rows))
    del answer.headers["X-Count"]  # alone among the lists
    return answer


def cover_of(call: Call, photos: list[Photo]) -> str:
    """The hash of the newest photo's file."""
    newest = max(photos, key=lambda p: p.taken_local, default=None)
    file = None if newest is None else call.state.catalog.primary(newest)
    return "" if file is None else file.hash


def label_of(call: Call) -> Label:
    """The label of the address. Refused: there is none."""
    for label in call.state.catalog.labels.values():
        if label.uid == call.args["uid"] and label.deleted is None:
            return label
    raise no_entity()


def change(call: Call) -> Answer:
    """Another name; the slug stays."""
    label = label_of(call)
    name, priority = call.body.get("Name"), call.body.get("Priority")
    if isinstance(name, str):
        labelling.rename(call.state.catalog, label, name)
    if isinstance(priority, int):
        label.priority = priority
    photos = call.state.catalog.label_uses().get(label.id, [])
    return reply(label_details(label, len(photos), cover_of(call, photos)))


def like(call: Call) -> Answer:
    """Answers with what nobody needs."""
    label_of(call).favorite = True
    return reply({})


def unlike(call: Call) -> Answer:
    """The same."""
    label_of(call).favorite = False
    return reply({})


def delete_several(call: Call) -> Answer:
    """Take labels away, from photos too."""
    uids = call.strings("labels")
    if not uids:
        raise refused(400, "No labels selected")
    for label in call.state.catalog.labels.values():
        if label.uid in uids:
            label.deleted = call.state.catalog.clock() // SECOND * SECOND
            for photo in call.state.catalog.photos.values():
                photo.labels.pop(label.id, None)
    return message("Labels deleted")


def subjects(call: Call) -> Answer:
    """People."""
    count, offset = call.count(), call.number("offset")
    found = sorted(call.state.catalog.subjects.values(), key=lambda s: s.slug)
    rows = []
    for subject in found[offset:] if count < 0 else found[offset : offset + count]:
        photos = [p for p in call.state.catalog.photos.values() if subject.uid in p.people]
        rows.append(subject_row(subject, len(photos), cover_of(call, photos)))
    return call.listing(rows, len(rows))


ROUTES = (
    Route(method="GET", pattern="labels", view=search, kind="labels", scope="labels",
          roles=STAFF),
    Route(method="PUT", pattern="labels/:uid", view=change, kind="labels", scope="labels"),
    Route(method="POST", pattern="labels/:uid/like", view=like, kind="labels", scope="labels"),
    Route(method="DELETE", pattern="labels/:uid/like", view=unlike, kind="labels",
          scope="labels"),
    Route(method="POST", pattern="batch/labels/delete", view=delete_several, kind="batch",
          scope="labels"),
    Route(method="GET", pattern="subjects", view=subjects, kind="subjects", scope="people"),
)  # fmt: skip
