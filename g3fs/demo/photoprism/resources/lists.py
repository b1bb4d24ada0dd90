"""Other lists: counts by month, the server's log, share links."""

from collections import Counter

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.replies import Answer, forbidden, no_entity, reply
from g3fs.demo.photoprism.resources.albums import album_of
from g3fs.demo.photoprism.rows import Link
from g3fs.demo.photoprism.times import SECOND, written


def by_month(call: Call) -> Answer:
    """How many photos of each month, newest first; only those of quality 3 or more."""
    catalog = call.state.catalog
    counted = Counter(
        (p.year, p.month)
        for p in catalog.photos.values()
        if catalog.listed(p) and p.quality >= 3 and p.year > 0
    )
    return reply(
        [
            {
                "Label": "",
                "Year": year,
                "Month": month,
                "State": "",
                "Country": "",
                "PhotoCount": count,
            }
            for (year, month), count in sorted(counted.items(), reverse=True)
        ]
    )


def errors(call: Call) -> Answer:
    """Nothing has ever gone wrong here."""
    return call.listing([], 0)


def links(call: Call) -> Answer:
    """The share links of an album."""
    album = album_of(call)
    found = [x for x in call.state.catalog.links.values() if x.share_uid == album.uid]
    return reply([_link_json(link) for link in found])


def add_link(call: Call) -> Answer:
    """Only a login may share."""
    user = _sharing(call)
    album, now = album_of(call), call.state.catalog.clock() // SECOND * SECOND
    link = Link(
        uid=call.state.catalog.uid("s"),
        share_uid=album.uid,
        token=call.state.catalog.uids.word(10),
        created=now,
        modified=now,
        created_by=user,
    )
    call.state.catalog.links[link.uid] = link
    return reply(_link_json(link))


def change_link(call: Call) -> Answer:
    """When it expires, and how often it may be used."""
    _sharing(call)
    link = _link(call)
    for name, field in (("Expires", "expires"), ("MaxViews", "max_views"), ("Token", "token")):
        if name in call.body:
            setattr(link, field, call.body[name])
    link.modified = call.state.catalog.clock() // SECOND * SECOND
    return reply(_link_json(link))


def remove_link(call: Call) -> Answer:
    """End sharing."""
    _sharing(call)
    link = _link(call)
    del call.state.catalog.links[link.uid]
    return reply(_link_json(link))


def _sharing(call: Call) -> str:
    if call.session is None or call.session.provider not in ("local", "default"):
        raise forbidden()
    return call.user.uid


def _link(call: Call) -> Link:
    album = album_of(call)
    link = call.state.catalog.links.get(call.args["link"])
    if link is None or link.share_uid != album.uid:
        raise no_entity()
    return link


def _link_json(link: Link) -> dict[str, object]:
    return {
        "UID": link.uid,
        "ShareUID": link.share_uid,
        "Slug": "",
        "Token": link.token,
        "Expires": link.expires,
        "Views": link.views,
        "MaxViews": link.max_views,
        "VerifyPassword": False,
        "CreatedBy": link.created_by,
        "CreatedAt": written(link.created),
        "ModifiedAt": written(link.modified),
    }


ROUTES = (
    Route(method="GET", pattern="moments/time", view=by_month, kind="moments", scope="photos"),
    Route(method="GET", pattern="errors", view=errors, kind="errors", scope="logs"),
    Route(method="GET", pattern="albums/:uid/links", view=links, kind="links", scope="albums"),
    Route(method="POST", pattern="albums/:uid/links", view=add_link, kind="links",
          scope="albums"),
    Route(method="PUT", pattern="albums/:uid/links/:link", view=change_link, kind="links",
          scope="albums"),
    Route(method="DELETE", pattern="albums/:uid/links/:link", view=remove_link, kind="links",
          scope="albums"),
)  # fmt: skip
