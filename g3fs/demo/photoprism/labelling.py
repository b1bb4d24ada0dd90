"""Labels: their names, and what carries them."""

from g3fs.demo.photoprism import naming
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.rows import Label, Photo, PhotoLabel


def label_named(catalog: Catalog, name: str, priority: int = 0) -> Label:
    """The label of that name's slug; made if it is new, revived if it was deleted."""
    title = naming.label_name(name)
    slug = naming.slug(title)
    known = catalog.label_called(slug)
    if known is not None:
        known.deleted = None
        return known
    now = catalog.clock()
    made = Label(
        id=1 + max(catalog.labels, default=0),
        uid=catalog.uid("l"),
        slug=slug,
        custom_slug=slug,
        name=title,
        priority=priority,
        created=now,
        updated=now,
    )
    catalog.labels[made.id] = made
    return made


def attach(catalog: Catalog, photo: Photo, name: str, uncertainty: int = 0) -> None:
    """Put a label on a photo; repeating is harmless."""
    label = label_named(catalog, name)
    photo.labels[label.id] = PhotoLabel(label_id=label.id, uncertainty=uncertainty)


def rename(catalog: Catalog, label: Label, name: str) -> None:
    """Give another name; the slug stays."""
    label.name = naming.label_name(name)
    label.custom_slug = naming.slug(label.name)
    label.updated = catalog.clock()
