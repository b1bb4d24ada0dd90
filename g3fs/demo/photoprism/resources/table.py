"""All addresses below the API."""

from g3fs.demo.photoprism.calls import Route
from g3fs.demo.photoprism.resources import (
    album_photos,
    albums,
    archives,
    batch,
    config,
    downloads,
    folders,
    index,
    labels,
    lists,
    photo,
    photo_edits,
    photo_files,
    photo_labels,
    photos,
    session,
    thumbs,
    upload,
)

FAMILIES = (
    config,
    session,
    albums,
    album_photos,
    photos,
    photo,
    photo_edits,
    photo_labels,
    photo_files,
    batch,
    downloads,
    thumbs,
    archives,
    folders,
    labels,
    lists,
    upload,
    index,
)


def all_routes() -> list[Route]:
    """In the order in which they are tried: fixed words before names."""
    return [route for family in FAMILIES for route in family.ROUTES]
