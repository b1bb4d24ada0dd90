"""The client reads every answer that was recorded from a real Gallery 3."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from g3fs.clients.gallery3 import names, wire
from g3fs.clients.gallery3.address import id_in, pair_in
from g3fs.clients.gallery3.replies import checked, error_of
from g3fs.gallery import errors
from g3fs.http.messages import Reply
from tests.recorded.gallery3.recording import Exchange, exchanges

ALL = list(exchanges())

READERS: dict[str, Callable[[object], object]] = {
    "item": wire.item_from,
    "tree": wire.listing_from,
    "items": wire.items_from,
    "tag": wire.tag_from,
    "tags": wire.member_ids_from,
    "item_tags": wire.pairs_from,
    "tag_items": wire.pairs_from,
    "tag_item": wire.pair_from,
    "comment": wire.comment_from,
    "comments": wire.member_ids_from,
    "item_comments": wire.member_ids_from,
    "registry": wire.names_from,
}
"""By resource."""

BY_CODE: dict[str, type[errors.GalleryError]] = {
    "cant_delete_root_album": errors.NotPermitted,
    "reserved": errors.BadName,
    "length": errors.NameTooLong,
}
"""What a 400 with this code means; with any other it is Invalid, with none NotSupported."""

BY_STATUS: dict[int, type[errors.GalleryError]] = {
    403: errors.LoginRefused,
    404: errors.NotFound,
    413: errors.TooLarge,
    414: errors.BadReply,
    500: errors.ServerError,
}

FACTS = {
    "id": "id",
    "type": "kind",
    "name": "name",
    "title": "title",
    "slug": "slug",
    "description": "description",
    "mime_type": "mime_type",
    "width": "width",
    "height": "height",
    "created": "created_s",
    "updated": "updated_s",
    "captured": "captured_s",
    "file_size": "size_bytes",
    "thumb_size": "thumb_bytes",
    "resize_size": "resize_bytes",
    "thumb_width": "thumb_width",
    "file_url_public": "file_url_public",
    "resize_url_public": "resize_url_public",
    "thumb_url_public": "thumb_url_public",
    "web_url": "web_url",
    "owner_id": "owner_id",
    "view_count": "view_count",
    "sort_column": "sort_column",
    "sort_order": "sort_order",
    "level": "level",
    "can_edit": "can_edit",
    "can_add": "can_add",
}
"""Recorded field and the attribute that holds it; text and numbers look alike as text."""

LINKS = {"parent": "parent_id", "album_cover": "cover_id"}

NOT_TAKEN = {
    "rand_key": "only the server sorts by it",
    "resize_width": "follows from the size",
    "resize_height": "follows from the size",
    "thumb_height": "follows from the size",
    "view_1": "rights of a group, not of the user",
    "view_2": "rights of a group, not of the user",
    "file_url": "our own address is made from the id; its m= becomes data_changed_s",
    "resize_url": "our own address is made from the id",
    "thumb_url": "our own address is made from the id",
}
"""Recorded fields that the client drops, and why."""


def resource(exchange: Exchange) -> str:
    """`item`, `tree`... or "" for what is not below /rest/."""
    _, found, rest = urlsplit(exchange.target).path.partition("/rest/")
    return rest.partition("/")[0] if found else ""


def verb(exchange: Exchange) -> str:
    return exchange.request_headers.get("X-Gallery-Request-Method", exchange.method).upper()


def is_json(exchange: Exchange) -> bool:
    return exchange.headers.get("Content-Type", "").startswith("application/json")


def answers(*verbs: str) -> list[Exchange]:
    """The successes with JSON of these methods."""
    return [
        one
        for one in ALL
        if one.status < 300 and is_json(one) and verb(one) in verbs and resource(one)
    ]


def named(exchange: Exchange) -> str:
    return exchange.key


def reply_to(exchange: Exchange) -> Any:
    """The answer; listings that were recorded without id and type, which the client always asks
    for, are given them.
    """
    reply = json.loads(exchange.body)
    if resource(exchange) == "tree":
        for entry in reply["entity"]:
            asked = {"id": str(id_in(entry["url"])), "type": "photo"}
            entry["entity"] = {**asked, **dict(entry["entity"] or {})}
    return reply


@pytest.mark.parametrize("exchange", answers("GET"), ids=named)
def test_every_answer_to_a_get_is_read(exchange):
    READERS[resource(exchange)](reply_to(exchange))


def items(exchange: Exchange) -> list[tuple[dict[str, object], wire.WireItem]]:
    """Each entity of an answer, and what the client made of it."""
    reply = reply_to(exchange)
    match resource(exchange):
        case "item":
            return [(reply["entity"], wire.item_from(reply))]
        case "items":
            return list(zip([one["entity"] for one in reply], wire.items_from(reply), strict=True))
        case _:
            kept = wire.listing_from(reply)
            return list(zip([one["entity"] for one in reply["entity"]], kept, strict=True))


WITH_ITEMS = [one for one in answers("GET") if resource(one) in ("item", "items", "tree")]


@pytest.mark.parametrize("exchange", WITH_ITEMS, ids=named)
def test_every_recorded_fact_is_taken_or_dropped_for_a_reason(exchange):
    for entity, item in items(exchange):
        for field, value in entity.items():
            if field in NOT_TAKEN or value is None:
                continue
            if field in LINKS:
                assert getattr(item, LINKS[field]) == id_in(str(value)), field
            elif value is not False or field.startswith("can_"):
                assert str(getattr(item, FACTS[field])) == str(value), field
            else:
                assert getattr(item, FACTS[field]) is None
                assert item.lost


@pytest.mark.parametrize("exchange", WITH_ITEMS, ids=named)
def test_an_answer_is_about_the_item_that_was_asked_for(exchange):
    number = id_in(exchange.target)
    if number is not None:
        assert items(exchange)[0][1].id == number


@pytest.mark.parametrize("exchange", answers("POST"), ids=named)
def test_what_a_post_made_is_known_by_its_id(exchange):
    reply = json.loads(exchange.body)
    if resource(exchange) in ("item_tags", "tag_items"):
        assert pair_in(reply["url"]) == pair_in(exchange.headers["Location"])
        assert pair_in(reply["url"]) is not None
    else:
        assert wire.created_id_from(reply) == id_in(exchange.headers["Location"])


@pytest.mark.parametrize("exchange", answers("PUT", "DELETE"), ids=named)
def test_a_change_says_only_null(exchange):
    assert wire.decoded(exchange.body.encode()) is None


def test_the_login_gives_the_key():
    login = next(one for one in ALL if one.key == "01-login/1")
    assert wire.key_from(json.loads(login.body)) == "0123456789abcdef" * 2


def refused() -> list[Exchange]:
    return [one for one in ALL if one.status >= 400]


@pytest.mark.parametrize("exchange", refused(), ids=named)
def test_every_refusal_is_the_right_gallery_error(exchange):
    body = exchange.body.encode()
    expected = BY_STATUS.get(exchange.status)
    if expected is None:
        codes = list(wire.codes_from(body).values())
        known = [BY_CODE[code] for code in codes if code in BY_CODE]
        expected = known[0] if known else errors.Invalid if codes else errors.NotSupported
    assert type(error_of(exchange.status, body, "it")) is expected


def test_an_upload_without_its_file_was_too_large():
    lost = next(one for one in ALL if one.key == "04-upload/12")
    assert type(error_of(400, lost.body.encode(), "it", uploading=True)) is errors.TooLarge


PAGES = [
    one
    for one in ALL
    if one.status == 200 and one.headers.get("Content-Type", "").startswith("text/html")
]


@pytest.mark.parametrize("exchange", PAGES, ids=named)
def test_a_page_is_never_data(exchange):
    reply = Reply(status=200, headers=exchange.headers, body=exchange.body.encode())
    with pytest.raises(errors.Maintenance):
        checked(reply, "it")


def one_item(key: str) -> wire.WireItem:
    return items(next(one for one in ALL if one.key == key))[0][1]


def test_the_clash_that_the_server_solved_silently_is_predicted():
    renamed = one_item("03-create-album/3")
    assert renamed.name == "Holidays-01"
    holidays = wire.WireItem(id=2, kind="album", name="holidays")
    assert names.clash("Holidays", "album", [holidays]) is holidays


def test_the_extension_that_the_server_corrected_is_predicted():
    stored = next(one for one in ALL if one.key == "04-upload/5")
    entity = json.loads(stored.body)["entity"][0]["entity"]
    assert names.file_name("logo.jpg", "png", "photo") == entity["name"]
