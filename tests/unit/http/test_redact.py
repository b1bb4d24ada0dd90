"""Secrets are replaced wherever they would show."""

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.http.redact import MASK, RedactingFilter, Redactor

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8).filter(
    lambda text: text not in MASK * 8
)


@given(SECRETS, st.text(), st.text())
def test_a_known_secret_never_survives(secret, before, after):
    assert secret not in Redactor(secret).text(f"{before}{secret}{after}")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("GET /rest?access_key=abcdef&a=1", "GET /rest?access_key=***&a=1"),
        ("/t/x?apikey=abc", "/t/x?apikey=***"),
        ("download_token=abc;", "download_token=***"),
        ("http://me:word@host/x", "http://***@host/x"),
        ("https://host/a@b", "https://host/a@b"),
        ("monkey=1 turkey=2", "monkey=1 turkey=2"),
        ("depth=1&fields=id", "depth=1&fields=id"),
    ],
)
def test_what_looks_like_a_secret_in_an_address_is_masked(text, safe):
    assert Redactor().text(text) == safe


def test_a_secret_is_found_percent_encoded_too():
    assert "p%26ss" not in Redactor("p&ss-word").text("x=p%26ss-word")


def test_very_short_secrets_do_not_blank_the_text():
    assert Redactor("a", "", "1").text("a banana 1") == "a banana 1"


def test_the_filter_cleans_messages_and_tracebacks():
    redactor = Redactor("hunter22")
    try:
        int("hunter22")
    except ValueError:
        record = logging.LogRecord("x", 10, "f", 1, "said %s", ("hunter22",), sys.exc_info())
    assert RedactingFilter(redactor).filter(record)
    shown = logging.Formatter().format(record)
    assert "hunter22" not in shown
    assert "ValueError" in shown


def test_a_redactor_does_not_show_what_it_knows():
    assert "hunter22" not in repr(Redactor("hunter22"))
