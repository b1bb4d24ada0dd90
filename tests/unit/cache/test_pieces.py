"""What is here of one file."""

from hypothesis import given
from hypothesis import strategies as st

from g3fs.cache.pieces import Held, Pieces


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.booleans()), max_size=30))
def test_pieces_never_overlap_and_are_found_by_every_byte(
    steps: list[tuple[int, int, bool]],
) -> None:
    pieces, model = Pieces(), dict[int, Held]()
    for start, length, adding in steps:
        if adding:
            held = Held(start, bytes(length))
            fits = not any(offset in model for offset in range(start, start + length))
            assert pieces.add(held) == fits
            if fits:
                model.update(dict.fromkeys(range(start, start + length), held))
        elif start in model:
            gone = model[start]
            pieces.remove(gone)
            model = {offset: piece for offset, piece in model.items() if piece is not gone}
    for offset in range(50):
        assert pieces.at(offset) is model.get(offset)
        starts = [piece.start for piece in pieces if piece.start > offset]
        assert pieces.next_start(offset) == min(starts, default=None)
        missing = (at for at in range(offset, 100) if at not in model)
        assert pieces.covered_to(offset) == next(missing)


def test_a_piece_is_replaced_only_while_it_is_there() -> None:
    pieces, old, new = Pieces(), Held(0, b"a"), Held(0, b"a")
    pieces.add(old)
    assert pieces.replace(old, new)
    assert not pieces.replace(old, Held(0, b"a"))
    assert pieces.at(0) is new
