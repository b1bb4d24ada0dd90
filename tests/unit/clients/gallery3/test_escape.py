"""Text that passes the server's input filter unchanged."""

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.clients.gallery3.escape import escaped_json
from g3fs.demo.gallery3.inputfilter import filtered

MARKUP = st.text("<>&;='`\"/#x0lgt onscriptjava:\n\\%+é日", max_size=40)


@given(st.one_of(st.text(st.characters(blacklist_categories=["Cs"])), MARKUP))
def test_any_text_arrives_as_it_was_sent(text):
    """Through the form, the stand-in's filter and the JSON decoder."""
    form = urlencode({"entity": escaped_json({"title": text})})
    value = parse_qs(form, keep_blank_values=True)["entity"][0]
    assert json.loads(filtered(value)) == {"title": text}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "&#65;", "x onclick=1", "a=javascript:b", "&amp;", "<"]
)
def test_nothing_that_the_filter_looks_at_is_on_the_wire(text):
    wire = escaped_json({"t": text})
    assert not set("<>&='`;%#+") & set(wire)
    assert wire.isascii()
    assert wire.isprintable()
