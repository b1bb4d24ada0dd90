"""New albums, photos and movies: what is stored, under which name, with which files."""

from collections.abc import Mapping
from dataclasses import dataclass

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3.checks import Wanted, check, data_error
from g3fs.demo.gallery3.covers import MayEdit, offer_cover
from g3fs.demo.gallery3.damage import after_create, lost_lock
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Upload, text_of
from g3fs.demo.gallery3.media import Facts, movie_facts, photo_facts
from g3fs.demo.gallery3.names import Kind, album_name, file_name, slug_of
from g3fs.demo.gallery3.refusals import PathTooLong
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import make_pictures, shelve_album
from g3fs.demo.gallery3.tagging import attach, tag_named

FILENAME_MAX = 245
"""Bytes of a multipart filename; a longer one counts as no file at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to create, and for whom."""

    kind: Kind
    parent: Item
    owner_id: int
    fields: Mapping[str, object]
    upload: Upload | None = None
    damage: Mapping[str, FaultRule]
    may_edit: MayEdit


def create(gallery: Gallery, request: Request) -> Item:
    """Store a new item; it may get another name than asked for.

    Raises:
        Refusal: 400, nothing stored.
        PathTooLong: the row was stored all the same, without files.
    """
    lost_lock(request.damage)
    upload = request.upload
    facts = None if upload is None else facts_of(request.kind, upload)
    wanted = _wanted(request, facts)
    check(wanted)
    names = wanted.name or "", wanted.slug or ""
    item = new_row(gallery, request.parent, request.kind, names)
    item.title, item.description = wanted.title or "", wanted.description
    item.owner_id = request.owner_id
    if facts is not None:
        learn(item, facts)
        item.captured = facts.captured
        if item.description is None:
            item.description = facts.caption
    gallery.insert(item)
    try:
        gallery.path(item)
    except PathTooLong:
        item.without_access = True
        raise
    if upload is None or facts is None:
        shelve_album(gallery, item)
    else:
        upload.source.seek(0)
        path = gallery.path(item)
        make_pictures(gallery, item, gallery.files.receive(path, upload.source, gallery.now()))
        offer_cover(gallery, item, request.may_edit)
        for keyword in facts.keywords:
            attach(gallery, tag_named(gallery, keyword), item)
    after_create(gallery, item, upload, request.damage)
    return item


def facts_of(kind: Kind, upload: Upload) -> Facts | None:
    """What the data is; None if it is not of the kind."""
    if kind == "movie":
        return movie_facts(upload.source, upload.name)
    return photo_facts(upload.source)


def _wanted(request: Request, facts: Facts | None) -> Wanted:
    fields, kind = request.fields, request.kind
    sent = text_of(fields.get("name"))
    if kind == "album":
        name = album_name(sent)
    else:
        name = sent if facts is None else file_name(sent, facts.extension, kind)
    upload = request.upload
    name_error = None
    if kind != "album" and upload is not None:
        name_error = data_error(kind, name, upload.size, known=facts is not None)
    description = fields.get("description")
    return Wanted(
        kind=kind,
        parent_id=request.parent.id,
        name=name,
        slug=text_of(fields.get("slug")) or slug_of(name, kind),
        title=text_of(fields.get("title", sent)),
        description=None if description is None else text_of(description),
        mime_error=kind != "album" and facts is None,
        name_error=name_error,
        parent_error=not request.parent.is_album,
    )


def new_row(gallery: Gallery, parent: Item, kind: Kind, names: tuple[str, str]) -> Item:
    """A row, not yet inserted, under a name and slug that are free in the album."""
    name, slug = gallery.free_names(parent.id, kind, names)
    now = gallery.now()
    return Item(
        id=gallery.items.next_id(),
        type=kind,
        parent_id=parent.id,
        name=name,
        slug=slug,
        title=name,
        created=now,
        updated=now,
        weight=gallery.next_weight(),
        level=parent.level + 1,
        rand_key=f"{gallery.rng.random():.6f}0000",
    )


def learn(item: Item, facts: Facts) -> None:
    """Note what the data is."""
    item.mime_type = facts.mime_type
    item.width, item.height = facts.width, facts.height
