"""Statuses and validation codes to gallery errors."""

import json

import pytest

from g3fs.clients.gallery3.replies import checked, error_of
from g3fs.gallery import errors
from g3fs.http.messages import Reply


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.LoginRefused),
        (403, errors.LoginRefused),
        (404, errors.NotFound),
        (405, errors.BadReply),
        (413, errors.TooLarge),
        (414, errors.BadReply),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServerError),
        (504, errors.ServerError),
        (507, errors.NoSpace),
        (302, errors.BadReply),
    ],
)
def test_a_status_is_a_gallery_error(status, kind):
    assert type(error_of(status, b"", "item 7")) is kind


def test_a_404_that_is_a_page_says_nothing_of_the_item():
    assert type(error_of(404, b"[]", "item 7")) is errors.NotFound
    assert type(error_of(404, b"\n<!DOCTYPE html>", "item 7")) is errors.Maintenance


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ([], errors.NotSupported),
        ({"name": "conflict"}, errors.AlreadyExists),
        ({"slug": "conflict"}, errors.AlreadyExists),
        ({"slug": "reserved"}, errors.BadName),
        ({"slug": "not_url_safe"}, errors.Invalid),
        ({"name": "length", "slug": "length"}, errors.NameTooLong),
        ({"title": "length"}, errors.ValueTooLong),
        ({"description": "length"}, errors.ValueTooLong),
        ({"title": "required"}, errors.Invalid),
        ({"id": "cant_delete_root_album"}, errors.NotPermitted),
        ({"mime_type": "invalid", "name": "invalid_data_file"}, errors.Invalid),
        ({"album_cover_item_id": "invalid_item"}, errors.Invalid),
        ({"errors": {"size": "invalid"}}, errors.Invalid),
        ("surprise", errors.NotSupported),
    ],
)
def test_a_validation_code_is_a_gallery_error(codes, kind):
    assert type(error_of(400, json.dumps(codes).encode(), "item 7")) is kind


@pytest.mark.parametrize("codes", [{"errors": {"file": {}}}, {"errors": {"type": "invalid"}}])
def test_a_lost_upload_was_too_large(codes):
    body = json.dumps(codes).encode()
    assert type(error_of(400, body, "item 7", uploading=True)) is errors.TooLarge
    assert type(error_of(400, body, "item 7")) is errors.Invalid


def test_the_message_names_field_and_code():
    error = error_of(400, b'{"slug":"not_url_safe"}', "item 7")
    assert "slug: not_url_safe" in str(error)
    assert "item 7" in str(error)


@pytest.mark.parametrize("media_type", ["text/html", "text/html; charset=UTF-8"])
def test_a_page_where_data_was_expected_is_maintenance(media_type):
    reply = Reply(status=200, headers={"Content-Type": media_type}, body=b"<html>")
    with pytest.raises(errors.Maintenance):
        checked(reply, "item 7")
