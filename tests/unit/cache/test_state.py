"""The state database: numbers, names, aliases and times that outlive the mount."""

from dataclasses import replace

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from g3fs.cache.state import FIRST_PASSING_INODE, open_state
from g3fs.cache.statetables import (
    FIRST_INODE,
    Alias,
    Known,
    PinnedName,
    Question,
    RememberedTimes,
)

ODD_TEXTS = ["", "a\0b", "\udcff", "\ud800", "é", "🏖", "x" * 10_000]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "state.db"


async def test_numbers_begin_above_the_control_files_and_follow_the_order_of_the_keys(path):
    async with open_state(path) as state:
        numbers = await state.inodes(["b", "a", "c"])
    assert numbers == {"b": FIRST_INODE, "a": FIRST_INODE + 1, "c": FIRST_INODE + 2}


async def test_a_key_keeps_its_number_across_mounts(path):
    async with open_state(path) as state:
        before = await state.inodes(["a", "b"])
    async with open_state(path) as state:
        after = await state.inodes(["c", "b", "a"])
    assert {key: after[key] for key in before} == before
    assert after["c"] not in before.values()


async def test_a_key_asked_for_twice_in_one_call_gets_one_number(path):
    async with open_state(path) as state:
        assert await state.inodes(["a", "a"]) == {"a": FIRST_INODE}
        assert await state.inodes([]) == {}


async def test_a_number_is_not_used_again_after_its_row_is_gone(path):
    async with open_state(path) as state:
        await state.inodes(["a", "b"])
        with state._database.writing() as connection:
            connection.execute("DELETE FROM inodes")
    async with open_state(path) as state:
        assert await state.inodes(["a"]) == {"a": FIRST_INODE + 2}


async def test_concurrent_calls_agree_on_the_numbers(path):
    keys = [f"item {number}" for number in range(500)]
    answers = []

    async def ask(state):
        answers.append(await state.inodes(keys))

    async with open_state(path) as state, trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(ask, state)
    assert answers[1:] == answers[:1] * 4
    assert len(set(answers[0].values())) == 500


async def test_twenty_thousand_keys_are_one_call(path):
    keys = [f"item {number}" for number in range(20_000)]
    async with open_state(path) as state:
        assert list((await state.inodes(keys)).values()) == list(
            range(FIRST_INODE, FIRST_INODE + 20_000)
        )


async def test_numbers_hold_for_this_mount_only_while_the_disk_is_full(path, caplog):
    async with open_state(path) as state:
        known = await state.inodes(["known"])
        with state._database.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        keys = ["known", *(f"{number} {'x' * 500}" for number in range(50))]
        full = await state.inodes(keys)
        with state._database.reading() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")
        assert await state.inodes(keys) == full
        later = await state.inodes(["later"])
    async with open_state(path) as state:
        assert (await state.inodes(keys))[keys[1]] == later["later"] + 1
    assert full["known"] == known["known"]
    assert sorted(full.values())[1:] == list(range(FIRST_PASSING_INODE, FIRST_PASSING_INODE + 50))
    assert later["later"] < FIRST_PASSING_INODE
    text = "the disk is full; new names, and the inode numbers of new files, hold for this mount"
    assert text in caplog.text


async def test_what_a_directory_needs_is_looked_up_and_entered_at_once(path):
    pins = {"1": PinnedName("a", "a"), "2": PinnedName("a", "a (2)")}
    alias = Alias("A b", "A_b")
    times = RememberedTimes(version="v", atime_ns=1, mtime_ns=2)
    async with open_state(path) as state:
        one = await state.new_inode("one")
        entered = await state.enter("view/album", pins, ["one", "two"])
        await state.set_alias("album", "2", alias)
        await state.remember_times({"two": times})
        keys = ["one", "two", "three"]
        question = Question(album="view/album", aliased="album", items=None, keys=keys)
        known = await state.look(question)
        few = await state.look(replace(question, items=["1"], keys=[]))
    assert entered == {"one": one, "two": one + 1}
    assert known == Known(pins=pins, aliases={"2": alias}, inodes=entered, times={"two": times})
    assert few == Known(pins={"1": pins["1"]}, aliases={}, inodes={}, times={})


async def test_names_and_numbers_are_entered_both_or_neither(path, caplog):
    pins = {str(number): PinnedName("x" * 500, "x" * 500) for number in range(50)}
    async with open_state(path) as state:
        with state._database.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        entered = await state.enter("album", pins, ["key"])
        question = Question(album="album", aliased="album", items=None, keys=["key"])
        known = await state.look(question)
    assert entered == known.inodes == {"key": FIRST_PASSING_INODE}
    assert known.pins == {}
    async with open_state(path) as state:
        assert await state.new_inode("key") < FIRST_PASSING_INODE


async def test_pins_are_replaced_and_dropped_in_one_step(path):
    async with open_state(path) as state:
        await state.pin_names("album", {"1": PinnedName("a", "a"), "2": PinnedName("a", "a (2)")})
        await state.pin_names("other", {"1": PinnedName("z", "z")})
        await state.pin_names("album", {"2": PinnedName("b", "b")}, gone={"1"})
    async with open_state(path) as state:
        assert await state.names("album") == {"2": PinnedName("b", "b")}
        assert await state.names("other") == {"1": PinnedName("z", "z")}
        assert await state.names("unknown") == {}


async def test_times_are_remembered_with_the_version_for_which_they_hold(path):
    times = RememberedTimes(version="7", atime_ns=-1, mtime_ns=1_234_567_890_123_456_789)
    async with open_state(path) as state:
        assert await state.times(["a"]) == {}
        await state.remember_times({"a": times, "b": times})
    async with open_state(path) as state:
        assert await state.times(["a", "b", "c"]) == {"a": times, "b": times}


async def test_times_that_were_judged_hold_for_another_version_or_go(path):
    judged = {key: RememberedTimes(version="7", atime_ns=1, mtime_ns=2) for key in "abcd"}
    anew = RememberedTimes(version="7", atime_ns=3, mtime_ns=4)
    async with open_state(path) as state:
        await state.remember_times(judged)
        await state.remember_times({"c": anew, "d": anew})
        await state.judge_times(judged, {"a": "8", "c": "8"})
        assert await state.times("abcd") == {
            "a": RememberedTimes(version="8", atime_ns=1, mtime_ns=2),
            "c": anew,
            "d": anew,
        }


async def test_times_that_no_64_bit_number_holds_become_the_nearest(path):
    async with open_state(path) as state:
        await state.remember_times(
            {"a": RememberedTimes(version="", atime_ns=2**80, mtime_ns=-(2**80))}
        )
        assert await state.times(["a"]) == {
            "a": RememberedTimes(version="", atime_ns=2**63 - 1, mtime_ns=-(2**63 - 1))
        }


async def test_aliases_belong_to_an_item_in_an_album(path):
    async with open_state(path) as state:
        await state.set_alias("album", "1", Alias("a.b.jpg", "a_b.jpg"))
        await state.set_alias("album", "2", Alias("_x.jpg", "x.jpg"))
        await state.set_alias("album", "2", Alias("__x.jpg", "x.jpg"))
        await state.set_alias("other", "1", Alias("a.b.jpg", "a_b.jpg"))
        await state.remove_alias("album", "1")
        await state.remove_alias("album", "never there")
    async with open_state(path) as state:
        assert await state.aliases("album") == {"2": Alias("__x.jpg", "x.jpg")}
        assert await state.aliases("other") == {"1": Alias("a.b.jpg", "a_b.jpg")}


async def test_pins_and_aliases_of_a_few_items_can_be_had_alone(path):
    async with open_state(path) as state:
        await state.pin_names("album", {name: PinnedName(name, name) for name in "abc"})
        await state.pin_names("other", {"a": PinnedName("other", "other")})
        await state.set_alias("album", "b", Alias("_b", "b"))
        await state.set_alias("album", "c", Alias("_c", "c"))
        assert await state.names("album", ["a", "c", "never there"]) == {
            "a": PinnedName("a", "a"),
            "c": PinnedName("c", "c"),
        }
        assert await state.aliases("album", ["a", "b"]) == {"b": Alias("_b", "b")}
        assert await state.names("album", []) == {}
        assert await state.aliases("album", []) == {}


async def test_an_item_that_was_deleted_leaves_nothing_but_its_number(path):
    times = RememberedTimes(version="v", atime_ns=1, mtime_ns=2)
    async with open_state(path) as state:
        numbers = await state.inodes(["original/1", "original/2"])
        for item in "12":
            await state.pin_names("original/7", {item: PinnedName(item, item)})
            await state.set_alias("7", item, Alias(f"_{item}", item))
            await state.remember_times({f"original/{item}": times})
        await state.forget("1", albums=["original/7", "7"], keys=["original/1"])
        await state.forget("1", albums=["original/7", "7"], keys=["original/1"])
        assert list(await state.names("original/7")) == ["2"]
        assert list(await state.aliases("7")) == ["2"]
        assert list(await state.times(["original/1", "original/2"])) == ["original/2"]
        assert await state.inodes(["original/1", "original/2"]) == numbers


@given(text=st.sampled_from(ODD_TEXTS) | st.text(st.characters()))
async def test_any_text_survives(text, tmp_path_factory):
    async with open_state(tmp_path_factory.mktemp("state") / "state.db") as state:
        await state.pin_names(text, {text: PinnedName(text, text)})
        await state.set_alias(text, text, Alias(text, text))
        assert list(await state.inodes([text])) == [text]
        assert await state.names(text) == {text: PinnedName(text, text)}
        assert await state.names(text, [text]) == {text: PinnedName(text, text)}
        assert await state.aliases(text) == {text: Alias(text, text)}


async def test_a_cancelled_caller_leaves_a_whole_transaction_and_a_usable_state(path):
    keys = [f"item {number}" for number in range(5000)]
    async with open_state(path) as state:
        with trio.CancelScope() as scope:
            scope.cancel()
            await state.inodes(keys)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(state.inodes, keys)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        assert len(set((await state.inodes(keys)).values())) == 5000
