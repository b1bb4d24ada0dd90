"""Counting what is taken: as if counted anew, at the price of what differs."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from g3fs.clients.gallery3.taken import Taken

ITEMS = st.lists(st.text("ab", max_size=3), max_size=12).map(tuple)


@given(st.lists(ITEMS, max_size=6))
def test_whatever_is_followed_the_counts_are_those_of_the_last(states):
    taken = Taken[str](lambda item: [f"<{item}", f"{len(item)}"])
    for items in states:
        taken.follow(items)
        expected = Counter(key for item in items for key in (f"<{item}", f"{len(item)}"))
        assert {key: taken.count(key) for key in (*expected, "<nothing")} == {
            **expected,
            "<nothing": 0,
        }


def test_only_what_differs_is_looked_at():
    looked_at = []

    def keys_of(item: str) -> list[str]:
        looked_at.append(item)
        return [item]

    taken = Taken[str](keys_of)
    taken.follow(tuple("abcdefgh"))
    looked_at.clear()
    taken.follow(tuple("abcdefghi"))
    taken.follow(tuple("abXdefghi"))
    taken.follow(tuple("abdefghi"))
    assert looked_at == ["i", "X", "c", "X"]
