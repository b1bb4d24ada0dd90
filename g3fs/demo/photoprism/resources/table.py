"""All addresses below the API."""

from g3fs.demo.photoprism.calls import Route
from g3fs.demo.photoprism.resources import (
    album_photos,
    albums,
    config,
    downloads,
    photo,
    photos,
    session,
)


def all_routes() -> list[Route]:
    """In the order in which they are tried: fixed words before names."""
    families = (config, session, albums, album_photos, photos, photo, downloads)
    return [route for family in families for route in family.ROUTES]
