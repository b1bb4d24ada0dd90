"""Photos as JSON: in lists, and one with everything."""

from collections.abc import Sequence

from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.rendering.albums import album_details
from g3fs.demo.photoprism.rendering.files import file_details, file_row
from g3fs.demo.photoprism.rendering.labels import label_details
from g3fs.demo.photoprism.rendering.places import camera, cell, lens, place
from g3fs.demo.photoprism.rows import UNKNOWN, Details, File, Photo
from g3fs.demo.photoprism.times import or_null, or_zero, written

Json = dict[str, object]


def photo_row(photo: Photo, files: Sequence[File], *, merged: bool, caption: str) -> Json:
    """A photo in a list; `files` are those of this page, `caption` is the name of that field."""
    first = files[0]
    numbers = f"{photo.id}-{_number(first)}" if merged else str(photo.id)
    row: Json = {
        "ID": numbers,
        "UID": photo.uid,
        "Type": photo.type,
        "TypeSrc": photo.type_src,
        "TakenAt": written(photo.taken),
        "TakenAtLocal": written(photo.taken_local),
        "TakenSrc": photo.taken_src,
        "TimeZone": photo.time_zone,
        "Path": photo.path,
        "Name": photo.name,
        "OriginalName": photo.original_name,
        "Title": photo.title,
        caption: photo.caption,
        **_numbers(photo),
        **_things(photo),
        "InstanceID": "",
        "FileUID": first.uid,
        "FileRoot": first.root,
        "FileName": first.name,
        "Hash": first.hash,
        "Width": first.width,
        "Height": first.height,
        "Portrait": first.height > first.width,
        "Merged": merged and len(files) > 1,
        "CreatedAt": written(photo.created),
        "UpdatedAt": written(photo.updated),
        "EditedAt": or_zero(photo.edited),
        "CheckedAt": or_zero(photo.checked),
    }
    if photo.deleted is not None:
        row["DeletedAt"] = written(photo.deleted)
    row["Files"] = [file_row(file) for file in files] if merged else None
    return row


def _number(file: File) -> int:
    return int(file.hash[:4], 16)


def _numbers(photo: Photo) -> Json:
    return {
        "Year": photo.year,
        "Month": photo.month,
        "Day": photo.day,
        "Country": photo.country,
        "Stack": 0,
        "Favorite": photo.favorite,
        "Private": photo.private,
        "Iso": 0,
        "FocalLength": 0,
        "FNumber": 0,
        "Exposure": "",
        "Quality": photo.quality,
        "Resolution": photo.resolution,
        "Color": photo.id % 16,
        "Scan": False,
        "Panorama": False,
    }


def _things(photo: Photo) -> Json:
    known = {"CameraSrc": "meta", "CameraMake": photo.camera_make} if photo.camera_make else {}
    kind = {"CameraType": "body"} if photo.camera_make else {}
    return {
        "CameraID": 2 if photo.camera_make else 1,
        **known,
        "CameraModel": photo.camera_model,
        **kind,
        "LensID": 1,
        "LensModel": "Unknown",
        "Lat": photo.lat,
        "Lng": photo.lng,
        "CellID": UNKNOWN,
        "PlaceID": UNKNOWN,
        "PlaceSrc": photo.place_src,
        "PlaceLabel": "Unknown",
        "PlaceCity": "Unknown",
        "PlaceState": photo.state,
        "PlaceCountry": photo.country,
    }


def photo_details(catalog: Catalog, photo: Photo, *, caption: str) -> Json:
    """One photo."""
    row: Json = {
        "ID": photo.id,
        "TakenAt": written(photo.taken),
        "TakenAtLocal": written(photo.taken_local),
        "TakenSrc": photo.taken_src,
        "UID": photo.uid,
        "Type": photo.type,
        "TypeSrc": photo.type_src,
        "Title": photo.title,
        "TitleSrc": photo.title_src,
        caption: photo.caption,
        f"{caption}Src": photo.caption_src,
        "Path": photo.path,
        "Name": photo.name,
        "OriginalName": photo.original_name,
        **_detailed_numbers(photo),
        "Details": details_json(photo),
        "Camera": camera(photo),
        "Lens": lens(),
        "Cell": cell(catalog),
        "Place": place(catalog),
        "Albums": [album_details(album) for album in catalog.albums_of(photo)],
        "Files": [file_details(file, photo) for file in catalog.files_of(photo)],
        "Labels": [_label(catalog, photo, number) for number in photo.labels],
    }
    if photo.created_by:
        row["CreatedBy"] = photo.created_by
    return {
        **row,
        "CreatedAt": written(photo.created),
        "UpdatedAt": written(photo.updated),
        "EditedAt": or_null(photo.edited),
        "CheckedAt": or_null(photo.checked),
        "EstimatedAt": or_null(photo.checked),
        "DeletedAt": or_null(photo.deleted),
    }


def _detailed_numbers(photo: Photo) -> Json:
    return {
        "Stack": 0,
        "Favorite": photo.favorite,
        "Private": photo.private,
        "Scan": False,
        "Panorama": False,
        "TimeZone": photo.time_zone,
        "PlaceID": UNKNOWN,
        "PlaceSrc": photo.place_src,
        "CellID": UNKNOWN,
        "CellAccuracy": 0,
        "Altitude": photo.altitude,
        "Lat": photo.lat,
        "Lng": photo.lng,
        "Country": photo.country,
        "Year": photo.year,
        "Month": photo.month,
        "Day": photo.day,
        "Iso": 0,
        "Exposure": "",
        "FNumber": 0,
        "FocalLength": 0,
        "Quality": photo.quality,
        "Resolution": photo.resolution,
        "Color": photo.id % 16,
        "CameraID": 2 if photo.camera_make else 1,
        "CameraSerial": "",
        "CameraSrc": "meta" if photo.camera_make else "",
        "LensID": 1,
    }


DETAILS = ("Keywords", "Notes", "Subject", "Artist", "Copyright", "License", "Software")


def details_json(photo: Photo) -> Json:
    """The block of texts."""
    row: Json = {"PhotoID": photo.id}
    for name in DETAILS:
        row[name] = getattr(photo.details, name.lower())
        row[f"{name}Src"] = getattr(photo.details, f"{name.lower()}_src")
    return {**row, "CreatedAt": written(photo.created), "UpdatedAt": written(photo.updated)}


def details_from(data: Json) -> Details:
    """A whole block; what is not in it is empty."""
    block = Details()
    for name in DETAILS:
        setattr(block, name.lower(), str(data.get(name) or ""))
        setattr(block, f"{name.lower()}_src", str(data.get(f"{name}Src") or ""))
    return block


def _label(catalog: Catalog, photo: Photo, number: int) -> Json:
    carried = photo.labels[number]
    return {
        "PhotoID": photo.id,
        "LabelID": number,
        "LabelSrc": carried.src,
        "Uncertainty": carried.uncertainty,
        "Photo": None,
        "Label": label_details(catalog.labels[number], 1, ""),
    }
