import json

from g3fs.vfs.status import as_json, as_text, in_units

REPORT = {
    "server": {"address": "http://x", "reachable": True, "user": None},
    "cache": {"size_bytes": 3 * 1024**2 // 2, "hits": 3, "last_errors": ["one", "two"]},
}


def test_people_read_sections_with_a_line_for_each_fact():
    assert as_text(REPORT).decode() == (
        "server\n  address: http://x\n  reachable: yes\n  user: -\n"
        "cache\n  size bytes: 1.5 MiB\n  hits: 3\n  last errors: \n    one\n    two\n"
    )


def test_programs_read_the_same_as_json():
    assert json.loads(as_json(REPORT)) == REPORT


def test_sizes_have_units():
    assert [in_units(size) for size in (0, 1023, 1536, 5 * 1024**4, 2048 * 1024**4)] == [
        "0 B",
        "1023 B",
        "1.5 KiB",
        "5.0 TiB",
        "2048.0 TiB",
    ]
