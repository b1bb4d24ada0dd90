"""What two tuples share at their ends."""

from hypothesis import given
from hypothesis import strategies as st

from g3fs.gallery.tuples import shared_ends

SHORT = st.lists(st.integers(0, 2), max_size=8).map(tuple)


@given(SHORT, SHORT)
def test_the_ends_are_equal_and_as_long_as_can_be(before, after):
    head, tail = shared_ends(before, after)
    assert head + tail <= min(len(before), len(after))
    assert before[:head] == after[:head]
    assert before[len(before) - tail :] == after[len(after) - tail :]
    rest = before[head : len(before) - tail], after[head : len(after) - tail]
    assert not (rest[0] and rest[1]) or (rest[0][0] != rest[1][0] and rest[0][-1] != rest[1][-1])
