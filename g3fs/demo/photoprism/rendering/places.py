"""The parts of a photo's details that are the same for all photos without a place."""

from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.naming import slug
from g3fs.demo.photoprism.rows import UNKNOWN, Photo
from g3fs.demo.photoprism.times import written

Json = dict[str, object]
MADE = 1_795_252_281_048_128_249
"""When the real server's first row was made."""


def camera(photo: Photo) -> Json:
    """The camera; number 1 is the unknown one."""
    name = f"{photo.camera_make} {photo.camera_model}".strip()
    known = bool(photo.camera_make)
    return {
        "ID": 2 if known else 1,
        "Slug": slug(name) if known else UNKNOWN,
        "Name": name,
        "Make": photo.camera_make,
        "Model": photo.camera_model,
        "Type": "body" if known else "",
    }


def lens() -> Json:
    """The unknown lens."""
    return {"ID": 1, "Slug": UNKNOWN, "Name": "Unknown", "Make": "", "Model": "Unknown", "Type": ""}


def place(catalog: Catalog) -> Json:
    """The unknown place."""
    return {
        "PlaceID": UNKNOWN,
        "Label": "Unknown",
        "District": "Unknown",
        "City": "Unknown",
        "State": "Unknown",
        "Country": UNKNOWN,
        "Keywords": "",
        "Favorite": False,
        "PhotoCount": len(catalog.photos),
        "CreatedAt": written(MADE),
        "UpdatedAt": written(MADE),
    }


def cell(catalog: Catalog) -> Json:
    """The unknown cell of the map."""
    return {
        "ID": UNKNOWN,
        "Name": "",
        "Street": "",
        "Postcode": "",
        "Category": "",
        "Place": place(catalog),
        "CreatedAt": written(MADE),
        "UpdatedAt": written(MADE),
    }
