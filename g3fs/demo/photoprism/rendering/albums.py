"""Albums as JSON: in lists, and one."""

from g3fs.demo.photoprism.rows import Album
from g3fs.demo.photoprism.times import ZERO, or_null, to_second, written

Json = dict[str, object]


def album_row(album: Album, thumb: str, photos: int, links: int) -> Json:
    """An album in a list; `thumb` is the hash of its cover."""
    source = {"ThumbSrc": album.thumb_src} if album.thumb_src else {}
    return {
        "UID": album.uid,
        "ParentUID": "",
        "Thumb": thumb,
        **source,
        "Slug": album.slug,
        "Type": album.type,
        "Title": album.title,
        "Location": album.location,
        "Category": album.category,
        "Caption": album.caption,
        "Description": album.description,
        "Notes": album.notes,
        "Filter": album.filter,
        "Order": album.order,
        "Template": album.template,
        "Path": album.path,
        "State": album.state,
        "Country": album.country,
        "Year": album.year,
        "Month": album.month,
        "Day": album.day,
        "Favorite": album.favorite,
        "Private": album.private,
        "PhotoCount": photos,
        "LinkCount": links,
        "CreatedAt": to_second(album.created),
        "UpdatedAt": to_second(album.updated),
        "DeletedAt": ZERO,
    }


def album_details(album: Album) -> Json:
    """One album."""
    source = {"ThumbSrc": album.thumb_src} if album.thumb_src else {}
    return {
        "ID": album.id,
        "UID": album.uid,
        "Slug": album.slug,
        "Type": album.type,
        "Title": album.title,
        "Location": album.location,
        "Category": album.category,
        "Caption": album.caption,
        "Description": album.description,
        "Notes": album.notes,
        "Filter": album.filter,
        "Order": album.order,
        "Template": album.template,
        "State": album.state,
        "Country": album.country,
        "Year": album.year,
        "Month": album.month,
        "Day": album.day,
        "Favorite": album.favorite,
        "Private": album.private,
        "Thumb": album.thumb,
        **source,
        "CreatedBy": album.created_by,
        "CreatedAt": to_second(album.created),
        "UpdatedAt": written(album.updated),
        "DeletedAt": or_null(album.deleted),
    }
