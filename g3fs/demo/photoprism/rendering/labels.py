"""Labels and people as JSON."""

from g3fs.demo.photoprism.rows import Label, Subject
from g3fs.demo.photoprism.times import ZERO, written

Json = dict[str, object]


def label_row(label: Label, photos: int, thumb: str) -> Json:
    """A label in a list."""
    row = label_details(label, photos, thumb)
    first = {"ID": row.pop("ID"), "UID": row.pop("UID"), "Thumb": row.pop("Thumb")}
    return {**first, **row, "DeletedAt": ZERO}


def label_details(label: Label, photos: int, thumb: str) -> Json:
    """One label."""
    return {
        "ID": label.id,
        "UID": label.uid,
        "Slug": label.slug,
        "CustomSlug": label.custom_slug,
        "Name": label.name,
        "Priority": label.priority,
        "Favorite": label.favorite,
        "Description": label.description,
        "Notes": label.notes,
        "PhotoCount": photos,
        "Thumb": thumb,
        "CreatedAt": written(label.created),
        "UpdatedAt": written(label.updated),
    }


def subject_row(subject: Subject, photos: int, thumb: str) -> Json:
    """A person in a list."""
    return {
        "UID": subject.uid,
        "MarkerUID": "",
        "MarkerSrc": "",
        "Type": "person",
        "Slug": subject.slug,
        "Name": subject.name,
        "Alias": "",
        "Bio": "",
        "Notes": "",
        "Favorite": subject.favorite,
        "Hidden": False,
        "Private": False,
        "Excluded": False,
        "FileCount": photos,
        "PhotoCount": photos,
        "Thumb": thumb,
        "ThumbSrc": "",
        "CreatedAt": written(subject.created),
        "UpdatedAt": written(subject.updated),
    }
