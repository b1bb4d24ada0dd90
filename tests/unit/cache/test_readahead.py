"""How far to fetch: little for a sniff, twice as much each time for who reads on."""

from dataclasses import replace

import pytest

from g3fs.cache.readahead import (
    FIRST,
    LARGEST,
    SEQUENTIAL,
    Limits,
    Pattern,
    Window,
    ahead,
    follow,
    window,
)

KIB = 1024
MIB = 1024 * KIB
LIMITS = Limits(size_bytes=100 * MIB, ranges=True, cache_bytes=10**10)


def read_on(steps: list[tuple[int, int]]) -> Pattern:
    pattern = Pattern()
    for offset, length in steps:
        pattern = follow(pattern, offset, length)
    return pattern


SNIFFS = {
    "64 KiB at once": [(0, 128)],
    "8 KiB at a time": [(0, 16), (16, 32), (48, 64), (112, 128)],
}


@pytest.mark.parametrize("reads", SNIFFS.values(), ids=SNIFFS)
def test_a_sniff_of_64_kib_costs_at_most_four_times_as_much(reads: list[tuple[int, int]]) -> None:
    pattern, fetched = Pattern(), 0
    for start, length in reads:
        offset, end = start * KIB, (start + length) * KIB
        pattern = follow(pattern, offset, length * KIB)
        fetched = max(fetched, window(pattern, offset, end, LIMITS).until)
        assert not ahead(pattern, end, LIMITS).open_ended
    assert fetched <= 4 * 64 * KIB


def test_a_first_read_asks_for_what_the_kernel_will_ask_next() -> None:
    assert window(follow(Pattern(), 0, 4096), 0, 4096, LIMITS) == Window(FIRST, open_ended=False)


def test_who_reads_on_gets_as_much_again() -> None:
    pattern = read_on([(0, SEQUENTIAL)])
    assert ahead(pattern, SEQUENTIAL, LIMITS) == Window(2 * SEQUENTIAL, open_ended=True)
    pattern = read_on([(0, 4 * MIB)])
    assert ahead(pattern, 4 * MIB, LIMITS).until == 8 * MIB


def test_the_window_has_an_end() -> None:
    assert ahead(read_on([(0, 90 * MIB)]), 0, LIMITS).until == LARGEST


def test_the_window_is_small_beside_the_cache() -> None:
    small = replace(LIMITS, cache_bytes=4 * MIB)
    assert ahead(read_on([(0, 90 * MIB)]), 0, small).until == MIB


def test_a_stream_that_cannot_be_resumed_goes_on_once_it_is_clear_that_it_is_wanted() -> None:
    no_ranges = replace(LIMITS, ranges=False, cache_bytes=1000 * MIB)
    assert ahead(read_on([(0, 512 * KIB)]), 0, no_ranges).until == 512 * KIB
    assert ahead(read_on([(0, MIB)]), 0, no_ranges).until == 500 * MIB


@pytest.mark.parametrize("size", [1, 64 * KIB, SEQUENTIAL])
def test_a_small_file_is_fetched_whole(size: int) -> None:
    limits = replace(LIMITS, size_bytes=size)
    assert window(follow(Pattern(), 0, 1), 0, 1, limits) == Window(size, open_ended=True)


def test_reads_of_the_kernel_that_arrive_out_of_order_are_still_in_a_row() -> None:
    steps = [(n * 128 * KIB, 128 * KIB) for n in (1, 0, 3, 2, 5, 4)]
    assert read_on(steps).run_bytes == 6 * 128 * KIB


def test_a_seek_starts_anew() -> None:
    assert read_on([(0, 4 * MIB), (50 * MIB, 4096)]) == Pattern(50 * MIB + 4096, 4096)


def test_reading_the_same_again_does_not_count() -> None:
    assert read_on([(0, 64 * KIB)] * 10).run_bytes == 64 * KIB
